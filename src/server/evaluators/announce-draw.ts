// Who hears that evaluators or prices will be drawn? Everybody: among which, and from what, before the first contribution is opened.
import { and, asc, eq } from 'drizzle-orm'
import { drawContribution, poolMember } from '../../../db/schema/evaluators.ts'
import { committeePurpose } from '../../domain/evaluators/purpose.ts'
import { sectionsOf } from '../../domain/openings/planned-draw.ts'
import { reservePurpose } from '../../domain/openings/reserve-purpose.ts'
import { sortedEids } from '../../domain/record/opening.ts'
import { prelimOf } from '../../domain/tenders/procedure.ts'
import { append } from '../log/append.ts'
import { toKeysetInUse } from '../openings/release-store.ts'
import type { Advancing } from '../tenders/advance.ts'
import { legal } from '../tenders/tender-store.ts'

/**
 * Announces the draw of each stratum, and that of the preliminary prices. Answers what custodians sealed before the close, to be listed;
 * with nothing sealed no evaluators are drawn, and the seats stay empty. Prices are drawn from what bidders sealed as well.
 */
export async function announceDraws(step: Advancing): Promise<{ eid: string; bidder: string }[]> {
  const { P, work, row } = step
  const prelim = prelimOf(row.rule)
  if (!row.pool && !prelim) return []
  const sealed = await work.tx
    .select({ eid: drawContribution.eid, bidder: drawContribution.custodian })
    .from(drawContribution)
    .where(and(eq(drawContribution.tender, row.no), await toKeysetInUse(P, work, row)))
  if (prelim) {
    const payload = {
      typ: 'draw.notice/1',
      tender: row.no,
      lot: '1',
      purpose: reservePurpose(row.no, '1'),
      ids: sectionsOf(prelim),
      closing: row.closedIdx as number,
      contributions: sortedEids(sealed.map((s) => s.eid)),
      drawAt: legal(work.now.date),
    }
    await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  }
  if (!row.pool) return sealed
  const members = await work.tx
    .select({ field: poolMember.field, id: poolMember.id })
    .from(poolMember)
    .where(eq(poolMember.tender, row.no))
    .orderBy(asc(poolMember.field), asc(poolMember.id))
  for (const { field } of row.pool.strata) {
    const payload = {
      typ: 'draw.notice/1',
      tender: row.no,
      lot: '1',
      purpose: committeePurpose(row.no, '1', field),
      ids: members
        .filter((member) => member.field === field)
        .map((member) => member.id)
        .sort(),
      closing: row.closedIdx as number,
      contributions: sortedEids(sealed.map((s) => s.eid)),
      drawAt: legal(work.now.date),
    }
    await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  }
  return sealed
}
