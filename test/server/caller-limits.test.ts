// Who is told to slow down? Each account, each organisation and each address for itself; nobody pays for what a rival asks.
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, expect, test } from 'vitest'
import type { Caller } from '../../src/domain/powers.ts'
import { addressLimit, callerLimits } from '../../src/server/people/caller-limits.ts'
import { reasonsOf, sendProblem } from '../../src/server/problem.ts'

const MOST = { account: 3, organisation: 5, address: 40 }

/** A server that knows who asks by a header, and limits as the real one does. */
const app = express()
app.set('trust proxy', 'loopback')
app.use('/api', addressLimit(MOST.address))
const limit = callerLimits(MOST)
app.get('/api/hello', async (req, res) => {
  const [account, org] = (req.get('x-who') ?? '').split('@')
  const caller = account && org ? ({ account, org, roles: [], standing: 'verified' } as Caller) : null
  try {
    await limit(res, caller)
    res.status(204).end()
  } catch (err) {
    sendProblem(res, reasonsOf(err) ?? [])
  }
})
const http = createServer(app).listen(0, '127.0.0.1')
await once(http, 'listening')
const { port } = http.address() as AddressInfo
afterAll(() => {
  http.closeAllConnections()
  http.close()
})

type Answer = { status: number; policy: string; left: string; retry: string | undefined; code: string | null }

function hello(headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', path: '/api/hello', headers }, (res) => {
      let body = ''
      res.on('data', (chunk: Buffer) => {
        body += chunk
      })
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          policy: String(res.headers['ratelimit-policy']),
          left: String(res.headers.ratelimit),
          retry: res.headers['retry-after'],
          code: body ? (JSON.parse(body).errors[0].code as string) : null,
        }),
      )
    })
    req.on('error', reject).end()
  })
}

const as = (who: string) => hello({ 'x-who': who })
const times = async (n: number, ask: () => Promise<Answer>) => {
  const statuses: number[] = []
  for (let i = 0; i < n; i++) statuses.push((await ask()).status)
  return statuses
}

test('an account is refused after its requests of a minute, and told when to come again', async () => {
  expect(await times(3, () => as('ann@one'))).toEqual([204, 204, 204])
  const refused = await as('ann@one')
  expect([refused.status, refused.code]).toEqual([429, 'rate-limited'])
  expect(Number(refused.retry)).toBeGreaterThan(0)
  expect(Number(refused.retry)).toBeLessThanOrEqual(60)
  // Fields of draft 8, for the account and for its organisation.
  expect(refused.policy).toContain('"account"; q=3; w=60')
  expect(refused.left).toMatch(/"account"; r=0; t=\d+/)
})

test('an organisation is refused once its accounts together have asked too often; those of others go on', async () => {
  expect(await times(3, () => as('ben@two'))).toEqual([204, 204, 204])
  expect(await times(2, () => as('cho@two'))).toEqual([204, 204])
  const refused = await as('dan@two')
  expect([refused.status, refused.code]).toEqual([429, 'rate-limited'])
  expect(refused.policy).toContain('"organisation"; q=5; w=60')
  expect(refused.left).toMatch(/"account"; r=2; t=\d+, "organisation"; r=0; t=\d+/)
  // The rival of `two` is told nothing of it.
  expect((await as('eve@three')).left).toMatch(/"organisation"; r=4;/)
})

test('an address is refused after its requests of a minute, and no other address with it', async () => {
  const from = (address: string) => hello({ 'x-forwarded-for': address })
  const first = await from('203.0.113.7')
  expect(first.left).toMatch(/"address"; r=39; t=\d+/)
  expect(await times(39, () => from('203.0.113.7'))).toEqual(Array(39).fill(204))
  const refused = await from('203.0.113.7')
  expect([refused.status, refused.code, Number(refused.retry) > 0]).toEqual([429, 'rate-limited', true])
  expect((await from('203.0.113.8')).status).toBe(204)
  // Addresses of one network of version 6 are one visitor: it has more of them than anybody can count.
  await from('2001:db8::1')
  expect((await from('2001:db8::2')).left).toMatch(/"address"; r=38;/)
})
