// What does this receipt prove? `madang receipt`: the steps that a page shows, on a terminal or as JSON.
import { logsOf } from '../domain/audit/public-record.ts'
import { judgeReceiptFile, type ReceiptStep } from '../domain/audit/receipt-report.ts'
import type { Words } from '../domain/events.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { FormatError } from '../proof/bytes.ts'
import { type Policy, readPolicy } from '../proof/policy.ts'
import { openRecord, reaching, textOf } from './open-record.ts'
import { aligned, type Lang, type Terminal, Unusable } from './terminal.ts'

export interface ReceiptOptions {
  log?: string
  policy?: string
  json?: boolean
  lang: Lang
}

const VERDICT: Record<ReceiptStep['verdict'], Words> = {
  ok: { ko: '확인', en: 'ok' },
  failed: { ko: '실패', en: 'FAILED' },
  'not checkable': { ko: '확인 불가', en: 'not checkable' },
}

function policyOf(text: string): Policy {
  try {
    return readPolicy(text)
  } catch (e) {
    if (e instanceof FormatError) throw new Unusable(`the policy cannot be read: ${e.message}`)
    throw e
  }
}

/** Judges a receipt file. Answers the exit code: 1 when a step failed. Needs a policy, the log, or both. */
export async function judgeReceipt(file: string, options: ReceiptOptions, terminal: Terminal): Promise<0 | 1> {
  const text = await textOf(file, 'receipt')
  const record = options.log === undefined ? null : (await openRecord(options.log, options.policy ?? null)).record
  const trusted = record ? record.policy?.text : options.policy && (await textOf(options.policy, 'policy file'))
  if (!trusted)
    throw new Unusable('whom do you trust? Give --policy FILE, or --log PLACE for the policy of the log itself')
  const log = record ? { entries: record.entries, payload: record.payload, logs: logsOf(record) } : null
  const { steps, index, witnessed } = await reaching(() => judgeReceiptFile(P, text, policyOf(trusted), log))
  const failed = steps.filter((s) => s.verdict === 'failed').length
  if (options.json) terminal.out(JSON.stringify({ file, index, witnessed, failed, steps }, null, 2))
  else
    for (const line of aligned(steps.map((s) => [s.step, VERDICT[s.verdict][options.lang], s.says[options.lang]])))
      terminal.out(line)
  return failed > 0 ? 1 : 0
}
