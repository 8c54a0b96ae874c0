// Do labels, scores, ranking and award follow from what is in the log? Each is computed again from it and compared.
import type { Json } from '../../proof/canonical.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { shardStart } from '../../proof/shards.ts'
import { Compact, leafHash } from '../../proof/tree.ts'
import { membersOf } from '../bids/members.ts'
import { compareTimes } from '../kit/time.ts'
import type { Answer, Reason } from '../kit/verdict.ts'
import { type Contribution, drawLabels, drawLot } from '../openings/labels.ts'
import { drawPlanned, type PlannedDraw } from '../openings/planned-draw.ts'
import { drawTie, jointBidders } from '../openings/tie-lot.ts'
import { awardable, awardedAmong } from '../organisations/exclusion.ts'
import { auctionBids } from '../record/auction.ts'
import type { Entry } from '../record/entry.ts'
import { brief, type Finding, finding } from '../record/finding.ts'
import {
  type Award,
  type Notice,
  type ResultRow,
  type ScoresLocked,
  sameJson,
  winnersOfAward,
} from '../record/payloads.ts'
import { excludedAt, type TenderRecord, validTechnical } from '../record/read.ts'
import { awardFacts, contestFacts, guarded, lockedFacts, ruleOf } from '../record/scored.ts'
import { behaviourOf, behaviourOfContest } from '../scoring/behaviour.ts'
import { decideContest } from '../scoring/contest.ts'
import type { PartScore } from '../scoring/contest-facts.ts'
import { type AnyRule, isContest } from '../scoring/contest-rule.ts'
import { type Decided, nextToExamine, orderOf, winnersOfRule } from '../scoring/decided.ts'
import { technicalScores } from '../scoring/quality.ts'
import { rank } from '../scoring/ranking.ts'
import { hasTechnical, prelimOf, qualityOf } from '../tenders/procedure.ts'
import { rankedAt, standstillEnd } from '../tenders/standstill.ts'
import { contributionsOf, type Found } from './envelopes.ts'

const json = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
const codes = (reasons: readonly Reason[]): string => [...new Set(reasons.map((x) => x.code))].slice(0, 4).join(', ')

/** The root of its log's tree over all entries up to and including the closing one: no batch border could be chosen. */
export function closingRoot(P: Primitives, entries: readonly Uint8Array[], closing: number): Uint8Array {
  const log = new Compact(P)
  for (const entry of entries.slice(shardStart(entries, closing), closing + 1)) log.append(leafHash(P, entry))
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
  const consortia = memberFindings(r, technical)
  const drawnAlone = given.map(({ label, bidder }) => ({ label, bidder }))
  if (sameJson(json(drawn), json(drawnAlone))) return consortia
  const wrong = drawn.find((d, i) => given[i]?.label !== d.label || given[i]?.bidder !== d.bidder)
  return [
    finding(
      'labels',
      `가림표가 추첨과 다릅니다${wrong ? `(추첨으로는 ${wrong.label} = ${brief(wrong.bidder)})` : ''}.`,
      `The labels are not those of the draw${wrong ? `: ${wrong.label} is ${brief(wrong.bidder)}` : ''}.`,
    ),
  ]
}

/** Findings of `labels` about consortia: the members and shares that scores were put together from are those of the signed bid. */
function memberFindings(r: TenderRecord, technical: readonly Found[]): Finding[] {
  const rule = r.notice && ruleOf(r.notice.payload)
  const quality = rule?.ok ? qualityOf(rule.value) : null
  if (!quality) return []
  const bodies = new Map(technical.flatMap((f) => (f.state === 'valid' ? [[f.bidder, f.body] as const] : [])))
  return (r.locked?.payload.labels ?? []).flatMap(({ label, bidder, members }) => {
    const signed = membersOf(quality, bodies.get(bidder))
    if (sameJson(json(signed), json(members ?? null))) return []
    return [
      finding(
        'labels',
        `제안 ${brief(label)}의 공동수급체 구성원과 지분이 서명된 입찰과 다릅니다.`,
        `The members and shares recorded for proposal ${brief(label)} are not those of the signed bid.`,
      ),
    ]
  })
}

