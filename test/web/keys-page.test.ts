// Can a person enrol, replace and report a signing key in a browser, and does the log then say so?
import { describe, expect, test } from 'vitest'
import { call } from '../../src/api/client.ts'
import { listKeys } from '../../src/api/people.ts'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

const web = await openWeb({ suppliers: 0 })
const { world } = web

describe.skipIf(chromium === null)('the page of keys', () => {
  test('is for whoever is signed in', async () => {
    const page = await web.newPage({ lang: 'en', width: 390 })
    await visit(page, '/keys')
    await page.getByText('Sign in first.').waitFor()
    expect(await axe(page)).toEqual([])
  })

  test.each([
    [
      'ko',
      1280,
      [
        '서명 열쇠 만들고 등록하기',
        '새 열쇠로 바꾸기',
        '새 열쇠 만들고 등록하기',
        '이 열쇠 신고하기',
        '신고합니다',
        '분실 신고',
      ],
    ],
    [
      'en',
      390,
      [
        'Make and enrol a signing key',
        'Replace it by a new key',
        'Make and enrol a new key',
        'Report this key',
        'Report it',
        'Reported lost',
      ],
    ],
  ] as const)(
    'enrols, replaces and reports: %s at %d',
    async (lang, width, words) => {
      const [make, replace, doReplace, report, doReport, reported] = words
      const [person] = await world.add([{ id: `inspector-${lang}`, org: 'audit-office', role: 'auditor' }])
      if (!person) throw new Error('nobody was added')
      const keys = async () => {
        const answer = await call(world.url, listKeys, { token: person.token })
        return answer.ok ? answer.body.keys : []
      }
      const page = await web.newPage({ as: person, lang, width })
      await visit(page, '/keys')
      await page.getByRole('button', { name: make }).click()
      await page.getByRole('button', { name: replace }).click()
      await page.getByRole('button', { name: doReplace }).click()
      await expect
        .poll(async () => (await keys()).map((key) => key.state).sort(), { timeout: 45_000 })
        .toEqual(['in-force', 'replaced'])
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await shot(page, `keys-${lang}-${width}`)
      expect(await axe(page)).toEqual([])
      expect(await sideways(page)).toEqual([])
      await page.getByRole('button', { name: report }).click()
      await shot(page, `keys-report-${lang}-${width}`)
      expect(await axe(page)).toEqual([])
      await page.getByRole('button', { name: doReport, exact: true }).click()
      await page.getByText(reported).first().waitFor()
      await page.getByRole('button', { name: make }).waitFor()
      expect((await keys()).map((key) => [key.state, key.reason]).sort()).toEqual([
        ['replaced', null],
        ['revoked', 'lost'],
      ])
      await page.setViewportSize({ width: 320, height: 800 })
      expect(await sideways(page)).toEqual([])
    },
    90_000,
  )
})
