// Do labels, scores, ranking and award follow from what is in the log? Each is computed again from it and compared.
import type { Json } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { Compact, leafHash } from '../../proof/tree.ts'
import type { Answer, Reason } from '../kit/verdict.ts'
import { drawLabels, drawLot } from '../openings/labels.ts'
import { drawTie, jointBidders } from '../openings/tie-lot.ts'
import { awardable } from '../organisations/exclusion.ts'
import { brief, type Finding, finding } from '../record/finding.ts'
import { type ResultRow, sameJson } from '../record/payloads.ts'
import { excludedAt, type TenderRecord, validTechnical } from '../record/read.ts'
import { awardFacts, guarded, lockedFacts, ruleOf } from '../record/scored.ts'
import { behaviourOf } from '../scoring/behaviour.ts'
import { technicalScores } from '../scoring/quality.ts'
import { type Ranking, rank } from '../scoring/ranking.ts'
import { contributionsOf, type Found } from './envelopes.ts'

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
const codes = (reasons: readonly Reason[]): string => [...new Set(reasons.map((x) => x.code))].slice(0, 4).join(', ')

/** The tree's root over all entries up to and including the closing one: no batch border could be chosen. */
export function closingRoot(P: Primitives, entries: readonly Uint8Array[], closing: number): Uint8Array {
  const log = new Compact(P)
  for (const entry of entries.slice(0, closing + 1)) log.append(leafHash(P, entry))
  return log.root()
}

/** Findings of `labels`: drawn again by draw/1 from the valid technical envelopes. */
export function labelFindings(
  P: Primitives,
  r: TenderRecord,
  root: Uint8Array,
  technical: readonly Found[],
): Finding[] {
  if (!r.locked || !r.notice) return []
  const valid = technical.filter((f) => f.state === 'valid')
  const draw = { root, contributions: contributionsOf(valid), tender: r.tender, lot: r.notice.payload.lot }
  const drawn = drawLabels(
    P,
    draw,
    valid.map((f) => f.bidder),
  )
  const given = [...r.locked.payload.labels].sort(
    (a, b) => a.label.length - b.label.length || (a.label < b.label ? -1 : 1),
  )
  if (sameJson(json(drawn), json(given))) return []
  const wrong = drawn.find((d, i) => given[i]?.label !== d.label || given[i]?.bidder !== d.bidder)
  return [
    finding(
      'labels',
      `가림표가 추첨과 다릅니다${wrong ? `(추첨으로는 ${wrong.label} = ${brief(wrong.bidder)})` : ''}.`,
      `The labels are not those of the draw${wrong ? `: ${wrong.label} is ${brief(wrong.bidder)}` : ''}.`,
    ),
  ]
}

/** Findings of `scores`: every technical score again from the locked marks. */
export function scoreFindings(r: TenderRecord): Finding[] {
  if (!r.locked || !r.notice) return []
  const [notice, locked] = [r.notice.payload, r.locked.payload]
  const rule = ruleOf(notice)
  if (!rule.ok) return []
  const computed = guarded(() => technicalScores(lockedFacts(rule.value, notice, locked)))
  if (!computed.ok) {
    const why = codes(computed.reasons)
    return [
      finding(
        'scores',
        `점수표로 계산할 수 없습니다(${why}).`,
        `The scores cannot be computed from the marks: ${why}.`,
      ),
    ]
  }
  const found: Finding[] = []
  if (locked.scores.length !== computed.value.length) {
    found.push(
      finding('scores', '기술 점수의 개수가 맞지 않습니다.', 'There are not as many technical scores as proposals.'),
    )
  }
  for (const score of computed.value) {
    const row = locked.scores.find((s) => s.bidder === score.bidder)
    const members = Object.entries(score).filter(
      ([name]) => name === 'technical' || name === 'steps' || (row && name in row),
    )
    const differs = members.find(([name, value]) => !row || !sameJson(row[name] ?? null, json(value)))
    if (!differs) continue
    found.push(
      finding(
        'scores',
        `제안 ${brief(score.bidder)}의 기술 점수가 다릅니다(${differs[0]}). 평점으로 계산하면 ${score.technical ?? '-'}, 기록에는 ${brief(row?.technical ?? '-')}.`,
        `The technical score of proposal ${brief(score.bidder)} is ${score.technical ?? '-'} by the marks; recorded is ${brief(row?.technical ?? '-')} (${differs[0]}).`,
      ),
    )
  }
  return found
}

