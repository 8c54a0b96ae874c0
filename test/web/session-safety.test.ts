// WEB-4: is nothing of a session left where a script, a cache or the next person at this computer could find it?
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../src/api/endpoints.ts'
import { PASSWORD } from '../support/world.ts'
import { chromium, drawn, openWeb, visit } from './harness.ts'

const web = await openWeb({ suppliers: 2 })
const { world } = web
const no = await world.publish()

type Sent = { method?: string; body?: unknown; headers?: Record<string, string> }
let address = 0
const send = (path: string, { method = 'POST', body, headers = {} }: Sent = {}) =>
  fetch(`${world.url}${path}`, {
    method,
    // Each from an address of its own: sign-ins are counted by address.
    headers: {
      'x-forwarded-for': `10.1.0.${address++ & 255}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const SESSIONS = ENDPOINTS.signIn.path
const enter = (headers: Record<string, string> = {}) =>
  send(SESSIONS, { body: { email: world.supplier(1).account.email, password: PASSWORD }, headers })

/** A cookie's name, value and attributes, these in lower case. */
function parts(line: string): { name: string; value: string; attributes: Map<string, string> } {
  const [first = '', ...rest] = line.split('; ')
  const at = first.indexOf('=')
  const attributes = rest.map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=')
    return [name.toLowerCase(), value]
  })
  return { name: first.slice(0, at), value: first.slice(at + 1), attributes: new Map(attributes) }
}

describe('the cookie of a session', () => {
  test('is out of reach of scripts, other sites and other paths, and of plain http where there is https', async () => {
    const named = (answer: Response) =>
      answer.headers
        .getSetCookie()
        .map(parts)
        .find(({ name }) => name === 'madang_refresh')
    const cookie = named(await enter())
    expect(cookie?.value).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(Object.fromEntries(cookie?.attributes ?? [])).toEqual({
      path: SESSIONS,
      httponly: '',
      samesite: 'Strict',
      'max-age': String(14 * 86_400),
    })
    const secure = named(await enter({ 'x-forwarded-proto': 'https' }))
    expect(secure?.attributes.has('secure')).toBe(true)
  })

  test('is the only one: no other answer sets any', async () => {
    const token = world.supplier(1).token
    const paths = [
      '/',
      `/tenders/${no}`,
      '/api/v1/tenders',
      '/api/v1/me',
      '/api/v1/bids',
      '/log/checkpoint',
      '/openapi.json',
    ]
    for (const path of paths) {
      const reply = await send(path, { method: 'GET', headers: { authorization: `Bearer ${token}`, accept: '*/*' } })
      expect(reply.headers.getSetCookie(), path).toEqual([])
    }
  })
})

describe('no cache', () => {
  const reads = (Object.values(ENDPOINTS) as Endpoint[]).filter((e) => e.method === 'get' && !e.path.startsWith('/log'))

  test.each(reads.map((e) => [e.path, e] as const))('keeps what a signed-in caller reads at %s', async (path) => {
    const address = path.replace(':no', no).replace(/[:*]\w+/g, 'x')
    const headers = { authorization: `Bearer ${world.officer.token}`, accept: 'application/json' }
    const reply = await send(address, { method: 'GET', headers })
    const kept = reply.headers.get('cache-control') ?? ''
    // What is the same for everybody may say so itself.
    expect(kept.includes('no-store') || /^public|immutable/.test(kept), `${address}: ${kept}`).toBe(true)
    if (/\/(me|bids|assignments|drafts?|sheet|marking|outcomes)\b/.test(path)) expect(kept).toContain('no-store')
  })

  test('keeps any answer about a session, a refused one neither', async () => {
    const replies = await Promise.all([
      enter(),
      send(SESSIONS, { body: { email: 'nobody@nowhere.example', password: 'wrong' } }),
      send(SESSIONS, { body: {} }),
      send(ENDPOINTS.refreshSession.path),
      send(ENDPOINTS.signOut.path, { method: ENDPOINTS.signOut.method.toUpperCase() }),
    ])
    expect(replies.map((reply) => reply.status)).toEqual([201, 401, 400, 401, 204])
    for (const reply of replies) expect(reply.headers.get('cache-control')).toContain('no-store')
  })
})

describe('signing out', () => {
  test('ends the cookie and clears the cache, and leaves signing keys and receipts where they are', async () => {
    const cookie = (await enter()).headers.getSetCookie()[0]?.split(';')[0] as string
    const out = await send(ENDPOINTS.signOut.path, {
      method: ENDPOINTS.signOut.method.toUpperCase(),
      headers: { cookie },
    })
    expect(out.status).toBe(204)
    expect(out.headers.get('clear-site-data')).toBe('"cache"')
    const [ended] = out.headers.getSetCookie().map(parts)
    expect([ended?.name, ended?.value, ended?.attributes.get('max-age')]).toEqual(['madang_refresh', '', '0'])
    expect((await send(ENDPOINTS.refreshSession.path, { headers: { cookie } })).status).toBe(401)
  })
})

/** Everything that this page's scripts could find in the browser, as one text; what cannot be written out is named. */
const STORED = `(async () => {
  const found = { cookies: document.cookie, local: { ...localStorage }, session: { ...sessionStorage }, caches: await caches.keys(), stores: {} }
  const plain = (value) => value instanceof CryptoKey ? 'CryptoKey extractable=' + value.extractable
    : value instanceof Uint8Array ? [...value] : Array.isArray(value) ? value.map(plain)
    : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)])) : value
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result) })
    for (const store of db.objectStoreNames) {
      found.stores[name + '/' + store] = await new Promise((done) => {
        const r = db.transaction(store).objectStore(store).getAll()
        r.onsuccess = () => done(r.result.map(plain))
      })
    }
    db.close()
  }
  return JSON.stringify(found)
})()`

describe.skipIf(chromium === null)('a browser', () => {
  test('holds neither password nor token in any store, and no key that could be carried away; nothing private after signing out', {
    timeout: 90_000,
  }, async () => {
    const page: Page = await web.newPage({ lang: 'en' })
    const secrets: string[] = [PASSWORD]
    page.on('response', (reply) => {
      if (!reply.url().includes(SESSIONS)) return
      void reply.headerValue('set-cookie').then(
        (line) => {
          const token = /madang_refresh=([\w-]{20,})/.exec(line ?? '')?.[1]
          if (token) secrets.push(token)
        },
        () => {},
      )
      void reply.json().then(
        (body: { accessToken?: string }) => {
          if (body.accessToken) secrets.push(body.accessToken)
        },
        () => {},
      )
    })
    await visit(page, '/sign-in')
    await page.getByLabel('E-mail').fill(world.supplier(2).account.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.locator('main').getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('/s')
    await world.stepUp(world.supplier(2))
    await page.goto(`/s/${no}`)
    await drawn(page)
    // The person's key was made elsewhere: this browser makes its own in its place.
    await page.getByRole('button', { name: 'Replace it by a new key' }).click()
    await page.getByText('You sign with the key of this browser.').waitFor()
    await page.locator('#bid-amount').fill('98000000')
    const stored = async () => (await page.evaluate(STORED)) as string
    await expect.poll(stored, { timeout: 15_000 }).toContain('98000000')
    await expect.poll(() => secrets.length).toBeGreaterThanOrEqual(3)
    const held = await stored()
    for (const secret of secrets) expect(held).not.toContain(secret)
    expect(held).toContain('CryptoKey extractable=false')
    expect(held).not.toContain('CryptoKey extractable=true')
    expect(JSON.parse(held)).toMatchObject({ session: {}, local: { 'madang-session': '1' } })
    expect(Object.keys((JSON.parse(held) as { local: object }).local)).toEqual(['madang-session'])

    await page.locator('header').getByRole('button', { name: 'Sign out' }).first().click()
    await page.locator('main').getByText('Sign in first.').waitFor()
    expect(await page.locator('#bid-amount').count()).toBe(0)
    expect(JSON.parse(await stored())).toMatchObject({ local: {} })
    // The device stays known, so that wrong guesses of others do not lock it out.
    const cookies = (await page.context().cookies()).map((cookie) => cookie.name).sort()
    expect(cookies).toEqual(['lang', 'madang_device'])
    // Going back shows nobody's page again.
    await page.goto('/tenders')
    await page.goBack()
    await drawn(page)
    expect(await page.locator('#bid-amount').count()).toBe(0)
    expect(await page.content()).not.toContain('98000000')
  })
})
