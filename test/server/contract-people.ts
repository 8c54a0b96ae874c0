// The part of the contract that is about people, walked through: second factors, passkeys, sessions, passwords, links, other providers.
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { passkey, signIn } from '../../db/schema/sign-in.ts'
import type { Person } from '../../scripts/person.ts'
import type { EndpointId } from '../../src/api/endpoints.ts'
import type { Code } from '../../src/api/problems.ts'
import { codeOf, fromBase32, stepAt } from '../../src/node/totp.ts'
import type { OidcHouse } from '../support/oidc-house.ts'
import type { Asked } from '../support/requests.ts'
import { SoftPasskey } from '../support/soft-passkey.ts'
import { PASSWORD, type World } from '../support/world.ts'

// biome-ignore lint/suspicious/noExplicitAny: replies are judged by the recorder against their schemas
type Met = { status: number; headers: Headers; body: any }
export type Walk = {
  world: World
  oidc: OidcHouse
  /** A second provider. */
  other: OidcHouse
  met: (id: EndpointId, person: Person | null, change?: Asked) => Promise<Met>
  refuses: (code: Code, id: EndpointId, person: Person | null, change?: Asked) => Promise<void>
}

const LEAKED = 'unbelievable'
const WEAK: [Code, string][] = [
  ['password-too-short', 'eleven char'],
  ['password-too-long', 'long '.repeat(30)],
  ['password-leaked', LEAKED],
  ['password-simple', 'abcdabcdabcd'],
  ['password-context', 'madang-madang-1'],
]
const FOREIGN = { origin: 'http://evil.example' }

