// Which second factors does somebody have, and how are they set up and removed?
import { eq } from 'drizzle-orm'
import type { Express, Request } from 'express'
import { oidcIdentity, passkey } from '../../../db/schema/sign-in.ts'
import {
  addPasskey,
  beginPasskey,
  beginTotp,
  confirmTotp,
  readSecurity,
  removePasskey,
  removeTotp,
  renewRecoveryCodes,
} from '../../api/sign-in.ts'
import type { Words } from '../../domain/events.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { freshlySignedIn, steppedUp } from '../../domain/people/session-times.ts'
import type { Caller } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import { pagesAt, postMail } from '../mail/post-mail.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { accountById } from './account-store.ts'
import { known, sessionOf } from './caller.ts'
import {
  newRecoveryCodes,
  newTotp,
  recoveryCodesLeft,
  removeRecoveryCodes,
  removeTotpOf,
  takeTotp,
  totpOf,
} from './codes.ts'
import { countGuess, type Limit, wasRight } from './guesses.ts'
import { isHere, MOST_PASSKEYS, makeOptions, passkeysOf, readNewPasskey, siteOf } from './passkeys.ts'
import { factorsOf } from './second-factor.ts'
import { markStepUp } from './session-store.ts'
import { answeredRight, giveTicket, randomTicket, readTicket } from './tickets.ts'

const ISSUER = 'Madang'
const CONFIRMING: Limit = { name: 'code', most: 10, seconds: 900 }

/** A further factor is set up, and any is removed, only by whoever has shown one; the first one soon after signing in. */
export async function insistOnFactor(work: Work, caller: Caller): Promise<void> {
  const { account, startedAt, steppedUpAt } = known(caller)
  if ((await factorsOf(work, account)).length > 0) {
    if (!steppedUp(steppedUpAt, work.now.date)) refuse('step-up-needed')
  } else if (!freshlySignedIn(startedAt, work.now.date)) refuse('sign-in-again')
}

async function tell(deps: Deps, work: Work, req: Request, account: string, what: Words): Promise<void> {
  const { email, language } = await accountById(work, account)
  const base = pagesAt(deps.config, req)
  await postMail(work, { kind: 'factor-changed', account, address: email, language, base, facts: { ...what } })
}

const CHANGES = {
  totpOn: { ko: '인증 앱을 등록했습니다', en: 'an authenticator app was set up' },
  totpOff: { ko: '인증 앱을 지웠습니다', en: 'the authenticator app was removed' },
  codes: { ko: '복구 코드를 새로 만들었습니다', en: 'new recovery codes were made' },
  passkeyOn: { ko: '패스키를 등록했습니다', en: 'a passkey was set up' },
  passkeyOff: { ko: '패스키를 지웠습니다', en: 'a passkey was removed' },
} satisfies Record<string, Words>

async function read({ deps, caller, req, ...work }: Context<typeof readSecurity>) {
  const { account } = sessionOf(caller)
  const { email, emailVerifiedAt, passwordHash } = await accountById(work, account)
  const keys = await passkeysOf(work, account)
  const linked = await work.tx.select().from(oidcIdentity).where(eq(oidcIdentity.account, account))
  return {
    email,
    emailVerified: emailVerifiedAt !== null,
    password: passwordHash !== null,
    totp: (await totpOf(work, account))?.confirmedAt != null,
    recoveryCodesLeft: await recoveryCodesLeft(work, account),
    passkeys: keys.map(({ id, name, backedUp, madeAt, usedAt }) => ({
      id,
      name,
      backedUp,
      madeAt: millisZ(madeAt.getTime()),
      usedAt: usedAt && millisZ(usedAt.getTime()),
    })),
    passkeysHere: isHere(siteOf(deps.config, req), req),
    providers: deps.providers.map(({ name, ko, en }) => ({
      name,
      ko,
      en,
      linked: linked.some((row) => row.provider === name),
    })),
  }
}

async function startTotp({ deps, caller, ...work }: Context<typeof beginTotp>) {
  const { account } = sessionOf(caller)
  if ((await totpOf(work, account))?.confirmedAt) refuse('factor-there')
  await insistOnFactor(work, caller)
  const secret = await newTotp(work, deps.keys.factors, account)
  const { email } = await accountById(work, account)
  const label = encodeURIComponent(`${ISSUER}:${email}`)
  return { secret, uri: `otpauth://totp/${label}?secret=${secret}&issuer=${ISSUER}` }
}

