// How fast does one log entry reach a thousand watchers, and ten thousand, beside a bare WebSocket broadcast; and are they all back after a restart?
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { holdFolder } from '../src/node/atomic-file.ts'
import type { Json } from '../src/proof/canonical.ts'
import { LIVE_LIMITS } from '../src/server/live-readers.ts'
import { cpuSecondsOf } from './cpu-time.ts'
import { Crowd, insistOnFiles, type Kind } from './crowd-process.ts'
import { type IntakeHouse, openIntakeHouse } from './intake-house.ts'
import { LiveLog } from './live-log.ts'
import { LoadProcess, type Sent } from './load-process.ts'
import { CannotMeasure, limit, type Ratio, type Result, resultOf } from './result.ts'
import { inTurns, median, quantile, rounded } from './rounds.ts'
import { sharedNow } from './watching.ts'

export type LiveOptions = {
  rounds: number
  /** Bids of each leg that sends some. */
  bids: number
  /** Entries of each leg that tells some. */
  events: number
  /** The large crowd, and the small one. */
  watchers: number
  few: number
  data: string
  say: (line: string) => void
}

/** Processes that the crowd sits in: one could not read for ten thousand in the time that is measured. */
const CROWD_PROCESSES = 2
const TICK_MS = 250
/** The pace of bids while others watch: a busy last hour, not the most that goes. */
const BID_EVERY_MS = 40
/** Watched, beside a bare server, and by themselves. */
const BID_LEGS = 3
/** The pace of entries while bids come. */
const ENTRY_EVERY_MS = 1000
const BACK_WITHIN_MS = 150_000
const PROBE_EVERY_MS = 100
const MIB = 2 ** 20

/** One leg of telling: from publication to each socket, and from the commit of the act, milliseconds over all events and sockets. */
type Told = {
  sockets: number
  events: number
  p50Ms: number
  p99Ms: number
  mostMs: number
  fromCommitP99Ms: number | null
  cpuMicrosPerDelivery: number | null
  missing: number
}

/** Resident memory of a process in bytes, from /proc; null elsewhere than on Linux. */
function memoryOf(pid: number): number | null {
  try {
    const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return found === undefined ? null : Number(found) * 1024
  } catch {
    return null
  }
}

/** Follows the memory of a process; answers how to end it and learn by how much it grew at most. */
function growthOf(pid: number): () => number | null {
  const before = memoryOf(pid)
  let most = before ?? 0
  const look = () => {
    most = Math.max(most, memoryOf(pid) ?? 0)
  }
  const timer = setInterval(look, 100)
  return () => {
    look()
    clearInterval(timer)
    return before === null ? null : most - before
  }
}

class BareServer {
  readonly child: ChildProcess
  port = 0
  constructor() {
    this.child = fork(fileURLToPath(new URL('./bare-broadcast.ts', import.meta.url)))
  }
  async start(): Promise<this> {
    this.port = (await this.#answer<{ port: number }>()).port
    return this
  }
  async broadcast(say: string): Promise<number> {
    const answer = this.#answer<{ at: number }>()
    this.child.send({ say })
    return (await answer).at
  }
  #answer<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`the bare broadcast ended with ${code}`))
      this.child.once('exit', gone)
      this.child.once('message', (message: T) => {
        this.child.off('exit', gone)
        resolve(message)
      })
    })
  }
}

type Standing = { of: IntakeHouse; log: LiveLog; crowd: Crowd; bare: BareServer; load: LoadProcess }

const apiPid = (of: IntakeHouse) => of.house.children.get('api')?.pid ?? -1
const portOf = (of: IntakeHouse) => Number(new URL(of.house.url).port)

/** The processor time of a process while something is done. */
async function spending<T>(pid: number, work: () => Promise<T>): Promise<{ done: T; seconds: number | null }> {
  const before = cpuSecondsOf(pid)
  const done = await work()
  const after = cpuSecondsOf(pid)
  return { done, seconds: before === null || after === null ? null : after - before }
}

