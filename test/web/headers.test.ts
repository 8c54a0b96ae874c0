// Does every answer carry the headers that keep a browser safe, and does a page hold nothing that they would have to forgive?
import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { PAGES } from '../../src/api/pages.ts'
import { languageOf } from '../../src/server/web.ts'
import { readWeb } from '../../src/server/web-files.ts'
import { makeWorld } from '../support/world.ts'
import { builtPages } from './harness.ts'

await builtPages()
const world = await makeWorld({ suppliers: 0, env: { MADANG_DEMO: '1' } })
const HOSTILE = '</script><script>alert(1)</script><!--"\'&$&\u2028'
const notice = { ...world.draftOf().notice, title: { ko: HOSTILE, en: HOSTILE } }
const no = await world.publish({ notice })
const draft = await world.draft()
const web = readWeb()
if (!web) throw new Error('the pages were not built')
const asset = [...web.files.keys()].find((address) => /^\/assets\/index-.*\.js$/.test(address)) as string
const font = [...web.files.keys()].find((address) => address.endsWith('.woff2')) as string

type Reply = { status: number; headers: Record<string, string>; body: string }

/** Node's own client: it sends what it is told and nothing else. */
function ask(
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<Reply>((done, fail) => {
    const request = get(`${world.url}${path}`, { method, headers }, (res) => {
      const chunks: Buffer[] = []
      res.on('data', (chunk: Buffer) => chunks.push(chunk))
      res.on('error', fail)
      res.on('end', () => {
        const raw = Buffer.concat(chunks)
        const body = res.headers['content-encoding'] === 'gzip' && raw.length > 0 ? gunzipSync(raw) : raw
        done({
          status: res.statusCode ?? 0,
          headers: res.headers as Record<string, string>,
          body: body.toString('utf8'),
        })
      })
    })
    request.on('error', fail)
    request.end()
  })
}

const HTML = { accept: 'text/html', 'accept-encoding': 'gzip' }
const page = (path: string, headers: Record<string, string> = {}) => ask(path, { headers: { ...HTML, ...headers } })

/** What is wrong with the headers of an answer, one line each. */
function weaknesses({ headers }: Reply): string[] {
  const policy = headers['content-security-policy'] ?? ''
  const wants: [boolean, string][] = [
    [/(^|; ?)default-src 'none'/.test(policy), "default-src 'none'"],
    [/base-uri 'none'/.test(policy), "base-uri 'none'"],
    [/frame-ancestors 'none'/.test(policy), "frame-ancestors 'none'"],
    [!/unsafe-(inline|eval)|\*|https?:|object-src (?!'none')/.test(policy), 'nothing unsafe, nothing from elsewhere'],
    [headers['x-content-type-options'] === 'nosniff', 'nosniff'],
    [/max-age=\d{7,}/.test(headers['strict-transport-security'] ?? ''), 'HSTS'],
    [headers['referrer-policy'] === 'no-referrer', 'Referrer-Policy'],
    [headers['cross-origin-opener-policy'] === 'same-origin', 'COOP'],
    [headers['cross-origin-resource-policy'] === 'same-origin', 'CORP'],
    [headers['x-powered-by'] === undefined, 'no X-Powered-By'],
  ]
  return wants.filter(([good]) => !good).map(([, what]) => what)
}

