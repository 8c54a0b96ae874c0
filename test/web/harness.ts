// How is a page tested? The built pages, a world behind a real API, one Chromium a file, and nothing that goes wrong unseen.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import type { Person } from '../../scripts/person.ts'
import { chromiumOrSkip, launchChromium } from '../support/chromium.ts'
import { makeWorld, PASSWORD, type World, type WorldOptions } from '../support/world.ts'

export type PageOptions = {
  lang?: 'ko' | 'en'
  /** In CSS pixels: 1280 for a desk, 390 for a phone, 320 for 400 % zoom. */
  width?: number
  height?: number
  dark?: boolean
  forcedColors?: boolean
  reducedMotion?: boolean
  /** False for a visitor whose programs do not run. */
  scripts?: boolean
  /** Signed in as this person of the world. */
  as?: Person
  /** Whether the second factor was shown a moment ago; true unless told. */
  stepped?: boolean
  /** What the test provokes on purpose: console messages that it allows. */
  allow?: RegExp[]
}

export type Web = {
  world: World
  url: string
  /** A page in a context of its own; it closes after the test, which fails when the page logged an error or asked another origin. */
  newPage: (options?: PageOptions) => Promise<Page>
}

type Opened = { context: BrowserContext; problems: string[] }

/** The one path of a Chromium, or null: `describe.skipIf(chromium === null)`. */
export const chromium = chromiumOrSkip('pages in Chromium')

/** Builds the pages if need be and answers with their folder. The script is plain JavaScript: it runs before anything is installed. */
export async function builtPages(): Promise<string> {
  const { build } = (await import('../../scripts/build.mjs' as string)) as { build: () => Promise<string> }
  return build()
}

