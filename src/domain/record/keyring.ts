// Whose key was in force when? Actors' keys, custodians' identities and their stock of opening keys, as the log gives them.
import { FormatError } from '../../proof/bytes.ts'
import { verifyJws } from '../../proof/jws.ts'
import { type Primitives, type PublicJwk, thumbprint } from '../../proof/primitives.ts'
import type { Entry } from './entry.ts'
import type { Obj } from './fields.ts'
import { brief, type Finding, finding } from './finding.ts'
import { readKeyPayload, readPrekeys, readRevocation } from './payloads.ts'
import { overseesBy, recoveryWrong, voucherIn } from './recovery.ts'

/** A signing key that the log enrolled at `index`. For a custodian's identity `org` is the custodian's id. */
export interface LoggedKey {
  index: number
  kid: string
  id: string
  org: string
  jwk: PublicJwk
  replaces: string | null
  /** Index of the entry that took it out of force without a successor: what it signs from there on counts for nothing. */
  revoked: number | null
}

/** Opening keys that a custodian offered at `index`, signed by the identity `kid`. */
export interface LoggedPrekeys {
  index: number
  custodian: string
  kid: string
  keys: ReadonlyMap<string, PublicJwk>
}

export interface Keyring {
  actors: LoggedKey[]
  identities: LoggedKey[]
  prekeys: LoggedPrekeys[]
}

/** Entry types that make up the keyring. */
export const KEY_TYPES: ReadonlySet<string> = new Set([
  'actor.key/1',
  'actor.key.revoked/1',
  'custodian.identity/1',
  'custodian.prekeys/1',
])

/** How an organisation stands with the operator: asked of the body that orders a custodian's lost key to be replaced. */
const STANDING = 'organisation.standing/1'

type Leaf = Pick<Entry<Obj>, 'index' | 'leaf'>

/**
 * Loads what makes up the keyring of these organisations. Where one of them is a custodian that had lost its identity key, the keys of
 * those who stood for the new one are loaded as well, and how the body that ordered it stood.
 *
 * @param located every leaf of KEY_TYPES and of `organisation.standing/1`; others are passed over
 * @param load reads those entries; what it cannot read it leaves out
 */
export async function loadKeys(
  located: readonly Leaf[],
  orgs: ReadonlySet<string>,
  load: (some: Leaf[]) => Promise<Entry<Obj>[]>,
): Promise<Entry<Obj>[]> {
  const loaded: Entry<Obj>[] = []
  const known = new Set<string>()
  let wanted: ReadonlySet<string> = orgs
  const standings = new Set<string>()
  while (wanted.size > 0) {
    const now = wanted
    for (const org of now) known.add(org)
    const entries = await load(located.filter(({ leaf }) => KEY_TYPES.has(leaf.typ) && now.has(leaf.org)))
    loaded.push(...entries)
    const next = new Set<string>()
    for (const e of entries) {
      if (e.leaf.typ !== 'custodian.identity/1' || e.payload.recovery === undefined) continue
      const enrolled = located.find(({ leaf }) => leaf.typ === 'actor.key/1' && leaf.by === e.kid)
      if (enrolled) standings.add(enrolled.leaf.org)
      for (const org of [RECEIPTS.org, enrolled?.leaf.org, voucherIn(e.payload)])
        if (typeof org === 'string' && !known.has(org)) next.add(org)
    }
    wanted = next
  }
  const stood = located.filter(({ leaf }) => leaf.typ === STANDING && standings.has(leaf.org))
  return stood.length === 0 ? loaded : [...loaded, ...(await load(stood))]
}

/** The organisation and id under which the server's receipt key is published. */
export const RECEIPTS = { org: 'operator', id: 'receipts' } as const

/** Keys of an organisation in force just before entry `index`: enrolled below it, and neither replaced nor revoked below it. */
export function keysInForce(keys: readonly LoggedKey[], org: string, index: number): LoggedKey[] {
  const below = keys.filter((k) => k.org === org && k.index < index)
  const replaced = new Set(below.map((k) => k.replaces))
  return below.filter((k) => !replaced.has(k.kid) && (k.revoked === null || k.revoked >= index))
}

