// How many sealed bids a second get a durable receipt, beside a bare INSERT of the same size and a bare route?
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { holdFolder } from '../src/node/atomic-file.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import type { Json } from '../src/proof/canonical.ts'
import { verifyJws } from '../src/proof/jws.ts'
import { type BareInsert, bareInsert } from './bare-insert.ts'
import { startBareRoute } from './bare-route.ts'
import { cpuSecondsOf } from './cpu-time.ts'
import { type IntakeHouse, openIntakeHouse } from './intake-house.ts'
import { LoadProcess, type Receipts, type Sent } from './load-process.ts'
import { type Result, ratio, resultOf } from './result.ts'
import { inTurns, median, rounded } from './rounds.ts'

export type IntakeOptions = {
  rounds: number
  /** Bids of one round; each comes from a bidder of its own. */
  bids: number
  /** Bidders at a time. */
  clients: number
  /** Database sessions that insert at a time. */
  sessions: number
  /** How long the bare legs of a round last. */
  seconds: number
  data: string
  say: (line: string) => void
}

/** One leg of one round; processor seconds by process where the system tells them. */
type Figures = { count: number; seconds: number; perSecond: number } & Partial<Omit<Sent, 'refusal'>>
type Leg = Figures & { processes: Record<string, number> }

/** Runs a leg and adds what each process spent in it. */
async function withCpu(pids: Record<string, number>, leg: () => Promise<Figures>): Promise<Leg> {
  const all = () => Object.entries(pids).map(([name, pid]): [string, number | null] => [name, cpuSecondsOf(pid)])
  const before = new Map(all())
  const done = await leg()
  const spent = all().flatMap(([name, after]): [string, number][] => {
    const was = before.get(name) ?? null
    return was === null || after === null ? [] : [[name, rounded(after - was)]]
  })
  return { ...done, processes: Object.fromEntries(spent) }
}

function sentLeg(sent: Sent): Figures {
  if (sent.refusal !== null) throw new Error(`a bid was refused: ${sent.refusal}`)
  const { refusal: _, ...rest } = sent
  return { ...rest, perSecond: rounded(sent.count / sent.seconds) }
}

/** Is every receipt in the database as it was given, signed by the server, and under a signed checkpoint? Throws when one is not. */
async function audit({ house, tender, keys }: IntakeHouse, receipts: Receipts): Promise<void> {
  const client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ c: string; received: string }>(
      `SELECT c, received FROM bid_act JOIN bid_receipt ON act = id WHERE tender = $1 AND kind = 'submission'`,
      [tender],
    )
    const kept = new Map(rows.map(({ c, received }) => [c, received]))
    if (kept.size !== receipts.length) throw new Error(`${receipts.length} receipts, ${kept.size} bids in the database`)
    for (const [c, receipt] of receipts) {
      if (kept.get(c) !== receipt) throw new Error(`the receipt of ${c} is not the one in the database`)
      const read = await verifyJws(P, receipt, keys.receipts.jwk, 'received/1')
      if (read?.payload.c !== c) throw new Error(`the receipt of ${c} does not verify`)
    }
    const end = Date.now() + 60_000
    for (;;) {
      const waiting = await client.query<{ n: string }>(
        'SELECT count(*) AS n FROM bid_act WHERE idx IS NULL OR idx >= (SELECT coalesce(max(size), 0) FROM log_checkpoint)',
      )
      const n = waiting.rows[0]?.n
      if (n === '0') return
      if (Date.now() > end) throw new Error(`${n} bids are under no signed checkpoint after a minute`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  } finally {
    await client.end()
  }
}

async function versionOf(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version')
  await client.end()
  return rows[0]?.server_version ?? 'unknown'
}

/** Each bidder asks for its own bids so far, as its page does to know the next one's number: that is not what is measured. */
async function askOwnBids({ house, tender }: IntakeHouse, tokens: readonly string[]): Promise<void> {
  const left = [...tokens]
  const asking = async () => {
    for (let token = left.pop(); token !== undefined; token = left.pop()) {
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${house.url}/api/v1/tenders/${tender}/bids/mine`, { headers })
      if (!answer.ok) throw new Error(`own bids: ${answer.status} ${await answer.text()}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: 8 }, asking))
}

type Standing = { of: IntakeHouse; load: LoadProcess; bare: { port: number }; insert: BareInsert }

