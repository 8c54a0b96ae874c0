// AUT-5: when is a session over, and how soon does everything that hangs on it know?
import { desc, eq } from 'drizzle-orm'
import { io, type Socket } from 'socket.io-client'
import { afterAll, describe, expect, test } from 'vitest'
import { delegation } from '../../db/schema/organisations.ts'
import { account, organisation, session } from '../../db/schema/people.ts'
import { signIn as signInTable } from '../../db/schema/sign-in.ts'
import type { Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { LIVE_PATH } from '../../src/api/live.ts'
import { readMe, refreshSession, signIn } from '../../src/api/people.ts'
import { endSessions, listSessions } from '../../src/api/sign-in.ts'
import { IDLE_DAYS, LONGEST_DAYS, MOST_SESSIONS } from '../../src/domain/people/session-times.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { beginSession, endSessionsOf, refreshSessionOf, rolesChanged } from '../../src/server/people/session-store.ts'
import { makeWorld, PASSWORD } from '../support/world.ts'

const world = await makeWorld({ suppliers: 0, evaluators: 0, custodians: 0 })
const { url, db } = world
const sockets: Socket[] = []
afterAll(() => {
  for (const socket of sockets) socket.disconnect()
})
let made = 0
async function somebody(): Promise<Person> {
  const id = `end-${++made}`
  const [person] = await world.add([{ id, org: `end-firm-${made}`, role: 'supplier' }])
  return person as Person
}
const DAY = 86_400_000
const refuses = async (token: string) => {
  const reply = await call(url, readMe, { token })
  return reply.ok ? 'in' : reply.code
}
const begin = (person: Person) =>
  db.withTx((work) =>
    beginSession(P, work, { account: person.account.id, method: 'password', agent: 'test', steppedBy: null }),
  )

describe('AUT-5 a session', () => {
  test('is over thirty days after the sign-in, however often it is refreshed', async () => {
    const person = await somebody()
    const { family, token } = await begin(person)
    const [row] = await db.withTx(({ tx }) => tx.select().from(signInTable).where(eq(signInTable.id, family)))
    expect((row?.expiresAt.getTime() ?? 0) - (row?.startedAt.getTime() ?? 0)).toBe(LONGEST_DAYS * DAY)
    const set = (expiresAt: Date) =>
      db.withTx(({ tx }) => tx.update(signInTable).set({ expiresAt }).where(eq(signInTable.id, family)))
    await set(new Date(Date.now() + DAY))
    const next = await db.withTx((work) => refreshSessionOf(P, work, token))
    // The refresh token ends with the session, not fourteen days later.
    expect(next?.seconds).toBeLessThanOrEqual(DAY / 1000)
    await set(new Date(Date.now() - 1000))
    expect(await db.withTx((work) => refreshSessionOf(P, work, next?.token ?? ''))).toBeNull()
  })

  test('is over when it was not used for fourteen days', async () => {
    const person = await somebody()
    const { family, token, seconds } = await begin(person)
    expect(seconds).toBe((IDLE_DAYS * DAY) / 1000)
    await db.withTx(({ tx }) =>
      tx
        .update(session)
        .set({ expiresAt: new Date(Date.now() - 1000) })
        .where(eq(session.family, family)),
    )
    expect(await db.withTx((work) => refreshSessionOf(P, work, token))).toBeNull()
  })

  test('makes room when there are too many: the one unused for longest ends', async () => {
    const person = await somebody()
    const first = person.token
    for (let i = 0; i < MOST_SESSIONS; i++) await begin(person)
    expect(await refuses(first)).toBe('bad-token')
    const rows = await db.withTx(({ tx }) =>
      tx
        .select()
        .from(signInTable)
        .where(eq(signInTable.account, person.account.id))
        .orderBy(desc(signInTable.startedAt)),
    )
    expect(rows.filter((row) => row.endedAt === null)).toHaveLength(MOST_SESSIONS)
  })

  test('of one account is neither listed nor ended by another', async () => {
    const [ann, ben] = [await somebody(), await somebody()]
    const list = await call(url, listSessions, { token: ben.token })
    expect(list.ok && list.body.sessions).toHaveLength(1)
    await call(url, endSessions, { token: ben.token, query: {} })
    expect([await refuses(ann.token), await refuses(ben.token)]).toEqual(['in', 'bad-token'])
  })

  test('is begun anew by each sign-in: what a stranger planted before is worth nothing after', async () => {
    const person = await somebody()
    const planted = `madang_refresh=${'A'.repeat(43)}; madang_device=${'B'.repeat(43)}`
    const { email } = person.account
    const reply = await call(url, signIn, { body: { email, password: PASSWORD }, headers: { cookie: planted } })
    const cookies = reply.headers.getSetCookie().join(' ')
    expect(reply.status).toBe(201)
    expect(cookies).not.toContain('A'.repeat(43))
    expect((await call(url, refreshSession, { headers: { cookie: planted } })).status).toBe(401)
  })
})

describe('AUT-5 a live connection', () => {
  const connect = async (token?: string): Promise<{ socket: Socket; over: Promise<string> }> => {
    const socket = io(url, {
      path: LIVE_PATH,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      ...(token === undefined ? {} : { auth: { token } }),
    })
    sockets.push(socket)
    const told: string[] = []
    socket.on('session-over', () => told.push('session-over'))
    const over = new Promise<string>((resolve) => socket.on('disconnect', (why) => resolve(`${told[0]} ${why}`)))
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('connect_error', reject)
    })
    return { socket, over }
  }
  const OVER = 'session-over io server disconnect'

  test('ends with its session, within five seconds, and nobody else’s does', { timeout: 60_000 }, async () => {
    const [ann, ben] = [await somebody(), await somebody()]
    const [mine, other, nobody] = [await connect(ann.token), await connect(ben.token), await connect()]
    await db.withTx((work) => endSessionsOf(work, ann.account.id, 'suspended'))
    expect(await mine.over).toBe(OVER)
    expect([other.socket.connected, nobody.socket.connected]).toEqual([true, true])
  })

  test('ends when its owner’s roles change', { timeout: 60_000 }, async () => {
    const person = await somebody()
    const { over } = await connect(person.token)
    await db.withTx(async (work) => {
      await work.tx.update(account).set({ roles: [] }).where(eq(account.id, person.account.id))
      await rolesChanged(work, person.account.id)
    })
    expect(await over).toBe(OVER)
  })

  test('stays with a role that is lent, and ends when the loan is over or the organisation is suspended', {
    timeout: 60_000,
  }, async () => {
    const person = await somebody()
    const own = eq(account.id, person.account.id)
    const loan = { id: `loan-${person.account.id}`, org: person.account.org, fromAccount: 'officer-1', role: 'officer' }
    const times = { startsAt: new Date(Date.now() - 1000), endsAt: new Date(Date.now() + 3_600_000) }
    const lent = { ...loan, ...times, toAccount: person.account.id, statement: 'on leave' }
    await db.withTx(({ tx }) => tx.insert(delegation).values(lent))
    const borrowing = await connect(person.token)
    // Longer than between two looks.
    await db.withTx((work) => rolesChanged(work, person.account.id))
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect(borrowing.socket.connected).toBe(true)
    await db.withTx(({ tx, now }) => tx.update(delegation).set({ endedAt: now.date }).where(eq(delegation.id, lent.id)))
    expect(await borrowing.over).toBe(OVER)
    const standing = await connect(person.token)
    const { org } = person.account
    await db.withTx(async (work) => {
      await work.tx.update(organisation).set({ standing: 'suspended' }).where(eq(organisation.id, org))
      await rolesChanged(work, person.account.id)
    })
    expect(await standing.over).toBe(OVER)
    await db.withTx(({ tx }) => tx.update(organisation).set({ standing: 'verified' }).where(eq(organisation.id, org)))
    expect((await db.withTx(({ tx }) => tx.select().from(account).where(own))).length).toBe(1)
  })

  test('ends even if the notice of it was lost', { timeout: 60_000 }, async () => {
    const person = await somebody()
    const { over } = await connect(person.token)
    await db.withTx(({ tx, now }) =>
      tx.update(signInTable).set({ endedAt: now.date }).where(eq(signInTable.account, person.account.id)),
    )
    expect(await over).toBe(OVER)
  })

  test.each(['', 'x.y.z', 'A'.repeat(3000)])('is refused with a token that is none: %j', async (token) => {
    await expect(connect(token)).rejects.toThrow('bad-token')
  })
})
