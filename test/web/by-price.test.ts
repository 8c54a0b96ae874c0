// Can a tender by price be run through the pages: written and published, bid for with two numbers, watched, examined and understood?
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { approveAll, must, type Person } from '../../scripts/person.ts'
import type { Contest } from '../../src/domain/scoring/contest.ts'
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { Json } from '../../src/proof/canonical.ts'
import { readKeyset } from '../../src/proof/keyset.ts'
import { eventually } from '../support/world.ts'
import { chromium, openWeb, visit } from './harness.ts'
import { good, published, saved } from './published-by-hand.ts'

// Accelerated, so that an auction begins when people have come, and not ten minutes later.
const web = await openWeb({ suppliers: 2, env: { MADANG_DEMO: '1', MADANG_ACCELERATOR: '60' } })
const { world } = web
/** Each act in a browser that has no key yet. */
const [officer, examiner, divider, bidder, auctioneer, seller, dealer] = (await world.add([
  { id: 'officer-price', org: 'gaon-city', role: 'officer' },
  { id: 'officer-examines', org: 'gaon-city', role: 'officer' },
  { id: 'officer-divides', org: 'gaon-city', role: 'officer' },
  { id: 'bidder-price', org: 'maker-price', role: 'supplier' },
  { id: 'officer-auction', org: 'gaon-city', role: 'officer' },
  { id: 'bidder-seller', org: 'maker-seller', role: 'supplier' },
  { id: 'bidder-dealer', org: 'maker-dealer', role: 'supplier' },
])) as [Person, Person, Person, Person, Person, Person, Person]
const examined = await world.publish({
  notice: {
    ...world.draftOf().notice,
    method: 'qualification-works-3-2026',
    minBids: 2,
  },
  rule: {
    ...contestRule('qualification-works-3-2026', { base: '1', budget: '1', currency: 'KRW' }),
    planned: { how: 'none', budget: '100000000' },
  },
  evaluators: [],
})
for (const [i, amount] of ['90000000', '91000000'].entries()) {
  const supplier = world.supplier(i + 1)
  const sealed = await supplier.sealPrice(examined, { price: { amount, currency: 'KRW' } })
  must('bid', await supplier.send(examined, sealed.body))
}
const framework = await world.publish({
  notice: { ...world.draftOf().notice, method: 'framework-lowest', minBids: 2 },
  rule: {
    ...contestRule('framework-lowest', { base: '1', budget: '1', currency: 'KRW' }),
    planned: { how: 'none', budget: '100000000' },
    winners: 2,
  },
  evaluators: [],
})
for (const [i, amount] of ['90000000', '91000000'].entries()) {
  const supplier = world.supplier(i + 1)
  const sealed = await supplier.sealPrice(framework, { price: { amount, currency: 'KRW' } })
  must('bid', await supplier.send(framework, sealed.body))
}
const stop = world.runs()
afterAll(() => stop())

const reaches = (no: string, state: string) =>
  eventually(`${no} ${state}`, async () => (await world.view(no)).state === state)
const contestOf = async (no: string): Promise<Contest> => (await world.view(no)).ranking as unknown as Contest

