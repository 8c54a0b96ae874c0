// Are these the keysets that an officer should sign for? Keys of the custodians, by the log alone, never used before.
import { type Entry, inParallel, isUnreadable, readEntry } from '../../src/domain/record/entry.ts'
import type { Obj } from '../../src/domain/record/fields.ts'
import { KEY_TYPES, keyInForce, loadKeys, readKeyring } from '../../src/domain/record/keyring.ts'
import { keysetFindings } from '../../src/domain/record/keysets.ts'
import type { Notice } from '../../src/domain/record/payloads.ts'
import { keysetsOf } from '../../src/domain/tenders/procedure.ts'
import { b64u, FormatError } from '../../src/proof/bytes.ts'
import type { Json } from '../../src/proof/canonical.ts'
import { readJws } from '../../src/proof/jws.ts'
import { keysetId, readKeyset } from '../../src/proof/keyset.ts'
import { readLeaf } from '../../src/proof/leaf.ts'
import type { Primitives } from '../../src/proof/primitives.ts'
import type { Doubt, LogFollower } from './follower.ts'

const LANES = 16

export type SignedKeysets = {
  tender: string
  agency: string
  deadline: string
  openAfter: string
  /** The award rule: it says which envelopes there are, and what must come before each is opened. */
  rule: Obj
  /** Are evaluators drawn? */
  pool: boolean
  /** The officer's key. */
  kid: string
  /** The keysets as the officer signed them: one an envelope, and one for the draw where something is drawn. */
  keysets: { technical?: string; price: string; draw?: string }
}

type Located = Parameters<typeof readEntry>[1]

const locate = (log: LogFollower, wanted: (typ: string, org: string) => boolean): Located[] =>
  log.entries.flatMap((bytes, index): Located[] => {
    const leaf = readLeaf(bytes)
    return 'c' in leaf || !wanted(leaf.typ, leaf.org) ? [] : [{ index, leaf }]
  })

const reading = (P: Primitives, log: LogFollower) => async (located: readonly Located[]) => {
  const read = await inParallel(located, LANES, (at) => readEntry(P, at, log.payload))
  return read.filter((entry): entry is Entry<Obj> => !isUnreadable(entry))
}

const load = (P: Primitives, log: LogFollower, wanted: (typ: string, org: string) => boolean) =>
  reading(P, log)(locate(log, wanted))

const OF_KEYS: ReadonlySet<string> = new Set([...KEY_TYPES, 'organisation.standing/1'])
const keysOf = (P: Primitives, log: LogFollower, orgs: ReadonlySet<string>) =>
  loadKeys(
    locate(log, (typ) => OF_KEYS.has(typ)),
    orgs,
    reading(P, log),
  )

const kidsIn = (keyset: Obj): string[] =>
  Array.isArray(keyset.custodians) ? keyset.custodians.map((c) => String((c as Obj | null)?.kid)) : []

/** Is the officer's key in the log already? A key that was enrolled a moment ago takes until the next checkpoint. */
export async function keyIsLogged(P: Primitives, log: LogFollower, org: string, kid: string): Promise<boolean> {
  const entries = await load(P, log, (typ, of) => typ === 'actor.key/1' && of === org)
  const { ring } = await readKeyring(P, entries)
  return keyInForce(ring.actors, org, kid, log.entries.length) !== null
}

/** Everything that would make bidders and custodians refuse these keysets once they stand in the log. */
export async function doubtsOfKeysets(P: Primitives, log: LogFollower, given: SignedKeysets): Promise<Doubt[]> {
  const keysets = (['technical', 'price', 'draw'] as const).flatMap((kind) => {
    const jws = given.keysets[kind]
    return jws === undefined ? [] : [{ kind, jws }]
  })
  const read = keysets.map(({ kind, jws }) => {
    try {
      return { kind, jws, keyset: readKeyset(P, readJws(jws).payload as Json) }
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      const says = {
        ko: `열쇠 묶음을 읽을 수 없습니다: ${error.message}`,
        en: `The keyset cannot be read: ${error.message}`,
      }
      return { check: 'keysets', says }
    }
  })
  const wanted = keysetsOf({ rule: given.rule, pool: given.pool ? {} : null })
  if (wanted.join() !== keysets.map(({ kind }) => kind).join()) {
    const says = {
      ko: '봉투의 종류가 규칙과 다릅니다.',
      en: 'The keysets are not those of the envelopes that the rule has.',
    }
    return [{ check: 'keysets', says }]
  }
  const broken = read.filter((one): one is Doubt => 'check' in one)
  if (broken.length > 0) return broken
  const whole = read.filter((one) => !('check' in one)) as Exclude<(typeof read)[number], Doubt>[]

  const custodians = whole[0]?.keyset.custodians.map((c) => c.id) ?? []
  const orgs = new Set([given.agency, ...custodians])
  const [keys, used] = await Promise.all([keysOf(P, log, orgs), load(P, log, (typ) => typ === 'tender.keyset/1')])
  const { ring, findings } = await readKeyring(P, keys)
  const usedBefore = new Set(used.flatMap((entry) => kidsIn(entry.payload)))
  const notice = {
    tender: given.tender,
    lot: '1',
    notice: { agency: { id: given.agency } },
    deadline: given.deadline,
    openAfter: given.openAfter,
    custodians,
    rule: given.rule,
    ...(given.pool && { pool: { strata: [], perYear: 1 } }),
  } as unknown as Notice
  const doubts: Doubt[] = findings.map(({ check, says }) => ({ check, says }))
  for (const { kind, jws, keyset } of whole) {
    if (keyset.kind !== kind) {
      doubts.push({ check: 'keysets', says: { ko: '봉투의 종류가 뒤바뀌었습니다.', en: 'The kinds are mixed up.' } })
    }
    const ks = b64u(keysetId(P, keyset))
    const entry = { index: log.entries.length, jws, kid: given.kid, keyset, ks }
    doubts.push(...(await keysetFindings(P, entry, { ring, notice, usedBefore })))
    for (const custodian of keyset.custodians) usedBefore.add(custodian.kid)
  }
  return doubts
}
