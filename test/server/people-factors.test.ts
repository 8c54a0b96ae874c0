// Does a second factor hold: codes used once, passkeys of our site alone, and acts that ask for one within five minutes?
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { guess, recoveryCode, signIn as signInTable, totp } from '../../db/schema/sign-in.ts'
import type { Person } from '../../scripts/person.ts'
import { submitBid, withdrawBid } from '../../src/api/bids.ts'
import { call } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../src/api/endpoints.ts'
import { readMe, signIn } from '../../src/api/people.ts'
import { asksForFactor } from '../../src/api/refusals.ts'
import * as contract from '../../src/api/sign-in.ts'
import { awardTender, lockScores, publishTender } from '../../src/api/tenders.ts'
import { POWERS, type Power } from '../../src/domain/powers.ts'
import { codeOf, fromBase32, stepAt } from '../../src/node/totp.ts'
import { openSecret } from '../../src/server/people/factor-key.ts'
import { ABOUT, REQUESTS } from '../support/requests.ts'
import { SoftPasskey } from '../support/soft-passkey.ts'
import { makeWorld, PASSWORD } from '../support/world.ts'

const world = await makeWorld({ suppliers: 1, evaluators: 7, custodians: 3 })
const { url } = world
const ORIGIN = `http://localhost:${world.config.port}`
let made = 0

/** Somebody new who has signed in with a password just now. */
async function somebody(): Promise<Person> {
  const id = `person-${++made}`
  const [person] = await world.add([{ id, org: `firm-of-${id}`, role: 'supplier' }])
  await set(person as Person, { steppedAt: null })
  return person as Person
}
const set = (person: Person, change: Partial<typeof signInTable.$inferInsert>) =>
  world.db.withTx(({ tx }) => tx.update(signInTable).set(change).where(eq(signInTable.account, person.account.id)))
const as = (person: Person) => ({ token: person.token })
const codeOfReply = (reply: { ok: boolean; code?: string }) => (reply.ok ? 'ok' : reply.code)

/** An authenticator app set up for the person; its secret, and the codes to write down. */
async function withApp(person: Person): Promise<{ secret: string; recovery: string[]; used: number }> {
  const begun = await call(url, contract.beginTotp, { ...as(person), body: {} })
  if (!begun.ok) throw new Error(begun.text)
  const { secret } = begun.body
  const used = stepAt(Date.now()) - 1
  const done = await call(url, contract.confirmTotp, {
    ...as(person),
    body: { code: codeOf(fromBase32(secret), used) },
  })
  if (!done.ok) throw new Error(done.text)
  return { secret, recovery: done.body.recoveryCodes, used }
}
/** The app as it was before any code was shown. */
const unused = (person: Person) =>
  world.db.withTx(({ tx }) => tx.update(totp).set({ lastStep: 0 }).where(eq(totp.account, person.account.id)))
const pardon = () => world.db.withTx(({ tx }) => tx.delete(guess))

async function ticketOf(person: Person) {
  const asked = await call(url, contract.startStepUp, { ...as(person), body: {} })
  if (!asked.ok) throw new Error(asked.text)
  return asked.body
}
async function show(person: Person, code: string) {
  const { ticket } = await ticketOf(person)
  return codeOfReply(await call(url, contract.stepUp, { ...as(person), body: { ticket, code } }))
}
const halfway = async (person: Person) => {
  const { email } = person.account
  const reply = await call(url, signIn, { body: { email, password: PASSWORD } })
  if (!reply.ok || !('secondFactor' in reply.body)) throw new Error(`no second factor is asked for: ${reply.text}`)
  return reply.body.secondFactor
}

