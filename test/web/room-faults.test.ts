// Does the room show a lie as a lie, never a price that was not verified, and does it keep its head when the line is cut?
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { PublicEntry } from '../../src/domain/room/entry.ts'
import { barelyKeyed, malformed, misranked, otherShare } from './fixtures/odd-recordings.ts'
import { golden } from './fixtures/recording.ts'
import { type RoomStage, rewritten } from './fixtures/room-stage.ts'
import { checked, chromium, held, openRooms, seen, TORN } from './fixtures/stage-pages.ts'
import { axe, shot } from './harness.ts'

const rooms = await openRooms()
const recording = golden()
const PRICES = ['100,111,000', '98,000,000', '100,000,000', '96,000,000', '108,520,000']

const whole = async () => {
  const stage = await rooms.stage(recording)
  return stage.set(stage.entries.length)
}
const resultOf = (stage: RoomStage, bidder: string): PublicEntry => {
  const found = stage.entries.filter((e) => e.typ === 'opening.result/1' && e.payload.includes(`"bidder":"${bidder}"`))
  return found.at(-1) as PublicEntry
}
const alert = (page: Page) => page.getByRole('alert').filter({ hasText: 'The record does not add up' })

describe.skipIf(chromium === null)('a server that lies', () => {
  test('one changed byte of a share, where no other key is left: FAILED in red, and not one price', async () => {
    const made = await barelyKeyed()
    const stage = await rooms.stage(made)
    stage.set(stage.entries.length)
    const release = stage.entries.filter((e) => e.typ === 'release/1').at(-1) as PublicEntry
    const bent = otherShare(release.payload)
    const hash = (JSON.parse(release.leaf) as { h: string }).h
    const path = `payload/${Buffer.from(hash, 'base64url').toString('hex')}`
    stage.lies = {
      events: (entries) => entries.map((e) => (e.payload === release.payload ? { ...e, payload: bent } : e)),
      file: (asked, bytes) => (asked === path ? new TextEncoder().encode(bent) : bytes),
    }
    const page = await rooms.look(stage, { lang: 'en' })
    await alert(page).waitFor()
    await page.locator('.room-state').filter({ hasText: 'CHECK FAILED' }).nth(5).waitFor()
    await shot(page, 'room-failed-shares-en-1280')
    const text = await held(page)
    for (const price of PRICES) expect(text).not.toContain(price)
    expect(text).toContain('which the released shares do not open')
    expect(await axe(page)).toEqual([])
    // Told the truth, the same room shows every price.
    stage.lies = {}
    await page.reload()
    await page
      .locator('.room-state')
      .filter({ hasText: /Verified|pass mark/ })
      .nth(5)
      .waitFor()
    expect(await held(page)).toContain('98,000,000')
    expect(await alert(page).count()).toBe(0)
  })

  test('another price in an entry: that row FAILED without a price, the others as ever', async () => {
    const stage = await whole()
    const lied = resultOf(stage, 'garam-systems')
    const change = (entry: PublicEntry) =>
      entry.index === lied.index
        ? rewritten(entry, (p) => {
            const { results } = p as unknown as { results: { body: { amount: string } }[] }
            if (results[0]) results[0].body.amount = '12345000'
          })
        : entry
    stage.lies = { events: (entries) => entries.map(change), entry: change }
    const page = await rooms.look(stage, { lang: 'en' })
    await alert(page).waitFor()
    await checked(page)
    const row = page.locator('.room-row').filter({ hasText: 'Garam Systems' })
    expect(await row.innerText()).toMatch(/not shown[\s\S]*CHECK FAILED/)
    await shot(page, 'room-failed-entry-en-1280')
    const text = await held(page)
    expect(text).not.toContain('12,345,000')
    expect(text).not.toContain('98,000,000')
    expect(text).toContain('100,111,000')
  })

  test('an entry left out is taken from the log, shown, and said to have been left out', async () => {
    const stage = await whole()
    const gone = resultOf(stage, 'mir-tech')
    const without = (entries: PublicEntry[]) => entries.filter((e) => e.index !== gone.index)
    stage.lies = { events: without, entry: (e) => (e.index === gone.index ? null : e) }
    const page = await rooms.look(stage, { lang: 'en' })
    await alert(page)
      .filter({ hasText: `#${gone.index}: an entry that the log holds` })
      .waitFor()
    await page.getByText('6 of 6 same as official').first().waitFor()
    expect(await page.locator('.room-row').filter({ hasText: 'Mir Tech' }).innerText()).toContain('100,000,000')
  })

  test('an entry that the log does not hold: FAILED, and nobody gets the price that it names', async () => {
    const stage = await whole()
    const real = resultOf(stage, 'saesol-data')
    const others = new Set(stage.entries.map((e) => e.index))
    const free = [...Array(real.index).keys()].reverse().find((index) => !others.has(index)) as number
    const invented = rewritten({ ...real, index: free }, (p) => {
      const { results } = p as unknown as { results: { body: { amount: string } }[] }
      if (results[0]) results[0].body.amount = '77777000'
    })
    // A lie that fits in: each entry names the one before it.
    const into = (entries: PublicEntry[]) =>
      [...entries, invented]
        .sort((a, b) => a.index - b.index)
        .map((entry, i, all) => ({ ...entry, prev: all[i - 1]?.index ?? -1 }))
    stage.lies = { events: into }
    const page = await rooms.look(stage, { lang: 'en' })
    await alert(page)
      .filter({ hasText: `#${free}` })
      .waitFor()
    await checked(page)
    expect(await held(page)).not.toContain('77,777,000')
  })

  test('entries out of order come to the same room', async () => {
    const stage = await whole()
    stage.lies = { events: (entries) => [...entries].reverse() }
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('6 of 6 same as official').first().waitFor()
    expect(await alert(page).count()).toBe(0)
  })

  test('a time beside an entry that is not its own: the entry FAILED, and its row shows nothing of it', async () => {
    const stage = await whole()
    const lied = resultOf(stage, 'dasom-soft')
    const change = (e: PublicEntry) => (e.index === lied.index ? { ...e, at: '2026-03-10T04:59:00Z' } : e)
    stage.lies = { events: (entries) => entries.map(change) }
    const page = await rooms.look(stage, { lang: 'en' })
    await alert(page).filter({ hasText: 'its type or time is not the one in the log' }).waitFor()
    await checked(page).catch(() => {})
    expect(await held(page)).not.toContain('100,111,000')
  })

  test('a ranking that does not follow: the row that differs is marked, the others are the same as official', async () => {
    const stage = await rooms.stage(await misranked())
    stage.set(stage.entries.length)
    const page = await rooms.look(stage, { lang: 'en' })
    await alert(page).waitFor()
    await page.getByText('5 of 6 same as official').first().waitFor()
    expect(await page.locator('.room-row').filter({ hasText: 'Differs here' }).count()).toBe(1)
  })

  test('what was found can be saved as evidence', async () => {
    const stage = await whole()
    stage.lies = { events: (entries) => entries.map((e, i) => (i === 5 ? { ...e, leaf: `${e.leaf} ` } : e)) }
    const page = await rooms.look(stage, { lang: 'en' })
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the evidence' }).click(),
    ])
    expect(file.suggestedFilename()).toBe(`${recording.tender}-evidence.json`)
  })
})