/** Builds the pages if need be, makes a world and starts Chromium. To be called at the top level of a test file. */
export async function openWeb(options: WorldOptions = {}): Promise<Web> {
  await builtPages()
  const world = await makeWorld(options)
  const browser: Browser | null = chromium === null ? null : await launchChromium(chromium)
  const opened: Opened[] = []

  afterEach(async () => {
    const problems = opened.flatMap((one) => one.problems)
    await Promise.all(opened.splice(0).map(({ context }) => context.close()))
    expect(problems, 'errors on the console, or requests to elsewhere').toEqual([])
  })
  afterAll(() => browser?.close())

  const newPage = async (wanted: PageOptions = {}): Promise<Page> => {
    if (!browser) throw new Error('there is no Chromium: skip these tests')
    const { lang = 'ko', width = 1280, height = width < 640 ? 844 : 900, allow = [] } = wanted
    const context = await browser.newContext({
      baseURL: world.url,
      viewport: { width, height },
      locale: lang === 'en' ? 'en-GB' : 'ko-KR',
      timezoneId: 'Asia/Seoul',
      colorScheme: wanted.dark ? 'dark' : 'light',
      forcedColors: wanted.forcedColors ? 'active' : 'none',
      reducedMotion: wanted.reducedMotion === false ? 'no-preference' : 'reduce',
      acceptDownloads: true,
      javaScriptEnabled: wanted.scripts ?? true,
    })
    await context.addCookies([{ name: 'lang', value: lang, url: world.url }])
    const problems: string[] = []
    opened.push({ context, problems })
    if (wanted.as) {
      const { email } = wanted.as.account
      const answer = await context.request.post('/api/v1/sessions', { data: { email, password: PASSWORD } })
      const text = await answer.text()
      if (answer.status() !== 201 || !('accessToken' in JSON.parse(text)))
        throw new Error(`sign-in: ${answer.status()} ${text}`)
      if (wanted.stepped !== false) await world.stepUp(wanted.as)
      await context.addInitScript("localStorage.setItem('madang-session', '1')")
    }
    const page = await context.newPage()
    page.setDefaultTimeout(45_000)
    const note = (text: string) => {
      if (!allow.some((pattern) => pattern.test(text))) problems.push(text)
    }
    page.on('console', (message) => {
      if (message.type() === 'error') note(`${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => note(error.stack ?? error.message))
    page.on('request', (request) => {
      const address = request.url()
      if (!address.startsWith(`${world.url}/`) && !/^(data|blob):/.test(address)) note(`asked elsewhere: ${address}`)
    })
    return page
  }
  return { world, url: world.url, newPage }
}

/** Goes to an address and waits until its page is drawn: its heading is there and nothing is loading any more. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await drawn(page)
}

export async function drawn(page: Page): Promise<void> {
  // The server's first picture has no such id.
  await page.locator('#main h1').first().waitFor()
  // There may be several, each for its own part of the page.
  const turning = page.locator('main [role=status] .lucide-loader-circle')
  await expect.poll(() => turning.count(), { timeout: 45_000, interval: 25 }).toBe(0)
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Violation = { id: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }

/** What axe finds against WCAG 2.2 A and AA and its own best practices; one line a violation, with the first element. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const violations = (await page.evaluate(
    "axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)",
  )) as Violation[]
  return violations.map(({ id, help, nodes }) => {
    const first = nodes[0]
    return `${id}: ${help} — ${nodes.length}× ${first?.target.join(' ')} ${first?.failureSummary?.replaceAll('\n', ' ') ?? ''}`
  })
}

/** Elements that make the page scroll sideways; none is right. Boxes that scroll by themselves may be wider inside. */
export async function sideways(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const wide = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= wide) return []
    const inScroller = (el) => {
      for (let up = el.parentElement; up; up = up.parentElement)
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true
      return false
    }
    return ['page is ' + document.documentElement.scrollWidth + ' wide', ...[...document.querySelectorAll('body *')]
      .filter((el) => el.getBoundingClientRect().right > wide + 0.5 && !inScroller(el))
      .slice(0, 5)
      .map((el) => el.tagName + '.' + el.getAttribute('class') + ' ' + Math.round(el.getBoundingClientRect().right))]
  })()`)) as string[]
}

/** Goes on by Tab until the element has the focus; fails when it never gets it. */
export async function tabTo(page: Page, selector: string, most = 60): Promise<number> {
  for (let presses = 1; presses <= most; presses++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`)) return presses
  }
  throw new Error(`${selector} is not reached with ${most} presses of Tab`)
}

/** As far as these tests know the browser's own types. */
type Shown = { outlineStyle: string; outlineWidth: string; boxShadow: string }
type InPage = { document: { activeElement: unknown }; getComputedStyle: (el: unknown) => Shown }

/** Null for an element that has not the focus; else whether it shows it, by an outline or a ring of its own or of what it stands in. */
const focusShown = (el: unknown): boolean | null => {
  const page = globalThis as unknown as InPage
  if (page.document.activeElement !== el) return null
  return [el, (el as { parentElement: unknown }).parentElement].some((at) => {
    if (at === null) return false
    const { outlineStyle, outlineWidth, boxShadow } = page.getComputedStyle(at)
    return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none'
  })
}

/**
 * Goes on by Tab, from where the keyboard is, until the element has the focus, and fails unless that is seen. From the last element of a
 * page the next Tab begins at the first one, so everything is reached that can be.
 */
export async function reach(page: Page, target: Locator, most = 200): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses <= most; presses++) {
    const shown = await target.evaluate(focusShown)
    if (shown !== null) {
      expect(shown, `${String(target)} has the focus, and nobody sees it`).toBe(true)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${String(target)} is not reached with ${most} presses of Tab`)
}

/** Does something by the keyboard alone: goes there, and presses a key. */
export async function strike(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await reach(page, target)
  await page.keyboard.press(key)
}

/** Writes into a field by the keyboard alone, in place of what is there. */
export async function write(page: Page, field: Locator, text: string): Promise<void> {
  await reach(page, field)
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText(text)
}

/** The keyboard is somewhere on the page, whatever was taken away. */
export const kept = (page: Page) =>
  expect.poll(() => page.evaluate('document.activeElement !== document.body'), { timeout: 15_000 }).toBe(true)

/** A picture of the whole page in the folder that SHOTS names; without it nothing. For the eyes of whoever writes the page. */
export async function shot(page: Page, name: string): Promise<void> {
  const dir = process.env.SHOTS
  if (!dir) return
  mkdirSync(dir, { recursive: true })
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(dir, `${name}.png`), fullPage: true })
}
