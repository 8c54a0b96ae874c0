// When is the standstill over that a notice promised? The entry that published the ranking tells, and the ranking must be the one that stands.
import { and, desc, eq, inArray, sql } from 'drizzle-orm'
import { logEntry, logPayload } from '../../../db/schema/log.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { RANKINGS, standstillEnd } from '../../domain/tenders/standstill.ts'
import type { Work } from '../db.ts'
import type { TenderRow } from './tender-store.ts'

/**
 * The end of the standstill, to the second, as it stands in `award/1`. Null where none was promised, before there is a ranking, after
 * an end without an award, and while the newest ranking waits for its place in the log: what the log has until then is an older one,
 * whose time is over sooner.
 */
export async function standstillOf({ tx }: Work, { no, notice, state }: TenderRow): Promise<string | null> {
  const hours = notice.standstillHours ?? 0
  if (hours === 0 || (state !== 'ranked' && state !== 'awarded')) return null
  const [last] = await tx
    .select({
      leaf: logEntry.leaf,
      stands: sql<boolean | null>`convert_from(${logPayload.bytes}, 'UTF8')::jsonb -> 'ranking' = ${tender.ranking}`,
    })
    .from(logEntry)
    .innerJoin(logPayload, eq(logPayload.hash, logEntry.payloadHash))
    .innerJoin(tender, eq(tender.no, logEntry.ref))
    .where(and(eq(logEntry.ref, no), inArray(logEntry.typ, [...RANKINGS])))
    .orderBy(desc(logEntry.idx))
    .limit(1)
  if (!last?.stands) return null
  const { at } = JSON.parse(new TextDecoder().decode(last.leaf)) as { at: string }
  return standstillEnd(hours, at)
}
