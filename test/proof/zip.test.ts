// Is an archive the same bytes whoever makes it, does it hold nothing but its files, and do others' programs read it?
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, FormatError, utf8 } from '../../src/proof/bytes.ts'
import { crc32, readZip, writeZip } from '../../src/proof/zip.ts'

const files = () =>
  new Map([
    ['log/tile/0/000.p/5', new Uint8Array(160).fill(7)],
    ['README.txt', utf8('마당\n')],
    ['log/checkpoint', utf8('a note')],
    ['empty', new Uint8Array(0)],
  ])

describe('an archive', () => {
  test('has the check sum that the format’s own example gives', () => {
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926)
  })

  test.each(['/etc/passwd', '../up', 'a/../b', './a', 'a//b', 'a/', '', 'a\\b', 'a b', '이름', `${'x'.repeat(201)}`])(
    'refuses the name %j',
    (name) => {
      expect(() => writeZip(new Map([[name, new Uint8Array(1)]]))).toThrow(RangeError)
    },
  )

  test('is the same bytes in whatever order its files came, and gives them back', () => {
    const bytes = writeZip(files())
    expect(writeZip(new Map([...files()].reverse()))).toEqual(bytes)
    expect(readZip(bytes)).toEqual(new Map([...files()].sort(([a], [b]) => (a < b ? -1 : 1))))
  })

  test('is refused with any one bit changed, cut short anywhere, or with anything before, after or between (property)', () => {
    const bytes = writeZip(files())
    const refused = (wrong: Uint8Array) => expect(() => readZip(wrong)).toThrow(FormatError)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        const wrong = Uint8Array.from(bytes)
        wrong[at]! ^= 1 << bit
        refused(wrong)
      }),
      { numRuns: 1000 },
    )
    for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length))
    for (const at of [0, 40, bytes.length])
      refused(concat(bytes.subarray(0, at), new Uint8Array(3), bytes.subarray(at)))
  })

  test('is refused when it is of another program that compresses, and read by one that does not', () => {
    const dir = mkdtempSync(join(tmpdir(), 'madang-zip-'))
    const code = (how: string) =>
      `import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], 'w', ${how}) as z: z.writestr('a', 'b' * 500)`
    const made = spawnSync('python3', ['-c', code('zipfile.ZIP_DEFLATED'), join(dir, 'deflated.zip')])
    if (made.status === 0) {
      expect(() => readZip(readFileSync(join(dir, 'deflated.zip')))).toThrow('compressed')
      writeFileSync(join(dir, 'ours.zip'), writeZip(files()))
      const read = `import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.read('README.txt').decode(), end='')`
      expect(spawnSync('python3', ['-c', read, join(dir, 'ours.zip')]).stdout.toString()).toBe('마당\n')
    } else console.warn('SKIPPED archives of another program: there is no python3 here.')
    rmSync(dir, { recursive: true })
  })
})
