// How does the benchmark talk to its crowd, which sits in processes of its own?
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CannotMeasure } from './result.ts'

export type Kind = 'live' | 'bare'

/** Come and watch; `first` is the number of the crowd's first source address. */
export type ComeOrder = {
  order: 'come'
  kind: Kind
  port: number
  no: string
  count: number
  first: number
  ms: number
}
/** Wait until all have heard the entry over their sockets. */
export type HeardOrder = { order: 'heard'; kind: Kind; index: number; ms: number }
/** Wait until all are in the room and have all entries up to the last. */
export type WholeOrder = { order: 'whole'; last: number; ms: number }
export type Order = ComeOrder | HeardOrder | WholeOrder | { order: 'leave'; kind: Kind }

/** Moments are milliseconds of the machine's monotonic clock. */
export type Answer =
  | { came: number }
  | { heard: Float64Array }
  /** When each was back; how many entries the poorest and the richest copy have; who is not whole. */
  | { back: Float64Array; entries: [least: number, most: number]; missing: number }
  | { left: number }
  | { failed: string }

/** Files that a process may have open. */
export function openFiles(): number {
  type Report = { userLimits?: { open_files?: { soft?: string | number } } }
  const { userLimits } = process.report.getReport() as unknown as Report
  const soft = Number(userLimits?.open_files?.soft)
  return Number.isFinite(soft) ? soft : Number.POSITIVE_INFINITY
}

/** Room for the rest of a process that serves sockets: database, log files, requests of those who come back. */
const SPARE_FILES = 1000

/** Throws, with what to do about it, where the system would run out of open files half-way. */
export function insistOnFiles(sockets: number): void {
  const most = openFiles()
  if (most >= sockets + SPARE_FILES) return
  throw new CannotMeasure(
    `a process may have ${most} files open here, and ${sockets} watchers need ${sockets + SPARE_FILES}: raise it (ulimit -n) or take fewer (--watchers)`,
  )
}

/** Watchers that share an address of the loopback net: one has 28,000 ports, and a real crowd comes from many. */
export const PER_ADDRESS = 1000

class Seat {
  readonly child: ChildProcess
  readonly #ended: Promise<never>

  constructor() {
    this.child = fork(fileURLToPath(new URL('./crowd.ts', import.meta.url)), { serialization: 'advanced' })
    this.#ended = new Promise((_, reject) => {
      this.child.once('exit', (code, signal) => reject(new Error(`a part of the crowd ended with ${code ?? signal}`)))
    })
    this.#ended.catch(() => {})
  }

  async ask(order: Order): Promise<Answer> {
    const answer = new Promise<Answer>((resolve) => this.child.once('message', resolve))
    this.child.send(order)
    const given = await Promise.race([answer, this.#ended])
    if ('failed' in given) throw new Error(`the crowd: ${given.failed}`)
    return given
  }
}

/** Several processes of watchers, one beside the other. */
export class Crowd {
  readonly #seats: Seat[]

  constructor(processes: number) {
    this.#seats = Array.from({ length: processes }, () => new Seat())
  }

  /** Answers how long it took until all were there, milliseconds. */
  async come(kind: Kind, where: { port: number; no: string }, count: number, ms = 180_000): Promise<number> {
    const each = Math.ceil(count / this.#seats.length)
    const came = await Promise.all(
      this.#seats.map((seat, i) => {
        const mine = Math.max(0, Math.min(each, count - i * each))
        const first = i * Math.ceil(each / PER_ADDRESS)
        return seat.ask({ order: 'come', kind, ...where, count: mine, first, ms }) as Promise<{ came: number }>
      }),
    )
    return Math.max(...came.map((one) => one.came))
  }

  /** When each watcher heard the entry. Those who had not after `ms` are missing. */
  async heard(kind: Kind, index: number, ms = 30_000): Promise<number[]> {
    const parts = await this.#all<{ heard: Float64Array }>({ order: 'heard', kind, index, ms })
    return parts.flatMap((part) => [...part.heard])
  }

  async whole(last: number, ms: number): Promise<{ back: number[]; least: number; most: number; missing: number }> {
    const parts = await this.#all<Extract<Answer, { back: Float64Array }>>({ order: 'whole', last, ms })
    return {
      back: parts.flatMap((part) => [...part.back]),
      least: Math.min(...parts.map((part) => part.entries[0])),
      most: Math.max(...parts.map((part) => part.entries[1])),
      missing: parts.reduce((sum, part) => sum + part.missing, 0),
    }
  }

  async leave(kind: Kind): Promise<void> {
    await this.#all({ order: 'leave', kind })
  }

  end(): void {
    for (const { child } of this.#seats) child.kill('SIGKILL')
  }

  #all<T extends Answer>(order: Order): Promise<T[]> {
    return Promise.all(this.#seats.map((seat) => seat.ask(order) as Promise<T>))
  }
}
