// Do mails leave with the act that caused them, or not at all, in the reader's language, and does nobody learn from them who has an account?
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { eq } from 'drizzle-orm'
import { type SMTPServer, SMTPServer as Smtp } from 'smtp-server'
import { afterAll, describe, expect, test } from 'vitest'
import { invitation } from '../../db/schema/organisations.ts'
import { account } from '../../db/schema/people.ts'
import { mail, oneTimeLink } from '../../db/schema/sign-in.ts'
import type { Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { acceptInvitation } from '../../src/api/members.ts'
import { registerOrganisation } from '../../src/api/organisations.ts'
import { readMe, signIn } from '../../src/api/people.ts'
import { changePassword, requestReset, requestVerification, resetPassword, verifyEmail } from '../../src/api/sign-in.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { makeLogger } from '../../src/server/api.ts'
import { runDueJobs } from '../../src/server/jobs.ts'
import { MAILS, type MailKind, writeMail } from '../../src/server/mail/mails.ts'
import { postMail } from '../../src/server/mail/post-mail.ts'
import { firstOperator } from '../../src/server/organisations/first-operator.ts'
import { makeLink, redeemLink } from '../../src/server/people/links.ts'
import { Problem } from '../../src/server/problem.ts'
import { eventually, makeWorld, PASSWORD } from '../support/world.ts'

const world = await makeWorld({ suppliers: 0, evaluators: 0, custodians: 0 })
const { url, db } = world
let made = 0
async function somebody(): Promise<Person> {
  const id = `mail-${++made}`
  const [person] = await world.add([{ id, org: `mail-firm-${made}`, role: 'supplier' }])
  return person as Person
}
const NEXT = 'a lantern under the stone bridge'
const codeOf = (reply: { ok: boolean; code?: string }) => (reply.ok ? 'ok' : reply.code)
const reset = (token: string, password = NEXT) => call(url, resetPassword, { body: { token, password } })

describe('a mailed link', () => {
  test('is refused when it is used, replaced by a newer one, expired, or of another purpose', async () => {
    const person = await somebody()
    const { email } = person.account
    for (let i = 0; i < 2; i++) await call(url, requestReset, { body: { email } })
    const [newer, older] = await world.mailsTo(email)
    expect(newer?.kind).toBe('reset-password')
    expect([newer?.token.length, newer?.token === older?.token]).toEqual([43, false])
    const both = await Promise.all([newer, older].map((one) => reset(one?.token ?? '')))
    expect(both.map(codeOf).sort()).toEqual(['link-over', 'ok'])
    expect(codeOf(await reset(newer?.token ?? ''))).toBe('link-over')

    await call(url, requestVerification, { token: (await world.session(person)) as string, body: {} })
    const [verify] = await world.mailsTo(email)
    expect(codeOf(await reset(verify?.token ?? ''))).toBe('link-over')
    await db.withTx(({ tx, now }) =>
      tx.update(oneTimeLink).set({ expiresAt: now.date }).where(eq(oneTimeLink.purpose, 'verify-address')),
    )
    expect(codeOf(await call(url, verifyEmail, { body: { token: verify?.token ?? '' } }))).toBe('link-over')
  })

  test('lets one in of two who come with it at the same moment', async () => {
    const person = await somebody()
    const link = { purpose: 'reset-password', account: person.account.id, email: person.account.email, hours: 1 }
    const token = await db.withTx((work) => makeLink(work, link))
    const outcomes = await Promise.allSettled(
      [1, 2].map(() => db.withTx((work) => redeemLink(work, link.purpose, token))),
    )
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
    const refused = outcomes.find((one) => one.status === 'rejected') as PromiseRejectedResult
    expect(refused.reason).toBeInstanceOf(Problem)
  })

  test('has a token that the database does not know', async () => {
    const person = await somebody()
    const token = await db.withTx((work) =>
      makeLink(work, { purpose: 'x', account: person.account.id, email: person.account.email, hours: 1 }),
    )
    const rows = await db.withTx(({ tx }) => tx.select().from(oneTimeLink).where(eq(oneTimeLink.purpose, 'x')))
    expect(Buffer.from(rows[0]?.hash as Uint8Array)).not.toEqual(Buffer.from(token, 'base64url'))
  })
})

describe('AUT-10 another password', () => {
  test('ends every session by a mailed link, every other one by the old password, and tells the owner', async () => {
    const person = await somebody()
    const { email } = person.account
    const [first, second] = [person.token, await world.session(person)]
    const changed = await call(url, changePassword, { token: second, body: { current: PASSWORD, password: NEXT } })
    expect(codeOf(changed)).toBe('ok')
    expect(codeOf(await call(url, readMe, { token: first }))).toBe('bad-token')
    expect(codeOf(await call(url, readMe, { token: second }))).toBe('ok')
    expect(codeOf(await call(url, signIn, { body: { email, password: PASSWORD } }))).toBe('bad-credentials')
    await call(url, requestReset, { body: { email } })
    const [asked] = await world.mailsTo(email)
    expect(codeOf(await reset(asked?.token ?? '', `${NEXT} again`))).toBe('ok')
    expect(codeOf(await call(url, readMe, { token: second }))).toBe('bad-token')
    expect(codeOf(await call(url, signIn, { body: { email, password: `${NEXT} again` } }))).toBe('ok')
    const kinds = (await world.mailsTo(email)).map((one) => one.kind)
    expect(kinds.filter((kind) => kind === 'password-changed')).toHaveLength(2)
  })

  test('is the same however its letters are composed, and an old hash is made anew at the next sign-in', async () => {
    const person = await somebody()
    const { email, id } = person.account
    const korean = '가을 들녘에 부는 바람 소리'
    const body = { current: PASSWORD, password: korean.normalize('NFD') }
    expect(codeOf(await call(url, changePassword, { token: person.token, body }))).toBe('ok')
    expect(codeOf(await call(url, signIn, { body: { email, password: korean.normalize('NFC') } }))).toBe('ok')
    // A hash of yesterday's parameters: m=8192, t=1.
    const { hash } = await import('@node-rs/argon2')
    const old = await hash(korean.normalize('NFC'), { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await db.withTx(({ tx }) => tx.update(account).set({ passwordHash: old }).where(eq(account.id, id)))
    expect(codeOf(await call(url, signIn, { body: { email, password: korean } }))).toBe('ok')
    const [row] = await db.withTx(({ tx }) => tx.select().from(account).where(eq(account.id, id)))
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})

describe('AUT-7 asking for a link', () => {
  test('is answered the same for an address that nobody has, and sends nothing there', async () => {
    const person = await somebody()
    const replies: { status: number; text: string; headers: string[] }[] = []
    for (const email of [person.account.email, 'nobody@nowhere.example']) {
      const reply = await call(url, requestReset, { body: { email } })
      const headers = [...reply.headers.entries()].filter(([name]) => !['x-request-id', 'date'].includes(name))
      replies.push({
        status: reply.status,
        text: reply.text,
        headers: headers.map(([n, v]) => `${n}: ${v.replace(/t=\d+/g, 't=')}`),
      })
    }
    const counted = (reply: (typeof replies)[number] | undefined) => ({
      ...reply,
      headers: reply?.headers.map((one) => one.replace(/"address"; r=\d+/, '"address"; r=')),
    })
    expect(counted(replies[0])).toEqual(counted(replies[1]))
    expect(await world.mailsTo('nobody@nowhere.example')).toEqual([])
    const left = await db.withTx(({ tx }) => tx.select().from(mail).where(eq(mail.address, 'nobody@nowhere.example')))
    expect(left).toEqual([])
    expect(await world.mailsTo(person.account.email)).toHaveLength(1)
  })
})

describe('AUT-7 coming in with an address', () => {
  const NAMES = { nameKo: '가온소프트', nameEn: 'Gaon Soft', scheme: 'KR-BRN', number: '123-45-67891' }
  const invited = async (address: string): Promise<string> => {
    const token = `operator.${randomBytes(32).toString('base64url')}`
    await db.withTx(({ tx, now }) =>
      tx.insert(invitation).values({
        id: randomBytes(10).toString('hex'),
        org: 'operator',
        email: address,
        roles: ['operator'],
        tokenHash: new Uint8Array(createHash('sha256').update(token).digest()),
        invitedBy: world.operator.account.id,
        at: now.date,
        expiresAt: new Date(now.date.getTime() + 3_600_000),
        state: 'open',
      }),
    )
    return token
  }
  const ways = {
    registration: async (address: string) => {
      const person = { name: '이가온', email: address, password: NEXT }
      return () =>
        call(url, registerOrganisation, { body: { ...NAMES, kind: 'supplier', body: null, person } } as never)
    },
    invitation: async (address: string) => {
      const token = await invited(address)
      return () => call(url, acceptInvitation, { body: { token, name: '이가온', password: NEXT } })
    },
  }

  test.each(Object.entries(ways))(
    '%s: a known address is answered as any other, in words, headers and time, and its owner alone hears of it',
    async (way, prepare) => {
      const person = await somebody()
      const { email: known } = person.account
      const counts = async () => {
        const { rows } = await db.withTx(({ tx }) =>
          tx.execute<{
            accounts: number
            orgs: number
            entries: number
          }>(`SELECT (SELECT count(*)::int FROM account) AS accounts,
            (SELECT count(*)::int FROM organisation) AS orgs, (SELECT count(*)::int FROM log_outbox) AS entries`),
        )
        return rows[0]
      }
      // In turns, and the fastest of each: a machine that does something else meanwhile is slow for both.
      const fastest = { known: Number.POSITIVE_INFINITY, strange: Number.POSITIVE_INFINITY }
      const answers: Record<string, Set<string>> = { known: new Set(), strange: new Set() }
      for (let i = 0; i < 7; i++) {
        for (const who of ['known', 'strange'] as const) {
          const address = who === 'known' ? known : `${way}-${i}@new.example`
          const ask = await prepare(address)
          const before = who === 'known' ? await counts() : null
          const began = performance.now()
          const { status, text, headers } = await ask()
          fastest[who] = Math.min(fastest[who], performance.now() - began)
          const told = [...headers.entries()].filter(([name]) => !['x-request-id', 'date'].includes(name))
          const steady = told.map(([name, value]) => `${name}: ${value.replace(/\b[rt]=\d+/g, '')}`)
          answers[who]?.add(JSON.stringify([status, text, steady]))
          // Nothing is left of what the known address asked for.
          if (before) expect(await counts()).toEqual(before)
          // One mail each, to whoever owns the address.
          const kinds = (await world.mailsTo(address)).map((one) => one.kind)
          expect(kinds[0]).toBe(who === 'known' ? 'account-there' : 'verify-address')
          expect(kinds.filter((kind) => kind === kinds[0])).toHaveLength(who === 'known' ? i + 1 : 1)
        }
      }
      expect(answers.known).toEqual(answers.strange)
      expect([...(answers.known ?? [])]).toEqual([expect.stringMatching(/^\[20[12],/)])
      // Without the hash one of them would take a tenth of the other; that both were committed is told by their mails.
      expect(Math.max(fastest.known, fastest.strange) / Math.min(fastest.known, fastest.strange)).toBeLessThan(3)
      // The account is as it was.
      expect(codeOf(await call(url, signIn, { body: { email: known, password: PASSWORD } }))).toBe('ok')
      expect(codeOf(await call(url, signIn, { body: { email: known, password: NEXT } }))).toBe('bad-credentials')
    },
    30_000,
  )
})

/** Runs `npm run operator` on the world's database. */
async function command(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, DATABASE_URL: world.database.url, MADANG_DATA: world.config.dataDir }
  const program = fileURLToPath(new URL('../../scripts/operator.mjs', import.meta.url))
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, timeout: 60_000 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, out: out.trim(), err: err.trim() })
    })
  })
}

