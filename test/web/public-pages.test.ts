// Do the public pages stand, in both languages, on a desk and on a phone, in any colours, on paper?
import { describe, expect, test } from 'vitest'
import { axe, chromium, drawn, openWeb, shot, sideways, visit } from './harness.ts'
import { threeTenders } from './three-tenders.ts'

const web = await openWeb({ env: { MADANG_DEMO: '1' } })
await threeTenders(web.world)

const HOW = [
  '/how',
  '/how/process',
  '/how/scoring',
  '/how/refusals',
  '/how/events',
  '/how/log',
  '/how/verify',
  '/who-may',
]
const MINE = ['/', '/tenders', '/openings', ...HOW, '/verify', '/log', '/log?entry=3', '/sign-in']
const nameOf = (path: string) => path.slice(1).replaceAll('/', '-') || 'home'

describe.skipIf(chromium === null)('the public pages', () => {
  // Korean on a desk and English on a phone are read by axe; the other pairs differ in nothing that it looks at.
  test.each(['ko', 'en'] as const)(
    'stand in %s at three widths, and axe finds nothing',
    { timeout: 60_000 },
    async (lang) => {
      const page = await web.newPage({ lang })
      for (const path of MINE) {
        await page.setViewportSize({ width: 1280, height: 900 })
        await visit(page, path)
        for (const width of [1280, 320, 390]) {
          await page.setViewportSize({ width, height: 844 })
          await shot(page, `${nameOf(path)}-${lang}-${width}`)
          expect(await sideways(page), `${path} at ${width}`).toEqual([])
          if (width === (lang === 'ko' ? 1280 : 390)) expect(await axe(page), `${path} at ${width}`).toEqual([])
        }
      }
    },
  )

  test('an address where nothing is answers 404 with a page', async () => {
    const page = await web.newPage({ allow: [/404/] })
    const reply = await page.goto('/no-such-page')
    await drawn(page)
    expect(reply?.status()).toBe(404)
    expect(await page.title()).toBe('없는 주소입니다. · 마당')
    expect(await axe(page)).toEqual([])
  })

  test.each(['/', '/tenders', '/how/scoring'])('%s can be read in the dark', async (path) => {
    const page = await web.newPage({ dark: true, width: 390 })
    await visit(page, path)
    await shot(page, `${nameOf(path)}-dark-390`)
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(16, 21, 28)')
    expect(await axe(page)).toEqual([])
  })

  test('keeps its shapes where the visitor’s own colours are forced', async () => {
    const page = await web.newPage({ forcedColors: true })
    await visit(page, '/')
    await shot(page, 'home-forced-1280')
    const bare = await page.evaluate(`[...document.querySelectorAll('.btn, .tag, .card, .field')]
      .filter((el) => parseFloat(getComputedStyle(el).borderTopWidth) < 1 || /^rgba\\(.*, 0\\)$/.test(getComputedStyle(el).borderTopColor))
      .map((el) => el.className)`)
    expect(bare).toEqual([])
    expect(await page.locator('.btn').count()).toBeGreaterThan(2)
  })

  test('leave out of a phone’s cards what says nothing', async () => {
    const page = await web.newPage({ width: 390 })
    await visit(page, '/who-may')
    expect(await page.locator('td.nothing').count()).toBeGreaterThan(20)
    expect(await page.locator('td.nothing').filter({ visible: true }).count()).toBe(0)
  })

  test('are printed without what cannot be pressed on paper', async () => {
    const page = await web.newPage()
    await visit(page, '/tenders')
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('header').isVisible()).toBe(false)
    expect(await page.locator('table').isVisible()).toBe(true)
  })
})