async function finishTotp({ deps, caller, body, req, res }: Context<typeof confirmTotp>) {
  const { account, session } = sessionOf(caller)
  await countGuess(deps.db, res, CONFIRMING, account)
  return deps.db.withTx(async (work) => {
    const row = await totpOf(work, account)
    if (!row) refuse('factor-missing')
    if (row.confirmedAt) refuse('factor-there')
    const key = deps.keys.factors
    if (!(await takeTotp(work, key, account, body.code.replace(/\s/g, ''), true))) refuse('bad-code')
    await wasRight(work, CONFIRMING, account)
    await markStepUp(work, session, 'totp')
    await tell(deps, work, req, account, CHANGES.totpOn)
    return { recoveryCodes: await newRecoveryCodes(work, key, account) }
  })
}

/** Without a factor for which they could stand in, recovery codes open nothing. */
async function dropCodesOfNothing(work: Work, account: string): Promise<void> {
  if ((await factorsOf(work, account)).length === 0) await removeRecoveryCodes(work, account)
}

async function dropTotp({ deps, caller, req, ...work }: Context<typeof removeTotp>) {
  const { account } = sessionOf(caller)
  if (!(await totpOf(work, account))?.confirmedAt) refuse('factor-missing')
  await insistOnFactor(work, caller)
  await removeTotpOf(work, account)
  await dropCodesOfNothing(work, account)
  await tell(deps, work, req, account, CHANGES.totpOff)
  return undefined
}

async function renewCodes({ deps, caller, req, ...work }: Context<typeof renewRecoveryCodes>) {
  const { account } = sessionOf(caller)
  if ((await factorsOf(work, account)).length === 0) refuse('factor-missing')
  await insistOnFactor(work, caller)
  await tell(deps, work, req, account, CHANGES.codes)
  return { recoveryCodes: await newRecoveryCodes(work, deps.keys.factors, account) }
}

async function startPasskey({ deps, caller, req, ...work }: Context<typeof beginPasskey>) {
  const { account, session } = sessionOf(caller)
  const keys = await passkeysOf(work, account)
  if (keys.length >= MOST_PASSKEYS) refuse('factor-limit')
  await insistOnFactor(work, caller)
  const ticket = await giveTicket(work, { purpose: 'new-passkey', account, facts: { session }, ticket: randomTicket() })
  const person = await accountById(work, account)
  return { ticket, passkey: await makeOptions(siteOf(deps.config, req), ticket, person, keys) }
}

async function keepPasskey({ deps, caller, body, req, ...work }: Context<typeof addPasskey>) {
  const { account, session } = sessionOf(caller)
  const ticket = await readTicket(work, body.ticket, ['new-passkey'])
  if (!ticket || ticket.account !== account || ticket.facts.session !== session) refuse('challenge-over')
  const made = await readNewPasskey(siteOf(deps.config, req), body.ticket, body.passkey)
  if (!made) refuse('bad-passkey')
  const inserted = await work.tx
    .insert(passkey)
    .values({ ...made, account, name: body.name, madeAt: work.now.date })
    .onConflictDoNothing()
    .returning({ id: passkey.id })
  if (inserted.length === 0) refuse('factor-there')
  await answeredRight(work, ticket)
  // Its owner was verified by the authenticator just now.
  await markStepUp(work, session, 'passkey')
  await tell(deps, work, req, account, CHANGES.passkeyOn)
  return { id: made.id }
}

async function dropPasskey({ deps, caller, params, req, ...work }: Context<typeof removePasskey>) {
  const { account } = sessionOf(caller)
  const own = (await passkeysOf(work, account)).some((key) => key.id === params.id)
  if (!own) refuse('not-found')
  await insistOnFactor(work, caller)
  await work.tx.delete(passkey).where(eq(passkey.id, params.id))
  await dropCodesOfNothing(work, account)
  await tell(deps, work, req, account, CHANGES.passkeyOff)
  return undefined
}

export function serveSecurity(app: Express, deps: Deps): void {
  serve(app, deps, readSecurity, read)
  serve(app, deps, beginTotp, startTotp)
  serve(app, deps, confirmTotp, finishTotp, { mode: 'own' })
  serve(app, deps, removeTotp, dropTotp)
  serve(app, deps, renewRecoveryCodes, renewCodes)
  serve(app, deps, beginPasskey, startPasskey)
  serve(app, deps, addPasskey, keepPasskey)
  serve(app, deps, removePasskey, dropPasskey)
}
