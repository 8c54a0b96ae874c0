// How often may one address ask for what costs us much? Wrong passwords and codes, and mails, by where they come from.
import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, type Options, rateLimit } from 'express-rate-limit'
import { sendProblem } from '../problem.ts'

const WINDOW_MS = 15 * 60_000
/** Wrong passwords from one address: an office of two hundred behind one address is not held up by its own mistakes. */
const PER_ADDRESS = 300
/** Links to mailboxes from one address. */
const MAILS_PER_ADDRESS = 60

const addressOf = (req: Request): string => ipKeyGenerator(req.ip ?? '')

const COMMON: Partial<Options> = {
  windowMs: WINDOW_MS,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  identifier: 'address',
  keyGenerator: addressOf,
  handler: (_, res) => sendProblem(res, [{ code: 'rate-limited', facts: {} }]),
}

/**
 * The limit of signing in by address, to run once the body is read; that by account is in `guesses.ts`. Only what was wrong counts.
 * Refuses with 429, `Retry-After`, and the RateLimit fields of draft-ietf-httpapi-ratelimit-headers-08. Each server process counts
 * for itself.
 */
export const signInLimits = (): RequestHandler[] => [
  rateLimit({
    ...COMMON,
    limit: PER_ADDRESS,
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_, res) => ![401, 422].includes(res.statusCode),
  }),
]

/** The limit of asking for mails by address. Every request counts, whether a mail comes of it or not. */
export const mailLimits = (): RequestHandler[] => [rateLimit({ ...COMMON, limit: MAILS_PER_ADDRESS })]