describe.skipIf(chromium === null)('a tender by price in a browser', () => {
  test('is begun from its template, bid for with two numbers, and shows what was drawn', async () => {
    const page = await web.newPage({ as: officer, lang: 'en' })
    await visit(page, '/a/new')
    await page.getByText('By price (goods, works, services)').click()
    await good(page, 'agency-new-price-en-1280')
    await page.getByText('Small quotations', { exact: true }).click()
    await page.getByRole('button', { name: 'Begin with these' }).click()
    await page.getByLabel('Title (Korean)').fill('사무용 의자 구매')
    await page.getByLabel('Title (English)').fill('Office chairs')
    await page.getByLabel('Summary (Korean)').fill('의자 240개.')
    await page.getByLabel('Summary (English)').fill('Two hundred and forty chairs.')
    await page.getByLabel(/^Budget/).fill('110,000,000')
    await page.getByLabel('Floor rate in per cent').fill('188')
    await page
      .getByText(/must be from/)
      .first()
      .waitFor()
    await page.getByLabel('Floor rate in per cent').fill('88')
    await page.getByLabel('Base amount in won').fill('100,000,000')
    await page.getByText('This draft can be published.').waitFor()
    await good(page, 'agency-price-en-1280')
    const no = await saved(page)
    await published(page)
    const draw = (await world.view(no)).keysets.find((k) => k.kind === 'draw')?.keyset as Json
    for (const custodian of world.custodians)
      must('contribution', await custodian.contribute(web.url, no, readKeyset(P, draw)))

    const bid = await web.newPage({ as: bidder, lang: 'ko', width: 390, allow: [/\/proofs\//] })
    await visit(bid, `/s/${no}`)
    await bid.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).click()
    await bid.getByText('이 브라우저의 열쇠로 서명합니다.').waitFor()
    await bid.getByLabel(/입찰가격/).fill('96000000')
    expect(await bid.getByLabel('요약').count()).toBe(0)
    await bid.getByRole('button', { name: '확인 화면으로' }).click()
    await bid.getByRole('alert').filter({ hasText: '번호 2개를 고르세요.' }).waitFor()
    await bid.getByRole('checkbox', { name: '3', exact: true }).check()
    await bid.getByRole('checkbox', { name: '9', exact: true }).check()
    await good(bid, 'supplier-price-ko-390')
    await bid.getByRole('button', { name: '확인 화면으로' }).click()
    await bid.getByText('3, 9', { exact: true }).waitFor()
    await bid.getByRole('button', { name: '봉인하고 제출하기' }).click()
    await bid.getByText('포함 증명을 이 브라우저에서 확인했습니다').waitFor()
    const other = await world.supplier(1).sealPrice(no, {
      price: { amount: '99000000', currency: 'KRW' },
      picks: [9, 15],
    })
    must('bid', await world.supplier(1).send(no, other.body))

    await world.passDeadline(no)
    await reaches(no, 'price_opening')
    for (const kind of ['price', 'draw'] as const) {
      await eventually(`the list of ${kind}`, () => world.listOf(no, kind).catch(() => null))
      await world.release(no, kind)
    }
    await reaches(no, 'ranked')
    const { planned, floor } = await contestOf(no)
    const won = (amount: string | null) => Number(amount).toLocaleString('en-US')

    const room = await web.newPage({ lang: 'en', width: 390 })
    await visit(room, `/tenders/${no}/opening`)
    await room.getByRole('heading', { name: 'Planned price' }).waitFor()
    const card = room.locator('section', { has: room.getByRole('heading', { name: 'Planned price' }) }).last()
    await card.getByText(won(planned)).first().waitFor()
    await card.getByText(won(floor)).first().waitFor()
    expect(await card.locator('li').count()).toBe(15)
    await room.getByText('2 of 2 same as official').first().waitFor()
    await good(room, 'room-price-en-390')
    await visit(room, `/tenders/${no}?tab=award`)
    await room.getByText('Same as this browser computed').waitFor()
    await room.getByRole('heading', { name: 'Planned price' }).waitFor()
    await good(room, 'tender-award-price-en-390')
    await visit(room, `/tenders/${no}?tab=rule`)
    await room.getByText('Each bidder picks 2 numbers').waitFor()
    await good(room, 'tender-rule-price-en-390')
  }, 120_000)

  test('is written with fixed costs and a net-cost line, and divided into lots', async () => {
    const page = await web.newPage({ as: divider, lang: 'en' })
    await visit(page, '/a/new')
    await page.getByText('By price (goods, works, services)').click()
    await page.getByText('Framework, lowest prices', { exact: true }).click()
    await page.getByRole('button', { name: 'Begin with these' }).click()
    for (const [name, says] of [
      ['Title (Korean)', '비품 다수공급자계약'],
      ['Title (English)', 'Supplies'],
      ['Summary (Korean)', '비품'],
      ['Summary (English)', 'Office supplies'],
    ] as const)
      await page.getByLabel(name).fill(says)
    await page.getByLabel(/^Budget/).fill('110,000,000')
    await page.getByLabel('Number of winners').fill('2')
    await page.getByLabel('Floor rate in per cent').fill('80.495')
    for (const [n, amount] of ['1,000,000', '2,000,000'].entries()) {
      await page.getByRole('button', { name: 'Add an item' }).click()
      await page.getByLabel(`Amount ${n + 1} (won)`).fill(amount)
    }
    await page.getByText('Fixed costs together ₩3,000,000').waitFor()
    await page.getByLabel('Net cost within the base amount (won)').fill('80,000,000')
    await page.getByLabel('Base amount it belongs to (won)').fill('100,000,000')
    await page.getByText('This draft can be published.').waitFor()
    await good(page, 'agency-framework-en-1280')
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.waitForURL(/\/a\/R\d\dBK\d{8}$/)
    const first = page.url().slice(-13)
    await page.getByRole('button', { name: 'Add a lot' }).click()
    await page.getByRole('heading', { name: 'The whole notice' }).waitFor()
    await page.waitForURL((url) => !url.href.endsWith(first))
    const second = page.url().slice(-13)
    await page.getByLabel('Title of the notice (English)').fill('Supplies in two lots')
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await eventually(
      'the words in the other lot',
      async () => (await world.view(first, divider)).lots?.title.en === 'Supplies in two lots',
    )
    await page.setViewportSize({ width: 390, height: 844 })
    await good(page, 'agency-lots-en-390')
    await visit(page, `/lots/${second}`)
    await page.getByRole('heading', { name: 'Supplies in two lots' }).waitFor()
    await page.getByRole('link', { name: '2. Supplies' }).waitFor()
    await good(page, 'lots-en-390')
  }, 60_000)

  test('is given to several: the officer proposes all by rank, another approves, and the notice names them', async () => {
    await world.passDeadline(framework)
    await reaches(framework, 'price_opening')
    await eventually('the list', () => world.listOf(framework, 'price').catch(() => null))
    await world.release(framework, 'price')
    await reaches(framework, 'ranked')
    const page = await web.newPage({ as: divider, lang: 'en' })
    await visit(page, `/a/${framework}`)
    await page.getByText('Agreement with the first 2 at most').waitFor()
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).first().click()
    await page.getByRole('button', { name: 'Propose the award' }).click()
    await good(page, 'agency-award-several-en-1280')
    await page.getByRole('button', { name: 'Yes, propose it' }).click()
    await eventually('an approval', async () => (await approveAll(world.approver, framework)) === 1)
    await reaches(framework, 'awarded')
    const open = await web.newPage({ lang: 'en', width: 390 })
    await visit(open, `/tenders/${framework}?tab=award`)
    const named = open.locator('section', { has: open.getByRole('heading', { name: /^Award/ }) }).first()
    await named.getByText('Agreement with the first 2 at most').waitFor()
    expect(await named.locator('ol li').count()).toBe(2)
    await good(open, 'tender-award-several-en-390')
  }, 60_000)

  test('has the officer examine the lowest, says whose turn it is, and then names the first', async () => {
    await world.passDeadline(examined)
    await reaches(examined, 'price_opening')
    await eventually('the list', () => world.listOf(examined, 'price').catch(() => null))
    await world.release(examined, 'price')
    await reaches(examined, 'ranked')
    const page = await web.newPage({ as: examiner, lang: 'en' })
    await visit(page, `/a/${examined}`)
    await page.getByText('An examination is still to be made.').waitFor()
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).first().click()
    const ability = page.getByLabel('Ability to perform')
    await ability.fill('21')
    await page.getByText('Give points from 0 to 20.').waitFor()
    await good(page, 'agency-examine-en-1280')
    await ability.fill('12.5')
    await page.getByRole('button', { name: 'Enter these scores' }).click()
    await page.getByRole('button', { name: 'Enter them' }).click()
    await eventually('the next', async () => (await contestOf(examined)).next === 'firm-2')
    await page.getByLabel('Ability to perform').fill('20')
    await page.getByRole('button', { name: 'Enter these scores' }).click()
    await page.getByRole('button', { name: 'Enter them' }).click()
    await page.getByRole('button', { name: 'Propose the award' }).waitFor()
    expect(await contestOf(examined)).toMatchObject({ outcome: 'ranked', order: [['firm-2']] })
  }, 60_000)

  test('goes into an auction: written in the form, bid in by two bidders at once, watched under numbers, and named at its end', async () => {
    const page = await web.newPage({ as: auctioneer, lang: 'en' })
    await visit(page, '/a/new')
    await page.getByText('By price (goods, works, services)').click()
    await page.getByText('Reverse auction', { exact: true }).click()
    await page.getByRole('button', { name: 'Begin with these' }).click()
    await page.getByLabel('Title (Korean)').fill('복사지 구매')
    await page.getByLabel('Title (English)').fill('Copying paper')
    await page.getByLabel('Summary (Korean)').fill('복사지 천 상자.')
    await page.getByLabel('Summary (English)').fill('A thousand boxes of paper.')
    await page.getByLabel(/^Budget/).fill('10,000,000')
    await page.getByLabel('Least step down in won').fill('100000')
    await page.getByLabel('Rounds at most').fill('1')
    await page.getByLabel('Seconds of a round').fill('9')
    await page
      .getByText(/roundSeconds|must be from/)
      .first()
      .waitFor()
    // Long enough for pictures of it on a busy machine.
    await page.getByLabel('Seconds of a round').fill('40')
    await page.getByLabel('Seconds of extension').fill('3')
    await page.getByText('This draft can be published.').waitFor()
    await good(page, 'agency-auction-en-1280')
    const no = await saved(page)
    await published(page)

    const open = [
      { who: seller, lang: 'ko' as const, width: 390, price: '9500000' },
      { who: dealer, lang: 'en' as const, width: 1280, price: '9800000' },
    ]
    const pages = await Promise.all(
      open.map(async ({ who, lang, width, price }) => {
        const own = await web.newPage({ as: who, lang, width, allow: [/\/proofs\//, /\/auction\)$/] })
        await visit(own, `/s/${no}`)
        await own.getByRole('button', { name: /서명 열쇠 만들고 등록하기|Make and enrol a signing key/ }).click()
        await own
          .getByLabel(/입찰가격|^Price in won/)
          .first()
          .fill(price)
        await own.getByRole('button', { name: /확인 화면으로|Go on to check/ }).click()
        await own.getByRole('button', { name: /봉인하고 제출하기|Seal and submit/ }).click()
        await own
          .getByText(/포함 증명을 이 브라우저에서 확인했습니다|your browser verified the proof/)
          .first()
          .waitFor()
        await visit(own, `/s/${no}`)
        return own
      }),
    )
    const [small, large] = pages as [Page, Page]
    await world.passDeadline(no)
    await reaches(no, 'price_opening')
    await eventually('the list', () => world.listOf(no, 'price').catch(() => null))
    await world.release(no, 'price')
    const room = await web.newPage({ lang: 'en', width: 390 })
    await visit(room, `/tenders/${no}/opening`)

    await small.getByRole('heading', { name: '역경매' }).waitFor()
    await large.getByRole('button', { name: 'Fill in the highest price that counts' }).click()
    await large.getByRole('button', { name: 'Bid 9,400,000 won' }).press('Enter')
    await large.getByText('1 of 2, at best').waitFor()
    await small.getByText('2곳 중 최고 2위').waitFor()
    await small.getByLabel('응찰 금액(원)').fill('9,400,000')
    await small.getByText('9,300,000원 이하의 원 단위 금액을 쓰십시오.').waitFor()
    await small.getByLabel('응찰 금액(원)').fill('9,200,000')
    await small.getByRole('button', { name: '9,200,000원에 응찰' }).press('Enter')
    await small.getByText('2곳 중 최고 1위').waitFor()
    await good(small, 'supplier-auction-ko-390')
    await large.getByText('2 of 2, at best').waitFor()
    await good(large, 'supplier-auction-en-1280')

    await room.getByRole('heading', { name: 'Auction' }).waitFor()
    const card = room.locator('section', { has: room.getByRole('heading', { name: 'Auction' }) }).last()
    await card.getByText('9,200,000').first().waitFor()
    expect(await card.getByText(/Participant [12]/).count()).toBeGreaterThanOrEqual(2)
    for (const { who } of open) expect(await card.getByText(who.account.org).count()).toBe(0)
    await good(room, 'room-auction-en-390')

    await reaches(no, 'ranked')
    await card.getByText('The auction is over: these are the bidders behind the numbers.').waitFor()
    await card.getByText(new RegExp(seller.account.org)).first().waitFor()
    await room.getByText('2 of 2 same as official').first().waitFor()
    expect(await contestOf(no)).toMatchObject({
      outcome: 'ranked',
      order: [[seller.account.org], [dealer.account.org]],
    })
    await visit(room, `/tenders/${no}?tab=rule`)
    await room.getByText('Bidders are numbers drawn by lot until the auction is over.').waitFor()
    await good(room, 'tender-rule-auction-en-390')
  }, 180_000)
})
