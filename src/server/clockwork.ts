// Which steps are due by the clock? Finds tenders whose next step no person takes, and takes it through advance().
import { sql } from 'drizzle-orm'
import { clockActs } from '../domain/tenders/lifecycle.ts'
import type { Primitives } from '../proof/primitives.ts'
import type { Database } from './db.ts'
import type { TilesOf } from './log/tiles.ts'
import { advance } from './tenders/advance.ts'
import { lockTender } from './tenders/tender-store.ts'

export type Clockwork = {
  P: Primitives
  db: Database
  tiles: TilesOf
  accelerator: number
  onProblem: (err: Error) => void
}

/** Tenders in states that the clock moves on, those published only once their deadline has come. */
async function candidates(db: Database): Promise<string[]> {
  return db.withTx(async ({ tx }) => {
    const rows = await tx.execute<{ no: string }>(sql`
      SELECT no FROM tender
      WHERE (state = 'published' AND deadline <= clock_timestamp())
         OR (state = 'closed' AND closed_idx IS NOT NULL AND open_after <= clock_timestamp())
         OR state IN ('technical_opening', 'price_opening')
         OR (state = 'scores_locked' AND locked_idx IS NOT NULL)
         OR (state = 'ranked' AND jsonb_path_exists(ranking, '$.rows[*].tie'))
      ORDER BY deadline, no LIMIT 200`)
    return rows.rows.map((row) => row.no)
  })
}

/** Takes all steps of one tender that are due now. A row that another process holds is left to it. */
async function moveOn({ P, db, tiles, accelerator }: Clockwork, no: string): Promise<number> {
  return db.withTx(async (work) => {
    const row = await lockTender(work, no, true)
    let taken = 0
    while (row) {
      const step = { P, work, tiles, row, caller: null, input: {}, accelerator }
      let moved = false
      for (const act of clockActs(row.state)) {
        if ((await advance(step, act)).length === 0) {
          moved = true
          break
        }
      }
      if (!moved) break
      taken++
      // A postponement leaves the state as it was, and its new deadline lies ahead.
      if (row.state === 'published') break
    }
    return taken
  })
}

/** One round over all tenders that are due. A tender whose step fails does not hold up the others. */
export async function clockRound(clockwork: Clockwork): Promise<number> {
  let taken = 0
  for (const no of await candidates(clockwork.db)) {
    try {
      taken += await moveOn(clockwork, no)
    } catch (err) {
      clockwork.onProblem(err instanceof Error ? err : new Error(String(err)))
    }
  }
  return taken
}
