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
  const page = await context.newPage()
  await page.goto(live)
  await page.locator('.room').waitFor({ timeout: 60_000 })
  return page
}

/** Prices that this room shows, of how many bids; and whether the newest one lies open on the table. */
const standing = (page: Page) =>
  page.evaluate<{ shown: number; of: number; open: boolean }>(`({
    shown: document.querySelectorAll('.room-row:not(.room-head) .room-price .whitespace-nowrap.font-semibold').length,
    of: document.querySelectorAll('.room-row:not(.room-head)').length,
    open: /\\d%|\\d %/.test(document.querySelector('#now')?.parentElement?.innerText ?? ''),
  })`)

type Moment = Awaited<ReturnType<typeof standing>>
/** All prices but one: what is still sealed is seen to be, and there is a ranking already. */
const isTheMoment = ({ shown, of, open }: Moment) => of > 2 && shown === of - 1 && open

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
  const pages = await Promise.all(SHOTS.map((shot) => watch(browser, live, shot)))
  const end = Date.now() + OPENING_MS
  const taken = new Map<string, Buffer>()
  await Promise.all(
    SHOTS.map(async (shot, i) => {
      const page = pages[i] as Page
      while (!taken.has(shot.file)) {
        if (Date.now() > end) throw new Error(`${shot.file}: the prices did not open in time`)
        if (isTheMoment(await standing(page))) {
          const picture = await take(page, shot)
          // A picture that took longer than the moment lasted is of another one.
          if (isTheMoment(await standing(page))) taken.set(shot.file, picture)
        }
        await new Promise((again) => setTimeout(again, 50))
      }
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
