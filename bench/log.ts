// How fast does the log take entries in, how soon are they witnessed, how many proofs can it give, and how long does checking a million entries take?
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { type House, startHouse } from '../scripts/house.ts'
import { secondsZ } from '../src/domain/kit/time.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { b64u, utf8 } from '../src/proof/bytes.ts'
import { follow, type LogSource } from '../src/proof/follow.ts'
import { openLeaf } from '../src/proof/leaf.ts'
import { checkpointText, signNote, vkeyOf } from '../src/proof/note.ts'
import { readPolicy } from '../src/proof/policy.ts'
import { bundleOf, readTilePath, TILE_WIDTH } from '../src/proof/tiles.ts'
import { Compact, leafHash } from '../src/proof/tree.ts'
import { startBareRoute } from './bare-route.ts'
import { sweepWorlds } from './intake-house.ts'
import { KeepAlive } from './keep-alive.ts'
import { limit, type Result, ratio, resultOf } from './result.ts'
import { inTurns, median, quantile } from './rounds.ts'

export type LogOptions = {
  rounds: number
  /** Entries of one round. */
  entries: number
  /** Entries that a stranger checks. */
  leaves: number
  /** Single acts whose way to the witnesses is timed, in all rounds together. */
  acts: number
  clients: number
  seconds: number
  data: string
  say: (line: string) => void
}

const ORIGIN = 'bench.example/log'
/** As many as the sequencer takes at once. */
const BATCH = 256

/** An entry as an act makes one, with a payload of its own. */
function entry(n: number): { leaf: Uint8Array; hash: Uint8Array; payload: Uint8Array } {
  const payload = utf8(`{"n":${n},"typ":"bench/1"}`)
  const hash = P.sha256(payload)
  const at = secondsZ(1_800_000_000_000)
  return { payload, hash, leaf: openLeaf({ typ: 'bench/1', at, org: 'bench', ref: '-', by: '-', h: b64u(hash) }) }
}

/** Puts entries where an act's own transaction puts them. */
async function act(client: pg.Client, from: number, count: number): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => entry(from + i))
  const [hashes, payloads, leaves] = [all.map((e) => e.hash), all.map((e) => e.payload), all.map((e) => e.leaf)]
  await client.query('BEGIN')
  await client.query('INSERT INTO log_payload (hash, bytes) SELECT * FROM unnest($1::bytea[], $2::bytea[])', [
    hashes.map((b) => Buffer.from(b)),
    payloads.map((b) => Buffer.from(b)),
  ])
  await client.query(
    `INSERT INTO log_outbox (kind, typ, leaf, payload_hash) SELECT 'open', 'bench/1', * FROM unnest($1::bytea[], $2::bytea[])`,
    [leaves.map((b) => Buffer.from(b)), hashes.map((b) => Buffer.from(b))],
  )
  await client.query('COMMIT')
}

const countOf = async (client: pg.Client, text: string) => Number((await client.query<{ n: string }>(text)).rows[0]?.n)

/** Waits until everything that was handed in is under a checkpoint that the quorum has cosigned; answers its size. */
async function witnessed(client: pg.Client, everyMs: number): Promise<number> {
  for (const end = performance.now() + 300_000; performance.now() < end; ) {
    const waiting = await countOf(
      client,
      `SELECT (SELECT count(*) FROM log_outbox) + (SELECT count(*) FROM log_entry
         WHERE idx >= (SELECT coalesce(max(size), 0) FROM log_checkpoint)) AS n`,
    )
    if (waiting === 0) return countOf(client, 'SELECT max(size) AS n FROM log_checkpoint')
    await new Promise((again) => setTimeout(again, everyMs))
  }
  throw new Error('entries are under no checkpoint after five minutes')
}

const sinceMs = (began: number) => performance.now() - began

