// What becomes of bad input, under every method there is? Each is a named outcome of the rule or a clear refusal, and never an exception.
import { describe, expect, test } from 'vitest'
import { type AnyFacts, decide } from '../../../src/domain/scoring/award.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import { isContest } from '../../../src/domain/scoring/contest-rule.ts'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { exampleOf } from '../../../src/domain/scoring/method-examples.ts'
import { METHOD_IDS } from '../../../src/domain/scoring/methods.ts'

const MILLION_DIGITS = '9'.repeat(1_000_000)

type Said =
  | { refused: string[] }
  | { outcome: string; rows: Record<string, string[]>; winners: string[]; steps: string; drawn: string }

/** Codes alone: what a page has words for. */
function said(facts: AnyFacts): Said {
  const decided = decide(facts)
  if (!decided.ok) return { refused: [...new Set(decided.reasons.map(({ code }) => code))].sort() }
  const { value } = decided
  const made = value.kind === 'CONTEST' ? value.contest : value.ranking
  return {
    outcome: made.outcome,
    rows: Object.fromEntries(made.rows.map((row) => [row.bidder, [...row.reasons]])),
    winners: value.winners,
    steps: value.kind === 'CONTEST' ? value.contest.steps.map(({ label }) => label).join(' ') : '',
    drawn: value.kind === 'CONTEST' ? (value.contest.steps.find(({ label }) => label === 'drawn')?.value ?? '') : '',
  }
}

/** The same facts with other prices, wherever the price was opened; in an auction those with which bidders go into it, and no bids. */
function priced(facts: AnyFacts, amount: (bidder: string, was: string) => string): AnyFacts {
  const bidders = (facts.bidders as AwardFacts['bidders']).map((b) =>
    b.amount === null ? b : { ...b, amount: amount(b.id, b.amount) },
  )
  return { ...facts, bidders, ...('auction' in facts && { auction: [] }) } as AnyFacts
}
const only = (facts: AnyFacts, keep: readonly string[]): AnyFacts => {
  const of = <T extends { bidder: string }>(list: readonly T[] | undefined) =>
    list?.filter(({ bidder }) => keep.includes(bidder))
  const bidders = (facts.bidders as AwardFacts['bidders']).filter(({ id }) => keep.includes(id))
  const more = facts as ContestFacts
  return {
    ...facts,
    bidders,
    ...(facts.marks && { marks: of(facts.marks) }),
    ...(facts.quantitative && { quantitative: of(facts.quantitative) }),
    ...(more.scores && { scores: of(more.scores) }),
    ...(more.auction && { auction: of(more.auction) }),
  } as AnyFacts
}
const withRule = (facts: AnyFacts, change: object): AnyFacts =>
  ({ ...facts, rule: { ...facts.rule, ...change } }) as AnyFacts

/** The first of a list with another figure. */
const firstWith = <T>(list: readonly T[] | undefined, change: Partial<T>): T[] | undefined =>
  list?.map((one, n) => (n === 0 ? { ...one, ...change } : one))
const every = (said_: Said): string[][] => ('rows' in said_ ? Object.values(said_.rows) : [])
const partsOf = (facts: AnyFacts) => (facts as ContestFacts).scores

type Item = {
  /** The facts with this fault; null where the method asks for nothing that could have it. */
  spoil: (facts: AnyFacts) => AnyFacts | null
  /** What must be said of them. */
  want: (said: Said, facts: AnyFacts) => void
  /** In how many methods there is nothing that could have the fault, counted by hand. */
  without: number
}

const refused =
  (...codes: readonly string[]) =>
  (answer: Said): void =>
    expect(codes.some((code) => 'refused' in answer && answer.refused.includes(code))).toBe(true)
/** B alone is out, for a reason that is named; whoever is left can still win. */
const onlyB =
  (code: string) =>
  (answer: Said): void => {
    expect(answer).toMatchObject({ outcome: 'ranked', rows: { B: expect.arrayContaining([code]) } })
    expect('winners' in answer && answer.winners.length > 0 && !answer.winners.includes('B')).toBe(true)
  }

