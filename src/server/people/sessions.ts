// How does a session start, go on and end?
import type { Express } from 'express'
import { readMe, refreshSession, signIn, signOut } from '../../api/people.ts'
import {
  endSession,
  endSessions,
  finishSignIn,
  listSessions,
  startPasskey,
  startStepUp,
  stepUp,
} from '../../api/sign-in.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { accountAndDevice, addressOf, savePassword } from './account-store.ts'
import { known, sessionOf } from './caller.ts'
import { deviceOf, refreshCookie, refuseForeignOrigin } from './cookies.ts'
import { countIn, type Limit, refuseTooMany, wasRight } from './guesses.ts'
import { countsUntil, handOut, letIn, personOf } from './hand-out.ts'
import { askOptions, siteOf } from './passkeys.ts'
import { hashPassword, isOutdated, passwordMatches, prepareNobody } from './passwords.ts'
import { type Answer, askForFactor, factorsOf, withFactor } from './second-factor.ts'
import {
  endFamily,
  endSessionOf,
  endSessionsOf,
  familyOfToken,
  markStepUp,
  refreshSessionOf,
  sessionsOf,
} from './session-store.ts'
import { signInLimits } from './sign-in-limits.ts'
import { giveTicket } from './tickets.ts'

/** Wrong passwords for one account from browsers that were never signed in to it, all of them together. */
export const STRANGERS: Limit = { name: 'account', most: 5, seconds: 3600 }
/** Wrong passwords for one account from one browser that was: whoever guesses elsewhere does not hold it up. */
export const KNOWN_DEVICE: Limit = { name: 'device', most: 10, seconds: 3600 }

async function start({ deps, body, req, res }: Context<typeof signIn>) {
  refuseForeignOrigin(req)
  const email = addressOf(body.email)
  const device = deviceOf(req)
  const { found, limit, of, counted } = await deps.db.withTx(async (work) => {
    const { found, familiar } = await accountAndDevice(work, email, device)
    const [limit, of]: [Limit, string] =
      familiar && device ? [KNOWN_DEVICE, `${email} ${Buffer.from(device).toString('hex')}`] : [STRANGERS, email]
    return { found, limit, of, counted: await countIn(work, limit, of) }
  })
  refuseTooMany(res, limit, counted)
  // Outside any transaction: hashing takes a tenth of a second, and a connection is scarcer than that.
  if (!(await passwordMatches(found?.passwordHash ?? null, body.password)) || !found) refuse('bad-credentials')
  const outdated = found.passwordHash !== null && isOutdated(found.passwordHash)
  const fresh = outdated ? await hashPassword(body.password) : null
  return deps.db.withTx(async (work) => {
    await wasRight(work, limit, of)
    if (fresh !== null) await savePassword(work, found.id, fresh)
    const methods = await factorsOf(work, found.id)
    if (methods.length === 0)
      return letIn(deps, work, { req, res }, { account: found.id, method: 'password', steppedBy: null })
    const asked = { purpose: 'second-step', account: found.id, methods, facts: { method: 'password' } } as const
    return { secondFactor: await askForFactor(deps, work, req, { ...asked, methods }) }
  })
}

async function withPasskey({ deps, tx, now, req }: Context<typeof startPasskey>) {
  refuseForeignOrigin(req)
  const ticket = await giveTicket({ tx, now }, { purpose: 'passkey', account: null })
  return { ticket, passkey: await askOptions(siteOf(deps.config, req), ticket) }
}

async function finish({ deps, body, req, res }: Context<typeof finishSignIn>) {
  refuseForeignOrigin(req)
  const at = { req, res }
  return withFactor(
    deps,
    at,
    ['second-step', 'passkey'],
    body as Answer,
    () => true,
    (work, { account, by, ticket }) =>
      letIn(deps, work, at, { account, method: String(ticket.facts.method ?? 'passkey'), steppedBy: by }),
  )
}

async function goOn({ deps, req, res }: Context<typeof refreshSession>) {
  refuseForeignOrigin(req)
  const token = refreshCookie.of(req)
  if (!token) refuse('bad-refresh')
  const outcome = await deps.db.withTx(async (work) => {
    const begun = await refreshSessionOf(deps.P, work, token)
    return begun && handOut(deps, work, { req, res }, begun)
  })
  if (!outcome) {
    refreshCookie.clear(req, res)
    refuse('bad-refresh')
  }
  return outcome
}

async function end({ req, res, ...work }: Context<typeof signOut>) {
  refuseForeignOrigin(req)
  const token = refreshCookie.of(req)
  const family = token ? await familyOfToken(work, token) : null
  if (family !== null) await endFamily(work, family, 'signed out')
  refreshCookie.clear(req, res)
  // What this browser's cache holds of the session goes with it. Not its storage: there the person's signing key and receipts are,
  // which nobody could give back; nor all cookies: ours has just ended, and the language is no secret.
  res.setHeader('Clear-Site-Data', '"cache"')
  return undefined
}

async function list({ caller, ...work }: Context<typeof listSessions>) {
  const { account, session } = sessionOf(caller)
  const rows = await sessionsOf(work, account)
  const sessions = rows.map(({ id, method, agent, startedAt, seenAt, expiresAt }) => ({
    id,
    current: id === session,
    method,
    agent,
    startedAt: millisZ(startedAt.getTime()),
    seenAt: millisZ(seenAt.getTime()),
    expiresAt: millisZ(expiresAt.getTime()),
  }))
  return { sessions }
}

async function askStepUp({ deps, caller, req, ...work }: Context<typeof startStepUp>) {
  const { account, session } = sessionOf(caller)
  const methods = await factorsOf(work, account)
  if (methods.length === 0) refuse('factor-missing')
  return askForFactor(deps, work, req, { purpose: 'step-up', account, methods, facts: { session } })
}

async function showFactor({ deps, caller, body, req, res }: Context<typeof stepUp>) {
  const { account, session } = sessionOf(caller)
  // Another session's ticket is nobody's here.
  const own = (ticket: { account: string | null; facts: Record<string, unknown> }) =>
    ticket.account === account && ticket.facts.session === session
  const steppedUpUntil = await withFactor(
    deps,
    { req, res },
    ['step-up'],
    body as Answer,
    own,
    async (work, { by }) => {
      await markStepUp(work, session, by)
      return countsUntil(work.now.date, work.now.date)
    },
  )
  return { steppedUpUntil }
}

export function servePeople(app: Express, deps: Deps): void {
  void prepareNobody()
  serve(app, deps, signIn, start, { mode: 'own', before: signInLimits() })
  serve(app, deps, startPasskey, withPasskey)
  serve(app, deps, finishSignIn, finish, { mode: 'own', before: signInLimits() })
  serve(app, deps, refreshSession, goOn, { mode: 'own' })
  serve(app, deps, signOut, end)
  serve(app, deps, readMe, ({ caller, ...work }) => personOf(work, known(caller).account))
  serve(app, deps, listSessions, list)
  serve(app, deps, endSession, async ({ caller, params, ...work }) => {
    if (!(await endSessionOf(work, sessionOf(caller).account, params.id, 'ended by its owner'))) refuse('not-found')
    return undefined
  })
  serve(app, deps, endSessions, async ({ caller, query, ...work }) => {
    const { account, session } = sessionOf(caller)
    return { ended: await endSessionsOf(work, account, 'all ended by their owner', query.keep && session) }
  })
  serve(app, deps, startStepUp, askStepUp)
  serve(app, deps, stepUp, showFactor, { mode: 'own' })
}
