// Does the room hold at the edges: nobody, one, hundreds, texts that attack it, a voice that is heard, a row that somebody is reading?
import { describe, expect, test } from 'vitest'
import { attacking, cancelled, many, nobody, single } from './fixtures/odd-recordings.ts'
import { golden } from './fixtures/recording.ts'
import { checked, chromium, openRooms, seen } from './fixtures/stage-pages.ts'
import { axe, shot, sideways } from './harness.ts'

const rooms = await openRooms()
const recording = golden()

describe.skipIf(chromium === null)('a room with', () => {
  test('nobody in it says that the tender failed, and why', async () => {
    const stage = await rooms.stage(await nobody())
    stage.set(stage.entries.length)
    const page = await rooms.look(stage, { lang: 'ko', width: 390 })
    await page.getByText('유찰되었습니다.').first().waitFor()
    await page.getByText('유효한 입찰이 공고된 최소 건수보다 적습니다.').waitFor()
    expect(await page.locator('.room-table').count()).toBe(0)
    await shot(page, 'room-failed-ko-390')
    expect(await axe(page)).toEqual([])
  })

  test('a cancellation says whose words it is, and that nobody will be named', async () => {
    const stage = await rooms.stage(await cancelled('The plan has changed.\n<b>No</b> other reason.'))
    stage.set(stage.entries.length)
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('The tender was cancelled.').first().waitFor()
    expect(await page.locator('blockquote').innerText()).toBe('The plan has changed.\n<b>No</b> other reason.')
    await page.getByText('Who had bid stays unknown for good.').waitFor()
    expect(await axe(page)).toEqual([])
  })

  test('one bid says that it is alone, and ranks it first', async () => {
    const stage = await rooms.stage(await single())
    stage.set(stage.upTo('evaluation.result/1'))
    const page = await rooms.look(stage, { lang: 'en', width: 320 })
    await page.getByText('Only one bid counts.').waitFor()
    await page.getByText('1 of 1 same as official').first().waitFor()
    expect(await sideways(page)).toEqual([])
  })

  test('six hundred bids has them all, and draws those that are near', { timeout: 120_000 }, async () => {
    const stage = await rooms.stage(await many(600, 'list technical'))
    stage.set(stage.upTo('tender.closed/1'))
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('sealed entries are locked in').waitFor()
    stage.publish(stage.entries.length)
    const table = page.locator('.room-table')
    const row = (no: number) => table.locator('tr', { hasText: new RegExp(`No\\. ${no}(?!\\d)`) })
    await row(1).waitFor()
    expect(await page.locator('#wall').locator('../..').innerText()).toContain('600 bids')
    expect(await table.getAttribute('aria-rowcount')).toBe('601')
    expect(await page.locator('.room-row').count()).toBeLessThan(100)
    // What was unfolded is so again when it comes back into sight, and rows are where the keyboard or the hand goes.
    await row(2).getByRole('button').click()
    await page.locator('#bid-2').waitFor()
    await page.evaluate('document.activeElement.blur()')
    const tall = () => table.evaluate((element) => element.getBoundingClientRect().height)
    const before = await tall()
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 4000)
          return row(600).count()
        },
        { timeout: 45_000 },
      )
      .toBe(1)
    expect(await row(600).getAttribute('aria-rowindex')).toBe('601')
    expect(await row(2).count()).toBe(0)
    expect(Math.abs((await tall()) / before - 1)).toBeLessThan(0.15)
    await page.evaluate('scrollTo(0, 0)')
    await page.locator('#bid-2').waitFor()
    // On paper they all are.
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await expect.poll(() => page.locator('.room-row:not(.room-head)').count(), { timeout: 45_000 }).toBe(600)
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 844 })
      expect(await sideways(page), `at ${width}`).toEqual([])
    }
  })

  test('texts that attack it runs none of them, and keeps its width', { timeout: 120_000 }, async () => {
    const stage = await rooms.stage(await attacking())
    stage.set(stage.entries.length)
    const page = await rooms.look(stage, { lang: 'en' })
    await page
      .getByText(/of 6 same as official/)
      .first()
      .waitFor()
    for (const button of await page.locator('[data-row]').all()) await button.click()
    for (const fold of await page.locator('.room-under summary').all()) await fold.click()
    for (const width of [1280, 390, 320]) {
      await page.setViewportSize({ width, height: 844 })
      expect(await sideways(page), `at ${width}`).toEqual([])
    }
    await shot(page, 'room-attack-en-320')
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(await page.locator('main script, main img').count()).toBe(0)
    expect((await seen(page)).length).toBeLessThan(120_000)
  })
})

