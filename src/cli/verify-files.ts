// Are the files of the bids those that were sealed? Each that can be had is hashed, opened and hashed again; the others are counted aloud.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type RecordedFile, recordedFiles } from '../domain/audit/attachments.ts'
import type { PublicRecord } from '../domain/audit/public-record.ts'
import type { FileFound } from '../domain/bids/file-check.ts'
import { savedName } from '../domain/bids/files.ts'
import type { Words } from '../domain/events.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { checkFile } from '../proof/attachment.ts'
import { fromB64u, hex } from '../proof/bytes.ts'
import { aligned, type Lang, safe, type Terminal, Unusable } from './terminal.ts'

export type FileVerdict = Exclude<FileFound, 'missing'> | 'not checked'
export type JudgedFile = RecordedFile & { verdict: FileVerdict }

const SAYS: Readonly<Record<FileVerdict, Words>> = {
  agrees: { ko: '확인: 두 지문이 같습니다', en: 'ok: both hashes agree' },
  'not handed in': { ko: '내지 않음(입찰자)', en: 'not handed in, by its bidder' },
  changed: { ko: '실패: 봉인한 파일이 아닙니다', en: 'FAILED: not the file that was sealed' },
  'does not open': { ko: '열리지 않음(입찰자)', en: 'does not open, by its bidder' },
  differs: { ko: '적힌 것과 다름(입찰자)', en: 'another file than the bid says, by its bidder' },
  'not checked': { ko: '확인하지 않음: 파일이 없습니다', en: 'not checked: the file is not here' },
}

type Source = (ct: string) => Promise<ReadableStream<Uint8Array> | null>

/** Sealed files in a folder, each under the hexadecimal SHA-256 of its bytes, with `.age` or without. */
async function inFolder(folder: string): Promise<Source> {
  const is = await stat(folder).catch(() => null)
  if (!is?.isDirectory()) throw new Unusable(`${folder} is no folder of sealed files`)
  return async (ct) => {
    const name = hex(fromB64u(ct))
    for (const path of [join(folder, name), join(folder, `${name}.age`)]) {
      if ((await stat(path).catch(() => null))?.isFile())
        return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
    }
    return null
  }
}

/** At a service: where its log is, its files are beside it. */
function atAddress(place: string): Source {
  const base = place.replace(/\/+$/, '').replace(/\/log$/, '')
  return async (ct) => {
    const reply = await fetch(`${base}/files/sealed/${ct}`, { redirect: 'error' }).catch(() => null)
    if (reply?.ok && reply.body) return reply.body as ReadableStream<Uint8Array>
    await reply?.body?.cancel()
    return null
  }
}

const nowhere: Source = async () => null

/** Judges every file that opened bids name, from a folder, or from the service that was verified. */
export async function judgeFiles(
  record: PublicRecord,
  tender: string,
  place: string,
  folder: string | undefined,
): Promise<JudgedFile[]> {
  const source =
    folder === undefined ? (/^https?:\/\//i.test(place) ? atAddress(place) : nowhere) : await inFolder(folder)
  const judged: JudgedFile[] = []
  for (const file of await recordedFiles(P, record, tender)) {
    const bytes = file.named ? await source(file.says.ct) : null
    const verdict: FileVerdict = !file.named
      ? 'not handed in'
      : bytes === null
        ? 'not checked'
        : await checkFile(
            file.says,
            file.identity,
            bytes,
            () => {},
            () => createHash('sha256'),
          )
    judged.push({ ...file, verdict })
  }
  return judged
}

/** The lines about files; none where no bid names any. */
export function tellFiles(files: readonly JudgedFile[], lang: Lang, terminal: Terminal): void {
  if (files.length === 0) return
  terminal.out('')
  const rows = files.map((f) => [`${f.bidder} ${f.kind} ${f.n}`, SAYS[f.verdict][lang], savedName(f.says.name)])
  for (const line of aligned(rows)) terminal.out(line)
  const count = (verdict: FileVerdict) => files.filter((f) => f.verdict === verdict).length
  const [agree, failed, unchecked] = [count('agrees'), count('changed'), count('not checked')]
  const rest = files.length - agree - failed - unchecked
  terminal.out(
    safe(
      lang === 'ko'
        ? `첨부 파일 ${files.length}개: 확인 ${agree}, 실패 ${failed}, 입찰자 탓 ${rest}, 확인하지 않음 ${unchecked}`
        : `${files.length} files: ${agree} ok, ${failed} failed, ${rest} wrong by their bidders, ${unchecked} not checked`,
    ),
  )
}
