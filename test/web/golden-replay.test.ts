// Does the replay of a recorded opening look and sound as it did when somebody last looked at it, in both languages and three widths?
//
// What is kept is no picture but the place, size, colour and words of everything on it (fixtures/golden): letters are drawn with
// the pages' own font but smoothed by each machine in its own way, so that pixels differ where nobody sees a difference. Nothing in
// it depends on time: the recording is a file, the clock stands, nothing moves, and the page is looked at until it is as kept.
// After a change that is meant: GOLDEN=write npx vitest run test/web/golden-replay, then look at the difference and at SHOTS.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { differences, digestOf, evenDays, readDigest, type Spot, written } from './fixtures/page-digest.ts'
import { golden } from './fixtures/recording.ts'
import type { RoomStage } from './fixtures/room-stage.ts'
import { chromium, openRooms } from './fixtures/stage-pages.ts'
import { shot } from './harness.ts'

const rooms = await openRooms()
const recording = golden()
const WRITES = process.env.GOLDEN === 'write'
const FOLDER = fileURLToPath(new URL('./fixtures/golden/', import.meta.url))

/** The server's time, and the browser's: it does not go on. */
const NOW = '2026-03-11T00:00:00Z'
const STILL = `{ const D = Date, now = Date.parse('${NOW}')
  globalThis.Date = class extends D { constructor(...a) { a.length ? super(...a) : super(now) } static now() { return now } }
  performance.now = () => 5000 }`

type Moment = { name: string; typ: string; nth: number; says: { ko: string; en: string } }

const MOMENTS: readonly Moment[] = [
  { name: 'closed', typ: 'tender.closed/1', nth: 1, says: { ko: '마감되었습니다', en: 'Closed' } },
  { name: 'prices', typ: 'opening.result/1', nth: 9, says: { ko: '가격 봉투 개봉 3/6', en: 'Price envelope 3 of 6' } },
  { name: 'award', typ: 'award/1', nth: 1, says: { ko: '낙찰자가 정해졌습니다', en: 'Awarded' } },
]

async function replayed(stage: RoomStage, lang: 'ko' | 'en', { typ, nth, says }: Moment): Promise<Page> {
  const entry = stage.entries[stage.upTo(typ, nth) - 1]
  const page = await rooms.look(stage, { lang, before: STILL }, `?seq=${entry?.index}`)
  await page.locator('#now').locator('..').getByText(says[lang], { exact: true }).first().waitFor()
  return page
}

async function wholeStage(): Promise<RoomStage> {
  const stage = await rooms.stage(recording)
  stage.now = NOW
  return stage.set(stage.entries.length)
}

/** A page that is the same three times in a row, and works on nothing any more: only for writing. */
async function calm<T>(page: Page, look: () => Promise<T>): Promise<T> {
  let before = ''
  for (let same = 0; same < 4; ) {
    await page.waitForTimeout(700)
    const busy = await page.locator('main .lucide-loader-circle').count()
    const now = await look()
    same = busy === 0 && JSON.stringify(now) === before ? same + 1 : 0
    before = JSON.stringify(now)
  }
  return look()
}

const kept = (file: string): string => (existsSync(`${FOLDER}${file}`) ? readFileSync(`${FOLDER}${file}`, 'utf8') : '')

function keep(file: string, text: string): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(`${FOLDER}${file}`, text)
}

/** Everything in the main part as a screen reader comes upon it; the comma after a weekday as in `digestOf`. */
const spoken = async (page: Page): Promise<string> => `${evenDays(await page.locator('main').ariaSnapshot())}\n`

describe.skipIf(chromium === null)('the replay of a recorded opening', () => {
  test.each(['ko', 'en'] as const)(
    'looks and reads in %s as it did, at three widths',
    { timeout: 400_000 },
    async (lang) => {
      const stage = await wholeStage()
      for (const moment of MOMENTS) {
        const page = await replayed(stage, lang, moment)
        for (const width of [1280, 390, 320]) {
          await page.setViewportSize({ width, height: 844 })
          await page.evaluate('document.fonts.ready')
          const file = `${moment.name}-${lang}-${width}.txt`
          if (WRITES) keep(file, written(await calm(page, () => digestOf(page))))
          const before = readDigest(kept(file))
          const differs = async () => differences(before, await digestOf(page)).slice(0, 8)
          await expect.poll(differs, { timeout: 60_000, interval: 200, message: file }).toEqual([])
          await shot(page, `golden-${moment.name}-${lang}-${width}`)
        }
        await page.setViewportSize({ width: 1280, height: 844 })
        const file = `${moment.name}-${lang}.spoken.yml`
        if (WRITES) keep(file, await calm(page, () => spoken(page)))
        const before = kept(file)
        await expect.poll(() => spoken(page), { timeout: 60_000, interval: 200, message: file }).toBe(before)
        await page.context().close()
      }
    },
  )

  test('is compared with eyes that see: a moved column, other words, another colour, something gone', {
    timeout: 120_000,
  }, async () => {
    const stage = await wholeStage()
    const page = await replayed(stage, 'en', MOMENTS[2] as Moment)
    const before = readDigest(kept('award-en-1280.txt'))
    expect(before.length).toBeGreaterThan(150)
    const differs = async () => differences(before, await digestOf(page))
    await page.setViewportSize({ width: 1280, height: 844 })
    await expect.poll(differs, { timeout: 60_000, interval: 200 }).toEqual([])
    const after = async (change: string): Promise<string[]> => {
      await page.evaluate(change)
      const found = await differs()
      await page.evaluate('window.undo()')
      expect(await differs(), 'undone').toEqual([])
      return found
    }
    const styled = (selector: string, name: string, value: string) =>
      `(() => { const el = document.querySelector(${JSON.stringify(selector)}); el.style.setProperty('${name}', '${value}');
        window.undo = () => el.style.removeProperty('${name}') })()`
    expect((await after(styled('.room-row:not(.room-head)', 'padding-left', '30px'))).length).toBeGreaterThan(0)
    expect((await after(styled('.room-state .tag', 'color', 'rgb(254, 254, 254)')))[0]).toMatch(/colour was/)
    expect((await after(styled('.room-who', 'visibility', 'hidden')))[0]).toMatch(/Dasom Soft/)
    const words = `(() => { const el = document.querySelector('.room-who'); const was = el.firstChild.data; el.firstChild.data = 'Dasom Soap';
      window.undo = () => { el.firstChild.data = was } })()`
    expect((await after(words))[0]).toMatch(/Dasom Soft.*Dasom Soap/)
    const other = before.map((spot): Spot => (spot.text === 'Dasom Soft' ? { ...spot, x: spot.x + 10 } : spot))
    expect(differences(before, other)).not.toEqual([])
    expect(differences(before, before)).toEqual([])
  })
})
