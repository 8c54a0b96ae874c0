// How does one keep a tender's evidence in one file? `madang bundle`: the same bytes whoever makes it, checked before it is saved.
import { writeFile } from 'node:fs/promises'
import { makeBundle } from '../domain/audit/bundle.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { hex } from '../proof/bytes.ts'
import { insistTender, openRecord, reaching } from './open-record.ts'
import { type Lang, type Terminal, Unusable } from './terminal.ts'
import { failures } from './verify.ts'

/** Makes and saves the bundle. Answers the exit code: 1 when a check failed; the file is written all the same, as evidence of that. */
export async function bundleTender(
  place: string,
  tender: string,
  file: string,
  options: { lang: Lang },
  terminal: Terminal,
): Promise<0 | 1> {
  const { record } = await openRecord(place, null)
  insistTender(record, place, tender)
  const bundle = await reaching(() => makeBundle(P, record, tender))
  if (bundle === null) throw new Unusable(`the log at ${place} has no checkpoint, no policy, or no entry of ${tender}`)
  try {
    await writeFile(file, bundle.bytes, { flag: 'wx' })
  } catch (e) {
    throw new Unusable(`${file} cannot be written: ${(e as NodeJS.ErrnoException).code}`)
  }
  const failed = failures(bundle.checks)
  const sum = hex(P.sha256(bundle.bytes))
  terminal.out(
    options.lang === 'ko'
      ? `${file}: 파일 ${bundle.manifest.files.length}개, ${bundle.bytes.length}바이트, SHA-256 ${sum}. 실패한 검사 ${failed}개. 확인: madang verify ${file}`
      : `${file}: ${bundle.manifest.files.length} files, ${bundle.bytes.length} bytes, SHA-256 ${sum}. ${failed} checks failed. Check it any time with: madang verify ${file}`,
  )
  return failed > 0 ? 1 : 0
}
