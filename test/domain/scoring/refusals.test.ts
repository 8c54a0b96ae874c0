// Is every refusal said whole, with its code, its facts and its place? Each figure of a rule and of its facts is spoilt in turn.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { decide } from '../../../src/domain/scoring/award.ts'
import { anyWarnings, checkAnyRule } from '../../../src/domain/scoring/contest-check.ts'
import { type ContestMethodId, contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import type { AnyRule, FloorRule } from '../../../src/domain/scoring/contest-rule.ts'
import { aRule, national } from './a-tender.ts'

const vectors = new URL('../../vectors/', import.meta.url)
const kept = (name: string) => new URL(`refusals/${name}.txt`, vectors).pathname

type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
type Path = (string | number)[]

/** Every figure and text that stands in a value. */
function* leaves(value: Json, path: Path = []): Generator<[Path, string | number]> {
  if (typeof value === 'string' || typeof value === 'number') yield [path, value]
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value))
      yield* leaves(inner, [...path, Array.isArray(value) ? Number(name) : name])
}

/** What each is spoilt with: of its own kind, for a shape is checked before the rule is asked. */
const SPOILT: Record<'string' | 'number', readonly (string | number)[]> = {
  string: ['', 'x', '-1', '0', '1', '1.00000000001', '1000000000000000000'],
  number: [-1, 0, 1, 1.5, 12, 1_000_000],
}

function changed<T>(value: T, path: Path, to: string | number): T {
  const copy = structuredClone(value)
  let at = copy as unknown as Record<string | number, never>
  for (const step of path.slice(0, -1)) at = at[step] as never
  at[path.at(-1) as string] = to as never
  return copy
}

const said = (reasons: readonly Reason[]): string =>
  reasons.length === 0
    ? '-'
    : reasons.map(({ code, facts, at }) => `${code} ${JSON.stringify(facts)} ${at ?? ''}`.trim()).join(' + ')

function attempt(ask: () => { ok: boolean; reasons?: readonly Reason[] } | readonly Reason[]): string {
  try {
    const answer = ask()
    return 'ok' in answer ? (answer.ok ? 'allowed' : said(answer.reasons ?? [])) : said(answer)
  } catch (err) {
    return `throws ${(err as Error).message}`
  }
}

const by = (id: ContestMethodId, change: object = {}): AnyRule => ({
  ...contestRule(id, { base: '100000000', budget: '100000000', currency: 'KRW' }),
  ...change,
})
const floor: FloorRule = {
  rate: '0.87745',
  fixedCosts: [{ item: 'A', amount: '1000000' }],
  netCost: { amount: '88000000', base: '99000000', share: '0.98', plannedBelow: '10000000000' },
}
const bands = [
  { from: -30, to: -10, bands: 7 },
  { from: -10, to: 20, bands: 8 },
]
const items = [
  { id: 'q', title: { ko: '정성', en: 'Quality' }, max: '70', kind: 'qualitative' as const },
  { id: 'q1', title: { ko: '가', en: 'One' }, max: '30', kind: 'qualitative' as const, parent: 'q' },
  { id: 'q2', title: { ko: '나', en: 'Two' }, max: '40', kind: 'qualitative' as const, parent: 'q' },
  {
    id: 'o',
    title: { ko: '정량', en: 'Records' },
    max: '20',
    kind: 'quantitative' as const,
    members: 'byShare' as const,
    grades: [
      { grade: 'A', share: '1' },
      { grade: 'B', share: '0.9' },
    ],
  },
]
const groups = [
  { id: 'common', title: { ko: '공통', en: 'Common' }, share: '0.6', evaluators: ['E1', 'E2', 'E3'] },
  { id: 'special', title: { ko: '전문', en: 'Specialist' }, share: '0.4', evaluators: ['E4', 'E5', 'E6'] },
]
const tech = { trim: { perEnd: 1, perEnd12plus: 2, mode: 'evaluator' as const }, dp: 4, passRatio: '0.85' }

/** One rule of each make, with every block and member that a rule can have among them. */
const RULES: Record<string, AnyRule> = {
  national: aRule({ items, tech: { ...tech, groups, graded: { gap: '3', base: 'full' } } }, national),
  'local-software': aRule(
    { items, tech },
    { formula: 'KR_LOCAL_SW', branch: '0.8', belowShare: '0.8', clampLowest: true },
  ),
  local: aRule(
    {},
    { formula: 'KR_LOCAL', branch: '0.8', clamp: '0.6', lowBonus: '2', belowShare: '0.6', clampLowest: true },
  ),
  bilinear: aRule({ winners: 3 }, { formula: 'BILINEAR', knee: '0.85' }),
  lookup: aRule(
    {},
    {
      formula: 'LOOKUP',
      table: [
        { upTo: '0.8', points: '10' },
        { upTo: '1', points: '6' },
      ],
    },
  ),
  lowest: by('lowest-price', { planned: { how: 'single', amount: '100000000' }, floor }),
  quotation: by('small-quotation', { floor }),
  'own-bands': by('small-quotation', {
    planned: {
      ...contestRule('small-quotation', { base: '100000000', budget: '1', currency: 'KRW' }).planned,
      mode: 'OWN',
      spans: bands,
    } as never,
  }),
  examination: by('qualification-works-3-2026', { floor }),
  'two-stage': by('two-stage'),
  comprehensive: by('comprehensive'),
  auction: by('reverse-auction'),
  framework: by('framework-lowest'),
}

