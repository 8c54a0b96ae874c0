// How much does a phone have to fetch before an opening can be watched? The budget stands here and nowhere else.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { PAGES } from '../../src/api/pages.ts'
import { readWeb } from '../../src/server/web-files.ts'
import { builtPages } from './harness.ts'

/** Kilobytes (1000 bytes) of script, packed with gzip -9, before the first row of an opening can be drawn. */
const ROOM_KB = 184
/** With what a watched room fetches after that: charts, proofs, the socket. */
const WATCHED_KB = 204
/** Any page that everybody can see. */
const PUBLIC_KB = 175
/** Files among which the first row's code is divided: on a slow line each further one costs a part of a round trip. */
const ROOM_FILES = 14
/** Styles without the list of font slices, which has a file of its own. */
const STYLE_KB = 14

await builtPages()
const read = readWeb()
if (!read) throw new Error('the pages were not built')
const web = read

const packed = (addresses: Iterable<string>): number =>
  [...addresses].reduce((sum, address) => sum + gzipSync(web.files.get(address)?.body ?? '', { level: 9 }).length, 0)

/** Scripts of the shell, the page and its words in the longer of the two languages; `later` are sources that the page fetches itself. */
function scriptsOf(path: string, later: readonly string[] = []): Set<string> {
  const page = PAGES.find((row) => row.path === path)
  if (!page) throw new Error(`there is no page ${path}`)
  const nouns = ['parts', ...page.words]
  const words = nouns.map((noun) => `locales/ko/${noun}.json`)
  const sources = ['index.html', `pages/${page.code}.tsx`, ...words, ...later]
  return new Set(sources.flatMap((source) => web.needs(source)).filter((address) => address.endsWith('.js')))
}

const kilobytes = (bytes: number) => Math.ceil(bytes / 100) / 10

describe('the weight of the pages', () => {
  test('the live room stays within its budget', () => {
    const scripts = scriptsOf('/tenders/:no/opening')
    expect(scripts.size).toBeGreaterThan(3)
    expect(scripts.size).toBeLessThanOrEqual(ROOM_FILES)
    expect(kilobytes(packed(scripts))).toBeLessThanOrEqual(ROOM_KB)
  })

  test('what the room fetches while it is watched stays within its budget too', () => {
    const first = scriptsOf('/tenders/:no/opening')
    const later = ['pages/room/room-rest.tsx', 'locales/ko/beside.json', 'socket.ts']
    const all = scriptsOf('/tenders/:no/opening', later)
    // The control: both are files of their own, which the first row does not wait for.
    expect(all.size).toBeGreaterThanOrEqual(first.size + 2)
    expect(kilobytes(packed(all))).toBeLessThanOrEqual(WATCHED_KB)
  })

  test.each(['/', '/tenders', '/openings', '/how', '/tenders/:no', '/sign-in'])(
    '%s stays within that of public pages',
    (path) => {
      expect(kilobytes(packed(scriptsOf(path)))).toBeLessThanOrEqual(PUBLIC_KB)
    },
  )

  test('the styles stay small, and the slices of the font are listed in a file of their own', () => {
    const styles = [...web.files.keys()].filter((address) => address.endsWith('.css'))
    const fonts = styles.filter((address) => /pretendard/.test(address))
    expect(fonts).toHaveLength(1)
    expect(kilobytes(packed(styles.filter((address) => !fonts.includes(address))))).toBeLessThanOrEqual(STYLE_KB)
    const list = web.files.get(fonts[0] as string)?.body.toString('utf8') ?? ''
    expect(list.match(/@font-face/g)).toHaveLength(120)
  })

  test('no page brings the schema library or the other thirty languages of the components', () => {
    const all = [...web.files]
      .filter(([address]) => address.endsWith('.js'))
      .map(([, file]) => file.body.toString('utf8'))
    expect(all.filter((text) => /ZodError|zod\.dev/.test(text))).toHaveLength(0)
    // The words that are left out are written as void 0.
    expect(all.filter((text) => /"fi-FI":(?!void 0)/.test(text))).toHaveLength(0)
  })
})
