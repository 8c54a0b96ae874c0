// Can tenders whose rules are more than one score and one price be run through the pages from draft to award? Groups of evaluators and a
// consortium in one; in another notice two lots, one by graded scores and one in two stages.
import { eq } from 'drizzle-orm'
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { label } from '../../db/schema/tenders.ts'
import { approveAll, must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { giveMarks, giveQuantitative } from '../../src/api/tenders.ts'
import type { AwardRule } from '../../src/domain/scoring/rule.ts'
import { markedItems } from '../../src/domain/scoring/rule.ts'
import { qualityOf } from '../../src/domain/tenders/procedure.ts'
import { eventually } from '../support/world.ts'
import { chromium, openWeb, strike, visit, write } from './harness.ts'
import { good, published, saved } from './published-by-hand.ts'

const web = await openWeb({ suppliers: 2 })
const { world } = web
/** Each acts in a browser that has no key yet. */
const [officer, divider, approver, consortium, lotBidder] = (await world.add([
  { id: 'officer-groups', org: 'gaon-city', role: 'officer' },
  { id: 'officer-lots', org: 'gaon-city', role: 'officer' },
  { id: 'approver-hand', org: 'gaon-city', role: 'approver' },
  { id: 'bidder-together', org: 'firm-together', role: 'supplier' },
  { id: 'bidder-lots', org: 'firm-lots', role: 'supplier' },
])) as [Person, Person, Person, Person, Person]
const [byHand, other] = world.evaluators as [Person, Person]
await world.keysEnough()
const stop = world.runs()
afterAll(() => stop())

const reaches = (no: string, state: string) =>
  eventually(`${no} ${state}`, async () => (await world.view(no)).state === state)

/** The label under which each bidder is marked. */
async function labelsOf(no: string): Promise<Map<string, string>> {
  const rows = await world.db.withTx(({ tx }) => tx.select().from(label).where(eq(label.tender, no)))
  return new Map(rows.map((row) => [row.bidder, row.label]))
}

/** What an item is worth to a bidder, as a share of its points; whole points are given. */
type Worth = (bidder: string, evaluator: number) => number

/** Evaluators mark and sign as programs do; the first is left out, who does it by hand. */
async function markRest(no: string, hand: Person, worth: Worth): Promise<void> {
  const quality = qualityOf((await world.view(no)).rule as unknown as AwardRule)
  const items = quality ? markedItems(quality).filter((item) => item.kind === 'qualitative') : []
  const labels = [...(await labelsOf(no))]
  for (const [n, evaluator] of world.evaluators.entries()) {
    if (evaluator === hand) continue
    const marks = labels.flatMap(([bidder, of]) =>
      items.map((item) => ({
        bidder: of,
        item: item.id,
        mark: String(Math.floor(Number(item.max) * worth(bidder, n))),
        comment: '',
      })),
    )
    must('marks', await call(web.url, giveMarks, { token: evaluator.token, params: { no }, body: { marks } }))
    must('sheet', await evaluator.signSheet(no))
  }
}

/** A bid by a program, beside those that are made in a browser. */
async function bids(no: string, n: number, amount: string): Promise<void> {
  const technical = { approach: 'In stages, without interruption.', summary: 'One proposal of several' }
  await world.bid(no, world.supplier(n), { technical, price: { amount, currency: 'KRW' } })
}

/** From the closed bids to the marks. */
async function openTechnical(no: string): Promise<void> {
  await reaches(no, 'technical_opening')
  await eventually('the technical list', () => world.listOf(no, 'technical').catch(() => null))
  await world.release(no, 'technical')
  await reaches(no, 'evaluating')
}

/** The officer locks what everybody has marked, and the prices are opened. */
async function lockByHand(page: Page, no: string): Promise<void> {
  await strike(page, page.getByRole('button', { name: 'Lock the technical scores' }))
  await strike(page, page.getByRole('button', { name: 'Lock them' }))
  await eventually('the price list', () => world.listOf(no, 'price').catch(() => null))
  await world.release(no, 'price')
  await reaches(no, 'ranked')
}

async function proposeByHand(page: Page): Promise<void> {
  await strike(page, page.getByRole('button', { name: 'Propose the award' }))
  await strike(page, page.getByRole('button', { name: 'Yes, propose it' }))
}

/** Writes a bid with a proposal, seals it and waits until the browser has its proof. */
async function sealByHand(page: Page, amount: string): Promise<void> {
  await page.getByRole('button', { name: /^(확인 화면으로|Go on to check)/ }).click()
  await page.getByText(Number(amount).toLocaleString('en-US')).first().waitFor()
  await page.getByRole('button', { name: /봉인하고 제출하기|Seal and submit/ }).click()
  await page
    .getByText(/포함 증명을 이 브라우저에서 확인했습니다|your browser verified the proof/)
    .first()
    .waitFor()
}

const TABS = ['rule', 'evaluation', 'award'] as const

/** What everybody sees afterwards: rule, marks, ranking, minutes and the room, each checked by the browser that shows it. */
type Shown = { name: string; lang: 'ko' | 'en'; width: number; tabs?: readonly string[]; minutes?: boolean }

async function shownToAll(no: string, { name, lang, width, tabs = TABS, minutes = false }: Shown): Promise<Page> {
  const page = await web.newPage({ lang, width })
  for (const tab of tabs) {
    await visit(page, `/tenders/${no}?tab=${tab}`)
    if (tab !== 'rule')
      await page
        .getByText(/Same as this browser computed|이 브라우저가 다시 계산한/)
        .first()
        .waitFor()
    await good(page, `${name}-${tab}-${lang}-${width}`)
  }
  if (minutes) {
    await visit(page, `/tenders/${no}/minutes`)
    await good(page, `${name}-minutes-${lang}-${width}`)
  }
  await visit(page, `/tenders/${no}/opening`)
  await page
    .getByText(lang === 'en' ? /^(\d) of \1 same as official/ : /^(\d)건 중 \1건이 공식 결과와 같음/)
    .first()
    .waitFor()
  await good(page, `${name}-room-${lang}-${width}`)
  return page
}

describe.skipIf(chromium === null)('a tender whose rule has more than one score and one price, in a browser', () => {
  test('takes the means of common and specialist evaluators apart, and puts the records of a consortium together', async () => {
    const page = await web.newPage({ as: officer, lang: 'en' })
    await visit(page, '/a/new')
    await page.getByText('Negotiation, common and specialist evaluators 60/40').click()
    await page.getByRole('button', { name: 'Begin with these' }).click()
    await page.getByText('First make the committee.').waitFor()
    await page.getByLabel('Title (Korean)').fill('재난 관리 시스템 구축')
    await page.getByLabel('Title (English)').fill('Disaster management system')
    await page.getByLabel('Summary (Korean)').fill('상황 관리와 경보.')
    await page.getByLabel('Summary (English)').fill('Command and warning.')
    await page.getByLabel(/^Budget/).fill('100,000,000')
    await page.getByLabel('Grades in per cent: Credit rating').fill('A 100, B 90, C')
    await page.getByRole('link', { name: /^Grades: each has its name and its per cent/ }).waitFor()
    await page.getByRole('button', { name: 'Choose all' }).click()
    await page.getByText('Common: 4').waitFor()
    await page.getByText('Specialist: 3').waitFor()
    // The fourth seat goes to the specialists; with two of them on the other side nobody could be left out at both ends.
    for (const seat of ['E4', 'E3', 'E2']) await page.getByLabel(seat, { exact: true }).selectOption('specialist')
    await page.getByText('Common: 1').waitFor()
    await good(page, 'groups-wrong-en-1280')
    expect(await page.getByText('This draft can be published.').count()).toBe(0)
    for (const seat of ['E3', 'E2']) await page.getByLabel(seat, { exact: true }).selectOption('common')
    await page.getByText('Specialist: 4').waitFor()
    await page.getByLabel('Grades in per cent: Credit rating').fill('A 100, B 90, C 80')
    await page.getByLabel('Consortium: Credit rating').selectOption('byShare')
    await page.getByLabel('Consortium: Record of similar projects').selectOption('sum')
    await page.getByText('This draft can be published.').waitFor()
    await good(page, 'groups-draft-en-1280')
    await page.setViewportSize({ width: 390, height: 844 })
    await good(page, 'groups-draft-en-390')
    await page.setViewportSize({ width: 1280, height: 900 })
    const no = await saved(page)
    await published(page)

    const bid = await web.newPage({ as: consortium, lang: 'ko', width: 390, allow: [/\/proofs\//] })
    await visit(bid, `/s/${no}`)
    await bid.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).click()
    await bid.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await write(bid, bid.getByLabel('요약'), '두 회사가 함께 합니다.')
    await write(bid, bid.getByLabel('수행 방안'), '단계별로 옮기고 함께 시험합니다.')
    await strike(bid, bid.getByLabel('공동수급체로 입찰합니다'), 'Space')
    for (const [n, name, number, share] of [
      [1, '가온소프트', '111-11-11119', '60'],
      [2, '누리시스템', '222-22-22227', '50'],
    ] as const) {
      await write(bid, bid.getByLabel(`구성원 ${n} 이름`), name)
      await write(bid, bid.getByLabel(`구성원 ${n} 등록번호`), number)
      await write(bid, bid.getByLabel(`지분 ${n} (%)`), share)
    }
    await write(bid, bid.getByLabel(/입찰가격/), '90000000')
    await strike(bid, bid.getByRole('button', { name: '확인 화면으로' }))
    await bid.getByRole('alert').waitFor()
    await good(bid, 'consortium-shares-wrong-ko-390')
    await write(bid, bid.getByLabel('지분 2 (%)'), '40')
    await good(bid, 'consortium-ko-390')
    await bid.getByRole('button', { name: '확인 화면으로' }).click()
    await bid.getByText('누리시스템').first().waitFor()
    await good(bid, 'consortium-review-ko-390')
    await bid.getByRole('button', { name: '봉인하고 제출하기' }).click()
    await bid.getByText('포함 증명을 이 브라우저에서 확인했습니다').first().waitFor()
    await bids(no, 1, '85000000')

    await world.passDeadline(no)
    await openTechnical(no)
    const labels = await labelsOf(no)
    const [together, alone] = [labels.get('firm-together'), labels.get('firm-1')] as [string, string]

    const sheet = await web.newPage({ as: byHand, lang: 'en', width: 390 })
    await visit(sheet, `/e/${no}`)
    // Nobody who marks is told who is behind a label.
    expect(await sheet.locator('main').innerText()).not.toMatch(/가온소프트|누리시스템|firm-/)
    const cells = sheet.locator('[data-cell]')
    for (const column of [0, 1]) {
      await cells.nth(column).focus()
      for (const mark of ['9', '9', '17', '11', '9', '9', '9']) {
        await sheet.keyboard.type(mark)
        await sheet.keyboard.press('Enter')
      }
    }
    await sheet.getByText('All marks are given.').waitFor()
    await good(sheet, 'groups-sheet-en-390')
    await strike(sheet, sheet.getByRole('button', { name: 'Make and enrol a signing key' }))
    await strike(sheet, sheet.getByRole('button', { name: 'Sign the sheet' }))
    await sheet.getByText('Your sheet is signed.').waitFor()
    // Common evaluators like the one that bids alone, specialists the consortium: only together can they decide.
    await markRest(no, byHand, (bidder, n) => (bidder === 'firm-together' ? (n < 3 ? 0.9 : 1) : n < 3 ? 0.95 : 0.88))

    await visit(page, `/a/${no}`)
    const grade = (of: string) => page.getByLabel(`Proposal ${of}, Credit rating, 0 to 5`)
    const record = (of: string) => page.getByLabel(`Proposal ${of}, Record of similar projects, 0 to 5`)
    await grade(alone).selectOption('5')
    await record(alone).fill('4')
    await grade(`${together}/M1`).selectOption('5')
    await grade(`${together}/M2`).selectOption('4')
    await record(`${together}/M1`).fill('6')
    await page.getByText('5 at most').waitFor()
    await record(`${together}/M1`).fill('3')
    await record(`${together}/M2`).fill('2.5')
    await page.getByText('Everything is saved.').waitFor()
    await page.getByRole('button', { name: 'Lock the technical scores' }).waitFor()
    await good(page, 'consortium-records-en-1280')
    await page.setViewportSize({ width: 390, height: 844 })
    await good(page, 'consortium-records-en-390')
    await page.setViewportSize({ width: 1280, height: 900 })
    await lockByHand(page, no)
    await page.getByRole('button', { name: 'Propose the award' }).waitFor()
    await proposeByHand(page)
    const second = await web.newPage({ as: approver, lang: 'ko', width: 390 })
    await visit(second, `/a/${no}`)
    await strike(second, second.getByRole('button', { name: '승인하기' }))
    const dialog = second.getByRole('alertdialog')
    await strike(second, dialog.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }))
    await dialog.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await strike(second, dialog.getByRole('button', { name: '승인합니다' }))
    await reaches(no, 'awarded')
    // 0.6 × (common) + 0.4 × (specialists) + records of 0.6 × 5 + 0.4 × 4 and min(5, 3 + 2.5).
    expect((await world.view(no)).award).toMatchObject({ bidder: 'firm-together' })
    await shownToAll(no, { name: 'groups', lang: 'en', width: 390, minutes: true })
    await shownToAll(no, { name: 'groups', lang: 'ko', width: 1280, tabs: ['evaluation'] })
  }, 150_000)

  test('is divided into two lots with a method each: graded scores for one, two stages for the other', async () => {
    const page = await web.newPage({ as: divider, lang: 'en', width: 390 })
    await visit(page, '/a/new')
    await page.getByText('Negotiation, national rule, graded scores').click()
    await page.getByRole('button', { name: 'Begin with these' }).click()
    await page.getByLabel('Title (Korean)').fill('관제 시스템')
    await page.getByLabel('Title (English)').fill('Control room system')
    await page.getByLabel('Summary (Korean)').fill('소프트웨어와 구축.')
    await page.getByLabel('Summary (English)').fill('Software and its installation.')
    await page.getByLabel(/^Budget/).fill('100,000,000')
    await page.getByRole('button', { name: 'Choose all' }).click()
    // Each lot has a committee of its own: one evaluator sits for the second lot alone.
    await page.getByRole('checkbox', { name: other.account.name }).uncheck()
    const graded = await saved(page)
    await page.getByRole('button', { name: 'Add a lot' }).click()
    await page.waitForURL((url) => !url.href.endsWith(graded))
    const staged = page.url().slice(-13)
    await page.getByLabel('Title of the notice (Korean)').fill('관제실')
    await page.getByLabel('Title of the notice (English)').fill('Control room')
    await page.getByLabel('Title (Korean)', { exact: true }).fill('관제 장비')
    await page.getByLabel('Title (English)', { exact: true }).fill('Control room equipment')
    await page.getByLabel('Award method').selectOption({ label: 'Two stages' })
    await page.getByLabel('Marked by: Specification').selectOption('qualitative')
    await page.getByRole('checkbox', { name: other.account.name }).check()
    await page.getByLabel(/^Budget/).fill('50,000,000')
    await page.getByText('This draft can be published.').waitFor()
    await good(page, 'lots-two-stage-draft-en-390')
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await eventually('the other method', async () => (await world.view(staged, divider)).method === 'two-stage')
    await published(page)
    await visit(page, `/a/${graded}`)
    await published(page)
    expect((await world.view(graded)).method).toBe('negotiation-national-graded')

    // Both lots get more time by one proposal; whoever approves sees for which lots.
    const asPublished = (await world.view(graded)).deadline
    await strike(page, page.getByRole('button', { name: 'Extend the deadline' }))
    await page.getByLabel('Extend all 2 lots of the notice that take bids').waitFor()
    await good(page, 'lots-extend-en-390')
    await write(page, page.getByLabel('Reason'), 'The drawings were corrected.')
    await strike(page, page.getByRole('button', { name: 'Yes, propose it' }))
    await page.getByText('Together with').waitFor()
    const second = await web.newPage({ as: approver, lang: 'ko', width: 390 })
    await visit(second, `/a/${staged}`)
    await second.getByRole('link', { name: graded }).waitFor()
    await good(second, 'lots-extend-approver-ko-390')
    await strike(second, second.getByRole('button', { name: '승인하기' }))
    const dialog = second.getByRole('alertdialog')
    await strike(second, dialog.getByRole('button', { name: /새 열쇠로 바꾸기|서명 열쇠 만들고 등록하기/ }))
    await dialog.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await strike(second, dialog.getByRole('button', { name: '승인합니다' }))
    for (const no of [graded, staged])
      await eventually(`${no} later`, async () => (await world.view(no)).deadline > asPublished)
    const list = await web.newPage({ lang: 'en', width: 390 })
    await visit(list, '/tenders')
    await list.getByRole('link', { name: 'Lot 1 of 2: Control room' }).waitFor()
    await good(list, 'tenders-lots-en-390')
    await list.getByRole('link', { name: 'Lot 2 of 2: Control room' }).click()
    await list.getByRole('heading', { level: 1, name: 'Control room' }).waitFor()

    const bid = await web.newPage({ as: lotBidder, lang: 'en', allow: [/\/proofs\//] })
    await visit(bid, `/lots/${graded}`)
    await good(bid, 'lots-en-1280')
    await visit(bid, `/s/${staged}`)
    await bid.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await bid.getByText('You sign with the key of this browser.').waitFor()
    await bid.getByLabel('Summary').fill('Forty screens.')
    await bid.getByLabel('Approach').fill('Delivered in one piece.')
    await bid.getByLabel(/^Price in won/).fill('45000000')
    await good(bid, 'two-stage-bid-en-1280')
    await sealByHand(bid, '45000000')
    await bids(staged, 1, '30000000')
    await bids(staged, 2, '46000000')
    await bids(graded, 1, '90000000')
    await bids(graded, 2, '95000000')

    for (const no of [graded, staged]) await world.passDeadline(no)
    for (const no of [graded, staged]) await openTechnical(no)
    const sheet = await web.newPage({ as: other, lang: 'ko' })
    await visit(sheet, `/e/${staged}`)
    const labels = await labelsOf(staged)
    const mark = (bidder: string) => sheet.getByRole('textbox', { name: new RegExp(`^${labels.get(bidder)} 제안`) })
    await write(sheet, mark('firm-1'), '60')
    await write(sheet, mark('firm-2'), '92')
    await write(sheet, mark('firm-lots'), '88.5')
    await sheet.getByText('모두 매겼습니다.').waitFor()
    await good(sheet, 'two-stage-sheet-ko-1280')
    await strike(sheet, sheet.getByRole('button', { name: /서명 열쇠 만들고 등록하기|새 열쇠로 바꾸기/ }))
    await strike(sheet, sheet.getByRole('button', { name: '채점표에 서명하기' }))
    await sheet.getByText('채점표에 서명했습니다.').waitFor()
    await markRest(staged, other, (bidder) => (bidder === 'firm-1' ? 0.7 : 0.9))
    await markRest(graded, other, (bidder) => (bidder === 'firm-1' ? 0.95 : 0.94))
    const quantitative = [...(await labelsOf(graded)).values()].flatMap((of) =>
      ['company-credit', 'company-record'].map((item) => ({ bidder: of, item, mark: '5', comment: '' })),
    )
    const records = { token: divider.token, params: { no: graded }, body: { marks: quantitative } }
    must('records', await call(web.url, giveQuantitative, records))

    for (const no of [staged, graded]) {
      await visit(page, `/a/${no}`)
      await page.getByRole('button', { name: 'Lock the technical scores' }).waitFor()
      await good(page, `lots-lock-${no === staged ? 'two-stage' : 'graded'}-en-390`)
      await lockByHand(page, no)
      await page.getByRole('button', { name: 'Propose the award' }).waitFor()
      await good(page, `lots-award-${no === staged ? 'two-stage' : 'graded'}-en-390`)
      await proposeByHand(page)
      await eventually('an approval', async () => (await approveAll(world.approver, no)) === 1)
      await reaches(no, 'awarded')
    }
    // The lowest price of those whose specification passed: the lowest of all was never opened.
    const view = await world.view(staged)
    expect(view.award).toMatchObject({ bidder: 'firm-lots' })
    expect(view.envelopes?.filter((e) => e.kind === 'price' && e.state === 'valid').map((e) => e.bidder)).not.toContain(
      'firm-1',
    )
    const all = await shownToAll(staged, { name: 'two-stage', lang: 'ko', width: 390, minutes: true })
    expect(await all.locator('main').innerText()).not.toContain('30,000,000')
    await shownToAll(staged, { name: 'two-stage', lang: 'en', width: 1280, tabs: ['award'] })
    await shownToAll(graded, { name: 'graded', lang: 'en', width: 390, tabs: ['evaluation'] })
    await visit(all, `/lots/${staged}`)
    await good(all, 'lots-awarded-ko-390')
  }, 180_000)
})
