// What do tests of the sequencer stand on? A signer as a process, a database to log into, and the one question: is this log whole?
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asc } from 'drizzle-orm'
import { logCheckpoint, logEntry, logPayload } from '../../db/schema/log.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, hex } from '../../src/proof/bytes.ts'
import { readCheckpoint, verifyNote } from '../../src/proof/note.ts'
import { keyFor } from '../../src/proof/shards.ts'
import { rootFromTiles } from '../../src/proof/tiles.ts'
import { Compact, emptyRoot, leafHash } from '../../src/proof/tree.ts'
import type { Database } from '../../src/server/db.ts'
import { append } from '../../src/server/log/append.ts'
import { type SequencerOptions, startSequencer } from '../../src/server/log/sequencer.ts'
import { shards } from '../../src/server/log/shards.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { type Keeper, startKeeper } from '../keepers/keeper-process.ts'
import { type Program, runProgram, tempDir } from '../support/processes.ts'

export const ORIGIN = 'bench.example/log'

/** The signer of one log, as the process that it is; it can be killed, stopped and started again on its folder. */
export class BenchSigner {
  readonly dir = tempDir('signer')
  readonly socket = join(this.dir, 's.sock')
  #keeper: Keeper | null = null

  /** With a key given, a signer that has forgotten everything that this key signed. */
  constructor(key: string | null = null) {
    if (key === null) return
    const state = `{"origin":"${ORIGIN}","root":"${b64(emptyRoot(P))}","size":0,"typ":"signer.state/1"}`
    writeFileSync(join(this.dir, 'state.json'), state)
    writeFileSync(join(this.dir, 'key.json'), key)
  }

  /** Its key file, as a thief would copy it. */
  seedFrom(): string {
    return readFileSync(join(this.dir, 'key.json'), 'utf8')
  }

  async start(): Promise<this> {
    this.#keeper = startKeeper('signer', ['--dir', this.dir, '--socket', this.socket, '--origin', ORIGIN])
    await this.#keeper.line('ready')
    return this
  }

  signal(signal: NodeJS.Signals): void {
    this.#keeper?.child.kill(signal)
  }

  async kill(): Promise<void> {
    await this.#keeper?.kill('SIGKILL')
  }

  get vkey(): string {
    return this.#keeper?.out().match(/ready (\S+)/)?.[1] ?? ''
  }

  /** What it has signed last, as its own disk says. */
  get signedSize(): number {
    type State = { size?: number; logs?: { size: number }[] }
    const state = JSON.parse(readFileSync(join(this.dir, 'state.json'), 'utf8')) as State
    return state.size ?? state.logs?.at(-1)?.size ?? 0
  }
}

/** A sequencer in a process of its own. */
export async function sequencerProcess(
  url: string,
  socket: string,
  origin = ORIGIN,
  tickMs = 20,
  witnesses = 'quorum none\n',
): Promise<Program> {
  const program = runProgram('test/server/sequencer-process.ts', [url, socket, origin, String(tickMs), witnesses])
  await program.waitForLine('started')
  return program
}

/** A sequencer in this process; what troubles it is kept. */
export function sequencerHere(
  db: Database,
  databaseUrl: string,
  signerSocket: string,
  change: Partial<SequencerOptions> = {},
): { stop: () => Promise<void>; problems: Error[] } {
  const problems: Error[] = []
  const onProblem = (err: Error) => void problems.push(err)
  const tickMs = 20
  const options = { P, db, databaseUrl, origin: ORIGIN, signerSocket, tickMs, onProblem, coverShare: 0, ...change }
  return { stop: startSequencer(options).stop, problems }
}

/** Puts `n` entries into the outbox, in one transaction; `from` makes their payloads different from others'. */
export async function say(db: Database, n: number, from = 0, ref: (i: number) => string = () => '-'): Promise<void> {
  await db.withTx(async (work) => {
    for (let i = from; i < from + n; i++) {
      await append(P, work, { typ: 'late/1', org: '-', ref: ref(i), by: '-', payload: { typ: 'late/1', n: i } })
    }
  })
}

export type WholeLog = {
  size: number
  /** Size of the newest published checkpoint. */
  published: number
  notes: string[]
  rows: (typeof logEntry.$inferSelect)[]
  /** `n` of the payloads of `say`, in log order. */
  said: number[]
}

/**
 * Reads the log and insists that it is one: indexes without gaps, tiles that give the root of the leaves, and every checkpoint ever
 * published signed by the one key over a beginning of this very log. A fork, a lost or doubled index fails here.
 */
export async function wholeLog(db: Database, vkey: string): Promise<WholeLog> {
  const {
    rows,
    checkpoints,
    payloads,
    logs,
    roots: stored,
  } = await db.withTx(async ({ tx }) => {
    const rows = await tx.select().from(logEntry).orderBy(asc(logEntry.idx))
    const logs = await shards(tx)
    const read = tileReader()
    const roots: string[] = []
    for (const [at, { no, first }] of logs.entries()) {
      const size = (logs[at + 1]?.first ?? rows.length) - first
      if (size > 0) roots.push(b64(await rootFromTiles(P, size, read(tx, no))))
    }
    return {
      rows,
      logs,
      roots,
      checkpoints: await tx.select().from(logCheckpoint).orderBy(asc(logCheckpoint.size)),
      payloads: await tx.select().from(logPayload),
    }
  })
  for (const [i, row] of rows.entries()) if (row.idx !== i) throw new Error(`index ${row.idx} stands in place ${i}`)
  // The root of every beginning of each log, from the leaves alone.
  const roots: string[] = []
  for (const [at, { first }] of logs.entries()) {
    const tree = new Compact(P)
    for (const { leaf } of rows.slice(first, logs[at + 1]?.first)) {
      tree.append(leafHash(P, leaf))
      roots.push(b64(tree.root()))
    }
    const own = roots.at(-1)
    if (tree.size > 0 && own !== stored[at]) throw new Error('the tiles give another root than the leaves')
  }
  for (const { size, note } of checkpoints) {
    const log = logs.findLast(({ first }) => first < size)
    const key = log && keyFor(P, vkey, log.origin)
    const verified = key ? await verifyNote(P, note, key) : null
    if (!log || !verified) throw new Error(`the checkpoint of ${size} is not signed by the log's key`)
    if (verified.size !== size - log.first || b64(verified.root) !== roots[size - 1]) {
      throw new Error(`the checkpoint of ${size} is of another tree: the log has forked`)
    }
  }
  const texts = new Map(payloads.map((p) => [hex(p.hash), new TextDecoder().decode(p.bytes)]))
  const said = rows.flatMap((row) => {
    const text = row.payloadHash && texts.get(hex(row.payloadHash))
    const n = text ? (JSON.parse(text) as { n?: number }).n : undefined
    return n === undefined ? [] : [n]
  })
  const notes = checkpoints.map((c) => c.note)
  const published = checkpoints.at(-1)?.size ?? 0
  return { size: rows.length, published, notes, rows, said }
}

/** Size and root of a note. */
export const sizeAndRoot = (note: string) => {
  const { size, root } = readCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))
  return { size, root: b64(root) }
}