/** The ranking by the rules from the opened envelopes and the locked marks; with the public lot when a tie reached it. */
export function rankAgain(
  P: Primitives,
  r: TenderRecord,
  root: Uint8Array,
  opened: { technical: readonly Found[]; price: readonly Found[] },
): Answer<Ranking[]> {
  if (!r.locked || !r.notice) return { ok: false, reasons: [{ code: 'record-not-computable', facts: {} }] }
  const [notice, locked] = [r.notice.payload, r.locked.payload]
  const rule = ruleOf(notice)
  if (!rule.ok) return rule
  const bidders = r.submissions.map((a) => a.bidder)
  const results = { technical: rowsOf(opened.technical), price: rowsOf(opened.price) }
  const plain = guarded(() => rank(awardFacts(rule.value, notice, locked, bidders, results)))
  if (!plain.ok) return plain
  if (!plain.value.rows.some((row) => row.tie === 'lot pending')) return { ok: true, value: [plain.value] }
  const draw = { root, contributions: contributionsOf(opened.price), tender: r.tender, lot: notice.lot }
  const lot = drawLot(P, draw, bidders)
  const settled = guarded(() => rank(awardFacts(rule.value, notice, locked, bidders, results, lot)))
  return settled.ok ? { ok: true, value: [plain.value, settled.value] } : settled
}

const rowsOf = (found: readonly Found[]): Map<string, ResultRow> =>
  new Map(
    found.flatMap((f): [string, ResultRow][] => {
      if (f.state === 'waiting') return []
      const reason = f.state === 'malformed' ? f.reason : null
      const body = f.state === 'valid' ? f.body : null
      return [[f.bidder, { eid: f.eid, bidder: f.bidder, state: f.state, reason, body }]]
    }),
  )

/** Findings of `ranking`: equal, step by step, to what the rules give. */
export function rankingFindings(r: TenderRecord, computed: Answer<Ranking[]>): Finding[] {
  if (!r.evaluation || !r.notice) return []
  const { ranking, ruleHash } = r.evaluation.payload
  const found: Finding[] = []
  if (ruleHash !== r.notice.payload.ruleHash) {
    found.push(
      finding(
        'ranking',
        '순위가 공고된 규칙으로 계산되지 않았습니다.',
        'The ranking was computed by another rule than the notice gives.',
      ),
    )
  }
  if (!computed.ok) {
    const why = codes(computed.reasons)
    found.push(finding('ranking', `순위를 계산할 수 없습니다(${why}).`, `The ranking cannot be computed: ${why}.`))
    return found
  }
  if (computed.value.some((value) => sameJson(json(value), ranking))) return found
  const first = computed.value[0]?.rows.find((row, i) => !sameJson(json(row), rowAt(ranking, i)))
  found.push(
    finding(
      'ranking',
      `다시 계산한 순위가 기록과 다릅니다${first ? `(${brief(first.bidder)}: ${first.rank ?? '-'}위, 총점 ${first.total ?? '-'})` : ''}.`,
      `The ranking computed again is not the recorded one${first ? `: ${brief(first.bidder)} has rank ${first.rank ?? '-'} with ${first.total ?? '-'}` : ''}.`,
    ),
  )
  return found
}

/** Findings of `ranking` about the evaluators' behaviour, where it was published: computed again from the same marks. */
export function behaviourFindings(
  r: TenderRecord,
  opened: { technical: readonly Found[]; price: readonly Found[] },
): Finding[] {
  const published = r.evaluation?.payload.behaviour
  if (published === undefined || !r.locked || !r.notice) return []
  const [notice, locked] = [r.notice.payload, r.locked.payload]
  const rule = ruleOf(notice)
  if (!rule.ok) return []
  const bidders = r.submissions.map((a) => a.bidder)
  const results = { technical: rowsOf(opened.technical), price: rowsOf(opened.price) }
  const facts = awardFacts(rule.value, notice, locked, bidders, results)
  const again = guarded(() => {
    const ranked = rank(facts)
    return ranked.ok ? { ok: true, value: behaviourOf(facts, ranked.value) } : ranked
  })
  if (!again.ok || sameJson(json(again.value), published)) return []
  return [
    finding(
      'ranking',
      '평가위원들의 채점 경향이 점수표로 다시 계산한 것과 다릅니다.',
      "What is said of the evaluators' behaviour is not what their marks give.",
    ),
  ]
}

