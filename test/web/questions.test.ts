// Can a firm ask and an agency answer in a browser, by keyboard and on a phone, and does everybody read it without knowing who asked?
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { listQuestions } from '../../src/api/questions.ts'
import { axe, chromium, openWeb, reach, shot, sideways, strike, visit, write } from './harness.ts'

const web = await openWeb({ suppliers: 2 })
const { world } = web
const [officer] = (await world.add([{ id: 'officer-web', org: 'gaon-city', role: 'officer' }])) as [Person]
const [one, two] = world.suppliers as [Person, Person]
const no = await world.publish()
const many = await world.publish()
const stop = world.runs()
afterAll(() => stop())

const good = async (page: Page, name: string) => {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}
const TEXT = '교육은 관내에서만 합니까?\nMay the training be held at another place?'
const ANSWER = '예, 시청이나 온라인에서도 됩니다. Yes: at the city hall, or online.'

describe.skipIf(chromium === null)('questions about a tender', () => {
  test('are asked by keyboard, answered with a signature, and read by everybody with nobody named', async () => {
    const supplier = await web.newPage({ lang: 'en', as: one, allow: [/status of 422/] })
    await visit(supplier, `/tenders/${no}?tab=questions`)
    await supplier.getByText('Your firm has asked nothing about this tender.').waitFor()
    await supplier.getByText('Nothing has been answered yet.').waitFor()
    await strike(supplier, supplier.getByRole('button', { name: 'Seal and ask' }))
    await supplier.getByRole('alert').getByText('Please write 10 characters or more.').waitFor()
    await good(supplier, 'questions-refused-en-1280')
    await write(supplier, supplier.getByLabel('Your question'), TEXT)
    await strike(supplier, supplier.getByRole('button', { name: 'Seal and ask' }))
    await supplier.getByText('Your question was received').waitFor()
    await supplier.getByText('Sealed in the log, waits for an answer').waitFor()
    expect(await supplier.getByLabel('Your question').inputValue()).toBe('')
    await strike(supplier, supplier.getByText('Show that it was asked'))
    await supplier.getByText('question/1').waitFor()
    await good(supplier, 'questions-own-en-1280')

    const stranger = await web.newPage({ width: 390 })
    await visit(stranger, `/tenders/${no}?tab=questions`)
    await stranger.getByText('아직 답변이 없습니다.').waitFor()
    expect(await stranger.getByText('교육은 관내').count()).toBe(0)
    await good(stranger, 'questions-none-ko-390')

    const agency = await web.newPage({ lang: 'ko', as: officer, width: 390 })
    await visit(agency, `/tenders/${no}?tab=questions`)
    await agency.getByText('교육은 관내에서만').waitFor()
    expect(await agency.getByText('firm-1').count()).toBe(0)
    await agency.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).first().click()
    await agency.getByRole('button', { name: '서명하고 답변 공개' }).waitFor()
    await good(agency, 'questions-inbox-ko-390')
    await write(agency, agency.getByLabel('답변', { exact: true }), ANSWER)
    await strike(agency, agency.getByRole('button', { name: '서명하고 답변 공개' }))
    await agency.getByText('답변에 서명했고').waitFor()
    await agency.getByText('답할 질문이 없습니다.').waitFor()
    await strike(agency, agency.getByText('묻지 않은 것을 설명하기'))
    await write(agency, agency.getByLabel('발주 기관의 설명', { exact: true }), '현장 설명회는 월요일 10시입니다.')
    await strike(agency, agency.getByRole('button', { name: '서명하고 설명 공개' }))
    await agency.getByText('현장 설명회는 월요일').waitFor()

    for (const [page, name] of [
      [stranger, 'questions-ko-390'],
      [await web.newPage({ lang: 'en' }), 'questions-en-1280'],
    ] as const) {
      await visit(page, `/tenders/${no}?tab=questions`)
      await page.getByText(ANSWER).waitFor()
      await page.getByText('May the training be held').waitFor()
      expect(await page.getByText('firm-1').count()).toBe(0)
      await good(page, name)
    }
    await supplier.getByText('Answered', { exact: true }).waitFor()
    await visit(supplier, '/receipts')
    await supplier.getByText('Question about a tender').waitFor()
  })

  test('are searched where there are many, a corrected answer stands first, and after the close nothing can be asked', async () => {
    for (let i = 1; i <= 7; i++) must('question', await two.ask(many, `Is part number ${i} of the list needed?`))
    const inbox = async (waiting: 'yes' | 'no') => {
      const query = { waiting, per: 100 }
      return must(
        'inbox',
        await call(web.url, listQuestions, { token: world.officer.token, params: { no: many }, query }),
      ).body
    }
    await expect
      .poll(async () => {
        const { questions } = await inbox('yes')
        for (const asked of questions) await world.officer.answer(many, asked, `Answered: ${asked.text.slice(8, 21)}`)
        return (await inbox('yes')).total
      })
      .toBe(0)
    const third = (await inbox('no')).questions.find(({ text }) => text.includes('number 3')) ?? null
    must('correction', await world.officer.answer(many, third, 'Part three is not needed after all.'))
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, `/tenders/${many}?tab=questions`)
    await page.getByText('Corrected answer').waitFor()
    expect(await page.locator('[role=tabpanel] li').first().innerText()).toMatch(
      /number 3[\s\S]*not needed[\s\S]*Earlier answer/,
    )
    await page.getByLabel('Search in questions and answers').fill('number 5')
    await expect.poll(() => page.getByText('Is part number').count()).toBe(1)
    await good(page, 'questions-search-en-390')
    await page.getByLabel('Search in questions and answers').fill('nothing like this')
    await page.getByText('Nothing matches').waitFor()
    await world.passDeadline(many)
    const supplier = await web.newPage({ lang: 'ko', as: two, width: 390 })
    await visit(supplier, `/tenders/${many}?tab=questions`)
    await supplier.getByText('질문 기간이 끝났습니다.').waitFor()
    expect(await supplier.getByRole('button', { name: '봉인하여 질문하기' }).count()).toBe(0)
    await reach(supplier, supplier.getByText('질문했음을 보이기').first())
    await good(supplier, 'questions-over-ko-390')
  })
})
