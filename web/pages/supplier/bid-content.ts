// What does a bid say, and is it fit to be sealed? Sizes, amounts and where they stand against the ceiling.
import { asksMembers, memberReasons, type WrittenMember } from '../../../src/domain/bids/members.ts'
import { compare } from '../../../src/domain/kit/fraction.ts'
import { parseMoney } from '../../../src/domain/kit/money.ts'
import { trunc } from '../../../src/domain/kit/rounding.ts'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { type AnyRule, isContest } from '../../../src/domain/scoring/contest-rule.ts'
import { prelimCount } from '../../../src/domain/scoring/planned-price.ts'
import { hasTechnical, prelimOf, qualityOf } from '../../../src/domain/tenders/procedure.ts'
import { utf8 } from '../../../src/proof/bytes.ts'
import { canonical, type Json } from '../../../src/proof/canonical.ts'
import { shareOf as shareOfOne } from '../../percent.ts'

export type Content = {
  summary: string
  approach: string
  amount: string
  /** Numbers of preliminary prices, where they are drawn. */
  picks?: number[]
  /** Members of a consortium, shares in per cent as typed; absent for a bidder on its own. */
  members?: MemberRow[]
}

export type MemberRow = { name: string; number: string; share: string }

/** What a bid for a tender consists of: a proposal or not, and two of so many numbers or none. */
export type Wanted = {
  technical: boolean
  numbers: number | null
  /** Does the rule put the records of a consortium's members together? */
  members?: boolean
}

export function wantedBy(rule: AnyRule): Wanted {
  const prelim = prelimOf(rule)
  const quality = qualityOf(rule)
  return {
    technical: hasTechnical(rule),
    numbers: prelim && prelimCount(prelim),
    members: quality !== null && asksMembers(quality),
  }
}

/** Above this a price cannot win; null where it is not known before the opening. */
export function ceilingOf(rule: AnyRule): string | null {
  if (!isContest(rule)) return rule.price.ceiling
  const { planned } = rule
  return planned.how === 'none' ? planned.budget : planned.how === 'single' ? planned.amount : null
}

/** How many numbers a bidder picks. */
export const PICKS = 2

/** The numbers picked, as they are sealed; undefined where there are none. */
export const picksOf = ({ picks }: Content, { numbers }: Wanted): [number, number] | undefined =>
  numbers !== null && picks?.length === PICKS ? (picks as [number, number]) : undefined

/** So that every technical envelope has one size: a longer text would take a second block and tell itself from the others. */
export const MOST_BYTES = 11_000

/** The members as they are sealed: shares of 1, a number only where there is one. */
const membersOf = (rows: readonly MemberRow[]): WrittenMember[] =>
  rows.map(({ name, number, share }) => ({
    name: name.trim(),
    ...(number.trim() !== '' && { number: number.trim() }),
    share: shareOfOne(share),
  }))

export const technicalOf = ({ summary, approach, members }: Content) => ({
  approach,
  ...(members && { members: membersOf(members) as unknown as Json }),
  summary,
})
export const priceOf = ({ amount }: Content) => ({ amount, currency: 'KRW' })

/** Bytes of the technical proposal as it will be sealed. Lone surrogates, which no JSON can hold, count as too long. */
export function bytesOf(content: Content): number {
  try {
    return utf8(canonical(technicalOf(content))).length
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

/** An amount as people type it: "98,000,000 원" is "98000000". */
export const amountFrom = (typed: string): string => typed.replace(/[\s,₩원]/g, '')

/** Every reason against sealing this; `at` names the field. */
export function checkContent(content: Content, wanted: Wanted = { technical: true, numbers: null }): Reason[] {
  const reasons: Reason[] = wanted.technical ? checkProposal(content) : []
  const amount = parseMoney(content.amount, 'KRW')
  if (!amount.ok || amount.value.amount === '0') reasons.push({ code: 'bid-amount-wrong', facts: {}, at: 'amount' })
  if (wanted.numbers !== null && !picksOf(content, wanted))
    reasons.push({ code: 'bid-picks-wrong', facts: { picks: PICKS }, at: 'picks' })
  return reasons
}

function checkProposal(content: Content): Reason[] {
  const reasons: Reason[] = []
  if (content.summary.trim() === '') reasons.push({ code: 'bid-summary-missing', facts: {}, at: 'summary' })
  if (content.approach.trim() === '') reasons.push({ code: 'bid-approach-missing', facts: {}, at: 'approach' })
  if (content.members) reasons.push(...memberReasons(membersOf(content.members)))
  const bytes = bytesOf(content)
  if (bytes > MOST_BYTES) reasons.push({ code: 'bid-too-long', facts: { bytes, most: MOST_BYTES }, at: 'approach' })
  return reasons
}

/** Is the price above what the rule negotiates about? False when there is no price or no ceiling yet. */
export function overCeiling(amount: string, ceiling: string | null): boolean {
  const read = parseMoney(amount, 'KRW')
  return read.ok && ceiling !== null && compare(read.value.amount, ceiling) > 0
}

/** The price in per cent of the budget, cut to one decimal: 98 of 100 million is "98". */
export const shareOf = (amount: string, budget: string): string => trunc(`${BigInt(amount) * 100n}`, budget, 1)