/**
 * Findings of `ranking` about the public lot: announced for those who are joint, drawn from the seed of the record by the tickets
 * that follow, and the ranking settled by nothing else.
 */
export function lotFindings(
  P: Primitives,
  r: TenderRecord,
  root: Uint8Array,
  price: readonly Found[],
  computed: Answer<Ranking[]>,
): Finding[] {
  if (!r.evaluation || !computed.ok) return []
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding('ranking', ko, en))
  const pending = computed.value[0] as Ranking
  const joint = jointBidders(pending)
  if (r.drawNotice) {
    const { ids } = r.drawNotice.payload
    if (!sameJson([...ids].sort(), joint)) {
      say('추첨이 동점자 아닌 이들에게 예고되었습니다.', 'The lot was announced for others than those who are joint.')
    }
  }
  if (!r.draw || !r.notice) return found
  if (!r.drawNotice) say('추첨이 예고되지 않았습니다.', 'The lot was not announced before it was drawn.')
  if (!sameJson(json(pending), r.evaluation.payload.ranking)) {
    say('추첨 전의 순위가 동점으로 공개되지 않았습니다.', 'The joint ranks were not published as joint before the lot.')
  }
  const { tender, lot, ranking, closing, ...drawn } = r.draw.payload
  const draw = { root, contributions: contributionsOf(price), tender: r.tender, lot: r.notice.payload.lot }
  if (closing !== r.closed?.index || !sameJson(json(drawTie(P, draw, joint)), json(drawn))) {
    say('동점 추첨을 다시 하면 결과가 다릅니다.', 'The lot drawn again is not the recorded one.')
  }
  const settled = computed.value[1]
  if (!settled || !sameJson(json(settled), ranking)) {
    say('추첨 뒤의 순위가 추첨 결과와 다릅니다.', 'The ranking after the lot is not the one that the lot gives.')
  }
  return found
}

function rowAt(ranking: Json, i: number): Json {
  if (typeof ranking !== 'object' || ranking === null || Array.isArray(ranking)) return null
  return Array.isArray(ranking.rows) ? (ranking.rows[i] ?? null) : null
}

/** Findings of `award`: the eligible first rank at its own price; or, of an ending without an award, that its cause is in the record. */
export function awardFindings(r: TenderRecord, computed: Answer<Ranking[]> | null): Finding[] {
  const found: Finding[] = []
  // The one that was recorded: while a lot is pending there, nobody comes first, whomever a draw would favour.
  const recorded = (r.draw ?? r.evaluation)?.payload.ranking ?? null
  const ranking = computed?.ok ? computed.value.find((value) => sameJson(json(value), recorded)) : undefined
  if (r.award && ranking && r.notice) {
    const { bidder, amount } = r.award.payload
    const first = awardable(ranking.order, excludedAt(r, r.award))
    const row = ranking.rows.find((x) => x.bidder === bidder)
    if (first.length !== 1 || first[0] !== bidder) {
      found.push(
        finding(
          'award',
          `낙찰자(${brief(bidder)})가 적격자 1순위가 아닙니다.`,
          `${brief(bidder)} was awarded, but is not the first of the eligible bidders.`,
        ),
      )
    } else if (row?.amount !== amount.amount || amount.currency !== r.notice.payload.rule.currency) {
      found.push(
        finding('award', '낙찰 금액이 그 입찰 금액이 아닙니다.', 'The amount awarded is not the amount that was bid.'),
      )
    }
  }
  if (r.failed && !causeOfFailure(r, ranking ?? null)) {
    found.push(
      finding('award', '유찰의 까닭이 기록에 없습니다.', 'The record does not hold the reason why the tender failed.'),
    )
  }
  if (r.cancelled && r.cancelled.payload.reasons.length === 0) {
    found.push(finding('award', '취소 사유가 없습니다.', 'The tender was cancelled without a reason.'))
  }
  return found
}

/** Too few bids, no valid technical envelope, or nobody eligible: whichever stage the tender had come to. */
function causeOfFailure(r: TenderRecord, ranking: Ranking | null): boolean {
  if (r.evaluation && r.failed)
    return ranking !== null && awardable(ranking.order, excludedAt(r, r.failed)).length === 0
  if (r.openings.technical.list) return !r.locked && validTechnical(r.openings).size === 0
  return r.closed !== null && r.submissions.length < Math.max(1, r.notice?.payload.notice.minBids ?? 1)
}
