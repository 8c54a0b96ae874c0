// Has the log only grown since it was last looked at, and what is new in it?
import { b64, equal, FormatError, fromB64, fromB64u, fromUtf8, hex } from './bytes.ts'
import { type OpenLeaf, readLeaf, type SealedLeaf } from './leaf.ts'
import type { Checkpoint } from './note.ts'
import { type Policy, type PolicyRefusal, type Quorum, verifyCheckpoint } from './policy.ts'
import type { Primitives } from './primitives.ts'
import {
  BrokenTurn,
  type EndedLog,
  insistContinues,
  isClosed,
  isOpened,
  nextLog,
  type Payload,
  shardFolder,
} from './shards.ts'
import { readBundle, TILE_WIDTH, tilePath } from './tiles.ts'
import { Compact, type CompactState, leafHash } from './tree.ts'

/**
 * Where a log is read: an address, a folder. Paths are below `/log/`: `checkpoint`, `tile/entries/000`, `payload/<hex>`, `policy`.
 * `null` means that there is no such thing; that the place cannot be reached is an exception.
 */
export type LogSource = { get(path: string): Promise<Uint8Array | null> }

/**
 * What a follower keeps between two looks; plain JSON. `origin` and `root` (standard base64) are those of the last checkpoint, `size`
 * and `peaks` those of its log alone. `earlier` are the logs that ended before it, oldest first; `next` the one that this one names
 * as the next, once it has ended.
 */
export type FollowState = CompactState & { origin: string; root: string; earlier?: EndedLog[]; next?: string }

/** `index` is the place in the whole chain: after all entries of the logs before. */
export type FollowedEntry = { index: number; bytes: Uint8Array; leaf: OpenLeaf | SealedLeaf }

/** The logs of the chain, oldest first, each with its name, its end as far as it is known, and the place of its first entry. */
export function logsIn({ origin, size, root, earlier = [] }: FollowState): (EndedLog & { before: number })[] {
  let before = 0
  return [...earlier, { origin, size, root }].map((log) => {
    const at = before
    before += log.size
    return { ...log, before: at }
  })
}

/** Entries of all logs of the chain. */
export const placesOf = (state: FollowState): number => logsIn(state).reduce((sum, { size }) => sum + size, 0)

export type FollowRefusal = {
  refused:
    | PolicyRefusal['refused']
    | 'log.no-checkpoint'
    | 'log.other-origin'
    | 'log.shrunk'
    | 'log.forked'
    | 'log.entries-missing'
    | 'log.entry-format'
    | 'log.turn'
  says: string
}

export type Followed = { state: FollowState; note: string; quorum: Quorum; entries: FollowedEntry[] }

const refuse = (refused: FollowRefusal['refused'], says: string): FollowRefusal => ({ refused, says })

function sayer(error: unknown): string {
  if (error instanceof FormatError) return error.message
  throw error
}

/** The entries of one bundle: the partial one of this size, or the full one that has taken its place since. */
async function entriesOf(source: LogSource, folder: string, n: number, width: number): Promise<Uint8Array[] | null> {
  const paths =
    width === TILE_WIDTH ? [tilePath('entries', n)] : [tilePath('entries', n, width), tilePath('entries', n)]
  for (const path of paths) {
    const bytes = await source.get(folder + path)
    if (bytes === null) continue
    const entries = readBundle(bytes)
    return entries.length >= width ? entries.slice(0, width) : null
  }
  return null
}

/** The note at a path, if it satisfies the policy; a missing quorum is told apart, since an ended log does not need it for ever. */
async function noteAt(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  path: string,
): Promise<(Checkpoint & { note: string; quorum: Quorum; short: FollowRefusal | null }) | FollowRefusal | null> {
  const noteBytes = await source.get(path)
  if (noteBytes === null) return null
  let note: string
  try {
    note = fromUtf8(noteBytes)
  } catch (error) {
    return refuse('note.format', sayer(error))
  }
  const whole = await verifyCheckpoint(P, policy, note)
  if (!('refused' in whole)) return { ...whole, note, short: null }
  if (whole.refused !== 'note.quorum') return whole
  const signed = await verifyCheckpoint(P, { ...policy, quorum: 'none' }, note)
  return 'refused' in signed ? signed : { ...signed, note, short: whole }
}

