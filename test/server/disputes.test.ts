// What can a bidder do whose bid was dropped or whose envelope was lost? Each tender is harmed by the database's owner, and mended by a file.
import { and, eq } from 'drizzle-orm'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { bidAct, bidReceipt, envelope, envelopeEpk } from '../../db/schema/bids.ts'
import { keyset as keysetTable, rekey, tender } from '../../db/schema/tenders.ts'
import { approveAll, must, type Person } from '../../scripts/person.ts'
import { readProof } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import { listCustodians, offerPrekeys, recoverCustodian, rotateCustodian } from '../../src/api/custodians.ts'
import { answerRekey, orderRekey, proveDrop, readRekey, restoreEnvelope } from '../../src/api/disputes.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { restoreOrganisation, suspendOrganisation } from '../../src/api/organisations.ts'
import { approveProposal, proposeApproval } from '../../src/api/proposals.ts'
import { amendTender, extendTender, proposeReplacement, readEvents } from '../../src/api/tenders.ts'
import { gather, logsOf } from '../../src/domain/audit/public-record.ts'
import { judgeReceiptFile } from '../../src/domain/audit/receipt-report.ts'
import { sealAgain } from '../../src/domain/bids/prepare.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { releaseBlockers } from '../../src/domain/record/blockers.ts'
import type { Kind } from '../../src/domain/record/finding.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import { recoveredIdentity } from '../../src/domain/record/recovery.ts'
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import type { AwardRule } from '../../src/domain/scoring/rule.ts'
import { extension, hashOfRule } from '../../src/domain/tenders/signed-acts.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromUtf8 } from '../../src/proof/bytes.ts'
import type { Json, JsonObject } from '../../src/proof/canonical.ts'
import { readJws, type Signer, signJws } from '../../src/proof/jws.ts'
import { readKeyset } from '../../src/proof/keyset.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import { saveActs } from '../../src/server/bids/bid-store.ts'
import { randomScalar, scalarSigner } from '../../src/server/keys.ts'
import { append } from '../../src/server/log/append.ts'
import { type KeptFile, readKeptFile, writeKeptFile } from '../../web/pages/supplier/kept-file.ts'
import { falseRelease, lie } from '../journeys/false-release.ts'
import { goodPair, spoilShare, statementOver } from '../journeys/odd-bids.ts'
import { auditAt } from '../journeys/public-audit.ts'
import { OF_DISPUTES, WHERE_REPLACED } from '../support/contract-parts.ts'
import { editEach, unnoticed } from '../support/every-edit.ts'
import { Recorder } from '../support/recorder.ts'
import { eventually, makeWorld } from '../support/world.ts'
import { TestCustodian } from '../support/world-keepers.ts'

// For a machine that is busy with other things.
vi.setConfig({ testTimeout: 120_000 })

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const world = await makeWorld({ suppliers: 3 })
const { url, db } = world
const [one, two, three] = world.suppliers as [Person, Person, Person]
afterAll(() => {
  expect(recorder.faults).toEqual([])
})

type Kept = Awaited<ReturnType<typeof world.bid>>
type Claim = { jws: string; salt: string; received: string; envelopes: { technical: string; price: string } | null }

/** What a bidder's file holds. */
const fileOf = ({ body, receipt }: Kept): Claim => ({
  jws: body.jws,
  salt: body.salt,
  received: receipt,
  envelopes: body.envelopes ?? null,
})

async function prove(no: string, by: Person, claim: Claim) {
  const said = await call(url, proveDrop, {
    token: by.token,
    params: { no },
    body: claim as unknown as { [k: string]: Json },
  })
  return said.ok ? said.body.outcome : said.code
}

async function restore(no: string, by: Person | null, eid: string, text: string) {
  const said = await call(url, restoreEnvelope, {
    token: by?.token ?? null,
    params: { no, eid },
    body: { envelope: text },
  })
  return said.ok ? 'restored' : said.code
}

/** What only the owner of the tables can do: the bid is gone as if it had never come. */
const drop = (c: string, outbox = false): Promise<unknown> =>
  db.withTx(async ({ tx }) => {
    const [act] = await tx.select().from(bidAct).where(eq(bidAct.c, c))
    if (!act) throw new Error('nothing to drop')
    await tx.delete(bidReceipt).where(eq(bidReceipt.act, act.id))
    await tx.delete(bidAct).where(eq(bidAct.id, act.id))
    await tx.delete(envelope).where(and(eq(envelope.tender, act.tender), eq(envelope.bidder, act.bidder)))
    await tx.delete(envelopeEpk)
    if (outbox) await tx.execute(`DELETE FROM log_outbox WHERE c = '${c}'`)
  })

/** Bids of this second are from before the next one, to which the world then moves the deadline. */
async function close(no: string): Promise<void> {
  const second = Math.floor(Date.now() / 1000)
  await eventually('the next second', () => Math.floor(Date.now() / 1000) > second)
  await world.bring(no, 'closed')
}

/** The audit's verdicts, but for the deadline, which this world moves behind the record's back. */
async function verdictsAt(no: string) {
  const checks = (await auditAt(url, no)).filter((c) => c.check !== 'closing-time')
  const failed = checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
  return { failed, says: (name: string) => checks.find((c) => c.check === name)?.says.en ?? '' }
}

/** What keeps a custodian, who follows the log and nothing else, from turning its key. */
async function blockers(no: string): Promise<string[]> {
  const record = await gather(httpLogSource(`${url}/log`), null)
  return releaseBlockers(await readRecord(P, record.entries, record.payload, no), 'technical').map((f) => f.check)
}

async function receiptReport(kept: Kept) {
  const source = httpLogSource(`${url}/log`)
  const record = await gather(source, null)
  const proof = await call(url, readProof, { params: { c: kept.c } })
  const file = {
    format: 'madang-receipt/1',
    proof: proof.text,
    salt: kept.body.salt,
    submission: kept.body.jws,
    received: kept.receipt,
  }
  const policy = readPolicy(fromUtf8((await source.get('policy')) as Uint8Array))
  const { steps } = await judgeReceiptFile(P, JSON.stringify(file), policy, { ...record, logs: logsOf(record) })
  return steps.find((s) => s.step === 'closing-list')
}

const incident = (no: string, reasons: string[], acts: number[], facts: { [k: string]: Json }) =>
  db.withTx((work) => {
    const payload = { typ: 'incident/1', tender: no, lot: '1', reasons, acts, newDeadline: null, facts }
    return append(P, work, { typ: payload.typ, org: '-', ref: no, by: '-', payload })
  })