/** Findings of `scores`: every technical score again from the locked marks. */
export function scoreFindings(r: TenderRecord): Finding[] {
  if (!r.locked || !r.notice) return []
  const [notice, locked] = [r.notice.payload, r.locked.payload]
  const rule = ruleOf(notice)
  if (!rule.ok) return []
  const quality = qualityOf(rule.value)
  if (!quality) return []
  const computed = guarded(() => technicalScores(lockedFacts(quality, notice, locked)))
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

/** What was decided, again: as it was first published, after each examination, and with the public lot when a tie reached it. */
export interface Recomputed {
  stages: Decided[]
  settled: Decided | null
  /** The planned price as it is drawn again; null where none is drawn. */
  planned: PlannedDraw | null
}

/** Everything that a decision by these rules and figures could be recorded as. */
export const decisionsOf = ({ stages, settled }: Recomputed): Decided[] => (settled ? [...stages, settled] : stages)

type Opened = { technical: readonly Found[]; price: readonly Found[] }
type Decide = (scores: PartScore[], lot?: string[]) => Answer<Decided>

const notComputable = (): Answer<Recomputed> => ({ ok: false, reasons: [{ code: 'record-not-computable', facts: {} }] })

/** The planned price from the prices as they are drawn again; null where the rule draws none. */
function planAgain(
  P: Primitives,
  r: TenderRecord,
  notice: Notice,
  draw: Parameters<typeof drawPlanned>[1],
  opened: Opened,
): Answer<PlannedDraw | null> {
  const rule = ruleOf(notice)
  if (!rule.ok || !isContest(rule.value) || !prelimOf(rule.value)) return { ok: true, value: null }
  const { value } = rule
  const bidders = r.submissions.map((a) => a.bidder)
  const results = { technical: rowsOf(opened.technical), price: rowsOf(opened.price) }
  const locked = r.locked?.payload ?? null
  return guarded(() => drawPlanned(P, draw, contestFacts(value, notice, bidders, results, { locked })))
}

/**
 * The decision by the rules from the opened envelopes, the locked marks and what officers examined.
 *
 * @param drawn what custodians put into the draw of prices, opened again
 */
export function rankAgain(
  P: Primitives,
  r: TenderRecord,
  root: Uint8Array,
  opened: Opened,
  drawn: readonly Contribution[] = [],
): Answer<Recomputed> {
  if (!r.notice) return notComputable()
  const notice = r.notice.payload
  const rule = ruleOf(notice)
  if (!rule.ok) return rule
  if (hasTechnical(rule.value) && !r.locked) return notComputable()
  const auction = auctionBids(r.auction) ?? []
  const bidders = r.submissions.map((a) => a.bidder)
  const results = { technical: rowsOf(opened.technical), price: rowsOf(opened.price) }
  const prices = contributionsOf(opened.price)
  const place = { root, tender: r.tender, lot: notice.lot }
  const planned = planAgain(P, r, notice, { ...place, contributions: [...drawn, ...prices] }, opened)
  if (!planned.ok) return planned
  const prelim = planned.value ?? undefined
  const decide: Decide = (scores, lot) =>
    guarded((): Answer<Decided> => {
      const locked = r.locked?.payload ?? null
      return isContest(rule.value)
        ? decideContest(contestFacts(rule.value, notice, bidders, results, { locked, prelim, scores, lot, auction }))
        : rank(awardFacts(rule.value, notice, locked as ScoresLocked, bidders, results, lot))
    })
  const stages: Decided[] = []
  const scores: PartScore[] = []
  for (const examination of [null, ...r.examinations]) {
    if (examination) {
      const { bidder, scores: given } = examination.payload
      scores.push(...given.map((score) => ({ bidder, ...score })))
    }
    const decided = decide([...scores])
    if (!decided.ok) return decided
    stages.push(decided.value)
  }
  const made = { stages, settled: null, planned: planned.value }
  if (jointBidders(stages.at(-1) as Decided).length === 0) return { ok: true, value: made }
  const settled = decide(scores, drawLot(P, { ...place, contributions: prices }, bidders))
  return settled.ok ? { ok: true, value: { ...made, settled: settled.value } } : settled
}

const rowsOf = (found: readonly Found[]): Map<string, ResultRow> =>
  new Map(
    found.flatMap((f): [string, ResultRow][] => {
      if (f.state === 'waiting') return []
      const reason = f.state === 'malformed' ? f.reason : null
      const body = f.state === 'valid' ? f.body : null
      const picks = f.state === 'valid' && f.picks ? { picks: f.picks } : {}
      return [[f.bidder, { eid: f.eid, bidder: f.bidder, state: f.state, reason, body, ...picks }]]
    }),
  )

/** Findings of `ranking`: equal, step by step, to what the rules give. */
export function rankingFindings(r: TenderRecord, computed: Answer<Recomputed>): Finding[] {
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
  found.push(...examinationFindings(r, computed.value))
  const { stages, settled } = computed.value
  // A record from before lots were announced has the settled ranking at once.
  if ([stages[0], settled].some((value) => value && sameJson(json(value), ranking))) return found
  const first = stages[0]?.rows.find((row, i) => !sameJson(json(row), rowAt(ranking, i)))
  found.push(
    finding(
      'ranking',
      `다시 계산한 순위가 기록과 다릅니다${first ? `(${brief(first.bidder)}: ${first.rank ?? '-'}위, 총점 ${first.total ?? '-'})` : ''}.`,
      `The ranking computed again is not the recorded one${first ? `: ${brief(first.bidder)} has rank ${first.rank ?? '-'} with ${first.total ?? '-'}` : ''}.`,
    ),
  )
  return found
}

/** Was everybody examined in turn, once, and does each outcome follow? */
function examinationFindings(r: TenderRecord, { stages }: Recomputed): Finding[] {
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding('ranking', ko, en))
  for (const [i, { index, payload }] of r.examinations.entries()) {
    const next = nextToExamine(stages[i] as Decided)
    if (payload.bidder !== next) {
      say(
        `${index}번: 심사할 차례가 아닌 입찰자가 심사되었습니다(${brief(payload.bidder)}).`,
        `Entry ${index} examines ${brief(payload.bidder)}, whose turn it was not.`,
      )
    }
    const after = r.examined[i]
    const follows = after && after.index > index && after.payload.bidder === payload.bidder
    if (!follows || !sameJson(json(stages[i + 1]), after.payload.ranking)) {
      say(
        `${index}번 심사의 결과가 다시 계산한 것과 다릅니다.`,
        `What follows from the examination at entry ${index} is not what is recorded.`,
      )
    }
  }
  if (r.examined.length > r.examinations.length) {
    say('심사 없이 심사 결과가 적혔습니다.', 'The outcome of an examination stands in the record, but no examination.')
  }
  return found
}