/** The key with this kid, if it was in force for the organisation at the index. */
export function keyInForce(keys: readonly LoggedKey[], org: string, kid: string, index: number): LoggedKey | null {
  return keysInForce(keys, org, index).find((k) => k.kid === kid) ?? null
}

/** The server's receipt keys in force at the index. */
export const receiptKeys = (ring: Keyring, index: number): LoggedKey[] =>
  keysInForce(ring.actors, RECEIPTS.org, index).filter((k) => k.id === RECEIPTS.id)

const bad = (e: { index: number }, ko: string, en: string): Finding =>
  finding('keys', `기록 ${e.index}번: ${ko}`, `Entry ${e.index}: ${en}`)

/** Which bodies oversee, by the operator's last word about each. */
type Overseers = Set<string>

/** Takes the operator's word about a body, if one of its people signed it, or had no key to do so. */
async function readStanding(P: Primitives, e: Entry<Obj>, ring: Keyring, overseers: Overseers): Promise<void> {
  const people = keysInForce(ring.actors, RECEIPTS.org, e.index).filter((key) => key.id !== RECEIPTS.id)
  const key = people.find(({ kid }) => kid === e.kid)
  const said =
    e.jws === ''
      ? e.leaf.by !== '-' && !people.some(({ id }) => id === e.leaf.by)
      : key !== undefined && (await verifyJws(P, e.jws, key.jwk, STANDING)) !== null
  if (!said || e.payload.id !== e.leaf.org) return
  if (overseesBy(e.payload)) overseers.add(e.leaf.org)
  else overseers.delete(e.leaf.org)
}

/** Whoever could sign for a new key, as the log knows them just before entry `index`. */
const knownBelow = ({ actors, identities }: Keyring, overseers: Overseers, index: number) => ({
  identity: (id: string, kid: string) => keyInForce(identities, id, kid, index),
  person: (kid: string) => {
    const of = actors.find((key) => key.kid === kid)
    return of && of.id !== RECEIPTS.id ? keyInForce(actors, of.org, kid, index) : null
  },
  oversees: (org: string) => overseers.has(org),
})

async function readKey(
  P: Primitives,
  e: Entry<Obj>,
  ring: Keyring,
  { identity, overseers }: { identity: boolean; overseers: Overseers },
): Promise<LoggedKey | Finding> {
  const known = identity ? ring.identities : ring.actors
  const p = readKeyPayload(e.payload)
  const kid = thumbprint(P, p.jwk)
  const typ = identity ? 'custodian.identity/1' : 'actor.key/1'
  if (p.org !== e.leaf.org || (identity && p.id !== p.org)) {
    return bad(e, '열쇠의 소속이 기록과 다릅니다.', 'the key belongs to another organisation than the log says.')
  }
  const before = keysInForce(known, p.org, e.index)
  const old = before.find((k) => k.kid === p.replaces && k.id === p.id)
  if (p.replaces !== null && !old) {
    return bad(e, '바꾼다는 열쇠가 없습니다.', 'the key that it replaces was not in force.')
  }
  if (known.some((k) => k.kid === kid)) return bad(e, '이미 등록된 열쇠입니다.', 'the key was enrolled before.')
  // An identity is pinned at its first entry. Only the old key may name its successor, or, where it is lost, three organisations
  // together: else the operator could plant one.
  if (identity && p.replaces === null && known.some((k) => k.id === p.id)) {
    return bad(
      e,
      `보관 기관 ${brief(p.id)}의 신원 열쇠가 옛 열쇠의 서명 없이 바뀌었습니다.`,
      `the identity of custodian ${brief(p.id)} was changed without the old key's signature.`,
    )
  }
  const read = { index: e.index, kid, id: p.id, org: p.org, jwk: p.jwk, replaces: p.replaces, revoked: null }
  if (identity && old && e.payload.recovery !== undefined) {
    const wrong = await recoveryWrong(P, e, p, knownBelow(ring, overseers, e.index))
    return wrong ? bad(e, wrong.ko, wrong.en) : read
  }
  const signer = identity && old ? old : { kid, jwk: p.jwk }
  if (e.kid !== signer.kid || !(await verifyJws(P, e.jws, signer.jwk, typ))) {
    return bad(e, '열쇠 등록의 서명이 맞지 않습니다.', 'the signature on the enrolment of the key is wrong.')
  }
  return read
}

