// What does the opening room look like while prices open? Starts a demonstration in a folder of its own, waits, and takes the pictures.
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { findChromium, launchChromium } from '../test/support/chromium.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const START_MS = 300_000
const OPENING_MS = 420_000

/** A picture goes from the top of one element to the bottom of another, or shows what a screen shows that was scrolled there. */
type Shot = { file: string; lang: 'ko' | 'en'; width: number; height: number; from: string; to: string | null }

const SHOTS: Shot[] = [
  { file: 'room.webp', lang: 'en', width: 1280, height: 1700, from: 'main h1', to: '[aria-labelledby=ranking]' },
  { file: 'room-phone.webp', lang: 'ko', width: 390, height: 844, from: '.room', to: null },
]
/** Pixels of a picture to a pixel of the page: letters stay sharp on dense screens. */
const DENSITY = 2
const QUALITY = 82
const MARGIN = 14

type Demo = { live: string; stop: () => Promise<void>; gone: Promise<never> }

/** Runs `npm start` with data of its own; answers the address of the live opening, and how to end it. */
async function startDemo(data: string): Promise<Demo> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start.mjs')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MADANG_DATA: data, MADANG_DEMO: '1', DATABASE_URL: '', PORT: '0' },
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const gone = ended.then(() => Promise.reject(new Error('the demonstration has ended')))
  gone.catch(() => {})
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
  }
  const live = new Promise<string>((found, fail) => {
    const timer = setTimeout(() => fail(new Error('the demonstration did not start in time')), START_MS)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /Look first:\s+(\S+)/.exec(line)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      found(address)
    })
    gone.catch(fail)
  })
  try {
    return { live: await live, stop, gone }
  } catch (err) {
    await stop()
    throw err
  }
}

async function watch(browser: Browser, live: string, { lang, width, height }: Shot): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: DENSITY,
    locale: lang === 'en' ? 'en-GB' : 'ko-KR',
    timezoneId: 'Asia/Seoul',
    colorScheme: 'light',
  })
  await context.addCookies([{ name: 'lang', value: lang, url: new URL(live).origin }])
  await context.addInitScript(HOLD)
  const page = await context.newPage()
  await page.goto(live)
  await page.locator('.room').waitFor({ timeout: 60_000 })
  return page
}

/**
 * Runs in the page before its own scripts: at the moment when all prices but one are open and the newest lies on the table, the
 * page's timers are held, so that the picture is of that moment however long it takes.
 */
const HOLD = `
  const later = window.setTimeout.bind(window)
  window.held = false
  window.setTimeout = (work, ms, ...rest) => {
    const run = () => (window.held ? later(run, 50) : work(...rest))
    return later(run, ms)
  }
  new MutationObserver(() => {
    const rows = document.querySelectorAll('.room-row:not(.room-head)').length
    const prices = document.querySelectorAll('.room-row:not(.room-head) .room-price .font-semibold').length
    const lies = / %/.test(document.querySelector('#now')?.parentElement?.innerText ?? '')
    if (rows > 2 && prices === rows - 1 && lies) window.held = true
  }).observe(document, { childList: true, subtree: true, characterData: true })`
/** For rows that are still on their way to their places. */
const SETTLED_MS = 1500

async function take(page: Page, { from, to, width }: Shot): Promise<Buffer> {
  const edge = (selector: string, side: 'top' | 'bottom') =>
    page.evaluate<number>(
      `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect().${side} + scrollY`,
    )
  const y = Math.round((await edge(from, 'top')) - MARGIN)
  if (to === null) await page.evaluate(`scrollTo(0, ${y})`)
  const height = to === null ? 0 : Math.round((await edge(to, 'bottom')) + MARGIN - y)
  const cdp = await page.context().newCDPSession(page)
  const { data } = await cdp.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    ...(to === null ? {} : { captureBeyondViewport: true, clip: { x: 0, y, width, height, scale: 1 } }),
  })
  await cdp.detach()
  return Buffer.from(data, 'base64')
}

async function takeAll(browser: Browser, live: string): Promise<Map<string, Buffer>> {
  const taken = new Map<string, Buffer>()
  await Promise.all(
    SHOTS.map(async (shot) => {
      const page = await watch(browser, live, shot)
      const end = Date.now() + OPENING_MS
      while (!(await page.evaluate<boolean>('window.held'))) {
        if (Date.now() > end) throw new Error(`${shot.file}: the prices did not open in time`)
        await new Promise((again) => setTimeout(again, 100))
      }
      await new Promise((settled) => setTimeout(settled, SETTLED_MS))
      taken.set(shot.file, await take(page, shot))
    }),
  )
  return taken
}

async function main(): Promise<void> {
  const folder = resolve(process.argv[2] ?? join(ROOT, 'docs'))
  const chromium = findChromium()
  if (chromium === null) throw new Error('there is no Chromium: install one, or name it in CHROMIUM_PATH')
  const data = mkdtempSync(join(tmpdir(), 'madang-picture-'))
  // The database runs as a user of its own, who must be able to pass.
  chmodSync(data, 0o711)
  try {
    const demo = await startDemo(join(data, 'data'))
    try {
      const browser = await launchChromium(chromium)
      try {
        const taken = await Promise.race([takeAll(browser, demo.live), demo.gone])
        mkdirSync(folder, { recursive: true })
        for (const [file, bytes] of taken) {
          writeFileSync(join(folder, file), bytes)
          process.stdout.write(`${join(folder, file)}: ${Math.ceil(bytes.length / 1000)} kB\n`)
        }
      } finally {
        await browser.close()
      }
    } finally {
      await demo.stop()
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

// Ctrl-C reaches the demonstration by itself; what it leaves is then cleared away here.
process.on('SIGINT', () => {})
try {
  await main()
} catch (err) {
  process.stderr.write(`${(err as Error).message}\n`)
  process.exitCode = 1
}
