// Can a bidder object to a result in a browser, an overseer decide about it, and everybody read both?
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import type { Person } from '../../scripts/person.ts'
import { axe, chromium, openWeb, shot, sideways, strike, visit, write } from './harness.ts'

const web = await openWeb({ suppliers: 2, evaluators: 3 })
const { world } = web
const [bidder, auditor] = (await world.add([
  { id: 'supplier-web', org: 'firm-2', role: 'supplier' },
  { id: 'auditor-web', org: 'audit-office', role: 'auditor' },
])) as [Person, Person]
const no = await world.publish({ evaluators: world.evaluators.map(({ account }) => account.id) })
for (const [i, amount] of ['91000000', '97000000'].entries())
  await world.bid(no, world.supplier(i + 1), { price: { amount, currency: 'KRW' } })
await world.bring(no, 'ranked')
const stop = world.runs()
afterAll(() => stop())

const good = async (page: Page, name: string) => {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}
const WHY = '유사 사업 실적 두 건이 빠졌습니다(기록 20번).\nTwo projects of ours were left out.'
const DECIDED = '두 건 모두 공고가 정한 규모에 미치지 못합니다. Neither is of the size that the notice asks for.'
const page = `/tenders/${no}?tab=objections`

describe.skipIf(chromium === null)('objections to a result', () => {
  test('are signed by a bidder, decided by an overseer, and read by everybody, by keyboard and on a phone', async () => {
    const firm = await web.newPage({ lang: 'en', as: bidder, allow: [/status of 422/] })
    await visit(firm, page)
    await firm.getByText('Nobody has objected.').waitFor()
    await firm.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await expect
      .poll(() => firm.getByRole('button', { name: 'Check before signing' }).isEnabled(), { timeout: 30_000 })
      .toBe(true)
    await good(firm, 'objections-form-en-1280')
    await strike(firm, firm.getByRole('button', { name: 'Check before signing' }))
    await strike(firm, firm.getByRole('button', { name: 'Sign and object' }))
    await firm.getByRole('alert').getByText('Please write 20 characters or more.').waitFor()
    await write(firm, firm.getByLabel('Your reasons'), WHY)
    await firm.getByLabel('What it is about').selectOption('marks')
    await strike(firm, firm.getByRole('button', { name: 'Check before signing' }))
    await firm.getByRole('alertdialog').getByText('Two projects of ours').waitFor()
    await good(firm, 'objections-check-en-1280')
    await strike(firm, firm.getByRole('button', { name: 'Sign and object' }))
    await firm.getByText('Nobody can award until it is decided.').waitFor()
    await firm.getByText('Waits for a decision').waitFor()

    const overseer = await web.newPage({ lang: 'ko', as: auditor, width: 390 })
    await visit(overseer, page)
    await overseer.getByText('유사 사업 실적 두 건이').waitFor()
    await overseer.getByRole('button', { name: '서명 열쇠 만들고 등록하기' }).click()
    await expect
      .poll(() => overseer.getByRole('button', { name: '서명 전에 확인' }).isEnabled(), { timeout: 30_000 })
      .toBe(true)
    await good(overseer, 'objections-decide-ko-390')
    await write(overseer, overseer.getByLabel('결정 이유'), DECIDED)
    await strike(overseer, overseer.getByRole('button', { name: '서명 전에 확인' }))
    await strike(overseer, overseer.getByRole('button', { name: '서명하고 결정' }))
    await overseer.getByText('감독 기관이 기각했습니다').waitFor()

    for (const [lang, width] of [
      ['ko', 390],
      ['en', 1280],
    ] as const) {
      const anybody = await web.newPage({ lang, width })
      await visit(anybody, page)
      await anybody.getByText('Neither is of the size').waitFor()
      expect(await anybody.getByRole('button', { name: /Check before|서명 전에/ }).count()).toBe(0)
      await good(anybody, `objections-${lang}-${width}`)
    }
  })
})
