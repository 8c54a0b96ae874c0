// Does an agency promise a standstill in a browser, and does everybody see until when nobody is awarded, live, and what can be done meanwhile?
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { readDraft } from '../../src/api/tenders.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { clockRound } from '../../src/server/clockwork.ts'
import { openDatabase } from '../../src/server/db.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { draftOf, formOf } from '../../web/pages/agency/draft-form.ts'
import { makePinnedClock } from '../server/bids/pinned-clock.ts'
import { chromium, openWeb, strike, visit, write } from './harness.ts'
import { good, published } from './published-by-hand.ts'

const web = await openWeb({ suppliers: 2, evaluators: 3 })
const { world } = web
/** An officer who has not enrolled a key elsewhere. */
const [officer] = (await world.add([{ id: 'officer-web', org: 'gaon-city', role: 'officer' }])) as [Person]
const evaluators = world.evaluators.map(({ account }) => account.id)
const bids = async (no: string) => {
  for (const [n, amount] of ['91000000', '97000000'].entries())
    await world.bid(no, world.supplier(n + 1), { price: { amount, currency: 'KRW' } })
}
const { notice } = world.draftOf()
const long = await world.publish({ evaluators, notice: { ...notice, standstillHours: 240 } })
await bids(long)
await world.bring(long, 'ranked')

const clock = await makePinnedClock(world.database)
const past = openDatabase({ url: clock.url })
afterAll(() => past.close())

/** The clock's steps that are due, taken at another time: the entries that they write are of that time. */
async function ranksAt(no: string, at: number): Promise<void> {
  await world.release(no, 'price')
  await world.open()
  await clock.pin(secondsZ(at).replace('Z', '.000000Z'))
  const onProblem = (problem: Error) => {
    throw problem
  }
  await clockRound({ P, db: past, tiles: tileReader(), accelerator: 1, onProblem })
  await world.tick()
}

const LANGUAGES = [
  ['en', 1280, 'Nobody is awarded before', 'Standstill', 'Earliest award'],
  ['ko', 390, '가장 이른 낙찰', '낙찰 유예 기간', '가장 이른 낙찰'],
] as const

describe.skipIf(chromium === null)('a standstill in a browser', () => {
  test.each(LANGUAGES)('is told wherever the ranking is, in %s at %i', async (lang, width, until, name, earliest) => {
    const page = await web.newPage({ lang, width })
    await visit(page, `/tenders/${long}?tab=award`)
    await page.getByText(until).first().waitFor()
    await page
      .getByRole('timer')
      .filter({ hasText: lang === 'ko' ? /9일 \d+시간 남음/ : /9 days \d+ hours? left/ })
      .waitFor()
    await good(page, `standstill-award-${lang}-${width}`)
    await strike(
      page,
      page.getByRole('link', {
        name: lang === 'ko' ? '이의신청 읽기, 이의신청하기' : 'Objections: read them, or object',
      }),
    )
    await page.getByText(lang === 'ko' ? '이의를 신청한 업체가 없습니다.' : 'Nobody has objected.').waitFor()
    expect(page.url()).toMatch(/tab=objections/)
    await good(page, `standstill-objections-${lang}-${width}`)

    await visit(page, `/tenders/${long}`)
    await page
      .getByText(
        lang === 'ko'
          ? '순위가 나온 뒤 240시간 동안 낙찰하지 않습니다.'
          : 'Nobody is awarded within 240 hours of the ranking.',
      )
      .waitFor()
    await visit(page, `/tenders/${long}/minutes`)
    await page.getByText(name, { exact: true }).first().waitFor()
    await good(page, `standstill-minutes-${lang}-${width}`)
    await visit(page, `/tenders/${long}/opening`)
    await page.getByText(earliest).waitFor()
    await good(page, `standstill-room-${lang}-${width}`)
  })

  test('is written, published, waited out and named, by keyboard, with everybody looking on', {
    timeout: 240_000,
  }, async () => {
    const no = await world.draft({ evaluators })
    const runs = world.runs()
    const page = await web.newPage({ lang: 'en', as: officer })
    await visit(page, `/a/${no}`)
    const hours = page.getByLabel('Standstill before the award (hours)')
    await write(page, hours, '2000')
    await page.getByText('Give the standstill in whole hours, 1440 at most.').waitFor()
    await good(page, 'standstill-draft-en-1280')
    await write(page, hours, '1')
    await page.getByText('This draft can be published.').waitFor()
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    await published(page)
    await runs()
    expect((await world.view(no)).standstillHours).toBe(1)
    // What begins as a copy of the notice promises the same.
    const params = { no }
    const copied = must('draft', await call(world.url, readDraft, { token: officer.token, params })).body
    expect(draftOf(formOf(copied)).notice).toEqual(copied.notice)
    expect(copied.notice.standstillHours).toBe(1)

    await bids(no)
    await world.bring(no, 'price_opening')
    const visitor = await web.newPage({ lang: 'ko', width: 390 })
    await visit(visitor, `/tenders/${no}?tab=award`)
    await ranksAt(no, Date.now() - 3_555_000)
    await page.getByText('It can be proposed from').waitFor()
    const propose = page.getByRole('button', { name: 'Propose the award' })
    expect(await propose.isDisabled()).toBe(true)
    await page.getByText('Once the standstill is over, propose the award').waitFor()
    await visitor.getByRole('timer').filter({ hasText: '남음' }).waitFor()
    await good(page, 'standstill-panel-en-1280')
    await expect.poll(() => propose.isEnabled(), { timeout: 90_000 }).toBe(true)
    expect(await page.getByText('It can be proposed from').count()).toBe(0)
    await visitor.getByText('낙찰 유예 기간이 끝났습니다.').waitFor()
    await good(visitor, 'standstill-over-ko-390')
    await strike(page, propose)
    await strike(page, page.getByRole('button', { name: 'Yes, propose it' }))
    const { ends } = await named(page, no)
    await visit(visitor, `/tenders/${no}?tab=award`)
    await visitor.getByText('1시간, 끝난 때:').waitFor()
    expect(await visitor.locator(`time[datetime="${ends}"]`).count()).toBeGreaterThan(0)
    await good(visitor, 'standstill-named-ko-390')
  })
})

/** Approves what the page proposed; the end that the award names. */
async function named(page: Page, no: string): Promise<{ ends: string | null }> {
  await expect.poll(async () => (await waiting(no)).length, { timeout: 30_000 }).toBe(1)
  const [id = ''] = await waiting(no)
  must('approval', await world.approver.approve(id))
  await world.tick()
  await page.getByText('The tender is awarded.').waitFor()
  return { ends: (await world.view(no)).standstillEnds }
}

async function waiting(no: string): Promise<string[]> {
  const { rows } = await world.db.withTx(({ tx }) =>
    tx.execute<{ id: string }>(`SELECT id FROM proposal WHERE ref = '${no}'`),
  )
  return rows.map(({ id }) => id)
}
