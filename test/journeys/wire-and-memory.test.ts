// Does anything that leaves a bidder's browser tell the bid before the deadline? Every byte of the wire, the memory of API and worker, what they
// wrote, and what the browser sends along by itself are searched for its price, its words and the seeds of its envelopes.
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { BrowserContext } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { ninetyTen, readCase } from '../../scripts/case.ts'
import type { Person } from '../../scripts/person.ts'
import { draftOf, viewOf } from '../../scripts/play.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { fromB64u, hex } from '../../src/proof/bytes.ts'
import { Canaries } from '../support/canaries.ts'
import { launchChromium } from '../support/chromium.ts'
import { searchMemory, whyNotReadable } from '../support/process-memory.ts'
import { recordingProxy } from '../support/recording-proxy.ts'
import { eventually } from '../support/world.ts'
import { TestCustodian } from '../support/world-keepers.ts'
import { builtPages, chromium, drawn, visit } from '../web/harness.ts'
import { testHouse } from './test-house.ts'

const random = (n: number) => hex(P.random(n))
/** Known to API and worker alike, from their settings. */
const origin = `log-${random(12)}.example/log`

await builtPages()
const { house, cast, complaints } = await testHouse([], ['Dasom'], { origin })
const [bidder] = cast.suppliers as [Person]
const proxy = await recordingProxy(Number(new URL(house.url).port))
const browser = chromium === null ? null : await launchChromium(chromium)
afterAll(async () => {
  await browser?.close()
  await proxy.close()
})

const pidOf = (name: string): number => house.children.get(name)?.pid ?? -1
const forbidden = whyNotReadable(pidOf('api'))
if (forbidden !== null)
  console.warn(`NOT RUN: the search of the memory of API and worker. This place does not allow it: ${forbidden}`)

/** Of 57 bits, in the one budget that lets it be so large; and words in two scripts. */
const BUDGET = '180000000000000000'
const price = String(10n ** 17n + P.random(7).reduce((n, b) => n * 256n + BigInt(b), 0n))
const words = { summary: `summary-${random(8)}-요약-${random(8)}`, approach: `approach-${random(8)}-방안-${random(8)}` }

type Kept = { envelopes: Record<string, string>; seeds: Record<string, string> }
let kept: Kept
/** What nobody but the bidder's browser may have. */
let bid: Canaries
function secretsOf({ seeds }: Kept): Canaries {
  const secrets = new Canaries().add('price', price).add('summary', words.summary).add('approach', words.approach)
  for (const [kind, seed] of Object.entries(seeds)) secrets.add(`${kind} seed`, fromB64u(seed))
  return secrets
}

let context: BrowserContext
const elsewhere: string[] = []

const frames = () => proxy.recorded().flatMap(({ what, bytes }) => (what.startsWith('frames') ? [bytes] : []))

