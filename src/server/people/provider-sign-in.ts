// How does somebody sign in whom another provider knows? By the account that is linked to that person; nobody gets one by it.
import { and, eq } from 'drizzle-orm'
import type { Express, Request, Response } from 'express'
import { oidcIdentity } from '../../../db/schema/sign-in.ts'
import { finishProvider, linkProvider, listProviders, startProvider, unlinkProvider } from '../../api/sign-in.ts'
import { pagesAt } from '../mail/post-mail.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { accountByEmail } from './account-store.ts'
import { sessionOf } from './caller.ts'
import { flowCookie, refuseForeignOrigin } from './cookies.ts'
import { letIn } from './hand-out.ts'
import { type Flow, newFlow, type Person, type Provider } from './providers.ts'
import { insistOnFactor } from './security.ts'
import { answeredRight, giveTicket, readTicket } from './tickets.ts'

/** Seconds in which one signs in at the provider. */
const SECONDS = 900

function named(deps: Deps, name: string): Provider {
  return deps.providers.find((one) => one.name === name) ?? refuse('provider-unknown')
}

const returnTo = (deps: Deps, req: Request, name: string): string =>
  `${pagesAt(deps.config, req)}/sign-in/return/${name}`

async function start({ deps, params, req, res }: Context<typeof startProvider>) {
  refuseForeignOrigin(req)
  const provider = named(deps, params.name)
  const flow = newFlow()
  const url = await provider.begin(returnTo(deps, req, params.name), flow)
  const ticket = await deps.db.withTx((work) =>
    giveTicket(work, {
      purpose: 'provider',
      account: null,
      facts: { provider: params.name, ...flow },
      minutes: SECONDS / 60,
    }),
  )
  flowCookie.set(req, res, ticket, SECONDS)
  return { url }
}

/** Who came back from the provider in the browser in which it began; each flow is used once, whatever comes of it. */
async function cameBack(
  deps: Deps,
  { req, res }: { req: Request; res: Response },
  name: string,
  query: string,
): Promise<Person> {
  const provider = named(deps, name)
  const ticket = flowCookie.of(req)
  const facts = await deps.db.withTx(async (work) => {
    const row = ticket === null ? null : await readTicket(work, ticket, ['provider'])
    if (!row || row.facts.provider !== name) return null
    await answeredRight(work, row)
    return row.facts
  })
  flowCookie.clear(req, res)
  if (!facts) refuse('challenge-over')
  const flow: Flow = { state: String(facts.state), nonce: String(facts.nonce), verifier: String(facts.verifier) }
  return provider.finish(returnTo(deps, req, name), query.startsWith('?') ? query : `?${query}`, flow)
}

async function finish({ deps, params, body, req, res }: Context<typeof finishProvider>) {
  refuseForeignOrigin(req)
  const at = { req, res }
  const person = await cameBack(deps, at, params.name, body.query)
  const { linkByEmail } = named(deps, params.name)
  return deps.db.withTx(async (work) => {
    const rows = await work.tx
      .select({ account: oidcIdentity.account })
      .from(oidcIdentity)
      .where(and(eq(oidcIdentity.provider, params.name), eq(oidcIdentity.subject, person.subject)))
    let account = rows[0]?.account ?? null
    if (account === null && linkByEmail && person.verifiedEmail !== null) {
      const found = await accountByEmail(work, person.verifiedEmail)
      if (found?.emailVerifiedAt) {
        const linked = await work.tx
          .insert(oidcIdentity)
          .values({ provider: params.name, subject: person.subject, account: found.id, linkedAt: work.now.date })
          .onConflictDoNothing()
          .returning({ account: oidcIdentity.account })
        account = linked[0]?.account ?? null
      }
    }
    if (account === null) refuse('person-unknown')
    return letIn(deps, work, at, { account, method: `oidc ${params.name}`, steppedBy: null })
  })
}

async function link({ deps, caller, params, body, req, res }: Context<typeof linkProvider>) {
  const { account } = sessionOf(caller)
  await deps.db.withTx((work) => insistOnFactor(work, caller))
  const person = await cameBack(deps, { req, res }, params.name, body.query)
  await deps.db.withTx(async (work) => {
    const linked = await work.tx
      .insert(oidcIdentity)
      .values({ provider: params.name, subject: person.subject, account, linkedAt: work.now.date })
      .onConflictDoNothing()
      .returning({ account: oidcIdentity.account })
    if (linked.length > 0) return
    const rows = await work.tx
      .select({ account: oidcIdentity.account })
      .from(oidcIdentity)
      .where(and(eq(oidcIdentity.provider, params.name), eq(oidcIdentity.subject, person.subject)))
    // To link twice is no error; to link two persons, or one to two accounts, is.
    if (rows[0]?.account !== account) refuse('identity-taken')
  })
}

async function unlink({ caller, params, ...work }: Context<typeof unlinkProvider>) {
  const { account } = sessionOf(caller)
  const own = and(eq(oidcIdentity.account, account), eq(oidcIdentity.provider, params.name))
  const rows = await work.tx.select({ account: oidcIdentity.account }).from(oidcIdentity).where(own)
  if (rows.length === 0) refuse('not-found')
  await insistOnFactor(work, caller)
  await work.tx.delete(oidcIdentity).where(own)
  return undefined
}

export function serveProviders(app: Express, deps: Deps): void {
  serve(app, deps, listProviders, async () => ({
    providers: deps.providers.map(({ name, ko, en }) => ({ name, ko, en })),
  }))
  serve(app, deps, startProvider, start, { mode: 'own' })
  serve(app, deps, finishProvider, finish, { mode: 'own' })
  serve(app, deps, linkProvider, link, { mode: 'own' })
  serve(app, deps, unlinkProvider, unlink)
}
