// Is the room for everybody: by ear, by keyboard, by finger, enlarged, without motion, without colours, and never against the clock?
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { golden } from './fixtures/recording.ts'
import type { RoomStage } from './fixtures/room-stage.ts'
import { checked, chromium, openRooms, seen } from './fixtures/stage-pages.ts'
import { sideways } from './harness.ts'

const rooms = await openRooms()
const recording = golden()

const whole = async (): Promise<RoomStage> => {
  const stage = await rooms.stage(recording)
  return stage.set(stage.entries.length)
}
const agreed = (page: Page) => page.getByText('6 of 6 same as official').first().waitFor()

describe.skipIf(chromium === null)('for whoever hears the room', () => {
  test('the countdown is silent but for a word at ten, five and one minute and at the end', {
    timeout: 200_000,
  }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(3)
    const page = await rooms.look(stage, { lang: 'en' })
    for (const [now, word] of [
      ['2026-03-10T04:49:55Z', '10 minutes until the deadline.'],
      ['2026-03-10T04:54:55Z', '5 minutes until the deadline.'],
      ['2026-03-10T04:58:55Z', '1 minute until the deadline.'],
      ['2026-03-10T04:59:55Z', 'The deadline has come.'],
    ] as const) {
      stage.now = now
      await page.reload()
      const timer = page.getByRole('timer').last()
      await timer.waitFor()
      const said = page.locator('[role=timer] + [aria-live=polite]')
      expect(await said.textContent(), now).toBe('')
      await expect.poll(() => said.textContent(), { message: word, timeout: 60_000 }).toBe(word)
      // A timer is not a live region of its own: it would speak each second.
      const live = await page.getByRole('timer').evaluateAll((all) => all.map((el) => el.getAttribute('aria-live')))
      expect(live.filter((value) => value !== null && value !== 'off')).toEqual([])
    }
  })

  test('nothing is said to whoever chose nothing, and the state alone to whoever wants it at once', {
    timeout: 200_000,
  }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.list/1', 2))
    const [silent, brief] = [await rooms.look(stage, { lang: 'en' }), await rooms.look(stage, { lang: 'en' })]
    for (const [page, choice] of [
      [silent, 'off'],
      [brief, 'summary'],
    ] as const) {
      await page.getByText('Live', { exact: true }).first().waitFor()
      await page.getByLabel('Announce').first().selectOption(choice)
      await page.getByLabel('Speed').first().selectOption('instant')
      await page.evaluate(`window.said = []
        new MutationObserver(() => window.said.push(document.querySelector('[data-announcer]').textContent))
          .observe(document.querySelector('[data-announcer]'), { childList: true, characterData: true, subtree: true })`)
    }
    stage.publish(stage.entries.length)
    const saidOn = async (page: Page) => (await page.evaluate('window.said')) as string[]
    await expect.poll(async () => (await saidOn(brief)).at(-1), { timeout: 120_000 }).toBe('Awarded to Dasom Soft.')
    await agreed(silent)
    expect(await saidOn(silent)).toEqual([])
    expect((await saidOn(brief)).filter((text) => /^Envelope|envelopes? opened\./.test(text))).toEqual([])
    // What was said last is how things stand, also in the tab's own name.
    expect(await brief.title()).toMatch(/^Result · /)
  })

  test('every chart has one sentence that says what it shows, and the same figures as a table', async () => {
    const page = await rooms.look(await whole(), { lang: 'en' })
    await agreed(page)
    const figures = await page.locator('figure').all()
    expect(figures).toHaveLength(2)
    for (const figure of figures) {
      expect((await figure.getByRole('img').getAttribute('aria-label'))?.length).toBeGreaterThan(30)
      await figure.getByText('Show as table').click()
      await figure.getByRole('row').nth(6).waitFor()
      expect(await figure.getByRole('row').count()).toBe(7)
    }
  })

  test('Korean words in an English room are marked as Korean', async () => {
    const page = await rooms.look(await whole(), { lang: 'en' })
    await agreed(page)
    const unmarked = `(() => {
      const found = []
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      while (walk.nextNode()) {
        const { data, parentElement: el } = walk.currentNode
        if (/[가-힣]/.test(data) && !el.closest('script, style, noscript') && el.closest('[lang]').lang !== 'ko') found.push(data)
      }
      return [document.documentElement.lang, ...found]
    })()`
    expect(await page.evaluate(unmarked)).toEqual(['en'])
    await page.locator('header').getByRole('button', { name: '한국어' }).first().click()
    await page.getByText('6건 중 6건이 공식 결과와 같음').first().waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('ko')
  })
})

