// How does a room's test get a feed and a checker? From a forged tender: the entries as they would be sent, and a log that serves or lies.
import { type CheckerOptions, RoomChecker, type RoomNews } from '../../../src/domain/room/checker.ts'
import type { PublicEntry } from '../../../src/domain/room/entry.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { utf8 } from '../../../src/proof/bytes.ts'
import type { LogSource } from '../../../src/proof/follow.ts'
import { checkpointText, signNote } from '../../../src/proof/note.ts'
import { bundleOf } from '../../../src/proof/tiles.ts'
import { leafHash, rootOf } from '../../../src/proof/tree.ts'
import { type Forge, LOG_SEED, ORIGIN, TENDER } from '../../support/forge.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** The tender's public entries as a feed sends them. */
export function feedOf(forge: Forge): PublicEntry[] {
  let prev = -1
  return forge.entries.flatMap((bytes, index) => {
    const leaf = text(bytes)
    const { ref, typ, at } = JSON.parse(leaf) as { ref?: string; typ: string; at: string }
    if (ref !== TENDER) return []
    const entry = { index, prev, typ, at, leaf, payload: text(forge.payloadAt(index)) }
    prev = index
    return [entry]
  })
}

export const ofType = (feed: readonly PublicEntry[], typ: string): PublicEntry[] => feed.filter((e) => e.typ === typ)

/** The feed with one entry's payload changed as JSON, the leaf left as it is. */
export function withPayload(
  feed: readonly PublicEntry[],
  index: number,
  change: (payload: { [member: string]: never }) => void,
): PublicEntry[] {
  return feed.map((entry) => {
    if (entry.index !== index) return entry
    const payload = JSON.parse(entry.payload) as { [member: string]: never }
    change(payload)
    return { ...entry, payload: JSON.stringify(payload) }
  })
}

/** The log's signed note as it was when the log had this size. */
export async function checkpointAt(forge: Forge, size: number): Promise<Uint8Array> {
  const root = rootOf(
    P,
    forge.entries.slice(0, size).map((leaf) => leafHash(P, leaf)),
  )
  return utf8(await signNote(P, ORIGIN, LOG_SEED, checkpointText({ origin: ORIGIN, size, root })))
}

/** A file of the log, at whatever size it is asked for. */
export function fileAt(forge: Forge, path: string): Uint8Array | null {
  const bundle = /^tile\/entries\/000(?:\.p\/(\d+))?$/.exec(path)
  return bundle ? bundleOf(forge.entries.slice(0, Number(bundle[1] ?? 256))) : (forge.files.get(path) ?? null)
}

type News<I extends RoomNews['is']> = Extract<RoomNews, { is: I }>

export class Checked {
  readonly news: RoomNews[] = []
  readonly checker: RoomChecker

  constructor(source: LogSource, options: Partial<CheckerOptions> = {}) {
    this.checker = new RoomChecker({
      P,
      source,
      tender: TENDER,
      tell: (news) => this.news.push(news),
      pause: async () => {},
      ...options,
    })
  }

  all<I extends RoomNews['is']>(is: I): News<I>[] {
    return this.news.filter((n): n is News<I> => n.is === is)
  }

  get verdicts() {
    return this.all('envelope').map((n) => n.verdict)
  }

  /** What is wrong, in English, wherever it was found. */
  get wrongs(): string[] {
    return [
      ...this.all('log-refused').map((n) => n.says),
      ...this.all('entry').flatMap((n) => (n.ok ? [] : [`entry ${n.index}: ${n.says?.en}`])),
      ...this.all('release').flatMap((n) => (n.ok ? [] : [`release ${n.index}: ${n.says?.en}`])),
      ...this.all('missing').map((n) => `missing ${n.index}`),
      ...this.all('findings').flatMap((n) => n.findings.map((f) => `${f.check}: ${f.says.en}`)),
      ...this.verdicts.flatMap((v) => (v.ok ? [] : [`${v.kind} of ${v.bidder}: ${v.says?.en}`])),
    ]
  }
}

/** Checks a feed against a log to the end. */
export async function checkedBy(source: LogSource, feed: readonly PublicEntry[]): Promise<Checked> {
  const checked = new Checked(source)
  checked.checker.receive(feed)
  await checked.checker.work()
  return checked
}
