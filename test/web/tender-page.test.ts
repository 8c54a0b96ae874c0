// Does the page of a tender tell all that the public may know, in both languages and on every screen, and nothing before its time?
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { award } from '../../src/cli/award.ts'
import { decide } from '../../src/domain/scoring/award.ts'
import type { AnyRule } from '../../src/domain/scoring/contest-rule.ts'
import { shownStep } from '../../src/domain/scoring/shown-step.ts'
import { eventually } from '../support/world.ts'
import { axe, chromium, openWeb, shot, sideways, strike, tabTo, visit } from './harness.ts'

const web = await openWeb({ suppliers: 3 })
const { world } = web

const PRICES = ['97123000', '91877000', '120045000']
const bidAll = async (no: string) => {
  for (const [i, amount] of PRICES.entries()) {
    await world.bid(no, world.supplier(i + 1), { price: { amount, currency: 'KRW' } })
  }
}
// This one closes by the clock and is never helped: its record must pass every check.
const awarded = await world.publish({ seconds: 12 })
await bidAll(awarded)
const open = await world.publish()
await bidAll(open)
const marking = await world.publish()
await bidAll(marking)
await world.bring(marking, 'evaluating')
await eventually('the close by the clock', async () => {
  await world.clock()
  await world.tick()
  return (await world.view(awarded)).state === 'technical_opening'
})
await world.bring(awarded, 'awarded')

const TABS = ['overview', 'rule', 'documents', 'questions', 'opening', 'evaluation', 'award', 'objections', 'log']
const address = (no: string, tab: string) => `/tenders/${no}${tab === 'overview' ? '' : `?tab=${tab}`}`

