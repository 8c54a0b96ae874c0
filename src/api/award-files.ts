// How are rule and facts of an award written in files? The shapes that `madang award` reads; their JSON schemas are drawn from here.
import { z } from 'zod'
import type { ContestFacts } from '../domain/scoring/contest-facts.ts'
import type { AnyRule, ContestRule, OfficerPart, PlannedRule } from '../domain/scoring/contest-rule.ts'
import type { AwardFacts } from '../domain/scoring/facts.ts'
import type { AwardRule, EvaluatorGroup, PriceRule, QualityRule, ScoredItem } from '../domain/scoring/rule.ts'

// A file is somebody's own: ids are any short text. What they mean is for the domain to judge, with a reason for each.
const name = z.string().min(1).max(200)
const figure = z.string().max(64)
const count = z.number().int()
const words = z.strictObject({ ko: z.string().max(500), en: z.string().max(500) })

const item: z.ZodType<ScoredItem> = z.strictObject({
  id: name,
  title: words,
  max: figure,
  kind: z.enum(['qualitative', 'quantitative']),
  parent: name.optional(),
  grades: z
    .array(z.strictObject({ grade: z.string().max(40), share: figure }))
    .max(50)
    .optional(),
  members: z.enum(['byShare', 'sum']).optional(),
})

export const evaluatorGroups: z.ZodType<EvaluatorGroup[]> = z
  .array(z.strictObject({ id: name, title: words, share: figure, evaluators: z.array(name).max(1000) }))
  .max(20)

const quality = {
  items: z.array(item).max(1000),
  maximum: figure,
  tech: z.strictObject({
    trim: z.strictObject({ perEnd: count, perEnd12plus: count, mode: z.enum(['evaluator', 'item']) }),
    dp: count,
    passRatio: figure,
    graded: z.strictObject({ gap: figure, base: z.literal('full') }).optional(),
    groups: evaluatorGroups.optional(),
  }),
}

const price: z.ZodType<PriceRule> = z.strictObject({
  reference: z.enum(['planned', 'estimated', 'budget']),
  referenceAmount: figure.nullable(),
  ceiling: figure.nullable(),
  formula: z.enum(['KR_NATIONAL', 'KR_LOCAL_SW', 'KR_LOCAL', 'RATIO', 'LINEAR', 'BILINEAR', 'PROPORTIONAL', 'LOOKUP']),
  lowestAmong: z.enum(['valid', 'eligible']),
  rounding: z.enum(['final4', 'ratio4']),
  branch: figure.optional(),
  clamp: figure.optional(),
  lowBonus: figure.optional(),
  clampLowest: z.boolean().optional(),
  belowShare: figure.optional(),
  knee: figure.optional(),
  table: z
    .array(z.strictObject({ upTo: figure, points: figure }))
    .max(200)
    .optional(),
})

const negotiation = z.strictObject({
  kind: z.literal('NEGOTIATION'),
  weights: z.strictObject({ tech: count, price: count }),
  ...quality,
  price,
  openPrices: z.enum(['all', 'qualified']),
  ties: z.array(z.enum(['tech', 'techItemsByPoints', 'price', 'lot'])).max(4),
  dp: count,
  currency: z.string().max(3),
  winners: count.optional(),
}) satisfies z.ZodType<AwardRule>

const parts: z.ZodType<OfficerPart[]> = z
  .array(z.strictObject({ id: name, title: words, max: figure, bonus: z.boolean().optional() }))
  .max(100)

const planned: z.ZodType<PlannedRule> = z.discriminatedUnion('how', [
  z.strictObject({
    how: z.literal('prelim'),
    base: figure,
    mode: z.enum(['PPS', 'LOCAL', 'STATE_7_8', 'DEFENCE_STATE', 'DEFENCE_LOCAL', 'OWN']),
    spans: z
      .array(z.strictObject({ from: count, to: count, bands: count }))
      .max(20)
      .optional(),
    unit: figure,
    picks: count,
    draw: count,
    tie: z.enum(['lowestNumber', 'lot']),
    picksOf: z.enum(['opened', 'valid']),
    rounding: z.enum(['ceil', 'trunc']),
  }),
  z.strictObject({ how: z.literal('single'), amount: figure.nullable() }),
  z.strictObject({ how: z.literal('none'), budget: figure }),
])

const specification: z.ZodType<QualityRule> = z.strictObject({ weights: z.strictObject({ tech: count }), ...quality })

