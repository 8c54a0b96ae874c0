// How often may somebody ask? Per address for strangers, per account and organisation for those who are known.
import type { Request, RequestHandler, Response } from 'express'
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit'
import type { Caller } from '../../domain/powers.ts'
import { refuse, sendProblem } from '../problem.ts'

const WINDOW_MS = 60_000
/** Requests a minute. Far above what people and honest programs need, far below what would keep a server busy. */
export const PER_MINUTE = { address: 6000, account: 3000, organisation: 12_000 } as const

/** What comes from this machine comes through a proxy that hides who asks, or from us: by address it would count as one. */
const isOurselves = (ip: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(ip)

/** The limit by address, before anything else is done with a request to the API. Each server process counts for itself. */
export const addressLimit = (most: number = PER_MINUTE.address): RequestHandler =>
  rateLimit({
    windowMs: WINDOW_MS,
    limit: most,
    identifier: 'address',
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (req: Request) => ipKeyGenerator(req.ip ?? ''),
    skip: (req: Request) => isOurselves(req.ip ?? ''),
    handler: (_, res) => sendProblem(res, [{ code: 'rate-limited', facts: {} }]),
  })

export type CallerLimit = (res: Response, caller: Caller) => Promise<void>

/**
 * The limits of callers who are known, whatever address they come from. What a rival asks counts for the rival: no request of
 * somebody else's takes anything from a bidder. Refuses with 429, `Retry-After` and RateLimit fields (draft 8).
 */
export function callerLimits(most: { account: number; organisation: number } = PER_MINUTE): CallerLimit {
  const count = (name: 'account' | 'organisation') => {
    const store = new MemoryStore()
    store.init({ windowMs: WINDOW_MS } as Parameters<MemoryStore['init']>[0])
    return async (res: Response, key: string) => {
      const { totalHits, resetTime } = await store.increment(key)
      const seconds = Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000))
      res.append('RateLimit-Policy', `"${name}"; q=${most[name]}; w=${WINDOW_MS / 1000}`)
      res.append('RateLimit', `"${name}"; r=${Math.max(0, most[name] - totalHits)}; t=${seconds}`)
      if (totalHits <= most[name]) return
      res.setHeader('Retry-After', String(seconds))
      refuse('rate-limited')
    }
  }
  const [account, organisation] = [count('account'), count('organisation')]
  return async (res, caller) => {
    if (!caller) return
    await account(res, caller.account)
    await organisation(res, caller.org)
  }
}
