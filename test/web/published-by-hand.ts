// How is a draft that stands on an officer's page published, by the page's own buttons, in a browser that has no key yet?
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { axe, shot, sideways } from './harness.ts'

/** Nothing scrolls sideways, and axe finds nothing; with SHOTS there is a picture of it. */
export async function good(page: Page, name: string): Promise<void> {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}

/** Saves the draft that is written on the page; answers its number. */
export async function saved(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Save the draft' }).click()
  await page.waitForURL(/\/a\/R\d\dBK\d{8}$/)
  return page.url().slice(-13)
}

/** Publishes the saved draft of the page with keys that its browser holds against the log; makes the officer's key where there is none. */
export async function published(page: Page): Promise<void> {
  const make = page.getByRole('button', { name: 'Make and enrol a signing key' })
  const has = page.getByText('You sign with the key of this browser.')
  await make.or(has).first().waitFor()
  if (await make.isVisible()) await make.click()
  await has.waitFor()
  await page.getByRole('button', { name: /Get the custodians/ }).click()
  await page.getByText(/^Held against \d+ log entries/).waitFor()
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  await page.getByRole('button', { name: 'Publish it' }).click()
  await page.getByText('Waiting for the deadline.').waitFor()
}
