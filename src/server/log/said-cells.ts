// How is a value of an entry read for a column? Small cells that several tables use.
import { actorKey } from '../../../db/schema/people.ts'
import { keyset } from '../../../db/schema/tenders.ts'
import type { Obj } from '../../domain/record/fields.ts'
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import { type At, OneOf } from './said.ts'

/** The same whatever an entry says. */
export const always = (value: Json) => () => value
/** One of several, where no entry tells which. */
export const oneOf =
  (...values: Json[]) =>
  () =>
    new OneOf(...values)

/** A list of objects; what is none is empty. */
export const list = (value: Json | undefined): Obj[] => (Array.isArray(value) ? (value as Obj[]) : [])
export const object = (value: Json | undefined): Obj =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}

/** An object without some of its members. */
export const without = (value: Json | undefined, ...names: string[]): Json | undefined =>
  value === undefined || value === null
    ? value
    : Object.fromEntries(Object.entries(object(value)).filter(([name]) => !names.includes(name)))

/** Members of an entry by name; one that is absent is left out. */
export const members =
  (...names: string[]) =>
  ({ entry }: At): Json =>
    Object.fromEntries(
      names.flatMap((name) => (entry.payload[name] === undefined ? [] : [[name, entry.payload[name]]])),
    )

const reasonsOf = ({ entry }: At): string[] => list(entry.payload.reasons).map(String)
/** Has an incident one of these reasons? */
export const ofReason =
  (...reasons: string[]) =>
  (at: At) =>
    reasons.some((reason) => reasonsOf(at).includes(reason))

/** What somebody signed, without judging the signature; an empty object when it is no JWS. */
export function signed(jws: unknown): { payload: Obj; kid: string } {
  try {
    const { header, payload } = readJws(String(jws))
    return { payload, kid: header.kid }
  } catch (error) {
    if (error instanceof FormatError) return { payload: {}, kid: '' }
    throw error
  }
}

/** Whose key it is, as the log says. */
export const accountOf = ({ said }: At, kid: string): Json | undefined => said.people?.value(actorKey, [kid], 'account')

/** The kind under which a keyset, its list and its releases are kept. */
export const kindOf = ({ said }: At, ks: Json | undefined): Json | undefined => said.value(keyset, [ks], 'kind')

/** The commitment that a salt and a text give; null where the salt is none. */
export function opens(P: At['P'], salt: unknown, text: unknown): string | null {
  try {
    return commitment(P, salt instanceof Uint8Array ? salt : fromB64u(String(salt)), String(text))
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}
