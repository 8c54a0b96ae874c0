// Who are the members of a consortium, and which share of the work has each? As the bidder signed it in the technical envelope.
import { compare, total } from '../kit/fraction.ts'
import type { Reason } from '../kit/verdict.ts'
import { markedItems, type QualityRule } from '../scoring/rule.ts'

/** One member as it is written into a bid: its name, the number it is registered under where it has one, its share: "0.6". */
export interface WrittenMember {
  name: string
  number?: string
  share: string
}

/** A member as scoring knows it: by its place in the bid, "M1", so that no name stands on a sheet. */
export interface Member {
  member: string
  share: string
}

export const MOST_MEMBERS = 20
export const MOST_NAME = 200
const SHARE = /^0\.\d{1,6}$/

const isText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most

/**
 * Every reason against a list of members; `at` is the place in the list. Codes: members-too-few (a consortium has two),
 * members-too-many, member-unnamed, member-repeated, member-share-wrong, member-shares-not-1.
 */
export function memberReasons(members: readonly Partial<WrittenMember>[]): Reason[] {
  const reasons: Reason[] = []
  if (members.length < 2) reasons.push({ code: 'members-too-few', facts: {}, at: 'members' })
  if (members.length > MOST_MEMBERS) return [{ code: 'members-too-many', facts: { most: MOST_MEMBERS }, at: 'members' }]
  for (const [n, { name, number, share }] of members.entries()) {
    const [at, facts] = [`members/${n}`, { member: n + 1 }]
    if (!isText(name, MOST_NAME) || (number !== undefined && !isText(number, MOST_NAME)))
      reasons.push({ code: 'member-unnamed', facts, at })
    else if (members.findIndex((m) => m.name?.trim() === name.trim()) < n)
      reasons.push({ code: 'member-repeated', facts, at })
    if (typeof share !== 'string' || !SHARE.test(share) || compare(share, '0') <= 0)
      reasons.push({ code: 'member-share-wrong', facts, at })
  }
  if (reasons.length === 0 && compare(total(members.map((m) => m.share as string)), '1') !== 0)
    reasons.push({ code: 'member-shares-not-1', facts: {}, at: 'members' })
  return reasons
}

/** The members that the body of a technical envelope names, as they were written; null where it names none or not as it must. */
export function writtenMembers(body: unknown): WrittenMember[] | null {
  const members = typeof body === 'object' && body !== null ? (body as { members?: unknown }).members : undefined
  if (!Array.isArray(members) || members.some((m) => typeof m !== 'object' || m === null)) return null
  return memberReasons(members as Partial<WrittenMember>[]).length === 0 ? (members as WrittenMember[]) : null
}

/** Does the rule put members' records together? Else nobody asks who they are. */
export const asksMembers = (rule: QualityRule): boolean => markedItems(rule).some((item) => item.members !== undefined)

/**
 * The members that scores are put together from: of a list that does not hold the bidder counts as one, since what one bidder wrote must
 * never stop the scoring of the others. Example: shares 0.6 and 0.4 are [{member:"M1",share:"0.6"},{member:"M2",share:"0.4"}].
 */
export function membersOf(rule: QualityRule, body: unknown): Member[] | null {
  if (!asksMembers(rule)) return null
  return writtenMembers(body)?.map(({ share }, n) => ({ member: `M${n + 1}`, share })) ?? null
}
