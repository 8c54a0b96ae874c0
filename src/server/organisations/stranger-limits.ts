// How often may strangers register or try invitations from one address? Each costs a password hash.
import type { RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { sendProblem } from '../problem.ts'

const HOUR_MS = 3_600_000
/** An office that registers its departments does it in an afternoon; a script would fill the operator's queue. */
export const PER_ADDRESS = 60

/** The limit for one of the endpoints that strangers may call, by address; to run once the body is read. */
export const strangerLimits = (): RequestHandler[] => [
  rateLimit({
    windowMs: HOUR_MS,
    limit: PER_ADDRESS,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: 'address',
    // What is refused before a password is hashed costs nothing; a link that opens nothing was looked up, and is counted.
    skipFailedRequests: true,
    requestWasSuccessful: (_, res) => res.statusCode < 400 || res.statusCode === 404,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ''),
    handler: (_, res) => sendProblem(res, [{ code: 'rate-limited', facts: {} }]),
  }),
]
