// Too many custodians failed: who ordered that all bidders seal again, to whom, until when, and who did?
import { verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { compareTimes } from '../kit/time.ts'
import { requiresOf } from '../tenders/procedure.ts'
import type { Entry } from './entry.ts'
import { object } from './fields.ts'
import { brief, type Finding, finding, KINDS, type Kind } from './finding.ts'
import { type Keyring, keyInForce } from './keyring.ts'
import { custodianFindings, type LoggedKeyset } from './keysets.ts'
import { sortedEids } from './opening.ts'
import type { Incident, Letter, Notice, OpeningList } from './payloads.ts'
import type { Opening, TenderRecord } from './read.ts'
import type { Act } from './reveal.ts'

/** Reason of the incident by which an overseer orders it. */
export const CUSTODIANS_LOST = 'custodians-lost'
/** Why a listed envelope does not count whose bidder did not seal its seed again. */
export const NOT_SEALED_AGAIN = 'its bidder did not seal it again in time: treated as withdrawn'
/** Why it does not count when what the bidder sealed again is not its seed. */
export const OTHER_SEED = 'what its bidder sealed again is not the seed of this envelope'

/** That all bidders seal the seeds of one kind of envelope to other custodians. */
export interface Rekeying {
  incident: Entry<Incident>
  /** Until then bidders answer; the list is made then, or as soon as all have. */
  until: string
  /** What was sealed, by whom: one a bidder. */
  letters: Entry<Letter>[]
  /** The keyset of kind `rekey`, its list and its releases. */
  opening: Opening
}

/** What an incident orders: for each kind the keyset to seal to. Null: it orders nothing, or not in this form. */
export function orderIn({ payload }: Entry<Incident>): { until: string; ks: Partial<Record<Kind, string>> } | null {
  const { until, rekey } = payload.facts
  if (!payload.reasons.includes(CUSTODIANS_LOST) || typeof until !== 'string') return null
  if (typeof rekey !== 'object' || rekey === null || Array.isArray(rekey)) return null
  const of = object(rekey)
  return {
    until,
    ks: Object.fromEntries(KINDS.flatMap((kind) => (typeof of[kind] === 'string' ? [[kind, of[kind]]] : []))),
  }
}

/**
 * Everything wrong with a keyset that bidders are told to seal to again: whoever signed the order signs it, with fresh keys of
 * custodians of the log, and it asks for the same that the keyset in whose place it stands asked for.
 */
export async function rekeyKeysetFindings(
  P: Primitives,
  kind: Kind,
  entry: LoggedKeyset,
  facts: { ring: Keyring; notice: Notice; incident: Entry<Incident>; usedBefore: ReadonlySet<string> },
): Promise<Finding[]> {
  const { ring, notice, incident, usedBefore } = facts
  const { keyset, index } = entry
  const found: Finding[] = []
  const say = (ko: string, en: string) =>
    found.push(
      finding(
        'keysets',
        `${kind} 봉투의 다시 봉인 열쇠: ${ko}`,
        `Keyset for sealing the ${kind} envelopes again: ${en}`,
      ),
    )
  const overseer = keyInForce(ring.actors, incident.leaf.org, entry.kid, index)
  if (entry.kid !== incident.kid || !overseer || !(await verifyJws(P, entry.jws, overseer.jwk, 'keyset/1'))) {
    say('명령한 사람의 서명이 아닙니다.', 'not signed by whoever ordered it.')
  }
  if (keyset.tender !== notice.tender || keyset.lot !== notice.lot)
    say('다른 입찰의 것입니다.', 'it names another tender.')
  for (const typ of requiresOf(kind, notice)) {
    if (!keyset.requires.includes(typ)) say(`${typ} 조건이 빠졌습니다.`, `it can be opened without ${typ}.`)
  }
  if (compareTimes(keyset.open_after, notice.openAfter) < 0)
    say('개봉 시각이 앞섭니다.', 'its opening time is too early.')
  found.push(...custodianFindings(P, entry, { ring, usedBefore }))
  return found
}

/** Bidders' answers to the order, in log order: signed by a key in force of a bidder whose bid counts, one each. */
export async function lettersFor(
  P: Primitives,
  letters: readonly Entry<Letter>[],
  facts: { ring: Keyring; from: number; until: number; bidders: ReadonlySet<string> },
): Promise<Entry<Letter>[]> {
  const good: Entry<Letter>[] = []
  for (const letter of letters) {
    const { bidder } = letter.payload
    if (letter.index < facts.from || letter.index > facts.until || !facts.bidders.has(bidder)) continue
    if (good.some(({ payload }) => payload.bidder === bidder) || letter.leaf.org !== bidder) continue
    const key = keyInForce(facts.ring.actors, bidder, letter.kid, letter.index)
    if (key && (await verifyJws(P, letter.jws, key.jwk, 'rekey/1'))) good.push(letter)
  }
  return good
}

/** Everything wrong with the list of what was sealed again: whose it holds, and whether bidders had their time. */
export function rekeyListFindings(
  kind: Kind,
  list: Entry<OpeningList>,
  { rekeying, due }: { rekeying: Pick<Rekeying, 'letters' | 'until'>; due: readonly Act[] },
): Finding[] {
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding(`opening-list-${kind}`, ko, en))
  const bidders = new Set(due.map((a) => a.bidder))
  const sealed = rekeying.letters.flatMap(({ payload }) => {
    const eid = payload.envelopes[kind]
    return bidders.has(payload.bidder) && eid !== undefined ? [{ bidder: payload.bidder, eid }] : []
  })
  const right = sortedEids(sealed.map(({ eid }) => eid))
  if (right.length !== list.payload.eids.length || right.some((eid, i) => eid !== list.payload.eids[i])) {
    say(
      '다시 봉인된 봉투의 목록이 입찰자들이 낸 것과 다릅니다.',
      'The list of what was sealed again is not what the bidders handed in.',
    )
  }
  const missing = [...bidders].filter((bidder) => !sealed.some((s) => s.bidder === bidder))
  if (missing.length > 0 && compareTimes(list.leaf.at, rekeying.until) < 0) {
    say(
      `다시 봉인할 시간(${rekeying.until})이 남았는데 ${brief(missing[0]!)}의 답 없이 목록을 만들었습니다.`,
      `The list was made before ${rekeying.until}, without an answer of ${brief(missing[0]!)}.`,
    )
  }
  return found
}

/**
 * Are prices drawn without what custodians sealed? Where bidders were told to seal theirs again before t custodians had released for the
 * draw, what custodians sealed stays shut for ever: prices are drawn from what bidders sealed alone, and nobody chooses between two.
 */
export function drawGivenUp({
  notice,
  rekeys,
  committee,
}: Pick<TenderRecord, 'notice' | 'rekeys' | 'committee'>): boolean {
  const { keyset, list, good } = committee.opening
  if (!notice || notice.payload.pool || !rekeys.price || !keyset || !list) return false
  return list.payload.eids.length > 0 && good.length < keyset.keyset.t
}

/** The seed that a bidder's answer holds for an envelope, by the id of what was sealed. */
export const letterOf = (
  rekeying: Rekeying,
  bidder: string,
  kind: Kind,
): { eid: string; letter: Entry<Letter> } | null => {
  const letter = rekeying.letters.find(({ payload }) => payload.bidder === bidder)
  const eid = letter?.payload.envelopes[kind]
  return letter && eid !== undefined && rekeying.opening.list?.payload.eids.includes(eid) ? { eid, letter } : null
}
