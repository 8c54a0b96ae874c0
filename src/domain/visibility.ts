// Who sees which part of a tender, and from which state on?
// One row a part. Presenters ask this table; what has no row is shown to nobody.

import type { Words } from './events.ts'
import { type Caller, type Role, relates } from './powers.ts'
import { STATES, type TenderState } from './tenders/lifecycle.ts'

type Rule = { who: 'public' | Role | 'ownAgency' | 'ownBidder' | 'assignedEvaluator'; from: TenderState }

export const VISIBILITY = {
  /** The notice: title, texts, budget, rule, deadline. */
  notice: [
    { who: 'ownAgency', from: 'draft' },
    { who: 'public', from: 'published' },
  ],
  /** Acts and receipts of the bidder itself: never anybody else's before the reveal. */
  ownBids: [{ who: 'ownBidder', from: 'published' }],
  /** Hashes of the sealed entries, covers among them. */
  closingList: [{ who: 'public', from: 'closed' }],
  /** Who bid, which acts were effective, ciphertexts. */
  reveal: [{ who: 'public', from: 'technical_opening' }],
  /** Opened technical proposals. */
  technical: [{ who: 'public', from: 'technical_opening' }],
  /** The score sheet with labels in drawn order, to those who mark. */
  sheet: [
    { who: 'assignedEvaluator', from: 'evaluating' },
    { who: 'ownAgency', from: 'evaluating' },
  ],
  /** An evaluator's own marks before the lock; everybody's after it. */
  marks: [{ who: 'public', from: 'scores_locked' }],
  /** Opened prices. */
  prices: [{ who: 'public', from: 'price_opening' }],
  ranking: [{ who: 'public', from: 'ranked' }],
  award: [{ who: 'public', from: 'awarded' }],
} as const satisfies Record<string, readonly Rule[]>

export type Part = keyof typeof VISIBILITY

/** States in the order in which parts become visible; the two unhappy ends show what had become visible before. */
const reached = (state: TenderState, from: TenderState, peak: TenderState): boolean => {
  const at = state === 'failed' || state === 'cancelled' ? peak : state
  return STATES.indexOf(at) >= STATES.indexOf(from)
}

/**
 * May the caller see this part of a tender? `peak` is the furthest state the tender reached, which matters once it has
 * failed or was cancelled: a cancellation before the deadline never reveals who had bid.
 */
export function maySee(
  part: Part,
  caller: Caller,
  tender: { state: TenderState; peak: TenderState; agency: string; bidder?: string; evaluators?: readonly string[] },
): boolean {
  return (VISIBILITY[part] as readonly Rule[]).some((rule) => {
    if (!reached(tender.state, rule.from, tender.peak)) return false
    switch (rule.who) {
      case 'public':
        return true
      case 'ownAgency':
        return relates(caller, 'tender.draft', { org: tender.agency })
      case 'ownBidder':
        return caller !== null && tender.bidder !== undefined && caller.org === tender.bidder
      case 'assignedEvaluator':
        return relates(caller, 'scores.mark', { assigned: tender.evaluators ?? [] })
      default:
        return caller?.roles.includes(rule.who) ?? false
    }
  })
}

/** From which state on the public sees a part, for the note "visible from …"; null when the public never does. */
export function publicFrom(part: Part): TenderState | null {
  return (VISIBILITY[part] as readonly Rule[]).find((rule) => rule.who === 'public')?.from ?? null
}

/** The note that stands where a part will appear. */
export function visibleFrom(part: Part): Words {
  const from = publicFrom(part)
  return from === null
    ? { ko: '공개하지 않습니다.', en: 'Not public.' }
    : { ko: `공개 시점: ${from}`, en: `Public from: ${from}` }
}
