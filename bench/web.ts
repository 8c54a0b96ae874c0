// How soon does the first row of an opening room stand on a slow phone, how heavy are its scripts, and does it draw evenly with hundreds of bids?
import { readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { holdFolder } from '../src/node/atomic-file.ts'
import { findChromium, launchChromium } from '../test/support/chromium.ts'
import { many } from '../test/web/fixtures/odd-recordings.ts'
import type { Recording } from '../test/web/fixtures/recording.ts'
import { RoomStage } from '../test/web/fixtures/room-stage.ts'
import {
  countFrames,
  DESK,
  type Drawn,
  firstDrawn,
  newVisitor,
  PHONE,
  SLOW,
  scrolling,
  untilTrue,
  weighScripts,
} from './in-browser.ts'
import { CannotMeasure, limit, type Result, resultOf } from './result.ts'
import { inTurns, median, quantile, rounded } from './rounds.ts'
import { type SealedLarge, sealLargeFile } from './sealing-file.ts'
import { openWebHouse, startBarePages } from './web-house.ts'

export type WebOptions = { rounds: number; bids: number; mebibytes: number; data: string; say: (line: string) => void }

/** A row that says who stands where; and one whose price this browser has checked against the log. */
const ROOM_ROWS = {
  row: '.room-row:not(.room-head) .room-who',
  checked: '.room-row:not(.room-head) .room-price .font-semibold',
}
/** Seconds for which frames are counted on the bare page. */
const BARE_SECONDS = 10
/** For a busy machine to check a thousand envelopes in. */
const CHECKED_MS = 600_000
/** A frame later than this is seen to be late. */
const LATE_MS = 50

type First = { rowMs: number; checkedMs: number | null; scriptKb: number | null; workerKb: number | null }

async function roomOf(browser: Browser, url: string): Promise<First> {
  const context = await newVisitor(browser, PHONE)
  try {
    const weight = weighScripts(context)
    const page = await context.newPage()
    const { row, checked } = await firstDrawn(page, url, ROOM_ROWS, true)
    const { page: own, worker } = await weight()
    return { rowMs: rounded(row), checkedMs: rounded(checked), scriptKb: own / 1000, workerKb: worker / 1000 }
  } finally {
    await context.close()
  }
}

async function barePage(browser: Browser, url: string): Promise<First> {
  const context = await newVisitor(browser, PHONE)
  try {
    const { row } = await firstDrawn(await context.newPage(), url, { row: '.who' }, true)
    return { rowMs: rounded(row), checkedMs: null, scriptKb: null, workerKb: null }
  } finally {
    await context.close()
  }
}

type Even = { seconds: number; frames: number; p50Ms: number; p99Ms: number; lateShare: number; longestTaskMs: number }

function evenness(seconds: number, { gaps, tasks, frames }: Drawn): Even {
  return {
    seconds: rounded(seconds),
    frames,
    p50Ms: rounded(quantile(gaps, 0.5)),
    p99Ms: rounded(quantile(gaps, 0.99)),
    lateShare: rounded(gaps.filter((gap) => gap > LATE_MS).length / gaps.length),
    longestTaskMs: rounded(Math.max(0, ...tasks)),
  }
}

/** Prices of hundreds of bids open, four times as fast as people would be shown them, while somebody scrolls. */
async function crowdedRoom(browser: Browser, recording: Recording): Promise<Even> {
  const stage = await new RoomStage(recording).start()
  const context = await newVisitor(browser, DESK)
  try {
    stage.set(stage.upTo('opening.list/1', 2))
    const page = await context.newPage()
    page.setDefaultTimeout(180_000)
    await page.goto(stage.room)
    const rows = page.locator('.room-row:not(.room-head)')
    await rows.first().waitFor()
    // Whoever watches live has checked what came before by the time the prices open.
    // The card comes after the rows, and turns until all is checked.
    await page.locator('#proof-card').waitFor()
    await untilTrue(page, `!document.querySelector('#proof-card .lucide-loader-circle')`, CHECKED_MS)
    await page.locator('select').first().selectOption('4')
    const drawn = await countFrames(page)
    const began = performance.now()
    const rest = scrolling(page)
    stage.publish(stage.entries.length)
    await page.locator('.room-place-1').first().waitFor()
    // The last stage is the current one when every price has been shown.
    await untilTrue(page, `document.querySelector('nav ol > li:last-child[aria-current]') !== null`, CHECKED_MS)
    await rest()
    return evenness((performance.now() - began) / 1000, await drawn())
  } finally {
    await context.close()
    await stage.stop()
  }
}

/** A static table of as many rows, scrolled in the same way: what this machine draws at best now. */
async function bareTable(browser: Browser, url: string): Promise<Even> {
  const context = await newVisitor(browser, DESK)
  try {
    const page = await context.newPage()
    await page.goto(url)
    const drawn = await countFrames(page)
    const rest = scrolling(page)
    await new Promise((resolve) => setTimeout(resolve, BARE_SECONDS * 1000))
    await rest()
    return evenness(BARE_SECONDS, await drawn())
  } finally {
    await context.close()
  }
}

async function measure(
  o: WebOptions,
  chromium: string,
  browser: Browser,
  room: string,
  bare: string,
  recording: Recording,
  built: string,
) {
  const worker = readdirSync(join(built, 'assets')).find((name) => /^file-worker-.*\.js$/.test(name))
  const sealed: SealedLarge[] = []
  for (let round = 0; round < o.rounds; round++) {
    const one = await sealLargeFile(chromium, room, `/assets/${worker}`, o.data, o.mebibytes)
    sealed.push(one)
    o.say(
      `web: round ${round + 1} of ${o.rounds}: ${o.mebibytes} MiB sealed in ${one.seconds} s, ${one.cpuSeconds} s of processor, ${one.growthMiB} MiB more memory`,
    )
  }
  o.say('web: warming up')
  await roomOf(browser, room)
  const first = await inTurns(
    o.rounds,
    { room: () => roomOf(browser, room), bare: () => barePage(browser, `${bare}/6`) },
    (round, legs) =>
      o.say(
        `web: round ${round + 1} of ${o.rounds}: first row ${legs.room?.rowMs} ms, checked ${legs.room?.checkedMs} ms, bare page ${legs.bare?.rowMs} ms`,
      ),
  )
  const even = await inTurns(
    o.rounds,
    { room: () => crowdedRoom(browser, recording), bare: () => bareTable(browser, `${bare}/${o.bids}`) },
    (round, legs) =>
      o.say(
        `web: ${o.bids} bids, round ${round + 1} of ${o.rounds}: ${legs.room?.frames} frames, p99 ${legs.room?.p99Ms} ms, longest task ${legs.room?.longestTaskMs} ms; bare p99 ${legs.bare?.p99Ms} ms`,
      ),
  )
  return { first: first as { room: First; bare: First }[], even: even as { room: Even; bare: Even }[], sealed }
}

/** The room of the real processes on a slow line, and a room of `bids` bids on a desk. */
export async function measureWeb(o: WebOptions): Promise<Result> {
  const chromium = findChromium(['chromium'])
  if (chromium === null) throw new CannotMeasure('there is no Chromium: install one, or name it in CHROMIUM_PATH')
  // Plain JavaScript, since it runs before anything is installed.
  const { build } = (await import('../scripts/build.mjs' as string)) as { build: () => Promise<string> }
  const built = await build()
  await mkdir(o.data, { recursive: true })
  const hold = holdFolder(join(o.data, 'held'))
  const closing: (() => Promise<void> | void)[] = [() => hold.release()]
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) await close()
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const house = await openWebHouse(o.data, o.say)
    closing.push(house.stop)
    const bare = await startBarePages()
    closing.push(bare.stop)
    o.say(`web: sealing and opening ${o.bids} bids for the crowded room`)
    const recording = await many(o.bids, 'award')
    const browser = await launchChromium(chromium)
    closing.push(() => browser.close())
    const room = `${house.url}/tenders/${house.tender}/opening`
    const { first, even, sealed } = await measure(o, chromium, browser, room, bare.url, recording, built)
    const mid = (ask: (round: (typeof first)[number]) => number | null) => median(first.map((r) => ask(r) ?? 0))
    const drew = (ask: (round: (typeof even)[number]) => number) => median(even.map(ask))
    return resultOf({
      benchmark: 'web',
      versions: { chromium: browser.version() },
      params: {
        bids: o.bids,
        mebibytes: o.mebibytes,
        latencyMs: SLOW.latencyMs,
        megabitsPerSecond: SLOW.megabitsPerSecond,
        processor: `1/${SLOW.processor}`,
      },
      rounds: first.map((legs, i) => ({ first: legs, even: even[i], sealed: sealed[i] })),
      medians: {
        'seconds of processor to seal a file': median(sealed.map((one) => one.cpuSeconds)),
        'first checked price ms': mid((r) => r.room.checkedMs),
        'bare page, first row ms': mid((r) => r.bare.rowMs),
        'kB of script in the worker': mid((r) => r.room.workerKb),
        'frame p50 ms': drew((r) => r.room.p50Ms),
        'frame p99 ms': drew((r) => r.room.p99Ms),
        'bare table, frame p99 ms': drew((r) => r.bare.p99Ms),
      },
      ratios: {
        [`seconds to seal ${o.mebibytes} MiB`]: limit(
          'one file in the bidder’s browser: age, and both hashes',
          median(sealed.map((one) => one.seconds)),
          15,
        ),
        [`MiB more memory to seal ${o.mebibytes} MiB`]: limit(
          'all processes of the browser together',
          median(sealed.map((one) => one.growthMiB ?? 0)),
          sealed.some((one) => one.growthMiB === null) ? null : 64,
        ),
        'first row ms': limit(
          'who stands where, on the slow line',
          mid((r) => r.room.rowMs),
          2500,
        ),
        'first row / bare page': limit(
          'the same line',
          mid((r) => r.room.rowMs / r.bare.rowMs),
          null,
        ),
        'kB of script': limit(
          'what the room fetched, gzip -9',
          mid((r) => r.room.scriptKb),
          210,
        ),
        [`late frames with ${o.bids} bids`]: limit(
          `share later than ${LATE_MS} ms, scrolling, prices opening at four times the pace`,
          drew((r) => r.room.lateShare),
          0.05,
        ),
        [`longest task ms with ${o.bids} bids`]: limit(
          'the same',
          drew((r) => r.room.longestTaskMs),
          200,
        ),
        'frame p99 / bare table': limit(
          'a static table of as many rows',
          drew((r) => r.room.p99Ms / r.bare.p99Ms),
          null,
        ),
      },
    })
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stop()
  }
}
