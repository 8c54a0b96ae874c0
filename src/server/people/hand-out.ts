// What does whoever signs in get? An access token in the reply, a refresh token in a cookie, and a cookie by which the browser is known again.
import { and, eq } from 'drizzle-orm'
import type { Request, Response } from 'express'
import { account, actorKey, organisation } from '../../../db/schema/people.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { STEP_UP_MINUTES, steppedUp } from '../../domain/people/session-times.ts'
import type { Role, Standing } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import { pagesAt, postMail } from '../mail/post-mail.ts'
import { refuse } from '../problem.ts'
import type { Deps } from '../serve.ts'
import { accountById } from './account-store.ts'
import { inForce } from './caller.ts'
import { giveDevice, refreshCookie } from './cookies.ts'
import { rememberDevice } from './devices.ts'
import { type Begun, beginSession } from './session-store.ts'
import { makeAccessToken } from './tokens.ts'

export async function personOf(work: Work, id: string) {
  const rows = await work.tx
    .select({
      account: account.id,
      org: account.org,
      roles: account.roles,
      name: account.name,
      kid: actorKey.kid,
      standing: organisation.standing,
    })
    .from(account)
    .innerJoin(organisation, eq(organisation.id, account.org))
    .leftJoin(actorKey, and(eq(actorKey.account, account.id), inForce))
    .where(eq(account.id, id))
  const row = rows[0]
  if (!row) refuse('bad-token')
  return { ...row, roles: row.roles as Role[], standing: row.standing as Standing }
}

/** Until when a second factor shown at `at` counts, as the contract writes it. */
export const countsUntil = (at: Date | null, now: Date): string | null =>
  at !== null && steppedUp(at, now) ? millisZ(at.getTime() + STEP_UP_MINUTES * 60_000) : null

/** The reply and the cookie of a session that has begun or goes on. */
export async function handOut(deps: Deps, work: Work, { req, res }: { req: Request; res: Response }, begun: Begun) {
  const access = await makeAccessToken(deps, begun, work.now.date)
  refreshCookie.set(req, res, begun.token, begun.seconds)
  res.setHeader('Cache-Control', 'no-store')
  return {
    accessToken: access.token,
    expiresAt: millisZ(access.expires),
    person: await personOf(work, begun.account),
    steppedUpUntil: countsUntil(begun.steppedAt, work.now.date),
  }
}

/** Begins a session for an account that has shown enough. Its owner hears by mail of a browser that is new to it. */
export async function letIn(
  deps: Deps,
  work: Work,
  { req, res }: { req: Request; res: Response },
  who: { account: string; method: string; steppedBy: string | null },
) {
  const agent = String(req.headers['user-agent'] ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 200)
  const begun = await beginSession(deps.P, work, { ...who, agent })
  if (await rememberDevice(work, who.account, giveDevice(req, res))) {
    const { email, language } = await accountById(work, who.account)
    await postMail(work, {
      kind: 'new-device',
      account: who.account,
      address: email,
      language,
      base: pagesAt(deps.config, req),
      facts: { at: millisZ(work.now.date.getTime()), agent: agent.slice(0, 100) },
    })
  }
  return handOut(deps, work, { req, res }, begun)
}
