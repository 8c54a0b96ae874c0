// Does an organisation come in by the pages alone, on a phone in Korean and at a desk in English: registered, returned with reasons,
// verified, with a second person invited by two, and shut out by two?
import { readFileSync } from 'node:fs'
import { eq } from 'drizzle-orm'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { account } from '../../db/schema/people.ts'
import { Person } from '../../scripts/person.ts'
import { PASSWORD } from '../support/world.ts'
import { axe, chromium, drawn, kept, openWeb, shot, sideways, strike, visit, write } from './harness.ts'

const web = await openWeb({ suppliers: 1 })
const { world } = web

/** The catalogs as the pages have them: what is looked for is what a reader is told. */
function words(lang: 'ko' | 'en'): (key: string, facts?: Record<string, string>) => string {
  const read = (noun: string) => JSON.parse(readFileSync(`web/locales/${lang}/${noun}.json`, 'utf8'))
  const catalogs: Record<string, unknown> = {
    organisations: read('organisations'),
    proposals: read('proposals'),
    parts: read('parts'),
    signing: read('signing'),
  }
  return (key, facts = {}) => {
    const text = key.split('.').reduce((at, part) => (at as Record<string, unknown>)[part], catalogs as unknown)
    if (typeof text !== 'string') throw new Error(`no words for ${key}`)
    return Object.entries(facts).reduce((left, [name, value]) => left.replaceAll(`{{${name}}}`, value), text)
  }
}

/** Whoever has an account under this address by now. */
async function whoIs(email: string): Promise<Person> {
  const rows = await world.db.withTx(({ tx }) =>
    tx.select({ id: account.id, org: account.org }).from(account).where(eq(account.email, email)),
  )
  const { id, org } = rows[0] as { id: string; org: string }
  return new Person(world.url, { id, org, role: 'supplier', name: id, email, password: PASSWORD, totp: '' })
}

const LOOKS = [
  {
    lang: 'ko',
    width: 390,
    number: '123-45-67891',
    wrong: '123-45-67890',
    firm: { ko: '누리소프트', en: 'Nuri Soft' },
  },
  { lang: 'en', width: 1280, number: '999-99-99997', wrong: '999-99-99990', firm: { ko: '다라시스템', en: 'Dara' } },
] as const

