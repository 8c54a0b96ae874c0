// What do lifecycle, award and lot ask of whatever was decided? The same answers of a ranking and of a contest.
import { describe, expect, test } from 'vitest'
import { decideContest, picksThatCount } from '../../../src/domain/scoring/contest.ts'
import {
  type Decided,
  isContestResult,
  nextToExamine,
  orderOf,
  winnersOf,
  winnersOfRule,
} from '../../../src/domain/scoring/decided.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import { aContest, anExamination, bidding } from './a-contest.ts'
import { aTender } from './a-tender.ts'

const ranked = (facts: Parameters<typeof rank>[0]): Decided => {
  const made = rank(facts)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}
const contested = (facts: Parameters<typeof decideContest>[0]): Decided => {
  const made = decideContest(facts)
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value
}
const negotiated = ranked(aTender({ A: ['80', '90000000'], B: ['81', '95000000'] }))
const lowest = contested(bidding({ A: '90', B: '80' }))
const examined = contested(bidding({ A: '90000000', B: '91000000' }, anExamination(), { scores: [] }))

describe('what was decided', () => {
  test('is a contest where price decides, and a ranking where totals do', () => {
    expect([negotiated, lowest, examined].map(isContestResult)).toEqual([false, true, true])
  })

  test('says whom to examine only while an examination is pending', () => {
    expect(nextToExamine(examined)).toBe('A')
    expect([negotiated, lowest].map(nextToExamine)).toEqual([null, null])
    // Where too few bid nobody is examined, though somebody's turn it would be.
    const few = contested(bidding({ A: '90000000' }, anExamination({ leastBids: 2 }), { scores: [] }))
    expect([few.outcome, isContestResult(few) && few.next]).toEqual(['too-few-bidders', 'A'])
    expect(nextToExamine(few)).toBeNull()
  })

  test('lets nobody be awarded while one is pending, nor where too few bid', () => {
    expect(orderOf(negotiated)).toEqual([['B'], ['A']])
    expect(orderOf(lowest)).toEqual([['B'], ['A']])
    expect(orderOf(examined)).toEqual([])
    const few = contested(bidding({ A: '90' }, aContest({ leastBids: 2 })))
    expect([few.outcome, orderOf(few)]).toEqual(['too-few-bidders', []])
  })
})

describe('winners', () => {
  test('are one where the rule does not say how many', () => {
    expect([winnersOfRule({}), winnersOfRule({ winners: 3 })]).toEqual([1, 3])
  })

  test('are whole places of the order, and a joint place that is too much is none of them', () => {
    const order = [['A'], ['B', 'C'], ['D']]
    expect([0, 1, 2, 3, 4, 9].map((most) => winnersOf(order, most))).toEqual([
      [],
      ['A'],
      ['A'],
      ['A', 'B', 'C'],
      ['A', 'B', 'C', 'D'],
      ['A', 'B', 'C', 'D'],
    ])
  })
})

test('nobody’s picks count where no prices are drawn, whatever a bid says', () => {
  const facts = bidding({ A: '90' })
  const bidders = facts.bidders.map((b) => ({ ...b, picks: [1, 2] }))
  expect(picksThatCount({ ...facts, bidders })).toEqual([])
})