describe('AUT-5 the first operator', () => {
  test('is let in once, by a link that whoever runs the service gets, and never where an operator can come in', async () => {
    const ask = (email = 'first@operator.example', name = '첫 운영자') => firstOperator(P, db, { email, name })
    expect(await ask()).toEqual({ refused: 'there' })
    const roles = (to: string, which: string) =>
      db.withTx(({ tx }) => tx.execute(`UPDATE account SET roles = '${to}' WHERE ${which}`))
    await roles('{}', "org = 'operator'")
    expect(await ask('no address')).toEqual({ refused: 'address' })
    expect(await ask(world.officer.account.email)).toEqual({ refused: 'address' })
    expect(await ask('a@b.example', 'a\u202Eb')).toEqual({ refused: 'name' })
    const [one, two] = (await Promise.all([ask(), ask()])) as { account: string; token: string }[]
    // Both asked at once: one person, and the link that came last.
    expect(one?.account).toBe(two?.account)
    expect(await ask('other@operator.example')).toEqual({ refused: 'address' })
    // The command that whoever runs the service types: a mistake, another name, and the link.
    expect(await command('first@operator.example')).toMatchObject({ code: 2, err: 'npm run operator -- E-MAIL NAME' })
    expect(await command('other@operator.example', '다른', '사람')).toMatchObject({ code: 1, out: '' })
    const typed = await command('first@operator.example', '첫', '운영자')
    expect(typed.code).toBe(0)
    const id = one?.account ?? ''
    expect(typed.out).toContain(`${id} is the first operator`)
    const token = /\/reset-password#(\S+)$/.exec(typed.out)?.[1] ?? ''
    expect(codeOf(await reset(one?.token ?? ''))).toBe('link-over')
    expect(codeOf(await reset(token))).toBe('ok')
    const entered = await call(url, signIn, { body: { email: 'first@operator.example', password: NEXT } })
    expect(entered).toMatchObject({ ok: true, body: { person: { account: id, org: 'operator' } } })
    expect(await ask()).toEqual({ refused: 'there' })
    expect(await command('first@operator.example', '첫', '운영자')).toMatchObject({ code: 1, out: '' })
    const said = await eventually('its entry', async () => {
      await world.tick()
      const { rows } = await db.withTx(({ tx }) =>
        tx.execute<{ text: string }>(`SELECT convert_from(p.bytes, 'UTF8') AS text FROM log_entry e
          JOIN log_payload p ON p.hash = e.payload_hash WHERE e.typ = 'role.changed/1'`),
      )
      return rows.find(({ text }) => text.includes(id))
    })
    expect(JSON.parse(said.text)).toMatchObject({ account: id, roles: ['administrator', 'operator'], approvedBy: null })
    await roles('{operator}', `id = '${world.operator.account.id}'`)
  })
})

