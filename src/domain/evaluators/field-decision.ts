// What does the operator say of a field that an evaluator states, and how is it shown later that it was said? Sealed, so that nobody reads whom.
import { b64u, FormatError, fromB64u } from '../../proof/bytes.ts'
import { type JsonObject, parseJson } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type Keyring, keyInForce, keysInForce, RECEIPTS } from '../record/keyring.ts'

/** What opens a sealed entry: where it stands, its salt (base64url), and what was sealed, a JWS or canonical JSON. */
export type Opening = { index: number; salt: string; text: string }

/** Where a sealed entry's commitment can be looked up: null where no sealed entry stands. */
export type SealedAt = (index: number) => string | null

/** What was sealed, with the key that signed it; the signature is not judged. */
function readSealed(text: string): { kid: string | null; payload: JsonObject } | null {
  try {
    if (!text.startsWith('{')) {
      const { header, payload } = readJws(text)
      return { kid: header.kid, payload }
    }
    const payload = parseJson(text)
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload) ? { kid: null, payload } : null
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/** Why an opening does not show that the field was confirmed: it opens no entry, says something else, came too late, or was signed by nobody. */
export type Unconfirmed = 'not-sealed' | 'another' | 'too-late' | 'unsigned'

/**
 * Does this opening show that the operator had confirmed the field of this person before entry `below`? Null when it does. Whoever of the
 * operator has a key in force where the entry stands signed it; of who has none it is the service's word for the account.
 *
 * Example: an evaluator of software, confirmed in entry 40 by operator-1 and drawn from a pool of entry 55: the salt and the JWS of entry 40
 * open its commitment, name the account, the field and `confirmed`, and 40 is below 55.
 */
export async function confirmationWrong(
  P: Primitives,
  ring: Keyring,
  sealedAt: SealedAt,
  opening: Opening,
  about: { account: string; field: string; below: number },
): Promise<Unconfirmed | null> {
  const { index, salt, text } = opening
  const bytes = (() => {
    try {
      return fromB64u(salt)
    } catch (e) {
      if (e instanceof FormatError) return null
      throw e
    }
  })()
  if (bytes?.length !== 32 || sealedAt(index) !== commitment(P, bytes, text)) return 'not-sealed'
  const sealed = readSealed(text)
  const { account, field } = about
  const { typ, verdict, decidedBy, ...who } = sealed?.payload ?? {}
  const right = typ === 'evaluator.field/1' && verdict === 'confirmed' && who.account === account && who.field === field
  if (!right || typeof decidedBy !== 'string' || decidedBy === account) return 'another'
  if (index >= about.below) return 'too-late'
  const operators = keysInForce(ring.actors, RECEIPTS.org, index)
  if (!sealed?.kid) return operators.some((key) => key.id === decidedBy) ? 'unsigned' : null
  const key = keyInForce(ring.actors, RECEIPTS.org, sealed.kid, index)
  const holds = key?.id === decidedBy && key.id !== RECEIPTS.id
  return holds && (await verifyJws(P, text, key.jwk, 'evaluator.field/1')) ? null : 'unsigned'
}

/** The salt as it stands in an opening. */
export const openingOf = (row: { idx: number; salt: Uint8Array; text: string }): Opening => ({
  index: row.idx,
  salt: b64u(row.salt),
  text: row.text,
})
