// Are groups of evaluators, grades and members of a consortium put together as the rule says, and is their behaviour told rightly?
import { describe, expect, test } from 'vitest'
import { fraction } from '../../../src/domain/kit/fraction.ts'
import { decide, decideLots } from '../../../src/domain/scoring/award.ts'
import { behaviourOf, root4 } from '../../../src/domain/scoring/behaviour.ts'
import { winnersOf } from '../../../src/domain/scoring/decided.ts'
import type { AwardFacts, TechnicalFacts } from '../../../src/domain/scoring/facts.ts'
import { technicalScores } from '../../../src/domain/scoring/quality.ts'
import { rank } from '../../../src/domain/scoring/ranking.ts'
import type { AwardRule, ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { checkRule } from '../../../src/domain/scoring/rule-check.ts'
import { aContest, bidding } from './a-contest.ts'
import { aRule, aTender, codesOf } from './a-tender.ts'

const named = (text: string) => ({ ko: text, en: text })

/** Marks of one item 'tech' for bidder A, by evaluator. */
function marked(rule: AwardRule, marks: Record<string, string>, change: Partial<TechnicalFacts> = {}) {
  return technicalScores({
    rule,
    evaluators: Object.keys(marks),
    bidders: [{ id: 'A', technical: 'valid' }],
    marks: Object.entries(marks).map(([evaluator, mark]) => ({ evaluator, bidder: 'A', item: 'tech', mark })),
    quantitative: [],
    ...change,
  })
}
const scoreOf = (made: ReturnType<typeof technicalScores>) => {
  if (!made.ok) throw new Error(JSON.stringify(made.reasons))
  return made.value[0]!
}

const groups = (common: string[], specialist: string[], shares: [string, string] = ['0.6', '0.4']) => [
  { id: 'common', title: named('common'), share: shares[0], evaluators: common },
  { id: 'specialist', title: named('specialist'), share: shares[1], evaluators: specialist },
]
const grouped = (list: AwardRule['tech']['groups'], perEnd = 0) =>
  aRule({
    tech: { ...aRule().tech, trim: { perEnd, perEnd12plus: 2, mode: 'evaluator' }, ...(list && { groups: list }) },
  })

describe('groups of evaluators', () => {
  test('are averaged apart and added by their shares', () => {
    const score = scoreOf(marked(grouped(groups(['E1', 'E2'], ['E3'])), { E1: '80', E2: '81', E3: '70' }))
    // 0.6 × 80.5 + 0.4 × 70
    expect(score).toMatchObject({ raw: '76.3', items: [{ item: 'tech', score: '76.3' }] })
    expect(score.steps.find((s) => s.label === 'groups')).toEqual({
      label: 'groups',
      working: '0.6 × 80.5 + 0.4 × 70 = 76.3',
      value: '76.3',
    })
    expect(score.steps[0]?.working).toBe('common: E1 80; E2 81')
  })

  test('are trimmed each within itself', () => {
    const rule = grouped(groups(['E1', 'E2', 'E3'], ['E4', 'E5', 'E6']), 1)
    const score = scoreOf(marked(rule, { E1: '10', E2: '80', E3: '90', E4: '10', E5: '70', E6: '90' }))
    expect(score.raw).toBe('76')
  })

  test('are trimmed item by item where the notice says so', () => {
    const list = groups(['E1', 'E2', 'E3'], ['E4', 'E5', 'E6'])
    const rule = aRule({ tech: { ...aRule().tech, trim: { perEnd: 1, perEnd12plus: 2, mode: 'item' }, groups: list } })
    const score = scoreOf(marked(rule, { E1: '10', E2: '80', E3: '90', E4: '10', E5: '70', E6: '90' }))
    expect(score).toMatchObject({ raw: '76', items: [{ item: 'tech', score: '76' }] })
  })

  test('are refused when somebody is in none, in two, or not on the committee', () => {
    const marks = { E1: '80', E2: '80', E3: '80' }
    expect(codesOf(marked(grouped(groups(['E1'], ['E2'])), marks))).toEqual(['evaluator-without-group'])
    expect(codesOf(marked(grouped(groups(['E1', 'E2'], ['E2', 'E3'])), marks))).toEqual(['evaluator-in-two-groups'])
    expect(codesOf(marked(grouped(groups(['E1', 'E2'], ['E3', 'E4'])), marks))).toEqual(['evaluator-of-group-unknown'])
  })

  test('are refused when shares do not add up, one is alone, empty after trimming, unnamed or there twice', () => {
    const codes = (list: NonNullable<AwardRule['tech']['groups']>, perEnd = 0) =>
      codesOf(checkRule(grouped(list, perEnd), 3))
    expect(codes(groups(['E1'], ['E2'], ['0.6', '0.41']))).toEqual(['group-shares-not-1'])
    expect(codes(groups(['E1'], ['E2'], ['1', '0']))).toEqual(['rule-figure-out-of-range'])
    expect(codes([{ ...groups(['E1'], [])[0]!, share: '1' }])).toEqual(['groups-too-few'])
    expect(codes(groups(['E1', 'E2'], ['E3', 'E4', 'E5']), 1)).toEqual(['too-few-evaluators-to-trim'])
    expect(codes(groups(['E1'], []))).toEqual(['too-few-evaluators-to-trim'])
    const [first, second] = groups(['E1'], ['E2'])
    expect(codes([first!, { ...second!, id: 'common' }])).toEqual(['group-repeated'])
    expect(codes([first!, { ...second!, id: '', title: named(' ') }])).toEqual(['group-id-malformed', 'group-untitled'])
  })
})

const item = (change: Partial<ScoredItem>): ScoredItem => ({
  id: 'tech',
  title: named('tech'),
  max: '90',
  kind: 'qualitative',
  ...change,
})
const GRADES = [
  { grade: 'A', share: '1' },
  { grade: 'B', share: '0.8' },
  { grade: 'C', share: '0.655' },
]

describe('grades', () => {
  const rule = aRule({ items: [item({ grades: GRADES })] })

  test('are given by name or by their points, and no other points', () => {
    expect(scoreOf(marked(rule, { E1: 'A' })).raw).toBe('90')
    expect(scoreOf(marked(rule, { E1: 'B' })).raw).toBe('72')
    expect(scoreOf(marked(rule, { E1: '58.95' })).raw).toBe('58.95')
    for (const mark of ['D', '80', '', 'a', '-90', 'constructor']) {
      expect(codesOf(marked(rule, { E1: mark }))).toEqual(['mark-not-a-grade'])
    }
  })

  test('are refused in a rule when they do not fall, repeat, read as numbers, need finer marks, or are too few', () => {
    const codes = (grades: ScoredItem['grades'], max = '90') =>
      codesOf(checkRule(aRule({ items: [item({ grades: grades as never, max })], maximum: max }), 3))
    expect(codes(GRADES)).toEqual([])
    expect(codes([GRADES[0]!])).toEqual(['grades-too-few'])
    expect(codes([GRADES[1]!, GRADES[0]!])).toEqual(['grades-not-falling'])
    expect(codes([GRADES[0]!, { grade: 'B', share: '1' }])).toEqual(['grades-not-falling'])
    expect(codes([GRADES[0]!, { grade: 'A', share: '0.5' }])).toEqual(['grade-repeated'])
    expect(codes([GRADES[0]!, { grade: '5', share: '0.5' }])).toEqual(['grade-malformed'])
    expect(codes([GRADES[0]!, { grade: 'B', share: '0.33333' }], '9.7')).toEqual(['grade-too-fine'])
    expect(codes([{ grade: 'A', share: '1.1' }, GRADES[1]!])).toEqual(['rule-figure-out-of-range'])
  })
})

describe('members of a consortium', () => {
  const record = (members: 'byShare' | 'sum') =>
    aRule({ items: [item({ max: '80' }), item({ id: 'record', max: '10', kind: 'quantitative', members })] })
  const facts = (
    members: 'byShare' | 'sum',
    marks: [string, string][],
    shares: [string, string][] = [
      ['p', '0.6'],
      ['q', '0.4'],
    ],
  ) =>
    marked(
      record(members),
      { E1: '70' },
      {
        bidders: [{ id: 'A', technical: 'valid', members: shares.map(([member, share]) => ({ member, share })) }],
        quantitative: marks.map(([member, mark]) => ({ bidder: 'A', item: 'record', mark, member })),
      },
    )

  test('are put together by their shares', () => {
    const score = scoreOf(
      facts('byShare', [
        ['p', '10'],
        ['q', '5'],
      ]),
    )
    expect(score.raw).toBe('78')
    expect(score.steps.find((s) => s.label === 'members')).toEqual({
      label: 'members',
      working: 'record: p, q: 0.6 × 10 + 0.4 × 5 = 8',
      value: '8',
    })
  })

  test('are added up as far as the maximum where the rule adds', () => {
    expect(
      scoreOf(
        facts('sum', [
          ['p', '4'],
          ['q', '5'],
        ]),
      ).raw,
    ).toBe('79')
    const full = scoreOf(
      facts('sum', [
        ['p', '6'],
        ['q', '4'],
      ]),
    )
    // Just the maximum is not cut.
    expect(full.steps.find((s) => s.label === 'members')?.working).toBe('record: p, q: 6 + 4 = 10')
    const over = scoreOf(
      facts('sum', [
        ['p', '9'],
        ['q', '5'],
      ]),
    )
    expect(over.raw).toBe('80')
    expect(over.steps.find((s) => s.label === 'members')?.working).toBe('record: p, q: min(10, 9 + 5) = 10')
  })

  test('are refused with shares that do not add up, strangers, repeats, and records that are missing', () => {
    expect(
      codesOf(
        facts(
          'byShare',
          [
            ['p', '1'],
            ['q', '1'],
          ],
          [
            ['p', '0.6'],
            ['q', '0.39'],
          ],
        ),
      ),
    ).toEqual(['member-shares-not-1'])
    expect(
      codesOf(
        facts(
          'byShare',
          [
            ['p', '1'],
            ['q', '1'],
          ],
          [
            ['p', '1'],
            ['q', '0'],
          ],
        ),
      ),
    ).toEqual(['member-shares-not-1'])
    expect(
      codesOf(
        facts('byShare', [
          ['p', '1'],
          ['z', '1'],
        ]),
      ),
    ).toEqual(['mark-member-unknown', 'mark-missing'])
    expect(
      codesOf(
        facts('byShare', [
          ['p', '1'],
          ['p', '1'],
          ['q', '1'],
        ]),
      ),
    ).toEqual(['mark-repeated'])
    expect(
      codesOf(
        facts(
          'byShare',
          [
            ['p', '1'],
            ['q', '1'],
          ],
          [
            ['p', '0.5'],
            ['p', '0.5'],
          ],
        ),
      ),
    ).toContain('member-repeated')
  })

  test('have one record together where the item does not put them together, and a lone bidder has one', () => {
    const alone = { quantitative: [{ bidder: 'A', item: 'record', mark: '7' }] }
    expect(scoreOf(marked(record('byShare'), { E1: '70' }, alone)).raw).toBe('77')
    // A consortium whose item is not put together from its members.
    const bidders = [
      {
        id: 'A',
        technical: 'valid' as const,
        members: [
          { member: 'p', share: '0.6' },
          { member: 'q', share: '0.4' },
        ],
      },
    ]
    const plain = aRule({ items: [item({ max: '80' }), item({ id: 'record', max: '10', kind: 'quantitative' })] })
    const together = scoreOf(marked(plain, { E1: '70' }, { ...alone, bidders }))
    expect([together.raw, together.steps.some((s) => s.label === 'members')]).toEqual(['77', false])
    const stray = { quantitative: [{ bidder: 'A', item: 'record', mark: '7', member: 'p' }] }
    expect(codesOf(marked(record('byShare'), { E1: '70' }, stray))).toContain('mark-member-unknown')
  })

  test('are refused on an item that evaluators mark', () => {
    expect(codesOf(checkRule(aRule({ items: [item({ members: 'sum' })] }), 3))).toEqual(['members-of-qualitative-item'])
  })
})

describe('the evaluators’ behaviour', () => {
  const facts: AwardFacts = {
    ...aTender(
      { A: ['80', '90000000'], B: ['80', '95000000'], C: ['80', '99000000'] },
      aRule({ tech: { ...aRule().tech, trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' } } }),
    ),
    evaluators: ['E1', 'E2', 'E3'],
    marks: Object.entries({ A: ['60', '80', '70'], B: ['77', '77', '77'], C: ['76', '77', '90'] }).flatMap(
      ([bidder, marks]) => marks.map((mark, n) => ({ evaluator: `E${n + 1}`, bidder, item: 'tech', mark })),
    ),
  }
  const toldOf = () => {
    const ranking = rank(facts)
    return ranking.ok ? behaviourOf(facts, ranking.value) : null
  }

  test('names spread and outliers beyond 10 % of the committee’s mean', () => {
    const told = toldOf()
    expect(told?.spread[0]).toEqual({ bidder: 'A', lowest: '60', highest: '80', mean: '70', deviation: '8.165' })
    expect(told?.outliers).toEqual([
      { evaluator: 'E1', bidder: 'A', total: '60', mean: '70', percent: '-14.2857' },
      { evaluator: 'E2', bidder: 'A', total: '80', mean: '70', percent: '14.2857' },
      { evaluator: 'E3', bidder: 'C', total: '90', mean: '81', percent: '11.1111' },
    ])
    expect(told?.evaluators).toEqual([
      { evaluator: 'E1', mean: '71', range: '17', outliers: 1 },
      { evaluator: 'E2', mean: '78', range: '3', outliers: 1 },
      { evaluator: 'E3', mean: '79', range: '20', outliers: 1 },
    ])
  })

  test('exactly 10 % away is not beyond', () => {
    const two = {
      ...aTender({ A: ['80', '90'] }),
      evaluators: ['E1', 'E2'],
      marks: ['63', '77'].map((mark, n) => ({ evaluator: `E${n + 1}`, bidder: 'A', item: 'tech', mark })),
    }
    const made = rank(two)
    expect(made.ok && behaviourOf(two, made.value)?.outliers).toEqual([])
  })

  test('shows how trimming changed the order', () => {
    const told = toldOf()
    // Means 70, 77, 81; trimmed 70, 77, 77: C and B become equal and stand by their ids.
    expect(told?.untrimmed).toEqual(['C', 'B', 'A'])
    expect(told?.trimmed).toEqual(['B', 'C', 'A'])
  })

  test('correlates scores and prices, exactly for a straight line, and not at all without spread or for two', () => {
    const line = (marks: string[], amounts: string[]) => {
      const bids = Object.fromEntries(marks.map((m, n) => [`B${n}`, [m, amounts[n]!] as [string, string]]))
      const made = decide(aTender(bids))
      return made.ok && made.value.kind === 'NEGOTIATION' ? made.value.behaviour?.correlation : 'refused'
    }
    expect(line(['77', '78', '79'], ['70000000', '80000000', '90000000'])).toBe('1')
    expect(line(['79', '78', '77'], ['70000000', '80000000', '90000000'])).toBe('-1')
    expect(line(['77', '79', '78'], ['70000000', '80000000', '90000000'])).toBe('0.5')
    expect(line(['77', '77', '77'], ['70000000', '80000000', '90000000'])).toBeNull()
    expect(line(['77', '79'], ['70000000', '80000000'])).toBeNull()
  })

  test('is told of nobody where nobody marked', () => {
    const officerOnly = aTender({}, aRule())
    const made = rank(officerOnly)
    expect(made.ok && behaviourOf(officerOnly, made.value)).toBeNull()
  })

  test('takes roots to four decimals', () => {
    expect(['0', '1', '2', '66.66666666', '0.00000001'].map((x) => root4(fraction(x)))).toEqual([
      '0',
      '1',
      '1.4142',
      '8.165',
      '0.0001',
    ])
  })
})

describe('lots', () => {
  test('are decided each by its own rule, and reasons name their lot', () => {
    const one = { lot: '1', facts: aTender({ A: ['80', '90000000'], B: ['81', '90000000'] }) }
    const two = { lot: '2', facts: bidding({ A: '90', B: '80' }) }
    const made = decideLots([one, two])
    expect(made.ok && made.value.map((l) => [l.lot, l.decision.winners])).toEqual([
      ['1', ['B']],
      ['2', ['B']],
    ])
    const bad = decideLots([one, { lot: '2', facts: bidding({ A: '90' }, aContest({ ties: [] })) }, one])
    expect(bad.ok ? [] : bad.reasons.map((r) => [r.code, r.at])).toEqual([
      ['ties-must-end-in-lot', 'lots/2/ties'],
      ['lot-number-repeated', 'lots/1'],
    ])
  })

  test('say by which way each was decided, and of a refusal which lot it is of, wherever in the facts it is', () => {
    const negotiated = { lot: '1', facts: aTender({ A: ['80', '90000000'] }) }
    const byPrice = { lot: '2', facts: bidding({ A: '90' }) }
    const made = decideLots([negotiated, byPrice])
    expect(made.ok && made.value.map((l) => l.decision.kind)).toEqual(['NEGOTIATION', 'CONTEST'])
    expect(decideLots([negotiated, byPrice, negotiated])).toEqual({
      ok: false,
      reasons: [{ code: 'lot-number-repeated', facts: { lot: '1' }, at: 'lots/1' }],
    })
    // A missing mark is nowhere in the rule: its lot alone says where.
    const unmarked = { lot: '3', facts: { ...negotiated.facts, marks: [] } }
    expect(decideLots([byPrice, unmarked])).toEqual({
      ok: false,
      reasons: [{ code: 'mark-missing', facts: { bidder: 'A', item: 'tech', evaluator: 'E1' }, at: 'lots/3' }],
    })
  })

  test('a framework by quality has as many winners as its rule says', () => {
    const rule = aRule({ winners: 2 })
    const made = decide(aTender({ A: ['80', '90000000'], B: ['81', '90000000'], C: ['82', '90000000'] }, rule))
    expect(made.ok && made.value.winners).toEqual(['C', 'B'])
    expect(codesOf(checkRule(aRule({ winners: 1 }), 1))).toEqual(['rule-figure-out-of-range'])
    expect(winnersOf([['A'], ['B', 'C'], ['D']], 2)).toEqual(['A'])
  })
})
