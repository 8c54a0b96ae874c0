// How does a sealed file get to the server over a line that breaks? In pieces, going on from where the server stands (tus).
import { addressOf } from '../../src/api/client.ts'
import { ENDPOINTS } from '../endpoints.ts'
import { accessToken } from '../session.ts'

/** One request each: small enough for a slow line within the server's time-out, large enough not to matter. */
const PIECE = 2_097_152
/** Milliseconds before each further try; any piece that gets through begins the list anew. */
const RETRIES = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000]

export type Sending = {
  /** Ends when all is there; rejects when the server refused, or every try failed: then `again` goes on from where it stands. */
  done: Promise<void>
  again: () => Promise<void>
  /** Stops, and takes back what was sent. */
  drop: () => Promise<void>
}

/** What the server said against it: the code of its first reason, or nothing where it could not be heard. */
export class NotSent extends Error {
  readonly code: string | null
  constructor(code: string | null) {
    super(code ?? 'the connection was lost')
    this.code = code
  }
}

function codeIn(text: string | undefined): string | null {
  try {
    return String(JSON.parse(text ?? '').errors[0].code)
  } catch {
    return null
  }
}

export async function sendFile(no: string, ct: string, content: Blob, tell: (bytes: number) => void): Promise<Sending> {
  const { Upload } = await import('tus-js-client')
  let settle: { resolve: () => void; reject: (error: Error) => void } = { resolve: () => {}, reject: () => {} }
  const upload = new Upload(content as File, {
    endpoint: addressOf(ENDPOINTS.beginUpload, { no }),
    metadata: { ct },
    chunkSize: PIECE,
    retryDelays: RETRIES,
    storeFingerprintForResuming: false,
    onBeforeRequest: async (request) => {
      const token = await accessToken()
      if (token) request.setHeader('Authorization', `Bearer ${token}`)
    },
    // What another try can mend: no connection, a line too slow for a piece, a busy service, an offset that the server knows better.
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0
      const code = codeIn(error.originalResponse?.getBody())
      return [0, 408, 429].includes(status) || (status >= 500 && status !== 507) || code === 'upload-offset'
    },
    onProgress: (sent) => tell(sent),
    onSuccess: () => settle.resolve(),
    onError: (error) => {
      const response = 'originalResponse' in error ? error.originalResponse : null
      settle.reject(new NotSent(codeIn(response?.getBody())))
    },
  })
  const run = () =>
    new Promise<void>((resolve, reject) => {
      settle = { resolve, reject }
      upload.start()
    })
  return {
    done: run(),
    again: run,
    drop: async () => {
      await upload.abort(false)
      // Nothing more is heard of an upload that was stopped: whoever waits for its end is told here, or would wait for ever.
      settle.reject(new NotSent('dropped'))
      const place = upload.url
      if (!place) return
      const token = await accessToken()
      await fetch(place, {
        method: 'DELETE',
        headers: { 'tus-resumable': '1.0.0', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      }).catch(() => null)
    },
  }
}