/** Signs in, makes a key, writes a bid, seals it and hands it in, all in a browser that knows the service by the proxy's address. */
async function bids(no: string): Promise<Kept> {
  context = await (browser as NonNullable<typeof browser>).newContext({
    baseURL: proxy.url,
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${proxy.url}/`))
      elsewhere.push(request.url())
  })
  await visit(page, '/sign-in')
  await page.getByLabel('이메일').fill(bidder.account.email)
  await page.getByLabel('비밀번호').fill(bidder.account.password)
  await page.locator('main').getByRole('button', { name: '로그인', exact: true }).click()
  const code = page.getByLabel('인증 코드')
  const show = async () => {
    await code.fill(await bidder.code())
    await page.getByRole('button', { name: '확인', exact: true }).click()
  }
  await show()
  await page.addLocatorHandler(page.getByRole('alertdialog', { name: '두 번째 인증' }).getByLabel('인증 코드'), show)
  await page.waitForURL((url) => url.pathname !== '/sign-in')
  await drawn(page)
  await page.getByRole('button', { name: /새 열쇠로 바꾸기|서명 열쇠 만들고 등록하기/ }).click()
  await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()

  await visit(page, `/s/${no}`)
  await page.getByLabel('요약').fill(words.summary)
  await page.getByLabel('수행 방안').fill(words.approach)
  await page.getByLabel(/입찰가격/).fill(price)
  await page.getByRole('button', { name: '확인 화면으로' }).click()
  await page.getByRole('button', { name: '봉인하고 제출하기' }).click()
  await page.getByText('포함 증명을 이 브라우저에서 확인했습니다').waitFor()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: '접수증 파일 받기' }).click()
  const file = JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as Kept
  // A page that listens to what happens, so that there is a socket on the wire too.
  await visit(page, `/tenders/${no}/opening`)
  await eventually('a socket that watches', () => frames().some((bytes) => bytes.includes(`"watch","${no}"`)))
  return file
}

const inRecord = () => proxy.recorded().flatMap(({ what, bytes }) => bid.in(bytes).map((found) => `${what}: ${found}`))

describe.skipIf(chromium === null)('a bid that was sealed in a browser and handed in, before the deadline', () => {
  let no = ''
  test('is handed in over a wire that is recorded, and its bidder’s browser finds it in the log', async () => {
    for (const id of ['agency', 'audit-office', 'timekeeper']) {
      const custodian = new TestCustodian(id)
      await custodian.enrol(house.url, cast.operator.token)
      await custodian.offer(house.url, 4)
    }
    const draft = draftOf(readCase(), new Date(Math.ceil(Date.now() / 1000 + 3600) * 1000))
    const notice = { ...draft.notice, budget: { amount: BUDGET, currency: 'KRW' as const }, minBids: 1 }
    no = await cast.officer.draft({ ...draft, notice, rule: ninetyTen(BUDGET) })
    await cast.officer.publish(no)
    kept = await bids(no)
    expect(Object.keys(kept.seeds).sort()).toEqual(['price', 'technical'])
    bid = secretsOf(kept)
  }, 180_000)

  test('is told by no byte of the wire, in either direction', async () => {
    const record = proxy.recorded()
    const all = Buffer.concat(record.map(({ bytes }) => bytes))
    // The bid is on the wire, sealed; and all that is there could be read.
    for (const kind of ['technical', 'price']) {
      const part = JSON.stringify((kept.envelopes[kind] as string).slice(-200, -100)).slice(1, -1)
      expect([kind, all.includes(part)]).toEqual([kind, true])
    }
    expect(proxy.packed()).toEqual([])
    expect(elsewhere).toEqual([])
    expect((await viewOf(house, no)).state).toBe('published')
    expect(inRecord()).toEqual([])
  })

  test('is told by nothing that the browser sends along by itself, by no log of a process and by no file of the service', async () => {
    const cookies = await context.cookies()
    expect(cookies.length).toBeGreaterThan(0)
    expect(bid.in(JSON.stringify(cookies))).toEqual([])
    expect(bid.in(complaints.join('\n'))).toEqual([])
    const files = readdirSync(house.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(files.length).toBeGreaterThan(3)
    for (const { parentPath, name } of files)
      expect([name, bid.in(readFileSync(join(parentPath, name)))]).toEqual([name, []])
  })

  test.skipIf(forbidden !== null).each(['api', 'worker'])(
    'is nowhere in the memory of the %s, nor of its threads',
    (name) => {
      const { found, bytes } = searchMemory(pidOf(name), secretsOf(kept).add('known', origin))
      // What the process does know is found, so its memory was read.
      expect(found).toContain('known (text)')
      expect(found.filter((what) => !what.startsWith('known '))).toEqual([])
      expect(bytes).toBeGreaterThan(30_000_000)
    },
    120_000,
  )

  test('would be found on the same wire and in the memory of the same process, had it been sent unsealed', async () => {
    const body = JSON.stringify({ price, ...words })
    const careless = connect(proxy.port, '127.0.0.1')
    try {
      // A request whose end does not come: the process keeps what it has got until then.
      const lines = [
        'POST /api/v1/sessions HTTP/1.1',
        `Host: 127.0.0.1:${proxy.port}`,
        'Content-Type: application/json',
      ]
      careless.write(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body) + 1}\r\n\r\n${body}`)
      const all = ['price (text)', 'summary (text)', 'approach (text)']
      await eventually('the record', () => inRecord().length >= all.length)
      expect(inRecord().map((found) => found.replace(/^up \d+: /, ''))).toEqual(expect.arrayContaining(all))
      if (forbidden !== null) return
      const found = await eventually('what the process got', () => {
        const names = searchMemory(pidOf('api'), bid).found
        return names.length > 0 && names
      })
      expect(found).toEqual(expect.arrayContaining(all))
      expect(found.filter((what) => what.includes('seed'))).toEqual([])
    } finally {
      careless.destroy()
    }
  }, 120_000)
})
