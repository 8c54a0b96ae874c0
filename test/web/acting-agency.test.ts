// Can an officer write, publish, lock, award and cancel in a browser, and an evaluator mark, with nothing signed that does not check?

import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import type { Person } from '../../scripts/person.ts'
import { eventually } from '../support/world.ts'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

const web = await openWeb({ suppliers: 2 })
const { world } = web
/** An officer who has not enrolled a key elsewhere. */
const [officer] = (await world.add([{ id: 'officer-web', org: 'gaon-city', role: 'officer' }])) as [Person]
const marked = await world.publish()
for (const [i, amount] of ['91000000', '97000000'].entries()) {
  await world.bid(marked, world.supplier(i + 1), { price: { amount, currency: 'KRW' } })
}
await world.bring(marked, 'evaluating')
const stop = world.runs()
afterAll(() => stop())

const good = async (page: Page, name: string) => {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}

async function writeDraft(page: Page) {
  await page.getByLabel('Title (Korean)').fill('도서관 장비 구매')
  await page.getByLabel('Title (English)').fill('Equipment for libraries')
  await page.getByLabel('Summary (Korean)').fill('자동 대출 장비 20대의 구매와 설치.')
  await page.getByLabel('Summary (English)').fill('Twenty self-service stations, delivered and installed.')
  await page.getByLabel(/^Budget/).fill('240,000,000')
}