describe('AUT-8 codes of an authenticator app', () => {
  test('count in their half minute, the one before and the one after, and in no other', async () => {
    const person = await somebody()
    const { secret } = await withApp(person)
    const codeAt = (steps: number) => codeOf(fromBase32(secret), stepAt(Date.now()) + steps)
    // At the edge of a half minute a neighbour may become the next but one: two steps of distance stay.
    for (const steps of [-4, -3, 3, 4]) {
      await unused(person)
      expect([steps, await show(person, codeAt(steps))]).toEqual([steps, 'bad-code'])
    }
    await unused(person)
    expect(await show(person, codeAt(0))).toBe('ok')
  })

  test('count once, for signing in as for an act, and so does every code before them', async () => {
    const person = await somebody()
    const { secret, used } = await withApp(person)
    const now = codeOf(fromBase32(secret), used + 1)
    expect(await show(person, codeOf(fromBase32(secret), used))).toBe('bad-code')
    expect(await show(person, now)).toBe('ok')
    expect(await show(person, now)).toBe('bad-code')
    const { ticket } = await halfway(person)
    expect(codeOfReply(await call(url, contract.finishSignIn, { body: { ticket, code: now } }))).toBe('bad-code')
    // Of two that come with one code at the same moment, one gets in.
    await unused(person)
    await pardon()
    const tickets = await Promise.all([ticketOf(person), ticketOf(person), ticketOf(person)])
    const code = codeOf(fromBase32(secret), stepAt(Date.now()))
    const replies = await Promise.all(
      tickets.map(({ ticket: t }) => call(url, contract.stepUp, { ...as(person), body: { ticket: t, code } })),
    )
    expect(replies.filter((reply) => reply.ok)).toHaveLength(1)
  })

  test('cannot be tried out: after ten wrong ones none is taken for a while, not even the right one', async () => {
    const person = await somebody()
    const { secret } = await withApp(person)
    await unused(person)
    const right = codeOf(fromBase32(secret), stepAt(Date.now()))
    const wrong = right === '000000' ? '000001' : '000000'
    const met: (string | undefined)[] = []
    for (let i = 0; i < 11; i++) met.push(await show(person, wrong))
    expect(met).toEqual([...Array(10).fill('bad-code'), 'rate-limited'])
    expect(await show(person, right)).toBe('rate-limited')
  })

  test('are asked for once the password was right, and five wrong ones end that question', async () => {
    const person = await somebody()
    await withApp(person)
    const { ticket, methods } = await halfway(person)
    expect(methods).toEqual(['totp', 'recovery'])
    const met: (string | undefined)[] = []
    for (let i = 0; i < 6; i++)
      met.push(codeOfReply(await call(url, contract.finishSignIn, { body: { ticket, code: '000000' } })))
    expect(met).toEqual([...Array(5).fill('bad-code'), 'challenge-over'])
  })

  test('have a secret that the database alone does not tell', async () => {
    const person = await somebody()
    const { secret } = await withApp(person)
    const rows = await world.db.withTx(({ tx }) => tx.select().from(totp).where(eq(totp.account, person.account.id)))
    const sealed = rows[0]?.secret as Uint8Array
    const bytes = Buffer.from(fromBase32(secret))
    expect(Buffer.from(sealed).includes(bytes)).toBe(false)
    const key = world.api.deps.keys.factors
    expect(Buffer.from(openSecret(key, `totp ${person.account.id}`, sealed))).toEqual(bytes)
    // Moved to another account it opens nothing.
    expect(() => openSecret(key, 'totp somebody-else', sealed)).toThrow()
  })
})

describe('AUT-8 recovery codes', () => {
  test('stand in for the factor once each, however they are written, and are nowhere to be read', async () => {
    const person = await somebody()
    const { recovery } = await withApp(person)
    expect(new Set(recovery).size).toBe(10)
    const [first = '', second = ''] = recovery
    expect(first).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
    expect(await show(person, first)).toBe('ok')
    expect(await show(person, first)).toBe('bad-code')
    expect(await show(person, ` ${second.toUpperCase().replaceAll('-', ' ')} `)).toBe('ok')
    const rows = await world.db.withTx(({ tx }) =>
      tx.select().from(recoveryCode).where(eq(recoveryCode.account, person.account.id)),
    )
    expect(rows).toHaveLength(10)
    expect(rows.filter((row) => row.usedAt !== null)).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toContain(first.replaceAll('-', ''))
  })

  test('are another person’s for nobody, and are replaced all at once', async () => {
    const [ann, ben] = [await somebody(), await somebody()]
    const [of] = [await withApp(ann), await withApp(ben)]
    expect(await show(ben, of.recovery[0] as string)).toBe('bad-code')
    const renewed = await call(url, contract.renewRecoveryCodes, { ...as(ann), body: {} })
    expect(await show(ann, of.recovery[0] as string)).toBe('bad-code')
    expect(await show(ann, (renewed.ok ? renewed.body.recoveryCodes[0] : '') as string)).toBe('ok')
  })
})

