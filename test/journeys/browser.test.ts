// Can a whole tender be run from browsers: published by an officer, bid for by two firms, watched on a phone, marked, locked, awarded, verified by a stranger?
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { approveAll, ask, must, type Person } from '../../scripts/person.ts'
import { CUSTODIANS, untilState } from '../../scripts/play.ts'
import { giveMarks, readSheet } from '../../src/api/tenders.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { type AwardRule, markedItems } from '../../src/domain/scoring/rule.ts'
import { launchChromium } from '../support/chromium.ts'
import { chromium, drawn, visit } from '../web/harness.ts'
import { testHouse, verified } from './test-house.ts'

const { build } = (await import('../../scripts/build.mjs' as string)) as { build: () => Promise<string> }
if (chromium !== null) await build()
const { house, cast, soon } = await testHouse(CUSTODIANS, ['Dasom', 'Garam'])
const browser = chromium === null ? null : await launchChromium(chromium)
afterAll(() => browser?.close())

const problems: string[] = []

/** A browser of its own for one person, as on another machine. */
async function browserOf(who: Person | null, width = 1280): Promise<Page> {
  const context: BrowserContext = await (browser as NonNullable<typeof browser>).newContext({
    baseURL: house.url,
    viewport: { width, height: width < 640 ? 844 : 900 },
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message))
  page.on('console', (message) => {
    // A proof is looked for before it is there.
    const soonThere = message.location().url.includes('/proofs/')
    if (message.type() === 'error' && !soonThere) problems.push(`${message.text()} ${message.location().url}`)
  })
  if (who) {
    const { email, password } = who.account
    await visit(page, '/sign-in')
    await page.getByLabel('이메일').fill(email)
    await page.getByLabel('비밀번호').fill(password)
    await page.locator('main').getByRole('button', { name: '로그인', exact: true }).click()
    const code = page.getByLabel('인증 코드')
    const show = async () => {
      await code.fill(await who.code())
      await page.getByRole('button', { name: '확인', exact: true }).click()
    }
    await show()
    // On a slow day the second factor is asked for again before an act.
    await page.addLocatorHandler(page.getByRole('alertdialog', { name: '두 번째 인증' }).getByLabel('인증 코드'), show)
    await page.waitForURL((url) => url.pathname !== '/sign-in')
    await drawn(page)
  }
  return page
}

/** The key of this person was made elsewhere: this browser makes its own in its place. */
async function newKey(page: Page): Promise<void> {
  await page.getByRole('button', { name: /새 열쇠로 바꾸기|서명 열쇠 만들고 등록하기/ }).click()
  await page.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
}

/** What a field for date and time holds for this moment in Korea. */
const inKorea = (at: Date): string => secondsZ(at.getTime() + 9 * 3600_000).slice(0, 19)

async function draft(page: Page): Promise<string> {
  await page.getByRole('link', { name: '새 공고' }).click()
  await page.getByRole('button', { name: '이대로 쓰기 시작하기' }).click()
  await page.getByLabel('제목(한국어)').fill('민원 안내 시스템 유지보수')
  await page.getByLabel('제목(영어)').fill('Maintenance of the guidance system')
  await page.getByLabel('개요(한국어)').fill('1년간의 유지보수')
  await page.getByLabel('개요(영어)').fill('One year of maintenance')
  await page.getByLabel(/^예산/).fill('110000000')
  await page.getByRole('button', { name: '모두 고르기' }).click()
  await page.getByRole('button', { name: '초안 저장하기' }).click()
  await page.waitForURL(/\/a\/R\d{2}BK\d{8}$/)
  return page.url().slice(-13)
}

async function publish(page: Page): Promise<Date> {
  await page.getByRole('heading', { name: '공고하기' }).waitFor()
  await newKey(page)
  const deadline = soon(30)
  await page.getByLabel('입찰 마감(한국 시각)').fill(inKorea(deadline))
  await page.getByRole('button', { name: '초안 저장하기' }).click()
  await page.getByRole('button', { name: '보관 기관의 열쇠 받아 대조하기' }).click()
  await page.getByText(/열쇠에 문제가 없습니다/).waitFor()
  await page.getByRole('button', { name: '공고하기' }).click()
  await page.getByRole('button', { name: '공고합니다' }).click()
  await page.getByText('마감까지 기다립니다.').waitFor()
  return deadline
}

async function write(page: Page, amount: string): Promise<void> {
  await page.getByLabel('요약').fill(`${amount}원짜리가 아니라 좋은 제안입니다.`)
  await page.getByLabel('수행 방안').fill('단계별 이행, 무중단 전환, 품질 지표 공개.')
  await page.getByLabel(/입찰가격/).fill(amount)
  await page.getByRole('button', { name: '확인 화면으로' }).click()
  await page.getByRole('button', { name: '봉인하고 제출하기' }).click()
  await page.getByText('포함 증명을 이 브라우저에서 확인했습니다').waitFor()
  await page.getByRole('link', { name: '이 공고의 내 입찰로 돌아가기' }).click()
}

