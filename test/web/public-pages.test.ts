// Do the public pages stand, in both languages, on a desk and on a phone, for everybody?
import { describe, expect, test } from 'vitest'
import { axe, chromium, openWeb, shot, sideways, visit } from './harness.ts'

const web = await openWeb({ env: { MADANG_DEMO: '1' } })

describe.skipIf(chromium === null)('the public pages', () => {
  const PATHS = ['/no-such-page']
  for (const path of PATHS)
    for (const lang of ['ko', 'en'] as const)
      for (const width of [1280, 390, 320])
        test(`${path} stands in ${lang} at ${width} pixels`, async () => {
          const page = await web.newPage({ lang, width, allow: [/404/] })
          await visit(page, path)
          await shot(page, `${path.slice(1).replaceAll('/', '-') || 'home'}-${lang}-${width}`)
          expect(await sideways(page)).toEqual([])
          expect(await axe(page)).toEqual([])
        })
})
