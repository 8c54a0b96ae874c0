// How does a reader behave who means ill? A WebSocket client by hand, down to which bytes it reads and when.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { LIVE_PATH } from '../../src/api/live.ts'

type Where = { path: string } | { port: number; host: string }

/** A client frame: text or binary, masked as RFC 6455 section 5.3 asks. */
export function frame(data: string | Uint8Array, opcode = typeof data === 'string' ? 1 : 2): Buffer {
  const body = Buffer.from(data as string)
  const mask = randomBytes(4)
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | body.length])
      : body.length < 65_536
        ? Buffer.from([0x80 | opcode, 0x80 | 126, body.length >> 8, body.length & 255])
        : Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | 127, 0, 0, 0, 0]), uint32(body.length)])
  const masked = body.map((byte, i) => byte ^ (mask[i % 4] as number))
  return Buffer.concat([head, mask, masked])
}

function uint32(n: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(n)
  return bytes
}

export class RawReader {
  readonly socket: Socket
  /** Everything read so far, as Latin-1: enough to look for words in it. */
  got = ''
  bytes = 0
  closed = false
  readonly ended: Promise<void>

  constructor(where: Where) {
    this.socket = connect(where)
    this.ended = new Promise((resolve) => {
      this.socket.once('close', () => {
        this.closed = true
        resolve()
      })
    })
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => {
      this.bytes += chunk.length
      if (this.got.length < 100_000) this.got += chunk.toString('latin1')
    })
  }

  /** The upgrade request; `headers` go on top. */
  upgrade(headers: Record<string, string> = {}): this {
    const lines = {
      Host: 'localhost',
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      'Sec-WebSocket-Version': '13',
      ...headers,
    }
    const text = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`)
    this.socket.write(`GET ${LIVE_PATH}/?EIO=4&transport=websocket HTTP/1.1\r\n${text.join('')}\r\n`)
    return this
  }

  send(data: string | Uint8Array, opcode?: number): this {
    this.socket.write(frame(data, opcode))
    return this
  }

  async until(words: string, ms = 60_000): Promise<void> {
    const end = performance.now() + ms
    while (!this.got.includes(words)) {
      if (this.closed) throw new Error(`the connection ended without ${words}: ${this.got.slice(0, 300)}`)
      if (performance.now() > end) throw new Error(`no ${words} within ${ms} ms: ${this.got.slice(0, 300)}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** Upgraded, in the namespace, and watching. */
  async watch(no: string): Promise<this> {
    this.upgrade()
    await this.until('"sid"')
    this.send('40')
    await this.until('40{"sid"')
    this.send(`420["watch","${no}"]`)
    await this.until('430[{"ok":true}]')
    return this
  }

  /** Reads no more. */
  stall(): this {
    this.socket.pause()
    return this
  }

  /** Reads so many bytes a second and no more; answers pings, so that nothing else gives it away. */
  crawl(perSecond: number): this {
    this.socket.pause()
    this.socket.removeAllListeners('data')
    const timer = setInterval(() => {
      this.bytes += (this.socket.read(perSecond) as Buffer | null)?.length ?? 0
      this.send('3')
    }, 1000)
    void this.ended.then(() => clearInterval(timer))
    return this
  }

  end(): void {
    this.socket.destroy()
  }
}
