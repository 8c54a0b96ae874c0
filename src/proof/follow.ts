// Has the log only grown since it was last looked at, and what is new in it?
import { b64, equal, FormatError, fromB64, fromB64u, fromUtf8, hex } from './bytes.ts'
import { type OpenLeaf, readLeaf, type SealedLeaf } from './leaf.ts'
import { type Policy, type PolicyRefusal, type Quorum, verifyCheckpoint } from './policy.ts'
import type { Primitives } from './primitives.ts'
import { readBundle, TILE_WIDTH, tilePath } from './tiles.ts'
import { Compact, type CompactState, leafHash } from './tree.ts'

/**
 * Where a log is read: an address, a folder. Paths are below `/log/`: `checkpoint`, `tile/entries/000`, `payload/<hex>`, `policy`.
 * `null` means that there is no such thing; that the place cannot be reached is an exception.
 */
export type LogSource = { get(path: string): Promise<Uint8Array | null> }

/** What a follower keeps between two looks; plain JSON. `origin` and `root` (standard base64) are those of the last checkpoint. */
export type FollowState = CompactState & { origin: string; root: string }

export type FollowedEntry = { index: number; bytes: Uint8Array; leaf: OpenLeaf | SealedLeaf }

export type FollowRefusal = {
  refused:
    | PolicyRefusal['refused']
    | 'log.no-checkpoint'
    | 'log.other-origin'
    | 'log.shrunk'
    | 'log.forked'
    | 'log.entries-missing'
    | 'log.entry-format'
  says: string
}

export type Followed = { state: FollowState; note: string; quorum: Quorum; entries: FollowedEntry[] }

const refuse = (refused: FollowRefusal['refused'], says: string): FollowRefusal => ({ refused, says })

function sayer(error: unknown): string {
  if (error instanceof FormatError) return error.message
  throw error
}

/** The entries of one bundle: the partial one of this size, or the full one that has taken its place since. */
async function entriesOf(source: LogSource, n: number, width: number): Promise<Uint8Array[] | null> {
  const paths =
    width === TILE_WIDTH ? [tilePath('entries', n)] : [tilePath('entries', n, width), tilePath('entries', n)]
  for (const path of paths) {
    const bytes = await source.get(path)
    if (bytes === null) continue
    const entries = readBundle(bytes)
    return entries.length >= width ? entries.slice(0, width) : null
  }
  return null
}

/**
 * Looks at a log: fetches the checkpoint, verifies it by the policy, fetches the entries between the size last seen and the new one,
 * appends them and compares roots. Equal roots prove at once that nothing seen before was changed or taken away and that each entry
 * returned is in the log.
 *
 * @param state what the last call returned, or `null` to begin at the first entry; a broken state throws {@link FormatError}
 * @returns the new state, the note to keep as evidence, the entries in order. Or why not, in which case keep the old state. After
 * `log.shrunk` the log's two notes contradict each other. After `log.forked` either this place serves other bytes than the log
 * signed, or the log was rewritten: another place, or a consistency proof, tells which
 */
export async function follow(
  P: Primitives,
  source: LogSource,
  policy: Policy,
  state: FollowState | null,
): Promise<Followed | FollowRefusal> {
  const log = new Compact(P, state ?? undefined)
  if (state !== null && !equal(log.root(), fromB64(state.root)))
    throw new FormatError('the kept state contradicts itself')

  const noteBytes = await source.get('checkpoint')
  if (noteBytes === null) return refuse('log.no-checkpoint', 'the log has no checkpoint')
  let note: string
  try {
    note = fromUtf8(noteBytes)
  } catch (error) {
    return refuse('note.format', sayer(error))
  }
  const checkpoint = await verifyCheckpoint(P, policy, note)
  if ('refused' in checkpoint) return checkpoint
  const { origin, size, root, quorum } = checkpoint
  if (state !== null && state.origin !== origin) {
    return refuse('log.other-origin', `this is ${origin}, followed so far was ${state.origin}`)
  }
  if (size < log.size) return refuse('log.shrunk', `the log has ${size} entries; it had ${log.size}`)

  const entries: FollowedEntry[] = []
  while (log.size < size) {
    const n = Math.floor(log.size / TILE_WIDTH)
    const first = n * TILE_WIDTH
    try {
      const bundle = await entriesOf(source, n, Math.min(size - first, TILE_WIDTH))
      if (bundle === null) return refuse('log.entries-missing', `the entries from ${log.size} are not served`)
      for (const bytes of bundle.slice(log.size - first)) {
        entries.push({ index: log.size, bytes, leaf: readLeaf(bytes) })
        log.append(leafHash(P, bytes))
      }
    } catch (error) {
      return refuse('log.entry-format', `entry ${log.size}: ${sayer(error)}`)
    }
  }
  if (!equal(log.root(), root)) {
    return refuse('log.forked', `the entries up to ${size} do not give the root that the log signed`)
  }
  return { state: { ...log.save(), origin, root: b64(root) }, note, quorum, entries }
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
