// May bids be sealed to this keyset? Signed by the buying organisation's officer, with fresh keys of the custodians that the notice names.
import { verifyJws } from '../../proof/jws.ts'
import type { Keyset } from '../../proof/keyset.ts'
import { type Primitives, thumbprint } from '../../proof/primitives.ts'
import { compareTimes } from '../kit/time.ts'
import { requiresOf } from '../tenders/procedure.ts'
import { brief, type Finding, finding, OPENED_KINDS } from './finding.ts'
import { type Keyring, keyInForce } from './keyring.ts'
import type { Notice } from './payloads.ts'

/** A keyset as it stands in the log. */
export interface LoggedKeyset {
  index: number
  jws: string
  kid: string
  keyset: Keyset
  /** base64url of keysetId. */
  ks: string
}

/**
 * Everything wrong with a keyset as a log entry; empty when bids may be sealed to it. Bidders, custodians and auditors ask the same.
 *
 * @param usedBefore opening keys (kids) that stand in any keyset of the log below this entry, of whatever tender
 */
export async function keysetFindings(
  P: Primitives,
  entry: LoggedKeyset,
  facts: { ring: Keyring; notice: Notice; usedBefore: ReadonlySet<string> },
): Promise<Finding[]> {
  const { keyset, index } = entry
  const { ring, notice, usedBefore } = facts
  const found: Finding[] = []
  const say = (ko: string, en: string) =>
    found.push(
      finding('keysets', `${keyset.kind} 봉투의 열쇠 묶음: ${ko}`, `Keyset of the ${keyset.kind} envelope: ${en}`),
    )
  const officer = keyInForce(ring.actors, notice.notice.agency.id, entry.kid, index)
  if (!officer || !(await verifyJws(P, entry.jws, officer.jwk, 'keyset/1'))) {
    say('발주 기관 담당자의 서명이 아닙니다.', 'not signed by a key of the buying organisation in force.')
  }
  if (keyset.tender !== notice.tender || keyset.lot !== notice.lot) {
    say('다른 입찰의 것입니다.', 'it names another tender or lot.')
  }
  const kind = OPENED_KINDS.find((known) => known === keyset.kind)
  const needs = kind ? requiresOf(kind, notice) : []
  for (const typ of needs) {
    if (!keyset.requires.includes(typ)) say(`${typ} 조건이 빠졌습니다.`, `it can be opened without ${typ}.`)
  }
  if (compareTimes(keyset.open_after, notice.openAfter) !== 0 || compareTimes(keyset.open_after, notice.deadline) < 0) {
    say(
      '개봉 시각이 공고와 다르거나 마감보다 앞섭니다.',
      'its opening time is not that of the notice or lies before the deadline.',
    )
  }
  const ids = keyset.custodians.map((c) => c.id)
  if ([...ids].sort().join('\n') !== [...notice.custodians].sort().join('\n')) {
    say('보관 기관이 공고와 다릅니다.', 'its custodians are not those of the notice.')
  }
  found.push(...custodianFindings(P, entry, { ring, usedBefore }))
  return found
}

/** Everything wrong with the opening keys in a keyset: each one fresh, and offered before by the custodian whose it is said to be. */
export function custodianFindings(
  P: Primitives,
  { keyset, index }: LoggedKeyset,
  { ring, usedBefore }: { ring: Keyring; usedBefore: ReadonlySet<string> },
): Finding[] {
  const found: Finding[] = []
  const say = (ko: string, en: string) =>
    found.push(
      finding('keysets', `${keyset.kind} 봉투의 열쇠 묶음: ${ko}`, `Keyset of the ${keyset.kind} envelope: ${en}`),
    )
  for (const c of keyset.custodians) {
    const offered = ring.prekeys.find((p) => p.index < index && p.custodian === c.id && p.keys.has(c.kid))
    if (!offered || thumbprint(P, c.jwk) !== c.kid) {
      say(
        `보관 기관(${brief(c.id)})이 내놓은 열쇠가 아닙니다.`,
        `the key of ${brief(c.id)} was never offered by that custodian.`,
      )
    }
    if (usedBefore.has(c.kid)) {
      say(`${brief(c.id)}의 열쇠가 전에 쓰인 것입니다.`, `the key of ${brief(c.id)} was used in an earlier keyset.`)
    }
  }
  return found
}