async function readStock(P: Primitives, e: Entry<Obj>, identities: LoggedKey[]): Promise<LoggedPrekeys | Finding> {
  const p = readPrekeys(e.payload)
  const identity = keyInForce(identities, p.custodian, e.kid, e.index)
  if (p.custodian !== e.leaf.org || !identity || !(await verifyJws(P, e.jws, identity.jwk, 'custodian.prekeys/1'))) {
    return bad(e, '개봉 열쇠 묶음의 서명이 맞지 않습니다.', 'the signature on a stock of opening keys is wrong.')
  }
  if (p.keys.some((k) => thumbprint(P, k.jwk) !== k.kid)) {
    return bad(e, '개봉 열쇠의 번호가 열쇠와 다릅니다.', 'an opening key does not match its number.')
  }
  return { index: e.index, custodian: p.custodian, kid: e.kid, keys: new Map(p.keys.map((k) => [k.kid, k.jwk])) }
}

/**
 * A report that a key is lost or in other hands. The operator's receipt key signs it, for whoever lost the key cannot: it says that the
 * person asked. It takes nothing back: what the key signed below the entry stands.
 */
async function revoke(P: Primitives, e: Entry<Obj>, ring: Keyring): Promise<Finding | null> {
  const p = readRevocation(e.payload)
  const key = keyInForce(ring.actors, p.org, p.kid, e.index)
  if (p.org !== e.leaf.org || !key || key.id !== p.id) {
    return bad(e, '효력을 잃는다는 열쇠가 없습니다.', 'the key that it takes out of force was not in force.')
  }
  const operator = receiptKeys(ring, e.index).find((k) => k.kid === e.kid)
  if (!operator || !(await verifyJws(P, e.jws, operator.jwk, 'actor.key.revoked/1'))) {
    return bad(e, '열쇠 신고에 운영자의 서명이 없습니다.', "the report of a key is not signed by the operator's key.")
  }
  key.revoked = e.index
  return null
}

/**
 * Reads enrolments in log order. One that does not verify is left out of the ring and named as a finding of `keys`.
 * An actor's key signs its own enrolment; a custodian's identity signs its first enrolment, its successor is signed by the old one,
 * or stood for by others where that is lost.
 *
 * @param entries as `loadKeys` gives them
 */
export async function readKeyring(
  P: Primitives,
  entries: readonly Entry<Obj>[],
): Promise<{ ring: Keyring; findings: Finding[] }> {
  const ring: Keyring = { actors: [], identities: [], prekeys: [] }
  const findings: Finding[] = []
  const overseers: Overseers = new Set()
  for (const e of [...entries].sort((a, b) => a.index - b.index)) {
    try {
      if (e.leaf.typ === 'custodian.prekeys/1') {
        const stock = await readStock(P, e, ring.identities)
        if ('check' in stock) findings.push(stock)
        else ring.prekeys.push(stock)
        continue
      }
      if (e.leaf.typ === STANDING) {
        await readStanding(P, e, ring, overseers)
        continue
      }
      if (e.leaf.typ === 'actor.key.revoked/1') {
        const wrong = await revoke(P, e, ring)
        if (wrong) findings.push(wrong)
        continue
      }
      const identity = e.leaf.typ === 'custodian.identity/1'
      const keys = identity ? ring.identities : ring.actors
      const key = await readKey(P, e, ring, { identity, overseers })
      if ('check' in key) findings.push(key)
      else keys.push(key)
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      findings.push(bad(e, '열쇠 등록을 읽을 수 없습니다.', `the enrolment cannot be read: ${error.message}.`))
    }
  }
  return { ring, findings }
}
