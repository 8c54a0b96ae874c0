// Who writes the entries that the crowd watches for, and when is one of them published?
import pg from 'pg'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { openDatabase } from '../src/server/db.ts'
import { append } from '../src/server/log/append.ts'
import { sharedNow } from './watching.ts'

/** About the size of an opened price bid with its surroundings. */
const WORDS = '공개 기록의 한 줄. One line of the public record. '.repeat(24)
const PATIENCE_MS = 30_000

/** Milliseconds of the machine's monotonic clock: the act was committed; the signed checkpoint over it was. */
export type Published = { index: number; committed: number; published: number }

type Waiting = { no: string; after: number; take: (found: { index: number; published: number }) => void }

/**
 * Writes real entries through the one door that there is, and hears of their publication as the server does: by the notice
 * that the sequencer commits together with the signed checkpoint.
 */
export class LiveLog {
  readonly #db
  readonly #client: pg.Client
  readonly #waiting = new Set<Waiting>()
  #written = 0

  private constructor(url: string) {
    this.#db = openDatabase({ url, max: 2 })
    this.#client = new pg.Client({ connectionString: url })
  }

  static async open(url: string): Promise<LiveLog> {
    const log = new LiveLog(url)
    await log.#client.connect()
    log.#client.on('notification', ({ payload }) => void log.#noticed(Number(payload), sharedNow()))
    await log.#client.query('LISTEN madang_log')
    return log
  }

  /** The tender's published entries: how many, and the index of the last. */
  async state(no: string): Promise<{ entries: number; last: number }> {
    const { rows } = await this.#client.query<{ n: string; last: string | null }>(
      `SELECT count(*) AS n, max(idx) AS last FROM log_entry
       WHERE ref = $1 AND idx < (SELECT coalesce(max(size), 0) FROM log_checkpoint)`,
      [no],
    )
    return { entries: Number(rows[0]?.n), last: Number(rows[0]?.last ?? -1) }
  }

  /** Appends one public entry to the tender; answers when it was committed. */
  async write(no: string): Promise<number> {
    const reasons = [`entry ${this.#written++}`, WORDS]
    await this.#db.withTx(async (work) => {
      const payload = { typ: 'incident/1', tender: no, lot: '1', reasons, acts: [], newDeadline: null }
      await append(P, work, { typ: 'incident/1', org: '-', ref: no, by: '-', payload })
    })
    return sharedNow()
  }

  /** Appends one public entry to the tender and waits until it is published. One at a time for each tender. */
  async publish(no: string): Promise<Published> {
    const { last: after } = await this.state(no)
    let timer: NodeJS.Timeout | undefined
    const found = new Promise<{ index: number; published: number }>((take, reject) => {
      const one = { no, after, take }
      this.#waiting.add(one)
      timer = setTimeout(() => {
        this.#waiting.delete(one)
        reject(new Error(`an entry of ${no} was not published within ${PATIENCE_MS} ms`))
      }, PATIENCE_MS)
    })
    const committed = await this.write(no)
    const seen = await found
    clearTimeout(timer)
    return { ...seen, committed }
  }

  /** Waits until nothing is on its way any more. */
  async settled(): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    for (;;) {
      const { rows } = await this.#client.query<{ n: string }>(
        `SELECT (SELECT count(*) FROM log_outbox) + (SELECT count(*) FROM log_entry
           WHERE idx >= (SELECT coalesce(max(size), 0) FROM log_checkpoint)) AS n`,
      )
      if (rows[0]?.n === '0') return
      if (Date.now() > end) throw new Error(`${rows[0]?.n} entries are not published after ${PATIENCE_MS} ms`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async close(): Promise<void> {
    await this.#client.end()
    await this.#db.close()
  }

  async #noticed(size: number, published: number): Promise<void> {
    for (const one of [...this.#waiting]) {
      const { last } = await this.state(one.no)
      if (last <= one.after || last >= size || !this.#waiting.delete(one)) continue
      one.take({ index: last, published })
    }
  }
}
