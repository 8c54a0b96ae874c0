// Is this the examination that is due? Of the bidder whose turn it is, with every part scored once and within its points.

import type { Reason } from '../../domain/kit/verdict.ts'
import { checkContestFacts, type PartScore, partsOf } from '../../domain/scoring/contest-facts.ts'
import { isContest } from '../../domain/scoring/contest-rule.ts'
import { nextToExamine } from '../../domain/scoring/decided.ts'
import type { Advancing } from '../tenders/advance.ts'
import { marksOf, OFFICER } from './mark-store.ts'

/** The scores that were given so far, by bidder and part. */
export async function scoresGiven({ work, row }: Pick<Advancing, 'work' | 'row'>): Promise<PartScore[]> {
  const parts = isContest(row.rule) ? partsOf(row.rule).parts : []
  if (parts.length === 0) return []
  const marks = await marksOf(work, row.no, OFFICER)
  return marks.map(({ bidder, item, mark }) => ({ bidder, part: item, score: mark }))
}

/** Every reason against an examination; what does not fit the rule is said as the rule says it. */
export async function examinationReasons({ row, input }: Advancing): Promise<Reason[]> {
  const { rule, ranking } = row
  if (!isContest(rule) || ranking === null) return []
  const next = nextToExamine(ranking)
  const { bidder = '', scores = [] } = input
  if (next !== null && bidder !== next) return [{ code: 'examination-not-next', facts: { next }, at: '/bidder' }]
  const { parts } = partsOf(rule)
  const given = scores.map((score) => ({ bidder, ...score }))
  const none = given.length === 0 ? parts.map(({ id }) => ({ code: 'score-missing', facts: { bidder, part: id } })) : []
  const facts = { rule, bidders: [{ id: bidder, price: 'unopened' as const, amount: null }], scores: given }
  const wrong = checkContestFacts({ ...facts, ...(rule.planned.how === 'prelim' && { prelim: { prices: [] } }) })
  return [...none, ...wrong].map(({ code, facts: of }) => ({
    code: 'examination-invalid',
    facts: { why: [code, ...Object.values(of).filter((value) => value !== bidder)].join(' ') },
    at: '/scores',
  }))
}