const EVALUATORS = 6

describe('a rule that is spoilt in one place', () => {
  test.each(Object.keys(RULES))('%s', async (name) => {
    const rule = RULES[name] as AnyRule
    expect(attempt(() => checkAnyRule(rule, EVALUATORS))).toBe('allowed')
    const lines = [...leaves(rule as never)].flatMap(([path, was]) =>
      SPOILT[typeof was as 'string' | 'number']
        .filter((bad) => bad !== was)
        .map((bad) => {
          const spoilt = changed(rule, path, bad)
          const verdict = attempt(() => checkAnyRule(spoilt, EVALUATORS))
          const advice = verdict === 'allowed' ? ` (advice: ${attempt(() => anyWarnings(spoilt))})` : ''
          return `${path.join('/')} = ${JSON.stringify(bad)}: ${verdict}${advice}`
        }),
    )
    // A list that lacks its first, or has it twice, is another rule, too.
    const lists = Object.entries(rule).flatMap(([member, value]) =>
      Array.isArray(value) ? [[member, value] as const] : [],
    )
    for (const [member, list] of lists) {
      lines.push(
        `${member} without its first: ${attempt(() => checkAnyRule({ ...rule, [member]: list.slice(1) } as never, EVALUATORS))}`,
      )
      lines.push(
        `${member} with its first twice: ${attempt(() => checkAnyRule({ ...rule, [member]: [list[0], ...list] } as never, EVALUATORS))}`,
      )
    }
    for (const members of ['floor', 'quality', 'examination', 'comprehensive', 'auction'] as const) {
      const { [members]: gone, ...rest } = rule as never as Record<string, object | undefined>
      if (gone) lines.push(`without ${members}: ${attempt(() => checkAnyRule(rest as never, EVALUATORS))}`)
      else
        lines.push(
          `with ${members}: ${attempt(() => checkAnyRule({ ...rule, [members]: (RULES.examination as never)[members] ?? (RULES.comprehensive as never)[members] ?? (RULES.auction as never)[members] ?? (RULES['two-stage'] as never)[members] } as never, EVALUATORS))}`,
        )
    }
    for (const evaluators of [0, 2, 3, 12, null])
      lines.push(`${evaluators} evaluators: ${attempt(() => checkAnyRule(rule, evaluators))}`)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(kept(`rule-${name}`))
  })
})

/** Worked examples that are small, one of each make. */
const FACTS = [
  'award/tie-by-item-points.json',
  'contest/comprehensive.json',
  'contest/one-bidder-two-picks.json',
  'contest/qualification-services.json',
  'contest/reverse-auction.json',
  'contest/tie-on-price-drawn.json',
  'contest/two-stage.json',
].filter((file) => readdirSync(new URL(`${file.split('/')[0]}/`, vectors)).includes(file.split('/')[1] as string))

describe('facts that are spoilt in one place', () => {
  test.each(FACTS)('of %s', async (file) => {
    const { facts } = JSON.parse(readFileSync(new URL(file, vectors), 'utf8')) as { facts: Record<string, Json> }
    const { rule: _, ...own } = facts
    const lines = [...leaves(own)].flatMap(([path, was]) =>
      SPOILT[typeof was as 'string' | 'number']
        .filter((bad) => bad !== was)
        .map((bad) => {
          const verdict = attempt(() => decide(changed(facts, path, bad) as never))
          return `${path.join('/')} = ${JSON.stringify(bad)}: ${verdict}`
        }),
    )
    for (const [member, value] of Object.entries(own)) {
      if (!Array.isArray(value) || value.length === 0) continue
      const asked = (list: unknown) => attempt(() => decide({ ...facts, [member]: list } as never))
      lines.push(`no ${member}: ${asked([])}`, `${member} without the first: ${asked(value.slice(1))}`)
      lines.push(`${member} with the first twice: ${asked([value[0], ...value])}`)
    }
    for (const extra of ['1', 'x', ''])
      lines.push(`planned ${extra}: ${attempt(() => decide({ ...facts, planned: extra } as never))}`)
    lines.push(`prelim: ${attempt(() => decide({ ...facts, prelim: { prices: ['1', '0', 'x'] } } as never))}`)
    lines.push(`auction: ${attempt(() => decide({ ...facts, auction: [] } as never))}`)
    lines.push(`lot: ${attempt(() => decide({ ...facts, lot: ['A', 'A', 'Z'] } as never))}`)
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(kept(`facts-${file.replace('/', '-').slice(0, -5)}`))
  })
})

test('all of these, and nothing that is no longer asked', () => {
  const names = [
    ...Object.keys(RULES).map((name) => `rule-${name}.txt`),
    ...FACTS.map((file) => `facts-${file.replace('/', '-').slice(0, -5)}.txt`),
  ]
  expect(readdirSync(new URL('refusals/', vectors)).sort()).toEqual(names.sort())
})