describe('WEB-1: the headers of', () => {
  const paths = PAGES.map(({ path }) => path.replace(':no', no))
  test.each(paths)('the page %s', async (path) => {
    const reply = await page(path)
    // /a/:no and the like are pages whatever the number: who may see it is asked by their own calls.
    expect(reply.status).toBe(200)
    expect(weaknesses(reply)).toEqual([])
    expect(reply.headers['cache-control']).toBe('no-store')
  })

  test.each<[string, string, number, Parameters<typeof ask>[1]]>([
    ['a missing page', '/nothing/here', 404, { headers: HTML }],
    ['a tender that is not there', '/tenders/R26BK99999999', 404, { headers: HTML }],
    ['a number that is none', '/tenders/%3Cscript%3E/opening', 404, { headers: HTML }],
    ['a broken address', '/tenders/%E0%A4%A', 404, { headers: HTML }],
    ['a page by HEAD', '/tenders', 200, { method: 'HEAD', headers: HTML }],
    ['a page by POST', '/tenders', 404, { method: 'POST', headers: HTML }],
    ['a script', asset, 200, {}],
    ['a compressed script', asset, 200, { headers: { 'accept-encoding': 'br' } }],
    ['a font', font, 200, {}],
    ['the icon', '/favicon.svg', 200, {}],
    ['a missing script', '/assets/index-00000000.js', 404, {}],
    ['a way out of the folder', '/assets/..%2f..%2f..%2fpackage.json', 404, {}],
    ['the list of the build', '/.vite/manifest.json', 404, { headers: HTML }],
    ['the shell itself', '/index.html', 404, { headers: HTML }],
    ['an answer of the API', '/api/v1/tenders', 200, {}],
    ['a refusal of the API', '/api/v1/me', 401, {}],
    ['a wrong address of the API', '/api/v1/nothing', 404, { headers: HTML }],
    ['a broken address of the API', '/api/v1/tenders/%E0%A4%A', 404, {}],
    ['a wrong query', '/api/v1/tenders?page=0', 400, {}],
    ['a wrong method', '/api/v1/time', 405, { method: 'DELETE' }],
    ['the meaning of a refusal', '/problems/late', 200, {}],
    ['the head of the log', '/log/checkpoint', 200, {}],
    ['the description of the API', '/openapi.json', 200, {}],
    ['the health', '/healthz', 200, {}],
  ])('%s', async (_, path, status, options) => {
    const reply = await ask(path, options)
    expect([path, reply.status]).toEqual([path, status])
    expect(weaknesses(reply)).toEqual([])
  })

  test('an answer without them would be seen', () => {
    const bare = { status: 200, headers: { 'content-security-policy': "default-src 'self' 'unsafe-inline'" }, body: '' }
    expect(weaknesses(bare)).toHaveLength(9)
  })
})

describe('a page', () => {
  test('has no inline script but data, no handler, no style, and a nonce of its own', async () => {
    const [one, other] = await Promise.all([page(`/tenders/${no}`), page(`/tenders/${no}`)])
    const scripts = [...one.body.matchAll(/<script\b([^>]*)>/g)].map((match) => match[1] as string)
    expect(scripts.filter((attributes) => !/src="\/assets\/|type="application\/json"/.test(attributes))).toEqual([])
    expect(one.body).not.toMatch(/\son\w+=|\sstyle=|javascript:|__CSP_NONCE__/)
    const nonceOf = (reply: Reply) =>
      /'nonce-([^']+)'/.exec(reply.headers['content-security-policy'] ?? '')?.[1] as string
    expect(nonceOf(one)).toMatch(/^[A-Za-z0-9+/]{24}$/)
    expect(nonceOf(one)).not.toBe(nonceOf(other))
    const used = [...one.body.matchAll(/nonce="([^"]*)"/g)].map((match) => match[1])
    expect(used.length).toBeGreaterThan(0)
    expect(new Set(used)).toEqual(new Set([nonceOf(one)]))
  })

  test('asks nothing of any other origin', async () => {
    const { body } = await page('/')
    expect([...body.matchAll(/(?:src|href)="([^"]*)"/g)].map((m) => m[1]).filter((a) => !a?.startsWith('/'))).toEqual(
      [],
    )
  })

  test('carries a hostile title as text: in the tab and in the snapshot', async () => {
    const { body } = await page(`/tenders/${no}`)
    expect(body).not.toContain('<script>alert')
    expect(body).toContain('&#60;/script&#62;&#60;script&#62;alert(1)')
    const json = /<script type="application\/json" id="snapshot">(.*?)<\/script>/s.exec(body)?.[1] as string
    const snapshot = JSON.parse(json) as { tender: { title: { ko: string } }; demo: boolean }
    expect(snapshot.tender.title.ko).toBe(HOSTILE)
    expect(snapshot.demo).toBe(true)
  })

  test('holds the record as anybody sees it, whoever asks', async () => {
    const headers = { authorization: `Bearer ${world.officer.token}` }
    const mine = await page(`/tenders/${draft}`, headers)
    expect(mine.status).toBe(404)
    expect(mine.body).toContain('"tender":null')
    const { body } = await page(`/tenders/${no}/opening`, headers)
    const view = await world.view(no)
    const json = /id="snapshot">(.*?)<\/script>/s.exec(body)?.[1] as string
    const snapshot = JSON.parse(json) as { tender: object; events: { events: unknown[]; index: number } }
    expect({ ...snapshot.tender, serverTime: '' }).toEqual({ ...view, serverTime: '' })
    expect(snapshot.events.index).toBe(view.index)
    expect(snapshot.events.events.length).toBeGreaterThan(0)
  })

  test('is in the language of the cookie, else of the browser, else in Korean', async () => {
    const langOf = async (headers: Record<string, string>) =>
      /<html lang="(\w+)"/.exec((await page('/', headers)).body)?.[1]
    expect(await langOf({})).toBe('ko')
    expect(await langOf({ 'accept-language': 'en-GB' })).toBe('en')
    expect(await langOf({ 'accept-language': 'en-GB', cookie: 'a=b; lang=ko' })).toBe('ko')
    expect(await langOf({ cookie: 'lang=<script>' })).toBe('ko')
  })

  test('starts fetching its own code and words before the first script has run', async () => {
    const { body } = await page(`/tenders/${no}/opening`, { cookie: 'lang=en' })
    const preloads = [...body.matchAll(/rel="modulepreload"[^>]*href="([^"]+)"/g)].map((match) => match[1] as string)
    const room = web.needs('pages/room/room-page.tsx')[0] as string
    expect(preloads).toContain(room)
    for (const address of preloads) expect(web.files.has(address)).toBe(true)
    expect(new Set(preloads).size).toBe(preloads.length)
    const styles = [...body.matchAll(/rel="stylesheet"[^>]*href="([^"]+)"/g)].map((match) => match[1] as string)
    expect(styles).toEqual(
      expect.arrayContaining(web.needs('pages/room/room-page.tsx').filter((a) => a.endsWith('.css'))),
    )
    // The letters come after what can be read without them, and the record after what asks for scripts.
    expect(body).not.toMatch(/woff2|pretendard/)
    expect(body.indexOf('id="snapshot"')).toBeGreaterThan(body.lastIndexOf('modulepreload'))
  })
})

