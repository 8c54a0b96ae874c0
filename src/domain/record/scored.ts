// What do the scoring rules get to compute with? The facts of a tender as the log alone gives them: marks, states, prices.

import type { Answer } from '../kit/verdict.ts'
import type { AuctionBid } from '../scoring/auction.ts'
import { checkAnyRule } from '../scoring/contest-check.ts'
import type { ContestFacts, PartScore } from '../scoring/contest-facts.ts'
import type { AnyRule, ContestRule } from '../scoring/contest-rule.ts'
import type { AwardFacts, Bidder, TechnicalFacts } from '../scoring/facts.ts'
import type { PrelimPrices } from '../scoring/planned-price.ts'
import type { AwardRule, QualityRule } from '../scoring/rule.ts'
import { qualityOf } from '../tenders/procedure.ts'
import { amountIn, type Notice, type ResultRow, type ScoresLocked } from './payloads.ts'

/**
 * Runs a scoring rule on a stranger's figures. Whatever shape they have, the answer is a value: a rule object of a wrong shape is
 * refused with `record-not-computable`.
 */
export function guarded<T>(compute: () => Answer<T>): Answer<T> {
  try {
    return compute()
  } catch (e) {
    if (!(e instanceof TypeError || e instanceof RangeError)) throw e
    return { ok: false, reasons: [{ code: 'record-not-computable', facts: { says: e.message.slice(0, 200) } }] }
  }
}

/** The rule of a notice, if scoring can work with it and the committee that the notice names. */
export const ruleOf = (notice: Notice): Answer<AnyRule> =>
  guarded(() => {
    const rule = notice.rule as unknown as AnyRule
    const verdict = checkAnyRule(rule, qualityOf(rule) ? notice.evaluators.length : null)
    return verdict.ok ? { ok: true, value: rule } : verdict
  })

/** Facts for the technical scores that are locked: bidders by label, those with a valid technical envelope only. */
export const lockedFacts = (rule: QualityRule, notice: Notice, locked: ScoresLocked): TechnicalFacts => ({
  rule,
  evaluators: notice.evaluators,
  bidders: locked.labels.map(({ label, members }) => ({
    id: label,
    technical: 'valid' as const,
    ...(members && { members }),
  })),
  marks: locked.marks,
  quantitative: locked.quantitative,
})

type Results = { technical: ReadonlyMap<string, ResultRow>; price: ReadonlyMap<string, ResultRow> }

/** Marks by organisation instead of label. */
function named(locked: ScoresLocked): Pick<ScoresLocked, 'marks' | 'quantitative'> {
  const orgOf = new Map(locked.labels.map((l) => [l.label, l.bidder]))
  const byOrg = <M extends { bidder: string }>(marks: readonly M[]): M[] =>
    marks.map((m) => ({ ...m, bidder: orgOf.get(m.bidder) ?? m.bidder }))
  return { marks: byOrg(locked.marks), quantitative: byOrg(locked.quantitative) }
}

/** The members of consortia, by organisation. */
const membersIn = (locked: ScoresLocked | null) =>
  new Map((locked?.labels ?? []).flatMap(({ bidder, members }) => (members ? [[bidder, members] as const] : [])))

/** The price that an envelope held, as far as the record shows it. */
function priceOf(price: ResultRow | undefined, currency: string): Pick<Bidder, 'price' | 'amount'> {
  if (!price) return { price: 'unopened', amount: null }
  const amount = price.state === 'valid' ? amountIn(price.body, currency) : null
  return { price: amount === null ? 'malformed' : 'valid', amount }
}

/**
 * Facts for the ranking, bidders by organisation: every effective submission has a row, whatever became of its envelopes.
 * A price envelope that is not on the price list is 'unopened'; one that holds no amount in the rule's currency is 'malformed'.
 *
 * @param lot bidders in the order of the public draw, where a tie reached it
 */
export function awardFacts(
  rule: AwardRule,
  notice: Notice,
  locked: ScoresLocked,
  bidders: readonly string[],
  results: Results,
  lot?: string[],
): AwardFacts {
  const consortia = membersIn(locked)
  const rows = bidders.map((id): Bidder => {
    const technical = results.technical.get(id)?.state === 'valid' ? 'valid' : 'malformed'
    const members = consortia.get(id)
    return { id, technical, ...priceOf(results.price.get(id), rule.currency), ...(members && { members }) }
  })
  return { rule, evaluators: notice.evaluators, bidders: rows, ...named(locked), ...(lot && { lot }) }
}

/** What an award by price is decided with besides bids: each where the rule has it, and as far as the opening has come. */
export type ContestMore = {
  locked: ScoresLocked | null
  prelim?: PrelimPrices | undefined
  scores?: PartScore[]
  lot?: string[] | undefined
  /** Bids of the auction, in the order of the log. */
  auction?: AuctionBid[]
}

/** The same facts for a rule by price, with the picks of each bidder, and marks where there is a specification. */
export function contestFacts(
  rule: ContestRule,
  notice: Pick<Notice, 'evaluators'>,
  bidders: readonly string[],
  results: Results,
  { locked, prelim, scores, lot, auction }: ContestMore,
): ContestFacts {
  const consortia = membersIn(locked)
  const rows = bidders.map((id): ContestFacts['bidders'][number] => {
    const members = consortia.get(id)
    const price = results.price.get(id)
    const technical = results.technical.get(id)?.state === 'valid' ? ('valid' as const) : ('malformed' as const)
    return {
      id,
      ...priceOf(price, rule.currency),
      ...(price?.picks && { picks: price.picks }),
      ...(rule.quality && { technical, ...(members && { members }) }),
    }
  })
  return {
    rule,
    bidders: rows,
    ...(prelim && { prelim }),
    ...(rule.examination || rule.comprehensive ? { scores: scores ?? [] } : {}),
    ...(rule.quality && locked ? { evaluators: notice.evaluators, ...named(locked) } : {}),
    ...(rule.auction && { auction: auction ?? [] }),
    ...(lot && { lot }),
  }
}
