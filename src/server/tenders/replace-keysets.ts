// Custodians failed before the deadline: to which others are bids sealed from now on? Keysets that take the place of all those before.
import { and, eq, inArray, isNull } from 'drizzle-orm'
import { keyset as keysetTable, type tender } from '../../../db/schema/tenders.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import { keysetId } from '../../proof/keyset.ts'
import type { Advancing } from './advance.ts'
import { kindsOf, logKeysets, readKeysetOf, wrongsOf } from './publish-tender.ts'

/** Ids of the keysets that an amendment names, by kind; undefined where only the deadline moves, or one cannot be read. */
export function namedKeysets(step: Advancing): Record<string, string> | undefined {
  if (!step.input.keysets) return undefined
  const named: Record<string, string> = {}
  for (const kind of kindsOf(step.row)) {
    const found = readKeysetOf(step, kind)
    if ('code' in found) return undefined
    named[kind] = b64u(keysetId(step.P, found.keyset))
  }
  return named
}

/** Whose keys an amendment brings; nobody's where only the deadline moves. */
export function custodiansNamed(step: Advancing): string[] {
  const price = step.input.keysets && readKeysetOf(step, 'price')
  return price && 'keyset' in price ? price.keyset.custodians.map(({ id }) => id) : []
}

/** Everything wrong with the keysets of an amendment; nothing where it has none. */
export async function replacementReasons(step: Advancing, openAfter: string): Promise<Reason[]> {
  const { row, input } = step
  if (!input.keysets) return []
  const custodians = custodiansNamed(step)
  const reasons: Reason[] = []
  for (const kind of kindsOf(row)) reasons.push(...(await wrongsOf(step, kind, { openAfter, custodians })))
  return reasons
}

/** Puts the keysets in the place of those before: below their amendment in the log, which the caller has appended. */
export async function replaceKeysets(step: Advancing): Promise<Partial<typeof tender.$inferInsert>> {
  const { P, work, row, input } = step
  if (!input.keysets) return {}
  await work.tx
    .update(keysetTable)
    .set({ replacedAt: work.now.date })
    .where(
      and(eq(keysetTable.tender, row.no), inArray(keysetTable.kind, [...kindsOf(row)]), isNull(keysetTable.replacedAt)),
    )
  await logKeysets(step)
  return { keysetsBy: b64u(P.sha256(utf8(input.jws ?? ''))) }
}
