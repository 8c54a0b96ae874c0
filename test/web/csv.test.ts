// Is a table that somebody takes away still what it was, and no program, when a spreadsheet opens it?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvOf } from '../../web/csv.ts'
import { HOSTILE } from './fixtures/hostile-texts.ts'

/** The cells of a CSV file as RFC 4180 reads them. */
function read(file: string): string[][] {
  const rows: string[][] = [[]]
  const text = file.replace(/^\uFEFF/, '').replace(/\r\n$/, '')
  const cells = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy
  for (let found = cells.exec(text); found; found = cells.exec(text)) {
    const [, cell = '', end] = found
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end === '') break
    if (end === '\r\n') rows.push([])
  }
  return rows
}

describe('a table as CSV', () => {
  test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', ...HOSTILE.filter((text) => /^[=+\-@]/.test(text))])(
    'holds %j as a text, not as a formula',
    (text) => {
      const [[cell = '']] = read(csvOf([[text]])) as [string[]]
      expect(cell).toBe(`'${text}`)
    },
  )

  test('leaves numbers numbers, negative ones as well', () => {
    expect(read(csvOf([['-5', '-0.25', '98000000', '']]))).toEqual([['-5', '-0.25', '98000000', '']])
  })

  test('comes back as it went, whatever stands in its cells', () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom(...HOSTILE, 'a "b", c', 'line\r\nline', ',', '"'))
    const plain = (text: string) => text.replace(/^'(?=[=+\-@\t\r])/, '')
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        // An apostrophe that leads a formula of its own is not told apart from ours.
        fc.pre(rows.flat().every((text) => !/^'[=+\-@\t\r]/.test(text)))
        expect(read(csvOf(rows)).map((row) => row.map(plain))).toEqual(rows)
      }),
    )
  })

  test('begins with the mark without which spreadsheets take Korean for something else', () => {
    expect(csvOf([['가']])).toBe('\uFEFF가\r\n')
  })
})
