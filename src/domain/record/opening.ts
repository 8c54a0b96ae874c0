// Which envelopes were to be opened, and who turned a key for them? Opening lists and custodians' releases.
import { b64u, compareBytes, fromB64u } from '../../proof/bytes.ts'
import { verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Entry } from './entry.ts'
import { brief, type Finding, finding, type Kind, type OpenedKind, releaseCheck } from './finding.ts'
import { type Keyring, keyInForce } from './keyring.ts'
import type { LoggedKeyset } from './keysets.ts'
import type { Clearing, OpeningList, Release } from './payloads.ts'
import type { Act } from './reveal.ts'

/** Envelope ids as an opening list has them: sorted by their bytes, each once. */
export const sortedEids = (eids: Iterable<string>): string[] =>
  [...new Set(eids)].sort((a, b) => compareBytes(fromB64u(a), fromB64u(b)))

/**
 * Everything wrong with an opening list. Custodians ask this before they release, auditors afterwards.
 *
 * @param due the effective submissions whose envelope of the kind the rule lets open: for technical envelopes all, for prices
 *   as rule.openPrices says (see `dueForOpening`)
 */
export function openingListFindings(
  kind: Kind,
  list: OpeningList,
  facts: { ks: string; due: readonly Act[] },
): Finding[] {
  const found: Finding[] = []
  const check = `opening-list-${kind}` as const
  const say = (ko: string, en: string) => found.push(finding(check, ko, en))
  if (list.ks !== facts.ks) say('목록이 다른 열쇠 묶음의 것입니다.', 'The list is for another keyset.')
  const sorted = sortedEids(list.eids)
  if (sorted.length !== list.eids.length || sorted.some((eid, i) => eid !== list.eids[i])) {
    say(
      '목록이 정렬되어 있지 않거나 같은 봉투가 두 번 있습니다.',
      'The list is not sorted, or names an envelope twice.',
    )
  }
  const listed = new Set(list.eids)
  const dueEids = new Set(facts.due.map((a) => a[kind]))
  for (const act of facts.due) {
    if (listed.has(act[kind])) continue
    say(
      `${brief(act.bidder)}의 봉투가 목록에서 빠졌습니다.`,
      `The envelope of ${brief(act.bidder)} is missing from the list.`,
    )
  }
  for (const eid of listed) {
    if (dueEids.has(eid)) continue
    say(
      `열면 안 되는 봉투(${brief(eid)})가 목록에 있습니다.`,
      `Envelope ${brief(eid)} may not be opened: it is of no bid that counts.`,
    )
  }
  return found
}

/**
 * Which effective submissions' envelopes are due: all technical ones; prices of those whose technical envelope is valid and, where the
 * rule says so, passed. Where price alone is handed in, all.
 */
export function dueForOpening(
  kind: Kind,
  submissions: readonly Act[],
  facts: {
    technical: boolean
    validTechnical: ReadonlySet<string>
    openPrices: string
    qualified: ReadonlySet<string>
  },
): Act[] {
  if (kind === 'technical' || !facts.technical) return [...submissions]
  return submissions.filter(
    (a) => facts.validTechnical.has(a.bidder) && (facts.openPrices === 'all' || facts.qualified.has(a.bidder)),
  )
}

/**
 * Everything wrong with a custodian's release: who signed, for which list, and whether it came before it might.
 *
 * @param list the first opening list of the keyset
 * @param needs first entries of the types that the keyset requires, by index; a missing or later one makes the release too early
 */
export async function releaseFindings(
  P: Primitives,
  kind: OpenedKind,
  release: Entry<Release>,
  facts: {
    ring: Keyring
    keyset: LoggedKeyset
    list: Entry<OpeningList>
    reveal: number | null
    needs: readonly { typ: string; index: number | null }[]
  },
): Promise<Finding[]> {
  const { ring, keyset, list } = facts
  const { payload } = release
  const found: Finding[] = []
  const custodian = keyset.keyset.custodians.find((c) => c.x === payload.x)
  const who = custodian ? brief(custodian.id) : `x = ${payload.x}`
  const say = (ko: string, en: string) =>
    found.push(finding(releaseCheck(kind), `${who}의 열쇠 공개: ${ko}`, `Release by ${who}: ${en}`))
  const identity = custodian && keyInForce(ring.identities, custodian.id, release.kid, release.index)
  if (!custodian || !identity || !(await verifyJws(P, release.jws, identity.jwk, 'release/1'))) {
    say('보관 기관의 서명이 아닙니다.', 'not signed by the custodian of that number.')
  } else if (release.leaf.org !== custodian.id) {
    say('기록에 다른 기관이 적혀 있습니다.', 'the log names another organisation.')
  }
  if (payload.list !== b64u(P.sha256(list.bytes))) say('다른 개봉 목록을 가리킵니다.', 'it names another opening list.')
  const same =
    payload.shares.length === list.payload.eids.length && payload.shares.every((s, i) => s.eid === list.payload.eids[i])
  if (!same) say('목록의 봉투와 맞지 않습니다.', 'its shares are not those of the listed envelopes in their order.')
  if (release.index < list.index) say('개봉 목록보다 먼저 나왔습니다.', 'it came before the opening list.')
  if (facts.reveal === null || release.index < facts.reveal) {
    say('봉인 공개보다 먼저 나왔습니다.', 'it came before the sealed entries were named.')
  }
  for (const { typ, index } of facts.needs) {
    if (index === null || release.index < index)
      say(`${typ}보다 먼저 나왔습니다.`, `it came before ${typ} was in the log.`)
  }
  return found
}

/** What is wrong with a custodian's clearing as a statement of its own: who signed it. Null when it is the custodian's. */
export async function clearingFinding(
  P: Primitives,
  kind: Kind,
  clearing: Entry<Clearing>,
  { ring, keyset }: { ring: Keyring; keyset: LoggedKeyset },
): Promise<Finding | null> {
  const { x } = clearing.payload
  const custodian = keyset.keyset.custodians[x - 1]
  const identity = custodian && keyInForce(ring.identities, custodian.id, clearing.kid, clearing.index)
  if (identity && (await verifyJws(P, clearing.jws, identity.jwk, 'clearing/1'))) return null
  return finding(
    releaseCheck(kind),
    `${clearing.index}번 증명은 보관 기관의 서명이 아닙니다.`,
    `The proof at entry ${clearing.index} is not signed by the custodian of that number.`,
  )
}
