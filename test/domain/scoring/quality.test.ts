// Are technical scores refused on incomplete marks, trimmed rightly, and locked without knowing a price?
import { describe, expect, test } from 'vitest'
import type { TechnicalFacts } from '../../../src/domain/scoring/facts.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { AwardRule, ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { aRule, aTender, codesOf } from './a-tender.ts'

const item = (id: string, max: string, kind: ScoredItem['kind'] = 'qualitative', parent?: string): ScoredItem => {
  return { id, title: { ko: id, en: id }, max, kind, ...(parent ? { parent } : {}) }
}

/** Marks of one bidder: for every evaluator the marks of the items named. */
function scored(rule: AwardRule, marks: Record<string, Record<string, string>>, change: Partial<TechnicalFacts> = {}) {
  return technicalScores({
    rule,
    evaluators: Object.keys(marks),
    bidders: [{ id: 'A', technical: 'valid' }],
    marks: Object.entries(marks).flatMap(([evaluator, given]) =>
      Object.entries(given).map(([item, mark]) => ({ evaluator, bidder: 'A', item, mark })),
    ),
    quantitative: [],
    ...change,
  })
}

const one = (mark: string) => codesOf(scored(aRule(), { E1: { tech: mark } }))
const trimming = (perEnd: number, mode: 'evaluator' | 'item' = 'evaluator'): AwardRule['tech'] => {
  return { ...aRule().tech, trim: { perEnd, perEnd12plus: 2, mode } }
}

describe('technicalScores refuses', () => {
  test.each([
    ['90.0001', 'mark-over-maximum'],
    ['1000000', 'mark-malformed'],
    ['80.12345', 'mark-too-fine'],
    ['-1', 'mark-negative'],
    ['-0', 'mark-negative'],
    ['', 'mark-malformed'],
    ['080', 'mark-malformed'],
    ['8e1', 'mark-malformed'],
    ['80,5', 'mark-malformed'],
    ['9'.repeat(1_000_000), 'mark-malformed'],
    [80 as unknown as string, 'mark-malformed'],
  ])('a mark that is not between 0 and the maximum with four decimals (%#)', (mark, code) => {
    expect(one(mark)).toEqual([code])
  })

  test('marks that are missing, naming each evaluator and item', () => {
    const rule = aRule({ items: [item('a', '50'), item('b', '40')] })
    const outcome = scored(rule, { E1: { a: '40' }, E2: { a: '40', b: '30' } })
    expect(outcome).toEqual({
      ok: false,
      reasons: [{ code: 'mark-missing', facts: { bidder: 'A', item: 'b', evaluator: 'E1' } }],
    })
  })

  test('a missing record of the officer, and a record where an evaluator should have marked', () => {
    const rule = aRule({ items: [item('a', '70'), item('b', '20', 'quantitative')] })
    expect(codesOf(scored(rule, { E1: { a: '60' } }))).toEqual(['mark-missing'])
    const byEvaluator = scored(rule, { E1: { a: '60', b: '15' } })
    expect(codesOf(byEvaluator)).toEqual(['mark-item-unknown', 'mark-missing'])
  })

  test('marks of strangers, for strangers, for unknown items and for headings', () => {
    const rule = aRule({ items: [item('a', '90'), item('a1', '90', 'qualitative', 'a')] })
    const good = { evaluator: 'E1', bidder: 'A', item: 'a1', mark: '80' }
    const withMark = (change: Partial<typeof good>) =>
      codesOf(scored(rule, { E1: {} }, { marks: [good, { ...good, ...change }] }))
    expect(withMark({ evaluator: 'E2' })).toEqual(['mark-evaluator-unknown'])
    expect(withMark({ bidder: 'B' })).toEqual(['mark-bidder-unknown'])
    expect(withMark({ item: 'x' })).toEqual(['mark-item-unknown'])
    expect(withMark({ item: '__proto__' })).toEqual(['mark-item-unknown'])
    expect(withMark({ item: 'a' })).toEqual(['mark-item-unknown'])
    expect(withMark({})).toEqual(['mark-repeated'])
  })

  test('the same bidder or evaluator twice', () => {
    const twice = [
      { id: 'A', technical: 'valid' as const },
      { id: 'A', technical: 'valid' as const },
    ]
    expect(codesOf(scored(aRule(), { E1: { tech: '80' } }, { bidders: twice }))).toEqual(['bidder-repeated'])
    expect(codesOf(scored(aRule(), { E1: { tech: '80' } }, { evaluators: ['E1', 'E1'] }))).toEqual([
      'evaluator-repeated',
    ])
  })

  test('marks for a technical envelope that could not be read', () => {
    const bidders = [{ id: 'A', technical: 'malformed' as const }]
    expect(codesOf(scored(aRule(), { E1: { tech: '80' } }, { bidders }))).toEqual(['mark-not-expected'])
  })

  test('a rule that could not be published, and a committee too small for it', () => {
    expect(codesOf(scored(aRule({ maximum: '91' }), { E1: { tech: '80' } }))).toEqual(['items-do-not-sum'])
    // The ranking reads the price side, too.
    expect(codesOf(rank(aTender({ A: ['80', '90000000'] }, aRule({ ties: [] }))))).toEqual(['ties-must-end-in-lot'])
    const rule = aRule({ tech: trimming(1) })
    expect(codesOf(scored(rule, { E1: { tech: '80' }, E2: { tech: '80' } }))).toEqual(['too-few-evaluators-to-trim'])
  })
})

