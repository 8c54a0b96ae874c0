// Which envelopes has a tender, what must stand in the log before each is opened, and is a planned price drawn? Read from its rule alone.
import type { Kind, NoticedKind, OpenedKind } from '../record/finding.ts'
import type { AnyRule, PrelimRule } from '../scoring/contest-rule.ts'
import type { QualityRule } from '../scoring/rule.ts'

/** As much of a rule as these questions look at: a stranger's text fits, too. */
export type RuleLike = { kind?: unknown; planned?: unknown; openPrices?: unknown }

/** Kinds of rules under which nothing but a price is handed in. */
const PRICE_ALONE: readonly unknown[] = ['LOWEST', 'QUALIFICATION', 'COMPREHENSIVE', 'AUCTION']

const BOTH: readonly Kind[] = ['technical', 'price']
const PRICE: readonly Kind[] = ['price']

/**
 * The envelopes of a bid, in the order in which they are opened. A kind that this version does not know has both: then nothing is
 * opened earlier than it may be. Example: lowest price, one; negotiation and two stages, two.
 */
export const envelopesOf = (rule: RuleLike): readonly Kind[] => (PRICE_ALONE.includes(rule.kind) ? PRICE : BOTH)

export const hasTechnical = (rule: RuleLike): boolean => envelopesOf(rule).includes('technical')

/** Are prices drawn from what custodians and bidders sealed (복수예비가격)? */
export const drawsPrices = ({ planned }: RuleLike): boolean =>
  typeof planned === 'object' && planned !== null && (planned as { how?: unknown }).how === 'prelim'

/** The rule of the preliminary prices; null where none are drawn. */
export const prelimOf = (rule: AnyRule): PrelimRule | null =>
  rule.kind !== 'NEGOTIATION' && rule.planned.how === 'prelim' ? rule.planned : null

/** What the committee marks by; null where there is nothing to mark. */
export const qualityOf = (rule: AnyRule): QualityRule | null =>
  rule.kind === 'NEGOTIATION' ? rule : (rule.quality ?? null)

/** Whose prices are opened: everybody's, or only theirs whose technical part passed (always so in two stages). */
export const opensPrices = (rule: RuleLike): 'all' | 'qualified' =>
  rule.kind === 'TWO_STAGE' || rule.openPrices === 'qualified' ? 'qualified' : 'all'

export type Procedure = { rule: RuleLike; pool?: object | null | undefined }

/** Every kind of keyset that a tender has: one an envelope, and one for what custodians put into draws. */
export const keysetsOf = ({ rule, pool }: Procedure): readonly NoticedKind[] =>
  pool || drawsPrices(rule) ? [...envelopesOf(rule), 'draw'] : envelopesOf(rule)

/** What must have entered the log before an envelope of the kind may be opened. */
export function requiresOf(kind: OpenedKind, { rule, pool }: Procedure): readonly string[] {
  switch (kind) {
    // What is sealed again opens no earlier than what it stands for.
    case 'technical':
    case 'rekey-technical':
      return ['tender.closed/1']
    case 'price':
    case 'rekey-price':
      return hasTechnical(rule) ? ['tender.closed/1', 'scores.locked/1'] : ['tender.closed/1']
    case 'draw':
      // What is drawn must stand in the log before anybody can know how it comes out.
      return pool ? ['tender.closed/1', 'pool.committed/1', 'draw.notice/1'] : ['tender.closed/1', 'draw.notice/1']
  }
}
