// Whom must a log and its witnesses convince? C2SP tlog-policy: logs, witnesses, groups of them and the quorum.
import { FormatError } from './bytes.ts'
import {
  type Checkpoint,
  LOG_KEY,
  readCheckpoint,
  readNote,
  readVkey,
  verifyCosignature,
  verifyNote,
  WITNESS_KEY,
} from './note.ts'
import type { Primitives } from './primitives.ts'
import { keysFor } from './shards.ts'

export type PolicyLog = { vkey: string; url?: string }
export type PolicyWitness = { name: string; vkey: string; url?: string }
/** Fulfilled when `threshold` of its members (witnesses or earlier groups) are. */
export type PolicyGroup = { name: string; threshold: number; members: string[] }

/** `quorum` names a witness or a group, or is `none`. Groups stand in their order; members are always defined before. */
export type Policy = { logs: PolicyLog[]; witnesses: PolicyWitness[]; groups: PolicyGroup[]; quorum: string }

const MAX_POLICY = 100_000

function insistKey(vkey: string, type: number, seen: Set<string>): void {
  const key = readVkey(vkey)
  if (key.type !== type) throw new FormatError('a key of the wrong type for its line')
  if (seen.has(vkey)) throw new FormatError('a key is there twice')
  seen.add(vkey)
}

function thresholdOf(text: string, members: number): number {
  if (text === 'any') return 1
  if (text === 'all') return members
  const threshold = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : Number.NaN
  if (!(threshold <= members)) throw new FormatError('the threshold of a group is any, all or a number of its members')
  return threshold
}

/**
 * Reads a policy: lines `log VKEY [url]`, `witness NAME VKEY [url]`, `group NAME number|any|all MEMBERS`, `quorum NAME|none`; lines
 * that begin with `#` are comments. Throws {@link FormatError} with the number of the line that is wrong.
 */
export function readPolicy(text: string): Policy {
  if (text.length > MAX_POLICY) throw new FormatError('the policy is too long')
  const policy: Policy = { logs: [], witnesses: [], groups: [], quorum: '' }
  const names = new Set<string>(['none'])
  const keys = new Set<string>()
  const define = (name: string) => {
    if (names.has(name)) throw new FormatError(`the name ${name} is there twice or reserved`)
    names.add(name)
  }
  const insistDefined = (name: string) => {
    if (name === 'none' || !names.has(name)) throw new FormatError(`the name ${name} is not defined before`)
  }
  const read = (word: string, rest: string[]): void => {
    if (word === 'log' && (rest.length === 1 || rest.length === 2)) {
      const [vkey, url] = rest as [string, string?]
      insistKey(vkey, LOG_KEY, keys)
      policy.logs.push({ vkey, ...(url === undefined ? {} : { url }) })
    } else if (word === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const [name, vkey, url] = rest as [string, string, string?]
      insistKey(vkey, WITNESS_KEY, keys)
      define(name)
      policy.witnesses.push({ name, vkey, ...(url === undefined ? {} : { url }) })
    } else if (word === 'group' && rest.length >= 3) {
      const [name, threshold, ...members] = rest as [string, string, ...string[]]
      members.forEach(insistDefined)
      if (new Set(members).size !== members.length) throw new FormatError('a member is there twice')
      define(name)
      policy.groups.push({ name, threshold: thresholdOf(threshold, members.length), members })
    } else if (word === 'quorum' && rest.length === 1) {
      const [name] = rest as [string]
      if (policy.quorum !== '') throw new FormatError('a second quorum')
      if (name !== 'none') insistDefined(name)
      policy.quorum = name
    } else throw new FormatError(`not a line of a policy: ${word.slice(0, 40)}`)
  }
  for (const [index, line] of text.split('\n').entries()) {
    const [word, ...rest] = line.split(/[ \t\r]+/).filter((part) => part !== '')
    if (word === undefined || word.startsWith('#')) continue
    try {
      read(word, rest)
    } catch (error) {
      if (error instanceof FormatError) throw new FormatError(`line ${index + 1} of the policy: ${error.message}`)
      throw error
    }
  }
  if (policy.logs.length === 0) throw new FormatError('the policy names no log')
  if (policy.quorum === '') throw new FormatError('the policy has no quorum line')
  return policy
}