describe.skipIf(chromium === null)('for whoever has no mouse', () => {
  test('what has the focus is in sight, on a phone with bars at both ends as well, and has a mark', {
    timeout: 150_000,
  }, async () => {
    const page = await rooms.look(await whole(), { lang: 'en', width: 390 })
    await agreed(page)
    await page.locator('main h1').focus()
    const hidden: string[] = []
    let presses = 0
    for (; presses < 70; presses++) {
      await page.keyboard.press('Tab')
      const found = (await page.evaluate(`(() => {
        const el = document.activeElement
        if (!el.closest('main')) return null
        const box = el.getBoundingClientRect()
        const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20))
        const name = el.tagName + ' ' + (el.getAttribute('aria-label') ?? el.textContent).slice(0, 40)
        const { outlineStyle, outlineWidth } = getComputedStyle(el)
        if (!at || !(el.contains(at) || at.contains(el))) return name + ' is under ' + (at ? at.outerHTML.slice(0, 80) : 'nothing')
        return outlineStyle === 'none' || parseFloat(outlineWidth) < 2 ? name + ' has no mark' : ''
      })()`)) as string | null
      if (found === null) break
      if (found) hidden.push(found)
    }
    expect(hidden).toEqual([])
    expect(presses).toBeGreaterThan(20)
  })

  test('no single key does anything by itself', async () => {
    const stage = await whole()
    stage.now = '2026-03-11T00:00:00Z'
    const page = await rooms.look(stage, { lang: 'en' })
    await agreed(page)
    await checked(page)
    await page.locator('main h1').focus()
    const clockless = async () => (await seen(page)).replaceAll(/\d\d:\d\d:\d\d KST/g, '')
    const [before, address] = [await clockless(), page.url()]
    for (const key of 'abcdefghijklmnopqrstuvwxyz0123456789/?.,[]'.split('')) await page.keyboard.press(key)
    expect([await clockless(), page.url()]).toEqual([before, address])
    expect(await page.evaluate('document.activeElement.tagName')).toBe('H1')
  })

  test('a row is not moved from under the pointer either, until it leaves', { timeout: 120_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.list/1', 2))
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('Live', { exact: true }).first().waitFor()
    await page.getByLabel('Speed').first().selectOption('instant')
    const order = () => page.locator('.room-row:not(.room-head) .room-who').allInnerTexts()
    const before = await order()
    const row = page.locator('.room-row').filter({ hasText: before[2] })
    // The page may still be growing above the table when the mouse is sent there.
    await expect
      .poll(async () => (await row.hover()) ?? row.evaluate((el) => el.matches(':hover')), { timeout: 10_000 })
      .toBe(true)
    // What a browser tells when the page moves below a mouse that nobody has moved: it is out of the table.
    await page.evaluate(`{
      const box = document.querySelector('.room-row:hover').getBoundingClientRect()
      const told = { bubbles: true, relatedTarget: document.body, pointerType: 'mouse' }
      const [clientX, clientY] = [box.x + box.width / 2, box.y + box.height / 2]
      document.querySelector('.room-row:hover').dispatchEvent(new PointerEvent('pointerout', { ...told, clientX, clientY }))
    }`)
    stage.publish(stage.upTo('opening.result/1', 8))
    await page.getByText(/updates? waiting/).waitFor()
    expect(await order()).toEqual(before)
    await page.mouse.move(0, 0)
    await expect.poll(order).not.toEqual(before)
    // What is read and gone through comes in the order of the ranks.
    stage.publish(stage.entries.length)
    await agreed(page)
    const ranks = () => page.locator('.room-row:not(.room-head) .room-rank').allInnerTexts()
    await expect.poll(ranks).toEqual(['1', '2', '3', '4', '5', '6'])
  })
})

