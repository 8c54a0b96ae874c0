// What can a visitor do, by mouse and by keyboard, with a wrong clock and a bad connection, signed in and not?
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { METHOD_IDS } from '../../src/domain/scoring/methods.ts'
import { axe, chromium, drawn, openWeb, shot, sideways, tabTo, visit } from './harness.ts'
import { threeTenders } from './three-tenders.ts'

const web = await openWeb({ env: { MADANG_DEMO: '1' } })
const { world } = web
const { open, awarded, opening } = await threeTenders(world)

describe.skipIf(chromium === null)('a visitor', () => {
  test('finds a tender from the first page by the keyboard alone, without minding spaces', async () => {
    const page = await web.newPage()
    await visit(page, '/')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('본문으로 건너뛰기')
    await page.keyboard.press('Enter')
    await tabTo(page, 'input[type=search]', 3)
    await page.keyboard.insertText('도로포장')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/tenders\?text=/)
    await drawn(page)
    await page.getByRole('heading', { name: '1건' }).waitFor()
    // After the change of page the focus is at its heading.
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1')
    await tabTo(page, `a[href="/tenders/${open}"]`)
  })

  test('does not search while a syllable is being composed', async () => {
    const page = await web.newPage()
    await visit(page, '/tenders')
    const box = page.locator('input[type=search]')
    await box.focus()
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Input.imeSetComposition', { text: '도ㄹ', selectionStart: 2, selectionEnd: 2 })
    await box.dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true })
    expect(new URL(page.url()).search).toBe('')
    await devtools.send('Input.insertText', { text: '도로' })
    await page.keyboard.press('Enter')
    await page.waitForURL(/text=/)
    expect(new URL(page.url()).searchParams.get('text')).toBe('도로')
  })

  test('narrows the list by filters whose counts are right, and every state has an address', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/tenders')
    const filters = page.getByRole('complementary', { name: 'Narrow down' })
    await filters.getByRole('link', { name: /^Awarded/ }).click()
    await page.waitForURL('/tenders?status=awarded')
    await page.getByRole('heading', { name: '1 tender' }).waitFor()
    await page.getByRole('link', { name: 'Integrated system maintenance' }).waitFor()
    await page.getByLabel('Order').selectOption('budget')
    await page.waitForURL('/tenders?status=awarded&sort=budget')
    await page.goBack()
    await page.goBack()
    await page.getByRole('heading', { name: '3 tenders' }).waitFor()
  })

  test('is helped when nothing is found', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/tenders?text=paving+moonbase&status=open')
    await page.getByText('No tender fits.').waitFor()
    await page.locator('main').getByRole('link', { name: 'paving', exact: true }).click()
    await page.getByRole('heading', { name: '1 tender' }).waitFor()
  })

  test('is not stopped by an old link with parameters that no longer mean anything', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/tenders?status=sold&sort=price&page=x')
    await page.getByRole('heading', { name: '3 tenders' }).waitFor()
  })

  test.each(['/tenders/%E0%A4%A', '/tenders/<img src=x>', '/a/b/c/d'])(
    'at the broken address %s gets a page all the same',
    async (path) => {
      const page = await web.newPage({ lang: 'en', allow: [/404/] })
      await page.goto(path)
      await page
        .locator('main')
        .getByText(/nothing at this address|cannot be found/)
        .first()
        .waitFor()
    },
  )

  test('takes the table away as CSV with a byte order mark', async () => {
    const page = await web.newPage()
    await visit(page, '/tenders')
    await page.getByRole('heading', { name: '3건' }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV 받기' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('madang-tenders.csv')
    const text = await readFile(await download.path(), 'utf8')
    const lines = text.split('\r\n')
    expect(lines[0]).toBe('\uFEFF공고,공고번호,수요기관,상태,마감,예산(부가세 포함)')
    expect(lines[1]).toMatch(
      new RegExp(`^도로 포장 공사 \\(2구간\\),${open}-000,gaon-city \\(가상\\),입찰 중,20[^,]+Z,100000000$`),
    )
    expect(lines).toHaveLength(5)
  })

  test('puts an opening into a calendar', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/openings')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Add to calendar: Road paving/ }).click(),
    ])
    expect(download.suggestedFilename()).toBe(`${open}.ics`)
    const text = await readFile(await download.path(), 'utf8')
    const { openAfter } = await world.view(open)
    expect(text).toContain(`\r\nDTSTART:${openAfter.replace(/[-:]/g, '')}\r\n`)
    expect(text).toContain('SUMMARY:Opening: Road paving\\, section 2')
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true)
  })

  test('sees what is being opened now, and gets to the room', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/openings')
    const watch = page.getByRole('link', { name: 'Watch now: Park design services' })
    expect(await watch.getAttribute('href')).toBe(`/tenders/${opening}/opening`)
    const again = page.getByRole('link', { name: 'Watch again: Integrated system maintenance' })
    expect(await again.getAttribute('href')).toBe(`/tenders/${awarded}/opening`)
  })

  test('changes the language on every page at once, and it stays', async () => {
    const page = await web.newPage({ lang: 'ko' })
    await visit(page, '/how')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'How it works', level: 1 }).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    await page.getByRole('link', { name: 'Process and states' }).click()
    await page.getByRole('heading', { name: 'Process and states' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Process and states' }).waitFor()
  })

  test('opens the menu of a phone by the keyboard', async () => {
    const page = await web.newPage({ width: 390 })
    await visit(page, '/')
    expect(await page.locator('header a[href="/how"]').isVisible()).toBe(false)
    await tabTo(page, '[aria-controls=menu]', 4)
    await page.keyboard.press('Enter')
    await shot(page, 'menu-ko-390')
    expect(await axe(page)).toEqual([])
    await tabTo(page, 'header a[href="/how"]', 8)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '작동 방식', level: 1 }).waitFor()
  })

  test('is back where the page was left, also after another page of it and a reload, and begins a new one at its top', async () => {
    const page = await web.newPage({ width: 390 })
    const at = () => page.evaluate('Math.round(scrollY)') as Promise<number>
    await visit(page, '/how/process')
    const link = page.locator('footer a[href="/how/refusals"]')
    await page.evaluate('scrollTo(0, 900)')
    // A place counts once the visitor has come to rest; the link at the page's end is reached without going there.
    await page.waitForTimeout(200)
    await link.dispatchEvent('click')
    await page.waitForURL('/how/refusals')
    await drawn(page)
    await expect.poll(at).toBe(0)
    await page.goBack()
    await page.waitForURL('/how/process')
    await expect.poll(at).toBe(900)
    await page.reload()
    await drawn(page)
    await expect.poll(at).toBe(900)
  })

  test('is told when a page’s own code cannot be had, keeps the way elsewhere, and gets it when it is there again', async () => {
    const page = await web.newPage({ lang: 'en', allow: [/Failed to load resource|dynamically imported/] })
    await visit(page, '/')
    const code = /openings-page[^/]*\.js$/
    await page.route(code, (route) => route.abort())
    const nav = page.locator('header')
    await nav.getByRole('link', { name: 'Openings' }).click()
    await page.getByText('The connection is gone.').waitFor()
    expect(await axe(page)).toEqual([])
    await page.unroute(code)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForURL('/openings')
    await drawn(page)
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/Openings/)
  })

  test('is told when the connection is gone, and goes on when it is back', async () => {
    const page = await web.newPage({ lang: 'en', allow: [/ERR_FAILED|Failed to load/] })
    await page.route('**/api/v1/tenders?*', (route) => route.abort())
    await page.goto('/tenders')
    await page.getByText('The connection is gone.').waitFor()
    await page.unroute('**/api/v1/tenders?*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: '3 tenders' }).waitFor()
  })

  test('counts by the server’s clock when the own one is ten minutes wrong', async () => {
    const page = await web.newPage({ lang: 'en' })
    await page.clock.install({ time: Date.now() + 600_000 })
    await page.goto('/tenders')
    const server = async () => {
      const text = await page.locator('header .tnum').first().textContent()
      const [h = 0, m = 0, s = 0] = (text ?? '').split(':').map(Number)
      return h * 3600 + m * 60 + s
    }
    await page.clock.runFor(2000)
    await expect
      .poll(
        async () => {
          await page.clock.runFor(200)
          const now = (Math.floor(Date.now() / 1000) + 9 * 3600) % 86_400
          return Math.abs((await server()) - now) < 30
        },
        { timeout: 10_000 },
      )
      .toBe(true)
  })

  test('tries prices and gets the points that an award would give', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, '/how/scoring')
    await page.getByRole('row', { name: /96,000,000.*6\.25/ }).waitFor()
    await page.getByLabel('Bid 4').fill('abc')
    await page.getByText('A whole number of won, please.').waitFor()
    await page.getByRole('row', { name: /^₩79,000,000 79 % 9\.975/ }).waitFor()
    expect(await axe(page)).toEqual([])
  })

  test('opens the worked example of each method, computed where it stands', async () => {
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, '/how/scoring')
    await page.locator('li[id] details').first().waitFor()
    expect(await page.locator('li[id]').evaluateAll((all) => all.map((one) => one.id).sort())).toEqual(
      [...METHOD_IDS].sort(),
    )
    for (const id of METHOD_IDS) await page.locator(`li[id="${id}"] summary`).click()
    for (const id of METHOD_IDS) await page.locator(`li[id="${id}"] [data-example="A"] li`).first().waitFor()
    expect([await axe(page), await sideways(page)]).toEqual([[], []])
  }, 60_000)
})