function toldOf(
  sockets: number,
  each: { times: number[]; from: number; committed: number | null }[],
  seconds: number | null,
): Told {
  const all = each.flatMap(({ times, from }) => times.map((at) => Math.max(0, at - from)))
  const sinceCommit = each.flatMap(({ times, committed }) =>
    committed === null ? [] : times.map((at) => at - committed),
  )
  const count = all.length
  if (count === 0) throw new Error('nobody heard anything')
  return {
    sockets,
    events: each.length,
    p50Ms: rounded(quantile(all, 0.5)),
    p99Ms: rounded(quantile(all, 0.99)),
    mostMs: rounded(quantile(all, 1)),
    fromCommitP99Ms: sinceCommit.length === 0 ? null : rounded(quantile(sinceCommit, 0.99)),
    cpuMicrosPerDelivery: seconds === null ? null : rounded((seconds / count) * 1e6),
    missing: each.reduce((sum, { times }) => sum + sockets - times.length, 0),
  }
}

/** Entries of the real log, one after the other, to everybody. */
async function tellLive({ of, log, crowd }: Standing, sockets: number, events: number): Promise<Told> {
  const each: Parameters<typeof toldOf>[1] = []
  const { seconds } = await spending(apiPid(of), async () => {
    for (let i = 0; i < events; i++) {
      const { index, committed, published } = await log.publish(of.tender)
      each.push({ times: await crowd.heard('live', index), from: published, committed })
    }
  })
  return toldOf(sockets, each, seconds)
}

let said = 0
/** The bytes of an entry from a loop over `ws`: which it is, and when it was said. */
async function sayBare({ bare }: Standing, sample: object): Promise<{ index: number; from: number }> {
  const index = 1_000_000 + said++
  const from = await bare.broadcast(`42${JSON.stringify(['entry', { index, prev: index - 1, ...sample }])}`)
  return { index, from }
}

/** The same bytes from a loop over `ws`. */
async function tellBare(standing: Standing, sockets: number, events: number, sample: object): Promise<Told> {
  const { bare, crowd } = standing
  const each: Parameters<typeof toldOf>[1] = []
  const { seconds } = await spending(bare.child.pid ?? -1, async () => {
    for (let i = 0; i < events; i++) {
      const { index, from } = await sayBare(standing, sample)
      each.push({ times: await crowd.heard('bare', index), from, committed: null })
    }
  })
  return toldOf(sockets, each, seconds)
}

/** An entry as it is sent, without its place: for the bare server to send bytes like it. */
async function sampleOf({ of, log }: Standing): Promise<object> {
  const { index } = await log.publish(of.tender)
  const res = await fetch(`${of.house.url}/api/v1/tenders/${of.tender}/events?after=${index - 1}`)
  const { events } = (await res.json()) as { events: { index: number; prev: number }[] }
  const [{ index: _, prev: __, ...rest } = { index: 0, prev: 0 }] = events
  return rest
}

/** Rounds of telling to so many sockets, ours and bare ones in turns. */
async function telling(standing: Standing, o: LiveOptions, sockets: number) {
  const { of, crowd, bare } = standing
  const growth = { live: growthOf(apiPid(of)), bare: growthOf(bare.child.pid ?? -1) }
  const came = {
    live: await crowd.come('live', { port: portOf(of), no: of.tender }, sockets),
    bare: await crowd.come('bare', { port: bare.port, no: of.tender }, sockets),
  }
  o.say(`live: ${sockets} watchers came within ${rounded(came.live / 1000)} s`)
  const sample = await sampleOf(standing)
  await tellLive(standing, sockets, 2)
  await tellBare(standing, sockets, 2, sample)
  const rounds = await inTurns(
    o.rounds,
    { live: () => tellLive(standing, sockets, o.events), bare: () => tellBare(standing, sockets, o.events, sample) },
    (round, { live, bare: b }) =>
      o.say(`live: ${sockets} sockets, round ${round + 1} of ${o.rounds}: p99 ${live?.p99Ms} ms, bare ${b?.p99Ms} ms`),
  )
  const grown = { live: growth.live(), bare: growth.bare() }
  return { came, grown, rounds: rounds as { live: Told; bare: Told }[] }
}

