// What has this custodian seen of the log, and when? Every entry since the first, kept in its own folder, and its own clock at each close.
import { statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { coveringPath, type RootIn, rootsOf, sightIn } from '../domain/openings/first-sight.ts'
import { appendDurably, privateFolder, readFileIfThere, writeFileAtomic } from '../node/atomic-file.ts'
import { equal, FormatError, fromB64, fromUtf8, hex } from '../proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../proof/canonical.ts'
import { type FollowState, follow, type LogSource, logsIn, placesOf } from '../proof/follow.ts'
import { type OpenLeaf, readLeaf } from '../proof/leaf.ts'
import { readCheckpoint, readNote, verifyNote } from '../proof/note.ts'
import { logKeys, type Policy } from '../proof/policy.ts'
import type { Primitives } from '../proof/primitives.ts'
import { bundleOf } from '../proof/tiles.ts'
import { because, type Refusal, type RefusalCode } from './refusals.ts'

/** When a closing entry was first seen under a checkpoint: by our own clock (ms), and since when the quorum had it (seconds). */
export type ClosingSeen = { index: number; own: number; quorum: number | null }

export type LocatedLeaf = { index: number; leaf: OpenLeaf }

const REFUSED: Readonly<Record<string, RefusalCode>> = {
  'log.shrunk': 'log-shrunk',
  'log.forked': 'log-forked',
  'log.turn': 'log-forked',
  'log.other-origin': 'log-key-changed',
  'note.unknown-log': 'log-key-changed',
  'note.signature': 'log-key-changed',
  'note.quorum': 'quorum-missing',
}

/** Contradictions of the log with itself, to be kept as evidence. */
const CONTRADICTIONS: ReadonlySet<RefusalCode> = new Set(['log-forked', 'log-shrunk', 'log-key-changed'])

type Kept = { follow: FollowState; bytes: number; note: string; closings: ClosingSeen[] }

function readKept(text: string): Kept {
  const kept = parseJson(text, { bytes: 64 * 1024 * 1024 })
  if (!hasMembers(kept, ['bytes', 'closings', 'follow', 'note', 'typ']) || kept.typ !== 'custodian.state/1') {
    throw new FormatError('state.json is not the state of a custodian')
  }
  return kept as unknown as Kept
}

/** The entries of a file that holds them as bundles do: two bytes of length, then the entry. */
function readEntries(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) throw new FormatError('entries.bin ends within an entry')
    const end = at + 2 + (bytes[at]! << 8) + bytes[at + 1]!
    if (end > bytes.length) throw new FormatError('entries.bin ends within an entry')
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}

/**
 * The log as this custodian knows it. Nothing is taken in that does not continue what was seen before, and a second look at a place
 * that shows another history is refused: the state has no way back.
 */
export class FollowedLog {
  private readonly P: Primitives
  private readonly dir: string
  private kept: Kept | null = null
  private readonly leaves: Uint8Array[] = []
  private readonly opened: LocatedLeaf[] = []

  /** Opens the folder; throws FormatError when what lies there contradicts itself. */
  constructor(P: Primitives, dir: string) {
    this.P = P
    this.dir = dir
    const state = readFileIfThere(this.stateFile)
    const kept = state && readKept(fromUtf8(state))
    this.dropUntrusted(kept?.bytes ?? 0)
    this.take(readEntries(readFileIfThere(this.entriesFile) ?? new Uint8Array()))
    if (kept && this.leaves.length !== placesOf(kept.follow))
      throw new FormatError('entries.bin has another number of entries than state.json')
    const wrong =
      kept &&
      logsIn(kept.follow).some(({ origin, size, root }) => {
        const ours = this.rootsOf(kept.follow)(origin, size)?.root
        return !ours || !equal(ours, fromB64(root))
      })
    if (wrong) {
      throw new FormatError('entries.bin does not give the root in state.json')
    }
    this.kept = kept
  }

  private get stateFile(): string {
    return join(this.dir, 'state.json')
  }

  private get entriesFile(): string {
    return join(this.dir, 'entries.bin')
  }

  /** Entries beyond what the state knows were left by a kill, or a full disk, between the two writes: they are fetched again. */
  private dropUntrusted(trusted: number): void {
    const length = statSync(this.entriesFile, { throwIfNoEntry: false })?.size ?? 0
    if (length < trusted) throw new FormatError('entries.bin is shorter than state.json says')
    if (length > trusted) truncateSync(this.entriesFile, trusted)
  }

  private take(entries: readonly Uint8Array[]): void {
    for (const bytes of entries) {
      const index = this.leaves.length
      const leaf = readLeaf(bytes)
      if (!('c' in leaf)) this.opened.push({ index, leaf })
      this.leaves.push(bytes)
    }
  }

  get size(): number {
    return this.leaves.length
  }

  /** The whole note of the checkpoint seen last; it covers everything here. Null before the first. */
  get note(): string | null {
    return this.kept?.note ?? null
  }

  /** The bytes of every entry, from index 0. */
  entries(): readonly Uint8Array[] {
    return this.leaves
  }

