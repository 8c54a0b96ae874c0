// How does a set of files become one file, the same bytes whoever makes it? A zip archive that stores, in one order, with no times.
import { compareBytes, concat, FormatError, fromUtf8, utf8 } from './bytes.ts'

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
/** 1 January 1980, 00:00: the first moment that the format knows. */
const DATE = 0x0021
/** Names are UTF-8. */
const FLAGS = 0x0800
const VERSION = 20
const MOST_FILES = 65_535
const MOST_BYTES = 0xffff_ffff
/** Names that mean the same in every unpacker: no absolute paths, no steps upward, nothing that needs escaping. */
const NAME = /^(?!\/)(?!.*\/\/)(?!(.*\/)?\.\.?(\/|$))[A-Za-z0-9._/-]{1,200}(?<!\/)$/

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

/** CRC-32 as in zip and gzip; for "123456789" it is 0xCBF43926. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffff_ffff
  for (let i = 0; i < bytes.length; i++) c = (CRC[(c ^ bytes[i]!) & 0xff] as number) ^ (c >>> 8)
  return (c ^ 0xffff_ffff) >>> 0
}

function words(...fields: [bytes: 2 | 4, value: number][]): Uint8Array {
  const out = new Uint8Array(fields.reduce((sum, [bytes]) => sum + bytes, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += bytes
  }
  return out
}

/** What stands in a local header and again in the central directory. */
const common = (name: Uint8Array, data: Uint8Array, crc: number): [2 | 4, number][] => [
  [2, VERSION],
  [2, FLAGS],
  [2, 0],
  [2, 0],
  [2, DATE],
  [4, crc],
  [4, data.length],
  [4, data.length],
  [2, name.length],
  [2, 0],
]

/**
 * The archive of these files: stored, not compressed (compressors differ), ordered by the bytes of their names, all dated 1980. So the
 * same files give the same bytes in every program. Throws RangeError for names that could leave a folder and for more than 4 GiB.
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (files.size > MOST_FILES) throw new RangeError(`an archive has at most ${MOST_FILES} files`)
  const named = [...files]
    .map(([path, data]) => {
      if (!NAME.test(path)) throw new RangeError(`not a name for an archive: ${path.slice(0, 80)}`)
      return { name: utf8(path), data, crc: crc32(data) }
    })
    .sort((a, b) => compareBytes(a.name, b.name))
  const parts: Uint8Array[] = []
  const central: Uint8Array[] = []
  let at = 0
  for (const { name, data, crc } of named) {
    const local = concat(words([4, LOCAL], ...common(name, data, crc)), name)
    central.push(
      concat(
        words([4, CENTRAL], [2, VERSION], ...common(name, data, crc), [2, 0], [2, 0], [2, 0], [4, 0], [4, at]),
        name,
      ),
    )
    parts.push(local, data)
    at += local.length + data.length
  }
  const directory = concat(...central)
  if (at + directory.length > MOST_BYTES) throw new RangeError('an archive has at most 4 GiB')
  const count = named.length
  const end = words([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, at], [2, 0])
  return concat(...parts, directory, end)
}

/**
 * The files of an archive as {@link writeZip} makes it. Throws FormatError for any other: a compressed one, one with a comment, hidden
 * bytes between files, names twice or out of order. What is read is therefore all that is in the file, and there is only one file
 * with this content.
 */
export function readZip(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length < 22 || view.getUint32(bytes.length - 22, true) !== END) {
    throw new FormatError('not a bundle: no end of an archive at the end of the file')
  }
  const count = view.getUint16(bytes.length - 12, true)
  const files = new Map<string, Uint8Array>()
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 30 > bytes.length || view.getUint32(at, true) !== LOCAL) {
      throw new FormatError(`not a bundle: file ${i + 1} of ${count} does not begin where it should`)
    }
    if (view.getUint16(at + 8, true) !== 0) throw new FormatError('not a bundle: its files are compressed')
    const length = view.getUint32(at + 22, true)
    const nameLength = view.getUint16(at + 26, true)
    const from = at + 30 + nameLength
    if (from + length > bytes.length) throw new FormatError('the archive ends inside a file')
    const name = fromUtf8(bytes.subarray(at + 30, from))
    if (!NAME.test(name)) throw new FormatError('a file of the archive has a name that is not used here')
    if (files.has(name)) throw new FormatError(`the archive has ${name} twice`)
    const data = bytes.subarray(from, from + length)
    if (crc32(data) !== view.getUint32(at + 14, true)) throw new FormatError(`${name} in the archive is damaged`)
    files.set(name, data)
    at = from + length
  }
  const again = writeZip(files)
  if (again.length !== bytes.length || compareBytes(again, bytes) !== 0) {
    throw new FormatError('the archive holds more than its files, or they are not in order')
  }
  return files
}
