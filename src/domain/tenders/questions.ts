// What may be asked about a published tender, and answered? A question is sealed until it is answered, and whoever asked it for ever.
import { b64u, FormatError, fromB64u, utf8 } from '../../proof/bytes.ts'
import { canonical, hasMembers, parseJson } from '../../proof/canonical.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { lengthReasons, type Reason } from '../kit/verdict.ts'
import type { TenderState } from './lifecycle.ts'

/** Characters of a question, and of an answer. */
export const QUESTION = { least: 10, most: 2000 } as const
export const ANSWER = { least: 2, most: 4000 } as const
/** Questions of one firm about one tender that may wait for an answer at the same time. */
export const WAITING_AT_MOST = 20

/** What opens the entry of a question: the words as they were asked, and the salt. */
export type OpenedQuestion = { statement: string; salt: string }

/**
 * What stands for the asker inside a question: SHA-256(`sealed/1\n` ‖ salt ‖ organisation), base64url. Whoever holds the salt can show
 * who asked; an answer shows the question and never the salt.
 *
 * @param salt 32 random bytes of their own
 */
export const askerOf = (P: Primitives, salt: Uint8Array, org: string): string => commitment(P, salt, org)

/** `question/1`, canonical JSON: what is sealed when a firm asks. Example: `{"asker":"…","lot":"1","tender":"R26BK00000001","text":"…","typ":"question/1"}`. */
export const questionStatement = (tender: string, asker: string, text: string): string =>
  canonical({ typ: 'question/1', tender, lot: '1', asker, text })

/**
 * The question that a statement is, and the commitment under which it must stand in the log; null when it is no canonical `question/1`
 * about this tender, or the salt is none.
 */
export function readQuestion(
  P: Primitives,
  tender: string,
  { statement, salt }: OpenedQuestion,
): { c: string; text: string } | null {
  try {
    const said = parseJson(statement)
    if (!hasMembers(said, ['asker', 'lot', 'tender', 'text', 'typ']) || canonical(said) !== statement) return null
    if (said.typ !== 'question/1' || said.tender !== tender || typeof said.text !== 'string') return null
    return { c: commitment(P, fromB64u(salt), statement), text: said.text }
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

type Standing = { state: TenderState; deadline: number }

const whilePublished = ({ state, deadline }: Standing, now: number): Reason[] => [
  ...(state === 'published' ? [] : [{ code: 'wrong-state', facts: { state, from: 'published' } }]),
  ...(state === 'published' && now >= deadline ? [{ code: 'questions-closed', facts: {} }] : []),
]

/**
 * Every reason why this may not be asked now; empty when it may. Times are milliseconds of the database's clock.
 *
 * @param waiting the firm's own questions about this tender that nobody has answered
 */
export const reasonsAgainstAsking = (
  tender: Standing,
  { text, waiting }: { text: string; waiting: readonly string[] },
  now: number,
): Reason[] => [
  ...whilePublished(tender, now),
  ...lengthReasons(text, QUESTION, '/text'),
  ...(waiting.length >= WAITING_AT_MOST ? [{ code: 'questions-waiting', facts: { most: WAITING_AT_MOST } }] : []),
  ...(waiting.includes(text) ? [{ code: 'question-asked', facts: {}, at: '/text' }] : []),
]

/** Every reason why this answer may not be given now; empty when it may. */
export const reasonsAgainstAnswering = (tender: Standing, answer: string, now: number): Reason[] => [
  ...whilePublished(tender, now),
  ...lengthReasons(answer, ANSWER, '/answer'),
]

/** The hash by which a row names the answer's entry: base64url of SHA-256 over the signed answer. */
export const answerHash = (P: Primitives, jws: string): string => b64u(P.sha256(utf8(jws)))