const ITEMS: Readonly<Record<string, Item>> = {
  'weights that do not add up': {
    spoil: (facts) => {
      const { rule } = facts
      if (!isContest(rule)) return withRule(facts, { weights: { ...rule.weights, price: rule.weights.price + 1 } })
      const { comprehensive: c, examination: e } = rule
      if (c) return withRule(facts, { comprehensive: { ...c, pricePoints: c.pricePoints + 1 } })
      return e ? withRule(facts, { examination: { ...e, points: '1' } }) : null
    },
    want: refused('weights-not-100', 'parts-do-not-sum'),
    without: 7,
  },
  'a floor, or a pass mark, above 100 %': {
    spoil: (facts) =>
      isContest(facts.rule)
        ? withRule(facts, { floor: { rate: '1.01' } })
        : withRule(facts, { tech: { ...facts.rule.tech, passRatio: '1.01' } }),
    want: refused('rule-figure-out-of-range'),
    without: 0,
  },
  'a price of zero': {
    spoil: (facts) => priced(facts, (bidder, was) => (bidder === 'B' ? '0' : was)),
    want: onlyB('price-malformed'),
    without: 0,
  },
  'a negative price': {
    spoil: (facts) => priced(facts, (bidder, was) => (bidder === 'B' ? '-88200000' : was)),
    want: onlyB('price-malformed'),
    without: 0,
  },
  'a price of a million digits': {
    spoil: (facts) => priced(facts, (bidder, was) => (bidder === 'B' ? MILLION_DIGITS : was)),
    want: onlyB('price-malformed'),
    without: 0,
  },
  'a price over the ceiling': {
    spoil: (facts) => priced(facts, (bidder, was) => (bidder === 'B' ? '900000000' : was)),
    want: (answer, { rule }) => {
      const auctioned = isContest(rule) && rule.auction
      onlyB(auctioned ? 'no-auction-bid' : isContest(rule) ? 'over-planned-price' : 'over-ceiling')(answer)
    },
    without: 0,
  },
  'all over the planned price or the ceiling: to be called again': {
    spoil: (facts) => priced(facts, () => '900000000'),
    want: (answer, { rule }) => {
      const auctioned = isContest(rule) && rule.auction
      // In an auction nobody gets a price that counts, so nobody is there to be called again by rank.
      expect(answer).toMatchObject({ outcome: auctioned ? 'too-few-bidders' : 'no-eligible-bidder', winners: [] })
      const named = ['over-planned-price', 'over-ceiling', 'no-auction-bid', 'price-not-opened']
      for (const reasons of every(answer)) expect(reasons.some((code) => named.includes(code))).toBe(true)
    },
    without: 0,
  },
  'all below the floor': {
    spoil: (facts) => {
      if (!isContest(facts.rule) || facts.rule.auction) return null
      const low = priced(facts, () => '1000')
      return facts.rule.floor ? low : withRule(low, { floor: { rate: '0.9' } })
    },
    want: (answer) => {
      expect(answer).toMatchObject({ outcome: 'no-eligible-bidder', winners: [] })
      for (const reasons of every(answer))
        expect(reasons.some((code) => ['below-floor', 'price-not-opened'].includes(code))).toBe(true)
    },
    without: 14,
  },
  'one bidder': {
    spoil: (facts) => only(facts, ['A']),
    want: (answer, { rule }) => {
      const enough = !isContest(rule) || rule.leastBids <= 1
      expect(answer).toMatchObject(enough ? { outcome: 'ranked', winners: ['A'] } : { outcome: 'too-few-bidders' })
    },
    without: 0,
  },
  'no bidder': {
    spoil: (facts) => only(facts, []),
    want: (answer) => expect(answer).toMatchObject({ outcome: 'no-bidder', rows: {}, winners: [] }),
    without: 0,
  },
  'a missing mark': {
    spoil: (facts) => {
      if (facts.marks?.length) return { ...facts, marks: facts.marks.slice(1) } as AnyFacts
      if (facts.quantitative?.length) return { ...facts, quantitative: facts.quantitative.slice(1) } as AnyFacts
      const scores = partsOf(facts)
      return scores ? ({ ...facts, scores: scores.slice(1) } as AnyFacts) : null
    },
    // Whoever has no score at all is still to be examined; whoever has some has all.
    want: (answer, facts) => {
      const alone = partsOf(facts)?.every(({ bidder }) => bidder !== 'A') ?? false
      if (!alone) refused('mark-missing', 'score-missing')(answer)
      else if ('rows' in answer)
        expect([...(answer.rows.A ?? []), answer.outcome].join()).toMatch(/not-examined|below-floor|ranked/)
      else throw new Error(`refused: ${answer.refused}`)
    },
    without: 5,
  },
  'a mark over its maximum': {
    spoil: (facts) => {
      if (facts.marks?.length) return { ...facts, marks: firstWith(facts.marks, { mark: '1000' }) } as AnyFacts
      if (facts.quantitative?.length)
        return { ...facts, quantitative: firstWith(facts.quantitative, { mark: '1000' }) } as AnyFacts
      const scores = partsOf(facts)
      return scores ? ({ ...facts, scores: firstWith(scores, { score: '1000' }) } as AnyFacts) : null
    },
    want: refused('mark-over-maximum', 'score-over-maximum'),
    without: 5,
  },
  'a mark of a million digits': {
    spoil: (facts) => {
      const mark = MILLION_DIGITS
      if (facts.marks?.length) return { ...facts, marks: firstWith(facts.marks, { mark }) } as AnyFacts
      if (facts.quantitative?.length)
        return { ...facts, quantitative: firstWith(facts.quantitative, { mark }) } as AnyFacts
      const scores = partsOf(facts)
      return scores ? ({ ...facts, scores: firstWith(scores, { score: mark }) } as AnyFacts) : null
    },
    want: refused('mark-malformed', 'score-malformed'),
    without: 5,
  },
  'a figure of the rule of a million digits': {
    spoil: (facts) => {
      const { rule } = facts
      const amount = MILLION_DIGITS
      if (!isContest(rule))
        return withRule(facts, { price: { ...rule.price, referenceAmount: amount, ceiling: amount } })
      const planned = { prelim: { base: amount }, none: { budget: amount }, single: { amount } }[rule.planned.how]
      return withRule(facts, { planned: { ...rule.planned, ...planned } })
    },
    want: refused('amount-too-long', 'rule-amount-malformed'),
    without: 0,
  },
  'fewer than four distinct picks': {
    spoil: (facts) => {
      if (!isContest(facts.rule) || facts.rule.planned.how !== 'prelim') return null
      const bidders = (facts as ContestFacts).bidders.map((b) => (b.picks ? { ...b, picks: [1, 2] } : b))
      return { ...facts, bidders } as AnyFacts
    },
    // Numbers that nobody picked fill up, lowest first, and there is a planned price as ever.
    want: (answer) => {
      expect(answer).toMatchObject({ outcome: 'ranked' })
      expect('steps' in answer && answer.steps).toContain('drawn')
      expect('drawn' in answer && answer.drawn).toBe('1 2 3 4')
    },
    without: 17,
  },
}

describe.each(Object.entries(ITEMS))('%s', (_, { spoil, want, without }) => {
  const some = METHOD_IDS.flatMap((id) => {
    const spoilt = spoil(exampleOf(id))
    return spoilt ? [{ id, spoilt }] : []
  })

  test('could happen under all methods but those that ask for nothing of the kind', () => {
    expect(METHOD_IDS.length - some.length).toBe(without)
  })

  test.each(some)('has a name under $id', ({ id, spoilt }) => {
    // The control: without the fault the method decides.
    expect(said(exampleOf(id))).toMatchObject({ outcome: 'ranked' })
    want(said(spoilt), spoilt)
  })
})
