// Does a receipt say what it proves, step by step, and is a dropped bid, a forked log or a forged receipt named as what it is?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gather, logsOf } from '../../../src/domain/audit/public-record.ts'
import { judgeReceiptFile, type ReceiptReport } from '../../../src/domain/audit/receipt-report.ts'
import { treeFiles } from '../../../src/domain/audit/tree-files.ts'
import { closingListBytes } from '../../../src/domain/record/closing.ts'
import { standingOnList } from '../../../src/domain/record/dropped.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { fromUtf8, utf8 } from '../../../src/proof/bytes.ts'
import { canonical } from '../../../src/proof/canonical.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { readPolicy } from '../../../src/proof/policy.ts'
import { writeReceiptExtra, writeTlogProof } from '../../../src/proof/receipt.ts'
import { inclusionFromTiles } from '../../../src/proof/tiles.ts'
import { DEADLINE, type Forge, forge, keyOf, LOG_SEED, policyOf, TENDER } from '../../support/forge.ts'

const policy = readPolicy(policyOf(LOG_SEED))
const justBefore = new Date(Date.parse(DEADLINE) - 5000).toISOString()

/** The receipt that the server would give for the forged log's `nth` sealed act. */
async function receiptOf(log: Forge, nth: number, change: { at?: string; by?: string; c?: string } = {}) {
  const act = log.sealedActs[nth]!
  const { readTile } = await treeFiles(P, log.entries)
  const proof = await inclusionFromTiles(P, act.index, log.entries.length, readTile)
  const said = { typ: 'received/1', tender: TENDER, c: change.c ?? act.c, eids: {}, at: change.at ?? justBefore }
  const received = await signJws(P, keyOf(change.by ?? 'receipts').signer, said)
  const extra = writeReceiptExtra({ salt: act.salt, jws: act.jws, received })
  return writeTlogProof({ extra, index: act.index, proof, note: fromUtf8(log.files.get('checkpoint')!) })
}

async function judged(text: string, log: Forge | null): Promise<ReceiptReport> {
  const record = log && (await gather(log.source(), null))
  return judgeReceiptFile(P, text, policy, record && { ...record, logs: logsOf(record) })
}
const verdicts = ({ steps }: ReceiptReport) => Object.fromEntries(steps.map((s) => [s.step, s.verdict]))
const bidOf = (log: Forge) => log.sealedActs.findIndex(({ jws }) => jws !== 'cover')

const whole = await forge({})
const good = await receiptOf(whole, bidOf(whole))

