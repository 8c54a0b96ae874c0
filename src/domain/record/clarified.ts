// Were the answers that an agency gave in public to questions that had been asked, and did its officers sign them in time?
import { FormatError } from '../../proof/bytes.ts'
import { readLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { type OpenedQuestion, readQuestion } from '../tenders/questions.ts'
import type { Entry } from './entry.ts'
import { type Obj, object, text } from './fields.ts'
import { type Finding, finding } from './finding.ts'
import type { Keyring } from './keyring.ts'
import { actFinding } from './signatures.ts'

/** `clarification/1`. */
export interface Clarification {
  tender: string
  lot: string
  /** What opens the sealed question; null where the agency speaks without having been asked. */
  question: OpenedQuestion | null
  answer: string
}
export type ClarificationEntry = Entry<Clarification>

export const readClarification = (o: Obj): Clarification => {
  const question = o.question === null ? null : object(o.question, 'question')
  return {
    tender: text(o, 'tender'),
    lot: text(o, 'lot'),
    question: question && { statement: text(question, 'statement'), salt: text(question, 'salt') },
    answer: text(o, 'answer'),
  }
}

const wrong = (index: number, ko: string, en: string): Finding =>
  finding('clarifications', `${index}번 답변: ${ko}`, `The answer at entry ${index}: ${en}`)

/** Where the sealed entries with these commitments stand. */
function placesOf(entries: readonly Uint8Array[], wanted: ReadonlySet<string>): Map<string, number> {
  const places = new Map<string, number>()
  if (wanted.size === 0) return places
  for (const [index, bytes] of entries.entries()) {
    try {
      const leaf = readLeaf(bytes)
      if ('c' in leaf && wanted.has(leaf.c) && !places.has(leaf.c)) places.set(leaf.c, index)
    } catch (error) {
      // A leaf in no known format is nobody's question.
      if (!(error instanceof FormatError)) throw error
    }
  }
  return places
}

/**
 * Findings of `clarifications`: each answer is signed by a key of the buyer in force, lies below the close, and opens an entry that had
 * been sealed before it: a question about this tender. Custodians turn their keys whatever is found here.
 */
export async function clarificationFindings(
  P: Primitives,
  ring: Keyring,
  tender: string,
  clarifications: readonly ClarificationEntry[],
  { agency, close, entries }: { agency: string | undefined; close: number; entries: readonly Uint8Array[] },
): Promise<Finding[]> {
  const found: Finding[] = []
  const opened = clarifications.map((e) => e.payload.question && readQuestion(P, tender, e.payload.question))
  const places = placesOf(entries, new Set(opened.flatMap((one) => one?.c ?? [])))
  for (const [i, e] of clarifications.entries()) {
    const unsigned = await actFinding(P, ring, e, (org) => agency === undefined || org === agency)
    if (unsigned) found.push({ ...unsigned, check: 'clarifications' })
    if (e.index > close) found.push(wrong(e.index, '마감 뒤에 나왔습니다.', 'it came after the close.'))
    if (e.payload.question === null) continue
    const question = opened[i]
    if (!question)
      found.push(wrong(e.index, '이 공고에 대한 질문이 아닙니다.', 'what it answers is no question about this tender.'))
    else if ((places.get(question.c) ?? Infinity) > e.index)
      found.push(
        wrong(e.index, '그런 질문은 그 전에 봉인된 적이 없습니다.', 'no such question had been sealed before it.'),
      )
  }
  return found
}
