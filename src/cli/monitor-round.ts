// What does a monitor look at in one round? The log's growth, its witnesses' own views, every address that people need, and the served code.

import { compareHead } from '../domain/audit/growth.ts'
import { inParallel } from '../domain/record/entry.ts'
import { type HttpOptions, Unreachable } from '../node/log-source.ts'
import { FormatError, fromB64u, fromUtf8, hex, utf8 } from '../proof/bytes.ts'
import { canonical, parseJson } from '../proof/canonical.ts'
import { type FollowedEntry, type FollowState, follow, type LogSource, placesOf } from '../proof/follow.ts'
import { type Policy, readPolicy, writePolicy } from '../proof/policy.ts'
import type { Primitives } from '../proof/primitives.ts'

/** The log contradicts itself or its policy: evidence, for good. `what` is for programs. */
export type Alarm = { what: 'fork' | 'shrunk' | 'turn' | 'key' | 'policy' | 'witness-view' | 'code'; says: string }

/** What a monitor keeps from round to round. */
export type MonitorState = {
  follow: FollowState | null
  /** The policy as it was first seen or given; one that changes is an alarm. */
  policy: string | null
  /** SHA-256 of the newest `platform.release/1` payload, base64url. */
  release: string | null
}

export type Availability = { name: string; tries: number; failures: number; seconds: number }

export type Round = {
  state: MonitorState
  alarms: Alarm[]
  /** What is wrong but may pass: an address that does not answer, a head that is old, an entry that came late. */
  troubles: string[]
  /** Seconds from an entry's time to our seeing it under a head, for entries that are new since the last round. */
  waits: number[]
  /** Age of the newest head by its quorum's time, seconds; null without witnesses. */
  headAge: number | null
  size: number
  asked: { name: string; ok: boolean; seconds: number }[]
}

export type MonitorParts = {
  P: Primitives
  /** Address of the service, without a slash at its end. */
  url: string
  source: LogSource
  /** Own clock, milliseconds. */
  now: () => number
  /** Entries must be under a head within this time; 60 s. */
  inclusionSeconds: number
  /** A head must not be older than this by its quorum; an idle log makes a fresh one every 60 s. */
  freshSeconds: number
  fetch?: HttpOptions
}

const ALARMS: Readonly<Record<string, Alarm['what']>> = {
  'log.shrunk': 'shrunk',
  'log.forked': 'fork',
  'log.turn': 'turn',
  'log.other-origin': 'key',
  'note.unknown-log': 'key',
  'note.signature': 'key',
}

/** Addresses whose absence somebody would notice. */
const ADDRESSES = [
  '/healthz',
  '/',
  '/api/v1/time',
  '/api/v1/tenders',
  '/log/checkpoint',
  '/log/policy',
  '/openapi.json',
]
const TIMEOUT_MS = 10_000

async function get(address: string): Promise<{ ok: boolean; status: number; body: Uint8Array }> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' })
  return { ok: answer.ok, status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) }
}

async function availability({ url, now }: MonitorParts): Promise<Round['asked']> {
  return inParallel(ADDRESSES, 4, async (name) => {
    const began = now()
    const ok = await get(`${url}${name}`).then(
      (answer) => answer.ok,
      () => false,
    )
    return { name, ok, seconds: (now() - began) / 1000 }
  })
}

/** Each witness's own latest view must be of the log that we are shown: else somebody is shown another one. */
async function witnessViews(
  { P, source }: MonitorParts,
  policy: Policy,
  origin: string,
): Promise<{ alarms: Alarm[]; troubles: string[] }> {
  const alarms: Alarm[] = []
  const troubles: string[] = []
  const path = `${hex(P.sha256(utf8(origin)))}/checkpoint`
  await Promise.all(
    policy.witnesses.map(async ({ name, url }) => {
      if (url === undefined) return
      let note: string
      try {
        const answer = await get(`${url.replace(/\/+$/, '')}/${path}`)
        if (!answer.ok) throw new Error(`it answered ${answer.status}`)
        note = fromUtf8(answer.body)
      } catch (error) {
        troubles.push(`witness ${name}: ${(error as Error).message}`)
        return
      }
      // A witness shows its own signature alone, so the quorum is not asked for here.
      const seen = await compareHead(P, source, { ...policy, quorum: 'none' }, note)
      if (seen.state === 'same log') return
      // It may have seen a head that is not published yet; the next round tells.
      if (seen.why === 'shrunk') troubles.push(`witness ${name} has seen more than is published: ${seen.says.en}`)
      else alarms.push({ what: 'witness-view', says: `witness ${name}: ${seen.says.en}` })
    }),
  )
  return { alarms, troubles }
}

type Release = { files: { path: string; sha256: string }[] }