describe('a bid that the closing list lacks', () => {
  test('is put back by its receipt before the opening, is opened with the others, and the audit says so', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, one, { price: { amount: '91000000', currency: 'KRW' } })
    await world.bid(no, two)
    await world.tick()
    expect(await prove(no, one, fileOf(kept))).toBe('wrong-state')
    await drop(kept.c)
    await close(no)
    expect(await receiptReport(kept)).toMatchObject({ verdict: 'failed' })
    // The record by itself shows nothing: what is not named is nobody's.
    expect((await verdictsAt(no)).failed).toEqual([])

    const file = fileOf(kept)
    expect(await prove(no, one, { ...file, received: 'AAAA.AAAA.AAAA' })).toBe('receipt-invalid')
    expect(await prove(no, one, { ...file, salt: b64u(P.random(32)) })).toBe('receipt-invalid')
    expect(await prove(no, two, file)).toBe('receipt-invalid')
    const { envelopes } = file
    if (!envelopes) throw new Error('a submission has envelopes')
    expect(await prove(no, one, { ...file, envelopes: { ...envelopes, price: envelopes.technical } })).toBe(
      'envelope-differs',
    )
    expect(await prove('R26BK99999999', one, file)).toBe('not-found')

    expect(await prove(no, one, file)).toBe('put back')
    await world.tick()
    expect(await receiptReport(kept)).toMatchObject({ verdict: 'ok' })
    // Asked again, it is the same answer and no second entry.
    expect(await prove(no, one, file)).toBe('put back')
    await world.bring(no, 'technical_opening')
    expect(await blockers(no)).toEqual([])
    await world.bring(no, 'evaluating')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('closing-list')).toContain('1 had been dropped and were put back')
    expect(says('envelopes-technical')).toContain('2 valid, 0 not')
  })

  test('that was changed in the database, and not deleted, is put back over what stands in its place', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, one)
    const other = await world.bid(no, two)
    await world.tick()
    await db.withTx(({ tx }) =>
      tx
        .update(bidAct)
        .set({ c: 'x'.repeat(43), jws: 'changed', idx: null })
        .where(eq(bidAct.c, kept.c)),
    )
    await close(no)
    expect(await prove(no, two, fileOf(other))).toBe('not-dropped')
    expect(await prove(no, one, fileOf(kept))).toBe('put back')
    await world.tick()
    await world.bring(no, 'evaluating')
    expect((await verdictsAt(no)).failed).toEqual([])
  })

  test('is put back by nothing but the server’s own receipt: custodians stop at an entry that has none', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, one)
    await world.bid(no, two)
    await world.tick()
    await drop(kept.c)
    await close(no)
    const record = await gather(httpLogSource(`${url}/log`), null)
    const index = record.entries.findIndex((bytes) => fromUtf8(bytes).includes(kept.c))
    const received = await signJws(P, scalarSigner(P, randomScalar(P)), {
      typ: 'received/1',
      tender: no,
      c: kept.c,
      eids: {},
      at: '2026-01-01T00:00:00.000Z',
    })
    await incident(no, ['leaf-put-back'], [index], { c: kept.c, received })
    await world.tick()
    await world.bring(no, 'technical_opening')
    expect(await blockers(no)).toContain('closing-list')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toContain('closing-list')
    expect(says('closing-list')).toContain('not signed by the server')
  })

  test('is proven for ever, and not put back, once the sealed entries were named', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, one)
    await world.bid(no, two)
    await world.tick()
    await drop(kept.c)
    await close(no)
    await world.bring(no, 'technical_opening')
    const forged = await signJws(P, scalarSigner(P, randomScalar(P)), JSON.parse(payloadText(kept.body.jws)))
    expect(await prove(no, one, { ...fileOf(kept), jws: forged })).toBe('receipt-invalid')
    expect(await prove(no, one, fileOf(kept))).toBe('recorded')
    await world.tick()
    // The others are opened all the same: the list is final.
    expect(await blockers(no)).toEqual([])
    await world.bring(no, 'evaluating')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual(['submissions'])
    expect(says('submissions')).toContain('was dropped from the closing list')
  })

  test('that never was in the log is proven by the server’s signature alone; a claim without one proves nothing', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, three)
    await drop(kept.c, true)
    await world.bid(no, two)
    await close(no)
    expect(await prove(no, three, fileOf(kept))).toBe('recorded')
    await world.tick()
    await world.bring(no, 'technical_opening')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual(['submissions'])
    expect(says('submissions')).toContain('the receipt at entry')

    const other = await world.publish()
    await world.bid(other, two)
    await world.bring(other, 'closed')
    await incident(other, ['bid-dropped'], [], { c: kept.c, received: kept.receipt })
    await world.tick()
    await world.bring(other, 'technical_opening')
    expect((await verdictsAt(other)).says('submissions')).toContain('claims a drop that it does not prove')
  })

  test('needs the bidder’s own signature under it', async () => {
    const no = await world.publish()
    // A receipt for a statement that another key signed: the server would not have given it, whoever holds its key could.
    const body = await one.seal(no, { technical: { approach: 'x' }, price: { amount: '1', currency: 'KRW' } })
    const jws = await signJws(P, scalarSigner(P, randomScalar(P)), JSON.parse(payloadText(body.body.jws)))
    const { commitment } = await import('../../src/proof/leaf.ts')
    const { fromB64u } = await import('../../src/proof/bytes.ts')
    const c = commitment(P, fromB64u(body.body.salt), jws)
    const received = await signJws(P, world.api.deps.keys.receipts as Signer, {
      typ: 'received/1',
      tender: no,
      c,
      eids: {},
      at: '2026-01-01T00:00:00.000Z',
    })
    await close(no)
    const claim = { jws, salt: body.body.salt, received, envelopes: body.body.envelopes ?? null }
    expect(await prove(no, one, claim)).toBe('bad-signature')
  })
})

const payloadText = (jws: string): string => Buffer.from(jws.split('.')[1] as string, 'base64url').toString()

describe('an envelope whose bytes were lost', () => {
  const bytesOf = async (eid: string) =>
    (await db.withTx(({ tx }) => tx.select({ bytes: envelope.bytes }).from(envelope).where(eq(envelope.eid, eid))))[0]
      ?.bytes
  const spoil = (eid: string, bytes: Uint8Array | null) =>
    db.withTx(({ tx }) => tx.update(envelope).set({ bytes }).where(eq(envelope.eid, eid)))

  test('keeps the opening waiting, comes back from the bidder’s file and from no other, and the opening goes on', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, one, { price: { amount: '92000000', currency: 'KRW' } })
    const other = await world.bid(no, two)
    await world.tick()
    const file = kept.body.envelopes as { technical: string; price: string }
    expect(await restore(no, one, kept.eids.technical, file.technical)).toBe('wrong-state')
    await close(no)
    // One is gone; of another a byte was changed, in a way that would open as spoiled by its maker.
    await spoil(kept.eids.technical, null)
    const own = (await call(url, ENDPOINTS.readOwnBids, { token: one.token, params: { no } })) as unknown as {
      body: { acts: { lost: string[] }[] }
    }
    expect(own.body.acts.map((act) => act.lost)).toEqual([['technical']])
    // Who can bring it back is told, once; nobody else is, and no page says to whom the mail went.
    const told = async (who: Person) =>
      (await world.mailsTo(who.account.email)).filter(({ kind, body }) => kind === 'envelope-lost' && body.includes(no))
    await world.lost()
    await world.lost()
    expect((await told(one)).map(({ body }) => body)).toEqual([expect.stringContaining('기술 봉투 파일을')])
    expect(await told(two)).toEqual([])
    // Before the opening it is the bidder's own business: to others there is no such envelope.
    expect(await restore(no, two, kept.eids.technical, file.technical)).toBe('envelope-unknown')
    expect(await restore(no, null, kept.eids.technical, file.technical)).toBe('envelope-unknown')
    const price = (await bytesOf(other.eids.price)) as Uint8Array
    await spoil(
      other.eids.price,
      price.map((byte, i) => (i === price.length - 3 ? byte ^ 1 : byte)),
    )

    await world.bring(no, 'technical_opening')
    await expect(world.release(no, 'technical')).rejects.toThrow('envelope-missing')
    const open = async () => (await verdictsAt(no)).says('envelopes-technical')
    expect(await restore(no, one, kept.eids.technical, file.price)).toBe('envelope-differs')
    expect(await bytesOf(kept.eids.technical)).toBeNull()
    const never = b64u(P.sha256(Buffer.from('{}')))
    expect(await restore(no, one, never, '{}')).toBe('envelope-unknown')
    expect(await restore('R26BK99999999', one, never, '{}')).toBe('not-found')
    // From the opening on whoever has the file may bring it: its name is its hash.
    expect(await restore(no, null, kept.eids.technical, file.technical)).toBe('restored')
    expect(await restore(no, one, kept.eids.technical, file.technical)).toBe('envelope-whole')
    expect(fromUtf8((await bytesOf(kept.eids.technical)) as Uint8Array)).toBe(file.technical)
    await world.lost()
    await world.tick()
    await world.bring(no, 'evaluating')
    expect(await open()).toContain('Lost bytes of 1 came back')
    // The other was lost too, and its bidder told. What came back and is lost again is told again.
    await world.lost()
    expect((await told(two)).map(({ body }) => body)).toEqual([expect.stringContaining('가격 봉투 파일을')])
    await spoil(kept.eids.technical, null)
    await world.lost()
    expect(await told(one)).toHaveLength(2)
    expect(await restore(no, one, kept.eids.technical, file.technical)).toBe('restored')

    await world.bring(no, 'price_opening')
    await expect(world.release(no, 'price')).rejects.toThrow('envelope-missing')
    expect(await restore(no, two, other.eids.price, other.body.envelopes?.price ?? '')).toBe('restored')
    await world.bring(no, 'ranked')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('envelopes-price')).toContain('2 valid, 0 not. Lost bytes of 1 came back')
  })

  test('when enough custodians had released already is opened as soon as it is back, and is not judged before', async () => {
    const no = await world.publish()
    const kept = await world.bid(no, one)
    await world.bid(no, two)
    await world.tick()
    await world.bring(no, 'technical_opening')
    await world.release(no, 'technical', world.custodians.slice(0, 2))
    const bytes = (await bytesOf(kept.eids.technical)) as Uint8Array
    await spoil(
      kept.eids.technical,
      bytes.map((byte, i) => (i === 200 ? byte ^ 1 : byte)),
    )
    await world.open()
    await world.open()
    expect(await world.clock()).toBe(0)
    expect(await restore(no, null, kept.eids.technical, fromUtf8(bytes))).toBe('restored')
    await world.open()
    expect(await world.clock()).toBe(1)
    await world.tick()
    expect((await verdictsAt(no)).failed).toEqual([])
  })
})