/** The lines of a policy without addresses and comments: who is trusted, in one spelling, wherever they were read. */
export function writePolicy({ logs, witnesses, groups, quorum }: Policy): string {
  return [
    ...logs.map(({ vkey }) => `log ${vkey}`),
    ...witnesses.map(({ name, vkey }) => `witness ${name} ${vkey}`),
    ...groups.map(({ name, threshold, members }) => `group ${name} ${threshold} ${members.join(' ')}`),
    `quorum ${quorum}`,
    '',
  ].join('\n')
}

/** Was the quorum there, since when (seconds since 1970), and was one asked for at all? */
export type Quorum = { met: boolean; time: number | null; none: boolean }

/**
 * Is a note cosigned by the quorum? `time` is the earliest second by which enough witnesses had seen it: the threshold-th smallest of
 * the members' times, group by group. With `quorum none` it is met at no known time. The log's own signature is not looked at.
 *
 * @example two of three witnesses at 803, 804 and 805 s: met at 804
 */
export async function quorumMet(P: Primitives, policy: Policy, note: string): Promise<Quorum> {
  if (policy.quorum === 'none') return { met: true, time: null, none: true }
  const times = new Map<string, number>()
  for (const { name, vkey } of policy.witnesses) {
    const seen = await verifyCosignature(P, note, vkey)
    if (seen !== null) times.set(name, seen.time)
  }
  for (const { name, threshold, members } of policy.groups) {
    const there = members.flatMap((member) => times.get(member) ?? []).sort((a, b) => a - b)
    const time = there[threshold - 1]
    if (time !== undefined) times.set(name, time)
  }
  const time = times.get(policy.quorum) ?? null
  return { met: time !== null, time, none: false }
}

/** When each witness of the policy had seen this note, seconds since 1970; null for one without a line that holds. */
export async function witnessTimes(
  P: Primitives,
  policy: Policy,
  note: string,
): Promise<{ name: string; vkey: string; url: string | null; time: number | null }[]> {
  return Promise.all(
    policy.witnesses.map(async ({ name, vkey, url }) => {
      const seen = await verifyCosignature(P, note, vkey)
      return { name, vkey, url: url ?? null, time: seen?.time ?? null }
    }),
  )
}

/** A refusal: a code for programs, a sentence for people. */
export type PolicyRefusal = {
  refused: 'note.format' | 'note.unknown-log' | 'note.signature' | 'note.quorum'
  says: string
}

/** The keys under which this policy knows a log: its own, or that of the first log for the log of a year that follows it. */
export const logKeys = (P: Primitives, policy: Pick<Policy, 'logs'>, origin: string): string[] =>
  keysFor(
    P,
    policy.logs.map(({ vkey }) => vkey),
    origin,
  )

/**
 * Does this note satisfy the policy: signed by one of its logs, the one that it names as origin, and by the quorum? A policy that
 * names a log names those of its later years as well.
 */
export async function verifyCheckpoint(
  P: Primitives,
  policy: Policy,
  note: string,
): Promise<(Checkpoint & { quorum: Quorum }) | PolicyRefusal> {
  let origin: string
  try {
    origin = readCheckpoint(readNote(note).text).origin
  } catch (error) {
    if (error instanceof FormatError) return { refused: 'note.format', says: error.message }
    throw error
  }
  const vkeys = logKeys(P, policy, origin)
  if (vkeys.length === 0) return { refused: 'note.unknown-log', says: `the policy names no log ${origin}` }
  for (const vkey of vkeys) {
    const checkpoint = await verifyNote(P, note, vkey)
    if (checkpoint === null) continue
    const quorum = await quorumMet(P, policy, note)
    if (!quorum.met)
      return { refused: 'note.quorum', says: 'the witnesses that the policy asks for have not all cosigned it' }
    return { ...checkpoint, quorum }
  }
  return { refused: 'note.signature', says: 'the signature of the log is missing or false' }
}