async function measure(o: IntakeOptions, { of, load, bare, insert }: Standing, warm: number) {
  const pid = (name: string) => of.house.children.get(name)?.pid ?? -1
  const pids = { api: pid('api'), worker: pid('worker'), postgres: of.postgres }
  const port = Number(new URL(of.house.url).port)
  const path = `/api/v1/tenders/${of.tender}/bids`
  const intake = async (from: number, to: number) => {
    const tokens = await of.tokensOf(from, to)
    await askOwnBids(of, tokens)
    return withCpu(pids, async () =>
      sentLeg(await load.send({ port, path, clients: o.clients, tokens, from, to, seconds: null })),
    )
  }
  const express = (seconds: number, from: number, to: number) =>
    withCpu({}, async () =>
      sentLeg(await load.send({ port: bare.port, path: '/bids', clients: o.clients, tokens: [], from, to, seconds })),
    )
  const inserts = (seconds: number) => withCpu({ postgres: pids.postgres }, () => insert.insert(seconds))
  o.say('intake: warming up')
  await intake(0, warm)
  await express(1, 0, warm)
  await inserts(1)
  const first = (round: number) => warm + round * o.bids
  return inTurns(
    o.rounds,
    {
      insert: () => inserts(o.seconds),
      intake: (round) => intake(first(round), first(round) + o.bids),
      express: (round) => express(o.seconds, first(round), first(round) + o.bids),
    },
    (round, { insert: i, intake: b, express: e }) =>
      o.say(
        `intake: round ${round + 1} of ${o.rounds}: ${b?.perSecond} bids/s, ${i?.perSecond} bare inserts/s, ${e?.perSecond} bare requests/s`,
      ),
  )
}

/** Accepts `bids` real bids a round through the API process, with sequencer and signer at work. */
export async function measureIntake(o: IntakeOptions): Promise<Result> {
  await mkdir(o.data, { recursive: true })
  const hold = holdFolder(join(o.data, 'held'))
  const closing: (() => Promise<void> | void)[] = [() => hold.release()]
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    // As many as a round has: an API that has been up for a while is measured, not its compiler.
    const warm = Math.max(o.clients, o.bids)
    const bidders = warm + o.rounds * o.bids
    const of = await openIntakeHouse({ dataDir: o.data, bidders, say: o.say })
    closing.push(of.stop)
    const load = new LoadProcess()
    closing.push(() => load.end())
    o.say(`intake: sealing ${bidders} bids of as many bidders`)
    const keysets = { technical: of.keysets.technical as unknown as Json, price: of.keysets.price as unknown as Json }
    const sample = await load.seal({ tender: of.tender, keysets, bidders: of.bidders })
    const bare = await startBareRoute()
    closing.push(bare.stop)
    const insert = await bareInsert(of.house.databaseUrl, sample, { clients: o.sessions, folder: o.data })
    closing.push(insert.close)
    const rounds = await measure(o, { of, load, bare, insert }, warm)
    const receipts = await load.receipts()
    await audit(of, receipts)
    const legs = rounds.map((r) => r as { insert: Leg; intake: Leg; express: Leg })
    const mid = (ask: (leg: (typeof legs)[number]) => number) => median(legs.map(ask))
    const total = (leg: Leg) => Object.values(leg.processes).reduce((sum, s) => sum + s, 0)
    const perBid = (name: string) => mid(({ intake }) => ((intake.processes[name] ?? 0) / intake.count) * 1e6)
    const known = legs.every(({ intake }) => total(intake) > 0)
    return resultOf({
      benchmark: 'intake',
      versions: { postgres: await versionOf(of.house.databaseUrl), 'bare insert by': insert.by },
      params: {
        bids: o.bids,
        clients: o.clients,
        sessions: o.sessions,
        seconds: o.seconds,
        requestBytes: sample.requestBytes,
        technicalBytes: sample.technical.length,
        priceBytes: sample.price.length,
        receiptsAudited: receipts.length,
        seed: 'none: seal takes its seeds from the operating system alone',
      },
      rounds: legs,
      medians: {
        'receipts per second': mid((r) => r.intake.perSecond),
        'bare inserts per second': mid((r) => r.insert.perSecond),
        'bare requests per second': mid((r) => r.express.perSecond),
        'receipt p50 ms': mid((r) => r.intake.p50Ms ?? 0),
        'receipt p99 ms': mid((r) => r.intake.p99Ms ?? 0),
        ...(known
          ? {
              'api cpu-µs per bid': perBid('api'),
              'postgres cpu-µs per bid': perBid('postgres'),
              'worker cpu-µs per bid': perBid('worker'),
              'postgres cpu-µs per bare insert': mid(({ insert: i }) => ((i.processes.postgres ?? 0) / i.count) * 1e6),
            }
          : {}),
      },
      ratios: {
        'intake / pgbench': ratio(
          `receipts against bare inserts (${insert.by})`,
          mid((r) => r.intake.perSecond / r.insert.perSecond),
          0.25,
        ),
        'intake / bare express': ratio(
          'receipts against bare requests of the same bytes',
          mid((r) => r.intake.perSecond / r.express.perSecond),
          null,
        ),
      },
    })
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stop()
  }
}