describe('an envelope that no shares open although all custodians released', () => {
  /** A tender whose second bidder's technical envelope is as `change` makes it, with the technical list in the log. */
  async function listed(change: (text: string) => string) {
    const no = await world.publish()
    await world.bid(no, one)
    const pair = await goodPair(two, no, await two.keysets(no))
    const made = await statementOver(two, no, { ...pair, technical: change(pair.technical) })
    must('bid', await two.send(no, made.body))
    await world.tick()
    await world.bring(no, 'technical_opening')
    return { no, eid: made.eids.technical, keyset: (await world.listOf(no, 'technical')).keyset }
  }
  const codeOf = (said: { ok: boolean; code?: string }) => (said.ok ? 'accepted' : said.code)

  test('is its maker’s fault where custodians prove that they released what they had been sent', async () => {
    const { no, eid, keyset } = await listed((text) => spoilShare(spoilShare(text, 1), 2))
    const [first, second, third] = world.custodians as [TestCustodian, TestCustodian, TestCustodian]
    await world.release(no, 'technical')
    expect(codeOf(await first.clear(url, no, keyset, [eid]))).toBe('clearing-invalid')
    await world.open()
    await world.clock()
    await world.tick()
    expect((await verdictsAt(no)).says('envelopes-technical')).not.toContain('Cleared')
    const invalid = async (change: (said: JsonObject) => void) =>
      codeOf(await first.clear(url, no, keyset, [eid], change))
    expect(await invalid((said) => Object.assign(said, { x: 2 }))).toBe('bad-signature')
    expect(await invalid((said) => Object.assign(said, { x: 9 }))).toBe('clearing-invalid')
    expect(await invalid((said) => Object.assign(said, { proof: 'A'.repeat(86) }))).toBe('clearing-invalid')
    expect(codeOf(await first.clear(url, 'R26BK99999999', keyset, [eid]))).toBe('not-found')
    for (const custodian of [first, second, third])
      expect(codeOf(await custodian.clear(url, no, keyset, [eid]))).toBe('accepted')
    expect(codeOf(await first.clear(url, no, keyset, [eid]))).toBe('clearing-invalid')
    await world.tick()
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('envelopes-technical')).toContain(
      'Cleared by a proof of what they had been sent: custodian-1, custodian-2, custodian-3',
    )
  })

  test('convicts by its own proof who released something else, and is then shown not to have been malformed', async () => {
    const { no, eid, keyset } = await listed((text) => text)
    const [first, second, third] = world.custodians as [TestCustodian, TestCustodian, TestCustodian]
    for (const liar of [first, second]) {
      const { changed } = await falseRelease(liar, url, no, 'technical', (shares) => {
        for (const share of shares) if (share.eid === eid) share.y = lie(share.y)
      })
      must('release', await liar.post(url, no, changed))
    }
    await world.release(no, 'technical', [third])
    await world.open()
    await world.clock()
    await world.tick()
    expect(codeOf(await third.clear(url, no, keyset, [eid]))).toBe('accepted')
    await world.tick()
    expect((await verdictsAt(no)).says('envelopes-technical')).toContain(
      'Cleared by a proof of what they had been sent: custodian-3',
    )
    expect(codeOf(await first.clear(url, no, keyset, [eid]))).toBe('accepted')
    await world.tick()
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual(['envelopes-technical'])
    expect(says('envelopes-technical')).toContain('opens with the shares that custodians proved: it was not malformed')
    // The conviction is on record: that it is missing is not among the findings.
    expect(says('envelopes-technical')).not.toContain('no incident names it')
  })
})