describe('technicalScores', () => {
  const scoreOf = (outcome: ReturnType<typeof scored>) => {
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.reasons))
    return outcome.value[0]!
  }

  test('gives no rows when nobody bid, and a row without a score for a malformed envelope', () => {
    expect(scored(aRule(), {}, { bidders: [], evaluators: ['E1'] })).toEqual({ ok: true, value: [] })
    const bidders = [{ id: 'A', technical: 'malformed' as const }]
    expect(scoreOf(scored(aRule(), {}, { bidders, evaluators: ['E1'] }))).toEqual({
      bidder: 'A',
      technical: null,
      raw: null,
      qualified: false,
      reasons: ['technical-malformed'],
      items: [],
      steps: [],
    })
  })

  test('passes exactly at the pass mark and fails a ten-thousandth below it', () => {
    expect(scoreOf(scored(aRule(), { E1: { tech: '76.5' } }))).toMatchObject({ qualified: true, reasons: [] })
    expect(scoreOf(scored(aRule(), { E1: { tech: '76.4999' } }))).toMatchObject({
      qualified: false,
      reasons: ['below-pass-mark'],
    })
  })

  test('holds the rounded score against the pass mark: 76.49995 is kept as 76.5 and passes', () => {
    const marks = { E1: { tech: '76.4999' }, E2: { tech: '76.5' } }
    expect(scoreOf(scored(aRule(), marks))).toMatchObject({ raw: '76.5', qualified: true })
  })

  test('leaves out one of several that share an extreme, and shows who', () => {
    const totals = ['76.5', '78', '80.25', '80.25', '71', '79.5', '74.75']
    const marks = Object.fromEntries(totals.map((tech, n) => [`E${n + 1}`, { tech }]))
    const score = scoreOf(scored(aRule({ tech: trimming(1) }), marks))
    expect(score.steps).toEqual([
      {
        label: 'evaluator-totals',
        working: 'E1 76.5; E2 78; E3 80.25; −E4 80.25; −E5 71; E6 79.5; E7 74.75',
        value: '5',
      },
      { label: 'trimmed-mean', working: '(74.75 + 76.5 + 78 + 79.5 + 80.25) ÷ 5 = 77.8', value: '77.8' },
      { label: 'technical', working: '77.8', value: '77.8' },
      { label: 'pass-mark', working: '77.8 ≥ 0.85 × 90 = 76.5', value: 'passed' },
    ])
  })

  test('means sub-items over the evaluators kept for that bidder, to four decimals', () => {
    const rule = aRule({ items: [item('a', '50'), item('b', '40')], tech: trimming(1) })
    // Totals 80, 75, 60, 90, 76: E3 and E4 go.
    const marks = {
      E1: { a: '45', b: '35' },
      E2: { a: '41', b: '34' },
      E3: { a: '50', b: '10' },
      E4: { a: '50', b: '40' },
      E5: { a: '40', b: '36' },
    }
    expect(scoreOf(scored(rule, marks)).items).toEqual([
      { item: 'a', score: '42' },
      { item: 'b', score: '35' },
    ])
    const byItem = { ...rule, tech: trimming(1, 'item') }
    expect(scoreOf(scored(byItem, marks)).items).toEqual([
      { item: 'a', score: '45.3333' },
      { item: 'b', score: '35' },
    ])
    expect(scoreOf(scored(byItem, marks)).raw).toBe('80.3333')
  })

  test('adds the officer part as it is and rounds once: 80.33335 from 61.33335 and 19', () => {
    const rule = aRule({ items: [item('a', '70'), item('b', '20', 'quantitative')] })
    const marks = { E1: { a: '61.3333' }, E2: { a: '61.3334' } }
    const score = scoreOf(scored(rule, marks, { quantitative: [{ bidder: 'A', item: 'b', mark: '19.00' }] }))
    expect(score.raw).toBe('80.3334')
    expect(score.steps.find((s) => s.label === 'technical')?.working).toBe('61.33335 + 19 = 80.33335')
  })

  test('shows items by their ids, those of the officer among them, and adds records with a plus', () => {
    const items = [item('z', '40'), item('c', '10', 'quantitative'), item('a', '35'), item('m', '5', 'quantitative')]
    const quantitative = [
      { bidder: 'A', item: 'm', mark: '4.5' },
      { bidder: 'A', item: 'c', mark: '10' },
    ]
    const score = scoreOf(scored(aRule({ items }), { E1: { z: '31', a: '32' } }, { quantitative }))
    expect(score.items).toEqual([
      { item: 'a', score: '32' },
      { item: 'c', score: '10' },
      { item: 'm', score: '4.5' },
      { item: 'z', score: '31' },
    ])
    expect(score.steps.find((s) => s.label === 'quantitative')).toEqual({
      label: 'quantitative',
      working: 'c 10 + m 4.5',
      value: '14.5',
    })
  })

  test('has nothing of evaluators where the officer alone fills in', () => {
    const items = [item('record', '90', 'quantitative')]
    const quantitative = [{ bidder: 'A', item: 'record', mark: '80' }]
    const score = scoreOf(scored(aRule({ items }), { E1: {} }, { quantitative }))
    expect(score).toMatchObject({ raw: '80', qualified: true, items: [{ item: 'record', score: '80' }] })
    expect(score.reasons).toEqual([])
    expect(score.steps.map((s) => s.label)).toEqual(['quantitative', 'technical', 'pass-mark'])
  })

  const gradedScores = (gap: string, raws: Record<string, string>) => {
    const outcome = technicalScores({
      rule: aRule({ tech: { ...aRule().tech, graded: { gap, base: 'full' } } }),
      evaluators: ['E1'],
      bidders: Object.keys(raws).map((id) => ({ id, technical: 'valid' })),
      marks: Object.entries(raws).map(([bidder, mark]) => ({ evaluator: 'E1', bidder, item: 'tech', mark })),
      quantitative: [],
    })
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.reasons))
    return outcome.value
  }

  test('gives equal raw scores the same graded score and continues below them', () => {
    const scores = gradedScores('3', { A: '80', B: '84', C: '84', D: '79.5', E: '0' })
    expect(scores.map((s) => [s.bidder, s.raw, s.technical])).toEqual([
      ['A', '80', '86'],
      ['B', '84', '90'],
      ['C', '84', '90'],
      ['D', '79.5', '83'],
      ['E', '0', '3.5'],
    ])
    expect(scores[3]?.steps.at(-1)).toEqual({ label: 'graded', working: '86 − max(3, 80 − 79.5) = 83', value: '83' })
  })

  test('grades by the envelopes that could be read, and has nothing for the others', () => {
    const outcome = technicalScores({
      rule: aRule({ tech: { ...aRule().tech, graded: { gap: '3', base: 'full' } } }),
      evaluators: ['E1'],
      bidders: [
        { id: 'B', technical: 'valid' },
        { id: 'A', technical: 'malformed' },
      ],
      marks: [{ evaluator: 'E1', bidder: 'B', item: 'tech', mark: '80' }],
      quantitative: [],
    })
    // By bidder, whatever the order of the facts.
    expect(outcome.ok && outcome.value.map((s) => [s.bidder, s.technical, s.steps.length])).toEqual([
      ['A', null, 0],
      ['B', '90', 5],
    ])
  })

  test('never grades below zero', () => {
    const scores = gradedScores('50', { A: '80', B: '79', C: '78', D: '77' })
    expect(scores.map((s) => s.technical)).toEqual(['90', '40', '0', '0'])
    expect(scores[2]?.steps.at(-1)?.working).toBe('max(0, 40 − max(50, 79 − 78)) = 0')
    // What comes to zero by itself is not cut off there.
    const even = gradedScores('45', { A: '80', B: '79', C: '78' })
    expect(even[2]?.steps.at(-1)?.working).toBe('45 − max(45, 79 − 78) = 0')
  })
})
