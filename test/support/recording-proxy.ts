// What goes over the wire between a browser and the service? A TCP proxy that keeps every byte of both directions, and can read them.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

type Connection = { up: Buffer[]; down: Buffer[] }

export type RecordingProxy = {
  url: string
  port: number
  /** Each direction of each connection as it went, and what was in the frames of sockets once their masks are off. */
  recorded: () => { what: string; bytes: Buffer }[]
  /** Replies that were packed in a way that nobody could search; none, as the proxy asks for plain ones. */
  packed: () => string[]
  close: () => Promise<void>
}

/** Asks for a plain reply in as many bytes: what is packed cannot be searched. */
const plainly = (chunk: Buffer): Buffer => {
  const text = chunk.toString('latin1')
  const asked = text.replace(/^(accept-encoding:)([^\r\n]*)/gim, (line: string, name: string) =>
    `${name} identity`.padEnd(line.length).slice(0, line.length),
  )
  return asked === text ? chunk : Buffer.from(asked, 'latin1')
}

/** The bodies of a browser's frames (RFC 6455 section 5.2), which it masks with four bytes of chance each. */
export function unmasked(bytes: Buffer): Buffer {
  const bodies: Buffer[] = []
  for (let at = 0; at + 6 <= bytes.length; ) {
    const short = (bytes[at + 1] as number) & 0x7f
    const masked = ((bytes[at + 1] as number) & 0x80) !== 0
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0
    const head = at + 2 + extra + (masked ? 4 : 0)
    if (head > bytes.length) break
    const length =
      extra === 0 ? short : extra === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const body = Buffer.from(bytes.subarray(head, head + length))
    if (masked)
      for (let i = 0; i < body.length; i++) body[i] = (body[i] as number) ^ (bytes[head - 4 + (i % 4)] as number)
    bodies.push(body)
    at = head + length
  }
  return Buffer.concat(bodies)
}

/** Listens on loopback and passes everything on to this port. */
export async function recordingProxy(to: number): Promise<RecordingProxy> {
  const connections: Connection[] = []
  const open = new Set<Socket>()
  const server = createServer((browser) => {
    const service = connect(to, '127.0.0.1')
    const connection: Connection = { up: [], down: [] }
    connections.push(connection)
    for (const [from, into, kept, change] of [
      [browser, service, connection.up, plainly],
      [service, browser, connection.down, (chunk: Buffer) => chunk],
    ] as const) {
      open.add(from)
      from.on('data', (chunk: Buffer) => {
        const sent = change(chunk)
        kept.push(sent)
        into.write(sent)
      })
      from.on('end', () => into.end())
      from.on('error', () => into.destroy())
      from.on('close', () => {
        open.delete(from)
        into.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    recorded: () =>
      connections.flatMap(({ up, down }, n) => {
        const [sent, got] = [Buffer.concat(up), Buffer.concat(down)]
        const upgraded = /^upgrade: *websocket\r$/im.test(sent.subarray(0, 4096).toString('latin1'))
        const frames = upgraded
          ? [{ what: `frames of ${n}`, bytes: unmasked(sent.subarray(sent.indexOf('\r\n\r\n') + 4)) }]
          : []
        return [{ what: `up ${n}`, bytes: sent }, { what: `down ${n}`, bytes: got }, ...frames]
      }),
    packed: () =>
      connections.flatMap(({ down }) =>
        [
          ...Buffer.concat(down)
            .toString('latin1')
            .matchAll(/^(content-encoding|sec-websocket-extensions): *(.+)\r$/gim),
        ].map((m) => m[0].trim()),
      ),
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
