// What does a refusal look like on the wire? The only writer of error bodies (RFC 9457).
import type { Response } from 'express'
import { type Code, PROBLEMS, type ProblemError, wordsOf } from '../api/problems.ts'
import type { Reason } from '../domain/kit/verdict.ts'
import { DatabaseUnreachable, databaseErrorOf, PoolBusy, UnknownOutcome } from './db.ts'
import { TooManyWaiting } from './people/turnstile.ts'

/** An expected refusal on its way out: one or more reasons, of which the first decides the status. */
export class Problem extends Error {
  readonly reasons: Reason[]
  constructor(reasons: Reason[]) {
    super(reasons.map((reason) => reason.code).join(', '))
    this.reasons = reasons
  }
}

/** Raises a refusal with one reason. */
export function refuse(code: Code, facts: Reason['facts'] = {}, at?: string): never {
  throw new Problem([at === undefined ? { code, facts } : { code, facts, at }])
}

/** Goes on when there are no reasons against it. */
export function insist(reasons: Reason[]): void {
  if (reasons.length > 0) throw new Problem(reasons)
}

export type ProblemBody = {
  type: string
  title: string
  status: number
  detail: string
  instance: string
  errors: ProblemError[]
}

/** The problem body of some reasons. `instance` is the request's id, by which the operator finds it in the logs. */
export function problemBody(reasons: Reason[], instance: string, language: 'ko' | 'en' = 'en'): ProblemBody {
  const first = reasons[0] ?? { code: 'internal', facts: {} }
  const row = PROBLEMS[first.code as Code] ?? PROBLEMS.internal
  const errors = reasons.map((reason) => ({ ...reason, says: wordsOf(reason.code, reason.facts) }))
  return {
    type: `/problems/${Object.hasOwn(PROBLEMS, first.code) ? first.code : 'internal'}`,
    title: row.title[language],
    status: row.status,
    detail: errors.map((error) => error.says[language]).join(' '),
    instance,
    errors,
  }
}

/** Constraints whose violation is an expected refusal: the database has the last word, in the same words as the rule. */
const CONSTRAINTS: Record<string, Code> = {
  a_commitment_is_used_once: 'commitment-repeated',
  a_key_commitment_is_used_once: 'commitment-repeated',
  envelope_pkey: 'commitment-repeated',
  an_ephemeral_key_is_used_once: 'commitment-repeated',
  a_bidder_numbers_each_act_once: 'wrong-seq',
  actor_key_pkey: 'key-in-use',
  an_account_has_one_key_in_force: 'key-in-use',
  prekey_pkey: 'key-in-use',
  a_custodian_releases_a_list_once: 'release-differs',
  a_number_is_one_verified_organisations: 'number-taken',
  an_act_is_proposed_once_at_a_time: 'proposal-open',
  exclusion_pkey: 'organisation-state',
  two_persons_stand_for_an_approved_proposal: 'second-person-same',
}

/** The reasons behind an error, or null when it is a bug. */
export function reasonsOf(err: unknown): Reason[] | null {
  if (err instanceof Problem) return err.reasons
  if ([PoolBusy, DatabaseUnreachable, TooManyWaiting].some((kind) => err instanceof kind))
    return [{ code: 'busy', facts: {} }]
  if (err instanceof UnknownOutcome) return [{ code: 'outcome-unknown', facts: {} }]
  const database = databaseErrorOf(err)
  if (!database) return null
  const code = database.constraint ? CONSTRAINTS[database.constraint] : undefined
  if (code) return [{ code, facts: {} }]
  // Connection lost, shutting down, too many, cancelled by time-out, deadlock after all retries.
  if (/^(08|57P|53|57014|40)/.test(database.code)) return [{ code: 'busy', facts: {} }]
  return null
}

/** Writes a problem body. Extra members carry a signed refusal where there is one. */
export function sendProblem(res: Response, reasons: Reason[], extra: Record<string, unknown> = {}): void {
  const id = String(res.locals.requestId ?? '-')
  const language = /^\s*ko\b/.test(String(res.req.headers['accept-language'] ?? '')) ? 'ko' : 'en'
  const body = problemBody(reasons, id, language)
  if (res.headersSent) {
    res.destroy()
    return
  }
  if ((body.status === 503 || body.status === 429) && !res.hasHeader('Retry-After')) res.setHeader('Retry-After', '1')
  if (body.status === 401) res.setHeader('WWW-Authenticate', 'Bearer')
  res
    .status(body.status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...body, ...extra }))
}
