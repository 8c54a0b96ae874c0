// Had everybody in the pool of a drawn committee been confirmed by the operator, and is the pool just these people? For an auditor who is shown who they are.
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { confirmationWrong, type Opening, type Unconfirmed } from '../evaluators/field-decision.ts'
import { memberId } from '../evaluators/pool.ts'
import { sealedAt } from '../record/closing.ts'
import { asList, asText, b32, object, text, whole } from '../record/fields.ts'
import type { TenderRecord } from '../record/read.ts'

/** Somebody of the pool: number, person and salt, and what opens the sealed entry of the confirmation. */
export interface Member {
  field: string
  id: string
  account: string
  salt: string
  confirmed: Opening | null
}

/** What is handed to an auditor as a file. */
export interface OpenedPool {
  typ: 'pool.opened/1'
  tender: string
  members: Member[]
}

/** Reads the file; throws FormatError. */
export function readOpenedPool(value: Json): OpenedPool {
  const o = object(value, 'file')
  if (asText(o.typ, 'typ') !== 'pool.opened/1') throw new FormatError('it is not a pool.opened/1')
  const members = asList(o.members, 'members', (one, name) => {
    const m = object(one, name)
    const who = { field: text(m, 'field'), id: b32(m, 'id'), account: text(m, 'account'), salt: b32(m, 'salt') }
    if (m.confirmed === null) return { ...who, confirmed: null }
    const c = object(m.confirmed, `${name}.confirmed`)
    return { ...who, confirmed: { index: whole(c, 'index'), salt: b32(c, 'salt'), text: text(c, 'text') } }
  })
  return { typ: 'pool.opened/1', tender: text(o, 'tender'), members }
}

/** Why a number of the pool does not hold: nobody is shown behind it, somebody else is, it is not in the pool, or the confirmation is missing or false. */
export type PoolWrong = 'nobody' | 'other-number' | 'not-in-the-pool' | 'no-confirmation' | Unconfirmed

export interface PoolRow {
  field: string
  id: string
  account: string | null
  /** The entry in which the confirmation is sealed. */
  entry: number | null
  wrong: PoolWrong | null
}

async function wrongWith(
  P: Primitives,
  r: TenderRecord,
  entries: readonly Uint8Array[],
  member: Member,
): Promise<PoolWrong | null> {
  const { field, id, account, salt, confirmed } = member
  const below = r.committee.pool?.index ?? 0
  if (memberId(P, fromB64u(salt), account) !== id) return 'other-number'
  if (!confirmed) return 'no-confirmation'
  return confirmationWrong(P, r.ring, (at) => sealedAt(entries, at), confirmed, { account, field, below })
}

/**
 * One row for each number of the committed pool, and one for each person of the file who is not in it. The log itself is for the caller
 * to have checked.
 *
 * Example: a pool of nine people of software and nine of security, whose file lacks one and shows for another a text that was written
 * afterwards: eighteen rows, one with `nobody` and one with `not-sealed`.
 */
export async function judgePool(
  P: Primitives,
  r: TenderRecord,
  entries: readonly Uint8Array[],
  members: readonly Member[],
): Promise<PoolRow[]> {
  const place = ({ field, id }: { field: string; id: string }) => `${field} ${id}`
  const shown = new Map(members.map((member) => [place(member), member]))
  const rows: PoolRow[] = []
  for (const { field, ids } of r.committee.pool?.payload.strata ?? []) {
    for (const id of ids) {
      const member = shown.get(place({ field, id }))
      shown.delete(place({ field, id }))
      rows.push({
        field,
        id,
        account: member?.account ?? null,
        entry: member?.confirmed?.index ?? null,
        wrong: member ? await wrongWith(P, r, entries, member) : 'nobody',
      })
    }
  }
  for (const { field, id, account, confirmed } of shown.values())
    rows.push({ field, id, account, entry: confirmed?.index ?? null, wrong: 'not-in-the-pool' })
  return rows
}
