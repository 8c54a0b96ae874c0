// Can a person see, change, take along and erase the own data in a browser?
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { call } from '../../src/api/client.ts'
import { listEvaluators } from '../../src/api/people.ts'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

const web = await openWeb({ suppliers: 0 })
const { world } = web

describe.skipIf(chromium === null)('the page of one’s own data', () => {
  test.each([
    ['ko', 1280, ['전화번호', '저장하기', '저장되었습니다.', '파일로 저장하기', '내 정보 지우기', '영구히 지웁니다']],
    ['en', 390, ['Telephone', 'Save', 'Saved.', 'Save the file', 'Erase my data', 'Erase for ever']],
  ] as const)(
    'changes, shows readings, saves a file and erases: %s at %d',
    async (lang, width, words) => {
      const [phone, save, saved, file, open, erase] = words
      const [person] = await world.add([{ id: `juror-${lang}`, org: 'pool', role: 'evaluator' }])
      if (!person) throw new Error('nobody was added')
      expect((await call(world.url, listEvaluators, { token: world.officer.token })).ok).toBe(true)
      const page = await web.newPage({ as: person, lang, width, allow: [/400/, /401/] })
      await visit(page, '/my-data')
      await page.getByText('officer-1 (gaon-city)').waitFor()
      await page.getByLabel(phone).fill('not a number')
      await page.getByRole('button', { name: save, exact: true }).click()
      await page.getByRole('alert').first().waitFor()
      await page.getByLabel(phone).fill('+82 10 1234 5678')
      await page.getByRole('button', { name: save, exact: true }).click()
      await page.getByText(saved, { exact: true }).waitFor()
      await page.locator('details summary').click()
      // What was saved is among what holds something of this person; what holds nothing is shown when asked for.
      await page
        .locator('details')
        .getByRole('row')
        .filter({ hasText: lang === 'ko' ? '연락·지급 정보: 전화번호' : 'Contact and payment: telephone' })
        .first()
        .waitFor()
      const listed = () => page.locator('details').getByRole('row').count()
      const own = await listed()
      await page.locator('details').getByRole('checkbox').press('Space')
      await expect.poll(listed).toBeGreaterThan(own)
      await page.locator('details').getByRole('checkbox').press('Space')
      await expect.poll(listed).toBe(own)
      await shot(page, `my-data-${lang}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await sideways(page)).toEqual([])
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: file }).click(),
      ])
      const exported = JSON.parse(readFileSync(await download.path(), 'utf8'))
      expect(exported.tables.person_detail).toMatchObject([{ phone: '+82 10 1234 5678' }])
      await page.getByRole('button', { name: open }).click()
      await shot(page, `my-data-erase-${lang}-${width}`)
      expect(await axe(page)).toEqual([])
      await page.getByRole('button', { name: erase }).click()
      await expect
        .poll(async () => (await page.context().request.post('/api/v1/sessions/refresh')).status(), { timeout: 45_000 })
        .toBe(401)
    },
    90_000,
  )
})