type Beside = {
  /** Whose entries are told meanwhile: the tender that everybody watches, or one that nobody does. */
  told: string
  /** What a bare server in a process of its own tells as many sockets each time. */
  bare?: object
}

/** Bids at a steady pace, from the `from`th bidder to the one before the `to`th, while entries are told. */
async function bidding(standing: Standing, { told, bare }: Beside, from: number, to: number): Promise<Sent> {
  const { of, log, load } = standing
  const tokens = await of.tokensOf(from, to)
  let done = false
  const entries = (async () => {
    while (!done) {
      await log.write(told)
      if (bare !== undefined) await sayBare(standing, bare)
      await sleep(ENTRY_EVERY_MS)
    }
  })()
  try {
    const path = `/api/v1/tenders/${of.tender}/bids`
    const sent = await load.send({
      port: portOf(of),
      path,
      clients: 16,
      tokens,
      from,
      to,
      seconds: null,
      everyMs: BID_EVERY_MS,
    })
    if (sent.refusal !== null) throw new Error(`a bid was refused: ${sent.refusal}`)
    return sent
  } finally {
    done = true
    await entries
  }
}

/** Kills the API and starts it again, while entries go on: everybody comes back at once. */
async function herd({ of, log, crowd }: Standing, o: LiveOptions) {
  let done = false
  const entries = (async () => {
    while (!done) {
      await log.write(of.tender)
      await sleep(ENTRY_EVERY_MS)
    }
  })()
  const probes: number[] = []
  let unanswered = 0
  const killed = sharedNow()
  await of.house.kill('api')
  await of.house.start('api')
  const ready = sharedNow()
  const probing = (async () => {
    while (!done) {
      const at = sharedNow()
      const res = await fetch(`${of.house.url}/api/v1/tenders/${of.tender}`).catch(() => null)
      await res?.arrayBuffer()
      if (res?.ok) probes.push(sharedNow() - at)
      else unanswered++
      await sleep(PROBE_EVERY_MS)
    }
  })()
  const { last } = await log.state(of.tender)
  await crowd.whole(last, BACK_WITHIN_MS)
  done = true
  await Promise.all([entries, probing])
  await log.settled()
  const end = await log.state(of.tender)
  const { back, least, most, missing } = await crowd.whole(end.last, BACK_WITHIN_MS)
  const sorted = back.sort((a, b) => a - b)
  const seconds = (at: number | undefined, since: number) => rounded(((at ?? Number.NaN) - since) / 1000)
  const result = {
    watchers: back.length,
    restartSeconds: rounded((ready - killed) / 1000),
    halfBackSeconds: seconds(sorted[Math.floor(sorted.length / 2)], ready),
    allBackSeconds: seconds(sorted.at(-1), ready),
    allBackSinceKillSeconds: seconds(sorted.at(-1), killed),
    entries: end.entries,
    lost: missing + (end.entries - least) + Math.max(0, most - end.entries),
    readsP99Ms: probes.length === 0 ? null : rounded(quantile(probes, 0.99)),
    readsRefused: unanswered,
  }
  o.say(
    `live: all ${result.watchers} back ${result.allBackSeconds} s after the restart, ${result.lost} entries lost, reads p99 ${result.readsP99Ms} ms`,
  )
  return result
}

