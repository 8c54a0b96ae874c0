// Which access tokens open the door? One kind: ours, whole, fresh. Everything else that was ever tried on a JWT is a 401; how quick a one, `npm run bench -- signin` says.
import { Agent, request } from 'node:http'
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { signIn } from '../../db/schema/sign-in.ts'
import { readMe } from '../../src/api/people.ts'
import { listTenders } from '../../src/api/tenders.ts'
import { ACCESS_SECONDS, verifyAccessToken } from '../../src/server/people/tokens.ts'
import { headerOf, tokenAttacks } from '../support/token-attacks.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 0 })
const { tokens } = world.api.deps.keys
const person = world.officer

const valid = person.token
const [h = '', , s = ''] = valid.split('.')
const { attacks, like } = tokenAttacks(valid, tokens)

const agent = new Agent({ keepAlive: true, maxSockets: 1 })
type Answer = { status: number; body: string; wwwAuthenticate: string | undefined }
function ask(authorization: string | null, path: string, method = 'GET'): Promise<Answer> {
  const { port } = world.config
  return new Promise((resolve, reject) => {
    const headers = authorization === null ? {} : { authorization }
    const req = request({ port, host: '127.0.0.1', path, method, agent, headers }, (res) => {
      let body = ''
      res.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          body,
          wwwAuthenticate: res.headers['www-authenticate'],
        }),
      )
    })
    req.on('error', reject)
    req.end()
  })
}
describe('AUT-4 an access token that is not ours, whole and fresh', () => {
  test.each(Object.entries(attacks))('is a 401: %s', async (_, attack) => {
    const answers = [await ask(headerOf(attack), readMe.path)]
    // Not even what is public is shown to a token that is wrong: it would be mistaken for one that works.
    answers.push(await ask(headerOf(attack), listTenders.path), await ask(headerOf(attack), '/api/v1/tenders', 'POST'))
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(JSON.parse(answer.body)).toMatchObject({ type: '/problems/bad-token', errors: [{ code: 'bad-token' }] })
      expect(answer.wwwAuthenticate).toBe('Bearer')
    }
  })

  test('a token of a megabyte does not come further than the reading of headers', async () => {
    const answer = await ask(headerOf(`${h}.${'x'.repeat(1_000_000)}.${s}`), readMe.path).catch((err: Error) => err)
    // The connection may be gone before the answer is read.
    if (!(answer instanceof Error)) expect(answer.status).toBe(431)
    expect((await ask(`Bearer ${valid}`, readMe.path)).status).toBe(200)
  })

  test('a token in the address, a cookie or the body opens nothing', async () => {
    expect((await ask(null, `${readMe.path}?access_token=${valid}`)).status).toBe(401)
    const res = await fetch(`${world.url}${readMe.path}`, {
      headers: { cookie: `access_token=${valid}; authorization=${valid}`, 'x-access-token': valid },
    })
    expect(res.status).toBe(401)
  })

  test('each refusal is in the log, without the token', () => {
    const refused = world.lines.filter((line) => line.includes('access token refused'))
    expect(refused.length).toBeGreaterThanOrEqual(Object.keys(attacks).length)
    expect(world.lines.join('\n')).not.toContain(s)
  })

  test('control: the token that was handed out works, and so does one made like it', async () => {
    for (const token of [valid, like({})]) {
      const answer = await ask(`Bearer ${token}`, readMe.path)
      expect([answer.status, JSON.parse(answer.body).account]).toEqual([200, person.account.id])
    }
  })
})

describe('a token whose signature held before', () => {
  afterEach(() => void vi.useRealTimers())
  const { deps } = world.api
  const claims = JSON.parse(Buffer.from(valid.split('.')[1] ?? '', 'base64url').toString()) as {
    sid: string
    iat: number
  }
  const read = (token: string, of: Parameters<typeof verifyAccessToken>[0] = deps) =>
    verifyAccessToken(of, `Bearer ${token}`)

  test('is refused once its time is over, and before it has begun', async () => {
    const claim = { account: person.account.id, family: claims.sid }
    const token = like({})
    const at = (seconds: number) => vi.setSystemTime((claims.iat + seconds) * 1000)
    vi.useFakeTimers({ toFake: ['Date'] })
    for (const seconds of [1, ACCESS_SECONDS - 1]) {
      at(seconds)
      expect(await read(token)).toEqual(claim)
    }
    for (const seconds of [ACCESS_SECONDS + 60, -3600]) {
      at(seconds)
      await expect(read(token)).rejects.toThrow()
    }
    // The control: it was the clock alone.
    at(1)
    expect(await read(token)).toEqual(claim)
  })

  test('opens nothing at a service of another origin, and lends nothing to another signature', async () => {
    const token = like({})
    expect(await read(token)).not.toBeNull()
    await expect(read(token, { ...deps, config: { origin: 'elsewhere.example' } })).rejects.toThrow()
    const [head, body, signature = ''] = token.split('.')
    const other = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    await expect(read(`${head}.${body}.${other}`)).rejects.toThrow()
  })

  test('is as good as its session: once that has ended, the next request with it is refused', async () => {
    const asked = () => ask(`Bearer ${valid}`, readMe.path).then(({ status }) => status)
    expect(await asked()).toBe(200)
    const ended = await world.db.withTx(({ tx }) =>
      tx.update(signIn).set({ endedAt: new Date() }).where(eq(signIn.id, claims.sid)).returning(),
    )
    expect(ended).toHaveLength(1)
    expect(await asked()).toBe(401)
  })
})