/** Entries a second that a bare table takes, in transactions of the same size. */
async function bareEntries(client: pg.Client, round: number, count: number): Promise<number> {
  await client.query('CREATE TABLE IF NOT EXISTS bare_entry (n bigint PRIMARY KEY, leaf bytea, payload bytea)')
  const first = round * count
  const all = Array.from({ length: count }, (_, i) => entry(first + i))
  const began = performance.now()
  for (let from = 0; from < count; from += BATCH) {
    const some = all.slice(from, from + BATCH)
    await client.query('INSERT INTO bare_entry SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])', [
      some.map((_, i) => first + from + i),
      some.map((e) => Buffer.from(e.leaf)),
      some.map((e) => Buffer.from(e.payload)),
    ])
  }
  return (count * 1000) / sinceMs(began)
}

/** Replies a second over these connections; a reply of another status than 2xx ends the measurement. */
async function repliesPerSecond(
  port: number,
  clients: number,
  seconds: number,
  head: (n: number) => string,
  body = '',
) {
  const lines = await Promise.all(Array.from({ length: clients }, () => KeepAlive.open(port)))
  const bytes = Buffer.from(body)
  let n = 0
  const began = performance.now()
  await Promise.all(
    lines.map(async (line) => {
      while (sinceMs(began) < seconds * 1000) {
        const { status, body: text } = await line.send(head(n++), bytes)
        if (status >= 300) throw new Error(`${status}: ${text.slice(0, 200)}`)
      }
    }),
  )
  const perSecond = (n * 1000) / sinceMs(began)
  for (const line of lines) line.close()
  return perSecond
}

/** Milliseconds from the COMMIT of an act to a checkpoint over it with its quorum, at moments that are different each time. */
async function actsToWitnessed(client: pg.Client, acts: number, from: number): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < acts; i++) {
    await new Promise((later) => setTimeout(later, Math.random() * 1000))
    await act(client, from + i, 1)
    const began = performance.now()
    await witnessed(client, 10)
    times.push(sinceMs(began))
  }
  return times
}

/** A log of so many entries as a stranger reads it, in memory: what is timed is the checking alone. */
async function strangersLog(leaves: number) {
  const seed = P.random(32)
  const log = new Compact(P)
  const bundles = new Map<number, Uint8Array>()
  for (let from = 0; from < leaves; from += TILE_WIDTH) {
    const some = Array.from({ length: Math.min(TILE_WIDTH, leaves - from) }, (_, i) => entry(from + i).leaf)
    for (const leaf of some) log.append(leafHash(P, leaf))
    bundles.set(from / TILE_WIDTH, bundleOf(some))
  }
  const text = checkpointText({ origin: ORIGIN, size: leaves, root: log.root() })
  const note = utf8(await signNote(P, ORIGIN, seed, text))
  const policy = readPolicy(`log ${vkeyOf(P, ORIGIN, P.ed25519PublicKey(seed))} http://localhost/log\nquorum none\n`)
  const get: LogSource['get'] = async (path) =>
    path === 'checkpoint' ? note : (bundles.get(readTilePath(path).n) ?? null)
  return { policy, source: { get } }
}

/** Seconds that the follower takes for all entries, and seconds of as many bare SHA-256 of an entry's size. */
async function checkAll(leaves: number): Promise<{ seconds: number; bareSeconds: number }> {
  const { policy, source } = await strangersLog(leaves)
  const began = performance.now()
  const seen = await follow(P, source, policy, null)
  const seconds = sinceMs(began) / 1000
  if ('refused' in seen) throw new Error(`the log was refused: ${seen.says}`)
  if (seen.entries.length !== leaves) throw new Error(`${seen.entries.length} entries were checked, not ${leaves}`)
  const { leaf } = entry(0)
  const bare = performance.now()
  for (let i = 0; i < leaves; i++) P.sha256(leaf)
  return { seconds, bareSeconds: sinceMs(bare) / 1000 }
}

