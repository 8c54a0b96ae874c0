// Which files may a bid carry, and under which name is one handed out? Limits, kinds and names, the same in browser and server.
import type { BidAttachment } from '../../proof/bid.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import type { Reason } from '../kit/verdict.ts'

const MIB = 1_048_576

export const FILE_LIMITS = {
  /** Bytes of one file, before it is sealed. */
  bytes: 100 * MIB,
  /** Files that one bid names, over both envelopes. */
  perBid: 20,
  /** What a bidder may have lying ready for one tender, replaced and unfinished ones too. */
  perTender: { files: 60, bytes: 1024 * MIB },
  /** Bytes of a name in UTF-8. */
  name: 200,
} as const

/** Sealing adds a header and sixteen bytes for every 64 KiB; a little more than that is let through. */
export const MOST_SEALED = FILE_LIMITS.bytes + 65_536

/** Kinds of files that a bid may carry, by the ending of the name. Nothing among them runs in a browser. */
export const FILE_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  hwp: 'application/x-hwp',
  hwpx: 'application/hwp+zip',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ppt: 'application/vnd.ms-powerpoint',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
  txt: 'text/plain',
  csv: 'text/csv',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  dwg: 'image/vnd.dwg',
  dxf: 'image/vnd.dxf',
  zip: 'application/zip',
}

const endingOf = (name: string): string => /\.([A-Za-z0-9]{1,8})$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** The type of a file by its name; undefined for a kind that no bid carries. */
export const fileTypeOf = (name: string): string | undefined =>
  Object.hasOwn(FILE_TYPES, endingOf(name)) ? FILE_TYPES[endingOf(name)] : undefined

/** Control characters, what turns the direction of text or has no width, halves of pairs, separators of lines and of folders. */
const STRANGE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}/\\]/u

/** A name as it is sealed: composed, so that the same letters are the same bytes on every system. */
export const fileName = (name: string): string => name.normalize('NFC').trim()

const utf8Length = (text: string) => new TextEncoder().encode(text).length

export type ChosenFile = { name: string; bytes: number }

/**
 * Every reason against adding a file to those that were chosen before.
 *
 * Example: an empty `계획.exe` is refused with `file-empty` and `file-type`.
 */
export function mayAddFile(file: ChosenFile, before: readonly ChosenFile[]): Reason[] {
  const name = fileName(file.name)
  const reasons: Reason[] = []
  const say = (code: string, facts: Reason['facts'] = {}) => reasons.push({ code, facts })
  if (name === '' || STRANGE.test(name) || /^\.+$/.test(name)) say('file-name')
  if (utf8Length(name) > FILE_LIMITS.name) say('file-name-long', { most: FILE_LIMITS.name })
  if (fileTypeOf(name) === undefined) say('file-type', { types: Object.keys(FILE_TYPES).join(', ') })
  if (file.bytes === 0) say('file-empty')
  if (file.bytes > FILE_LIMITS.bytes) say('file-large', { most: FILE_LIMITS.bytes / MIB })
  if (before.length >= FILE_LIMITS.perBid) say('file-many', { most: FILE_LIMITS.perBid })
  if (before.some((other) => fileName(other.name) === name)) say('file-twice')
  return reasons
}

/** Names that some systems take for a device. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * The name under which an opened file is shown and saved. A bid may be made by any program, so its names are a stranger's: what is
 * strange in one becomes `_`, and a kind of file that no bid carries gets the ending `.bin`, with which nothing opens it by itself.
 *
 * Examples: `../../etc/passwd` is `.._.._etc_passwd.bin` with its leading dots gone, `__etc_passwd.bin`; `a\u202Efdp.exe` is `a_fdp.exe.bin`.
 */
export function savedName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(new RegExp(STRANGE, 'gu'), '_')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  const ending = fileTypeOf(plain) === undefined ? '.bin' : `.${endingOf(plain)}`
  let stem = fileTypeOf(plain) === undefined ? plain : plain.slice(0, -ending.length)
  while (utf8Length(stem) > FILE_LIMITS.name - ending.length) stem = [...stem].slice(0, -1).join('')
  if (stem === '' || DEVICE.test(stem)) stem = `file_${stem}`
  return `${stem}${ending}`
}

/**
 * The header that makes a browser save a file and not show it (RFC 6266), with the name for every browser (RFC 8187).
 *
 * Example: `제안서 1.pdf` is `attachment; filename="___ 1.pdf"; filename*=UTF-8''%EC%A0%9C%EC%95%88%EC%84%9C%201.pdf`.
 */
export function asDownload(name: string): string {
  const saved = savedName(name)
  const ascii = saved.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  const encoded = encodeURIComponent(saved).replace(/['()*!]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

/** A file as the bid inside its envelope names it. */
export type NamedFile = BidAttachment

/** A sealed file as the outer statement names it: hash of the ciphertext and its length. */
export type Blob = { ct: string; bytes: number }

/** The sealed files that a signed submission names; null when the member is not in its format. */
export function blobsOf(payload: JsonObject): Blob[] | null {
  const { blobs } = payload
  if (!Array.isArray(blobs) || blobs.length > FILE_LIMITS.perBid) return null
  const read: Blob[] = []
  for (const one of blobs) {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return null
    const { ct, bytes, ...rest } = one
    if (Object.keys(rest).length > 0 || typeof ct !== 'string' || typeof bytes !== 'number') return null
    if (!/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(ct) || bytes < 1 || bytes > MOST_SEALED) return null
    read.push({ ct, bytes })
  }
  return new Set(read.map((blob) => blob.ct)).size === read.length ? read : null
}