describe('AUT-8 passkeys', () => {
  async function withPasskey(person: Person): Promise<SoftPasskey> {
    const soft = new SoftPasskey(ORIGIN)
    const begun = await call(url, contract.beginPasskey, { ...as(person), body: {} })
    if (!begun.ok) throw new Error(begun.text)
    const body = { ticket: begun.body.ticket, name: 'soft', passkey: soft.make(begun.body.passkey) }
    const added = await call(url, contract.addPasskey, { ...as(person), body })
    if (!added.ok) throw new Error(added.text)
    return soft
  }
  const showTo = async (person: Person, soft: SoftPasskey, cheat = {}) => {
    const { ticket, passkey } = await ticketOf(person)
    const body = { ticket, passkey: soft.show(passkey ?? {}, cheat) }
    return codeOfReply(await call(url, contract.stepUp, { ...as(person), body }))
  }

  test('are refused from another site, for another question, without their user, or signed by another', async () => {
    const person = await somebody()
    const soft = await withPasskey(person)
    const cheats = {
      'another site': { origin: 'https://madang.evil.example' },
      'another site’s name': { rpID: 'evil.example' },
      'another port': { origin: 'http://localhost:1' },
      'another question': { challenge: Buffer.alloc(32).toString('base64url') },
      'a registration': { type: 'webauthn.create' },
      'nobody there': { verified: false },
      'another key': { forged: true },
    }
    for (const [what, cheat] of Object.entries(cheats))
      expect([what, await showTo(person, soft, cheat)]).toEqual([what, 'bad-passkey'])
    expect(await showTo(person, soft)).toBe('ok')
  })

  test('are refused when their counter does not go on: there are two of it', async () => {
    const person = await somebody()
    const soft = await withPasskey(person)
    expect(await showTo(person, soft, { counter: 40 })).toBe('ok')
    for (const counter of [40, 39, 1]) expect(await showTo(person, soft, { counter })).toBe('bad-passkey')
    expect(await showTo(person, soft, { counter: 41 })).toBe('ok')
  })

  test('answer one question once, their own and in their own session', async () => {
    const [ann, ben] = [await somebody(), await somebody()]
    const soft = await withPasskey(ann)
    const { ticket, passkey } = await ticketOf(ann)
    const body = { ticket, passkey: soft.show(passkey ?? {}) }
    expect(codeOfReply(await call(url, contract.stepUp, { ...as(ben), body }))).toBe('challenge-over')
    // Signing in again, the same person has another session, and the question was not asked there.
    const first = ann.token
    await world.session(ann)
    expect(codeOfReply(await call(url, contract.stepUp, { ...as(ann), body }))).toBe('challenge-over')
    expect(codeOfReply(await call(url, contract.stepUp, { token: first, body }))).toBe('ok')
    expect(codeOfReply(await call(url, contract.stepUp, { token: first, body }))).toBe('challenge-over')
    // One’s own passkey does not answer for another.
    await withPasskey(ben)
    const asked = await ticketOf(ben)
    const other = { ticket: asked.ticket, passkey: soft.show(asked.passkey ?? {}) }
    expect(codeOfReply(await call(url, contract.stepUp, { ...as(ben), body: other }))).toBe('bad-passkey')
  })

  test('let in without a password, and then count as the second factor', async () => {
    const person = await somebody()
    const soft = await withPasskey(person)
    const begun = await call(url, contract.startPasskey, { body: {} })
    if (!begun.ok) throw new Error(begun.text)
    const passkey = soft.show(begun.body.passkey)
    const entered = await call(url, contract.finishSignIn, { body: { ticket: begun.body.ticket, passkey } })
    if (!entered.ok) throw new Error(entered.text)
    expect(entered.body.person.account).toBe(person.account.id)
    expect(Date.parse(entered.body.steppedUpUntil ?? '')).toBeGreaterThan(Date.now())
    expect((await halfway(person)).methods).toEqual(['passkey'])
  })
})

