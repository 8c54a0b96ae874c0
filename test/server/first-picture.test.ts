// Does the picture that a room's page begins with say what the record says, and no more?
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { applyEntry, emptyRoom } from '../../src/domain/room/room.ts'
import { rowsOf } from '../../src/domain/room/rows.ts'
import { firstPicture, type Pictured } from '../../src/server/first-picture.ts'
import { ATTACK } from '../web/fixtures/odd-recordings.ts'
import { entriesOf, golden } from '../web/fixtures/recording.ts'

const recording = golden()
const entries = entriesOf(recording)
const no = recording.tender
const words = (text: string) => ({ ko: text, en: text })
const view: Pictured = {
  no,
  revision: '000',
  title: { ko: '통합 관제 시스템', en: 'Control system' },
  agency: { name: { ko: '가온시청', en: 'Gaon City Hall' } },
  names: recording.names,
}

const upTo = (typ: string) => entries.slice(0, entries.findIndex((e) => e.typ === typ) + 1)
const texts = (html: string, of: string) =>
  [...html.matchAll(new RegExp(`class="${of}"[^>]*>([^<]*)<`, 'g'))].map((m) => m[1])

describe('the first picture of a room', () => {
  test('names the bidders in the order of their rank, in the language of the page', () => {
    const known = { verdicts: new Map(), trusting: false, standing: null, agrees: new Map() }
    const rows = rowsOf(entries.reduce(applyEntry, emptyRoom(no)), known)
    expect(rows.length).toBeGreaterThan(3)
    for (const language of ['ko', 'en'] as const) {
      const html = firstPicture(view, entries, language)
      expect(texts(html, 'room-who')).toEqual(rows.map((row) => recording.names[row.bidder]?.[language]))
    }
  })

  test('shows no price and no score, since nobody has checked one there', () => {
    const room = entries.reduce(applyEntry, emptyRoom(no))
    const amounts = room.sessions.price.results.flatMap(({ body }) => JSON.stringify(body).match(/\d{6,}/g) ?? [])
    expect(amounts.length).toBeGreaterThan(3)
    const html = firstPicture(view, entries, 'en')
    const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+$)/g, ',')
    for (const amount of amounts) {
      expect(html).not.toContain(amount)
      expect(html).not.toContain(grouped(amount))
    }
    for (const row of room.evaluation?.ranking?.rows ?? []) expect(html).not.toContain(String(row.total))
  })

  test('names nobody before the closing list does', () => {
    const html = firstPicture(view, upTo('tender.published/1'), 'en')
    expect(html).toContain('Receiving')
    expect(html).not.toContain('room-who')
    expect(firstPicture(view, upTo('opening.list/1'), 'en')).toContain('room-who')
  })

  test('carries hostile titles and names as text, cut to a length that a page can bear', () => {
    const names = Object.fromEntries(Object.keys(recording.names).map((org) => [org, words(ATTACK)]))
    const html = firstPicture({ ...view, title: words(ATTACK), agency: { name: words(ATTACK) }, names }, entries, 'ko')
    expect(html).not.toMatch(/<script|<img|onerror\s*=\s*["']?[a-z]/i)
    expect(html.length).toBeLessThan(20_000)
    // The control: the attack is one.
    expect(ATTACK).toMatch(/<script/)
  })

  test('says the same words as the room itself', () => {
    for (const language of ['ko', 'en'] as const) {
      const said = JSON.parse(readFileSync(`web/locales/${language}/room.json`, 'utf8'))
      const html = firstPicture(view, entries, language)
      for (const word of [said.title, said.table.ranking, said.column.rank, said.column.name, said.column.state])
        expect(html).toContain(`>${word}<`)
      expect(html).toContain(`>${said.stage.result}<`)
      expect(html).toContain(`>${said.look.checking}<`)
      expect(html).toContain(said.wall.no.replace('{{no}}', '1'))
      expect(firstPicture(view, upTo('opening.list/1'), language)).toContain(`>${said.look.sealed}<`)
    }
  })
})
