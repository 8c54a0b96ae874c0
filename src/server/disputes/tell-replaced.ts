// Bids are sealed to other custodians from now on: who tells those whose bid was sealed before, that it counts no more?
import { sql } from 'drizzle-orm'
import type { Clockwork } from '../clockwork.ts'
import type { Work } from '../db.ts'
import { mailBidders } from '../mail/mail-bidders.ts'
import { legal, lockTender, updateTender } from '../tenders/tender-store.ts'

type Of = Pick<Clockwork, 'db' | 'onProblem'> & { base: string }

/** Bidders whose last act is a submission from before the keysets were replaced. Only the worker may look across bidders. */
async function outdated({ tx }: Work, no: string): Promise<string[]> {
  const { rows } = await tx.execute<{ bidder: string }>(sql`
    SELECT bidder FROM (
      SELECT DISTINCT ON (bidder) bidder, kind, at FROM bid_act
      WHERE tender = ${no} AND kind <> 'refusal' ORDER BY bidder, seq DESC) AS last
    WHERE kind = 'submission' AND at < (SELECT max(replaced_at) FROM keyset WHERE tender = ${no})
    ORDER BY bidder`)
  return rows.map(({ bidder }) => bidder)
}

/** One look at every open tender whose keysets were replaced; of each replacement its bidders are told once. */
export async function replacedRound({ db, base, onProblem }: Of): Promise<void> {
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute<{ no: string }>(
      sql`SELECT no FROM tender WHERE state = 'published' AND keysets_by IS DISTINCT FROM keysets_told`,
    ),
  )
  for (const { no } of rows) {
    try {
      await db.withTx(async (work) => {
        const row = await lockTender(work, no, true)
        if (row?.state !== 'published' || row.keysetsBy === row.keysetsTold) return
        await updateTender(work, no, { keysetsTold: row.keysetsBy })
        const facts = {
          tender: no,
          until: legal(row.deadline),
          page: `${base}/s/${no}`,
          notice: `${base}/tenders/${no}`,
        }
        // An amendment of the rule brings keysets, too: then that is what there is to say.
        const kind = row.ruleBy !== null && row.ruleBy === row.keysetsBy ? 'rule-amended' : 'keys-replaced'
        await mailBidders(work, { kind, bidders: await outdated(work, no), base, facts })
      })
    } catch (err) {
      onProblem(err instanceof Error ? err : new Error(String(err)))
    }
  }
}