describe.skipIf(chromium === null)('an officer in a browser', () => {
  test('writes a draft under live checks, and publishes it only with keys that the log bears out', async () => {
    const page = await web.newPage({ lang: 'en', as: officer })
    await visit(page, '/a/new')
    await good(page, 'agency-new-en-1280')
    await page.getByText('Goods', { exact: true }).click()
    await page.getByText('Negotiation, national rule, 80/20').click()
    await page.getByRole('button', { name: 'Begin with these' }).click()
    await page.getByText('Total 80 points').waitFor()
    await page.getByText('Write the Korean title.').waitFor()
    await page.getByText('Too few evaluators to leave out highest and lowest: 0').waitFor()
    await good(page, 'agency-draft-empty-en-1280')

    await writeDraft(page)
    await page.getByLabel('Points: Training of users').fill('9')
    await page.getByText('Total 82 points').waitFor()
    await page.getByText('The total of 82 is converted to the 80 technical points.').waitFor()
    await page.getByLabel('Points: Training of users').fill('7')
    await page.getByRole('button', { name: 'Choose all' }).click()
    await page.getByText('This draft can be published.').waitFor()
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.waitForURL(/\/a\/R26BK\d{8}$/)
    const no = page.url().slice(-13)
    await page.getByRole('heading', { name: 'Publish', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await page.getByText('You sign with the key of this browser.').waitFor()
    await good(page, 'agency-draft-en-1280')

    // A key that no custodian ever offered: the server would have the officer sign for a lock that it can open.
    await page.route('**/keysets/proposal', async (route) => {
      const answer = await route.fetch()
      const lie = await answer.json()
      const jwk = {
        crv: 'P-256',
        kty: 'EC',
        x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
        y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
      }
      lie.technical.custodians[1] = {
        ...lie.technical.custodians[1],
        jwk,
        kid: 'Y42RqpUBHvN-tBZO-x3dpWr7x9PGLmi7lGSFHzn0XyE',
      }
      await route.fulfill({ response: answer, json: lie })
    })
    await page.getByRole('button', { name: /Get the custodians/ }).click()
    await page.getByText('Stopped, because the record does not check.').waitFor()
    expect(await page.getByRole('button', { name: 'Publish', exact: true }).count()).toBe(0)
    await good(page, 'agency-doubts-en-1280')
    await page.unroute('**/keysets/proposal')

    await page.getByRole('button', { name: /Get the custodians/ }).click()
    await page.getByText(/^Held against \d+ log entries/).waitFor()
    await good(page, 'agency-keys-en-1280')
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('button', { name: 'Publish it' }).click()
    await page.getByText('Waiting for the deadline.').waitFor()
    expect((await world.view(no)).state).toBe('published')
    await good(page, 'agency-open-en-1280')

    await page.getByRole('button', { name: 'Propose to cancel' }).click()
    await page.getByRole('button', { name: 'Yes, propose it' }).click()
    await page.getByRole('alert').filter({ hasText: 'A reason must be stated' }).waitFor()
    await page.getByLabel('Reason').fill('The library closes for a year of works.')
    await page.getByRole('button', { name: 'Yes, propose it' }).click()
    await page.getByText('Waits for approval: Cancel a tender').waitFor()
    // It goes on until somebody else has agreed, and cannot be proposed twice.
    expect(await page.getByRole('button', { name: 'Propose to cancel' }).count()).toBe(0)
    expect((await world.view(no)).state).toBe('published')
    const [another] = await world.add([{ id: 'approver-cancels', org: 'gaon-city', role: 'approver' }])
    const approver = await web.newPage({ lang: 'en', as: another as Person, width: 390 })
    await visit(approver, `/a/${no}`)
    await approver.getByText('The library closes for a year of works.').waitFor()
    await good(approver, 'approver-cancel-en-390')
    await approver.getByRole('button', { name: 'Approve', exact: true }).click()
    const dialog = approver.getByRole('alertdialog')
    await dialog.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await dialog.getByText('You sign with the key of this browser.').waitFor()
    await dialog.getByRole('button', { name: 'Yes, approve' }).click()
    await page.getByText('The tender is cancelled.').waitFor()
    await visit(page, '/a')
    await good(page, 'agency-list-en-1280')
  }, 90_000)

  test('finds the draft as it was written, edits it, and cannot reach another agency’s', async () => {
    const no = await world.draft()
    const page = await web.newPage({ lang: 'ko', as: officer, width: 390 })
    await visit(page, `/a/${no}`)
    await page.getByLabel('제목(한국어)').fill('바뀐 제목')
    await page.getByText('저장하지 않은 변경이 있습니다.').waitFor()
    await page.getByText('고친 초안을 먼저 저장해 주세요.').waitFor()
    await page.getByRole('button', { name: '초안 저장하기' }).click()
    await page.getByRole('heading', { level: 1, name: '바뀐 제목' }).waitFor()
    await good(page, 'agency-edit-ko-390')
    await page.setViewportSize({ width: 320, height: 800 })
    expect(await sideways(page)).toEqual([])
    const stranger = await web.newPage({ lang: 'en', as: world.stranger, allow: [/404/] })
    await visit(stranger, `/a/${no}`)
    await stranger.getByRole('alert').waitFor()
    await visit(stranger, `/a/${marked}`)
    await stranger.getByText('This is another agency’s tender.').waitFor()
  }, 60_000)

  test('enters records, waits for the evaluators, locks, and awards to the one that the rule puts first', async () => {
    const page = await web.newPage({ lang: 'ko', as: officer })
    await visit(page, `/a/${marked}`)
    await page.getByText(/점수 \d+개가 남아 있어/).waitFor()
    await good(page, 'agency-marking-ko-1280')
    await page.getByRole('textbox', { name: /^A 제안, 신용평가등급/ }).focus()
    for (const mark of ['4', '4.5', '5', '5.5']) {
      await page.keyboard.type(mark)
      await page.keyboard.press('Enter')
      if (mark === '4.5') await page.getByRole('textbox', { name: /^B 제안, 신용평가등급/ }).focus()
    }
    await page.getByText('5점까지').waitFor()
    await page.getByRole('textbox', { name: /^B 제안, 유사사업/ }).fill('3')
    await page.getByText('모두 저장되었습니다.').waitFor()
    await page.getByRole('row').filter({ hasText: '담당자(정량)' }).getByText('모두 매김').waitFor()

    // The evaluators of this world mark by the API; one of them does it in a browser, in the test below.
    await world.mark(marked)
    // The key that the first test made is in another browser.
    await page.getByRole('button', { name: '새 열쇠로 바꾸기' }).click()
    await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await page.getByRole('button', { name: '기술 점수 확정하기' }).click()
    await page.getByRole('button', { name: '확정합니다' }).click()
    await page.getByText('점수가 확정되었습니다.').first().waitFor()
    await eventually('the published price list', () => world.listOf(marked, 'price').catch(() => null))
    await world.release(marked, 'price')
    await page.getByRole('button', { name: '낙찰 제안하기' }).waitFor({ timeout: 30_000 })
    await good(page, 'agency-award-ko-1280')
    await page.getByRole('button', { name: '낙찰 제안하기' }).click()
    await page.getByRole('button', { name: '제안합니다' }).click()
    await page.getByText('다른 사람의 승인을 기다리고 있습니다.').waitFor()
    // The officer cannot approve what the officer proposed; the approver sees to whom, and does.
    expect(await page.getByRole('button', { name: '승인하기' }).count()).toBe(0)
    const approver = await web.newPage({ lang: 'ko', as: world.approver, width: 390 })
    await visit(approver, `/a/${marked}`)
    await approver.getByRole('button', { name: '승인하기' }).waitFor()
    await good(approver, 'approver-award-ko-390')
    await approver.getByRole('button', { name: '승인하기' }).click()
    // Whoever approves an award signs for it, and needs a key of one's own.
    const dialog = approver.getByRole('alertdialog')
    expect(await dialog.getByRole('button', { name: '승인합니다' }).isDisabled()).toBe(true)
    await good(approver, 'approver-no-key-ko-390')
    await dialog.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).click()
    await dialog.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await dialog.getByRole('button', { name: '승인합니다' }).click()
    await page.getByText('낙찰이 결정되었습니다.').waitFor()
    expect((await world.view(marked)).award).toMatchObject({ bidder: 'firm-1' })
  }, 90_000)
})
