// How does one keep a tender's evidence? `madang export`: everything an audit reads, in a folder that `madang verify` takes offline.
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { audit } from '../domain/audit/audit.ts'
import type { PublicRecord } from '../domain/audit/public-record.ts'
import { chainFiles } from '../domain/audit/tree-files.ts'
import { coveringPath } from '../domain/openings/first-sight.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { utf8 } from '../proof/bytes.ts'
import { insistTender, openRecord, reaching } from './open-record.ts'
import { type Lang, type Terminal, Unusable } from './terminal.ts'
import { failures } from './verify.ts'

/** An empty folder, or one that does not exist yet: evidence of two days must not mix. */
async function insistEmpty(folder: string): Promise<void> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return
    throw new Unusable(`${folder} cannot be used as a folder: ${code}`)
  }
  if (names.length > 0) throw new Unusable(`the folder ${folder} is not empty`)
}

/**
 * Saves what an audit of the tender reads: checkpoint, policy, entries, tiles, payloads of the tender and of the keys it needs.
 * What is saved is what the audit asked for, so the folder verifies without the net exactly as the log does with it.
 *
 * Answers the exit code: 1 when a check failed, so that nobody takes bad evidence for good; what there was is saved all the same.
 */
export async function exportTender(
  place: string,
  tender: string,
  folder: string,
  options: { policy?: string; lang: Lang },
  terminal: Terminal,
): Promise<0 | 1> {
  await insistEmpty(folder)
  const { source, record } = await openRecord(place, options.policy ?? null)
  insistTender(record, place, tender)
  const { files } = await chainFiles(P, record)
  const recording: PublicRecord = {
    ...record,
    payload: async (hex) => {
      const bytes = await record.payload(hex)
      if (bytes) files.set(`payload/${hex}`, bytes)
      return bytes
    },
    covering: async (index) => {
      const note = await record.covering(index)
      if (note !== null) files.set(coveringPath(index), utf8(note))
      return note
    },
  }
  const checks = await reaching(() => audit(P, recording, tender))
  // The log's own policy, as it is served, also when the reader brought another one.
  const own = await reaching(() => source.get('policy'))
  if (own !== null) files.set('policy', own)
  for (const [path, bytes] of files) {
    const file = join(folder, 'log', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes, { flag: 'wx' })
  }
  const failed = failures(checks)
  terminal.out(
    options.lang === 'ko'
      ? `${folder}: 파일 ${files.size}개를 저장했습니다. 실패한 검사 ${failed}개. 확인: madang verify ${folder} ${tender}`
      : `${folder}: ${files.size} files saved, ${failed} checks failed. Check it any time with: madang verify ${folder} ${tender}`,
  )
  return failed > 0 ? 1 : 0
}
