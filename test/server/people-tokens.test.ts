// Which access tokens open the door? One kind: ours, whole, fresh. Everything else that was ever tried on a JWT is a 401; how quick a one, `npm run bench -- signin` says.
import { Agent, request } from 'node:http'
import { describe, expect, test } from 'vitest'
import { readMe } from '../../src/api/people.ts'
import { listTenders } from '../../src/api/tenders.ts'
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