describe('too many custodians are gone after the deadline', () => {
  const STATEMENT = 'Two of the three key custodians lost their machines in a fire.'
  const inDays = (n: number) => secondsZ(Date.now() + n * 86_400_000)
  const others: TestCustodian[] = []
  /** Two institutions that keep no key of the tenders so far. They are enrolled once a tender is published that must do without. */
  async function enrolOthers() {
    for (const id of ['custodian-4', 'custodian-5']) {
      if (others.length === 2) break
      const made = new TestCustodian(id)
      await made.enrol(url, world.operator.token)
      await made.offer(url, 60)
      others.push(made)
    }
    await world.tick()
  }
  async function again(no: string, kind: Kind) {
    const [row] = await db.withTx(({ tx }) =>
      tx
        .select()
        .from(keysetTable)
        .where(and(eq(keysetTable.tender, no), eq(keysetTable.kind, `rekey-${kind}`))),
    )
    return { ks: row?.ks ?? '', keyset: readKeyset(P, row?.body as Json) }
  }
  async function answer(no: string, by: Person, seeds: { technical: string; price: string }) {
    const keysets = { technical: (await again(no, 'technical')).keyset, price: (await again(no, 'price')).keyset }
    const made = await sealAgain(P, by.signer as Signer, { tender: no, bidder: by.account.org, keysets, seeds })
    return send(no, by, made)
  }
  const send = async (no: string, by: Person, body: { jws: string; envelopes: object }) =>
    codeOf(await call(url, answerRekey, { token: by.token, params: { no }, body: body as never }))
  const codeOf = (said: { ok: boolean; code?: string }) => (said.ok ? 'accepted' : said.code)
  async function releaseAgain(no: string, kind: Kind) {
    const { ks, keyset } = await again(no, kind)
    const { body } = must('events', await call(url, readEvents, { params: { no }, query: { limit: 1000 } }))
    const list = body.events.find((e) => e.typ === 'opening.list/1' && e.payload.includes(ks))
    if (!list) throw new Error(`what was sealed again of ${no} is not listed`)
    for (const custodian of others)
      must('release', await custodian.post(url, no, await custodian.release(url, keyset, ks, list.payload)))
  }
  const rekeyOf = async (no: string, by: Person) =>
    must('rekey', await call(url, readRekey, { token: by.token, params: { no } })).body.rekey

  /** An order as it comes, without a proposal before it. */
  const raw = (no: string, change: object = {}, by: Person = world.auditor) => {
    const custodians = others.map(({ id }) => id)
    const unsigned = { custodians, until: inDays(3), statement: STATEMENT, jws: 'AAAA.AAAA.AAAA', keysets: {} }
    const body = { ...unsigned, ...change } as never
    return call(url, orderRekey, { token: by.token, params: { no }, body }).then(codeOf)
  }

  test('an overseer has all seal again: the opening goes on with the same prices, and who gives another seed has no bid', async () => {
    const no = await world.publish()
    const kept = [
      await world.bid(no, one, { price: { amount: '91000000', currency: 'KRW' } }),
      await world.bid(no, two, { price: { amount: '92000000', currency: 'KRW' } }),
      await world.bid(no, three, { price: { amount: '93000000', currency: 'KRW' } }),
    ] as const
    await world.tick()
    await enrolOthers()
    const to = others.map(({ id }) => id)
    const auditor = world.auditor
    await auditor.enrol()
    await world.tick()
    const order = async (change: { by?: Person; to?: string[]; until?: string; says?: string; no?: string } = {}) =>
      codeOf(
        await (change.by ?? auditor).orderRekey(
          change.no ?? no,
          change.to ?? to,
          change.until ?? inDays(3),
          change.says ?? STATEMENT,
        ),
      )
    expect(await order()).toBe('wrong-state')
    expect(await raw(no)).toBe('wrong-state')
    await world.bring(no, 'technical_opening')
    await world.release(no, 'technical', world.custodians.slice(0, 1))
    expect((await rekeyOf(no, one))?.own).toBeUndefined()
    expect(await answer2(no)).toBe('rekey-none')
    expect(await order({ no: 'R26BK99999999' })).toBe('not-found')
    expect(await order({ says: 'short' })).toBe('statement-missing')
    expect(await order({ until: inDays(0) })).toBe('rekey-too-short')
    expect(await order({ to: ['nobody'] })).toBe('custodians-unfit')
    expect(await raw('R26BK99999999')).toBe('not-found')
    expect((await call(url, readRekey, { params: { no: 'R26BK99999999' } })).ok).toBe(false)
    const [newcomer] = await world.add([{ id: 'auditor-new', org: 'audit-office', role: 'auditor' }])
    expect(await raw(no, {}, newcomer)).toBe('no-key')
    expect(await raw(no)).toBe('bad-signature')
    const typ = 'incident/1'
    expect(await raw(no, { jws: await signJws(P, auditor.signer as Signer, { typ }) })).toBe('act-mismatch')
    for (const bad of [{ custodians: ['nobody'] }, { until: inDays(0) }, { statement: 'short' }])
      expect(await raw(no, bad)).not.toBe('accepted')
    expect(await order()).toBe('accepted')
    expect(await order()).toBe('rekey-ordered')
    expect(await raw(no)).toBe('rekey-ordered')
    await world.tick()
    expect((await world.mailsTo(one.account.email)).map((mail) => mail.subject)).toContain(
      '[Madang] 입찰을 다시 봉인해 주세요',
    )
    expect(await rekeyOf(no, one)).toMatchObject({ own: 'asked', bids: 3, answers: 0, kinds: ['technical', 'price'] })
    // A custodian that comes back is too late: it would open for some and not for others.
    const late = await world.custodians[1]?.release(
      url,
      (await world.listOf(no, 'technical')).keyset,
      (await world.listOf(no, 'technical')).ks,
      (await world.listOf(no, 'technical')).payload,
    )
    expect(codeOf((await world.custodians[1]?.post(url, no, late ?? '')) as { ok: boolean })).toBe('release-invalid')

    const random = { technical: b64u(P.random(32)), price: b64u(P.random(32)) }
    expect(await send(no, one, { jws: 'AAAA.AAAA.AAAA', envelopes: {} })).toBe('envelope-invalid')
    const keysets = { technical: (await again(no, 'technical')).keyset, price: (await again(no, 'price')).keyset }
    const mine = await sealAgain(P, one.signer as Signer, {
      tender: no,
      bidder: 'firm-1',
      keysets,
      seeds: kept[0].seeds,
    })
    expect(await send(no, one, { ...mine, jws: 'AAAA.AAAA.AAAA' })).toBe('bad-signature')
    const theirs = await sealAgain(P, one.signer as Signer, {
      tender: no,
      bidder: 'firm-2',
      keysets,
      seeds: kept[0].seeds,
    })
    expect(await send(no, one, theirs)).toBe('act-mismatch')
    expect(await send('R26BK99999999', one, mine)).toBe('not-found')
    const [keyless] = await world.add([{ id: 'colleague', org: 'firm-1', role: 'supplier' }])
    expect(await send(no, keyless as Person, mine)).toBe('no-key')
    expect(await send(no, one, mine)).toBe('accepted')
    expect(await send(no, one, mine)).toBe('accepted')
    expect(await answer(no, one, kept[0].seeds)).toBe('rekey-answered')
    expect(await answer(no, two, kept[1].seeds)).toBe('accepted')
    await world.rekeys()
    expect((await rekeyOf(no, three))?.own).toBe('asked')
    expect(await answer(no, three, random)).toBe('accepted')
    expect((await rekeyOf(no, three))?.own).toBe('answered')

    await world.rekeys()
    await world.tick()
    const record = await gather(httpLogSource(`${url}/log`), null)
    const read = await readRecord(P, record.entries, record.payload, no)
    expect(releaseBlockers(read, 'rekey-technical').map((f) => f.says.en)).toEqual([])
    expect(releaseBlockers(read, 'technical').map((f) => f.says.en)).toContain(
      'Bidders were told to seal again, to other custodians.',
    )
    await releaseAgain(no, 'technical')
    await world.open()
    await world.tick()
    await world.rekeys()
    await world.clock()
    await world.tick()
    expect((await world.view(no)).state).toBe('evaluating')
    const technical = await verdictsAt(no)
    expect(technical.failed).toEqual([])
    expect(technical.says('releases-technical')).toContain('3 bidders sealed again')
    expect(technical.says('envelopes-technical')).toContain('2 valid, 1 not')

    await world.bring(no, 'price_opening')
    expect(await order()).toBe('rekey-ordered')
    await world.rekeys()
    await world.tick()
    await releaseAgain(no, 'price')
    await world.open()
    await world.tick()
    await world.rekeys()
    await world.clock()
    await world.tick()
    const { rows } = (await world.view(no)).ranking as { rows: { bidder: string; amount: string }[] }
    expect(Object.fromEntries(rows.map((r) => [r.bidder, r.amount]))).toMatchObject({
      'firm-1': '91000000',
      'firm-2': '92000000',
    })
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('releases-price')).toContain('custodian-4, custodian-5')
  })

  const answer2 = (no: string) => send(no, one, { jws: 'AAAA.AAAA.AAAA', envelopes: {} })

  test('an operator who lists before the bidders’ time is over is found out; who had not answered is treated as withdrawn', async () => {
    // The two are no custodians of this tender: it is published as if they had no keys.
    const no = await world.publish()
    const kept = await world.bid(no, one)
    await world.bid(no, two)
    await world.tick()
    await world.bring(no, 'technical_opening')
    expect(
      codeOf(
        await world.auditor.orderRekey(
          no,
          others.map(({ id }) => id),
          inDays(3),
          STATEMENT,
        ),
      ),
    ).toBe('accepted')
    expect(await answer(no, one, kept.seeds)).toBe('accepted')
    await db.withTx(({ tx, now }) => tx.update(rekey).set({ until: now.date }).where(eq(rekey.tender, no)))
    expect(await send(no, two, { jws: 'AAAA.AAAA.AAAA', envelopes: {} })).toBe('rekey-over')
    expect((await rekeyOf(no, two))?.own).toBe('too late')
    await world.rekeys()
    await world.tick()
    await releaseAgain(no, 'technical')
    await world.open()
    await world.tick()
    await world.rekeys()
    await world.clock()
    await world.tick()
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual(['opening-list-technical'])
    expect(says('opening-list-technical')).toContain('without an answer of firm-2')
    const results = (await world.view(no)).envelopes?.map((e) => [e.bidder, e.state, e.reason])
    expect(results).toEqual(
      expect.arrayContaining([
        ['firm-1', 'valid', null],
        ['firm-2', 'malformed', expect.stringContaining('treated as withdrawn')],
      ]),
    )
  })

  test('one file of a bidder is all that it takes: its text alone puts the bid back, restores an envelope, and seals it again', async () => {
    const no = await world.publish()
    const { c, body, eids, seeds, receipt } = await world.bid(no, one, {
      price: { amount: '91500000', currency: 'KRW' },
    })
    await world.bid(no, two)
    await world.tick()
    const proof = must('proof', await call(url, readProof, { token: one.token, params: { c } })) as unknown as {
      text: string
    }
    const { jws, salt, envelopes = null } = body
    const kept = { c, received: receipt, jws, salt, envelopes, eids, seeds }
    const text = writeKeptFile({ ...kept, tender: no, kind: 'submission', proof: proof.text })
    // From here on there is nothing of the bid but this text, on either side.
    const file = readKeptFile(text, no) as KeptFile
    const files = file.envelopes as { technical: string; price: string }
    await drop(c)
    await close(no)
    expect(readKeptFile(text, 'R26BK99999999')).toBeNull()
    const claim = { jws: file.jws, salt: file.salt, received: file.received, envelopes: files }
    expect(await prove(no, one, claim)).toBe('put back')
    await world.tick()

    // Then the service loses an envelope of it.
    const eid = (file.eids as { technical: string }).technical
    await db.withTx(({ tx }) => tx.update(envelope).set({ bytes: null }).where(eq(envelope.eid, eid)))
    await world.bring(no, 'technical_opening')
    await expect(world.release(no, 'technical')).rejects.toThrow('envelope-missing')
    expect(await restore(no, null, eid, files.price)).toBe('envelope-differs')
    expect(await restore(no, null, eid, files.technical)).toBe('restored')

    // Then too many custodians are gone.
    const to = others.map(({ id }) => id)
    expect(codeOf(await world.auditor.orderRekey(no, to, inDays(3), STATEMENT))).toBe('accepted')
    expect(await answer(no, one, file.seeds as { technical: string; price: string })).toBe('accepted')
    await db.withTx(({ tx, now }) => tx.update(rekey).set({ until: now.date }).where(eq(rekey.tender, no)))
    await world.rekeys()
    await world.tick()
    await releaseAgain(no, 'technical')
    await world.open()
    await world.tick()
    await world.rekeys()
    const opened = (await world.view(no)).envelopes?.map((e) => [e.bidder, e.state])
    expect(opened).toEqual(
      expect.arrayContaining([
        ['firm-1', 'valid'],
        // The control: who gave no file has no bid.
        ['firm-2', 'malformed'],
      ]),
    )
  })

  test('where price alone is handed in, the same prices come out, and what bidders sealed draws the planned price without what custodians had', async () => {
    const amounts = { base: '100000000', budget: '110000000', currency: 'KRW' }
    const { notice } = world.draftOf()
    const no = await world.publish({
      notice: { ...notice, budget: { amount: amounts.budget, currency: 'KRW' }, method: 'small-quotation', minBids: 2 },
      rule: contestRule('small-quotation', amounts),
      evaluators: [],
    })
    const bid = async (by: Person, amount: string, picks: [number, number]) => {
      const sealed = await by.sealPrice(no, { price: { amount, currency: 'KRW' }, picks })
      must('bid', await by.send(no, sealed.body))
      return sealed
    }
    const kept = [await bid(one, '96000000', [3, 9]), await bid(two, '97000000', [9, 12])] as const
    await world.contribute(no)
    await world.passDeadline(no)
    for (let step = 0; step < 2; step++) {
      await world.clock()
      await world.tick()
    }
    expect((await world.view(no)).state).toBe('price_opening')
    const [first, second, third] = world.custodians as [TestCustodian, TestCustodian, TestCustodian]
    await world.release(no, 'draw', [first, second])
    await world.release(no, 'price', [first])
    const to = others.map(({ id }) => id)
    expect(codeOf(await world.auditor.orderRekey(no, to, inDays(3), STATEMENT))).toBe('accepted')
    await world.tick()
    expect(await rekeyOf(no, one)).toMatchObject({ own: 'asked', kinds: ['price'] })

    // Three of five could open the draw. The third comes back: with it somebody could choose between two planned prices.
    const { keyset, ks, payload } = await world.listOf(no, 'draw')
    const late = await third.release(url, keyset, ks, payload)
    expect(codeOf(await third.post(url, no, late))).toBe('release-invalid')
    const by = third.signer.kid
    await db.withTx((work) => append(P, work, { typ: 'release/1', org: third.id, ref: no, by, payload: late }))

    const price = (await again(no, 'price')).keyset
    for (const [by, { seeds }] of [
      [one, kept[0]],
      [two, kept[1]],
    ] as const) {
      const mine = { tender: no, bidder: by.account.org, keysets: { price }, seeds }
      expect(await send(no, by, await sealAgain(P, by.signer as Signer, mine))).toBe('accepted')
    }
    await world.rekeys()
    await world.tick()
    const record = await gather(httpLogSource(`${url}/log`), null)
    const read = await readRecord(P, record.entries, record.payload, no)
    expect(releaseBlockers(read, 'rekey-price').map((f) => f.says.en)).toEqual([])
    expect(releaseBlockers(read, 'draw').map((f) => f.says.en)).toContain(
      'Too few custodians were left: the draw goes on without what they had sealed.',
    )
    await releaseAgain(no, 'price')
    await world.open()
    await world.tick()
    await world.rekeys()
    await world.clock()
    await world.tick()
    expect((await world.view(no)).state).toBe('ranked')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('envelopes-price')).toContain('2 valid, 0 not')
    expect(says('planned-price')).toContain('What custodians had sealed for it stayed shut')
  })

  test('is no case while enough have released, and never the agency’s to declare', async () => {
    const no = await world.publish()
    await world.bid(no, one)
    await world.tick()
    await world.bring(no, 'technical_opening')
    await world.release(no, 'technical', world.custodians.slice(0, 3))
    expect(codeOf(await world.auditor.orderRekey(no, [], inDays(3), STATEMENT))).toBe('custodians-enough')
    expect(await raw(no)).toBe('custodians-enough')
    const [inside] = await world.add([{ id: 'auditor-inside', org: 'gaon-city', role: 'auditor' }])
    expect(codeOf(await (inside as Person).orderRekey(no, [], inDays(3), STATEMENT))).toBe('forbidden')
    expect(await raw(no, {}, inside)).toBe('forbidden')
  })

  test('is for those alone whom the notice names: the server refuses others, and custodians and the audit find what the operator let in', async () => {
    const no = await world.publish()
    await world.bid(no, one)
    await world.tick()
    await world.bring(no, 'technical_opening')
    const [newcomer] = (await world.add([{ id: 'auditor-late', org: 'late-board', role: 'auditor' }])) as [Person]
    expect((await world.view(no)).overseers).toEqual(['audit-office'])
    expect(codeOf(await newcomer.orderRekey(no, [], inDays(3), STATEMENT))).toBe('forbidden')
    expect(codeOf(await newcomer.override(no, STATEMENT))).toBe('forbidden')
    expect((await world.view(await world.publish())).overseers).toEqual(['audit-office', 'late-board'])

    const words = { typ: 'incident/1', tender: no, lot: '1', reasons: ['custodians-lost'], acts: [], newDeadline: null }
    const order = { ...words, facts: { statement: STATEMENT, until: inDays(3), rekey: {} } }
    const log = async (by: Person) => {
      const signer = by.signer as Signer
      const jws = await signJws(P, signer, order)
      const { org } = by.account
      await db.withTx((work) => append(P, work, { typ: order.typ, org, ref: no, by: signer.kid, payload: jws }))
      await world.tick()
      return { blocked: await blockers(no), ...(await verdictsAt(no)) }
    }
    expect(await log(world.auditor)).toMatchObject({ blocked: [], failed: [] })
    const { blocked, failed, says } = await log(three)
    expect(blocked).toContain('signatures')
    expect(failed).toEqual(['signatures'])
    expect(says('signatures')).toContain('firm-3 may not do this (incident/1)')
  })
})