describe.skipIf(chromium === null)('an organisation', () => {
  test.each(LOOKS)(
    'comes in, invites, and is shut out by the pages alone, in $lang at $width pixels',
    {
      timeout: 120_000,
    },
    async ({ lang, width, number, wrong, firm }) => {
      const w = words(lang)
      const good = async (page: Page, name: string) => {
        await shot(page, `organisations-${name}-${lang}-${width}`)
        expect(await sideways(page), name).toEqual([])
        expect(await axe(page), name).toEqual([])
      }
      const open = async (as: Person | undefined, path: string) => {
        // What is refused on purpose is a line on the console of every browser.
        const page = await web.newPage({ lang, width, ...(as ? { as } : {}), allow: [/status of 4\d\d/] })
        await visit(page, path)
        return page
      }
      /** Everything is done by the keyboard alone, from where the last act left it. */
      const press = (page: Page, key: string, facts = {}) =>
        strike(page, page.locator('main').getByRole('button', { name: w(key, facts), exact: true }))
      const fill = (page: Page, key: string, text: string) =>
        write(page, page.getByLabel(w(key), { exact: true }), text)
      /** The button of the open dialog that does it. */
      const confirm = async (page: Page, key: string) => {
        const dialog = page.getByRole('alertdialog')
        await strike(page, dialog.getByRole('button', { name: w(key), exact: true }))
        // It closes once it is done, and the keyboard is back on the page, also where what opened it is gone.
        await dialog.waitFor({ state: 'hidden' })
        await kept(page)
      }
      /** Makes a signing key in this browser, for the first time or in place of one in another. */
      const withKey = async (place: Locator) => {
        const either = new RegExp(`^(${w('signing.make')}|${w('signing.replace')})$`)
        await strike(place.page(), place.getByRole('button', { name: either }))
        await place.getByText(w('signing.here')).waitFor()
      }
      const sees = (page: Page, text: string) => page.locator('main').getByText(text).first().waitFor()
      const [first, second] = [`first-${lang}@firm.example`, `second-${lang}@firm.example`]

      // A stranger registers, with a number that no register would give first.
      const stranger = await open(undefined, '/register')
      await good(stranger, 'register')
      await fill(stranger, 'organisations.nameKo', firm.ko)
      await fill(stranger, 'organisations.nameEn', firm.en)
      await fill(stranger, 'organisations.number', wrong)
      await fill(stranger, 'organisations.person', '김누리')
      await fill(stranger, 'organisations.email', first)
      await fill(stranger, 'organisations.password', PASSWORD)
      await press(stranger, 'organisations.register.do')
      const fault = stranger.getByRole('alert').getByRole('link').first()
      await good(stranger, 'register-refused')
      // The error has taken the keyboard: its first link leads to the field.
      await strike(stranger, fault)
      expect(await stranger.evaluate('document.activeElement.id')).toBe('register-number')
      await fill(stranger, 'organisations.number', number)
      await press(stranger, 'organisations.register.do')
      await sees(stranger, w('organisations.register.done'))

      // The first person hands it in: not without the document.
      const administrator = await whoIs(first)
      const { org } = administrator.account
      const own = await open(administrator, '/o')
      await sees(own, w('organisations.states.open'))
      await press(own, 'organisations.handIn.do')
      await own.getByRole('alert').getByRole('link').first().waitFor()
      await own
        .getByLabel(w('organisations.documents.file'))
        .setInputFiles({ name: 'certificate.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') })
      await press(own, 'organisations.documents.add')
      await sees(own, 'certificate.pdf')
      await press(own, 'organisations.handIn.do')
      await sees(own, w('organisations.states.waiting'))
      await good(own, 'waiting')

      // The operator finds it in the queue and returns it with reasons; handed in again, it is verified.
      const operator = await open(world.operator, '/v')
      await good(operator, 'queue')
      await strike(operator, operator.getByRole('link', { name: firm[lang] }))
      await drawn(operator)
      await press(operator, 'organisations.decide.return')
      await operator.getByRole('alert').waitFor()
      await strike(operator, operator.getByLabel(w('organisations.reasons.name-differs')), 'Space')
      await good(operator, 'review')
      await press(operator, 'organisations.decide.return')
      await sees(operator, w('organisations.states.returned'))
      await kept(operator)
      await visit(own, '/o')
      await sees(own, w('organisations.reasons.name-differs'))
      await good(own, 'returned')
      await fill(own, 'organisations.nameKo', `${firm.ko} 주식회사`)
      await press(own, 'organisations.handIn.do')
      await sees(own, w('organisations.states.waiting'))
      await visit(operator, `/v/${org}`)
      await press(operator, 'organisations.decide.verify')
      await sees(operator, w('organisations.states.verified'))
      await kept(operator)
      await good(operator, 'verified')

      // A second person is invited by the administrator and, as the firm has no other, the operator.
      // One of the two has a signing key, and signs.
      const signs = lang === 'en'
      if (signs) {
        await visit(own, '/keys')
        await withKey(own.locator('main'))
      }
      await visit(own, '/o/people')
      await sees(own, signs ? w('signing.here') : w('signing.byAccount'))
      await strike(own, own.locator('main').getByRole('button', { name: new RegExp(w('organisations.people.grant')) }))
      await own.getByRole('alertdialog').waitFor()
      await good(own, 'grant')
      await own.keyboard.press('Escape')
      await kept(own)
      await fill(own, 'organisations.email', second)
      await strike(own, own.locator('main').getByRole('checkbox').last(), 'Space')
      await press(own, 'organisations.invite.do')
      await sees(own, w('organisations.invite.done'))
      await press(own, 'organisations.invite.copy')
      await own
        .getByText(new RegExp(`^(${w('organisations.invite.copied')}|${w('organisations.invite.marked')})$`))
        .waitFor()
      const link = (await own.locator('main code').filter({ hasText: '/invitation#' }).textContent()) ?? ''
      await good(own, 'invited')
      await visit(operator, '/approvals')
      await sees(operator, second)
      await good(operator, 'approvals')
      const waiting = operator.getByRole('article').filter({ hasText: second })
      // The body is called by its name, and the menu leads there from wherever one is.
      await expect.poll(() => waiting.textContent()).toContain(lang === 'ko' ? `${firm.ko} 주식회사` : firm.en)
      const inMenu = operator.locator('header a[href="/approvals"]')
      const counted = async () => Number(/\d+/.exec((await inMenu.textContent()) ?? '')?.[0] ?? 0)
      await expect.poll(counted).toBeGreaterThan(0)
      const before = await counted()
      await strike(operator, waiting.getByRole('button', { name: w('proposals.approve'), exact: true }))
      await good(operator, 'approve')
      await confirm(operator, 'proposals.sure.approve')
      await expect.poll(counted).toBe(before - 1)
      const invited = await open(undefined, new URL(link).pathname + new URL(link).hash)
      await fill(invited, 'organisations.person', '박두리')
      await fill(invited, 'organisations.password', PASSWORD)
      await good(invited, 'invitation')
      await press(invited, 'organisations.accept.do')
      await sees(invited, w('organisations.accept.done'))
      expect((await whoIs(second)).account.org).toBe(org)
      // An invitation that nobody took up yet is taken back, and a role is taken away: the keyboard stays where the row was.
      await visit(own, '/o/people')
      await fill(own, 'organisations.email', `third-${lang}@firm.example`)
      await strike(own, own.locator('main').getByRole('checkbox').last(), 'Space')
      await press(own, 'organisations.invite.do')
      await sees(own, w('organisations.invite.done'))
      const row = own.getByRole('row').filter({ hasText: `third-${lang}@` })
      await strike(own, row.getByRole('button'))
      await sees(own, w('organisations.invite.withdrawn', { email: `third-${lang}@firm.example` }))
      await kept(own)
      // Its link leads nowhere, and is not shown any longer.
      await expect.poll(() => own.locator('main code').filter({ hasText: '/invitation#' }).count()).toBe(0)
      await good(own, 'people')
      const member = own.getByRole('row').filter({ hasText: second })
      await strike(own, member.getByRole('button', { name: w('organisations.people.end', { name: '박두리' }) }).last())
      await good(own, 'end-role')
      await confirm(own, 'organisations.people.endDo')

      // An export is proposed, approved by the operator, and fetched as a file by whoever proposed it.
      await fill(own, 'organisations.export.purpose', 'the yearly audit')
      await press(own, 'organisations.export.do')
      await sees(own, w('organisations.export.done'))
      await visit(operator, '/approvals')
      const exporting = operator.getByRole('article').filter({ hasText: 'the yearly audit' })
      await strike(operator, exporting.getByRole('button', { name: w('proposals.approve'), exact: true }))
      await confirm(operator, 'proposals.sure.approve')
      await visit(own, '/approvals')
      const download = own.waitForEvent('download')
      await press(own, 'proposals.fetch')
      expect(readFileSync(await (await download).path(), 'utf8')).toContain(second)
      await good(own, 'export-fetched')

      // An officer proposes to shut the firm out; it is public once the approver of the same agency has approved.
      const officer = await open(world.officer, '/exclusions')
      await withKey(officer.locator('main'))
      await fill(officer, 'organisations.id', org)
      const day = (days: number) => new Date(Date.now() + 9 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)
      // One of the two begins later, and reads so.
      const later = lang === 'en'
      await officer.getByLabel(w('organisations.shut.from'), { exact: true }).fill(day(later ? 2 : 0))
      await officer.getByLabel(w('organisations.shut.until'), { exact: true }).fill(day(30))
      await fill(officer, 'organisations.shut.basis', '국가계약법 제27조')
      await fill(officer, 'organisations.shut.grounds', '2025년 계약을 이행하지 않았습니다.')
      await press(officer, 'organisations.people.propose')
      await sees(officer, w('organisations.shut.done'))
      await good(officer, 'exclusion-proposed')
      await visit(stranger, '/exclusions')
      expect(await stranger.locator('main').textContent()).not.toContain(org)
      const approver = await open(world.approver, '/approvals')
      await press(approver, 'proposals.approve')
      await withKey(approver.getByRole('alertdialog'))
      await confirm(approver, 'proposals.sure.approve')
      // It holds from the next full second on.
      await expect
        .poll(
          async () => {
            await visit(stranger, '/exclusions')
            return stranger.getByRole('row').filter({ hasText: org }).innerText()
          },
          { timeout: 30_000, interval: 500 },
        )
        .toContain(later ? w('organisations.shut.begins', { day: '' }) : w('organisations.shut.inForce'))
      expect(await stranger.locator('footer a[href="/exclusions"]').count()).toBe(1)
      await good(stranger, 'exclusions')
    },
  )
})
