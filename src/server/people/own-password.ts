// How does somebody get another password: by knowing the old one, or by owning the mailbox?
import type { Express, Request } from 'express'
import { changePassword, requestReset, requestVerification, resetPassword, verifyEmail } from '../../api/sign-in.ts'
import type { Work } from '../db.ts'
import { pagesAt, postMail } from '../mail/post-mail.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { accountById, addressOf, savePassword, verifyAddress } from './account-store.ts'
import { sessionOf } from './caller.ts'
import { hashFor } from './choose-password.ts'
import { refuseForeignOrigin } from './cookies.ts'
import { forgetDevices } from './devices.ts'
import { countGuess, type Limit, wasRight } from './guesses.ts'
import { closeLinks, readLink, redeemLink } from './links.ts'
import { passwordMatches } from './passwords.ts'
import { endSessionsOf } from './session-store.ts'
import { mailLimits } from './sign-in-limits.ts'

/** Wrong present passwords, from whoever found the browser open. */
const PRESENT: Limit = { name: 'present-password', most: 5, seconds: 3600 }
/** Mails that somebody can have sent to one address, whether an account has it or not. */
const MAILS: Limit = { name: 'mails', most: 5, seconds: 3600 }

/** After a new password: other sessions end, other browsers are strangers, links that were on their way open nothing, the owner hears of it. */
async function passwordChanged(deps: Deps, work: Work, req: Request, account: string, keep?: string): Promise<void> {
  const { email, language } = await accountById(work, account)
  await endSessionsOf(work, account, 'password changed', keep)
  await forgetDevices(work, account)
  await closeLinks(work, account, 'reset-password')
  const base = pagesAt(deps.config, req)
  await postMail(work, { kind: 'password-changed', account, address: email, language, base })
}

async function change({ deps, caller, body, req, res }: Context<typeof changePassword>) {
  const { account, session } = sessionOf(caller)
  await countGuess(deps.db, res, PRESENT, account)
  const { passwordHash } = await deps.db.withTx((work) => accountById(work, account))
  if (!(await passwordMatches(passwordHash, body.current))) refuse('bad-credentials')
  await deps.db.withTx((work) => wasRight(work, PRESENT, account))
  const hash = await hashFor(deps.db, account, body.password)
  await deps.db.withTx(async (work) => {
    await savePassword(work, account, hash)
    await passwordChanged(deps, work, req, account, session)
  })
}

/** The same work for every address: whether an account has it is found out by the job that writes the mail. */
async function askForReset({ deps, body, req, res }: Context<typeof requestReset>) {
  refuseForeignOrigin(req)
  const address = addressOf(body.email)
  await countGuess(deps.db, res, MAILS, address)
  await deps.db.withTx((work) =>
    postMail(work, { kind: 'reset-password', account: null, address, base: pagesAt(deps.config, req) }),
  )
}

async function reset({ deps, body, req }: Context<typeof resetPassword>) {
  refuseForeignOrigin(req)
  const { account } = await deps.db.withTx((work) => readLink(work, 'reset-password', body.token))
  if (account === null) refuse('link-over')
  // The link is used up only with a password that may be chosen: a refusal does not cost a second mail.
  const hash = await hashFor(deps.db, account, body.password)
  await deps.db.withTx(async (work) => {
    await redeemLink(work, 'reset-password', body.token)
    await savePassword(work, account, hash)
    // Who has read the mail owns the address.
    await verifyAddress(work, account)
    await passwordChanged(deps, work, req, account)
  })
}

async function askForVerification({ deps, caller, req, res }: Context<typeof requestVerification>) {
  const { account } = sessionOf(caller)
  const { email, language } = await deps.db.withTx((work) => accountById(work, account))
  await countGuess(deps.db, res, MAILS, email)
  const base = pagesAt(deps.config, req)
  await deps.db.withTx((work) => postMail(work, { kind: 'verify-address', account, address: email, language, base }))
}

async function verify({ body, req, ...work }: Context<typeof verifyEmail>) {
  refuseForeignOrigin(req)
  const { account, email } = await redeemLink(work, 'verify-address', body.token)
  if (account === null) refuse('link-over')
  // A link to an address that the account has no more says nothing about the one it has.
  if ((await accountById(work, account)).email !== email) refuse('link-over')
  await verifyAddress(work, account)
  return undefined
}

export function servePasswords(app: Express, deps: Deps): void {
  serve(app, deps, changePassword, change, { mode: 'own' })
  serve(app, deps, requestReset, askForReset, { mode: 'own', before: mailLimits() })
  serve(app, deps, resetPassword, reset, { mode: 'own' })
  serve(app, deps, requestVerification, askForVerification, { mode: 'own' })
  serve(app, deps, verifyEmail, verify)
}