describe('custodians fail before the deadline', () => {
  const STATEMENT = 'Two of the key custodians lost their machines in a fire.'
  const inDays = (n: number) => secondsZ(Date.now() + n * 86_400_000)
  const THREE = ['custodian-1', 'custodian-2', 'custodian-3']
  const codeOf = (said: { ok: boolean; code?: string }) => (said.ok ? 'accepted' : said.code)
  const replace = async (no: string, custodians = THREE, by = world.officer) =>
    codeOf(await by.replaceKeys(no, custodians, inDays(7), STATEMENT))
  const told = async (who: Person, no: string) =>
    (await world.mailsTo(who.account.email)).filter(({ kind, body }) => kind === 'keys-replaced' && body.includes(no))
  const own = async (who: Person, no: string) =>
    must('own', await call(url, ENDPOINTS.readOwnBids, { token: who.token, params: { no } })).body

  test('two persons have bids sealed to others: what was sealed before counts no more, and its bidders alone are told', async () => {
    const no = await world.publish()
    const before = await one.keysets(no)
    const [first, second] = [await world.bid(no, one), await world.bid(no, two)]
    await world.tick()
    const nowhere = { params: { no: 'R26BK99999999' }, query: { custodians: '', deadline: inDays(7) } }
    expect(codeOf(await call(url, proposeReplacement, { token: world.officer.token, ...nowhere }))).toBe('not-found')
    expect(await replace(no, ['nobody', 'custodian-1'])).toBe('prekeys-missing')
    expect(await replace(no, ['custodian-1'])).toBe('prekeys-missing')
    const [stranger] = (await world.add([{ id: 'officer-elsewhere', org: 'other-city', role: 'officer' }])) as [Person]
    expect(await replace(no, THREE, stranger)).toBe('forbidden')
    expect(await replace(await world.draft())).toBe('wrong-state')
    // Keysets that the officer signed for another tender are none of this one.
    const other = await world.publish()
    const query = { custodians: THREE.join(','), deadline: inDays(7) }
    const { token } = world.officer
    const foreign = must('proposal', await call(url, proposeReplacement, { token, params: { no: other }, query })).body
    const mixed: Record<string, string> = {}
    for (const [kind, keyset] of Object.entries(foreign))
      mixed[kind] = await signJws(P, world.officer.signer as Signer, keyset as never)
    const view = await world.view(no)
    const jws = await signJws(P, world.officer.signer as Signer, extension(no, view, inDays(7), STATEMENT, {}))
    const body = { deadline: inDays(7), statement: STATEMENT, jws, keysets: mixed as { price: string } }
    expect(codeOf(await call(url, extendTender, { token, params: { no }, body }))).toBe('keyset-mismatch')

    // Nothing is reserved: another tender may use the keys up before the second person approves.
    const proposed = await world.officer.replaceKeys(other, THREE, inDays(7), STATEMENT)
    if (!proposed.ok) throw new Error(proposed.code)
    await world.publish()
    const { id } = proposed.body as { id: string }
    const asked = await world.approver.act(proposeApproval, { params: { id } })
    expect(codeOf(asked)).toBe('keyset-mismatch')
    const approval = { params: { id }, body: { statement: '', jws: 'AAAA.AAAA.AAAA' } }
    expect(codeOf(await world.approver.act(approveProposal, approval))).toBe('keyset-mismatch')
    expect(await replace(no)).toBe('accepted')
    // One person alone replaces nothing.
    expect((await world.view(no)).keysets.map((k) => k.ks)).toEqual(view.keysets.map((k) => k.ks))
    expect(await approveAll(world.approver, no)).toBe(1)
    await world.tick()
    const now = await world.view(no)
    expect(now.keysets).toHaveLength(2)
    expect(now.keysets.map((k) => (k.keyset as { n: number }).n)).toEqual([3, 3])
    expect(now.keysets.some((k) => view.keysets.some(({ ks }) => ks === k.ks))).toBe(false)
    expect((await own(one, no)).acts).toMatchObject([{ c: first.c, counts: false, outdated: true }])
    const stale = await three.seal(no, {
      technical: { approach: 'a' },
      price: { amount: '1', currency: 'KRW' },
      keysets: before,
    })
    expect(codeOf(await three.send(no, stale.body))).toBe('wrong-keyset')
    // Nor is one taken that was judged by the keys before, a moment before they were replaced.
    const fresh = await three.seal(no, { technical: { approach: 'a' }, price: { amount: '1', currency: 'KRW' } })
    const raced = await db.withTx((work) =>
      saveActs(work, [
        {
          tender: no,
          keysetsBy: null,
          fresh: null,
          act: {
            bidder: 'firm-3',
            account: three.account.id,
            kind: 'submission',
            seq: 1,
            jws: fresh.body.jws,
            salt: fresh.body.salt,
            c: fresh.c,
            eidTechnical: fresh.eids.technical,
            eidPrice: fresh.eids.price,
          },
        },
      ]),
    )
    expect(raced).toMatchObject([{ id: null, outdated: true, late: false }])

    await world.replaced()
    await world.replaced()
    expect([await told(one, no), await told(two, no), await told(three, no)].map((mails) => mails.length)).toEqual([
      1, 1, 0,
    ])
    // Nor does the list of mails say how many those are.
    const mails = await call(url, ENDPOINTS.readOutbox, { token: world.operator.token })
    const kinds = must('mails', mails).body.mails.map(({ kind }) => kind)
    expect(kinds.length).toBeGreaterThan(0)
    expect(kinds).not.toContain('keys-replaced')
    // The second hands it in again, at another price; the first does not.
    const again = await two.seal(no, {
      technical: { approach: 'again', summary: '요약' },
      price: { amount: '88000000', currency: 'KRW' },
      seq: 2,
      replaces: second.c,
    })
    must('bid', await two.send(no, again.body))
    expect((await own(two, no)).acts.map(({ counts, outdated }) => [counts, outdated])).toEqual([
      [false, false],
      [true, false],
    ])
    await close(no)
    await world.bring(no, 'technical_opening')
    expect(await blockers(no)).toEqual([])
    await world.bring(no, 'ranked')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('keysets')).toContain('They took the place of others by the amendment at entry')
    expect(says('envelopes-price')).toContain('1 valid, 0 not')
    const { rows } = (await world.view(no)).ranking as { rows: { bidder: string; amount: string }[] }
    expect(rows.map(({ bidder, amount }) => [bidder, amount])).toEqual([['firm-2', '88000000']])
  })

  test('an operator who has a bid from before opened all the same is found out, and no custodian turns its key', async () => {
    const no = await world.publish()
    await world.bid(no, one)
    await world.tick()
    expect(await replace(no)).toBe('accepted')
    expect(await approveAll(world.approver, no)).toBe(1)
    await world.tick()
    await world.bid(no, three)
    await db.withTx(({ tx }) => tx.update(tender).set({ keysetsBy: null }).where(eq(tender.no, no)))
    await close(no)
    await world.bring(no, 'technical_opening')
    expect(await blockers(no)).toEqual(['opening-list-technical'])
    expect((await verdictsAt(no)).failed).toContain('opening-list-technical')
  })

  test('custodians seal again for a draw, and what they had sealed to the keys before is not in it', async () => {
    const amounts = { base: '100000000', budget: '110000000', currency: 'KRW' }
    const { notice } = world.draftOf()
    const no = await world.publish({
      notice: { ...notice, budget: { amount: amounts.budget, currency: 'KRW' }, method: 'small-quotation', minBids: 2 },
      rule: contestRule('small-quotation', amounts),
      evaluators: [],
    })
    await world.contribute(no)
    expect(await replace(no)).toBe('accepted')
    expect(await approveAll(world.approver, no)).toBe(1)
    await world.tick()
    await world.contribute(no)
    for (const [by, amount, picks] of [
      [one, '96000000', [3, 9]],
      [two, '97000000', [9, 12]],
    ] as const)
      must(
        'bid',
        await by.send(no, (await by.sealPrice(no, { price: { amount, currency: 'KRW' }, picks: [...picks] })).body),
      )
    await world.tick()
    await world.passDeadline(no)
    for (let step = 0; step < 2; step++) {
      await world.clock()
      await world.tick()
    }
    await world.release(no, 'draw')
    await world.release(no, 'price')
    await world.open()
    await world.tick()
    await world.clock()
    await world.tick()
    expect((await world.view(no)).state).toBe('ranked')
    expect((await verdictsAt(no)).failed).toEqual([])
  })
})

