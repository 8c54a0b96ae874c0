// Which witnesses must have seen a checkpoint before it is published? The lines of a C2SP tlog-policy that a file names.
import { readFileSync } from 'node:fs'
import { FormatError, fromB64 } from '../../proof/bytes.ts'
import { vkeyOf } from '../../proof/note.ts'
import { type Policy, readPolicy } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { ConfigError } from '../config.ts'

/** What stands in a policy below its `log` line when nobody is asked. */
export const NO_WITNESSES = 'quorum none\n'

/** The policy of a log: its key and address, and who must have seen its checkpoints. */
export const policyText = (vkey: string, url: string, witnesses: string): string => `log ${vkey} ${url}\n${witnesses}`

/** A key that is nobody's, to read witness lines where the log's own key is not known yet or does not matter. */
const anyLog = (P: Primitives) => vkeyOf(P, 'any.example/log', fromB64('11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='))

/**
 * The witnesses, groups and quorum that these lines name. Throws {@link FormatError} when they are no part of a policy, or a
 * witness has no address at which it could be asked.
 */
export function readWitnessLines(P: Primitives, lines: string): Pick<Policy, 'witnesses' | 'groups' | 'quorum'> {
  const { witnesses, groups, quorum } = readPolicy(policyText(anyLog(P), 'http://localhost/log', lines))
  for (const { name, url } of witnesses) {
    if (url === undefined || !/^https?:\/\//.test(url) || !URL.canParse(url))
      throw new FormatError(`the witness ${name} has no http address`)
  }
  return { witnesses, groups, quorum }
}

/**
 * The witness lines of the file that the setting names; without one nobody is asked.
 * @throws ConfigError when the file cannot be read or understood: a log must not silently go unwitnessed
 */
export function witnessLines(P: Primitives, file: string | null): string {
  if (file === null) return NO_WITNESSES
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (err) {
    throw new ConfigError([`MADANG_WITNESSES: ${file} cannot be read (${(err as NodeJS.ErrnoException).code})`])
  }
  try {
    if (/^\s*log\s/m.test(text)) throw new FormatError('the log line is added by the server')
    readWitnessLines(P, text)
  } catch (err) {
    if (err instanceof FormatError) throw new ConfigError([`MADANG_WITNESSES: ${file}: ${err.message}`])
    throw err
  }
  return text.endsWith('\n') ? text : `${text}\n`
}
