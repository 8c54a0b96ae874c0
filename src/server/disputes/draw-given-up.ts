// Must prices be drawn without what custodians sealed? Too few of them were left to open it when bidders were told to seal again.
import { and, count, eq, isNull } from 'drizzle-orm'
import { keyset, rekey, release } from '../../../db/schema/tenders.ts'
import { drawsPrices } from '../../domain/tenders/procedure.ts'
import type { Work } from '../db.ts'
import type { TenderRow } from '../tenders/tender-store.ts'

/**
 * True where an overseer had the prices sealed again before t custodians had released what they sealed for the draw: it then stays shut
 * for ever, or whoever comes back could choose between two planned prices. A committee is drawn from nothing else, so there it is waited for.
 */
export async function drawGivenUp(work: Work, row: TenderRow): Promise<boolean> {
  if (row.pool || !drawsPrices(row.rule)) return false
  const ordered = await work.tx
    .select({ kind: rekey.kind })
    .from(rekey)
    .where(and(eq(rekey.tender, row.no), eq(rekey.kind, 'price')))
  if (!ordered[0]) return false
  const [sealed] = await work.tx
    .select({ body: keyset.body, ks: keyset.ks })
    .from(keyset)
    .where(and(eq(keyset.tender, row.no), eq(keyset.kind, 'draw'), isNull(keyset.replacedAt)))
  if (!sealed) return false
  const [released] = await work.tx.select({ n: count() }).from(release).where(eq(release.ks, sealed.ks))
  return (released?.n ?? 0) < (sealed.body as { t: number }).t
}