/** Every cell of a sheet, by keyboard: down one column, then the next. */
async function mark(page: Page, of: (max: number) => number): Promise<void> {
  const cells = page.locator('[data-cell]')
  await cells.first().waitFor()
  const all = "[...document.querySelectorAll('[data-cell]')].map((cell) => cell.dataset.cell)"
  const places = (await page.evaluate(all)) as string[]
  const columns = 1 + Math.max(...places.map((place) => Number(place.split(' ')[1])))
  for (let column = 0; column < columns; column++) {
    await page.locator(`[data-cell="0 ${column}"]`).focus()
    for (let row = 0; row < places.length / columns; row++) {
      const label = (await page.locator(`[data-cell="${row} ${column}"]`).getAttribute('aria-label')) ?? ''
      const max = Number(/(\d+)점$/.exec(label)?.[1])
      await page.keyboard.type(String(of(max)))
      await page.keyboard.press('Enter')
    }
  }
  await page.getByText('모두 저장되었습니다.').waitFor()
}

/** The rest of the committee marks by the API. */
async function markByApi(no: string, evaluators: Person[], rule: AwardRule): Promise<void> {
  const items = markedItems(rule).filter((item) => item.kind === 'qualitative')
  for (const evaluator of evaluators) {
    const { token } = evaluator
    const { body: sheet } = must('sheet', await ask(house.url, readSheet, { token, params: { no } }))
    const marks = sheet.proposals.flatMap(({ label }) =>
      items.map(({ id, max }) => ({ bidder: label, item: id, mark: String(Number(max) * 0.9), comment: '' })),
    )
    must('marks', await ask(house.url, giveMarks, { token, params: { no }, body: { marks } }))
    must('signed sheet', await evaluator.signSheet(no))
  }
}

describe.skipIf(chromium === null)('a tender from browsers alone', () => {
  test('goes from the officer’s first word to an award that a stranger verifies', async () => {
    const [first, second] = cast.suppliers as [Person, Person]
    const [officer, dasom, garam, phone] = await Promise.all([
      browserOf(cast.officer),
      browserOf(first),
      browserOf(second),
      browserOf(null, 390),
    ])
    const no = await draft(officer)
    await Promise.all([newKey(dasom), newKey(garam)])
    await publish(officer)

    await visit(phone, `/tenders/${no}/opening`)
    const hidden = await phone.locator('main').innerText()
    expect(hidden).not.toContain('다솜소프트')

    await Promise.all([
      (async () => {
        await visit(dasom, `/s/${no}`)
        await write(dasom, '105000000')
        await dasom.getByRole('button', { name: '다른 내용으로 바꾸기' }).click()
        await write(dasom, '99000000')
      })(),
      (async () => {
        await visit(garam, `/s/${no}`)
        await write(garam, '90000000')
        await garam.getByRole('button', { name: '철회하기' }).click()
        await garam.getByRole('button', { name: '서명하고 철회하기' }).click()
        await garam.getByText('입찰이 철회되었습니다').waitFor()
        await garam.getByRole('link', { name: '이 공고의 내 입찰로 돌아가기' }).click()
        await write(garam, '101000000')
      })(),
    ])

    // The room on the phone follows by itself: names come with the technical opening, prices do not.
    await phone.getByText('다솜소프트').first().waitFor({ timeout: 90_000 })
    await phone.getByText('가람시스템').first().waitFor()
    const view = await untilState(house, no, ['evaluating'])
    const technical = await phone.locator('main').innerText()
    for (const price of ['99,000,000', '101,000,000', '105,000,000', '90,000,000'])
      expect(technical).not.toContain(price)

    const rule = view.rule as unknown as AwardRule
    const [evaluator, ...others] = cast.evaluators as [Person, ...Person[]]
    const committee = await browserOf(evaluator)
    await visit(committee, `/e/${no}`)
    await Promise.all([
      mark(committee, (max) => max - 1).then(async () => {
        await committee.getByText('모두 매겼습니다.').waitFor()
        await newKey(committee)
        await committee.getByRole('button', { name: '채점표에 서명하기' }).click()
        await committee.getByText('채점표에 서명했습니다.').waitFor()
      }),
      markByApi(no, others, rule),
      officer
        .getByRole('heading', { name: '기술 평가' })
        .waitFor()
        .then(() => mark(officer, (max) => max)),
    ])
    await officer.getByRole('button', { name: '기술 점수 확정하기' }).click()
    await officer.getByRole('button', { name: '확정합니다' }).click()

    await phone
      .getByText(/99,000,000/)
      .first()
      .waitFor({ timeout: 60_000 })
    await officer.getByRole('button', { name: '낙찰 제안하기' }).click()
    await officer.getByRole('button', { name: '제안합니다' }).click()
    await officer.getByText('다른 사람의 승인을 기다리고 있습니다.').waitFor()
    await approveAll(cast.approver, no)
    await officer.getByText('낙찰이 결정되었습니다.').waitFor()

    const awarded = await untilState(house, no, ['awarded'])
    const prices = awarded.envelopes?.filter((e) => e.kind === 'price').map((e) => e.body?.amount)
    // What was replaced or withdrawn was never opened.
    expect(prices?.sort()).toEqual(['101000000', '99000000'])
    const { code, failed } = await verified(house.url, no)
    expect(failed).toEqual([])
    expect(code).toBe(0)

    await visit(phone, `/tenders/${no}?tab=log`)
    await phone.getByRole('button', { name: '이 브라우저에서 검증하기' }).click()
    await phone.getByText(/^확인한 \d+가지가 모두 맞습니다/).waitFor()
    expect(problems).toEqual([])
  }, 240_000)
})
