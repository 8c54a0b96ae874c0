// Does the room stand in every state of an opening, in both languages, from a desk to 400 % zoom, for everybody?
import { describe, expect, test } from 'vitest'
import { golden } from './fixtures/recording.ts'
import type { RoomStage } from './fixtures/room-stage.ts'
import { checked, chromium, openRooms, seen } from './fixtures/stage-pages.ts'
import { axe, shot, sideways } from './harness.ts'

const rooms = await openRooms()
const recording = golden()

type State = { name: string; go: (stage: RoomStage) => void; says: { ko: RegExp; en: RegExp } }

const STATES: readonly State[] = [
  {
    name: 'receiving',
    go: (s) => {
      s.set(3).now = '2026-03-08T01:12:09Z'
    },
    says: { ko: /입찰을 받고 있습니다/, en: /Bids are being received/ },
  },
  {
    name: 'ten minutes before',
    go: (s) => {
      s.set(3).now = '2026-03-10T04:52:30Z'
    },
    says: { ko: /곧 마감합니다/, en: /Closing soon/ },
  },
  {
    name: 'closed',
    go: (s) => s.set(s.upTo('tender.closed/1')),
    says: { ko: /봉인된 기록 13건이 잠겼습니다/, en: /13 sealed entries are locked in/ },
  },
  {
    name: 'a key missing for long',
    go: (s) => {
      s.set(s.upTo('release/1')).now = '2026-03-10T05:50:00Z'
    },
    says: { ko: /열쇠 1개를 아직 기다리고/, en: /Waiting for one more key/ },
  },
  {
    name: 'technical envelopes',
    go: (s) => s.set(s.upTo('opening.result/1', 3)),
    says: { ko: /기술 봉투 개봉 3\/6/, en: /Technical envelope 3 of 6/ },
  },
  {
    name: 'evaluation',
    go: (s) => s.set(s.upTo('opening.result/1', 6)),
    says: { ko: /가격은 점수가 공개될 때까지 봉인/, en: /Prices stay sealed until scores are published/ },
  },
  {
    name: 'scores locked',
    go: (s) => s.set(s.upTo('scores.locked/1')),
    says: { ko: /기술 점수가 확정/, en: /technical scores are locked/ },
  },
  {
    name: 'prices',
    go: (s) => s.set(s.upTo('opening.result/1', 9)),
    says: { ko: /지금 3건 중 \d위/, en: /Now number \d of 3/ },
  },
  {
    name: 'ranking',
    go: (s) => s.set(s.upTo('evaluation.result/1')),
    says: { ko: /6건 중 6건이 공식 결과와 같음/, en: /6 of 6 same as official/ },
  },
  {
    name: 'award',
    go: (s) => s.set(s.upTo('award/1')),
    says: { ko: /낙찰자가 정해졌습니다/, en: /Awarded/ },
  },
]

describe.skipIf(chromium === null)('the room', () => {
  test.each(['ko', 'en'] as const)(
    'stands in every state in %s at three widths',
    { timeout: 150_000 },
    async (lang) => {
      const stage = await rooms.stage(recording)
      const first = STATES[0] as State
      first.go(stage)
      const page = await rooms.look(stage, { lang })
      for (const { name, go, says } of STATES) {
        stage.now = null
        go(stage)
        if (name !== first.name) await page.reload()
        await page.getByText(says[lang]).first().waitFor()
        await checked(page)
        for (const width of [1280, 390, 320]) {
          await page.setViewportSize({ width, height: 844 })
          await shot(page, `room-${name.replaceAll(' ', '-')}-${lang}-${width}`)
          expect(await sideways(page), `${name} at ${width}`).toEqual([])
        }
        // Korean on a phone, English on a desk: the other pairs differ in nothing that axe looks at.
        await page.setViewportSize({ width: lang === 'ko' ? 390 : 1280, height: 900 })
        expect(await axe(page), `${name} in ${lang}`).toEqual([])
        await page.setViewportSize({ width: 1280, height: 900 })
      }
    },
  )

  test('can be read in the dark and with forced colours', { timeout: 150_000 }, async () => {
    const stage = (await rooms.stage(recording)).set(recording.leaves.length)
    stage.set(stage.entries.length)
    const dark = await rooms.look(stage, { dark: true, width: 390 })
    await dark
      .getByText(/6건 중 6건이/)
      .first()
      .waitFor()
    await shot(dark, 'room-dark-390')
    expect(await axe(dark)).toEqual([])
    const forced = await rooms.look(stage, { forcedColors: true })
    await forced
      .getByText(/6건 중 6건이/)
      .first()
      .waitFor()
    await shot(forced, 'room-forced-1280')
    const bare =
      await forced.evaluate(`[...document.querySelectorAll('.room .btn, .room .tag, .room .card, .room-place-1')]
      .filter((el) => el.checkVisibility() && parseFloat(getComputedStyle(el).borderTopWidth) < 1)
      .map((el) => el.className)`)
    expect(bare).toEqual([])
  })

  test('shows no name, no count and no price before the log does', { timeout: 150_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(3).now = '2026-03-09T00:00:00Z'
    const page = await rooms.look(stage, { lang: 'en' })
    await checked(page)
    const before = await seen(page)
    for (const secret of ['Dasom', 'dasom-soft', '100,111,000', '13 sealed']) expect(before).not.toContain(secret)
    stage.now = null
    stage.set(stage.upTo('scores.locked/1'))
    await page.reload()
    await page.getByText('Dasom Soft').first().waitFor()
    await checked(page)
    const sealed = await seen(page)
    for (const secret of ['100,111,000', '98,000,000', '₩96']) expect(sealed).not.toContain(secret)
    expect(sealed).toContain('sealed')
  })

  test('replays from a permalink, entry by entry, and comes back to now', { timeout: 150_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.entries.length)
    const at = stage.entries[stage.upTo('opening.result/1', 8) - 1]?.index
    const page = await rooms.look(stage, { lang: 'en' }, `?seq=${at}`)
    await page.getByText(/Recording of/).waitFor()
    await page.getByText('Price envelope 2 of 6').waitFor()
    const scrubber = page.getByRole('slider', { name: 'Place in the recording' })
    await scrubber.focus()
    await page.keyboard.press('ArrowRight')
    await page.getByText('Price envelope 3 of 6').waitFor()
    await page.waitForURL((url) => url.searchParams.get('seq') === String((at ?? 0) + 1))
    await page.keyboard.press('Home')
    await expect.poll(() => seen(page)).not.toContain('Dasom')
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.getByText('Awarded', { exact: true }).first().waitFor()
    await page.waitForURL((url) => !url.searchParams.has('seq'))
  })

  test('can be gone through by keyboard alone, and a row opens its working', { timeout: 150_000 }, async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.entries.length)
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('6 of 6 same as official').first().waitFor()
    await page.locator('[data-row="1"]').focus()
    await page.keyboard.press('Enter')
    await page.getByText('How the scores came about').click()
    await page.getByText('81.5 + 9.5894 = 91.0894').last().waitFor()
    await page.getByRole('button', { name: 'Verify it yourself' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText(/All \d+ checks that could be made hold/).waitFor()
    const tabbed = new Set<string>()
    await page.locator('main h1').focus()
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab')
      const name = (await page.evaluate(
        "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim().slice(0, 40)",
      )) as string
      tabbed.add(name)
    }
    for (const name of [
      'Pause',
      'Replay from the start',
      'Details of Dasom Soft',
      'Download CSV',
      'Verify it yourself',
    ]) {
      expect([...tabbed], name).toContain(name)
    }
  })
})
