// What does a stranger find who recomputes a tender from its public address alone?
import { audit, type Check } from '../../src/domain/audit/audit.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'

/** Every check of the audit, by the log's own policy. */
export async function auditAt(url: string, no: string): Promise<Check[]> {
  return audit(P, await gather(httpLogSource(`${url}/log`), null), no)
}

/** Failed checks with their words; none for a tender that was run by the rules. */
export async function failedAt(url: string, no: string): Promise<string[]> {
  const checks = await auditAt(url, no)
  return checks.filter((c) => c.verdict === 'failed').map((c) => `${c.check}: ${c.says.en}`)
}
