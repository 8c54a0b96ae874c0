// How does a session start, go on and end?
import { createHash } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import type { Express, Request, Response } from 'express'
import { account, organisation, session } from '../../../db/schema/people.ts'
import { readMe, refreshSession, signIn, signOut } from '../../api/people.ts'
import { millisZ } from '../../domain/kit/time.ts'
import type { Role } from '../../domain/powers.ts'
import { b64u } from '../../proof/bytes.ts'
import type { Work } from '../db.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { keyInForce, known } from './caller.ts'
import { passwordMatches, prepareNobody } from './passwords.ts'
import { signInLimits } from './sign-in-limits.ts'
import { makeAccessToken } from './tokens.ts'

const COOKIE = 'madang_refresh'
const DAYS = 14
const digest = (token: string): Uint8Array => new Uint8Array(createHash('sha256').update(token).digest())

function setCookie(req: Request, res: Response, token: string, seconds: number): void {
  const secure = req.secure ? '; Secure' : ''
  res.setHeader(
    'Set-Cookie',
    `${COOKIE}=${token}; Path=/api/v1/sessions; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`,
  )
}

function cookieOf(req: Request): string | null {
  const found = (req.headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(`${COOKIE}=`))
  const token = found?.slice(COOKIE.length + 1)
  return token && /^[A-Za-z0-9_-]{43}$/.test(token) ? token : null
}

/** A page of another origin must not act with this browser's cookie. */
export function refuseForeignOrigin(req: Request): void {
  const site = req.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') refuse('foreign-origin')
  const { origin, host } = req.headers
  // A sandboxed page says `Origin: null`, which is nobody's address.
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) refuse('foreign-origin')
}

async function personOf(work: Work, id: string) {
  const rows = await work.tx
    .select({
      account: account.id,
      org: account.org,
      roles: account.roles,
      name: account.name,
      nameEn: organisation.nameEn,
    })
    .from(account)
    .innerJoin(organisation, eq(organisation.id, account.org))
    .where(eq(account.id, id))
  const row = rows[0]
  if (!row) refuse('bad-token')
  const key = await keyInForce(work, id)
  return { account: row.account, org: row.org, roles: row.roles as Role[], name: row.name, kid: key?.kid ?? null }
}

async function handOut(
  deps: Deps,
  work: Work,
  req: Request,
  res: Response,
  claim: { account: string; family: string },
) {
  const token = b64u(deps.P.random(32))
  await work.tx.insert(session).values({
    refreshHash: digest(token),
    family: claim.family,
    account: claim.account,
    startedAt: work.now.date,
    expiresAt: new Date(work.now.date.getTime() + DAYS * 86_400_000),
  })
  const access = await makeAccessToken(deps, claim, work.now.date)
  setCookie(req, res, token, DAYS * 86_400)
  res.setHeader('Cache-Control', 'no-store')
  return { accessToken: access.token, expiresAt: millisZ(access.expires), person: await personOf(work, claim.account) }
}

async function start({ deps, body, req, res }: Context<typeof signIn>) {
  refuseForeignOrigin(req)
  const found = await deps.db.withTx(async ({ tx }) => {
    const rows = await tx
      .select({ id: account.id, hash: account.passwordHash })
      .from(account)
      .where(eq(account.email, body.email.toLowerCase()))
    return rows[0] ?? null
  })
  // Outside any transaction: hashing takes a tenth of a second, and a connection is scarcer than that.
  if (!(await passwordMatches(found?.hash ?? null, body.password)) || !found) refuse('bad-credentials')
  const claim = { account: found.id, family: b64u(deps.P.random(16)) }
  return deps.db.withTx((work) => handOut(deps, work, req, res, claim))
}

async function goOn({ deps, req, res }: Context<typeof refreshSession>) {
  refuseForeignOrigin(req)
  const token = cookieOf(req)
  if (!token) refuse('bad-refresh')
  const outcome = await deps.db.withTx(async (work) => {
    const rows = await work.tx
      .select()
      .from(session)
      .where(eq(session.refreshHash, digest(token)))
      .for('update')
    const row = rows[0]
    if (!row || row.endedAt || row.expiresAt <= work.now.date) return null
    if (row.usedAt) {
      // Two hold the same token, so one of them stole it: nobody of this family goes on.
      await work.tx.update(session).set({ endedAt: work.now.date }).where(eq(session.family, row.family))
      return null
    }
    await work.tx.update(session).set({ usedAt: work.now.date }).where(eq(session.refreshHash, row.refreshHash))
    return handOut(deps, work, req, res, { account: row.account, family: row.family })
  })
  if (!outcome) {
    setCookie(req, res, '', 0)
    refuse('bad-refresh')
  }
  return outcome
}

async function end({ tx, now, req, res }: Context<typeof signOut>) {
  refuseForeignOrigin(req)
  const token = cookieOf(req)
  if (token) {
    const rows = await tx
      .select({ family: session.family })
      .from(session)
      .where(eq(session.refreshHash, digest(token)))
    const family = rows[0]?.family
    if (family) {
      await tx
        .update(session)
        .set({ endedAt: now.date })
        .where(and(eq(session.family, family), isNull(session.endedAt)))
    }
  }
  setCookie(req, res, '', 0)
  // What this browser's cache holds of the session goes with it. Not its storage: there the person's signing key and receipts are,
  // which nobody could give back; nor all cookies: ours has just ended, and the language is no secret.
  res.setHeader('Clear-Site-Data', '"cache"')
  return undefined
}

export function servePeople(app: Express, deps: Deps): void {
  void prepareNobody()
  serve(app, deps, signIn, start, { mode: 'own', before: signInLimits() })
  serve(app, deps, refreshSession, goOn, { mode: 'own' })
  serve(app, deps, signOut, end)
  serve(app, deps, readMe, ({ caller, ...work }) => personOf(work, known(caller).account))
}
