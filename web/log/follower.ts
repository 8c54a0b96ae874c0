// Is this the log that this browser has known, grown and otherwise unchanged, and what are its entries?
import type { Words } from '../../src/domain/events.ts'
import type { FetchPayload } from '../../src/domain/record/entry.ts'
import { b64, FormatError, fromUtf8 } from '../../src/proof/bytes.ts'
import { type FollowState, follow, type LogSource, logsIn } from '../../src/proof/follow.ts'
import { logKeys, type Policy, type Quorum, readPolicy } from '../../src/proof/policy.ts'
import type { Primitives } from '../../src/proof/primitives.ts'
import { Compact, leafHash } from '../../src/proof/tree.ts'

/** Something that does not check, in words for a person. `check` names what was asked. */
export type Doubt = { check: string; says: Words }

/** What a browser keeps of a log between two visits: whose key signed it, and how far it had grown. */
export type Seen = { vkey: string; size: number; root: string }

const doubt = (check: string, ko: string, en: string): Doubt => ({ check, says: { ko, en } })

const REFUSALS: Readonly<Record<string, string>> = {
  'note.format': '기록 머리(checkpoint)의 형식이 올바르지 않습니다.',
  'note.unknown-log': '기록 머리가 정책에 없는 로그의 것입니다.',
  'note.signature': '기록 머리에 로그의 서명이 없거나 서명이 틀립니다.',
  'note.quorum': '정책이 요구하는 증인의 서명이 모자랍니다.',
  'log.no-checkpoint': '로그에 기록 머리가 아직 없습니다.',
  'log.other-origin': '전에 따라가던 로그가 아닙니다.',
  'log.shrunk': '로그가 전에 본 것보다 짧습니다.',
  'log.forked': '받은 기록이 로그가 서명한 뿌리 값과 맞지 않습니다.',
  'log.entries-missing': '로그의 기록 일부를 받을 수 없습니다.',
  'log.entry-format': '형식이 틀린 기록이 있습니다.',
  'log.turn': '한 해의 로그와 다음 해의 로그가 서로 이어지지 않습니다.',
}

/** Follows one log from its first entry; each `catchUp` fetches only what is new. */
export class LogFollower {
  readonly entries: Uint8Array[] = []
  readonly #P: Primitives
  readonly #source: LogSource
  #seen: Seen | null
  #state: FollowState | null = null
  #policy: Policy | null = null
  #quorum: Quorum | null = null

  constructor(P: Primitives, source: LogSource, seen: Seen | null) {
    this.#P = P
    this.#source = source
    this.#seen = seen
  }

  /** The policy under which the log was followed; there is one once `catchUp` has answered null. */
  get policy(): Policy {
    if (!this.#policy) throw new Error('the log was not followed yet')
    return this.#policy
  }

  /** When the policy's witnesses had all seen the head that was followed to last. */
  get quorum(): Quorum {
    if (!this.#quorum) throw new Error('the log was not followed yet')
    return this.#quorum
  }

  /** What to keep for the next visit; null before the first success. */
  get seen(): Seen | null {
    return this.#seen
  }

  readonly payload: FetchPayload = (hex) => this.#source.get(`payload/${hex}`)

  async #readPolicy(): Promise<Policy | Doubt> {
    const bytes = await this.#source.get('policy')
    if (bytes === null) return doubt('policy', '로그가 정책을 공개하지 않습니다.', 'The log publishes no policy.')
    try {
      return readPolicy(fromUtf8(bytes))
    } catch (error) {
      if (!(error instanceof FormatError)) throw error
      return doubt(
        'policy',
        `로그의 정책을 읽을 수 없습니다: ${error.message}`,
        `The policy cannot be read: ${error.message}`,
      )
    }
  }

  /** The place in the whole chain of an entry of the log of this name; -1 for a log that is none of it. */
  placeOf(origin: string, index: number): number {
    const log = this.#state && logsIn(this.#state).find((one) => one.origin === origin)
    return log ? log.before + index : -1
  }

  /** Does the log still hold what this browser saw on an earlier visit? */
  #keptItsWord(policy: Policy, state: FollowState): Doubt | null {
    const seen = this.#seen
    if (seen === null) return null
    const logs = logsIn(state)
    const at = logs.findIndex(({ origin }) => logKeys(this.#P, policy, origin).includes(seen.vkey))
    const log = logs[at]
    if (!log) {
      return doubt(
        'log-changed',
        '이 로그의 서명 열쇠가 이 브라우저가 전에 본 것과 다릅니다.',
        'This log is signed with another key than the one that this browser saw before.',
      )
    }
    const tree = new Compact(this.#P)
    if (seen.size <= log.size) {
      const { before } = log
      for (const bytes of this.entries.slice(before, before + seen.size)) tree.append(leafHash(this.#P, bytes))
      if (b64(tree.root()) === seen.root) return null
    }
    return doubt(
      'log-changed',
      `이 브라우저가 전에 본 기록 ${seen.size}건이 지금 로그에 그대로 있지 않습니다.`,
      `The ${seen.size} entries that this browser saw before are not in the log as they were.`,
    )
  }

  /** Follows to the newest checkpoint. Null when all of it checks; rejects when the log cannot be reached. */
  async catchUp(): Promise<Doubt | null> {
    const policy = this.#policy ?? (await this.#readPolicy())
    if ('check' in policy) return policy
    const first = this.#state === null
    const made = await follow(this.#P, this.#source, policy, this.#state)
    if ('refused' in made) return doubt(made.refused, REFUSALS[made.refused] ?? made.says, made.says)
    for (const entry of made.entries) this.entries.push(entry.bytes)
    const vkey = logKeys(this.#P, policy, made.state.origin)[0] ?? ''
    const broken = first ? this.#keptItsWord(policy, made.state) : null
    if (broken) {
      this.entries.length = 0
      return broken
    }
    this.#policy = policy
    this.#quorum = made.quorum
    this.#state = made.state
    this.#seen = { vkey, size: made.state.size, root: made.state.root }
    return null
  }
}