export function walkPeople({ world, oidc, other, met, refuses }: Walk): void {
  let made = 0
  /** Somebody new, signed in just now, who has shown no second factor. */
  async function somebody(): Promise<Person> {
    const id = `walker-${++made}`
    const [person] = await world.add([{ id, org: `walkers-${made}`, role: 'supplier' }])
    await forget(person as Person)
    return person as Person
  }
  const change = (person: Person, set: Partial<typeof signIn.$inferInsert>) =>
    world.db.withTx(({ tx }) => tx.update(signIn).set(set).where(eq(signIn.account, person.account.id)))
  /** The second factor was shown too long ago to count. */
  const forget = (person: Person) => change(person, { steppedAt: null })
  const done = async (id: EndpointId, person: Person | null, asked: Asked = {}): Promise<Met> => {
    const reply = await met(id, person, asked)
    expect([id, reply.status, reply.status >= 400 ? reply.body : null]).toEqual([id, reply.status, null])
    return reply
  }
  const shown = new Map<string, number>()
  /** A code of this secret that was not shown yet. */
  const codeFor = (secret: string): string => {
    const step = Math.max(stepAt(Date.now()) - 1, (shown.get(secret) ?? 0) + 1)
    shown.set(secret, step)
    return codeOf(fromBase32(secret), step)
  }
  const origin = `http://localhost:${world.config.port}`
  const tokenOf = (reply: Met) => reply.body.accessToken as string

  describe('second factors', () => {
    test('are set up, shown and removed only as declared', { timeout: 120_000 }, async () => {
      const ann = await somebody()
      for (const id of ['removeTotp', 'renewRecoveryCodes', 'startStepUp', 'confirmTotp'] as const)
        await refuses('factor-missing', id, ann)
      const link = { params: { name: 'gaon' } }
      await change(ann, { startedAt: new Date(Date.now() - 3_600_000) })
      for (const id of ['beginTotp', 'beginPasskey'] as const) await refuses('sign-in-again', id, ann)
      await refuses('sign-in-again', 'linkProvider', ann, link)
      await change(ann, { startedAt: new Date() })

      const { secret } = (await done('beginTotp', ann)).body
      await refuses('bad-code', 'confirmTotp', ann)
      const { recoveryCodes } = (await done('confirmTotp', ann, { body: { code: codeFor(secret) } })).body
      expect(recoveryCodes).toHaveLength(10)
      await refuses('factor-there', 'confirmTotp', ann)
      await refuses('factor-there', 'beginTotp', ann)
      await forget(ann)
      for (const id of ['removeTotp', 'renewRecoveryCodes', 'beginPasskey'] as const)
        await refuses('step-up-needed', id, ann)
      await refuses('step-up-needed', 'linkProvider', ann, link)

      const { ticket } = (await done('startStepUp', ann)).body
      await refuses('challenge-over', 'stepUp', ann)
      await refuses('bad-code', 'stepUp', ann, { body: { ticket, code: '000000' } })
      await done('stepUp', ann, { body: { ticket, code: codeFor(secret) } })
      await done('renewRecoveryCodes', ann)

      const soft = new SoftPasskey(origin)
      const begun = (await done('beginPasskey', ann)).body
      const add = (of: Met['body'], answer: object) => ({
        body: { ticket: of.ticket, name: '노트북', passkey: answer },
      })
      await refuses(
        'bad-passkey',
        'addPasskey',
        ann,
        add(begun, soft.make(begun.passkey, { origin: 'http://evil.example' })),
      )
      await done('addPasskey', ann, add(begun, soft.make(begun.passkey)))
      await refuses('challenge-over', 'addPasskey', ann, add(begun, soft.make(begun.passkey)))
      const again = (await done('beginPasskey', ann)).body
      await refuses('factor-there', 'addPasskey', ann, add(again, soft.make(again.passkey)))

      const asked = (await done('startStepUp', ann)).body
      expect(asked.methods).toEqual(['totp', 'passkey', 'recovery'])
      const forged = soft.show(asked.passkey, { forged: true })
      await refuses('bad-passkey', 'stepUp', ann, { body: { ticket: asked.ticket, passkey: forged } })
      await done('stepUp', ann, { body: { ticket: asked.ticket, passkey: soft.show(asked.passkey) } })
      expect((await done('readSecurity', ann)).body).toMatchObject({ totp: true, passkeys: [{ name: '노트북' }] })

      // Signing in with them.
      const body = { email: ann.account.email, password: PASSWORD }
      const half = (await done('signIn', null, { body })).body.secondFactor
      await refuses('bad-code', 'finishSignIn', null, { body: { ticket: half.ticket, code: '000000' } })
      const cheat = { ticket: half.ticket, passkey: soft.show(half.passkey, { verified: false }) }
      await refuses('bad-passkey', 'finishSignIn', null, { body: cheat })
      const answer = { ticket: half.ticket, passkey: soft.show(half.passkey) }
      await done('finishSignIn', null, { body: answer })
      await refuses('challenge-over', 'finishSignIn', null, { body: answer })
      const alone = (await done('startPasskey', null)).body
      const entered = await done('finishSignIn', null, {
        body: { ticket: alone.ticket, passkey: soft.show(alone.passkey) },
      })
      expect(entered.body.person.account).toBe(ann.account.id)
      for (const id of ['startPasskey', 'finishSignIn'] as const)
        await refuses('foreign-origin', id, null, { headers: FOREIGN })
      for (let wrong = 0; wrong < 9; wrong += 4) {
        const { ticket } = (await done('signIn', null, { body })).body.secondFactor
        for (let i = 0; i < 4; i++) await met('finishSignIn', null, { body: { ticket, code: '000000' } })
      }
      const last = (await done('signIn', null, { body })).body.secondFactor
      await refuses('rate-limited', 'finishSignIn', null, { body: { ticket: last.ticket, code: '000000' } })

      // And leaving them.
      await done('removeTotp', ann)
      await refuses('not-found', 'removePasskey', ann)
      await forget(ann)
      await refuses('step-up-needed', 'beginTotp', ann)
      await refuses('step-up-needed', 'removePasskey', ann, { params: { id: soft.id } })
      await change(ann, { steppedAt: new Date() })
      await done('removePasskey', ann, { params: { id: soft.id } })
      const row = { account: ann.account.id, publicKey: new Uint8Array(1), counter: 0, transports: [], backedUp: false }
      await world.db.withTx(({ tx, now }) =>
        tx
          .insert(passkey)
          .values(Array.from({ length: 20 }, (_, i) => ({ ...row, id: `full-${i}`, name: 'x', madeAt: now.date }))),
      )
      await refuses('factor-limit', 'beginPasskey', ann)
    })
  })

  describe('sessions', () => {
    test('are listed by their owner and ended one by one, or all at once', async () => {
      const ben = await somebody()
      const body = { email: ben.account.email, password: PASSWORD }
      const other = { ...ben, token: tokenOf(await done('signIn', null, { body })) } as Person
      const { sessions } = (await done('listSessions', ben)).body as { sessions: { id: string; current: boolean }[] }
      expect(sessions.map((one) => one.current).sort()).toEqual([false, true])
      await refuses('not-found', 'endSession', ben)
      const params = { id: sessions.find((one) => !one.current)?.id ?? '' }
      await done('endSession', ben, { params })
      await refuses('bad-token', 'readMe', other)
      await refuses('not-found', 'endSession', ben, { params })
      expect((await done('endSessions', ben)).body).toEqual({ ended: 0 })
      expect((await done('endSessions', ben, { query: {} })).body).toEqual({ ended: 1 })
      await refuses('bad-token', 'readMe', ben)
    })
  })

  describe('passwords and addresses', () => {
    test('are changed only as declared', { timeout: 60_000 }, async () => {
      const cho = await somebody()
      const to = (password: string, current = PASSWORD) => ({ body: { current, password } })
      for (const [code, password] of WEAK) await refuses(code, 'changePassword', cho, to(password))
      const next = '가온 다솜 미르 새솔 한빛'
      await done('changePassword', cho, to(next))
      for (let i = 0; i < 5; i++) await refuses('bad-credentials', 'changePassword', cho, to(next, 'wrong'))
      await refuses('rate-limited', 'changePassword', cho, to(next, 'wrong'))

      const { email } = cho.account
      await refuses('foreign-origin', 'requestReset', null, { headers: FOREIGN })
      await done('requestReset', null, { body: { email } })
      const [mailed] = await world.mailsTo(email)
      const token = mailed?.token ?? ''
      for (const id of ['resetPassword', 'verifyEmail'] as const) {
        await refuses('link-over', id, null)
        await refuses('foreign-origin', id, null, { headers: FOREIGN })
      }
      for (const [code, password] of WEAK) await refuses(code, 'resetPassword', null, { body: { token, password } })
      await done('resetPassword', null, { body: { token, password: '다른 가온 다솜 미르 새솔' } })
      for (let i = 0; i < 4; i++) await done('requestReset', null, { body: { email } })
      await refuses('rate-limited', 'requestReset', null, { body: { email } })

      const dan = await somebody()
      await done('requestVerification', dan)
      const [sent] = await world.mailsTo(dan.account.email)
      await done('verifyEmail', null, { body: { token: sent?.token } })
      expect((await done('readSecurity', dan)).body.emailVerified).toBe(true)
      const { body } = await done('readOutbox', world.operator)
      expect(body.sends).toBe(false)
      expect(body.mails.length).toBeGreaterThan(0)
    })
  })

  describe('other providers', () => {
    test('let in whom they know, and only as declared', { timeout: 60_000 }, async () => {
      const [eun, fay] = [await somebody(), await somebody()]
      const name = { params: { name: 'gaon' } }
      await refuses('provider-down', 'startProvider', null, name)
      oidc.open(`${origin}/sign-in/return/gaon`)
      await refuses('provider-unknown', 'startProvider', null)
      await refuses('foreign-origin', 'startProvider', null, { ...name, headers: FOREIGN })
      await refuses('foreign-origin', 'finishProvider', null, { ...name, headers: FOREIGN })
      for (const [id, by] of [
        ['finishProvider', null],
        ['linkProvider', eun],
      ] as const) {
        await refuses('provider-unknown', id, by)
        await refuses('challenge-over', id, by, name)
      }
      const start = async () => {
        const begun = await done('startProvider', null, name)
        const cookie =
          begun.headers
            .getSetCookie()
            .find((one) => one.startsWith('madang_flow='))
            ?.split(';')[0] ?? ''
        return { cookie, query: async () => oidc.walk(begun.body.url as string) }
      }
      const back = async () => {
        const { cookie, query } = await start()
        return { ...name, headers: { cookie }, body: { query: await query() } }
      }
      const lies = async () => ({ ...(await back()), body: { query: '?code=x&state=y' } })
      const unreachable = async () => {
        const asked = await back()
        oidc.close()
        return asked
      }
      await refuses('person-unknown', 'finishProvider', null, await back())
      for (const [id, by] of [
        ['finishProvider', null],
        ['linkProvider', eun],
      ] as const) {
        await refuses('provider-refused', id, by, await lies())
        await refuses('provider-down', id, by, await unreachable())
        oidc.open(`${origin}/sign-in/return/gaon`)
      }
      await refuses('not-found', 'unlinkProvider', eun, name)
      await done('linkProvider', eun, await back())
      await refuses('identity-taken', 'linkProvider', fay, await back())
      expect((await done('finishProvider', null, await back())).body.person.account).toBe(eun.account.id)
      const { secret } = (await done('beginTotp', eun)).body
      await done('confirmTotp', eun, { body: { code: codeFor(secret) } })
      await forget(eun)
      await refuses('step-up-needed', 'unlinkProvider', eun, name)
      await change(eun, { steppedAt: new Date() })
      await done('unlinkProvider', eun, name)
    })

    test('are several, and who is somebody at one is nobody by that at another', { timeout: 60_000 }, async () => {
      const { providers } = (await done('listProviders', null)).body
      expect(providers.map((one: { name: string }) => one.name)).toEqual(['gaon', 'narae'])
      const houses = { gaon: oidc, narae: other }
      for (const [name, house] of Object.entries(houses)) house.open(`${origin}/sign-in/return/${name}`)
      // Both know their visitor by the same number.
      other.person.sub = oidc.person.sub
      const back = async (at: keyof typeof houses, to = at) => {
        const begun = await done('startProvider', null, { params: { name: at } })
        const set = begun.headers.getSetCookie().find((one) => one.startsWith('madang_flow=')) ?? ''
        const query = await houses[at].walk(begun.body.url as string)
        return { params: { name: to }, headers: { cookie: set.split(';')[0] ?? '' }, body: { query } }
      }
      const [eun, fay] = [await somebody(), await somebody()]
      await done('linkProvider', eun, await back('gaon'))
      await refuses('person-unknown', 'finishProvider', null, await back('narae'))
      await done('linkProvider', fay, await back('narae'))
      // What one provider answered is worth nothing in the name of the other.
      for (const [at, to] of [
        ['gaon', 'narae'],
        ['narae', 'gaon'],
      ] as const)
        expect((await met('finishProvider', null, await back(at, to))).status).toBeGreaterThanOrEqual(400)
      const who = async (at: keyof typeof houses) =>
        (await done('finishProvider', null, await back(at))).body.person.account as string
      expect([await who('gaon'), await who('narae')]).toEqual([eun.account.id, fay.account.id])
    })
  })
}
