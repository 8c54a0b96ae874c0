// Which award methods are there? Every row, by negotiation and by price; a notice form, the explanation pages and the docs are drawn from it.
import { CONTEST_METHODS, type ContestMethod, type ContestMethodId } from './contest-methods.ts'
import { NEGOTIATION_METHODS, type NegotiationMethod } from './negotiation-methods.ts'

export type Method = NegotiationMethod | ContestMethod

/** The methods by their stable id. A new method is a row in one of the two tables, at most one formula, and vectors. */
export const METHODS = { ...NEGOTIATION_METHODS, ...CONTEST_METHODS } as const satisfies Record<string, Method>

export type MethodId = keyof typeof METHODS

export const METHOD_IDS = Object.keys(METHODS) as MethodId[]

/** Methods by price that the notice form offers: those in force that tenders are run by here. */
const IN_FORM =
  /^(lowest-price|lowest-price-with-floor|small-quotation|framework-lowest|comprehensive|reverse-auction|two-stage|specification-and-price|qualification-(?!.*-before$).+)$/

export type PriceFormId = Extract<
  ContestMethodId,
  | 'lowest-price'
  | 'lowest-price-with-floor'
  | 'small-quotation'
  | 'framework-lowest'
  | 'comprehensive'
  | 'reverse-auction'
  | 'two-stage'
  | 'specification-and-price'
  | `qualification-${string}`
>

export const PRICE_FORM_IDS = (Object.keys(CONTEST_METHODS) as ContestMethodId[]).filter((id): id is PriceFormId =>
  IN_FORM.test(id),
)

/** Methods by negotiation that the notice form offers, whose tenders run here with two envelopes. */
export const FORM_IDS = Object.keys(NEGOTIATION_METHODS) as (keyof typeof NEGOTIATION_METHODS)[]