async function measure(o: LiveOptions, standing: Standing, warm: number) {
  const { of, crowd, log } = standing
  const gone = async () => {
    for (const kind of ['live', 'bare'] satisfies Kind[]) await crowd.leave(kind)
    await sleep(2000)
  }
  o.say('live: warming up')
  await bidding(standing, { told: of.beside }, 0, warm)
  // Large parts of the server run for the first time with the first watchers; their memory is not the crowd's.
  await crowd.come('live', { port: portOf(of), no: of.tender }, Math.min(o.few, 100))
  await tellLive(standing, Math.min(o.few, 100), 3)
  await gone()
  const few = await telling(standing, o, o.few)
  await gone()
  const many = await telling(standing, o, o.watchers)
  const sample = await sampleOf(standing)
  const first = (round: number, leg: number) => warm + (BID_LEGS * round + leg) * o.bids
  const bids = await inTurns(
    o.rounds,
    {
      watched: (round) => bidding(standing, { told: of.tender }, first(round, 0), first(round, 1)),
      shared: (round) => bidding(standing, { told: of.beside, bare: sample }, first(round, 1), first(round, 2)),
      alone: (round) => bidding(standing, { told: of.beside }, first(round, 2), first(round, 3)),
    },
    (round, { watched, shared, alone }) =>
      o.say(
        `live: bids, round ${round + 1} of ${o.rounds}: p99 ${watched?.p99Ms} ms watched, ${shared?.p99Ms} ms while a bare server tells as many, ${alone?.p99Ms} ms by themselves`,
      ),
  )
  await crowd.leave('bare')
  await log.settled()
  return { few, many, bids: bids as Record<'watched' | 'shared' | 'alone', Sent>[], herd: await herd(standing, o) }
}

type Measured = Awaited<ReturnType<typeof measure>>

function figures({ few, many, bids, herd: back }: Measured): Pick<Result, 'medians' | 'ratios'> {
  const mid = (crowd: typeof few, ask: (round: { live: Told; bare: Told }) => number | null) =>
    median(crowd.rounds.map((round) => ask(round) ?? Number.NaN))
  const sized = (crowd: typeof few) => String(crowd.rounds[0]?.live.sockets)
  const medians = [few, many].flatMap((crowd): [string, number][] => [
    [`${sized(crowd)} sockets, p50 ms`, mid(crowd, (r) => r.live.p50Ms)],
    [`${sized(crowd)} sockets, p99 ms from the commit of the act`, mid(crowd, (r) => r.live.fromCommitP99Ms)],
    [`${sized(crowd)} sockets, slowest ms`, mid(crowd, (r) => r.live.mostMs)],
    [`${sized(crowd)} bare sockets, p99 ms`, mid(crowd, (r) => r.bare.p99Ms)],
    [`${sized(crowd)} sockets, api cpu-µs per delivery`, mid(crowd, (r) => r.live.cpuMicrosPerDelivery)],
    [`${sized(crowd)} bare sockets, cpu-µs per delivery`, mid(crowd, (r) => r.bare.cpuMicrosPerDelivery)],
  ])
  const { live: grown, bare } = many.grown
  const lost = [few, many].flatMap((crowd) => crowd.rounds).reduce((sum, { live }) => sum + live.missing, 0) + back.lost
  const memory: Record<string, Ratio> =
    grown === null
      ? {}
      : { [`memory of ${sized(many)} sockets, MiB`]: limit('growth of the API process at most', grown / MIB, 260) }
  return {
    medians: {
      ...Object.fromEntries(medians.filter(([, value]) => Number.isFinite(value))),
      ...(bare === null ? {} : { [`memory of ${sized(many)} bare sockets, MiB`]: bare / MIB }),
      'seconds until the large crowd had come': many.came.live / 1000,
      'seconds of the restart': back.restartSeconds,
      'seconds until half were back': back.halfBackSeconds,
      'reads p99 ms meanwhile': back.readsP99Ms ?? 0,
      'bid p99 ms, watched': median(bids.map((r) => r.watched.p99Ms)),
      'bid p99 ms while a bare server tells as many': median(bids.map((r) => r.shared.p99Ms)),
      'bid p99 ms, nobody told anything': median(bids.map((r) => r.alone.p99Ms)),
    },
    ratios: {
      [`p99 to ${sized(few)} sockets, ms`]: limit(
        'from publication to each socket',
        mid(few, (r) => r.live.p99Ms),
        500,
      ),
      [`p99 to ${sized(many)} sockets, ms`]: limit(
        'the same',
        mid(many, (r) => r.live.p99Ms),
        1000,
      ),
      ...memory,
      [`p99 / bare ws, ${sized(few)}`]: limit(
        'beside a loop over bare sockets',
        mid(few, (r) => r.live.p99Ms / r.bare.p99Ms),
        null,
      ),
      [`p99 / bare ws, ${sized(many)}`]: limit(
        'the same',
        mid(many, (r) => r.live.p99Ms / r.bare.p99Ms),
        null,
      ),
      'seconds until all were back': limit(`${back.watchers} watchers after a restart`, back.allBackSeconds, 30),
      'entries lost': limit('by anybody, restart included', lost, 0),
      // Ten thousand who read need a good part of the machine's processors, whoever writes to them: what is ours is the rest.
      'bid p99, watched / beside a bare ws that tells as many': limit(
        'bids at a steady pace',
        median(bids.map((r) => r.watched.p99Ms / r.shared.p99Ms)),
        1.2,
      ),
      'bid p99, watched / nobody told anything': limit(
        'the same',
        median(bids.map((r) => r.watched.p99Ms / r.alone.p99Ms)),
        null,
      ),
    },
  }
}

