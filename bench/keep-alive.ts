// How does a client send request after request over one connection, costing the machine as little as possible?
import { connect, type Socket } from 'node:net'

export type Reply = { status: number; body: string }

const END_OF_HEAD = Buffer.from('\r\n\r\n')
const BROKEN = new Error('the server closed the connection')

/** One HTTP/1.1 connection that is kept. Requests are bytes made beforehand; replies must name their length. */
export class KeepAlive {
  readonly #socket: Socket
  #received: Buffer[] = []
  #settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(BROKEN))
  }

  /** @param from another address of this machine to come from */
  static open(port: number, from?: string): Promise<KeepAlive> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', ...(from !== undefined && { localAddress: from }) })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new KeepAlive(socket))
      })
    })
  }

  /** Sends one request and answers its reply. One at a time. */
  send(head: string, body: Uint8Array): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#settle) throw new Error('a request is on its way')
      this.#settle = { resolve, reject }
      this.#socket.cork()
      this.#socket.write(head)
      this.#socket.write(body)
      this.#socket.uncork()
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    const waiting = this.#settle
    this.#settle = null
    waiting?.reject(error)
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk)
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received)
    const end = all.indexOf(END_OF_HEAD)
    if (end < 0) return
    const head = all.toString('latin1', 0, end)
    const length = /^content-length: *([0-9]+)/im.exec(head)?.[1]
    if (length === undefined) {
      this.#fail(new Error(`a reply without its length:\n${head}`))
      return
    }
    const bodyEnd = end + END_OF_HEAD.length + Number(length)
    if (all.length < bodyEnd) return
    this.#received = []
    const waiting = this.#settle
    this.#settle = null
    waiting?.resolve({
      status: Number(head.slice(9, 12)),
      body: all.toString('utf8', end + END_OF_HEAD.length, bodyEnd),
    })
  }
}