describe.skipIf(chromium === null)('the page of a tender', () => {
  for (const lang of ['ko', 'en'] as const) {
    for (const width of [1280, 390]) {
      test(`an awarded tender stands with all its parts in ${lang} at ${width} pixels`, async () => {
        const page = await web.newPage({ lang, width })
        for (const tab of TABS) {
          await visit(page, address(awarded, tab))
          await page.getByRole('tabpanel').waitFor()
          await page.locator('[role=tabpanel] .lucide-loader-circle').waitFor({ state: 'detached' })
          await shot(page, `tender-${tab}-${lang}-${width}`)
          expect(await sideways(page), tab).toEqual([])
          expect(await axe(page), tab).toEqual([])
        }
      }, 60_000)
    }
  }

  test('the result page, the minutes, the command line and the browser’s own recomputation show the same steps, in both languages', async () => {
    for (const lang of ['ko', 'en'] as const) {
      const page = await web.newPage({ lang, width: lang === 'ko' ? 1280 : 390 })
      const listed = (of: string) =>
        page
          .locator(of)
          .evaluateAll((found) =>
            found.map((li) => (li as unknown as { innerText: string }).innerText.replace(/\s+/g, ' ')),
          )
      await visit(page, `/tenders/${awarded}/minutes`)
      await page.locator('[data-working] li').first().waitFor()
      await shot(page, `minutes-${lang}`)
      expect([lang, await axe(page), await sideways(page)]).toEqual([lang, [], []])
      // This browser computed the ranking again from the public record, with every step.
      const same = { ko: '이 브라우저가 다시 계산한 순위와 같음', en: 'this browser' }[lang]
      await page.getByText(same).first().waitFor()
      const files: string[] = []
      for (const name of ['RULE.json', 'FACTS.json']) {
        const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()])
        files.push(await file.path())
      }
      const inMinutes = new Map<string, string[]>()
      for (const firm of ['firm-1', 'firm-2', 'firm-3'])
        inMinutes.set(firm, await listed(`[data-working="${firm}"] li`))

      await visit(page, address(awarded, 'award'))
      await page.locator('details ol li').first().waitFor({ state: 'attached' })
      await page.locator('details').evaluateAll((all) => {
        for (const one of all) (one as unknown as { open: boolean }).open = true
      })
      const onResult = await listed('details.card ol li')

      const lines: string[] = []
      const terminal = { out: (line: string) => void lines.push(line), err: (line: string) => void lines.push(line) }
      const [ruleFile = '', factsFile = ''] = files
      expect(award(ruleFile, factsFile, { explain: true, lang }, terminal as never)).toBe(0)

      const rule = JSON.parse(readFileSync(ruleFile, 'utf8')) as AnyRule
      const decided = decide({ rule, ...JSON.parse(readFileSync(factsFile, 'utf8')) })
      if (!decided.ok || decided.value.kind === 'CONTEST') throw new Error('not what was published')
      const steps = decided.value.ranking.rows.map((row) => row.steps.map((one) => shownStep(one, rule, lang)))
      const inPage = steps.map((all) =>
        all.map(({ is, value, working, rounded }) =>
          `${is}${value && ` = ${value}`} ${working}${rounded && ` (${rounded})`}`.replace(/\s+/g, ' '),
        ),
      )
      expect(inPage.flat().length).toBeGreaterThan(10)
      expect(decided.value.ranking.rows.map((row) => inMinutes.get(row.bidder))).toEqual(inPage)
      expect(onResult).toEqual(inPage.flat())
      const printed = lines.filter((line) => line.startsWith('    '))
      expect(printed).toEqual(
        steps.flat().map(({ is, value, working, rounded }) => {
          const end = value === '' || working.endsWith(value) ? '' : ` → ${value}`
          return `    ${is}: ${working}${end}${rounded && `  [${rounded}]`}`
        }),
      )
    }
  }, 90_000)

  test('there are no minutes of a tender that is open, and they say so', async () => {
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, `/tenders/${open}/minutes`)
    await page.getByText('There are no minutes yet.').waitFor()
    expect([await axe(page), await sideways(page)]).toEqual([[], []])
  })

  test('an open and an evaluated tender stand at 320 pixels in the dark and in forced colours', async () => {
    for (const forcedColors of [false, true]) {
      const page = await web.newPage({ width: 320, dark: true, forcedColors })
      for (const [no, tab] of [
        [open, 'overview'],
        [open, 'rule'],
        [marking, 'opening'],
        [marking, 'evaluation'],
        [awarded, 'evaluation'],
        [awarded, 'award'],
      ] as const) {
        await visit(page, address(no, tab))
        await page.getByRole('tabpanel').waitFor()
        await shot(page, `tender-${no.slice(-1)}-${tab}-320-${forcedColors ? 'forced' : 'dark'}`)
        expect(await sideways(page), tab).toEqual([])
        // Where colours are forced they are the user's own, not ours to measure.
        if (!forcedColors) expect(await axe(page), tab).toEqual([])
      }
    }
  }, 60_000)

  test('shows nothing of who bid, what or how many while a tender is open', async () => {
    const page = await web.newPage({ lang: 'en' })
    for (const tab of TABS) {
      await visit(page, address(open, tab))
      const text = await page.locator('body').innerText()
      for (const secret of ['firm-1', 'Approach of', '97,123,000', '97123000', '91,877,000']) {
        expect(text.includes(secret), `${tab} shows ${secret}`).toBe(false)
      }
    }
    await visit(page, address(marking, 'evaluation'))
    expect(await page.locator('body').innerText()).toContain('not public yet')
    await visit(page, address(marking, 'opening'))
    const opening = await page.locator('main').innerText()
    expect(opening).toContain('firm-1')
    expect(opening).not.toContain('97,123,000')
  })

  test('compares the rule’s hash with the log in the browser, and says loudly when they differ', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, address(open, 'rule'))
    await page.getByText('The hash in the log equals the hash of this rule').waitFor()

    const lied = await web.newPage({ lang: 'en' })
    await lied.route(`**/api/v1/tenders/${open}`, async (route) => {
      const answer = await route.fetch()
      const view = (await answer.json()) as { rule: { tech: { passRatio: string } } }
      view.rule.tech.passRatio = '0.5'
      await route.fulfill({ response: answer, json: view })
    })
    await visit(lied, address(open, 'rule'))
    await lied.getByRole('alert').filter({ hasText: 'not that of this rule' }).waitFor()
    await shot(lied, 'tender-rule-lied')
  })

  test('shows rank and eligibility apart, marks left out, and the same figures computed again', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, address(awarded, 'award'))
    const row = page.getByRole('row').filter({ hasText: 'firm-3' })
    expect(await row.innerText()).toContain('over the ceiling')
    await page.getByText('Same as this browser computed').waitFor()
    await page.getByText('Awarded to').first().waitFor()
    await visit(page, address(awarded, 'evaluation'))
    await page.getByText('Same as this browser computed').waitFor()
    expect(await page.locator('s').count()).toBeGreaterThan(0)
  })

  test('audits the whole tender in a worker of the browser', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, address(awarded, 'log'))
    await page.getByRole('button', { name: 'Check in this browser' }).click()
    await page.getByText(/^All \d+ checks made hold/).waitFor({ timeout: 30_000 })
    expect(await page.getByText('Fails').count()).toBe(0)
    await shot(page, 'tender-log-checked')
    expect(await axe(page)).toEqual([])
  })

  test('replays the log of a tender step by step, by the keyboard alone', async () => {
    const [play, pause, back, on] = ['Play', 'Pause', 'Entry before', 'Next entry']
    const [first, last, title] = ['To the first entry', 'To the last entry', 'Step by step']
    const { events } = (await (await fetch(`${web.url}/api/v1/tenders/${awarded}/events?limit=1000`)).json()) as {
      events: { index: number }[]
    }
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, address(awarded, 'log'))
    const replay = page.getByRole('region', { name: title })
    const button = (name: string) => replay.getByRole('button', { name, exact: true })
    const shows = (n: number) => replay.getByRole('link', { name: `Entry ${events[n]!.index} in the log` }).waitFor()
    await shows(0)
    await strike(page, button(on))
    await shows(1)
    await page.waitForURL(new RegExp(`at=${events[1]!.index}$`))
    await button(back).press('Enter')
    await shows(0)
    // There is nothing before the first: the step stays, and the focus with it.
    await page.keyboard.press('Enter')
    await shows(0)
    // It goes on by itself until somebody stops it.
    await button(play).press('Enter')
    await shows(2)
    await button(pause).press('Enter')
    await button(play).waitFor()
    await button(last).press('Enter')
    await shows(events.length - 1)
    // At the end it begins anew.
    await button(play).press('Enter')
    await shows(1)
    await button(first).press('Enter')
    await shows(0)
    await replay.getByRole('slider').press('End')
    await shows(events.length - 1)
    await page.keyboard.press('ArrowLeft')
    await shows(events.length - 2)
    // The address is the step's: others come to the same one.
    await page.reload()
    await shows(events.length - 2)
    await shot(page, 'tender-log-replay')
    expect(await axe(page)).toEqual([])
    expect(await sideways(page)).toEqual([])
  })

  test('goes through its tabs by keyboard and keeps the choice in the address', async () => {
    const page = await web.newPage({ lang: 'en' })
    await visit(page, address(open, 'overview'))
    await tabTo(page, '[role=tab]')
    await page.keyboard.press('ArrowRight')
    await page.waitForURL(/tab=rule/)
    await page.goBack()
    await visit(page, `/tenders/${open}?view=print`)
    expect(await page.getByRole('tab').count()).toBe(0)
    for (const part of ['Overview', 'Rule', 'Log']) {
      await page.getByRole('heading', { level: 2, name: part, exact: true }).waitFor()
    }
    expect(await axe(page)).toEqual([])
  })

  test('says so when there is no such tender, and when the connection is gone', async () => {
    const page = await web.newPage({ lang: 'en', allow: [/404/] })
    await visit(page, '/tenders/R26BK99999999')
    await page.getByRole('alert').waitFor()
    const gone = await web.newPage({ lang: 'en', allow: [/ERR_|404/] })
    await visit(gone, '/no-such-page')
    await gone.route('**/api/v1/tenders/**', (route) => route.abort())
    await gone.evaluate(
      `history.pushState({}, '', '/tenders/${awarded}'); dispatchEvent(new PopStateEvent('popstate'))`,
    )
    await gone.getByRole('alert').waitFor()
    expect(await axe(gone)).toEqual([])
  })
})
