// How does a session start, go on and end, and what does it tell to somebody who guesses?
import { Agent, request } from 'node:http'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { account } from '../../db/schema/people.ts'
import { guess } from '../../db/schema/sign-in.ts'
import { readMe, refreshSession, signIn, signOut } from '../../src/api/people.ts'
import { TooManyWaiting, turnstile } from '../../src/server/people/turnstile.ts'
import { makeWorld, PASSWORD } from '../support/world.ts'

const world = await makeWorld({ suppliers: 0, evaluators: 1, custodians: 0 })
const { email } = world.officer.account

type Options = { headers?: Record<string, string>; body?: unknown; cookie?: string }
let address = 0
/** A request from an address of its own unless told: limits are counted by address. */
async function ask(e: { method: string; path: string }, { headers = {}, body, cookie }: Options = {}) {
  const res = await fetch(`${world.url}${e.path}`, {
    method: e.method.toUpperCase(),
    headers: {
      'x-forwarded-for': `10.0.${address >> 8}.${address++ & 255}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie ? { cookie } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await res.text()
  const cookieOf = (name: string) => res.headers.getSetCookie().find((one) => one.startsWith(`${name}=`)) ?? ''
  const setCookie = cookieOf('madang_refresh')
  return {
    status: res.status,
    headers: res.headers,
    setCookie,
    cookie: setCookie.split(';')[0] ?? '',
    device: cookieOf('madang_device').split(';')[0] ?? '',
    body: text === '' ? null : JSON.parse(text),
  }
}
const enter = (change: Options = {}) => ask(signIn, { body: { email, password: PASSWORD }, ...change })
const me = (token: string) => ask(readMe, { headers: { authorization: `Bearer ${token}` } })
/** Wrong guesses are kept for an hour: each test begins without any. */
const pardon = () => world.db.withTx(({ tx }) => tx.delete(guess))
beforeEach(async () => void (await pardon()))
const codeOf = (answer: { body: { errors?: { code: string }[] } }) => answer.body.errors?.[0]?.code

describe('signing in', () => {
  test('a wrong password and an unknown address are refused in the same words, headers and time', async () => {
    const tries = (body: { email: string; password: string }) => ask(signIn, { body })
    const wrong = await tries({ email, password: 'not the password' })
    const unknown = await tries({ email: 'nobody@nowhere.example', password: 'not the password' })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    const { instance: _, ...inWords } = wrong.body
    const { instance: __, ...asKnown } = unknown.body
    expect(inWords).toEqual(asKnown)
    const names = (answer: typeof wrong) => [...answer.headers.keys()].sort()
    expect(names(wrong)).toEqual(names(unknown))
    // In turns, and the fastest of each: a machine that does something else meanwhile is slow for both.
    const fastest = { known: Number.POSITIVE_INFINITY, strange: Number.POSITIVE_INFINITY }
    for (let i = 0; i < 9; i++) {
      for (const [who, address] of [
        ['known', email],
        ['strange', 'nobody@nowhere.example'],
      ] as const) {
        await pardon()
        const began = performance.now()
        await tries({ email: address, password: `guess ${i}` })
        fastest[who] = Math.min(fastest[who], performance.now() - began)
      }
    }
    // A difference of a hash would be a factor of ten.
    const { known, strange } = fastest
    expect(Math.max(known, strange) / Math.min(known, strange)).toBeLessThan(2)
  })

  test('a body that breaks the contract is told so before any password is looked at', async () => {
    for (const body of [{ email }, { email, password: '' }, { email, password: PASSWORD, remember: true }, [], 'x']) {
      const answer = await ask(signIn, { body })
      expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-field'])
    }
  })

  test('the cookie cannot be read by pages, goes to the sessions’ address only, and is Secure where the request was', async () => {
    const { status, setCookie, body } = await enter()
    expect(status).toBe(201)
    expect(setCookie).toMatch(
      /^madang_refresh=[A-Za-z0-9_-]{43}; Path=\/api\/v1\/sessions; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    )
    const secure = await enter({ headers: { 'x-forwarded-proto': 'https' } })
    expect(secure.setCookie).toMatch(/; Secure$/)
    expect(JSON.stringify(body)).not.toContain(setCookie.slice(15, 58))
  })

  test('the address is taken in capitals too, the password only as it is', async () => {
    expect((await enter({ body: { email: email.toUpperCase(), password: PASSWORD } })).status).toBe(201)
    for (const password of [PASSWORD.toUpperCase(), `${PASSWORD} `, PASSWORD.slice(0, -1)])
      expect((await enter({ body: { email, password } })).status).toBe(401)
  })
})

describe('going on with the refresh cookie', () => {
  test('a cookie that is none, or of nobody, is refused and taken away', async () => {
    for (const cookie of ['', 'madang_refresh=', 'madang_refresh=x', `madang_refresh=${'A'.repeat(43)}`]) {
      const answer = await ask(refreshSession, { cookie })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'bad-refresh'])
    }
  })

  test('each refresh gives another cookie and another token', async () => {
    const first = await enter()
    const second = await ask(refreshSession, { cookie: first.cookie })
    expect(second.status).toBe(200)
    expect(second.cookie).not.toBe(first.cookie)
    const third = await ask(refreshSession, { cookie: second.cookie })
    expect(third.status).toBe(200)
    expect((await me(third.body.accessToken)).status).toBe(200)
  })

  test('a cookie that is used twice ends the session for both who hold it, with every token of it, and no other session', async () => {
    const other = await enter()
    const first = await enter()
    const second = await ask(refreshSession, { cookie: first.cookie })
    expect((await me(second.body.accessToken)).status).toBe(200)
    const stolen = await ask(refreshSession, { cookie: first.cookie })
    expect([stolen.status, codeOf(stolen)]).toEqual([401, 'bad-refresh'])
    const after = await ask(refreshSession, { cookie: second.cookie })
    expect([after.status, codeOf(after)]).toEqual([401, 'bad-refresh'])
    for (const token of [first.body.accessToken, second.body.accessToken]) {
      const answer = await me(token)
      expect([answer.status, codeOf(answer)]).toEqual([401, 'bad-token'])
    }
    expect((await me(other.body.accessToken)).status).toBe(200)
    expect((await ask(refreshSession, { cookie: other.cookie })).status).toBe(200)
  })

  test('of two who refresh with one cookie at the same moment, one at most goes on', async () => {
    const { cookie } = await enter()
    const both = await Promise.all([ask(refreshSession, { cookie }), ask(refreshSession, { cookie })])
    expect(both.filter((answer) => answer.status === 200).length).toBeLessThanOrEqual(1)
    for (const answer of both) if (answer.status === 200) expect((await me(answer.body.accessToken)).status).toBe(401)
  })
})

describe('signing out', () => {
  test('ends the session at once: its cookie and its tokens open nothing any more', async () => {
    const { cookie, body } = await enter()
    const out = await ask(signOut, { cookie })
    expect([out.status, out.setCookie]).toEqual([204, expect.stringMatching(/^madang_refresh=; .*Max-Age=0/)])
    expect((await me(body.accessToken)).status).toBe(401)
    expect((await ask(refreshSession, { cookie })).status).toBe(401)
    // Once more is no error.
    expect((await ask(signOut, { cookie })).status).toBe(204)
  })

  test('an account that loses a role loses it with the next request', async () => {
    const evaluator = world.evaluators[0]
    if (!evaluator) throw new Error('nobody evaluates')
    const roles = (set: string[]) =>
      world.db.withTx(({ tx }) => tx.update(account).set({ roles: set }).where(eq(account.id, evaluator.account.id)))
    const before = await me(evaluator.token)
    await roles([])
    const after = await me(evaluator.token)
    await roles(['evaluator'])
    expect([before.body.roles, after.body.roles]).toEqual([['evaluator'], []])
  })
})

describe('a page of another origin', () => {
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${world.config.port + 1}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]
  test.each(foreign)('neither signs in, nor refreshes, nor signs out: %j', async (headers) => {
    const { cookie } = await enter()
    const answers = [
      await enter({ headers }),
      await ask(refreshSession, { cookie, headers }),
      await ask(signOut, { cookie, headers }),
    ]
    for (const answer of answers) {
      expect([answer.status, codeOf(answer)]).toEqual([403, 'foreign-origin'])
      expect(answer.setCookie).toBe('')
    }
    expect((await ask(refreshSession, { cookie })).status).toBe(200)
  })

  test('control: our own page does', async () => {
    const headers = { origin: world.url, 'sec-fetch-site': 'same-origin' }
    expect((await enter({ headers })).status).toBe(201)
  })
})

describe('AUT-6 guessing', () => {
  test('of a stranger is stopped after five wrong passwords for one account, from however many addresses', async () => {
    const body = { email: world.auditor.account.email, password: PASSWORD }
    const wrong = { ...body, password: 'a guess' }
    const home = await enter({ body })
    expect(home.status).toBe(201)
    const tries = await Promise.all(Array.from({ length: 25 }, () => enter({ body: wrong })))
    expect(tries.filter((answer) => answer.status === 401)).toHaveLength(5)
    // Not even the right one is taken from a stranger now, so that the answer tells nothing.
    const stopped = await enter({ body })
    expect([stopped.status, codeOf(stopped)]).toEqual([429, 'rate-limited'])
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(60)
    expect(stopped.headers.get('ratelimit-policy')).toMatch(/"account"; q=5; w=3600/)
    expect(stopped.headers.get('ratelimit')).toMatch(/"account"; r=0; t=\d+/)
  })

  test('locks out nobody who was here before, nor a colleague behind the same address', async () => {
    const here = { 'x-forwarded-for': '192.0.2.1' }
    const body = { email: world.auditor.account.email, password: PASSWORD }
    const { device } = await enter({ body })
    expect(device).toMatch(/^madang_device=[A-Za-z0-9_-]{43}$/)
    for (let i = 0; i < 6; i++) await enter({ headers: here, body: { ...body, password: `guess ${i}` } })
    expect((await enter({ headers: here, body })).status).toBe(429)
    expect((await enter({ headers: here, body, cookie: device })).status).toBe(201)
    // A device is known to the accounts that were signed in to from it, and to no other.
    const other = { email: world.operator.account.email, password: 'a guess' }
    for (let i = 0; i < 6; i++) await enter({ headers: here, body: other, cookie: device })
    expect((await enter({ headers: here, body: { ...other, password: PASSWORD }, cookie: device })).status).toBe(429)
    expect((await enter({ headers: here })).status).toBe(201)
    // Nor does a known device guess without end.
    for (let i = 0; i < 10; i++) await enter({ body: { ...body, password: `guess ${i}` }, cookie: device })
    const stopped = await enter({ body, cookie: device })
    expect([stopped.status, stopped.headers.get('ratelimit-policy')]).toEqual([
      429,
      expect.stringContaining('"device"; q=10'),
    ])
  })

  test('does not count those who sign in as they should', async () => {
    const here = { 'x-forwarded-for': '192.0.2.3' }
    for (let i = 0; i < 15; i++) expect((await enter({ headers: here })).status).toBe(201)
  })

  test('an unknown address is counted like a known one, so that the limit does not tell them apart', async () => {
    const here = { 'x-forwarded-for': '192.0.2.4' }
    const body = { email: 'nobody@nowhere.example', password: 'x' }
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await enter({ headers: here, body })).status)
    expect(statuses).toEqual([...Array(5).fill(401), 429])
  })

  test('ten thousand stolen pairs from five hundred addresses open nothing, though one is right, and a bidder signs in meanwhile', {
    timeout: 300_000,
  }, async () => {
    const [ACCOUNTS, WORDS, ADDRESSES, AT_ONCE] = [20, 500, 500, 16]
    const right = { email: world.auditor.account.email, password: PASSWORD }
    const { device } = await enter()
    const pairs = Array.from({ length: ACCOUNTS * WORDS }, (_, i) => {
      const [who, word] = [i % ACCOUNTS, Math.floor(i / ACCOUNTS)]
      // The list has the right password of the first account, in the middle as lists have it.
      if (who === 0) return { ...right, password: word === WORDS / 2 ? right.password : `stolen ${word}` }
      return { email: `stolen-${who}@firm.example`, password: `stolen ${word}` }
    })
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    const stuff = (pair: (typeof pairs)[number], from: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify(pair)
        const headers = {
          'x-forwarded-for': `172.16.${from >> 8}.${from & 255}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        }
        const { port } = world.config
        const req = request({ port, host: '127.0.0.1', path: signIn.path, method: 'POST', agent, headers }, (res) =>
          res.resume().on('end', () => resolve(res.statusCode ?? 0)),
        )
        req.on('error', reject).end(body)
      })
    const judged = new Map<string, number>()
    const statuses = new Map<number, number>()
    let next = 0
    const lane = async () => {
      for (let i = next++; i < pairs.length; i = next++) {
        const pair = pairs[i] as (typeof pairs)[number]
        const status = await stuff(pair, i % ADDRESSES)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 401) judged.set(pair.email, (judged.get(pair.email) ?? 0) + 1)
        // Halfway, whoever was here before comes in as on any other day.
        if (i === pairs.length / 2) expect((await enter({ cookie: device })).status).toBe(201)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    agent.destroy()
    expect([...statuses.keys()].filter((status) => ![401, 429, 503].includes(status))).toEqual([])
    expect(Math.max(...judged.values())).toBeLessThanOrEqual(5)
    expect(statuses.get(429)).toBeGreaterThanOrEqual(ACCOUNTS * (WORDS - 5) - (statuses.get(503) ?? 0))
  })

  test('a hundred guesses at once wait in a queue with an end, and nobody else waits for them', async () => {
    const guesses = Array.from({ length: 100 }, (_, i) =>
      enter({ headers: { 'x-forwarded-for': `198.51.100.${i}` }, body: { email: `g${i}@x.example`, password: 'x' } }),
    )
    let answered = 0
    for (const guess of guesses) void guess.finally(() => answered++)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await fetch(`${world.url}/api/v1/time`)).status).toBe(200)
    const before = answered
    const answers = await Promise.all(guesses)
    const statuses = answers.map((answer) => answer.status)
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(0)
    for (const answer of answers) {
      if (answer.status === 401) continue
      expect([answer.status, codeOf(answer)]).toEqual([503, 'busy'])
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    expect(before).toBeLessThan(100)
  })
})

describe('the turnstile of costly work', () => {
  test('lets two work at once and the others wait in their order', async () => {
    const inTurn = turnstile(2, 10)
    let now = 0
    let most = 0
    const done: number[] = []
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        inTurn(async () => {
          most = Math.max(most, ++now)
          await new Promise((resolve) => setTimeout(resolve, 3))
          now--
          done.push(i)
        }),
      ),
    )
    expect(most).toBe(2)
    expect(done).toEqual([...done].sort((a, b) => a - b))
  })

  test('refuses at once who would be one too many', async () => {
    const inTurn = turnstile(1, 1)
    let release = () => {}
    const held = inTurn(
      () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
    )
    const waits = inTurn(async () => 'waited')
    await expect(inTurn(async () => 'never')).rejects.toThrow(TooManyWaiting)
    release()
    await held
    expect(await waits).toBe('waited')
  })

  test('gives the place of work that failed to the next', async () => {
    const inTurn = turnstile(1, 5)
    const failing = inTurn(async () => {
      throw new Error('broken')
    })
    const next = inTurn(async () => 'next')
    await expect(failing).rejects.toThrow('broken')
    expect(await next).toBe('next')
    expect(await inTurn(async () => 'again')).toBe('again')
  })
})