describe.skipIf(chromium === null)('whoever watches', () => {
  test('hears each step in a sentence of its own, three seconds apart, and envelopes together', {
    timeout: 150_000,
  }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.list/1', 2))
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('Live', { exact: true }).first().waitFor()
    await page.getByLabel('Speed').first().selectOption('4')
    await page.evaluate(`window.said = []
      new MutationObserver(() => window.said.push([document.querySelector('[data-announcer]').textContent, performance.now()]))
        .observe(document.querySelector('[data-announcer]'), { childList: true, characterData: true, subtree: true })`)
    stage.publish(stage.entries.length)
    const awarded = () => page.evaluate("window.said.some(([text]) => text.includes('Awarded to'))")
    await expect.poll(awarded, { timeout: 150_000, interval: 200 }).toBe(true)
    const said = (await page.evaluate('window.said')) as [string, number][]
    const texts = said.map(([text]) => text)
    const steps = texts.filter((text) => !text.startsWith('Envelope') && !/envelopes opened\./.test(text))
    expect(steps).toEqual([
      '1 of 3 keys have turned.',
      '2 of 3 keys have turned.',
      '3 of 3 keys have turned.',
      'All 6 price envelopes are open.',
      'The ranking is out. First is Dasom Soft.',
      'Awarded to Dasom Soft.',
    ])
    expect(
      texts.filter((text) => /^\d envelopes opened\. The last: Envelope \d: .+ won\./.test(text)).length,
    ).toBeGreaterThan(0)
    for (let i = 1; i < said.length; i++) {
      expect((said[i]?.[1] ?? 0) - (said[i - 1]?.[1] ?? 0)).toBeGreaterThan(2900)
    }
  })

  test('keeps the row that has the focus where it is, until leaving it', { timeout: 150_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.list/1', 2))
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('Live', { exact: true }).first().waitFor()
    await page.getByLabel('Speed').first().selectOption('instant')
    const order = () => page.locator('.room-row:not(.room-head) .room-who').allInnerTexts()
    // Until every envelope is checked, rows still find their places.
    await checked(page)
    const before = await order()
    await page.locator('[data-row="6"]').focus()
    stage.publish(stage.upTo('opening.result/1', 8))
    await page.getByText(/updates? waiting/).waitFor()
    expect(await order()).toEqual(before)
    expect(await page.evaluate("document.activeElement?.getAttribute('data-row')")).toBe('6')
    await page.locator('main h1').focus()
    await expect.poll(order).not.toEqual(before)
    expect(await page.getByText(/updates? waiting/).count()).toBe(0)
  })

  test('keeps the focus on the same bidder when its row is moved', { timeout: 150_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.result/1', 7))
    const page = await rooms.look(stage, { lang: 'en' })
    await page.locator('.room-place-1').waitFor()
    await page.locator('[data-row="6"]').focus()
    stage.publish(stage.entries.length)
    await page.getByText('6 of 6 same as official').first().waitFor()
    await page.keyboard.press('Enter')
    expect(await page.evaluate("document.activeElement?.getAttribute('data-row')")).toBe('6')
    expect(await page.locator('[data-row="6"]').getAttribute('aria-expanded')).toBe('true')
  })

  test('can stop everything that moves, and goes on from there', { timeout: 150_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.result/1', 6))
    const page = await rooms.look(stage, { lang: 'en', reducedMotion: false })
    await page.getByText('Evaluation', { exact: true }).first().waitFor()
    await page.getByRole('button', { name: 'Pause' }).first().click()
    stage.publish(stage.entries.length)
    await page.getByRole('button', { name: 'Show 13 waiting entries' }).waitFor()
    const moving = () => page.evaluate('document.getAnimations().map((a) => a.effect.target.outerHTML)')
    await expect.poll(moving).toEqual([])
    await page.getByRole('button', { name: 'Show 13 waiting entries' }).click()
    await page.getByText('6 of 6 same as official').first().waitFor()
  })
})