  /** Open entries of a type, in log order. */
  ofType(typ: string): LocatedLeaf[] {
    return this.opened.filter(({ leaf }) => leaf.typ === typ)
  }

  /** When the closing entry at this index was first seen. */
  closingSeen(index: number): ClosingSeen | null {
    return this.kept?.closings.find((closing) => closing.index === index) ?? null
  }

  /**
   * Looks at the log once. Null when all is well and everything new is on disk; else why it is refused, with the state unchanged.
   * Rejects when the place cannot be reached.
   *
   * @param now own clock, milliseconds; read when the checkpoint has arrived, before anything is fetched that could be delayed
   */
  async look(source: LogSource, policy: Policy, now: () => number): Promise<Refusal | null> {
    let seen = now()
    let shown: Uint8Array | null = null
    const timed: LogSource = {
      async get(path) {
        const bytes = await source.get(path)
        if (path.endsWith('checkpoint')) {
          seen = now()
          shown = bytes
        }
        return bytes
      },
    }
    const before = this.kept
    const followed = await follow(this.P, timed, policy, before?.follow ?? null)
    if ('refused' in followed) {
      const refusal = because(REFUSED[followed.refused] ?? 'log-refused', `${followed.refused}: ${followed.says}`)
      if (CONTRADICTIONS.has(refusal.code) && shown) await this.keepEvidence(shown, policy)
      return refusal
    }
    const { state, note, quorum, entries } = followed
    if (before && before.note === note) return null
    const closings = entries
      .filter(({ leaf }) => leaf.typ === 'tender.closed/1')
      .map(({ index }): ClosingSeen => ({ index, own: seen, quorum: quorum.time }))
    const added = Buffer.concat(entries.map(({ bytes }) => bundleOf([bytes])))
    this.dropUntrusted(before?.bytes ?? 0)
    if (added.length > 0) appendDurably(this.entriesFile, added)
    const kept: Kept = {
      follow: state,
      bytes: (before?.bytes ?? 0) + added.length,
      note,
      closings: [...(before?.closings ?? []), ...closings],
    }
    this.keep(kept)
    this.take(entries.map(({ bytes }) => bytes))
    return null
  }

  /**
   * Asks when the witnesses first saw a close that we saw only later (this custodian was away): the log's first checkpoint over it
   * says so, if it is of the very log that we follow. What is earlier than what we knew is kept.
   */
  async askFirstSight(index: number, source: LogSource, policy: Policy): Promise<void> {
    const before = this.kept
    const known = this.closingSeen(index)
    if (!before || !known) return
    const bytes = await source.get(coveringPath(index))
    if (bytes === null) return
    let note: string
    try {
      note = fromUtf8(bytes)
    } catch (error) {
      if (error instanceof FormatError) return
      throw error
    }
    const sight = await sightIn(this.P, policy, note, index, this.rootsOf(before.follow))
    if ('refused' in sight || (known.quorum !== null && known.quorum <= sight.time)) return
    const closings = before.closings.map((closing) =>
      closing === known ? { ...closing, quorum: sight.time } : closing,
    )
    this.keep({ ...before, closings })
  }

  private rootsOf(follow: FollowState): RootIn {
    return rootsOf(this.P, this.leaves, logsIn(follow))
  }

  private keep(kept: Kept): void {
    const text = canonical({ typ: 'custodian.state/1', ...(kept as unknown as { [member: string]: Json }) })
    writeFileAtomic(this.stateFile, text)
    this.kept = kept
  }

  /**
   * Keeps a note that contradicts ours. One that the log's own key signed for a size that we have with another root proves for
   * good that the log leads two histories; from then on `forkProven` says so, over every restart.
   */
  private async keepEvidence(shown: Uint8Array, policy: Policy): Promise<void> {
    const dir = join(this.dir, 'evidence')
    privateFolder(dir)
    const name = hex(this.P.sha256(shown)).slice(0, 32)
    const file = join(dir, `${name}.note`)
    if (!readFileIfThere(file)) writeFileAtomic(file, shown)
    const theirs = await this.otherRoot(shown, policy)
    if (theirs && !this.forkProven()) writeFileAtomic(this.forkFile, theirs)
  }

  private get forkFile(): string {
    return join(this.dir, 'evidence', 'fork.note')
  }

  private async otherRoot(shown: Uint8Array, policy: Policy): Promise<string | null> {
    try {
      const note = fromUtf8(shown)
      const { origin, size, root } = readCheckpoint(readNote(note).text)
      if (this.kept === null || size === 0) return null
      const ours = this.rootsOf(this.kept.follow)(origin, size)?.root ?? null
      if (ours === null || equal(ours, root)) return null
      for (const vkey of logKeys(this.P, policy, origin)) if (await verifyNote(this.P, note, vkey)) return note
      return null
    } catch (error) {
      if (error instanceof FormatError) return null
      throw error
    }
  }

  /** A note of the log that contradicts what it had signed before, once one was seen; null otherwise. */
  forkProven(): string | null {
    const bytes = readFileIfThere(this.forkFile)
    return bytes && fromUtf8(bytes)
  }
}