describe('the rule of a published tender is changed', () => {
  const STATEMENT = 'Price was to count for twenty points, not for ten.'
  const THREE = ['custodian-1', 'custodian-2', 'custodian-3']
  const inDays = (n: number) => secondsZ(Date.now() + n * 86_400_000)
  const rule = world.draftOf().rule as AwardRule
  const { budget } = world.draftOf().notice
  const other = { ...rule, weights: { tech: 80, price: 20 } }
  const asked = (change: object = {}) => {
    const now = { rule: other as unknown as JsonObject, method: 'negotiation-national-80-20', budget }
    return { ...now, statement: STATEMENT, ...change }
  }
  type By = { by?: Person; deadline?: string; custodians?: string[] }
  const propose = (no: string, change: object = {}, { by = world.officer, deadline, custodians }: By = {}) =>
    by.amend(no, custodians ?? THREE, deadline ?? inDays(7), asked(change))
  const codesOf = async (said: Promise<{ ok: boolean; errors?: { code: string }[] }>) => {
    const answer = await said
    return answer.ok ? ['accepted'] : [...new Set((answer.errors ?? []).map(({ code }) => code))]
  }
  const own = async (who: Person, no: string) =>
    must('own', await call(url, ENDPOINTS.readOwnBids, { token: who.token, params: { no } })).body
  const ofLog = async (no: string, after: number) =>
    must('events', await call(url, readEvents, { params: { no }, query: { after, limit: 1000 } })).body.events

  test('is refused with every reason: by a stranger, in other hands, too late, of nothing, of what nobody could compute', async () => {
    const no = await world.publish()
    const [stranger, keyless] = (await world.add([
      { id: 'officer-of-others', org: 'other-city', role: 'officer' },
      { id: 'officer-without-key', org: 'gaon-city', role: 'officer' },
    ])) as [Person, Person]
    const { body: keysets } = must(
      'proposal',
      await call(url, proposeReplacement, {
        token: world.officer.token,
        params: { no },
        query: { custodians: THREE.join(','), deadline: inDays(7) },
      }),
    )
    const signed: Record<string, string> = {}
    for (const [kind, keyset] of Object.entries(keysets))
      signed[kind] = await signJws(P, world.officer.signer as Signer, keyset as never)
    const raw = (by: Person, change: object = {}, at = no) => {
      const { statement, ...decides } = asked()
      const body = { ...decides, deadline: inDays(7), statement, jws: 'eyJ4IjoxfQ.eyJ4IjoxfQ.AAAA', keysets: signed }
      return call(url, amendTender, { token: by.token, params: { no: at }, body: { ...body, ...change } as never })
    }
    expect(await codesOf(raw(stranger))).toEqual(['forbidden'])
    expect(await codesOf(raw(keyless))).toEqual(['no-key'])
    expect(await codesOf(raw(world.officer))).toEqual(['bad-signature'])
    expect(await codesOf(raw(world.officer, {}, 'R26BK99999999'))).toEqual(['not-found'])
    expect(await codesOf(raw(world.officer, {}, await world.draft()))).toContain('wrong-state')
    const view = await world.view(no)
    const later = extension(no, view, inDays(7), STATEMENT)
    const jws = await signJws(P, world.officer.signer as Signer, later)
    const own = await world.officer.amend(no, THREE, inDays(7), asked())
    const { id, body: shown } = must('proposal', own as never).body as never as {
      id: string
      body: { keysets: object }
    }
    must('withdrawal', await world.officer.act(ENDPOINTS.withdrawProposal, { params: { id } }))
    expect(await codesOf(raw(world.officer, { jws, keysets: shown.keysets }))).toEqual(['act-mismatch'])
    expect(await codesOf(raw(world.officer, { keysets: { price: signed.price } }))).toContain('keyset-mismatch')

    const same = { rule: view.rule as unknown as JsonObject, method: view.method }
    expect(await codesOf(propose(no, same))).toEqual(['amendment-changes-nothing'])
    expect(await codesOf(propose(no, {}, { deadline: inDays(1) }))).toEqual(['extension-too-short'])
    expect(await codesOf(propose(no, {}, { deadline: inDays(400) }))).toEqual(['extension-too-long'])
    const broken = { ...other, weights: { tech: 80, price: 30 }, maximum: '95' }
    const all = await propose(no, { rule: broken, statement: 'short', method: 'no-such-method' })
    expect(await codesOf(Promise.resolve(all))).toEqual(['statement-missing', 'draft-incomplete', 'rule-invalid'])
    expect(all.ok ? 0 : all.errors.filter(({ code }) => code === 'rule-invalid').length).toBeGreaterThan(1)
    const amounts = { base: '100000000', budget: '110000000', currency: 'KRW' }
    const byPrice = contestRule('small-quotation', amounts)
    expect(await codesOf(propose(no, { rule: byPrice, method: 'small-quotation' }))).toContain(
      'amendment-other-envelopes',
    )
    // Of two amendments that begin at the same revision one could never be approved.
    must('extension', await world.officer.extend(no, inDays(7), STATEMENT))
    expect(await codesOf(propose(no))).toEqual(['proposal-open'])
    await world.passDeadline(no, 3600)
    expect(await codesOf(raw(world.officer))).toContain('deadline-passed')
    expect((await world.view(no)).rule).toEqual(rule)
  })

  test('by two persons: what was handed in is void and stays shut, its bidders alone are told, and the new rule decides', async () => {
    const no = await world.publish()
    const [first] = [await world.bid(no, one), await world.bid(no, two)]
    await world.tick()
    const before = await world.view(no)
    const proposed = await propose(no)
    if (!proposed.ok) throw new Error(proposed.code)
    // One person alone changes nothing, and until the second has decided nobody outside the agency knows of it.
    expect((await world.view(no)).ruleHash).toBe(before.ruleHash)
    expect(await ofLog(no, before.index)).toEqual([])
    expect(await codesOf(world.officer.extend(no, inDays(8), STATEMENT))).toEqual(['proposal-open'])
    expect(await approveAll(world.approver, no)).toBe(1)
    await world.tick()
    const now = await world.view(no)
    expect(now).toMatchObject({ rule: other, ruleHash: hashOfRule(P, other as unknown as JsonObject), revision: '001' })
    expect(now.method).toBe('negotiation-national-80-20')
    expect(now.keysets.some((k) => before.keysets.some(({ ks }) => ks === k.ks))).toBe(false)
    // The log says what was changed and by whom, and nothing of any bidder.
    const told = await ofLog(no, before.index)
    expect(told.map(({ typ }) => typ)).toEqual(['approval/1', 'tender.amended/1', 'tender.keyset/1', 'tender.keyset/1'])
    expect(
      JSON.stringify(told.map(({ payload }) => (payload.startsWith('{') ? payload : readJws(payload).payload))),
    ).not.toMatch(/firm-\d|supplier-\d/)
    expect((await own(one, no)).acts).toMatchObject([{ c: first.c, counts: false, outdated: true }])
    expect([(await own(one, no)).replaced, (await own(three, no)).replaced]).toEqual(['rule', 'rule'])
    await world.replaced()
    await world.replaced()
    const mails: string[][] = []
    for (const who of [one, two, three]) {
      const sent = await world.mailsTo(who.account.email)
      mails.push(sent.filter(({ body }) => body.includes(no)).map(({ kind }) => kind))
    }
    expect(mails).toEqual([['rule-amended'], ['rule-amended'], []])
    const shown = must('mails', await call(url, ENDPOINTS.readOutbox, { token: world.operator.token })).body.mails
    expect(shown.map(({ kind }) => kind)).not.toContain('rule-amended')

    // The second hands it in again, the third for the first time; the first does not.
    const again = await two.seal(no, {
      technical: { approach: 'again', summary: '요약' },
      price: { amount: '88000000', currency: 'KRW' },
      seq: 2,
      replaces: (await own(two, no)).current ?? '',
    })
    must('bid', await two.send(no, again.body))
    await world.bid(no, three, { price: { amount: '100000000', currency: 'KRW' } })
    await world.tick()
    await close(no)
    await world.bring(no, 'technical_opening')
    expect(await blockers(no)).toEqual([])
    await world.bring(no, 'ranked')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('notice')).toContain('The rule was changed by the amendment at entry')
    expect(says('envelopes-price')).toContain('2 valid, 0 not')
    const { rows } = (await world.view(no)).ranking as { rows: { bidder: string; price: string }[] }
    // Twenty points for the lowest price, and 88 of 100 of them for the other.
    expect(rows.map(({ bidder, price }) => [bidder, price])).toEqual([
      ['firm-2', '20'],
      ['firm-3', '17.6'],
    ])
  })

  test('an operator who lets one person change it is found out, and no custodian turns its key', async () => {
    const no = await world.publish()
    await world.bid(no, one)
    await world.tick()
    const proposed = await propose(no)
    if (!proposed.ok) throw new Error(proposed.code)
    const { jws } = proposed.body.body as { jws: string }
    const { signer, account } = world.officer
    const by = (signer as Signer).kid
    await db.withTx((work) => append(P, work, { typ: 'tender.amended/1', org: account.org, ref: no, by, payload: jws }))
    await world.tick()
    await close(no)
    await world.bring(no, 'closed')
    expect(await blockers(no)).toContain('notice')
    expect((await verdictsAt(no)).failed).toEqual(expect.arrayContaining(['notice', 'second-person']))
  })
})

