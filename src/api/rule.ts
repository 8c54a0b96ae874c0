// How is an award rule written on the wire? Typed against the rules of the domain, so that the two cannot drift apart.
import { z } from 'zod'
import type { AnyRule, ContestRule, OfficerPart, PlannedRule } from '../domain/scoring/contest-rule.ts'
import type { AwardRule, EvaluatorGroup, PriceRule, QualityRule, ScoredItem } from '../domain/scoring/rule.ts'
import { id, words } from './endpoint.ts'

const decimal = z.string().regex(/^(0|[1-9]\d{0,17})(\.\d{1,6})?$/, 'a decimal number written out')
const points = z.number().int().min(0).max(100)
const places = z.number().int().min(0).max(6)
const winners = z.number().int().min(1).max(1000)

const item: z.ZodType<ScoredItem> = z.strictObject({
  id,
  title: words,
  max: decimal,
  kind: z.enum(['qualitative', 'quantitative']),
  parent: id.optional(),
  grades: z
    .array(z.strictObject({ grade: z.string().min(1).max(20), share: decimal }))
    .min(2)
    .max(20)
    .optional(),
  members: z.enum(['byShare', 'sum']).optional(),
})

const groups: z.ZodType<EvaluatorGroup[]> = z
  .array(
    z.strictObject({
      id,
      title: words,
      share: decimal,
      evaluators: z
        .array(z.string().regex(/^E[1-9]\d{0,2}$/))
        .min(1)
        .max(30),
    }),
  )
  .max(10)

const quality = {
  items: z.array(item).min(1).max(100),
  maximum: decimal,
  tech: z.strictObject({
    trim: z.strictObject({
      perEnd: z.number().int().min(0).max(5),
      perEnd12plus: z.number().int().min(0).max(5),
      mode: z.enum(['evaluator', 'item']),
    }),
    dp: places,
    passRatio: decimal,
    graded: z.strictObject({ gap: decimal, base: z.literal('full') }).optional(),
    groups: groups.optional(),
  }),
}

const price: z.ZodType<PriceRule> = z.strictObject({
  reference: z.enum(['planned', 'estimated', 'budget']),
  referenceAmount: decimal.nullable(),
  ceiling: decimal.nullable(),
  formula: z.enum(['KR_NATIONAL', 'KR_LOCAL_SW', 'KR_LOCAL', 'RATIO', 'LINEAR', 'BILINEAR', 'PROPORTIONAL', 'LOOKUP']),
  lowestAmong: z.enum(['valid', 'eligible']),
  rounding: z.enum(['final4', 'ratio4']),
  branch: decimal.optional(),
  clamp: decimal.optional(),
  lowBonus: decimal.optional(),
  clampLowest: z.boolean().optional(),
  belowShare: decimal.optional(),
  knee: decimal.optional(),
  table: z
    .array(z.strictObject({ upTo: decimal, points: decimal }))
    .min(1)
    .max(50)
    .optional(),
})

const negotiation: z.ZodType<AwardRule> = z.strictObject({
  kind: z.literal('NEGOTIATION'),
  weights: z.strictObject({ tech: points, price: points }),
  ...quality,
  price,
  openPrices: z.enum(['all', 'qualified']),
  ties: z
    .array(z.enum(['tech', 'techItemsByPoints', 'price', 'lot']))
    .min(1)
    .max(4),
  dp: places,
  currency: z.literal('KRW'),
  winners: winners.optional(),
  totalPassMark: decimal.optional(),
})

const parts: z.ZodType<OfficerPart[]> = z
  .array(z.strictObject({ id, title: words, max: decimal, bonus: z.boolean().optional() }))
  .max(50)

const planned: z.ZodType<PlannedRule> = z.discriminatedUnion('how', [
  z.strictObject({
    how: z.literal('prelim'),
    base: decimal,
    mode: z.enum(['PPS', 'LOCAL', 'STATE_7_8', 'DEFENCE_STATE', 'DEFENCE_LOCAL', 'OWN']),
    spans: z
      .array(
        z.strictObject({
          from: z.number().int().min(-500).max(500),
          to: z.number().int().min(-500).max(500),
          bands: points,
        }),
      )
      .max(20)
      .optional(),
    unit: decimal,
    picks: points,
    draw: points,
    tie: z.enum(['lowestNumber', 'lot']),
    picksOf: z.enum(['opened', 'valid']),
    rounding: z.enum(['ceil', 'trunc']),
  }),
  z.strictObject({ how: z.literal('single'), amount: decimal.nullable() }),
  z.strictObject({ how: z.literal('none'), budget: decimal }),
])

const specification: z.ZodType<QualityRule> = z.strictObject({ weights: z.strictObject({ tech: points }), ...quality })

const contest: z.ZodType<ContestRule> = z.strictObject({
  kind: z.enum(['LOWEST', 'QUALIFICATION', 'TWO_STAGE', 'COMPREHENSIVE', 'AUCTION']),
  version: z.literal(1),
  currency: z.literal('KRW'),
  dp: places,
  planned,
  floor: z
    .strictObject({
      rate: decimal,
      fixedCosts: z
        .array(z.strictObject({ item: z.string().min(1).max(200), amount: decimal }))
        .max(20)
        .optional(),
      netCost: z
        .strictObject({ amount: decimal, base: decimal, share: decimal, plannedBelow: decimal.nullable() })
        .optional(),
    })
    .optional(),
  examination: z
    .strictObject({
      table: id,
      points: decimal,
      slope: decimal,
      best: decimal,
      least: decimal,
      fixedRatio: decimal.optional(),
      fixedScore: decimal.optional(),
      ratioDp: places,
      parts,
      partDp: places,
      passMark: decimal,
    })
    .optional(),
  quality: specification.optional(),
  comprehensive: z
    .strictObject({
      parts,
      partDp: places,
      pricePoints: points,
      price,
      priceDp: places,
      maximum: decimal,
      passMark: decimal,
    })
    .optional(),
  auction: z
    .strictObject({
      start: decimal,
      step: decimal,
      undercut: z.enum(['lowest', 'own']),
      rounds: points,
      roundSeconds: z.number().int().min(10).max(86_400),
      extendSeconds: z.number().int().min(0).max(3600).optional(),
    })
    .optional(),
  leastBids: z.number().int().min(1).max(10),
  winners,
  ties: z
    .array(z.enum(['tech', 'ability', 'price', 'lot']))
    .min(1)
    .max(4),
})

/** Every rule that a tender can be run by. */
export const awardRule: z.ZodType<AnyRule> = z.union([negotiation, contest])