describe.skipIf(chromium === null)('somebody with an account', () => {
  test('is told what is wrong, signs in, is led to the own work, and out again', async () => {
    const page = await web.newPage({ lang: 'en', allow: [/401/] })
    const { email, password } = world.supplier(1).account
    await visit(page, '/sign-in')
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill('wrong')
    await page.keyboard.press('Enter')
    const alert = page.getByRole('alert')
    await alert.getByRole('link', { name: /not right/ }).waitFor()
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('alert')
    expect(await axe(page)).toEqual([])
    await page.getByLabel('Password').fill(password)
    await page.keyboard.press('Enter')
    await page.waitForURL('/s')
    await page.locator('header').getByText('supplier-1').filter({ visible: true }).waitFor()
    await page.reload()
    await page.locator('header').getByText('supplier-1').filter({ visible: true }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('header').getByRole('link', { name: 'Sign in' }).filter({ visible: true }).waitFor()
    await page.reload()
    await page.locator('header').getByRole('link', { name: 'Sign in' }).filter({ visible: true }).waitFor()
  })

  test('stays signed in when several tabs wake at the same time', async () => {
    const page = await web.newPage({ lang: 'en', as: world.supplier(2) })
    const tabs = [page, await page.context().newPage(), await page.context().newPage()]
    for (let round = 0; round < 2; round++) {
      await Promise.all(tabs.map((tab) => tab.goto('/how')))
      for (const tab of tabs) await tab.locator('header').getByText('supplier-2').filter({ visible: true }).waitFor()
    }
  })

  test.each(['//evil.example/', '/\\evil.example', 'https://evil.example/', 'javascript:alert(1)'])(
    'is not led away by a link to sign in with %s',
    async (to) => {
      const page = await web.newPage({ lang: 'en', as: world.supplier(3) })
      await page.goto(`/sign-in?to=${encodeURIComponent(to)}`)
      await page.waitForURL('/s')
    },
  )
})
