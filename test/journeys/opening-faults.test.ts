// What happens at an opening when bidders, custodians, machines and the operator each do what they must not? Real processes, three tenders at once.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFailed, onTestFinished, test } from 'vitest'
import { type Case, readCase } from '../../scripts/case.ts'
import { ask, award, must, type Person } from '../../scripts/person.ts'
import { markAll, until, untilState, viewOf } from '../../scripts/play.ts'
import { readEvents } from '../../src/api/tenders.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { readJws } from '../../src/proof/jws.ts'
import { openDatabase } from '../../src/server/db.ts'
import { append } from '../../src/server/log/append.ts'
import { tempDir } from '../support/processes.ts'
import { TestCustodian } from '../support/world-keepers.ts'
import { falseRelease, lie, publishedList, type Share } from './false-release.ts'
import { hidingKeepers } from './hidden-keepers.ts'
import { goodPair, othersBid, spoilShare, statementOver } from './odd-bids.ts'
import { bidOf, contentOf, published, testHouse, verified } from './test-house.ts'

const played: Case = readCase()
const NAMES = played.bidders.map((b) => b.bidder)
const SERVERS = ['api', 'worker']
const dataDir = tempDir('house')
const hide = hidingKeepers(dataDir)
const { house, cast, complaints, differences, soon } = await testHouse(['agency', 'audit-office'], NAMES, {
  dataDir,
  ...(hide && { under: (name: string) => (SERVERS.includes(name) ? hide() : []) }),
})
const [b1, b2, b3, b4, b5, b6] = cast.suppliers as [Person, Person, Person, Person, Person, Person]

/** The third custodian is in the test's own hands. */
const third = new TestCustodian('third-office')
await third.enrol(house.url, cast.operator.token)
await third.offer(house.url, 10)

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

async function eventsOf(no: string, typ: string): Promise<JsonObject[]> {
  const { body } = must('events', await ask(house.url, readEvents, { params: { no }, query: { limit: 1000 } }))
  return body.events
    .filter((e) => e.typ === typ)
    .map((e) => (e.payload.startsWith('{') ? (JSON.parse(e.payload) as JsonObject) : readJws(e.payload).payload))
}

type Row = {
  eid: string
  bidder: string
  state: string
  reason: string | null
  body: { amount?: string; approach?: string } | null
}
const resultsOf = async (no: string): Promise<Row[]> =>
  (await eventsOf(no, 'opening.result/1')).flatMap((e) => e.results as unknown as Row[])
const statesOf = async (no: string) => Object.fromEntries((await resultsOf(no)).map((r) => [r.bidder, r.state]))

const honest = () => {}
/** The third custodian's release, once the list is published; tried again while the API is down. */
async function thirdReleases(no: string, kind: 'technical' | 'price', change: (shares: Share[]) => void = honest) {
  await until(`the ${kind} list of ${no}`, () => publishedList(house.url, no, kind).catch(() => null))
  const { changed } = await until('a release', () => falseRelease(third, house.url, no, kind, change).catch(() => null))
  await until('an answer', async () => (await third.post(house.url, no, changed).catch(() => null))?.ok)
}

/**
 * Kills this process some times, at moments that are different in every run; a machine that is slow to start it again still gets
 * on. Answers how often it was killed, once that is over.
 */
function killing(name: string, times: number, most: number): () => Promise<number> {
  let going = true
  let kills = 0
  const done = (async () => {
    while (going && kills < times) {
      await pause(Math.random() * most)
      await house.kill(name)
      kills++
      await house.start(name)
    }
  })()
  done.catch(() => {})
  const over = () => {
    going = false
    return done
  }
  onTestFinished(() => over().catch(() => {}))
  return async () => {
    await over()
    return kills
  }
}

const storedReleases = (id: string, ks: string): string =>
  (JSON.parse(readFileSync(join(house.dataDir, 'custodians', id, 'releases', `${ks}.json`), 'utf8')) as { jws: string })
    .jws