/** Findings of `planned-price`: prices drawn again, numbers counted again, the planned price computed again. */
export function plannedFindings(r: TenderRecord, computed: Answer<Recomputed>): Finding[] {
  if (!r.notice || (!r.evaluation && !r.planned)) return []
  const say = (ko: string, en: string) => [finding('planned-price', ko, en)]
  const made = computed.ok ? computed.value.planned : null
  if (!r.planned) {
    return made
      ? say('추첨한 예정가격이 기록에 없습니다.', 'The planned price that was drawn is not in the record.')
      : []
  }
  if (!computed.ok) return []
  const { typ: _, tender: __, lot: ___, closing, ...recorded } = r.planned.payload.whole
  if (made && closing === r.closed?.index && sameJson(json(made), recorded)) return []
  return say(
    `예비가격을 다시 추첨하고 세면 예정가격이 ${made ? made.amount : '없습니다'}(기록은 ${brief(r.planned.payload.amount)}).`,
    `Prices drawn again and numbers counted again give ${made ? made.amount : 'no planned price'}; recorded is ${brief(r.planned.payload.amount)}.`,
  )
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
  const { value } = rule
  const again = guarded(() => {
    if (isContest(value))
      return {
        ok: true,
        value: behaviourOfContest(contestFacts(value, notice, bidders, results, { locked, scores: [] })),
      }
    const facts = awardFacts(value, notice, locked, bidders, results)
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
  computed: Answer<Recomputed>,
): Finding[] {
  if (!r.evaluation || !computed.ok) return []
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding('ranking', ko, en))
  const pending = computed.value.stages.at(-1) as Decided
  const published = r.examined.at(-1)?.payload.ranking ?? r.evaluation.payload.ranking
  const joint = jointBidders(pending)
  if (r.drawNotice) {
    const { ids } = r.drawNotice.payload
    if (!sameJson([...ids].sort(), joint)) {
      say('추첨이 동점자 아닌 이들에게 예고되었습니다.', 'The lot was announced for others than those who are joint.')
    }
  }
  if (!r.draw || !r.notice) return found
  if (!r.drawNotice) say('추첨이 예고되지 않았습니다.', 'The lot was not announced before it was drawn.')
  if (!sameJson(json(pending), published)) {
    say('추첨 전의 순위가 동점으로 공개되지 않았습니다.', 'The joint ranks were not published as joint before the lot.')
  }
  const { tender, lot, ranking, closing, ...drawn } = r.draw.payload
  const draw = { root, contributions: contributionsOf(price), tender: r.tender, lot: r.notice.payload.lot }
  if (closing !== r.closed?.index || !sameJson(json(drawTie(P, draw, joint)), json(drawn))) {
    say('동점 추첨을 다시 하면 결과가 다릅니다.', 'The lot drawn again is not the recorded one.')
  }
  const { settled } = computed.value
  if (!settled || !sameJson(json(settled), ranking)) {
    say('추첨 뒤의 순위가 추첨 결과와 다릅니다.', 'The ranking after the lot is not the one that the lot gives.')
  }
  return found
}

function rowAt(ranking: Json, i: number): Json {
  if (typeof ranking !== 'object' || ranking === null || Array.isArray(ranking)) return null
  return Array.isArray(ranking.rows) ? (ranking.rows[i] ?? null) : null
}

/** Is the award that of the rule: to the first eligible bidder, or to the first ones where the agreement is made with several? */
function winnerFindings(award: Award, rule: AnyRule, ranking: Decided, excluded: ReadonlySet<string>): Finding[] {
  const most = winnersOfRule(rule)
  const { winners, joint } = awardedAmong(orderOf(ranking), excluded, most)
  const given = winnersOfAward(award)
  const [first] = given
  const named = given.map((one) => one.bidder)
  const head = first?.bidder === award.bidder && sameJson(json(first.amount), json(award.amount))
  if (
    joint ||
    winners.length === 0 ||
    !sameJson(winners, named) ||
    !head ||
    (award.winners !== undefined) !== most > 1
  ) {
    const who = named.map(brief).join(', ')
    return [
      most === 1
        ? finding(
            'award',
            `낙찰자(${who})가 적격자 1순위가 아닙니다.`,
            `${who} was awarded, but is not the first of the eligible bidders.`,
          )
        : finding(
            'award',
            `낙찰자(${who})가 적격자 상위 ${most}개 업체와 다릅니다.`,
            `${who} were awarded, but are not the first ${most} of the eligible bidders.`,
          ),
    ]
  }
  const amounts = new Map(ranking.rows.map((row) => [row.bidder, row.amount]))
  const wrong = given.some(
    ({ bidder, amount }) => amounts.get(bidder) !== amount.amount || amount.currency !== rule.currency,
  )
  if (!wrong) return []
  return [
    finding('award', '낙찰 금액이 그 입찰 금액이 아닙니다.', 'The amount awarded is not the amount that was bid.'),
  ]
}

/** Did the award wait out the standstill that the notice promised, counted from the last ranking below it, and does it say so? */
function standstillFindings(r: TenderRecord, award: Entry<Award>): Finding[] {
  const hours = r.notice?.payload.notice.standstillHours ?? 0
  const below = r.entries.filter(({ index }) => index < award.index)
  const end = standstillEnd(hours, rankedAt(below.map(({ leaf }) => leaf)))
  const named = award.payload.standstillEnds
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding('award', ko, en))
  if (hours > 0 && end === null)
    say(
      '약속한 낙찰 유예 기간을 셀 순위 기록이 없습니다.',
      'A standstill was promised, and there is no ranking to count it from.',
    )
  if (named !== end)
    say(
      `낙찰 기록이 적은 유예 기간의 끝(${named ?? '-'})이 순위 기록에서 센 것(${end ?? '-'})과 다릅니다.`,
      `The award says that the standstill ended ${named ?? 'never, as there was none'}; counted from the ranking it is ${end ?? 'none'}.`,
    )
  if (end !== null && compareTimes(award.leaf.at, end) < 0)
    say(
      `공고가 약속한 낙찰 유예 기간(${end}까지)이 끝나기 전에 낙찰했습니다.`,
      `Awarded at ${award.leaf.at}, before the standstill that the notice promised was over at ${end}.`,
    )
  return found
}

