// How does a tender change its state? One way for persons and clock: lock, ask the table, do what the act does, save.

import type { Reason } from '../../domain/kit/verdict.ts'
import type { Caller } from '../../domain/powers.ts'
import type { AnyRule } from '../../domain/scoring/contest-rule.ts'
import type { Persons } from '../../domain/second-person.ts'
import { type Act, mayAdvance, STATES, stepOf, type TenderState } from '../../domain/tenders/lifecycle.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import type { TilesOf } from '../log/tiles.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { EFFECTS, SIGNED_PAYLOADS } from './effects.ts'
import { factsOf } from './facts.ts'
import { type TenderRow, updateTender } from './tender-store.ts'

/** What an effect works with. `input` is what the person gave with the act. */
export type Advancing = {
  P: Primitives
  work: Work
  tiles: TilesOf
  row: TenderRow
  caller: Caller
  input: ActInput
  /** Divides the periods between acts in a demonstration; 1 in earnest. */
  accelerator: number
}

export type LotAct = { no: string; jws: string }

export type ActInput = {
  statement?: string
  bidder?: string
  /** All whom the award names, by rank, where the agreement is made with several. */
  winners?: string[]
  keysets?: { technical?: string | undefined; price: string; draw?: string | undefined }
  /** Whose keys these are, for the second person to read. */
  custodians?: string[]
  /** What the officer found of the bidder whose turn it is, part by part. */
  scores?: { part: string; score: string }[]
  /** The act as the person signed it, for acts that a person signs. */
  jws?: string
  newDeadline?: string
  /** The other lots of a notice that are extended together with this one, each with the act as it was signed for it. */
  lots?: LotAct[]
  /** What decides from now on, for an amendment of the rule. */
  rule?: AnyRule
  method?: string
  budget?: { amount: string; currency: string }
  /** What decided until then, for the second person to read. */
  before?: { rule: AnyRule; method: string; budget: { amount: string; currency: string } }
  /** Both persons of an act that needs two; missing while it is only proposed. */
  persons?: Persons
  /** The second person's approval, as it was signed. */
  approval?: string
}

const furthest = (a: TenderState, b: TenderState): TenderState =>
  b === 'failed' || b === 'cancelled' ? a : STATES.indexOf(a) >= STATES.indexOf(b) ? a : b

/** Every reason why the step may not be taken now; nothing is done. */
export async function reasonsAgainst(step: Advancing, act: Act): Promise<Reason[]> {
  return mayAdvance(await factsOf(step, act), act, step.work.now.date.getTime())
}

/** Every reason against the signature under what the act will say in the log; none for acts that nobody signs. */
export async function reasonsAgainstSignature(step: Advancing, act: Act): Promise<Reason[]> {
  const payload = await SIGNED_PAYLOADS[act]?.(step)
  if (!payload) return []
  const { P, work, caller, input } = step
  return signatureReasons(P, work, caller, input.jws ?? '', payload)
}

/**
 * Takes one step. The caller holds the row's lock in this transaction. Answers with the reasons why not, or none, and
 * then `row.state` is the new one. Every step appends its entries in the same transaction.
 */
export async function advance(step: Advancing, act: Act): Promise<Reason[]> {
  const reasons = await reasonsAgainst(step, act)
  if (reasons.length > 0) return reasons
  const wrong = await reasonsAgainstSignature(step, act)
  if (wrong.length > 0) return wrong
  const set = await EFFECTS[act](step)
  const { to } = stepOf(act)
  const peak = furthest(step.row.peak, to)
  await updateTender(step.work, step.row.no, { ...set, state: to, peak })
  Object.assign(step.row, set, { state: to, peak })
  return []
}
