// How is a stranger's body taken in? So many bytes, so many values, never unpacked, and JSON that has one reading only.
import express, { type RequestHandler } from 'express'
import { FormatError } from '../proof/bytes.ts'
import { type Json, parseJson } from '../proof/canonical.ts'
import { sendProblem } from './problem.ts'

/**
 * A handler that puts the raw bytes of a JSON body into `req.body`; it stays undefined when the body is of another type. One that
 * is too long is answered as soon as that is known. The rest of it is read off all the same, into nothing, until the server's
 * time-out for requests: a sender whose connection is cut in the middle would not hear the answer.
 */
export function rawBody(limit: number): RequestHandler {
  const raw = express.raw({ type: 'application/json', limit, inflate: false })
  return (req, res, next) => {
    const refuse = () => {
      if (!res.headersSent) sendProblem(res, [{ code: 'body-too-large', facts: { limit } }])
    }
    if (Number(req.headers['content-length']) > limit) return refuse()
    let length = 0
    req.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) refuse()
    })
    raw(req, res, (err?: unknown) => {
      if (!res.headersSent) next(err)
    })
  }
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