/** Findings of `award`: the eligible first rank, or first ranks, at their own prices; or, of an ending without an award, that its cause is in the record. */
export function awardFindings(r: TenderRecord, computed: Answer<Recomputed> | null): Finding[] {
  const found: Finding[] = []
  // The one that was recorded: while a lot is pending there, nobody comes first, whomever a draw would favour.
  const recorded = shownRanking(r)
  const made = computed?.ok ? decisionsOf(computed.value) : []
  const ranking = made.find((value) => sameJson(json(value), recorded))
  if (r.award && ranking && r.notice) {
    found.push(
      ...winnerFindings(r.award.payload, r.notice.payload.rule as unknown as AnyRule, ranking, excludedAt(r, r.award)),
    )
  }
  if (r.award) found.push(...standstillFindings(r, r.award))
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

/** The decision as the record shows it last: after the lot, after the last examination, or as it was first published. */
export const shownRanking = (r: TenderRecord): Json =>
  (r.draw ?? r.examined.at(-1) ?? r.evaluation)?.payload.ranking ?? null

/** Too few bids, no valid technical envelope, or nobody eligible: whichever stage the tender had come to. */
function causeOfFailure(r: TenderRecord, ranking: Decided | null): boolean {
  if (r.evaluation && r.failed) {
    if (ranking === null || nextToExamine(ranking) !== null) return false
    return awardable(orderOf(ranking), excludedAt(r, r.failed)).length === 0
  }
  if (r.openings.technical.list) return !r.locked && validTechnical(r.openings).size === 0
  return r.closed !== null && r.submissions.length < Math.max(1, r.notice?.payload.notice.minBids ?? 1)
}