describe.skipIf(chromium === null)('for whoever uses a finger, or large letters', () => {
  test('everything to press is large enough: 44 pixels on a phone, 24 at a desk', { timeout: 120_000 }, async () => {
    const page = await rooms.look(await whole(), { lang: 'en' })
    await agreed(page)
    /** Links within a line of text are as high as the line. */
    const small = (least: number) =>
      page.evaluate(`[...document.querySelectorAll('main :is(button, select, summary, input, a, [role=button])')]
        .filter((el) => el.checkVisibility())
        .map((el) => ({ el, box: el.getBoundingClientRect(), inline: el.tagName === 'A' && !el.matches('.btn') }))
        .filter(({ box, inline }) => box.height < (inline ? 20 : ${least}) - 0.5 || box.width < (inline ? 20 : Math.min(${least}, 40)) - 0.5)
        .map(({ el, box }) => el.outerHTML.slice(0, 90) + ' ' + Math.round(box.width) + '×' + Math.round(box.height))`)
    await page.getByRole('button', { name: 'Details of Dasom Soft' }).click()
    expect(await small(24)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByText('How to watch').click()
    expect(await small(44)).toEqual([])
  })

  test('letters of twice the size push nothing out of the page', async () => {
    const page = await rooms.look(await whole(), { lang: 'en' })
    await agreed(page)
    // The size of letters that somebody set in the browser, from which the page reckons all of its own.
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } })
    for (const width of [1280, 640]) {
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate('parseFloat(getComputedStyle(document.documentElement).fontSize)')).toBe(34)
      expect(await sideways(page), `${width}`).toEqual([])
      const cut = await page.evaluate(`[...document.querySelectorAll('main .btn, main .tag')]
        .filter((el) => el.checkVisibility() && el.scrollWidth > el.clientWidth + 2).map((el) => el.textContent)`)
      expect(cut, `${width}`).toEqual([])
    }
  })
})

describe.skipIf(chromium === null)('for whoever wants no motion', () => {
  /** Counts, frame by frame, what is moving. */
  const MOVED = `globalThis.moved = new Set()
    const look = () => {
      for (const one of document.getAnimations()) {
        const { duration } = one.effect.getComputedTiming()
        if (one.playState === 'running' && duration > 1) moved.add(one.effect.target.className.toString().slice(0, 60))
      }
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)`

  test.each([
    [true, 'nothing moves'],
    [false, 'and only then'],
  ] as const)('with less motion wanted: %s, %s', { timeout: 120_000 }, async (reducedMotion, _) => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('release/1', 6))
    const page = await rooms.look(stage, { lang: 'en', reducedMotion, before: MOVED })
    await page.getByText('Live', { exact: true }).first().waitFor()
    await page.getByLabel('Speed').first().selectOption('4')
    stage.publish(stage.upTo('opening.result/1', 9))
    await page.getByText('Price envelope 3 of 6').waitFor()
    const moved = (await page.evaluate('[...moved]')) as string[]
    if (reducedMotion) expect(moved).toEqual([])
    else expect(moved.length).toBeGreaterThan(0)
  })
})

describe.skipIf(chromium === null)('for whoever chose the colours', () => {
  test('shapes stay where backgrounds go: cards, marks, meters and bars keep a line around them', {
    timeout: 200_000,
  }, async () => {
    const stage = await rooms.stage(recording)
    const stops = [stage.upTo('release/1', 2), stage.upTo('opening.result/1', 9), stage.entries.length]
    stage.set(stops[0] as number)
    const page = await rooms.look(stage, { lang: 'en', forcedColors: true })
    for (const stop of stops) {
      stage.set(stop)
      await page.reload()
      await checked(page)
      const bare = await page.evaluate(`[...document.querySelectorAll(
          '.room :is(.btn, .tag, .card, .room-place-1, [role=progressbar], [class*="-soft"])')]
        .filter((el) => el.checkVisibility() && parseFloat(getComputedStyle(el).borderTopWidth) < 1)
        .map((el) => el.outerHTML.slice(0, 90))`)
      expect(bare, `at ${stop}`).toEqual([])
    }
    // The parts of a bar and the dots keep their own colours and patterns.
    await page.locator('.room-bar-price').first().waitFor({ state: 'attached' })
    const pattern = await page.evaluate("getComputedStyle(document.querySelector('.room-bar-price')).backgroundImage")
    expect(pattern).toMatch(/repeating-linear-gradient/)
  })
})