/** Entries of the real log through the real processes to `few` and to `watchers` sockets. */
export async function measureLive(o: LiveOptions): Promise<Result> {
  if (Math.max(o.watchers, o.few) > LIVE_LIMITS.sockets)
    throw new CannotMeasure(`a server takes ${LIVE_LIMITS.sockets} watchers at most`)
  insistOnFiles(Math.max(o.watchers, o.few))
  await mkdir(o.data, { recursive: true })
  const hold = holdFolder(join(o.data, 'held'))
  const closing: (() => Promise<void> | void)[] = [() => hold.release()]
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const warm = 16
    const bidders = warm + BID_LEGS * o.rounds * o.bids
    const of = await openIntakeHouse({ dataDir: o.data, bidders, tickMs: TICK_MS, say: o.say })
    closing.push(of.stop)
    const load = new LoadProcess()
    closing.push(() => load.end())
    o.say(`live: sealing ${bidders} bids of as many bidders`)
    const keysets = { technical: of.keysets.technical as unknown as Json, price: of.keysets.price as unknown as Json }
    await load.seal({ tender: of.tender, keysets, bidders: of.bidders })
    const log = await LiveLog.open(of.house.databaseUrl)
    closing.push(() => log.close())
    const crowd = new Crowd(CROWD_PROCESSES)
    closing.push(() => crowd.end())
    const bare = new BareServer()
    closing.push(() => void bare.child.kill('SIGKILL'))
    const measured = await measure(o, { of, log, crowd, bare: await bare.start(), load }, warm)
    return resultOf({
      benchmark: 'live',
      versions: {},
      params: {
        watchers: o.watchers,
        few: o.few,
        events: o.events,
        bids: o.bids,
        crowdProcesses: CROWD_PROCESSES,
        sequencerTickMs: TICK_MS,
        clients: 'the socket protocol by hand on bare ws: ten thousand of the library’s own would measure themselves',
      },
      rounds: measured.few.rounds.map((round, i) => ({
        [o.few]: round,
        [o.watchers]: measured.many.rounds[i],
        bids: measured.bids[i],
        ...(i === 0 ? { herd: measured.herd } : {}),
      })),
      ...figures(measured),
    })
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stop()
  }
}