const contest = z.strictObject({
  kind: z.enum(['LOWEST', 'QUALIFICATION', 'TWO_STAGE', 'COMPREHENSIVE', 'AUCTION']),
  version: z.literal(1),
  currency: z.string().max(3),
  dp: count,
  planned,
  floor: z
    .strictObject({
      rate: figure,
      fixedCosts: z
        .array(z.strictObject({ item: z.string().max(200), amount: figure }))
        .max(50)
        .optional(),
      netCost: z
        .strictObject({ amount: figure, base: figure, share: figure, plannedBelow: figure.nullable() })
        .optional(),
    })
    .optional(),
  examination: z
    .strictObject({
      table: name,
      points: figure,
      slope: figure,
      best: figure,
      least: figure,
      fixedRatio: figure.optional(),
      fixedScore: figure.optional(),
      ratioDp: count,
      parts,
      partDp: count,
      passMark: figure,
    })
    .optional(),
  quality: specification.optional(),
  comprehensive: z
    .strictObject({
      parts,
      partDp: count,
      pricePoints: count,
      price,
      priceDp: count,
      maximum: figure,
      passMark: figure,
    })
    .optional(),
  auction: z
    .strictObject({
      start: figure,
      step: figure,
      undercut: z.enum(['lowest', 'own']),
      rounds: count,
      roundSeconds: count,
      extendSeconds: count.optional(),
    })
    .optional(),
  leastBids: count,
  winners: count,
  ties: z.array(z.enum(['tech', 'ability', 'price', 'lot'])).max(4),
}) satisfies z.ZodType<ContestRule>

const KIND_NAMES = [...negotiation.shape.kind.values, ...contest.shape.kind.options].join(', ')

/** RULE.json: any rule. Its kind says which shape it has, so that what is wrong is told by its place. */
export const ruleFile: z.ZodType<AnyRule> = z.discriminatedUnion('kind', [negotiation, contest], {
  error: (issue) => (issue.code === 'invalid_union' ? `one of ${KIND_NAMES} is expected` : undefined),
})

// Longer than a price may be, shorter than a mischief: the row of a bidder says that such a price is none.
const sealed = z.string().max(10_000).nullable()
const members = z
  .array(z.strictObject({ member: name, share: figure }))
  .max(100)
  .optional()
const marks = z.array(
  z.strictObject({ evaluator: name, bidder: name, item: name, mark: figure, comment: z.string().optional() }),
)
const quantitative = z.array(z.strictObject({ bidder: name, item: name, mark: figure, member: name.optional() }))
const lot = z.array(name).optional()

/** FACTS.json of an award by negotiation. */
export const negotiationFacts: z.ZodType<Omit<AwardFacts, 'rule'>> = z.strictObject({
  evaluators: z.array(name),
  bidders: z.array(
    z.strictObject({
      id: name,
      technical: z.enum(['valid', 'malformed']),
      price: z.enum(['valid', 'malformed', 'unopened']),
      amount: sealed,
      members,
    }),
  ),
  marks,
  quantitative,
  planned: figure.nullable().optional(),
  lot,
})

/** FACTS.json of an award by price. */
export const contestFacts: z.ZodType<Omit<ContestFacts, 'rule'>> = z.strictObject({
  bidders: z.array(
    z.strictObject({
      id: name,
      price: z.enum(['valid', 'malformed', 'unopened']),
      amount: sealed,
      picks: z.array(z.number()).max(100).optional(),
      technical: z.enum(['valid', 'malformed']).optional(),
      members,
    }),
  ),
  planned: figure.nullable().optional(),
  prelim: z
    .strictObject({ prices: z.array(figure).max(1000), slotOrder: z.array(count).max(1000).optional() })
    .optional(),
  scores: z.array(z.strictObject({ bidder: name, part: name, score: figure })).optional(),
  evaluators: z.array(name).optional(),
  marks: marks.optional(),
  quantitative: quantitative.optional(),
  auction: z.array(z.strictObject({ bidder: name, amount: figure, round: z.number() })).optional(),
  lot,
})

/** What a file must look like. */
export type Shape<T> = z.ZodType<T>

/** A file's JSON in its shape, or every place that is not as it must be, with what was expected there. */
export function readFileShape<T>(
  shape: Shape<T>,
  value: unknown,
): { ok: true; value: T } | { ok: false; places: string[] } {
  const read = shape.safeParse(value)
  if (read.success) return { ok: true, value: read.data }
  return { ok: false, places: read.error.issues.map((i) => `${i.path.join('/') || '(whole file)'}: ${i.message}`) }
}

/** The shapes as JSON schemas (2020-12), by what they are for. */
export const awardSchemas = (): Record<'rule' | 'negotiation-facts' | 'contest-facts', unknown> => ({
  rule: z.toJSONSchema(ruleFile),
  'negotiation-facts': z.toJSONSchema(negotiationFacts),
  'contest-facts': z.toJSONSchema(contestFacts),
})