/** One log of the chain, to its newest checkpoint. */
async function followOne(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  state: FollowState | null,
  ended: readonly EndedLog[],
  expected: string | null,
): Promise<(Followed & { short: FollowRefusal | null }) | FollowRefusal | null> {
  const log = new Compact(P, state ?? undefined)
  if (state !== null && !equal(log.root(), fromB64(state.root)))
    throw new FormatError('the kept state contradicts itself')
  const first = ended[0]?.origin ?? expected
  const folder = first === null || expected === null ? '' : shardFolder(first, expected)
  const checkpoint = await noteAt(P, source, policy, `${folder}checkpoint`)
  if (checkpoint === null || 'refused' in checkpoint) return checkpoint
  const { origin, size, root, quorum, note, short } = checkpoint
  if (expected !== null && expected !== origin)
    return refuse('log.other-origin', `this is ${origin}, followed so far was ${expected}`)
  if (size < log.size) return refuse('log.shrunk', `the log has ${size} entries; it had ${log.size}`)

  const before = ended.reduce((sum, { size: of }) => sum + of, 0)
  const last = ended.at(-1)
  const entries: FollowedEntry[] = []
  const payload: Payload = (h) => fetchPayload(P, source, h)
  let next = state?.next
  while (log.size < size) {
    const n = Math.floor(log.size / TILE_WIDTH)
    const from = n * TILE_WIDTH
    try {
      const bundle = await entriesOf(source, folder, n, Math.min(size - from, TILE_WIDTH))
      if (bundle === null) return refuse('log.entries-missing', `the entries from ${log.size} are not served`)
      for (const bytes of bundle.slice(log.size - from)) {
        if (next !== undefined) return refuse('log.turn', `entry ${log.size} came after the one that ended ${origin}`)
        const leaf = readLeaf(bytes)
        if (isOpened(bytes) && (log.size > 0 || ended.length === 0))
          return refuse('log.turn', `entry ${log.size} of ${origin} says that a log begins`)
        if (log.size === 0 && last)
          await insistContinues(origin, bytes, { ...last, before: before - last.size }, payload)
        if (isClosed(bytes)) next = await nextLog(first ?? origin, origin, bytes, payload)
        entries.push({ index: before + log.size, bytes, leaf })
        log.append(leafHash(P, bytes))
      }
    } catch (error) {
      const code = error instanceof BrokenTurn ? 'log.turn' : 'log.entry-format'
      return refuse(code, `entry ${log.size}: ${sayer(error)}`)
    }
  }
  if (!equal(log.root(), root)) {
    return refuse('log.forked', `the entries up to ${size} do not give the root that the log signed`)
  }
  const kept: FollowState = {
    ...log.save(),
    origin,
    root: b64(root),
    ...(ended.length > 0 && { earlier: [...ended] }),
    ...(next !== undefined && { next }),
  }
  return { state: kept, note, quorum, entries, short }
}

/**
 * Looks at a log: fetches the checkpoint, verifies it by the policy, fetches the entries between the size last seen and the new one,
 * appends them and compares roots. Equal roots prove at once that nothing seen before was changed or taken away and that each entry
 * returned is in the log.
 *
 * A log whose last entry names the log of the next year is followed into it, if the first entry there names this end; entries keep
 * their places, counted through. The quorum is asked for of the newest log: what an older one ended with stands in that one.
 *
 * @param state what the last call returned, or `null` to begin at the first entry; a broken state throws {@link FormatError}
 * @returns the new state, the note to keep as evidence, the entries in order. Or why not, in which case keep the old state. After
 * `log.shrunk` the log's two notes contradict each other. After `log.forked` either this place serves other bytes than the log
 * signed, or the log was rewritten: another place, or a consistency proof, tells which. After `log.turn` two logs of a chain do not
 * fit each other, or one went on after its end
 */
export async function follow(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  state: FollowState | null,
): Promise<Followed | FollowRefusal> {
  const { earlier = [] } = state ?? {}
  let here = await followOne(P, source, policy, state, earlier, state?.origin ?? null)
  if (here === null) return refuse('log.no-checkpoint', 'the log has no checkpoint')
  if ('refused' in here) return here
  const entries = [...here.entries]
  for (;;) {
    const { origin, size, root, next, earlier: ended = [] }: FollowState = here.state
    if (next === undefined) break
    const going = await followOne(P, source, policy, null, [...ended, { origin, size, root }], next)
    if (going === null) break
    if ('refused' in going) return going
    entries.push(...going.entries)
    here = going
  }
  const { short, ...followed } = here
  return short ?? { ...followed, entries }
}

/** Where the payload of an open entry is served. @param h its hash as in the leaf, base64url */
export function payloadPath(h: string): string {
  return `payload/${hex(fromB64u(h))}`
}

/** The payload of an open entry, or `null` when it is not served, or not the bytes whose hash is in the log. */
export async function fetchPayload(P: Primitives, source: LogSource, h: string): Promise<Uint8Array | null> {
  const bytes = await source.get(payloadPath(h))
  return bytes !== null && equal(P.sha256(bytes), fromB64u(h)) ? bytes : null
}
