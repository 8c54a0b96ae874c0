// A server that shows a custodian whatever the test wants it to see, over real HTTP, and notes what the custodian sends.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

export type Sent = { path: string; jws: string }

export interface LyingServer {
  readonly url: string
  /** What is served, by path below /log/; replace it as a whole to show another log. */
  files: ReadonlyMap<string, Uint8Array>
  /** Everything that was posted, in order. */
  readonly sent: Sent[]
  /** How posts are answered; "hang" never answers. */
  answer: number | 'hang'
  /** Answers everything with 503 while true. */
  down: boolean
  /** The releases among what was posted. */
  releases(): string[]
  close(): Promise<void>
}

const open = new Set<Server>()
afterAll(() => {
  for (const server of open) server.closeAllConnections()
  for (const server of open) server.close()
})

export async function lyingServer(files: ReadonlyMap<string, Uint8Array> = new Map()): Promise<LyingServer> {
  const sent: Sent[] = []
  const reply = (response: ServerResponse, status: number, body: string | Uint8Array = '') =>
    response.writeHead(status, status === 503 ? { 'retry-after': '1' } : {}).end(body)
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const path = request.url ?? ''
    if (lying.down) return reply(response, 500)
    if (request.method === 'POST') {
      sent.push({ path, jws: (JSON.parse(body) as { jws: string }).jws })
      if (lying.answer === 'hang') return
      return reply(response, lying.answer, '{}')
    }
    const bytes = path.startsWith('/log/') ? lying.files.get(path.slice('/log/'.length)) : undefined
    return bytes ? reply(response, 200, bytes) : reply(response, 404)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.add(server)
  const lying: LyingServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    sent,
    answer: 201,
    down: false,
    releases: () => sent.filter(({ path }) => path.endsWith('/releases')).map(({ jws }) => jws),
    close: async () => {
      open.delete(server)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return lying
}