describe('a custodian lost its identity key', () => {
  const fresh = () => scalarSigner(P, randomScalar(P))
  const said = { statement: 'The disk with the key has burnt.' }
  type Parts = { request: string; vouched: string; statement: string }

  async function recover(id: string, parts: Parts, by: Person = world.auditor, signed: Parts = parts) {
    const { signer } = by
    const jws = signer === null ? parts.request : await signJws(P, signer, recoveredIdentity(signed))
    const done = await call(url, recoverCustodian, { token: by.token, params: { id }, body: { ...parts, jws } })
    return done.ok ? done.body.kid : done.code
  }

  /** The operator's word about a body, in the log: it was suspended, and is restored. */
  async function restored(org: string): Promise<void> {
    const stand = { token: world.operator.token, params: { org }, body: { statement: 'for the sake of this test' } }
    must('suspension', await call(url, suspendOrganisation, stand))
    must('restoration', await call(url, restoreOrganisation, stand))
  }

  test('and gets another by its own word, another custodian’s, and an auditor’s of a third body; by nothing less', async () => {
    const no = await world.publish()
    await world.bid(no, one)
    const [, custodian, second] = world.custodians as [TestCustodian, TestCustodian, TestCustodian]
    const { id, signer: old } = custodian
    const next = fresh()
    const request = await custodian.request(next)
    const whole = { request, vouched: await second.vouch(request), ...said }
    // Of the invented bodies of the beginning the log says nothing.
    expect(await recover(id, whole)).toBe('body-not-in-log')
    await restored('audit-office')
    if (!world.auditor.signer) await world.auditor.enrol()
    expect(await recover(id, { ...whole, statement: 'short' })).toBe('statement-missing')
    expect(await recover('nobody', whole)).toBe('custodian-unknown')
    const stranger = new TestCustodian('nobody')
    expect(await recover(id, { ...whole, vouched: await stranger.vouch(request) })).toBe('custodian-unknown')
    expect(await recover(id, { ...whole, vouched: await custodian.vouch(request) })).toBe('third-body-missing')
    const itself = new TestCustodian(second.id)
    expect(await recover(id, { ...whole, vouched: await itself.vouch(request) })).toBe('bad-signature')
    const others: JsonObject[] = [{ id: 'another' }, { replaces: next.kid }, { request: next.kid }]
    for (const change of others)
      expect(await recover(id, { ...whole, vouched: await second.vouch(request, change) })).toBe('bad-signature')
    const wrong: JsonObject[] = [
      { id: second.id },
      { org: second.id },
      { replaces: next.kid },
      { from: 'now' },
      { more: 1 },
    ]
    for (const change of wrong) {
      const other = await custodian.request(next, change)
      expect([change, await recover(id, { ...whole, request: other }, world.auditor, whole)]).toEqual([
        change,
        'key-mismatch',
      ])
    }
    const taken = await custodian.request(second.signer)
    expect(await recover(id, { ...whole, request: taken, vouched: await second.vouch(taken) })).toBe('key-in-use')
    // The auditor signs for just what is handed in.
    expect(await recover(id, whole, world.auditor, { ...whole, statement: 'Another reason altogether.' })).toBe(
      'act-mismatch',
    )
    const [unkeyed] = (await world.add([{ id: 'auditor-9', org: 'audit-office', role: 'auditor' }])) as [Person]
    expect(await recover(id, whole, unkeyed)).toBe('no-key')
    unkeyed.signer = fresh()
    expect(await recover(id, whole, unkeyed)).toBe('no-key')
    const [keeper] = (await world.add([{ id: 'auditor-8', org: second.id, role: 'auditor' }])) as [Person]
    expect(await recover(id, whole, keeper)).toBe('third-body-missing')
    expect(await recover(id, whole, world.officer)).toBe('forbidden')

    expect(await recover(id, whole)).toBe(next.kid)
    expect(await recover(id, whole)).toBe(next.kid)
    const offered = await call(url, offerPrekeys, { params: { id }, body: { jws: await custodian.prekeys(1) } })
    expect(offered).toMatchObject({ ok: false, code: 'bad-signature' })
    custodian.signer = next
    await custodian.offer(url, 5)
    const listed = must('custodians', await call(url, listCustodians, {})).body.custodians.find((c) => c.id === id)
    expect(listed).toMatchObject({ kid: next.kid })
    expect(listed?.past[0]).toMatchObject({ kid: old.kid })

    // The tender that was running is opened with the keys that it had, released in the new key's name.
    await world.tick()
    await close(no)
    await world.bring(no, 'evaluating')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('releases-technical')).toContain(id)
  })
})

