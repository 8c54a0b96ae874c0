// How does the benchmark talk to its load generator, which is a process of its own?
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Json } from '../src/proof/canonical.ts'

/** Bidders whose bids are to be sealed, each with its organisation and its private scalar (base64url). */
export type Bidder = { org: string; scalar: string }

export type SealOrder = {
  order: 'seal'
  tender: string
  keysets: { technical: Json; price: Json }
  bidders: Bidder[]
}

/** Send bids `from`…`to`−1 once each, or the same again and again for some seconds. */
export type SendOrder = {
  order: 'send'
  port: number
  path: string
  clients: number
  tokens: string[]
  from: number
  to: number
  seconds: number | null
  /** One request in so many milliseconds, begun then whether or not the ones before were answered; null sends as fast as it goes. */
  everyMs?: number | null
}

export type ReceiptsOrder = { order: 'receipts' }
export type Order = SealOrder | SendOrder | ReceiptsOrder

/** A sealed bid as the database load needs it: what goes into one row. */
export type Sample = { technical: string; price: string; act: string; requestBytes: number }

export type Sent = {
  count: number
  seconds: number
  statuses: Record<string, number>
  p50Ms: number
  p99Ms: number
  cpuSeconds: number
  /** The first reply that was no success, for people. */
  refusal: string | null
}

/** Commitment and receipt of every bid that was accepted. */
export type Receipts = [c: string, receipt: string][]

export type Answer = { sample: Sample } | { sent: Sent } | { receipts: Receipts } | { failed: string }

export class LoadProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<never>

  constructor() {
    this.#child = fork(fileURLToPath(new URL('./load.ts', import.meta.url)), { serialization: 'advanced' })
    this.#ended = new Promise((_, reject) => {
      this.#child.once('exit', (code, signal) => reject(new Error(`the load generator ended with ${code ?? signal}`)))
    })
    this.#ended.catch(() => {})
  }

  async seal(order: Omit<SealOrder, 'order'>): Promise<Sample> {
    const answer = await this.#ask({ order: 'seal', ...order })
    return (answer as { sample: Sample }).sample
  }

  async send(order: Omit<SendOrder, 'order'>): Promise<Sent> {
    const answer = await this.#ask({ order: 'send', ...order })
    return (answer as { sent: Sent }).sent
  }

  async receipts(): Promise<Receipts> {
    const answer = await this.#ask({ order: 'receipts' })
    return (answer as { receipts: Receipts }).receipts
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }

  async #ask(order: Order): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => this.#child.once('message', resolve))
    this.#child.send(order)
    const given = await Promise.race([answer, this.#ended])
    if ('failed' in given) throw new Error(`the load generator: ${given.failed}`)
    return given
  }
}
