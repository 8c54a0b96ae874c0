// Was this tender run by the rules? `madang verify`: the audit's report on a terminal, or as JSON.
import { audit, type Check, type Outcome } from '../domain/audit/audit.ts'
import type { Words } from '../domain/events.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { insistTender, openRecord, reaching, tenderFor } from './open-record.ts'
import { aligned, type Lang, safe, type Terminal } from './terminal.ts'
import { judgeFiles, tellFiles } from './verify-files.ts'

export interface VerifyOptions {
  policy?: string
  json?: boolean
  /** Folder of sealed files, to check those that bids name. */
  files?: string
  lang: Lang
}

const OUTCOME: Record<Outcome, Words> = {
  ok: { ko: '확인', en: 'ok' },
  failed: { ko: '실패', en: 'FAILED' },
  'not checkable': { ko: '확인 불가', en: 'not checkable' },
}

/** Which root of trust is used, as the first line says it. */
export function trustOf(place: string, policy: string | undefined): Words {
  return policy === undefined
    ? {
        ko: `신뢰의 근거: ${place}의 로그 자신이 공개한 정책. 로그가 스스로와 맞는지만 보입니다. 다른 곳에서 받은 정책은 --policy로 주십시오.`,
        en: `Root of trust: the policy that the log at ${place} publishes itself. It shows only that the log agrees with itself; give a policy you got elsewhere with --policy.`,
      }
    : { ko: `신뢰의 근거: 주어진 정책 파일 ${policy}`, en: `Root of trust: the policy file ${policy}` }
}

export const failures = (checks: readonly Check[]): number => checks.filter((c) => c.verdict === 'failed').length

/** Verifies a tender and reports. Answers the exit code: 0, or 1 when a check failed. Throws Unusable for what cannot be used. */
export async function verify(
  place: string,
  typed: string | undefined,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<0 | 1> {
  const { lang } = options
  const trust = trustOf(place, options.policy)
  const { record, tender: bundled } = await openRecord(place, options.policy ?? null)
  const tender = tenderFor(place, typed, bundled)
  const checks = await reaching(() => audit(P, record, tender))
  // A broken log has no tenders to speak of: its own failure is the answer then.
  const whole = checks.every((c) => c.check !== 'tree' || c.verdict === 'ok')
  if (whole) insistTender(record, place, tender)
  const files = whole ? await reaching(() => judgeFiles(record, tender, place, options.files)) : []
  const failed = failures(checks) + files.filter((file) => file.verdict === 'changed').length
  if (options.json) {
    const root = { given: options.policy !== undefined, says: trust }
    terminal.out(JSON.stringify({ tender, place, rootOfTrust: root, failed, checks, files }, null, 2))
    return failed > 0 ? 1 : 0
  }
  terminal.out(safe(trust[lang]))
  terminal.out('')
  for (const line of aligned(checks.map((c) => [c.check, OUTCOME[c.verdict][lang], c.says[lang]]))) terminal.out(line)
  tellFiles(files, lang, terminal)
  const count = (verdict: Outcome) => checks.filter((c) => c.verdict === verdict).length
  terminal.out('')
  terminal.out(
    lang === 'ko'
      ? `${safe(tender)}: 검사 ${checks.length}개 중 확인 ${count('ok')}, 실패 ${failures(checks)}, 확인 불가 ${count('not checkable')}`
      : `${safe(tender)}: ${checks.length} checks, ${count('ok')} ok, ${failures(checks)} failed, ${count('not checkable')} not checkable`,
  )
  return failed > 0 ? 1 : 0
}