describe('a mail', () => {
  test('says the same in both languages, with its link exactly once', () => {
    for (const kind of Object.keys(MAILS) as MailKind[]) {
      const link = 'link' in MAILS[kind] ? 'https://madang.example/x#token' : null
      for (const language of ['ko', 'en'] as const) {
        const { subject, body } = writeMail(
          kind,
          language,
          { ko: '무엇', en: 'what', at: 'then', agent: 'browser' },
          link,
        )
        expect([kind, language, /[가-힣]{2}/.test(subject)]).toEqual([kind, language, language === 'ko'])
        expect(body.split('https://madang.example/x#token').length - 1).toBe(link === null ? 0 : 1)
        expect(body).not.toMatch(/undefined|null|\[object/)
      }
    }
  })

  test('exists only if the act that caused it was committed', async () => {
    const person = await somebody()
    const posted = {
      kind: 'password-changed',
      account: person.account.id,
      address: person.account.email,
      base: url,
    } as const
    await expect(
      db.withTx(async (work) => {
        await postMail(work, posted)
        throw new Error('the act failed')
      }),
    ).rejects.toThrow('the act failed')
    expect(await world.mailsTo(person.account.email)).toEqual([])
    await db.withTx((work) => postMail(work, posted))
    expect(await world.mailsTo(person.account.email)).toHaveLength(1)
  })

  describe('with a mail server', () => {
    const heard: { to: string; text: string }[] = []
    let refusing = true
    const server: SMTPServer = new Smtp({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_, __, done) => done(refusing ? Object.assign(new Error('try later'), { responseCode: 451 }) : null),
      onData(stream, session, done) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          heard.push({ to: session.envelope.rcptTo[0]?.address ?? '', text: Buffer.concat(chunks).toString() })
          done()
        })
      },
    })
    afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

    test('is tried again until the server takes it, and is then kept nowhere', { timeout: 60_000 }, async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const at = server.server.address()
      const smtp = `smtp://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
      const lines: string[] = []
      const log = makeLogger({ write: (line: string) => void lines.push(line) })
      const config = { smtp, mailFrom: 'madang@gaon.example' }
      const run = () => runDueJobs(world.database.url, { db, config, log })
      const person = await somebody()
      await db.withTx(({ tx }) => tx.update(account).set({ language: 'en' }).where(eq(account.id, person.account.id)))
      await call(url, requestReset, { body: { email: person.account.email } })
      await run()
      expect(heard).toEqual([])
      const waiting = () => db.withTx(({ tx }) => tx.select().from(mail).where(eq(mail.address, person.account.email)))
      expect(await waiting()).toHaveLength(1)
      // The failure is told, without the address and without the link.
      expect(lines.join('')).toContain('will be tried again')
      expect(lines.join('')).not.toContain(person.account.email)
      refusing = false
      await eventually('the mail', async () => {
        await db.withTx(({ tx }) => tx.execute('UPDATE graphile_worker._private_jobs SET run_at = now()'))
        await run()
        return heard.length > 0
      })
      expect(heard.map((one) => one.to)).toEqual([person.account.email])
      const text = heard[0]?.text.replace(/=\r\n/g, '').replace(/=3D/g, '=') ?? ''
      expect(text).toContain('Subject: [Madang] Choose a new password')
      expect(text).toContain('madang@gaon.example')
      const token = /reset-password#([A-Za-z0-9_-]{43})/.exec(text)?.[1] ?? ''
      expect(codeOf(await reset(token))).toBe('ok')
      expect((await waiting()).filter((one) => one.kind === 'reset-password')).toEqual([])
    })
  })
})
