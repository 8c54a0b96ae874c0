// Which record does a command look at? The log at the place that was typed, by the policy that was given, with the tender in it.
import { readFile } from 'node:fs/promises'
import { gather, type PublicRecord, tendersIn } from '../domain/audit/public-record.ts'
import { openLogSource, Unreachable } from '../node/log-source.ts'
import type { LogSource } from '../proof/follow.ts'
import { safe, Unusable } from './terminal.ts'

export interface OpenedRecord {
  source: LogSource
  record: PublicRecord
}

/** The text of a file that a person named; Unusable when it cannot be read. */
export async function textOf(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (e) {
    throw new Unusable(`the ${what} ${path} cannot be read: ${(e as NodeJS.ErrnoException).code ?? String(e)}`)
  }
}

/** Turns "cannot be reached" into an exit code; anything else is a bug and goes on. */
export async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (e) {
    if (e instanceof Unreachable) throw new Unusable(e.message)
    throw e
  }
}

/**
 * Fetches the record of a log.
 *
 * @param place address or folder
 * @param policyFile the reader's own root of trust; null takes the log's
 */
export async function openRecord(place: string, policyFile: string | null): Promise<OpenedRecord> {
  const policy = policyFile === null ? null : await textOf(policyFile, 'policy file')
  return reaching(async () => {
    const source = await openLogSource(place)
    return { source, record: await gather(source, policy) }
  })
}

/** Unusable when the log has entries and none is of the tender: a typing error should not look like a finding. */
export function insistTender(record: PublicRecord, place: string, tender: string): void {
  const known = tendersIn(record.entries)
  if (record.entries.length === 0 || known.includes(tender)) return
  const some = known.slice(0, 5).map(safe).join(', ')
  throw new Unusable(
    `the log at ${place} has no tender ${tender}${some ? `; it has ${some}${known.length > 5 ? ' …' : ''}` : ''}`,
  )
}
