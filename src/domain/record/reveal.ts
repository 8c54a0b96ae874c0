// What was behind each sealed entry of the closing list? Named by the reveal, proved by its commitment, signed by its maker.
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { SignedAct } from '../bids/effective.ts'
import type { ClosingRow } from './closing.ts'
import type { Obj } from './fields.ts'
import { brief, type Finding, finding } from './finding.ts'
import { type Keyring, keyInForce, type LoggedKey, receiptKeys } from './keyring.ts'
import { type Reveal, readBidAct } from './payloads.ts'

/** A sealed entry with its name, as far as it can be believed. */
export type NamedLeaf =
  | { is: 'cover'; index: number; c: string }
  | { is: 'refusal'; index: number; c: string; payload: Obj }
  | { is: 'act'; index: number; c: string; bidder: string; act: Act }
  /** Named, but not by a signature that counts; or not named at all. */
  | { is: 'nothing'; index: number; c: string }

/** A bidder's act whose signature, tender and lot are right. `key` made it. */
export type Act = SignedAct & { c: string; jws: string; key: LoggedKey; technical: string; price: string }

type RevealFacts = {
  ring: Keyring
  tender: string
  lot: string
  /** Whether bids of this tender have a technical envelope. */
  technical: boolean
}

/**
 * Names every row of the closing list. Findings of `reveal`: a row that is missing, out of order or not what its commitment says,
 * a refusal that the server did not sign. Findings of `submissions`: an act that its bidder did not sign, or for another tender.
 *
 * A refusal is looked at only when the server has a receipt key in force; without one `receipt-key` is what is wrong.
 */
export async function revealFindings(
  P: Primitives,
  list: readonly ClosingRow[],
  reveal: Reveal,
  facts: RevealFacts,
): Promise<{ leaves: NamedLeaf[]; acts: Act[]; findings: Finding[] }> {
  const findings: Finding[] = []
  const leaves: NamedLeaf[] = []
  const named = new Map(reveal.acts.map((a) => [a.index, a]))
  if (reveal.acts.length !== list.length || reveal.acts.some((a, i) => a.index !== list[i]?.[0])) {
    findings.push(
      finding(
        'reveal',
        '공개가 마감 목록의 모든 기록을 순서대로 밝히지 않았습니다.',
        'The reveal does not name every entry of the closing list in its order.',
      ),
    )
  }
  for (const [index, c] of list) {
    const row = named.get(index)
    if (!row) {
      leaves.push({ is: 'nothing', index, c })
      continue
    }
    if (commitment(P, fromB64u(row.salt), row.jws) !== c) {
      findings.push(
        finding(
          'reveal',
          `${index}번 기록을 열어 보니 봉인된 값과 다릅니다.`,
          `What the reveal says of entry ${index} is not what was sealed there.`,
        ),
      )
      leaves.push({ is: 'nothing', index, c })
      continue
    }
    leaves.push(await nameOf(P, index, c, row.jws, facts, findings))
  }
  return { leaves, acts: leaves.flatMap((l) => (l.is === 'act' ? [l.act] : [])), findings }
}

async function nameOf(
  P: Primitives,
  index: number,
  c: string,
  jws: string,
  facts: RevealFacts,
  findings: Finding[],
): Promise<NamedLeaf> {
  const nothing: NamedLeaf = { is: 'nothing', index, c }
  if (jws === 'cover') return { is: 'cover', index, c }
  try {
    const { header, payload } = readJws(jws)
    if (payload.typ === 'refused/1') {
      const keys = receiptKeys(facts.ring, index)
      for (const key of keys) {
        if (
          key.kid === header.kid &&
          payload.tender === facts.tender &&
          (await verifyJws(P, jws, key.jwk, 'refused/1'))
        ) {
          return { is: 'refusal', index, c, payload }
        }
      }
      if (keys.length > 0) {
        findings.push(
          finding(
            'reveal',
            `${index}번의 거절은 서버의 서명이 아닙니다.`,
            `The refusal at entry ${index} is not signed by the server's receipt key.`,
          ),
        )
      }
      return nothing
    }
    const read = readBidAct(payload)
    const key = keyInForce(facts.ring.actors, read.bidder, header.kid, index)
    if (!key || !(await verifyJws(P, jws, key.jwk, `${read.act}/1`))) {
      findings.push(
        finding(
          'submissions',
          `${index}번 행위는 ${brief(read.bidder)}의 서명이 아닙니다.`,
          `The act at entry ${index} is not signed by a key of ${brief(read.bidder)} in force.`,
        ),
      )
      return nothing
    }
    if (read.tender !== facts.tender || read.lot !== facts.lot) {
      findings.push(
        finding(
          'submissions',
          `${index}번 행위는 다른 입찰의 것입니다.`,
          `The act at entry ${index} was made for another tender.`,
        ),
      )
      return nothing
    }
    if (read.act === 'submission' && (read.technical !== '') !== facts.technical) {
      findings.push(
        finding(
          'submissions',
          `${index}번 입찰의 봉투가 이 입찰의 것과 다릅니다.`,
          `The bid at entry ${index} has not the envelopes that this tender asks for.`,
        ),
      )
      return nothing
    }
    const eids = read.act === 'submission' ? read : { technical: '', price: '' }
    const act: Act = {
      index,
      bidder: read.bidder,
      seq: read.seq,
      act: read.act,
      c,
      jws,
      key,
      technical: eids.technical,
      price: eids.price,
    }
    return { is: 'act', index, c, bidder: read.bidder, act }
  } catch (e) {
    if (!(e instanceof FormatError)) throw e
    findings.push(
      finding(
        'submissions',
        `${index}번 기록은 입찰 행위가 아닙니다(${e.message}).`,
        `Entry ${index} is not an act of a bidder: ${e.message}.`,
      ),
    )
    return nothing
  }
}

/**
 * Findings of `submissions` about the numbering of each bidder's acts: 1, 2, 3… without a hole. A hole would be an act that the
 * bidder's next one counts, but the list does not hold: dropped.
 */
export function numberingFindings(acts: readonly SignedAct[]): Finding[] {
  const findings: Finding[] = []
  for (const bidder of new Set(acts.map((a) => a.bidder))) {
    const seqs = new Set(acts.filter((a) => a.bidder === bidder).map((a) => a.seq))
    const highest = [...seqs].reduce((a, b) => Math.max(a, b), 0)
    if (seqs.size === highest) continue
    findings.push(
      finding(
        'submissions',
        `${brief(bidder)}의 행위 ${highest}개 중 ${highest - seqs.size}개가 마감 목록에 없습니다.`,
        `Of ${highest} acts of ${brief(bidder)}, ${highest - seqs.size} are not on the closing list.`,
      ),
    )
  }
  return findings
}