describe.skipIf(chromium === null)('a record with faults of its own', () => {
  test('malformed envelopes are grey, with their reason, and no fault of the record', async () => {
    const stage = await rooms.stage(await malformed())
    stage.set(stage.entries.length)
    const page = await rooms.look(stage, { lang: 'en' })
    await page.getByText('6 of 6 same as official').first().waitFor()
    expect(await page.locator('.room-state').filter({ hasText: 'Not valid' }).count()).toBe(2)
    expect(await alert(page).count()).toBe(0)
    await page.getByRole('button', { name: 'Details of bidder-4' }).click()
    await page.getByText('it does not open').first().waitFor()
    await shot(page, 'room-malformed-en-1280')
  })
})

describe.skipIf(chromium === null)('a line that breaks', () => {
  test('a socket cut in the middle of the unsealing: nothing is lost, nothing comes twice', async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('release/1', 5))
    const page = await rooms.look(stage, { lang: 'en', allow: TORN })
    await page.getByText('Live', { exact: true }).first().waitFor()
    await page.getByLabel('Speed').first().selectOption('instant')
    stage.publish(stage.upTo('opening.result/1', 8))
    await page.getByText('Price envelope 2 of 6').waitFor()
    stage.sockets = false
    stage.cut()
    stage.publish(stage.upTo('opening.result/1', 10))
    await page.getByText('Price envelope 4 of 6').waitFor()
    stage.sockets = true
    stage.publish(stage.entries.length)
    await page.getByText('6 of 6 same as official').first().waitFor()
    expect(await alert(page).count()).toBe(0)
    expect(await page.locator('.room-row:not(.room-head)').count()).toBe(6)
  })

  test('without a socket the entries are asked for every three seconds', async () => {
    const stage = await rooms.stage(recording)
    stage.sockets = false
    stage.set(stage.upTo('opening.result/1', 6))
    const page = await rooms.look(stage, { lang: 'en', allow: TORN })
    await page.getByText('Every 3 s').waitFor()
    stage.publish(stage.upTo('scores.locked/1'))
    await page.getByText('The technical scores are locked').first().waitFor()
  })

  test('a server that is gone: the last picture stays, grey, and goes on when it is back', async () => {
    const stage = await rooms.stage(recording)
    stage.set(stage.upTo('opening.result/1', 9))
    const page = await rooms.look(stage, { lang: 'en', allow: TORN })
    await page.getByText('Now number').first().waitFor()
    const rows = await page.locator('.room-table').innerText()
    await stage.restart(async () => {
      await page.getByText('The connection is lost').first().waitFor()
      await shot(page, 'room-lost-en-1280')
      expect(await page.locator('.room-table').innerText()).toBe(rows)
    })
    stage.publish(stage.upTo('evaluation.result/1'))
    await page.getByText('6 of 6 same as official').first().waitFor()
    expect(await page.getByText('The connection is lost').count()).toBe(0)
  })

  test.each([-10, 10])(
    'a clock that is %i minutes wrong changes neither the countdown nor the state',
    async (minutes) => {
      const stage = await rooms.stage(recording)
      stage.set(3).now = '2026-03-10T04:55:00Z'
      const before = `{ const real = Date.now.bind(Date), D = Date, shift = Date.parse('2026-03-10T04:55:00Z') - real() + ${minutes} * 60000
      globalThis.Date = class extends D { constructor(...a) { a.length ? super(...a) : super(real() + shift) } static now() { return real() + shift } } }`
      const page = await rooms.look(stage, { lang: 'en', before })
      await page.getByText('Your page runs by the server’s clock').waitFor()
      expect(await page.getByRole('timer').last().innerText()).toMatch(/^00:0(5:00|4:5\d)$/)
      // The deadline passes on the clock, and the log is silent: the room waits for its entry.
      stage.now = '2026-03-10T05:00:03Z'
      await page.reload()
      await page.getByText('Waiting for the closing entry').waitFor()
      stage.now = null
      stage.publish(stage.upTo('tender.closed/1'))
      await page.getByText('13 sealed entries are locked in').first().waitFor()
    },
  )

  test('a browser without cryptography says so, and calls nothing verified', async () => {
    const stage = await whole()
    const before = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })"
    const page = await rooms.look(stage, { lang: 'en', before })
    await page.getByText('Browsers offer cryptography only on https').waitFor()
    await page.getByText('₩100,111,000').first().waitFor()
    const text = await seen(page)
    expect(text).not.toMatch(/Verified|same as official/i)
    expect(await page.getByRole('button', { name: 'Verify it yourself' }).isDisabled()).toBe(true)
    await shot(page, 'room-insecure-en-1280')
  })
})
