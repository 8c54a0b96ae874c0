// Can an evaluator mark a whole sheet by keyboard, and lose nothing when the connection goes?
import { describe, expect, test } from 'vitest'
import type { Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { readSheet } from '../../src/api/tenders.ts'
import { eventually } from '../support/world.ts'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

const web = await openWeb({ suppliers: 2 })
const { world } = web
const no = await world.publish()
for (const n of [1, 2]) {
  await world.bid(no, world.supplier(n), {
    technical: { approach: '단계별 이행과 무중단 전환.\n품질 지표를 공개합니다.', summary: `요약 ${n}` },
  })
}
await world.bring(no, 'evaluating')
const [first, second] = world.evaluators as [Person, Person]

const sheetOf = async (who: Person) => {
  const answer = await call(web.url, readSheet, { params: { no }, token: who.token })
  return answer.ok ? answer.body.marks : []
}

describe.skipIf(chromium === null)('an evaluator in a browser', () => {
  test('sees assignments, proposals under labels without names, and a sheet that saves itself', async () => {
    const page = await web.newPage({ as: first })
    await visit(page, '/e')
    await shot(page, 'evaluator-list-ko-1280')
    expect(await axe(page)).toEqual([])
    await page.getByRole('link', { name: '정보시스템 유지보수' }).click()
    await page.getByText('점수를 매긴').or(page.getByText('칸을 매겼습니다')).first().waitFor()
    const text = await page.locator('main').innerText()
    expect(text).not.toContain('firm-1')
    expect(text).toContain('단계별 이행과 무중단 전환.')

    // By keyboard alone: column A from top to bottom.
    await page.getByRole('textbox', { name: /^A 제안, 사업 이해도/ }).focus()
    for (const mark of ['9', '8.5', '17', '11', '9', '9', '8']) {
      await page.keyboard.type(mark)
      await page.keyboard.press('Enter')
    }
    await page.getByText('모두 저장되었습니다.').waitFor()
    await eventually('seven marks', async () => (await sheetOf(first)).length === 7)

    await page.getByRole('textbox', { name: /^A 제안, 사업 이해도/ }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type('12')
    await page.getByText('10점까지').waitFor()
    await shot(page, 'evaluator-sheet-ko-1280')
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Control+A')
    await page.keyboard.type('7.25')
    await page.getByLabel('B · 사업 이해도에 대한 의견').fill('일정이 빠듯합니다.')
    await eventually('the comment', async () =>
      (await sheetOf(first)).some((m) => m.bidder === 'B' && m.mark === '7.25' && m.comment === '일정이 빠듯합니다.'),
    )
    expect(await sheetOf(second)).toEqual([])
    await visit(page, `/e/${no}`)
    expect(await page.getByRole('textbox', { name: /^B 제안, 사업 이해도/ }).inputValue()).toBe('7.25')
  }, 60_000)

  test('keeps what was entered while the connection is gone, saves it after, and says when all is given', async () => {
    const page = await web.newPage({ as: second, lang: 'en', width: 390, allow: [/ERR_/] })
    await visit(page, `/e/${no}`)
    await page.route('**/marks', (route) => route.abort())
    const cells = page.locator('[data-cell]')
    const count = await cells.count()
    for (let i = 0; i < count; i++) await cells.nth(i).fill('6')
    await page.getByText('No connection: not saved yet').waitFor()
    expect(await sheetOf(second)).toEqual([])
    await shot(page, 'evaluator-offline-en-390')
    await page.unroute('**/marks')
    await page.getByText('All marks are given.').waitFor({ timeout: 20_000 })
    await eventually('every mark', async () => (await sheetOf(second)).length === count)
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await page.getByRole('button', { name: 'Sign the sheet' }).click()
    await page.getByText('Your sheet is signed.').waitFor()
    await shot(page, 'evaluator-signed-en-390')
    // A change takes the signature off, and the page says so.
    await cells.first().fill('5')
    await page.getByText('All marks are given.').waitFor()
    await page.getByRole('button', { name: 'Sign the sheet' }).click()
    await page.getByText('Your sheet is signed.').waitFor()
    await shot(page, 'evaluator-done-en-390')
    expect(await sideways(page)).toEqual([])
    expect(await axe(page)).toEqual([])
    await page.setViewportSize({ width: 320, height: 700 })
    expect(await sideways(page)).toEqual([])
  }, 60_000)

  test('is refused another committee’s sheet in words, and a sheet before its time', async () => {
    const [other] = (await world.add([{ id: 'evaluator-z', org: 'pool', role: 'evaluator' }])) as [Person]
    const page = await web.newPage({ as: other, lang: 'en', allow: [/403/] })
    await visit(page, `/e/${no}`)
    await page.getByText('You do not sit on this committee.').waitFor()
    const open = await world.publish()
    await visit(page, `/e/${open}`)
    await page.getByText('This is not the time to mark.').waitFor()
    await visit(page, '/e')
    await page.getByText('You sit on no committee.').waitFor()
  })

  test('the custodians’ page stands for everybody, with the keys that turned', async () => {
    for (const [lang, width] of [
      ['ko', 1280],
      ['en', 390],
    ] as const) {
      const page = await web.newPage({ lang, width })
      await visit(page, '/k')
      await page.getByText(no).first().waitFor()
      await shot(page, `custodians-${lang}-${width}`)
      expect(await sideways(page)).toEqual([])
      expect(await axe(page)).toEqual([])
    }
  })
})
