// What is the whole evidence of one tender, as one file that is the same whoever makes it, and what does such a file hold?
import { b64, FormatError, fromB64u, fromUtf8, hex, utf8 } from '../../proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../../proof/canonical.ts'
import type { LogSource } from '../../proof/follow.ts'
import { type OpenLeaf, readLeaf } from '../../proof/leaf.ts'
import { readCheckpoint, readNote } from '../../proof/note.ts'
import { readPolicy, writePolicy } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { writeTlogProof } from '../../proof/receipt.ts'
import { inclusionFromTiles } from '../../proof/tiles.ts'
import { readZip, writeZip } from '../../proof/zip.ts'
import { coveringPath } from '../openings/first-sight.ts'
import { audit, type Check } from './audit.ts'
import { logsOf, type PublicRecord } from './public-record.ts'
import { chainFiles } from './tree-files.ts'

/** What a bundle says of itself; `files` are all others, by path. */
export type Manifest = {
  format: 'madang-bundle/1'
  tender: string
  origin: string
  size: number
  /** Standard base64, as in the checkpoint. */
  root: string
  ruleHash: string | null
  codeVersion: string | null
  files: { path: string; bytes: number; sha256: string }[]
}

export type Bundle = { bytes: Uint8Array; manifest: Manifest; checks: Check[] }

const READ_ME = `This file is the whole public evidence of one tender: the log with its signed checkpoint, every payload, and a proof for
each entry of the tender. It is the same bytes whoever makes it from the same log.

Check it without the net:   madang verify THIS-FILE
or drop it on the page /verify of any Madang service, or unpack it: log/ is a C2SP tiled log, proofs/ are C2SP tlog-proofs.

이 파일은 입찰 한 건의 공개 증거 전부입니다. 서명된 로그와 모든 내용, 기록마다의 증명이 들어 있고, 누가 만들어도 한 글자까지 같습니다.
인터넷 없이 확인하기: madang verify 이-파일
`

function leavesOf(
  entries: readonly Uint8Array[],
  tender: string,
): { index: number; leaf: OpenLeaf; bytes: Uint8Array }[] {
  return entries.flatMap((bytes, index) => {
    try {
      const leaf = readLeaf(bytes)
      return 'c' in leaf || leaf.ref !== tender ? [] : [{ index, leaf, bytes }]
    } catch (error) {
      if (error instanceof FormatError) return []
      throw error
    }
  })
}

/**
 * The record as it stood when the tender's last entry was first published: from then on nothing of this tender changes, so everybody
 * who makes the bundle later makes the same one. A log that does not say when that was is taken as it is.
 */
async function pinned(record: PublicRecord, last: number): Promise<PublicRecord> {
  const note = await record.covering(last)
  if (note === null) return record
  try {
    const { origin, size } = readCheckpoint(readNote(note).text)
    const logs = logsOf(record)
    const at = logs.findIndex((log) => log.origin === origin)
    const end = (logs[at]?.before ?? Infinity) + size
    return end > last && end <= record.entries.length
      ? { ...record, note, earlier: record.earlier.slice(0, at), entries: record.entries.slice(0, end), cut: null }
      : record
  } catch (error) {
    if (error instanceof FormatError) return record
    throw error
  }
}

/**
 * Makes the bundle of a tender from a log's public record, and audits it on the way: what the audit asks for is what the bundle
 * holds, with every payload of the tender besides. Null when the log has no entry of the tender.
 *
 * Paths: `log/…` as at the log's address, `proofs/<index>.tlog-proof`, `manifest.json`, `README.txt`.
 */
export async function makeBundle(P: Primitives, whole: PublicRecord, tender: string): Promise<Bundle | null> {
  const last = leavesOf(whole.entries, tender).at(-1)
  if (!last || whole.note === null || whole.policy === null) return null
  const record = await pinned(whole, last.index)
  const note = record.note as string
  const files = new Map<string, Uint8Array>()
  const chain = await chainFiles(P, record)
  for (const [path, bytes] of chain.files) files.set(`log/${path}`, bytes)
  files.set('log/policy', utf8(writePolicy(readPolicy(whole.policy.text))))
  const recording: PublicRecord = {
    ...record,
    payload: async (hash) => {
      const bytes = await record.payload(hash)
      if (bytes !== null) files.set(`log/payload/${hash}`, bytes)
      return bytes
    },
    covering: async (index) => {
      const covering = await record.covering(index)
      if (covering !== null) files.set(`log/${coveringPath(index)}`, utf8(covering))
      return covering
    },
  }
  const checks = await audit(P, recording, tender)
  const own = leavesOf(record.entries, tender)
  for (const { leaf } of own) await recording.payload(hex(fromB64u(leaf.h)))
  for (const { index, bytes } of own) {
    const log = chain.logs.findLast(({ before }) => before <= index) as (typeof chain.logs)[number]
    const own = index - log.before
    const proof = await inclusionFromTiles(P, own, log.size, log.readTile)
    const text = writeTlogProof({ extra: openExtra(bytes), index: own, proof, note: log.note })
    files.set(`proofs/${index}.tlog-proof`, utf8(text))
  }
  files.set('README.txt', utf8(READ_ME))
  const payloadOf = async (typ: string): Promise<Record<string, Json> | null> => {
    const leaf = own.find((one) => one.leaf.typ === typ)?.leaf
    const bytes = leaf ? files.get(`log/payload/${hex(fromB64u(leaf.h))}`) : undefined
    if (!bytes) return null
    try {
      return parseJson(fromUtf8(bytes)) as Record<string, Json>
    } catch (error) {
      if (error instanceof FormatError) return null
      throw error
    }
  }
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : null)
  const { origin, size, root } = readCheckpoint(readNote(note).text)
  const manifest: Manifest = {
    format: 'madang-bundle/1',
    tender,
    origin,
    size,
    root: b64(root),
    ruleHash: text((await payloadOf('tender.notice/1'))?.ruleHash),
    codeVersion: text((await payloadOf('evaluation.result/1'))?.codeVersion),
    files: [...files]
      .map(([path, bytes]) => ({ path, bytes: bytes.length, sha256: hex(P.sha256(bytes)) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  }
  files.set('manifest.json', utf8(`${canonical(manifest as unknown as Json)}\n`))
  return { bytes: writeZip(files), manifest, checks }
}

/** What the receipt of an open entry carries besides: the entry itself, so that the file needs nothing else. */
export const openExtra = (leaf: Uint8Array): Uint8Array => utf8(canonical({ leaf: fromUtf8(leaf) }))

/** Reads a bundle: where its log is read, and which tender it is of. Throws FormatError for what is no bundle. */
export function openBundle(bytes: Uint8Array): { source: LogSource; tender: string; manifest: Manifest } {
  const files = readZip(bytes)
  const told = files.get('manifest.json')
  if (!told) throw new FormatError('the archive is no bundle: it has no manifest.json')
  const manifest = parseJson(fromUtf8(told).trimEnd(), { bytes: 64 * 1024 * 1024 })
  const members = ['codeVersion', 'files', 'format', 'origin', 'root', 'ruleHash', 'size', 'tender']
  if (!hasMembers(manifest, members) || manifest.format !== 'madang-bundle/1' || typeof manifest.tender !== 'string') {
    throw new FormatError('manifest.json is not that of a bundle of a tender')
  }
  const source: LogSource = { get: async (path) => files.get(`log/${path}`) ?? null }
  return { source, tender: manifest.tender, manifest: manifest as unknown as Manifest }
}