describe('a custodian changes its identity key', () => {
  const fresh = () => scalarSigner(P, randomScalar(P))
  const rotate = async (id: string, jws: string) => {
    const said = await call(url, rotateCustodian, { params: { id }, body: { jws } })
    return said.ok ? 'accepted' : said.code
  }

  test('only by the word of the old one; what that signed stands, and tenders that run go on with the new one', async () => {
    const amounts = { base: '100000000', budget: '110000000', currency: 'KRW' }
    const { notice } = world.draftOf()
    const no = await world.publish({
      notice: { ...notice, budget: { amount: amounts.budget, currency: 'KRW' }, method: 'small-quotation', minBids: 2 },
      rule: contestRule('small-quotation', amounts),
      evaluators: [],
    })
    for (const [by, amount, picks] of [
      [one, '96000000', [3, 9]],
      [two, '97000000', [9, 12]],
    ] as const)
      must(
        'bid',
        await by.send(no, (await by.sealPrice(no, { price: { amount, currency: 'KRW' }, picks: [...picks] })).body),
      )
    // What it seals for the draw is signed by the old key, and opened when the new one is in force.
    await world.contribute(no)
    const [custodian, second] = world.custodians as [TestCustodian, TestCustodian]
    const { id, signer: old } = custodian
    const next = fresh()
    expect(await rotate('nobody', await custodian.succession(next))).toBe('custodian-unknown')
    expect(await rotate(id, 'AAAA.AAAA.AAAA')).toBe('bad-signature')
    const alone = new TestCustodian(id)
    expect(await rotate(id, await alone.succession(next, { replaces: old.kid }))).toBe('bad-signature')
    const wrong: JsonObject[] = [
      { id: second.id },
      { org: second.id },
      { replaces: second.signer.kid },
      { jwk: { kty: 'RSA' } },
    ]
    for (const change of wrong)
      expect([change, await rotate(id, await custodian.succession(next, change))]).toEqual([change, 'key-mismatch'])
    expect(await rotate(id, await custodian.succession(second.signer))).toBe('key-in-use')
    const statement = await custodian.succession(next)
    expect(await rotate(id, statement)).toBe('accepted')
    expect(await rotate(id, statement)).toBe('accepted')
    const offered = await call(url, offerPrekeys, { params: { id }, body: { jws: await custodian.prekeys(1) } })
    expect(offered).toMatchObject({ ok: false, code: 'bad-signature' })
    expect(await rotate(id, await custodian.succession(fresh()))).toBe('bad-signature')
    custodian.signer = next
    await custodian.offer(url, 20)
    const listed = must('custodians', await call(url, listCustodians, {})).body.custodians.find((c) => c.id === id)
    expect(listed).toMatchObject({ kid: next.kid, past: [{ kid: old.kid }] })

    await world.tick()
    await world.passDeadline(no)
    for (let step = 0; step < 2; step++) {
      await world.clock()
      await world.tick()
    }
    await world.release(no, 'draw')
    await world.release(no, 'price')
    await world.open()
    await world.tick()
    await world.clock()
    await world.tick()
    expect((await world.view(no)).state).toBe('ranked')
    const { failed, says } = await verdictsAt(no)
    expect(failed).toEqual([])
    expect(says('releases-price')).toContain(id)

    // An operator who plants a key that the one in force did not sign for is found out.
    const planted = fresh()
    const jws = await signJws(P, planted, {
      ...readJws(statement).payload,
      jwk: { ...planted.jwk },
      replaces: next.kid,
    } as never)
    await db.withTx((work) =>
      append(P, work, { typ: 'custodian.identity/1', org: id, ref: '-', by: planted.kid, payload: jws }),
    )
    await world.tick()
    expect(await verdictsAt(no)).toMatchObject({ failed: ['keys'] })
  })
})

describe('the account of all that was met', () => {
  test('each endpoint about disputes did what it is for, and each of its refusals was met', () => {
    const done: readonly string[] = [...recorder.done]
    expect(OF_DISPUTES.filter((id) => !done.includes(id))).toEqual([])
    const declared = (Object.values(ENDPOINTS) as Endpoint[])
      .filter((e) => OF_DISPUTES.includes(e.id as EndpointId))
      .flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    expect([...declared, ...WHERE_REPLACED].filter((one) => !recorder.refused.has(one))).toEqual([])
  })
})
describe('what came of disputes, in the database', () => {
  test('is what the log says of it: every edit by the database’s owner is found', async () => {
    await world.tick()
    const tables = ['rekey', 'rekey_letter', 'rekey_envelope', 'share_clearing', 'bid_claim', 'custodian_past']
    expect(unnoticed(await editEach(world, tables))).toEqual([])
  })
})
