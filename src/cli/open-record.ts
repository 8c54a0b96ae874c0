// Which record does a command look at? The log at the place that was typed, by the policy that was given, with the tender in it.
import { readFile, stat } from 'node:fs/promises'
import { openBundle } from '../domain/audit/bundle.ts'
import { gather, type PublicRecord, tendersIn } from '../domain/audit/public-record.ts'
import { openLogSource, Unreachable } from '../node/log-source.ts'
import { FormatError } from '../proof/bytes.ts'
import type { LogSource } from '../proof/follow.ts'
import { safe, Unusable } from './terminal.ts'

export interface OpenedRecord {
  source: LogSource
  record: PublicRecord
  /** The tender that a bundle is of; null for a log. */
  tender: string | null
}

/** Larger files are no bundle of a tender. */
const MOST_BUNDLE = 2 ** 31 - 1

/** The log at an address, in a folder, or in a bundle. Throws Unreachable and Unusable. */
async function sourceAt(place: string): Promise<{ source: LogSource; tender: string | null }> {
  const is = /^https?:\/\//i.test(place) ? null : await stat(place).catch(() => null)
  if (!is?.isFile()) return { source: await openLogSource(place), tender: null }
  if (is.size > MOST_BUNDLE) throw new Unusable(`${place} is too large for a bundle`)
  try {
    const { source, tender } = openBundle(new Uint8Array(await readFile(place)))
    return { source, tender }
  } catch (e) {
    if (e instanceof FormatError) throw new Unusable(`${place}: ${e.message}`)
    throw e
  }
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
 * @param place address, folder or bundle
 * @param policyFile the reader's own root of trust; null takes the log's
 */
export async function openRecord(place: string, policyFile: string | null): Promise<OpenedRecord> {
  const policy = policyFile === null ? null : await textOf(policyFile, 'policy file')
  return reaching(async () => {
    const { source, tender } = await sourceAt(place)
    return { source, record: await gather(source, policy), tender }
  })
}

/** The tender to look at: the one that was typed, or the one that a bundle is of. Unusable when there is neither, or they differ. */
export function tenderFor(place: string, typed: string | undefined, bundled: string | null): string {
  if (typed !== undefined && bundled !== null && typed !== bundled)
    throw new Unusable(`${place} is the bundle of ${safe(bundled)}, not of ${safe(typed)}`)
  const tender = typed ?? bundled
  if (tender === null) throw new Unusable('which tender? Name it after the address or folder')
  return tender
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
