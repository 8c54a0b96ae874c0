// How is an award rule written on the wire? Typed against the rule of the domain, so that the two cannot drift apart.
import { z } from 'zod'
import type { AwardRule } from '../domain/scoring/rule.ts'
import { id, words } from './endpoint.ts'

const decimal = z.string().regex(/^(0|[1-9]\d{0,17})(\.\d{1,6})?$/, 'a decimal number written out')
const points = z.number().int().min(0).max(100)
const places = z.number().int().min(0).max(6)

export const awardRule: z.ZodType<AwardRule> = z.strictObject({
  kind: z.literal('NEGOTIATION'),
  weights: z.strictObject({ tech: points, price: points }),
  items: z
    .array(
      z.strictObject({
        id,
        title: words,
        max: decimal,
        kind: z.enum(['qualitative', 'quantitative']),
        parent: id.optional(),
      }),
    )
    .min(1)
    .max(100),
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
  }),
  price: z.strictObject({
    reference: z.enum(['planned', 'estimated', 'budget']),
    referenceAmount: decimal.nullable(),
    ceiling: decimal.nullable(),
    formula: z.enum([
      'KR_NATIONAL',
      'KR_LOCAL_SW',
      'KR_LOCAL',
      'RATIO',
      'LINEAR',
      'BILINEAR',
      'PROPORTIONAL',
      'LOOKUP',
    ]),
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
  }),
  openPrices: z.enum(['all', 'qualified']),
  ties: z
    .array(z.enum(['tech', 'techItemsByPoints', 'price', 'lot']))
    .min(1)
    .max(4),
  dp: places,
  currency: z.literal('KRW'),
})
