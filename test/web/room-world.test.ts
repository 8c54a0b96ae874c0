// Does the room work with the real server: page with its snapshot, socket, log, worker, a whole opening as it happens?

import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { chromium, openWeb, shot, sideways } from './harness.ts'

const web = await openWeb({ suppliers: 3 })

describe.skipIf(chromium === null)('a room of the real server', () => {
  test('follows an opening from the deadline to the award, and agrees with every row', {
    timeout: 120_000,
  }, async () => {
    const { world } = web
    const no = await world.publish({ seconds: 12 })
    for (const [i, amount] of ['98000000', '96000000', '99000000'].entries()) {
      await world.bid(no, world.supplier(i + 1), { price: { amount, currency: 'KRW' } })
    }
    await world.tick()
    const page = await web.newPage({ lang: 'en' })
    await page.goto(`/tenders/${no}/opening`)
    await page.getByText('Bids are being received').or(page.getByText('Closing soon')).waitFor()
    await page.getByText('Live', { exact: true }).first().waitFor()
    await page.getByLabel('Speed').first().selectOption('instant')
    // The deadline of the notice itself passes, as the audit wants it.
    const { deadline } = await world.view(no)
    await pause(Date.parse(deadline as string) + 100 - Date.now())
    await world.clock()
    await world.tick()
    await world.bring(no, 'awarded')
    await page.getByText('3 of 3 same as official').first().waitFor({ timeout: 60_000 })
    await page.getByText('Awarded', { exact: true }).first().waitFor()
    await shot(page, 'room-world-en-1280')
    expect(await page.getByText('The record does not add up').count()).toBe(0)
    await page.getByRole('button', { name: 'Verify it yourself' }).click()
    await page.getByText(/All \d+ checks that could be made hold/).waitFor()

    // Whoever has no program, or waits for it, reads who stands where; the service alone says so, and shows no price.
    for (const [lang, width] of [
      ['ko', 390],
      ['en', 1280],
    ] as const) {
      const bare = await web.newPage({ lang, width, scripts: false })
      await bare.goto(`/tenders/${no}/opening`)
      const names = await page.locator('.room-who').allInnerTexts()
      if (lang === 'en') expect(await bare.locator('.room-who').allInnerTexts()).toEqual(names)
      expect(await bare.locator('.room-who').count()).toBe(3)
      expect(await bare.locator('#root').innerText()).not.toMatch(/9\d,?000,?000/)
      expect(await sideways(bare)).toEqual([])
      await shot(bare, `room-first-${lang}-${width}`)
    }
  })
})
