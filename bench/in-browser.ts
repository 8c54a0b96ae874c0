// What does a browser tell of a page? When its first row stood, how heavy its scripts were, how evenly it drew.

import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'

/** A slow phone: round trip and bandwidth of a weak mobile line, a processor of a quarter. */
export const SLOW = { latencyMs: 150, megabitsPerSecond: 1.6, processor: 4 }

export type Size = { width: number; height: number }
export const PHONE: Size = { width: 390, height: 844 }
export const DESK: Size = { width: 1280, height: 900 }

/** A visitor who was never here before: nothing is in the cache. */
export function newVisitor(browser: Browser, viewport: Size): Promise<BrowserContext> {
  return browser.newContext({ viewport, locale: 'ko-KR', timezoneId: 'Asia/Seoul' })
}

async function slowDown(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page)
  const bytesPerSecond = (SLOW.megabitsPerSecond * 1e6) / 8
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: SLOW.latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond / 2,
  })
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW.processor })
}

/** Notes for each name when its selector was first on the screen: one frame after it was in the page. Milliseconds of the page. */
const watchFor = (selectors: Record<string, string>): string => `
  window.seenAt = {}
  const left = new Map(Object.entries(${JSON.stringify(selectors)}))
  const look = () => {
    for (const [name, selector] of left) {
      if (!document.querySelector(selector)) continue
      left.delete(name)
      requestAnimationFrame(() => { window.seenAt[name] = performance.now() })
    }
    if (left.size > 0) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)`

const PATIENCE_MS = 60_000

/** Looks until the expression is true in the page; its policy allows no function that is made of text there. */
export async function untilTrue(page: Page, expression: string, ms = PATIENCE_MS): Promise<void> {
  const end = performance.now() + ms
  while (!(await page.evaluate<boolean>(expression))) {
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${expression}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** When each selector was first drawn, milliseconds from the beginning of the navigation. */
export async function firstDrawn<N extends string>(
  page: Page,
  url: string,
  selectors: Record<N, string>,
  slow: boolean,
): Promise<Record<N, number>> {
  if (slow) await slowDown(page)
  await page.addInitScript(watchFor(selectors))
  await page.goto(url, { waitUntil: 'commit', timeout: PATIENCE_MS })
  const count = Object.keys(selectors).length
  await untilTrue(page, `Object.keys(window.seenAt ?? {}).length === ${count}`)
  return page.evaluate<Record<N, number>>('window.seenAt')
}

/** Counts the scripts that a context fetches, each packed with gzip -9 whatever the server sent it as; workers apart. */
export function weighScripts(context: BrowserContext): () => Promise<{ page: number; worker: number; files: number }> {
  const bodies: Promise<{ worker: boolean; bytes: number } | null>[] = []
  context.on('response', (response) => {
    if (!/\.js$/.test(new URL(response.url()).pathname)) return
    const worker = /worker/.test(response.url()) || /worker/.test(response.request().headers().referer ?? '')
    const weighed = response.body().then((body) => ({ worker, bytes: gzipSync(body, { level: 9 }).length }))
    // One that is still on its way when the visitor leaves was not needed for what was measured.
    bodies.push(weighed.catch(() => null))
  })
  return async () => {
    const all = (await Promise.all(bodies)).filter((one) => one !== null)
    const sum = (worker: boolean) => all.filter((one) => one.worker === worker).reduce((n, { bytes }) => n + bytes, 0)
    return { page: sum(false), worker: sum(true), files: all.length }
  }
}

/** How a page drew for a while: gaps between its frames and its long tasks, milliseconds. */
export type Drawn = { frames: number; gaps: number[]; tasks: number[] }

/** Begins to count; the page must be there. */
export async function countFrames(page: Page): Promise<() => Promise<Drawn>> {
  await page.evaluate(`
    window.drawing = { gaps: [], tasks: [], on: true }
    new PerformanceObserver((list) => {
      if (window.drawing.on) for (const task of list.getEntries()) window.drawing.tasks.push(task.duration)
    }).observe({ type: 'longtask' })
    let before = null
    const frame = (at) => {
      if (before !== null) window.drawing.gaps.push(at - before)
      before = at
      if (window.drawing.on) requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)`)
  return async () => {
    const { gaps, tasks } = await page.evaluate<Omit<Drawn, 'frames'>>(
      '(window.drawing.on = false, { gaps: window.drawing.gaps, tasks: window.drawing.tasks })',
    )
    return { frames: gaps.length, gaps, tasks }
  }
}

/** Scrolls to and fro as somebody does who reads, until told to end. */
export function scrolling(page: Page): () => Promise<void> {
  let on = true
  const going = (async () => {
    for (let i = 0; on && !page.isClosed(); i++) {
      await page.mouse.wheel(0, i % 40 < 20 ? 120 : -120)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  // A page that is gone is for its measurement to complain of.
  going.catch(() => {})
  return async () => {
    on = false
    await going
  }
}