describe('a program', () => {
  test('that asks for JSON where nothing is gets a problem, not a page', async () => {
    const reply = await ask('/nothing/here', { headers: { accept: 'application/json' } })
    expect([reply.status, reply.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
  })
})

describe('a file of the pages', () => {
  test('that has a hash in its name is kept for ever, others are asked about again', async () => {
    expect((await ask(asset)).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    const icon = await ask('/favicon.svg')
    expect(icon.headers['cache-control']).toBe('no-cache')
    const again = await ask('/favicon.svg', { headers: { 'if-none-match': icon.headers.etag as string } })
    expect([again.status, again.body]).toEqual([304, ''])
  })

  test('comes as small as the browser can take it, and is the same unpacked', async () => {
    const plain = await ask(asset)
    const packed = await ask(asset, { headers: { 'accept-encoding': 'gzip' } })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(Number(packed.headers['content-length'])).toBeLessThan(Number(plain.headers['content-length']) / 2)
    expect(packed.body).toBe(plain.body)
    expect(
      (await ask(asset, { headers: { 'accept-encoding': 'br;q=1, gzip;q=0.5' } })).headers['content-encoding'],
    ).toBe('br')
    expect(
      (await ask(font, { headers: { 'accept-encoding': 'gzip, br' } })).headers['content-encoding'],
    ).toBeUndefined()
  })
})

describe('the language of a page', () => {
  test.each([
    [undefined, undefined, 'ko'],
    [undefined, 'fr,de;q=0.5', 'ko'],
    [undefined, 'en-US,en;q=0.9', 'en'],
    [undefined, 'en;q=0.5,ko', 'ko'],
    [undefined, 'ko;q=0.3, en;q=0.8', 'en'],
    [undefined, 'en;q=0', 'ko'],
    [undefined, 'en;q=banana', 'en'],
    ['lang=en', 'ko', 'en'],
    ['xlang=en', 'ko', 'ko'],
    ['lang=eng', undefined, 'ko'],
  ] as const)('by cookie %s and request %s is %s', (cookie, accepted, language) => {
    expect(languageOf(cookie, accepted)).toBe(language)
  })
})