function readRelease(bytes: Uint8Array): Release | null {
  try {
    const json = parseJson(fromUtf8(bytes), { bytes: 4 * 1024 * 1024 }) as unknown as Release & { typ: string }
    const files = json.files ?? []
    const fine =
      json.typ === 'platform.release/1' && Array.isArray(files) && files.every((f) => typeof f?.path === 'string')
    return fine ? { files } : null
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** Is the code that browsers are given the code that was logged? Scripts and styles that the shell names must be among it too. */
async function servedCode(parts: MonitorParts, h: string): Promise<{ alarms: Alarm[]; troubles: string[] }> {
  const { P, url, source } = parts
  const bytes = await source.get(`payload/${hex(fromB64u(h))}`)
  const release = bytes && readRelease(bytes)
  if (!release)
    return { alarms: [{ what: 'code', says: 'the logged release is not served or cannot be read' }], troubles: [] }
  const alarms: Alarm[] = []
  const troubles: string[] = []
  const known = new Map(release.files.map((file) => [file.path, file.sha256]))
  const check = async (path: string) => {
    if (!/^\/[A-Za-z0-9._/-]+$/.test(path)) return
    const answer = await get(`${url}${path}`).catch(() => null)
    if (!answer?.ok) troubles.push(`${path} of the release does not answer`)
    else if (hex(P.sha256(answer.body)) !== known.get(path))
      alarms.push({ what: 'code', says: `${path} is not the file of the logged release` })
  }
  await inParallel([...known.keys()], 4, check)
  const shell = await get(`${url}/`).catch(() => null)
  const named = [...fromUtf8(shell?.body ?? new Uint8Array()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    (m) => m[1] as string,
  )
  for (const path of named)
    if (!known.has(path)) alarms.push({ what: 'code', says: `the page loads ${path}, which is in no logged release` })
  return { alarms, troubles }
}

function waitsOf(entries: readonly FollowedEntry[], now: number): number[] {
  return entries.flatMap(({ leaf }) => ('c' in leaf ? [] : [(now - Date.parse(leaf.at)) / 1000]))
}

/** One look at everything. Never rejects for what a service does; what it does wrong is in the answer. */
export async function monitorRound(parts: MonitorParts, before: MonitorState): Promise<Round> {
  const { P, source, now } = parts
  const round: Round = {
    state: before,
    alarms: [],
    troubles: [],
    waits: [],
    headAge: null,
    size: before.follow ? placesOf(before.follow) : 0,
    asked: [],
  }
  round.asked = await availability(parts)
  for (const { name, ok } of round.asked) if (!ok) round.troubles.push(`${name} does not answer`)
  try {
    const text = await source.get('policy')
    if (text === null) throw new FormatError('the log publishes no policy')
    const policy = readPolicy(fromUtf8(text))
    const spelled = writePolicy(policy)
    if (before.policy !== null && spelled !== before.policy)
      round.alarms.push({ what: 'policy', says: 'the log names other keys, witnesses or another quorum than before' })
    const trusted =
      before.policy === null ? policy : { ...readPolicy(before.policy), logs: readPolicy(before.policy).logs }
    const followed = await follow(P, source, trusted, before.follow)
    if ('refused' in followed) {
      const what = ALARMS[followed.refused]
      if (what) round.alarms.push({ what, says: followed.says })
      else round.troubles.push(followed.says)
      return round
    }
    const { state, entries, quorum } = followed
    const seenAt = now()
    round.size = placesOf(state)
    round.headAge = quorum.time === null ? null : seenAt / 1000 - quorum.time
    if (round.headAge !== null && round.headAge > parts.freshSeconds)
      round.troubles.push(`the newest head is ${Math.round(round.headAge)} s old`)
    // What was in the log before the first look says nothing of how fast it goes in.
    if (before.follow !== null) round.waits = waitsOf(entries, seenAt)
    const late = round.waits.filter((seconds) => seconds > parts.inclusionSeconds)
    if (late.length > 0)
      round.troubles.push(`${late.length} entries were under a head only after ${Math.round(Math.max(...late))} s`)
    const released = entries.filter(({ leaf }) => !('c' in leaf) && leaf.typ === 'platform.release/1').at(-1)
    const release = released && !('c' in released.leaf) ? released.leaf.h : before.release
    round.state = { follow: state, policy: before.policy ?? spelled, release }
    const views = await witnessViews(parts, policy, state.origin)
    const code = release === null ? { alarms: [], troubles: [] } : await servedCode(parts, release)
    round.alarms.push(...views.alarms, ...code.alarms)
    round.troubles.push(...views.troubles, ...code.troubles)
  } catch (error) {
    if (error instanceof FormatError || error instanceof Unreachable) round.troubles.push(error.message)
    else throw error
  }
  return round
}

/** The state as a file keeps it, and back. Throws FormatError for what is no state. */
export const stateText = (state: MonitorState): string => canonical({ typ: 'monitor.state/1', ...state } as never)

export function readState(text: string): MonitorState {
  const json = parseJson(text) as unknown as MonitorState & { typ: string }
  if (json?.typ !== 'monitor.state/1') throw new FormatError('not the state of a monitor')
  return { follow: json.follow, policy: json.policy, release: json.release }
}
