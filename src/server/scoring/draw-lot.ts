// How is the public lot drawn? By the clock, with every ticket and the ranking that follows in one entry.
import type { tender } from '../../../db/schema/tenders.ts'
import { drawTie, jointBidders, orderOf } from '../../domain/openings/tie-lot.ts'
import type { Decided } from '../../domain/scoring/decided.ts'
import type { Json } from '../../proof/canonical.ts'
import { append } from '../log/append.ts'
import { closingRoot } from '../log/tiles.ts'
import type { Advancing } from '../tenders/advance.ts'
import { contributionsOf } from './announce-lot.ts'
import { rankingOf } from './lock-and-rank.ts'

/** Draws the lot and publishes seed, tickets and the ranking that follows. */
export async function drawLot(step: Advancing): Promise<Partial<typeof tender.$inferInsert>> {
  const { P, work, row, tiles } = step
  const joint = jointBidders(row.ranking as Decided)
  const root = await closingRoot(P, work.tx, tiles, row.closedIdx as number)
  const drawn = drawTie(P, { root, contributions: await contributionsOf(step), tender: row.no, lot: '1' }, joint)
  const ranking = await rankingOf(step, orderOf(drawn))
  const payload = {
    typ: 'draw.result/1',
    tender: row.no,
    lot: '1',
    ...drawn,
    closing: row.closedIdx as number,
    ranking: ranking as unknown as Json,
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  return { ranking }
}
