// Which files may be added to a bid, and is every name harmless by the time that somebody saves a file under it?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asDownload, FILE_LIMITS, FILE_TYPES, mayAddFile, savedName } from '../../../src/domain/bids/files.ts'

const said = (name: string, bytes = 1, before: { name: string; bytes: number }[] = []) =>
  mayAddFile({ name, bytes }, before).map((reason) => reason.code)

describe('a file that is added', () => {
  test.each([
    ['', ['file-name', 'file-type']],
    ['..', ['file-name', 'file-type']],
    ['../plan.pdf', ['file-name']],
    ['a\\plan.pdf', ['file-name']],
    ['a\u0000.pdf', ['file-name']],
    ['a\n.pdf', ['file-name']],
    ['a\u202Efdp.pdf', ['file-name']],
    ['a\u200B.pdf', ['file-name']],
    ['a\uD800.pdf', ['file-name']],
    [`${'가'.repeat(66)}.pdf`, ['file-name-long']],
    ['plan.exe', ['file-type']],
    ['plan.html', ['file-type']],
    ['plan.svg', ['file-type']],
    ['plan', ['file-type']],
    ['plan.pdf.js', ['file-type']],
    ['plan.constructor', ['file-type']],
  ])('called %j is refused with exactly %j', (name, codes) => {
    expect(said(name)).toEqual(codes)
  })

  test('that is empty, too large, one too many or there already is refused, all reasons at once', () => {
    expect(said('plan.pdf', 0)).toEqual(['file-empty'])
    expect(said('plan.pdf', FILE_LIMITS.bytes)).toEqual([])
    expect(said('plan.pdf', FILE_LIMITS.bytes + 1)).toEqual(['file-large'])
    const many = Array.from({ length: FILE_LIMITS.perBid }, (_, i) => ({ name: `${i}.pdf`, bytes: 1 }))
    expect(said('7.pdf', 0, many)).toEqual(['file-empty', 'file-many', 'file-twice'])
    expect(said('20.pdf', 1, many.slice(1))).toEqual([])
  })

  test('is the same name in the letters of every system', () => {
    const name = '제안서.pdf'
    expect(said(name.normalize('NFD'), 1, [{ name: name.normalize('NFC'), bytes: 1 }])).toEqual(['file-twice'])
  })

  test.each(Object.keys(FILE_TYPES))('with the ending .%s is taken', (ending) => {
    expect(said(`과업 수행 계획 (최종).${ending.toUpperCase()}`)).toEqual([])
    expect(FILE_TYPES[ending]).not.toMatch(/html|xml$|svg|script/)
  })
})

describe('the name under which a file is saved', () => {
  test.each([
    ['제안서 1.pdf', '제안서 1.pdf'],
    ['../../etc/passwd', '_.._etc_passwd.bin'],
    ['C:\\temp\\a.pdf', 'C__temp_a.pdf'],
    ['a\u202Efdp.exe', 'a_fdp.exe.bin'],
    ['page.html', 'page.html.bin'],
    ['con.pdf', 'file_con.pdf'],
    ['.pdf', 'pdf.bin'],
    ['', 'file_.bin'],
    ['a\r\nSet-Cookie: x=1.txt', 'a__Set-Cookie_ x=1.txt'],
  ])('of %j is %j', (name, saved) => {
    expect(savedName(name)).toBe(saved)
  })

  test('of anything has no folder, no control character, a bounded length, and a header that is one line of ASCII', () => {
    const strange = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 400 }),
    )
    fc.assert(
      fc.property(strange, (name) => {
        const saved = savedName(name)
        expect(saved).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}/\\:"<>|?*]/u)
        expect(saved).not.toMatch(/^\.|^$/)
        expect(new TextEncoder().encode(saved).length).toBeLessThanOrEqual(FILE_LIMITS.name + 5)
        const header = asDownload(name)
        expect(header).toMatch(/^attachment; filename="[^"\\%]*"; filename\*=UTF-8''[A-Za-z0-9%._~&+$#^`|-]+$/)
        expect(decodeURIComponent(header.split("''")[1] ?? '')).toBe(saved)
      }),
    )
  })
})
