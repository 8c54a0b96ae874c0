// Why does a custodian not turn its key? One row a reason; every refusal is told on standard error and kept in the folder.
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { millisZ } from '../domain/kit/time.ts'
import { appendDurably } from '../node/atomic-file.ts'

/** Code → which check it belongs to: the log itself, or (a) to (f) of the custodian's duties before a release. */
export const REFUSALS = {
  'log-refused': 'log',
  'log-key-changed': 'log',
  'log-forked': 'log',
  'log-shrunk': 'log',
  'quorum-missing': 'log',
  'identity-taken': 'log',
  'identity-refused': 'log',
  'identity-waiting': 'log',
  'record-unreadable': 'c',
  'act-unsigned': 'c',
  'keyset-wrong': 'a',
  'keyset-not-mine': 'a',
  'opening-not-due': 'b',
  'requirement-missing': 'c',
  'scores-incomplete': 'c',
  'committee-wrong': 'e',
  'closing-entry-wrong': 'd',
  'closed-early': 'd',
  'closed-late': 'd',
  'closing-list-wrong': 'e',
  'reveal-wrong': 'e',
  'opening-list-wrong': 'e',
  'released-otherwise': 'e',
  'envelope-missing': 'f',
  'envelope-wrong': 'f',
} as const

export type RefusalCode = keyof typeof REFUSALS

/** One reason not to release, with words for the custodian's officer. */
export type Refusal = { code: RefusalCode; says: string }

export const because = (code: RefusalCode, says: string): Refusal => ({ code, says })

/** A refusal as it is told and kept. `about` is the tender, or "log". */
export type RefusalLine = Refusal & { at: string; about: string; check: string; list?: string }

/**
 * Tells each refusal when it is new. The custodian asks again at every poll, so the same reasons over and over are told once;
 * when they change, or go and come back, they are told again.
 */
export class RefusalLog {
  private readonly file: string
  private readonly tell: (line: string) => void
  private readonly standing = new Map<string, { key: string; lines: RefusalLine[] }>()
  private torn: boolean

  /** @param tell gets each line, without its newline, e.g. to write to standard error */
  constructor(dir: string, tell: (line: string) => void) {
    this.file = join(dir, 'refusals.jsonl')
    this.tell = tell
    this.torn = endsTorn(this.file)
  }

  /** Sets the reasons that stand against one subject; none means that it is no longer refused. `now` in milliseconds. */
  set(subject: { about: string; list?: string }, reasons: readonly Refusal[], now: number): void {
    const id = `${subject.about} ${subject.list ?? ''}`
    const key = JSON.stringify(reasons)
    if ((this.standing.get(id)?.key ?? '[]') === key) return
    if (reasons.length === 0) {
      this.standing.delete(id)
      return
    }
    const lines = reasons.map(({ code, says }) => ({ at: millisZ(now), ...subject, check: REFUSALS[code], code, says }))
    this.standing.set(id, { key, lines })
    const text = lines.map((line) => JSON.stringify(line))
    for (const line of text) this.tell(line)
    appendDurably(this.file, `${this.torn ? '\n' : ''}${text.join('\n')}\n`)
    this.torn = false
  }

  /** Everything that is refused at this moment. */
  now(): RefusalLine[] {
    return [...this.standing.values()].flatMap(({ lines }) => lines)
  }
}

/** Was the last line cut short by a kill? Then the next one must begin on a line of its own. */
function endsTorn(file: string): boolean {
  let size: number
  try {
    size = statSync(file).size
  } catch {
    return false
  }
  if (size === 0) return false
  const fd = openSync(file, 'r')
  try {
    const last = Buffer.alloc(1)
    readSync(fd, last, 0, 1, size - 1)
    return last[0] !== 0x0a
  } finally {
    closeSync(fd)
  }
}