describe('a receipt', () => {
  test('of a bid on the closing list holds in every step, with the log at hand', async () => {
    expect(verdicts(await judged(good, whole))).toEqual({
      file: 'ok',
      signature: 'ok',
      witnesses: 'not checkable',
      entry: 'ok',
      inclusion: 'ok',
      received: 'ok',
      'closing-list': 'ok',
      growth: 'ok',
    })
  })

  test('by itself proves that the entry is in a log that was signed, and says what it cannot', async () => {
    expect(verdicts(await judged(good, null))).toEqual({
      file: 'ok',
      signature: 'ok',
      witnesses: 'not checkable',
      entry: 'ok',
      inclusion: 'ok',
      received: 'not checkable',
      growth: 'not checkable',
    })
  })

  test('of a bid that is below the close and not on the list is proof of the drop', () => {
    const { index, c } = whole.sealedActs[bidOf(whole)]!
    const rest = whole.sealedActs.filter((act) => act.c !== c).map((act): [number, string] => [act.index, act.c])
    const closed = { index: whole.closing } as never
    const record = { closed, closingList: rest }
    expect(standingOnList(record, c, index)).toBe('dropped')
    expect(standingOnList({ ...record, closingList: [...rest, [index, c]] }, c, index)).toBe('listed')
    // Its index with another commitment is another entry.
    expect(standingOnList({ ...record, closingList: [...rest, [index, 'A'.repeat(43)]] }, c, index)).toBe('dropped')
    expect(standingOnList({ ...record, closed: null }, c, index)).toBe('open')
    expect(standingOnList(record, c, whole.closing + 1)).toBe('late')
  })

  test('of a bid that a served closing list leaves out says so in words for its holder', async () => {
    // The forger closes over a list that lacks its first bid.
    const log = await forge({
      steps: (steps) => steps.slice(0, 5),
      payload: {
        'tender.closed/1': (payload, { forge: writer }) => {
          const rest = writer.sealedActs.filter((_, nth) => nth !== bidOf(writer))
          payload.leaves = writer.put(closingListBytes(rest.map(({ index, c }) => [index, c])))
          payload.count = rest.length
        },
      },
    })
    const report = await judged(await receiptOf(log, bidOf(log)), log)
    expect(verdicts(report)['closing-list']).toBe('failed')
    expect(report.steps.find((s) => s.step === 'closing-list')?.says.en).toContain('dropped')
    const late = await judged(
      await receiptOf(log, bidOf(log), { at: new Date(Date.parse(DEADLINE) + 1).toISOString() }),
      log,
    )
    expect(late.steps.find((s) => s.step === 'closing-list')?.says.en).toContain('does not count')
  })

  test('against a log that has rewritten its past is proof of the fork; against a shorter one of the cut', async () => {
    // Salts and envelopes are new in every forged log: another history under the same key.
    const other = await forge({})
    expect(verdicts(await judged(good, other)).growth).toBe('failed')
    const shorter = await forge({ steps: (s) => s.slice(0, 5) })
    const report = await judged(good, shorter)
    expect(report.steps.find((s) => s.step === 'growth')?.says.en).toContain('has only')
  })

  test('is refused when the server’s confirmation is of another entry or signed by another key', async () => {
    const other = await receiptOf(whole, bidOf(whole), { c: 'A'.repeat(43) })
    expect(verdicts(await judged(other, whole)).received).toBe('failed')
    const forged = await receiptOf(whole, bidOf(whole), { by: 'somebody' })
    expect(verdicts(await judged(forged, whole)).received).toBe('failed')
  })

  test('of an open entry carries the entry, and of no entry cannot be judged beyond the signature', async () => {
    const { readTile } = await treeFiles(P, whole.entries)
    const proof = await inclusionFromTiles(P, 3, whole.entries.length, readTile)
    const note = fromUtf8(whole.files.get('checkpoint')!)
    const open = (leaf: string) => writeTlogProof({ extra: utf8(canonical({ leaf })), index: 3, proof, note })
    expect(verdicts(await judged(open(fromUtf8(whole.entries[3]!)), whole))).toMatchObject({
      inclusion: 'ok',
      growth: 'ok',
    })
    expect(verdicts(await judged(open(fromUtf8(whole.entries[4]!)), whole))).toMatchObject({ inclusion: 'failed' })
    expect(verdicts(await judged(open('not a leaf'), whole))).toMatchObject({ entry: 'failed' })
    expect(verdicts(await judged(writeTlogProof({ index: 3, proof, note }), whole))).toMatchObject({
      entry: 'not checkable',
    })
  })

  test('in the file that a bidder keeps is the same receipt', async () => {
    const act = whole.sealedActs[bidOf(whole)]!
    const { received } = JSON.parse(Buffer.from(/^extra (.*)$/m.exec(good)![1]!, 'base64').toString()) as {
      received: string
    }
    const kept = { format: 'madang-receipt/1', proof: good, salt: act.salt, submission: act.jws, received }
    expect(verdicts(await judged(JSON.stringify(kept), whole))).toEqual(verdicts(await judged(good, whole)))
    const early = await judged(JSON.stringify({ ...kept, proof: null }), whole)
    expect(early.steps).toMatchObject([{ step: 'file', verdict: 'failed' }])
  })

  test('with any byte changed never holds as a whole, and never makes the judge throw (property)', async () => {
    const bytes = utf8(good)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 127 }), async (at, flip) => {
        const wrong = Uint8Array.from(bytes)
        wrong[at]! ^= flip
        const { steps } = await judged(new TextDecoder().decode(wrong), null)
        const held = steps.every((s) => s.verdict !== 'failed') && steps.some((s) => s.step === 'inclusion')
        // The server's own signature is judged with the log only: a change there shows there.
        if (held) expect(/extra|=/.test(good.slice(0, at))).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
