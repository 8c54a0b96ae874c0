// What does a stranger's body say? So many values, JSON that has one reading only, and every reason when it breaks its contract.
import type { z } from 'zod'
import type { Endpoint } from '../api/endpoint.ts'
import type { Reason } from '../domain/kit/verdict.ts'
import { FormatError } from '../proof/bytes.ts'
import { type Json, parseJson } from '../proof/canonical.ts'

/** Bytes of a body, for an endpoint that says nothing else. */
export const MOST_BYTES = 65_536

/** What a lenient handler gets in place of a body. */
export type Broken = { broken: Reason[] }

function zodReasons(error: z.ZodError, where: string): Reason[] {
  return error.issues.slice(0, 20).map((issue) => ({
    code: 'bad-field',
    facts: { field: issue.path.map(String).join('.').slice(0, 100) || where, why: issue.message.slice(0, 200) },
    at: `/${issue.path.map(String).join('/')}`.slice(0, 200),
  }))
}

/** Parses with a schema, or answers with every reason. */
export function parsed<T>(schema: z.ZodType<T> | undefined, value: unknown, where: string): { value: T } | Broken {
  if (!schema) return { value: {} as T }
  const result = schema.safeParse(value)
  return result.success ? { value: result.data } : { broken: zodReasons(result.error, where) }
}

/** Values of a body at most: what is long here is few texts, and a million small values would hold up everybody else. */
const MOST_VALUES = 20_000
/** Escapes and spaces at most: they cost much, too, but there are clients that write every letter of Korean as an escape. */
const MOST_ESCAPES = 200_000

const bytes = (characters: string) => Array.from(characters, (character) => character.charCodeAt(0))
const OF_VALUES = bytes(',[{')
const OF_ESCAPES = bytes('\\ \n\r\t')

/** How often any of the bytes stands there; it stops counting beyond `most`. */
function count(raw: Buffer, wanted: readonly number[], most: number): number {
  let n = 0
  for (const byte of wanted) {
    // What is looked for is rare in a large body of few texts, and this search is a hundred times as fast as a loop over its bytes.
    for (let at = raw.indexOf(byte); at !== -1 && n <= most; at = raw.indexOf(byte, at + 1)) n++
  }
  return n
}

/** Is there more in this JSON than anybody needs? Commas and opening brackets count as values, those inside texts too. */
function tooMuch(raw: Uint8Array): string | null {
  const body = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  if (count(body, OF_VALUES, MOST_VALUES) > MOST_VALUES) return `more than ${MOST_VALUES} values`
  if (count(body, OF_ESCAPES, MOST_ESCAPES) > MOST_ESCAPES) return `more than ${MOST_ESCAPES} escapes and spaces`
  return null
}

/** U+0000 in a text of a JSON document: an escape whose backslash is not itself escaped. The database's texts cannot hold it. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/

/** The JSON of a body. Throws {@link FormatError} for anything that is not UTF-8, ambiguous, too long, or more than is needed. */
export function readJson(raw: Uint8Array, limit: number): Json {
  const much = raw.length > MOST_VALUES ? tooMuch(raw) : null
  if (much !== null) throw new FormatError(much)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw)
  } catch {
    throw new FormatError('the bytes are not UTF-8')
  }
  if (text.includes('\\u0000') && NUL.test(text)) throw new FormatError('a text with U+0000')
  return parseJson(text, { bytes: limit })
}

/** A body under its endpoint's contract, or every reason why it is not. */
export function readBody(
  { body, bodyLimit }: Pick<Endpoint, 'body' | 'bodyLimit'>,
  raw: Uint8Array,
): { value: unknown } | Broken {
  try {
    return parsed(body, readJson(raw, bodyLimit ?? MOST_BYTES), 'body')
  } catch (err) {
    if (!(err instanceof FormatError)) throw err
    return { broken: [{ code: 'bad-json', facts: { why: err.message.slice(0, 200) } }] }
  }
}