async function measure(o: LogOptions, house: House, client: pg.Client, bare: { port: number }) {
  const port = Number(new URL(house.url).port)
  let next = 0
  const rounds = await inTurns<number>(
    o.rounds,
    {
      entries: async () => {
        await act(client, next, o.entries)
        next += o.entries
        const began = performance.now()
        await witnessed(client, 5)
        return (o.entries * 1000) / sinceMs(began)
      },
      bareEntries: (round) => bareEntries(client, round, o.entries),
      proofs: async () => {
        const size = await witnessed(client, 5)
        const head = (n: number) => `GET /log/proof/${(n * 7919) % size} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`
        return repliesPerSecond(port, o.clients, o.seconds, head)
      },
      bareRequests: () => {
        const head = 'POST /bids HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n'
        return repliesPerSecond(bare.port, o.clients, o.seconds, () => head, '{"bid":1}')
      },
    },
    (round, { entries: e, proofs: p }) =>
      o.say(`log: round ${round + 1} of ${o.rounds}: ${e?.toFixed(0)} entries/s, ${p?.toFixed(0)} proofs/s`),
  )
  o.say(`log: ${o.acts} single acts on their way to the witnesses`)
  const times = await actsToWitnessed(client, o.acts, next)
  return { rounds, times }
}

/** Measures sequencer, signer and three witnesses as the processes they are, and a stranger's check of a log in memory. */
export async function measureLog(o: LogOptions): Promise<Result> {
  const dataDir = join(o.data, 'log')
  for (const part of ['server', 'signer', 'witnesses']) await rm(join(dataDir, part), { recursive: true, force: true })
  const world = `bench_${Date.now()}`
  const house = await startHouse({
    dataDir,
    database: world,
    origin: ORIGIN,
    say: o.say,
    onComplaint: (who, line) => o.say(`[${who}] ${line}`),
  })
  const bare = await startBareRoute()
  const client = new pg.Client({ connectionString: house.databaseUrl })
  try {
    if (house.cluster) await sweepWorlds(house.cluster, world)
    await client.connect()
    const { rounds, times } = await measure(o, house, client, bare)
    o.say(`log: checking ${o.leaves} entries`)
    const checked = await checkAll(o.leaves)
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
    const mid = (name: string) => median(rounds.map((round) => round[name] as number))
    const overBare = (a: string, b: string) => median(rounds.map((r) => (r[a] as number) / (r[b] as number)))
    const million = checked.seconds * (1_000_000 / o.leaves)
    return resultOf({
      benchmark: 'log',
      versions: { postgres: rows[0]?.server_version ?? 'unknown' },
      params: {
        entries: o.entries,
        leaves: o.leaves,
        acts: o.acts,
        clients: o.clients,
        seconds: o.seconds,
        witnesses: 3,
      },
      rounds,
      medians: {
        'entries per second': mid('entries'),
        'bare entries per second': mid('bareEntries'),
        'proofs per second': mid('proofs'),
        'bare requests per second': mid('bareRequests'),
        'act to witnessed p50 ms': quantile(times, 0.5),
        'seconds to check the entries': checked.seconds,
        'seconds of as many bare SHA-256': checked.bareSeconds,
      },
      ratios: {
        'entries a second': ratio('through sequencer, signer and three witnesses', mid('entries'), 3000),
        'entries / bare': ratio(
          'entries against rows of a bare table, 256 a transaction',
          overBare('entries', 'bareEntries'),
          null,
        ),
        'proofs / bare': ratio('proofs against bare requests', overBare('proofs', 'bareRequests'), null),
        'act to witnessed p99 ms': limit('from COMMIT to a checkpoint with its quorum', quantile(times, 0.99), 2000),
        'seconds for a million entries': limit('to check them all, on one core', million, 60),
        'check / bare SHA-256': ratio(
          'speed of checking against one bare hash an entry',
          checked.bareSeconds / checked.seconds,
          null,
        ),
      },
    })
  } finally {
    await client.end().catch(() => {})
    bare.stop()
    await house.stop()
  }
}
