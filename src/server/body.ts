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

/** Is there more in this JSON than anybody needs? Commas and opening brackets count as values, those inside texts too. */
function tooMuch(raw: Uint8Array): string | null {
  let values = 0
  let escapes = 0
  // By index: an iterator takes ten times as long, and this runs over every byte of a large body.
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i]
    if (byte === 0x2c || byte === 0x5b || byte === 0x7b) values++
    else if (byte === 0x5c || (byte as number) <= 0x20) escapes++
    if (values > MOST_VALUES) return `more than ${MOST_VALUES} values`
    if (escapes > MOST_ESCAPES) return `more than ${MOST_ESCAPES} escapes and spaces`
  }
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