describe('AUT-8 acts that ask for a second factor', () => {
  /** Written by hand, as promised: publish, submit a bid, lock scores, sign an award, move a deadline, grant roles, export, decide, be erased. */
  const ASKING: readonly Endpoint[] = [
    publishTender,
    submitBid,
    withdrawBid,
    lockScores,
    awardTender,
    ENDPOINTS.extendTender,
    ENDPOINTS.grantRoles,
    ENDPOINTS.invite,
    ENDPOINTS.delegate,
    ENDPOINTS.exportPeople,
    ENDPOINTS.approveProposal,
    ENDPOINTS.eraseMyData,
  ]

  test('are those whose power says so', () => {
    const flagged = (Object.values(ENDPOINTS) as Endpoint[]).filter(asksForFactor)
    expect(flagged.map((e) => e.id)).toEqual(expect.arrayContaining(ASKING.map((e) => e.id)))
  })

  test('are refused to whoever has shown none, or has more than five minutes ago, and have no effect', async () => {
    const no = await world.publish()
    const supplier = world.supplier(1)
    const sealed = await supplier.seal(no, { technical: { approach: 'x' }, price: { amount: '1', currency: 'KRW' } })
    const whoMay = (e: Endpoint) => [POWERS[e.power as Power].who].flat() as readonly string[]
    const by = (e: Endpoint) => (whoMay(e).includes('supplier') ? supplier : world.officer)
    const flagged = (Object.values(ENDPOINTS) as Endpoint[]).filter(asksForFactor)
    const askAs = async (e: Endpoint) => {
      const asked = REQUESTS[e.id as keyof typeof REQUESTS]({ ...ABOUT, no, key: `${e.id}-and-some-more` }, world)
      const body = e.id === 'submitBid' ? sealed.body : asked.body
      const reply = await call(url, e, { ...asked, body, ...as(by(e)) } as never)
      return codeOfReply(reply as { ok: boolean })
    }
    const later = new Date(Date.now() - 5 * 60_000 - 1000)
    for (const steppedAt of [null, later]) {
      for (const person of [supplier, world.officer]) await set(person, { steppedAt })
      const met: [string, string | undefined][] = []
      for (const e of flagged.filter((one) =>
        ['supplier', 'officer', 'signedIn'].some((who) => whoMay(one).includes(who)),
      ))
        met.push([e.id, await askAs(e)])
      expect(met).toEqual(met.map(([id]) => [id, 'step-up-needed']))
      expect(met.map(([id]) => id)).toEqual(expect.arrayContaining(['submitBid', 'enrolKey', 'approveProposal']))
    }
    expect((await world.published()).waiting).toBe(0)
    // Control: with one that was shown just now the same bid is taken.
    await set(supplier, { steppedAt: new Date() })
    expect(await askAs(submitBid)).toBe('ok')
    await world.stepUp(supplier)
    await world.stepUp(world.officer)
  })

  test('are not opened by signing in with a password alone, nor in another session than the one it was shown in', async () => {
    const person = await somebody()
    const { secret } = await withApp(person)
    await unused(person)
    const first = person.token
    await world.session(person)
    await set(person, { steppedAt: null })
    expect(await show(person, codeOf(fromBase32(secret), stepAt(Date.now())))).toBe('ok')
    const steppedIn = await world.db.withTx(({ tx }) =>
      tx.select().from(signInTable).where(eq(signInTable.account, person.account.id)),
    )
    expect(steppedIn.map((row) => row.steppedAt !== null).sort()).toEqual([false, true])
    expect(codeOfReply(await call(url, readMe, { token: first }))).toBe('ok')
  })
})

describe('setting up', () => {
  test('a first factor asks for a fresh sign-in, a further one or its removal for the one that is there', async () => {
    const person = await somebody()
    await set(person, { startedAt: new Date(Date.now() - 11 * 60_000) })
    expect(codeOfReply(await call(url, contract.beginTotp, { ...as(person), body: {} }))).toBe('sign-in-again')
    await set(person, { startedAt: new Date() })
    await withApp(person)
    await set(person, { steppedAt: null })
    expect(codeOfReply(await call(url, contract.beginPasskey, { ...as(person), body: {} }))).toBe('step-up-needed')
    expect(codeOfReply(await call(url, contract.removeTotp, as(person)))).toBe('step-up-needed')
    const kinds = (await world.mailsTo(person.account.email)).map((mail) => mail.kind)
    expect(kinds).toEqual(['factor-changed'])
  })
})
