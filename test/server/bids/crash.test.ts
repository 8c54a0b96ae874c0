// Does an acknowledged bid survive kill -9 of the API, and of sessions of the database, at any moment? Fifty kills, then an audit.
import { expect, onTestFinished, test } from 'vitest'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { fromB64u, fromUtf8 } from '../../../src/proof/bytes.ts'
import { startSequencer } from '../../../src/server/log/sequencer.ts'
import { eventually, makeWorld } from '../../support/world.ts'
import { type Bidder, codesOf, makeBidders, newKey, pause, sealChain, sealFor, submit } from './bid-kit.ts'
import { buildProgram, type RunningApi, startBuilt } from './built-program.ts'
import { type Acknowledged, auditReceipts } from './crash-audit.ts'

const world = await makeWorld()
const env = {
  DATABASE_URL: world.database.url,
  MADANG_DATA: world.dataDir,
  MADANG_SIGNER: world.config.signerSocket,
  PORT: '0',
}

/** Numbers from a seed, for the moments of the kills (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** An API that is there again after each kill; its successor starts while it still serves. */
async function standIn(file: string) {
  let current: RunningApi | null = await startBuilt(file, env)
  let next = startBuilt(file, env)
  next.catch(() => {})
  onTestFinished(async () => {
    await current?.kill()
    await (await next).kill()
  })
  return {
    url: () => current?.url ?? null,
    kill: async () => {
      const dying = current
      current = null
      await dying?.kill()
      current = await next
      next = startBuilt(file, env)
      next.catch(() => {})
    },
  }
}

let cuts = 0

/** A client: repeats the request under its key until the answer is definite. */
async function definite(
  url: () => string | null,
  no: string,
  by: Bidder,
  body: string,
  c: string,
): Promise<Acknowledged> {
  const key = newKey()
  const end = Date.now() + 30_000
  while (Date.now() < end) {
    const at = url()
    const answer = at && (await submit(by, no, body, key, { url: at }).catch(() => null))
    if (!at) await pause(5)
    else if (!answer) {
      cuts++
      await pause(5)
    } else if (answer.status === 201) return { by, key, c, body, text: answer.text }
    else if (answer.status === 503 || codesOf(answer)[0] === 'idempotency-key-in-flight') await pause(10)
    else throw new Error(`${answer.status} ${answer.text}`)
  }
  throw new Error(`no definite answer for ${c} within thirty seconds`)
}

/** The sequencer, which outlives everybody here, and a wait until it has published all there is. */
function numbering() {
  const { database, config, db } = world
  const { origin, signerSocket } = config
  const sequencer = startSequencer({
    P,
    db,
    databaseUrl: database.url,
    origin,
    signerSocket,
    tickMs: 50,
    onProblem: () => {},
  })
  const settled = () =>
    eventually('a checkpoint over everything', async () => {
      const now = await world.published()
      return now.waiting === 0 && now.size === now.entries
    })
  onTestFinished(sequencer.stop)
  return { settled }
}

/** When the server says that it took a bid. */
const timeOf = ({ text }: Acknowledged): string =>
  JSON.parse(fromUtf8(fromB64u((JSON.parse(text).receipt as string).split('.')[1] as string))).at

const asText = <B extends { body: object; c: string }>({ body, c }: B) => ({ body: JSON.stringify(body), c })

test('DUR-1: after 50 kills of the API and 10 of database sessions, every one of 200 receipts stands, once, and nothing else', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  console.log(`DUR-1 seed ${seed}`)
  const random = numbers(seed)
  const [BIDDERS, EACH, BURST] = [8, 25, 4]
  const no = await world.publish()
  const keysets = await world.officer.keysets(no)
  const bidders = await makeBidders(world, BIDDERS)
  const chains = await Promise.all(bidders.map(async (by) => (await sealChain(by, no, keysets, EACH)).map(asText)))
  const admin = await world.database.client()
  const sequencer = numbering()
  const api = await standIn(await buildProgram('src/server/main.ts'))
  const held: Acknowledged[] = []
  const killSession = async () => {
    const { rows } = await admin.query(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid`,
    )
    const victim = rows[Math.floor(random() * rows.length)] as { pid: number } | undefined
    await admin.query('SELECT pg_terminate_backend($1)', [victim?.pid ?? null])
  }
  // Kills are to fall before, between and after the receipts of a burst: how long one takes here and now shows as it goes.
  let burstMs = 100
  let unheard = 0
  let kills = 0
  // On a machine that is busy with other things a start takes seconds: what is left is then handed in without kills.
  const enough = Date.now() + 75_000
  for (let round = 0; round < (BIDDERS * EACH) / BURST; round++) {
    const burst = bidders.flatMap((by, i) => {
      const bid = i % 2 === round % 2 ? chains[i]?.shift() : undefined
      return bid ? [definite(api.url, no, by, bid.body, bid.c)] : []
    })
    const all = Promise.all(burst)
    all.catch(() => {})
    if (round % 5 === 0) void pause(random() * burstMs).then(killSession)
    const cutsBefore = cuts
    await pause(random() * burstMs)
    const killed = new Date().toISOString()
    if (Date.now() < enough) {
      kills++
      await api.kill()
    }
    const bids = await all
    held.push(...bids)
    const cut = cuts - cutsBefore
    unheard += cut === 0 ? 0 : bids.filter((bid) => timeOf(bid) < killed).length - (burst.length - cut)
    burstMs *= cut === 0 ? 0.85 : cut >= burst.length ? 1.15 : 1
  }
  await sequencer.settled()
  const url = api.url() as string
  expect(held).toHaveLength(BIDDERS * EACH)
  expect(await auditReceipts(world, no, held, url)).toEqual([])
  console.log(`DUR-1: ${kills} kills cut ${cuts} requests, about ${unheard} of them after COMMIT`)
  expect(kills).toBeGreaterThan(10)
  expect(cuts).toBeGreaterThan(10)
}, 180_000)

test('DUR-1: an API whose receipts leave before COMMIT does not pass this audit (negative control)', async () => {
  const no = await world.publish()
  const keysets = await world.officer.keysets(no)
  const bidders = await makeBidders(world, 8)
  const sequencer = numbering()
  const api = await standIn(await buildProgram('test/server/bids/early-answer-api.ts'))
  const held: Acknowledged[] = []
  for (const group of [bidders.slice(0, 4), bidders.slice(4)]) {
    const bids = await Promise.all(group.map(async (by) => ({ by, ...asText(await sealFor(by, no, keysets)) })))
    const sent = bids.map(({ by, body, c }) => definite(api.url, no, by, body, c))
    await Promise.race(sent)
    await api.kill()
    held.push(...(await Promise.all(sent)))
  }
  await sequencer.settled()
  const faults = await auditReceipts(world, no, held, api.url() as string)
  expect(faults.filter((fault) => fault.includes('a receipt was given, and 0 rows')).length).toBeGreaterThan(0)
}, 60_000)