function refusalsOf(id: string): string {
  const file = join(house.dataDir, 'custodians', id, 'refusals.jsonl')
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

test.skipIf(!hide)(
  'SEA-1: API and worker of this house cannot read a keeper’s file, and all that follows works all the same',
  () => {
    // What the process itself sees under these paths; the control is that we, who own them, do see the keys.
    const seenBy = (name: string, ...path: string[]) =>
      join(`/proc/${house.children.get(name)?.pid}/root`, dataDir, ...path)
    for (const name of SERVERS) {
      expect(readdirSync(seenBy(name, 'custodians'))).toEqual([])
      expect(readdirSync(seenBy(name, 'signer'))).toEqual(['signer.sock'])
      for (const secret of [
        ['signer', 'key.json'],
        ['custodians', 'agency', 'identity.key'],
      ])
        expect(() => readFileSync(seenBy(name, ...secret))).toThrow('ENOENT')
    }
    for (const id of ['agency', 'audit-office'])
      expect(readFileSync(join(dataDir, 'custodians', id, 'identity.key'), 'utf8')).toContain('scalar')
    expect(readFileSync(seenBy('signer', 'signer', 'key.json'), 'utf8')).toContain('seed')
  },
)

test('faults at an opening cost those who made them, and nobody else', { timeout: 240_000 }, async () => {
  onTestFailed(() => console.error(complaints.slice(-40).join('\n')))
  const deadline = soon(12)
  const odd = await published(cast, played, deadline)
  const lied = await published(cast, played, deadline)
  const early = await published(cast, played, deadline)

  // One good, one replaced, one withdrawn, one with a spoiled share, one with the first one's bid in its envelope.
  await bidOf(b1, odd, played, 'B1')
  const first = await b2.seal(odd, { ...contentOf(played, 'B2'), price: { amount: '1', currency: 'KRW' } })
  must('bid', await b2.send(odd, first.body))
  const better = await b2.seal(odd, { ...contentOf(played, 'B2'), seq: 2, replaces: first.c })
  must('replacement', await b2.send(odd, better.body))
  const gone = await bidOf(b3, odd, played, 'B3')
  must('withdrawal', await b3.withdraw(odd, 2, gone.c))
  const keysets = await b4.keysets(odd)
  const own = contentOf(played, 'B4')
  const pair4 = await goodPair(b4, odd, keysets, own.technical, own.price)
  const spoiled = await statementOver(b4, odd, { ...pair4, technical: spoilShare(pair4.technical, 1) })
  must('bid', await b4.send(odd, spoiled.body))
  const pair5 = await goodPair(b5, odd, keysets)
  const stolen = await othersBid(keysets.technical, b1, contentOf(played, 'B1').technical)
  must('bid', await b5.send(odd, (await statementOver(b5, odd, { ...pair5, technical: stolen })).body))
  const late = await b6.seal(odd, contentOf(played, 'B6'))
  for (const no of [lied, early])
    for (const [by, name] of [
      [b1, 'B1'],
      [b2, 'B2'],
      [b3, 'B3'],
    ] as const)
      await bidOf(by, no, played, name)
  expect(Date.now()).toBeLessThan(deadline.getTime())

  // One custodian is dead when the deadline comes, and the worker is killed again and again.
  await house.kill('audit-office')
  await pause(deadline.getTime() - Date.now() + 50)
  const refused = await b6.send(odd, late.body)
  expect(refused).toMatchObject({ ok: false, code: 'late' })
  const workerKills = killing('worker', 4, 3000)

  // With two of three the opening goes on; a lie about one envelope keeps that one shut, and the two others are open.
  const [, onList] = await Promise.all([
    thirdReleases(early, 'technical'),
    (async () => {
      let lies: string | undefined
      await thirdReleases(lied, 'technical', (shares) => {
        const share = shares[1] as Share
        lies = share.eid
        share.y = lie(share.y)
      })
      return lies as string
    })(),
  ])
  await untilState(house, early, ['evaluating'])
  await until('two envelopes open', async () => (await resultsOf(lied).catch(() => [])).length === 2)
  expect((await resultsOf(lied)).every((r) => r.state === 'valid' && r.eid !== onList)).toBe(true)
  expect(await eventsOf(lied, 'incident/1')).toEqual([])
  expect(await eventsOf(odd, 'opening.result/1')).toEqual([])

  // The API is killed, then the custodian comes back, and another one is killed and comes back.
  await house.kill('api')
  await house.start('api')
  await house.start('audit-office')
  await house.kill('agency')
  await house.start('agency')
  await untilState(house, lied, ['evaluating'])
  const incidents = await until('an incident', async () => {
    const found = await eventsOf(lied, 'incident/1').catch(() => [])
    return found.length > 0 && found
  })
  expect(incidents).toHaveLength(1)
  expect(incidents[0]).toMatchObject({
    reasons: ['custodian-convicted'],
    facts: { custodian: third.id, eid: onList },
  })
  await thirdReleases(odd, 'technical')
  await untilState(house, odd, ['evaluating'])
  expect(await workerKills()).toBeGreaterThan(0)
  // The worker may have been killed between the last result and its number in the log.
  await until('four results', async () => (await resultsOf(odd).catch(() => [])).length === 4)
  expect(await statesOf(odd)).toEqual({ b1: 'valid', b2: 'valid', b4: 'malformed', b5: 'malformed' })
  expect(await statesOf(lied)).toEqual({ b1: 'valid', b2: 'valid', b3: 'valid' })
  expect(await eventsOf(odd, 'incident/1')).toEqual([])
  expect((await eventsOf(odd, 'late/1')).map((e) => e.reasons)).toEqual([['late']])
  for (const no of [odd, lied, early]) {
    const eids = (await resultsOf(no)).map((r) => r.eid)
    expect([no, new Set(eids).size]).toEqual([no, eids.length])
    for (const typ of ['tender.closed/1', 'opening.reveal/1', 'opening.list/1'])
      expect(await eventsOf(no, typ)).toHaveLength(1)
    const released = (await eventsOf(no, 'release/1')).map((r) => r.x)
    expect([no, new Set(released).size]).toEqual([no, released.length])
  }
  // What lies in a custodian's folder is what the log has, byte for byte, though it was killed and asked again.
  const list = await publishedList(house.url, lied, 'technical')
  for (const id of ['agency', 'audit-office']) {
    const { body } = must('events', await ask(house.url, readEvents, { params: { no: lied }, query: { limit: 1000 } }))
    expect(body.events.some((e) => e.payload === storedReleases(id, list?.ks as string))).toBe(true)
  }

  // The operator asks for prices before the scores are locked: straight into the outbox, as only the operator can.
  const { keysets: published_ } = await viewOf(house, early)
  const ks = published_.find((k) => k.kind === 'price')?.ks as string
  const reveal = await eventsOf(early, 'opening.reveal/1')
  const acts = reveal[0]?.acts as { jws: string }[]
  const prices = acts.flatMap(({ jws }) =>
    jws === 'cover' ? [] : [(readJws(jws).payload.envelopes as { price: string }).price],
  )
  const eids = [...prices].sort((a, b) => Buffer.compare(Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url')))
  const db = openDatabase({ url: house.databaseUrl, max: 1, publicMax: 1 })
  const payload = { typ: 'opening.list/1', tender: early, lot: '1', ks, eids }
  await db.withTx((work) => append(P, work, { typ: payload.typ, org: '-', ref: early, by: '-', payload }))
  await db.close()
  for (const id of ['agency', 'audit-office']) {
    const line = await until(`the refusal of ${id}`, async () =>
      refusalsOf(id)
        .split('\n')
        .find((l) => l.includes(early) && l.includes('requirement-missing')),
    )
    expect(line).toContain('scores.locked/1 is not in the log yet')
  }

  // The honest two go on to their awards, with the worker killed once more in the price opening.
  for (const no of [odd, lied, early]) {
    await markAll(house, cast, no, played)
    must('lock', await cast.officer.lock(no))
  }
  const again = killing('worker', 2, 1500)
  await Promise.all([odd, lied].map((no) => untilState(house, no, ['ranked'])))
  await again()
  for (const [no, bidder] of [
    [odd, 'b1'],
    [lied, 'b1'],
  ] as const)
    await award(cast.officer, cast.approver, no, bidder)
  const final = (await resultsOf(odd)).filter((r) => r.body?.amount)
  expect(Object.fromEntries(final.map((r) => [r.bidder, r.body?.amount]))).toEqual({ b1: '100111000', b2: '98000000' })

  // Even with the scores locked, the early list stays refused: it names no entry that came before it.
  await untilState(house, early, ['price_opening'])
  await until('a second refusal', async () => refusalsOf('agency').includes('came after the opening list'))
  expect((await viewOf(house, early)).releases?.filter((r) => r.kind === 'price')).toEqual([])

  await pause(400)
  const [one, two, three] = await Promise.all([odd, lied, early].map((no) => verified(house.url, no)))
  expect(one).toMatchObject({ code: 0, failed: [] })
  expect(two).toMatchObject({ code: 0, failed: [] })
  expect(two?.checks.find((c) => c.check === 'envelopes-technical')?.says.en).toContain(third.id)
  expect(one?.checks.find((c) => c.check === 'envelopes-technical')?.says.en).not.toContain(third.id)
  expect(three?.code).toBe(1)
  expect(three?.failed).toEqual(expect.arrayContaining(['opening-list-price']))
  // Whoever erred or lied, what the service holds is what the log says.
  expect(await differences()).toEqual([])
  expect(complaints.filter((line) => /fatal|unhandled/.test(line))).toEqual([])
})
