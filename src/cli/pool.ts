// Had everybody of a drawn committee's pool been confirmed before it was fixed? `madang pool`: for an auditor to whom the pool was opened.
import { audit } from '../domain/audit/audit.ts'
import { judgePool, type OpenedPool, type PoolWrong, readOpenedPool } from '../domain/audit/opened-pool.ts'
import type { Words } from '../domain/events.ts'
import { readRecord } from '../domain/record/read.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { FormatError } from '../proof/bytes.ts'
import { parseJson } from '../proof/canonical.ts'
import { insistTender, openRecord, reaching, textOf } from './open-record.ts'
import { aligned, type Lang, safe, type Terminal, Unusable } from './terminal.ts'

export interface PoolOptions {
  policy?: string
  lang: Lang
}

const WRONG: Record<PoolWrong, Words> = {
  nobody: { ko: '누구인지 보이지 않음', en: 'nobody is shown behind it' },
  'other-number': { ko: '번호가 이 사람의 것이 아님', en: 'the number is not this person’s' },
  'not-in-the-pool': { ko: '확정된 후보가 아님', en: 'not in the pool that was fixed' },
  'no-confirmation': { ko: '확인 기록이 없음', en: 'no confirmation is shown' },
  'not-sealed': { ko: '그 기록에 봉인된 것이 아님', en: 'this is not what is sealed in that entry' },
  another: {
    ko: '다른 사람이나 분야, 또는 거절에 관한 것',
    en: 'it is about somebody or something else, or a refusal',
  },
  'too-late': { ko: '후보 확정 뒤의 기록', en: 'it was sealed after the pool was fixed' },
  unsigned: { ko: '열쇠가 있는 운영자가 서명하지 않음', en: 'the operator’s person had a key and did not sign it' },
}

async function openedIn(file: string): Promise<OpenedPool> {
  try {
    return readOpenedPool(parseJson(await textOf(file, 'file')))
  } catch (e) {
    if (e instanceof FormatError) throw new Unusable(`${file}: ${e.message}`)
    throw e
  }
}

/** Judges an opened pool against a log. Answers the exit code: 0, or 1 when a row does not hold or the log does not. */
export async function judgeOpenedPool(
  file: string,
  place: string,
  options: PoolOptions,
  terminal: Terminal,
): Promise<0 | 1> {
  const { lang } = options
  const { tender, members } = await openedIn(file)
  const { record } = await openRecord(place, options.policy ?? null)
  const checks = await reaching(() => audit(P, record, tender))
  const bad = checks.find(({ check, verdict }) => check === 'tree' && verdict !== 'ok')
  if (bad) {
    terminal.out(safe(bad.says[lang]))
    return 1
  }
  insistTender(record, place, tender)
  const r = await reaching(() => readRecord(P, record.entries, record.payload, tender))
  if (!r.committee.pool) throw new Unusable(`${tender} has no pool of evaluators`)
  const rows = await judgePool(P, r, record.entries, members)
  const wrong = rows.filter((row) => row.wrong !== null).length
  const says = (code: PoolWrong | null) => (code === null ? (lang === 'ko' ? '확인' : 'ok') : WRONG[code][lang])
  for (const line of aligned(
    rows.map((row) => [
      row.field,
      row.id,
      row.account ?? '-',
      row.entry === null ? '-' : `#${row.entry}`,
      says(row.wrong),
    ]),
  ))
    terminal.out(line)
  terminal.out('')
  terminal.out(
    lang === 'ko'
      ? `${safe(tender)}: 후보 ${rows.length}명, 맞지 않음 ${wrong}`
      : `${safe(tender)}: ${rows.length} of the pool, ${wrong} wrong`,
  )
  return wrong > 0 ? 1 : 0
}
