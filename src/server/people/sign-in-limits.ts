// How often may somebody guess? Few times at one account from one address, so that a rival elsewhere locks nobody out.
import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit'
import { sendProblem } from '../problem.ts'

const WINDOW_MS = 15 * 60_000
/** Wrong passwords for one account from one address: a person who has forgotten tries some; a list of passwords is longer. */
const PER_ACCOUNT = 10
/** Wrong passwords from one address: an office of two hundred behind one address is not held up by its own mistakes. */
const PER_ADDRESS = 300

const addressOf = (req: Request): string => ipKeyGenerator(req.ip ?? '')

/** The account that is named in a body that was not judged yet. */
function accountOf(req: Request): string {
  try {
    const { email } = JSON.parse(String(req.body)) as { email?: unknown }
    return typeof email === 'string' ? email.toLowerCase().slice(0, 254) : ''
  } catch {
    return ''
  }
}

/**
 * The limits of signing in, to run once the body is read. Only wrong passwords count. Refuses with 429, `Retry-After`, and the
 * RateLimit fields of draft-ietf-httpapi-ratelimit-headers-08. Each server process counts for itself.
 */
export function signInLimits(): RequestHandler[] {
  const common: Partial<Options> = {
    windowMs: WINDOW_MS,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_, res) => res.statusCode !== 401,
    handler: (_, res) => sendProblem(res, [{ code: 'rate-limited', facts: {} }]),
  }
  return [
    rateLimit({ ...common, identifier: 'address', limit: PER_ADDRESS, keyGenerator: addressOf }),
    rateLimit({
      ...common,
      identifier: 'account',
      limit: PER_ACCOUNT,
      keyGenerator: (req) => `${addressOf(req)} ${accountOf(req)}`,
    }),
  ]
}
