// How is a file sealed, or held against a bid, without stopping the page or filling its memory? A worker that works through it in pieces.
import { checkFile, type FileOutcome, type SealedFile, sealFile } from '../../src/proof/attachment.ts'
import type { BidAttachment } from '../../src/proof/bid.ts'

export type ToFileWorker = { id: number } & (
  | { do: 'seal'; recipient: string; file: Blob }
  | { do: 'check'; wanted: BidAttachment; identity: string; address: string }
)
/** `sealed` holds the ciphertext: a file that the browser keeps on its disk. */
export type FileDone = { sealed: SealedFile & { content: Blob } } | { outcome: FileOutcome | 'missing' }
export type FromFileWorker = { id: number } & ({ done: FileDone } | { bytes: number } | { failed: string })

/** Folder of the browser's own file system, which nothing else of this machine sees; emptied when the page begins. */
const FOLDER = 'sealed-files'

/** A file of that file system as workers may write it; the types of pages do not know it. */
type Written = {
  write: (piece: Uint8Array, at: { at: number }) => number
  flush: () => void
  close: () => void
}
type Writable = FileSystemFileHandle & { createSyncAccessHandle: () => Promise<Written> }

type Store = { write: (piece: Uint8Array) => void; end: () => Promise<Blob> }

/** On the browser's disk; where it has none for pages (some private windows), in parts that it may keep where it likes. */
async function newStore(): Promise<Store> {
  try {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
    const handle = (await folder.getFileHandle(crypto.randomUUID(), { create: true })) as Writable
    const file = await handle.createSyncAccessHandle()
    let at = 0
    return {
      write: (piece) => {
        for (let done = 0; done < piece.length; ) {
          const some = file.write(piece.subarray(done), { at: at + done })
          if (some === 0) throw new Error('the browser has no room for the sealed file')
          done += some
        }
        at += piece.length
      },
      end: async () => {
        file.flush()
        file.close()
        return handle.getFile()
      },
    }
  } catch {
    const parts: Blob[] = []
    return {
      write: (piece) => void parts.push(new Blob([piece as Uint8Array<ArrayBuffer>])),
      end: async () => new Blob(parts),
    }
  }
}

const PIECE = 1_048_576

/** The file in pieces of a mebibyte: a browser's own stream of it may run far ahead of whoever reads. */
function piecesOf(file: Blob, tell: (bytes: number) => void): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream(
    {
      async pull(controller) {
        if (at >= file.size) return controller.close()
        const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer())
        at += piece.length
        tell(at)
        controller.enqueue(piece)
      },
    },
    { highWaterMark: 0 },
  )
}

async function seal(recipient: string, file: Blob, tell: (bytes: number) => void): Promise<FileDone> {
  const store = await newStore()
  const sealed = await sealFile(recipient, piecesOf(file, tell), store.write)
  return { sealed: { ...sealed, content: await store.end() } }
}

async function check(
  wanted: BidAttachment,
  identity: string,
  address: string,
  tell: (bytes: number) => void,
): Promise<FileDone> {
  const reply = await fetch(address, { credentials: 'omit', redirect: 'error' })
  if (reply.status === 404) return { outcome: 'missing' }
  if (!reply.ok || !reply.body) throw new Error(`${reply.status} for ${address}`)
  let bytes = 0
  const outcome = await checkFile(wanted, identity, reply.body, (piece) => {
    bytes += piece.length
    tell(bytes)
  })
  return { outcome }
}

addEventListener('message', async ({ data }: MessageEvent<ToFileWorker>) => {
  const post = (message: FromFileWorker) => postMessage(message)
  const { id } = data
  const tell = (bytes: number) => post({ id, bytes })
  try {
    const done =
      data.do === 'seal'
        ? await seal(data.recipient, data.file, tell)
        : await check(data.wanted, data.identity, data.address, tell)
    post({ id, done })
  } catch (error) {
    post({ id, failed: error instanceof Error ? error.message : String(error) })
  }
})
