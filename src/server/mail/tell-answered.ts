// The agency has answered a question in public: who tells those whose bid is in already?
import { sql } from 'drizzle-orm'
import type { Work } from '../db.ts'
import type { JobDeps } from '../jobs.ts'
import { legal, lockTender } from '../tenders/tender-store.ts'
import { mailBidders } from './mail-bidders.ts'

/** Bidders whose last act is a submission. Only the worker may look across bidders. */
async function bidding({ tx }: Work, no: string): Promise<string[]> {
  const { rows } = await tx.execute<{ bidder: string }>(sql`
    SELECT bidder FROM (
      SELECT DISTINCT ON (bidder) bidder, kind FROM bid_act
      WHERE tender = ${no} AND kind <> 'refusal' ORDER BY bidder, seq DESC) AS last
    WHERE kind = 'submission' ORDER BY bidder`)
  return rows.map(({ bidder }) => bidder)
}

/**
 * Writes to everybody whose bid is in, while it can still be changed. A job, not a part of the answer's request: how long that takes
 * says nothing of how many there are. Run twice it may write twice.
 */
export async function tellAnswered({ tender, base }: { tender: string; base: string }, { db }: JobDeps): Promise<void> {
  await db.withTx(async (work) => {
    const row = await lockTender(work, tender, true)
    if (row?.state !== 'published') return
    const facts = { tender, until: legal(row.deadline), page: `${base}/tenders/${tender}?tab=questions` }
    await mailBidders(work, { kind: 'notice-explained', bidders: await bidding(work, tender), base, facts })
  })
}
