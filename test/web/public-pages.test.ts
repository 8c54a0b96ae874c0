// Do the public pages stand, in both languages, on a desk and on a phone, for everybody?
import { describe, expect, test } from 'vitest'
import { PAGES } from '../../src/api/pages.ts'
import { axe, chromium, drawn, openWeb, shot, sideways, tabTo, visit } from './harness.ts'

const web = await openWeb({ env: { MADANG_DEMO: '1' } })
const { world } = web

const titled = (ko: string, en: string) => ({ ...world.draftOf().notice, title: { ko, en } })
const open = await world.publish({ notice: titled('도로 포장 공사 (2구간)', 'Road paving, section 2'), seconds: 7200 })
const awarded = await world.publish({ notice: titled('정보시스템 통합유지보수', 'Integrated system maintenance') })
const opening = await world.publish({ notice: titled('공원 조성 설계 용역', 'Park design services') })
for (const no of [awarded, opening])
  for (const n of [1, 2]) {
    await world.bid(no, world.supplier(n), { price: { amount: `9${n}000000`, currency: 'KRW' } })
  }
await world.tick()
await world.bring(awarded, 'awarded')
await world.bring(opening, 'technical_opening')

const MINE = [
  '/',
  '/tenders',
  '/openings',
  '/how',
  '/how/process',
  '/how/scoring',
  '/how/refusals',
  '/how/events',
  '/how/log',
  '/who-may',
  '/sign-in',
]
const nameOf = (path: string) => path.slice(1).replaceAll('/', '-') || 'home'

describe.skipIf(chromium === null)('the public pages', () => {
  test.each(MINE)('%s stands in both languages at three widths, and axe finds nothing', async (path) => {
    for (const lang of ['ko', 'en'] as const) {
      const page = await web.newPage({ lang, width: 1280 })
      await visit(page, path)
      expect(await axe(page)).toEqual([])
      for (const width of [1280, 390, 320]) {
        await page.setViewportSize({ width, height: 844 })
        await shot(page, `${nameOf(path)}-${lang}-${width}`)
        expect([width, ...(await sideways(page))]).toEqual([width])
      }
      expect(await axe(page)).toEqual([])
    }
  })

  test('an address where nothing is answers 404 with a page', async () => {
    const page = await web.newPage({ allow: [/404/] })
    const reply = await page.goto('/no-such-page')
    await drawn(page)
    expect(reply?.status()).toBe(404)
    expect(await page.title()).toBe('없는 주소입니다. · 마당')
    expect(await axe(page)).toEqual([])
  })
})
