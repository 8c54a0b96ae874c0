// How did evaluators mark where price decides among those who passed? The same figures as in a negotiation, from the marks of the first stage.
import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/domain/scoring/award.ts'
import { behaviourOf, behaviourOfContest } from '../../../src/domain/scoring/behaviour.ts'
import type { ContestFacts } from '../../../src/domain/scoring/contest-facts.ts'
import type { AwardFacts } from '../../../src/domain/scoring/facts.ts'
import { exampleOf } from '../../../src/domain/scoring/method-examples.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'

const negotiated = exampleOf('negotiation-national-90-10') as AwardFacts
const { tech, items, maximum, weights } = negotiated.rule
/** Two stages with the committee and the marks of the negotiation, and the price of one who failed left shut. */
const staged: ContestFacts = {
  ...(exampleOf('two-stage') as ContestFacts),
  rule: {
    ...(exampleOf('two-stage') as ContestFacts).rule,
    quality: { weights: { tech: weights.tech }, items, maximum, tech },
  },
  bidders: negotiated.bidders.map((b) =>
    b.id === 'C'
      ? { ...b, price: 'unopened', amount: null }
      : { ...b, ...(exampleOf('two-stage') as ContestFacts).bidders.find(({ id }) => id === b.id) },
  ),
  evaluators: negotiated.evaluators,
  marks: negotiated.marks,
  quantitative: negotiated.quantitative,
}

describe('in two stages', () => {
  test('spread, habits and outliers are those of the same marks in a negotiation', () => {
    const ranking = rank(negotiated)
    const want = ranking.ok ? behaviourOf(negotiated, ranking.value) : null
    const told = behaviourOfContest(staged)
    expect(want?.spread.length).toBe(4)
    for (const name of ['spread', 'evaluators', 'outliers', 'untrimmed', 'trimmed'] as const)
      expect([name, told?.[name]]).toEqual([name, want?.[name]])
    expect(decide(staged)).toMatchObject({ ok: true, value: { behaviour: told } })
  })

  test('a price that stayed shut is in no correlation: of three bids with both there is one, of two none', () => {
    expect(behaviourOfContest(staged)?.correlation).toMatch(/^-?[01](\.\d{1,4})?$/)
    const fewer = staged.bidders.map((b) =>
      b.id === 'A' ? { ...b, price: 'unopened' as const, amount: null, picks: undefined } : b,
    ) as ContestFacts['bidders']
    expect(behaviourOfContest({ ...staged, bidders: fewer })?.correlation).toBeNull()
  })

  test('a price that cannot be read is in none either, and stops nothing', () => {
    const bidders = staged.bidders.map((b) => (b.id === 'A' ? { ...b, amount: 'x' } : b))
    expect(behaviourOfContest({ ...staged, bidders })).toMatchObject({ correlation: null, spread: { length: 4 } })
  })

  test('there is none where an officer’s record is all that was marked, or nothing', () => {
    expect(behaviourOfContest(exampleOf('two-stage') as ContestFacts)).toBeNull()
    expect(behaviourOfContest(exampleOf('lowest-price') as ContestFacts)).toBeNull()
  })
})
