// The bytes of an envelope are gone, or are no longer those that were sealed: who tells its bidder, who alone can bring them back?
import { eq, inArray, sql } from 'drizzle-orm'
import { lostEnvelope, tender } from '../../../db/schema/tenders.ts'
import { KINDS, type Kind } from '../../domain/record/finding.ts'
import type { TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Clockwork } from '../clockwork.ts'
import type { Work } from '../db.ts'
import { mailBidders } from '../mail/mail-bidders.ts'
import { bidsThatCount } from '../openings/closing.ts'
import { lockTender, type TenderRow } from '../tenders/tender-store.ts'

/** From the close, before which an envelope is nobody's business but its bidder's, until the last one is open. */
const WHILE: readonly TenderState[] = ['closed', 'technical_opening', 'evaluating', 'scores_locked', 'price_opening']

type Of = Pick<Clockwork, 'db' | 'onProblem'> & { base: string }
type Envelope = { eid: string; bidder: string; kind: Kind }

/** Envelopes of the bids that count whose bytes have not the hash by which they are known. */
async function lostOf(work: Work, row: TenderRow): Promise<Envelope[]> {
  const bids = await bidsThatCount(work, row)
  const sealed = bids.flatMap((bid) =>
    KINDS.flatMap((kind) => (bid[kind] === '' ? [] : [{ eid: bid[kind], bidder: bid.bidder, kind }])),
  )
  if (sealed.length === 0) return []
  const eids = sql.join(
    sealed.map(({ eid }) => sql`${eid}`),
    sql`, `,
  )
  const { rows } = await work.tx.execute<{ eid: string }>(
    sql`SELECT eid FROM envelope WHERE eid IN (${eids}) AND b64u(sha256(bytes)) = eid`,
  )
  const whole = new Set(rows.map(({ eid }) => eid))
  return sealed.filter(({ eid }) => !whole.has(eid))
}

const WORDS: Record<Kind, { ko: string; en: string }> = {
  technical: { ko: '기술 봉투', en: 'technical envelope' },
  price: { ko: '가격 봉투', en: 'price envelope' },
}

/** One mail a bidder, about everything of its bid that was found lost since the last look; what came back may be lost again. */
async function tell(work: Work, row: TenderRow, base: string): Promise<void> {
  const lost = await lostOf(work, row)
  const told = await work.tx.select({ eid: lostEnvelope.eid }).from(lostEnvelope).where(eq(lostEnvelope.tender, row.no))
  const back = told.filter(({ eid }) => !lost.some((one) => one.eid === eid)).map(({ eid }) => eid)
  if (back.length > 0) await work.tx.delete(lostEnvelope).where(inArray(lostEnvelope.eid, back))
  const fresh = lost.filter(({ eid }) => !told.some((one) => one.eid === eid))
  if (fresh.length === 0) return
  await work.tx.insert(lostEnvelope).values(fresh.map(({ eid }) => ({ eid, tender: row.no, toldAt: work.now.date })))
  for (const bidder of new Set(fresh.map((one) => one.bidder))) {
    const kinds = fresh.filter((one) => one.bidder === bidder).map(({ kind }) => WORDS[kind])
    const facts = {
      tender: row.no,
      ko: kinds.map(({ ko }) => ko).join(', '),
      en: kinds.map(({ en }) => en).join(' and '),
      page: `${base}/s/${row.no}`,
    }
    await mailBidders(work, { kind: 'envelope-lost', bidders: [bidder], base, facts })
  }
}

/** One look at every tender between its close and its last opening. One that fails does not hold up the others. */
export async function lostRound({ db, base, onProblem }: Of): Promise<void> {
  const tenders = await db.withTx(({ tx }) =>
    tx
      .select({ no: tender.no })
      .from(tender)
      .where(inArray(tender.state, [...WHILE])),
  )
  for (const { no } of tenders) {
    try {
      await db.withTx(async (work) => {
        const row = await lockTender(work, no, true)
        if (row && WHILE.includes(row.state)) await tell(work, row, base)
      })
    } catch (err) {
      onProblem(err instanceof Error ? err : new Error(String(err)))
    }
  }
}
