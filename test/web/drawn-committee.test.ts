// Can a committee be drawn through the pages: seats by field, a declaration before anything is shown, tickets for everybody to see?
import { describe, expect, test } from 'vitest'
import { must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { listCalls } from '../../src/api/evaluators.ts'
import { readDraft } from '../../src/api/tenders.ts'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

const web = await openWeb({ suppliers: 2, evaluators: 7 })
const { world, url } = web
const [first] = world.evaluators as [Person]
/** An officer whose key is made in the browser. */
const [officer] = (await world.add([{ id: 'officer-3', org: 'gaon-city', role: 'officer' }])) as [Person]
await world.fields(world.evaluators, ['software'])
await world.tick()

const good = async (page: Awaited<ReturnType<typeof web.newPage>>, name: string) => {
  await shot(page, name)
  expect(await sideways(page), name).toEqual([])
  expect(await axe(page), name).toEqual([])
}

describe.skipIf(chromium === null)('a committee by lot in a browser', () => {
  test('an evaluator chooses fields, an officer asks for seats and publishes, and everybody sees the draw', async () => {
    const own = await web.newPage({ as: first, lang: 'ko', width: 390 })
    await visit(own, '/e')
    await own.getByLabel('정보보호').check()
    await own.getByRole('button', { name: '분야 저장' }).click()
    await own.getByText('저장되었습니다.').waitFor()
    await own.getByText('확인 대기', { exact: true }).waitFor()
    await good(own, 'evaluator-fields-ko-390')
    // The operator refuses the new field with a reason, which the evaluator reads; the one that was confirmed stays.
    const operator = await web.newPage({ as: world.operator, lang: 'en', allow: [/422/] })
    await visit(operator, '/x/fields')
    await operator.getByRole('button', { name: 'Refuse' }).click()
    await operator.getByRole('alert').waitFor()
    await operator.getByLabel('Reason').fill('No licence of that field was found.')
    await good(operator, 'operator-fields-en-1280')
    await operator.getByRole('button', { name: 'Refuse' }).click()
    await operator.getByText('No field waits.').waitFor()
    await good(operator, 'operator-fields-none-en-1280')
    await visit(own, '/e')
    await own.getByText('거절됨', { exact: true }).waitFor()
    await own.getByText(/No licence of that field was found/).waitFor()
    await own.getByText('확인됨', { exact: true }).waitFor()

    const no = await officer.draft(world.draftOf({ seconds: 86_400 }))
    const page = await web.newPage({ as: officer, lang: 'en' })
    await visit(page, `/a/${no}`)
    await page.getByLabel('Drawn by public lot, by field').check()
    await page.getByText('0 seats').waitFor()
    const software = page.getByLabel('Software and information systems')
    await software.fill('4')
    await page.getByText('Too few people for so many seats.').waitFor()
    await software.fill('3')
    await page.getByText('3 seats').waitFor()
    await good(page, 'agency-lot-en-1280')
    await page.getByRole('button', { name: 'Save the draft' }).click()
    await page.getByText('Saved.', { exact: true }).waitFor()
    const { body: draft } = must('draft', await call(url, readDraft, { token: officer.token, params: { no } }))
    expect(draft.pool).toEqual({ strata: [{ field: 'software', seats: 3 }], perYear: 6 })
    // The keyset of the draw is held against the log and signed with the others.
    await page.getByRole('button', { name: 'Make and enrol a signing key' }).click()
    await page.getByText('You sign with the key of this browser.').waitFor()
    await world.tick()
    await page.getByRole('button', { name: /Get the custodians/ }).click()
    await page.getByText(/^Held against \d+ log entries/).waitFor()
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.getByRole('button', { name: 'Publish it' }).click()
    await page.getByText('Waiting for the deadline.').waitFor()
    await world.tick()
    await world.contribute(no)
    for (const supplier of world.suppliers) await world.bid(no, supplier)
    await world.tick()
    await world.passDeadline(no)
    await world.clock()
    await world.tick()
    await world.clock()
    await world.tick()
    // While too few custodians have opened what was sealed for the draw, the pages say who is missing, and what can be done.
    const [turned, ...others] = world.custodians
    await world.release(no, 'technical')
    await world.release(no, 'draw', world.custodians.slice(0, 1))
    await world.open()
    await world.tick()
    for (const [as, address, width, lang, title] of [
      [undefined, `/tenders/${no}`, 390, 'ko', '필요한 열쇠 보관 기관 2곳 가운데 1곳이 열쇠를 돌렸습니다.'],
      [world.auditor, `/oversight/${no}`, 1280, 'en', '1 of the 2 key custodians needed have turned their keys.'],
    ] as const) {
      const waiting = await web.newPage({ lang, width, ...(as && { as }) })
      await visit(waiting, address)
      await waiting.getByText(title).waitFor()
      const said = await waiting.locator('main').innerText()
      expect(said).toContain(others.map(({ id }) => id).join(', '))
      expect(said).toMatch(new RegExp(`: ?${turned?.id}\\b`))
      await good(waiting, `draw-waits-${lang}-${width}`)
    }
    await world.release(no, 'draw', others)
    await world.open()
    await world.tick()
    const calm = await web.newPage({ lang: 'en' })
    await visit(calm, `/tenders/${no}`)
    await calm.getByText('The draw of evaluators').waitFor()
    expect(await calm.getByText('wait to be drawn').count()).toBe(0)
    await world.clock()
    await world.committees()
    await world.tick()
    const asked = async (who: Person) =>
      must('calls', await call(url, listCalls, { token: who.token })).body.calls.find((c) => c.state === 'called')
    const drawn: Person[] = []
    for (const person of world.evaluators) if (await asked(person)) drawn.push(person)
    expect(drawn.length).toBe(3)
    const [one, two] = drawn as [Person, Person]

    // Nothing of a proposal is shown before the declaration.
    const desk = await web.newPage({ as: one, lang: 'en', allow: [/403/] })
    await visit(desk, `/e/${no}`)
    await desk.getByText('Declare first whether there is a conflict of interest.').waitFor()
    expect(await desk.locator('main').innerText()).not.toContain('Approach of')
    await desk.getByRole('link', { name: 'To the declaration' }).click()
    await desk.getByText('Is there a conflict of interest').waitFor()
    await desk.getByLabel('Yes, there is one.').check()
    await desk.getByLabel('Grounds').selectOption('employment')
    await good(desk, 'evaluator-declare-en-1280')

    await desk.getByRole('button', { name: 'Replace it by a new key' }).click()
    await desk.getByRole('button', { name: 'Sign and declare' }).click()
    await desk.getByText('You declared a conflict of interest.').waitFor()
    must('clear', await two.declare(no))
    await world.committees()
    await world.tick()
    for (const [lang, width, texts] of [
      ['ko', 390, ['평가위원 추첨', '정보·소프트웨어: 자리 3개, 후보 7명', '이해충돌로 교체', '신고 대기']],
      ['en', 1280, ['The draw of evaluators', 'replaced for a conflict', 'asked to declare', 'not called']],
    ] as const) {
      const open = await web.newPage({ lang, width })
      await visit(open, `/tenders/${no}`)
      for (const text of texts) await open.getByText(text).first().waitFor()
      await good(open, `tender-drawn-${lang}-${width}`)
    }
  }, 90_000)
})
