// What are the one right bytes of a JSON value, and is a text that claims to be JSON unambiguous?
import { FormatError } from './bytes.ts'

/** The JSON values used here. Numbers are safe integers; money, times and fractions travel as strings. */
export type Json = null | boolean | string | number | Json[] | { [key: string]: Json }

/** Deepest nesting read or written. Nothing here nests more than ten deep; a bound keeps a stranger's text off the stack. */
const MAX_DEPTH = 32
/** Longest text read unless told otherwise: 4 MiB, the largest request. */
const MAX_BYTES = 4 * 1024 * 1024

const SURROGATE = /[\ud800-\udfff]/
const LONE_SURROGATE = /\p{Surrogate}/u
/** The first test costs nothing for texts of Latin letters, which is what nearly all long ones here are. */
const isIllFormed = (text: string) => SURROGATE.test(text) && LONE_SURROGATE.test(text)

function text(value: string): string {
  if (isIllFormed(value)) throw new FormatError('a lone surrogate has no UTF-8 bytes')
  return JSON.stringify(value)
}

function write(value: unknown, depth: number): string {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new FormatError(`${value} is not a safe integer; write it as a string`)
    return String(value)
  }
  if (typeof value !== 'object') throw new FormatError(`${typeof value} is not JSON`)
  if (depth === 0) throw new FormatError(`nested deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth - 1)).join(',')}]`
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new FormatError('not a plain object')
  // Without a comparison, sort orders by UTF-16 code units, as RFC 8785 section 3.2.3 asks.
  const members = Object.keys(value)
    .sort()
    .map((key) => `${text(key)}:${write((value as Record<string, unknown>)[key], depth - 1)}`)
  return `{${members.join(',')}}`
}

/**
 * The canonical text of a JSON value (RFC 8785, JCS): members sorted by UTF-16 code units, no spaces.
 *
 * Throws {@link FormatError} for what has no such text or an ambiguous one: numbers that are not safe integers, undefined
 * members, lone surrogates, objects with a class of their own, nesting deeper than 32.
 *
 * @example canonical({ b: 1, a: 'x' }) // '{"a":"x","b":1}'
 */
export function canonical(value: Json): string {
  return write(value, MAX_DEPTH)
}

/** What a string holds as it is. A regular expression walks the kilobytes of an envelope several times faster than a loop. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those that JSON forbids
const PLAIN = /[^"\\\u0000-\u001f]*/y
/** From this many characters on; for fewer, the loop is faster. */
const LONG = 32

class Reader {
  private readonly text: string
  private readonly depth: number
  private at = 0

  constructor(text: string, depth: number) {
    this.text = text
    this.depth = depth
  }

  document(): Json {
    const value = this.value(this.depth)
    this.space()
    if (this.at < this.text.length) this.fail('something after the end')
    return value
  }

  private fail(what: string): never {
    throw new FormatError(`not JSON as used here: ${what} at ${this.at}`)
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  private value(depth: number): Json {
    this.space()
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth)
      case '[':
        return this.array(depth)
      case '"':
        return this.string()
      case 't':
        return this.word('true', true)
      case 'f':
        return this.word('false', false)
      case 'n':
        return this.word('null', null)
      default:
        return this.integer()
    }
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('an unknown word')
    this.at += word.length
    return value
  }

  private integer(): number {
    const number = /-?(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y
    number.lastIndex = this.at
    const found = number.exec(this.text)
    const value = found === null ? Number.NaN : Number(found[0])
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) this.fail('neither a value nor a safe integer')
    this.at = number.lastIndex
    return value
  }

  private string(): string {
    const start = this.at
    let escaped = false
    let plain = 0
    for (this.at++; ; this.at++) {
      const code = this.text.charCodeAt(this.at)
      if (code === 0x22) break
      if (code === 0x5c) {
        escaped = true
        plain = 0
        this.at++
      } else if (!(code >= 0x20)) this.fail('a control character or the end inside a string')
      else if (++plain === LONG) {
        plain = 0
        PLAIN.lastIndex = this.at + 1
        PLAIN.test(this.text)
        this.at = PLAIN.lastIndex - 1
      }
    }
    this.at++
    let value: string
    try {
      value = escaped ? JSON.parse(this.text.slice(start, this.at)) : this.text.slice(start + 1, this.at - 1)
    } catch {
      this.fail('a bad escape in the string before')
    }
    if (isIllFormed(value)) this.fail('a lone surrogate in the string before')
    return value
  }

  private array(depth: number): Json[] {
    if (depth === 0) this.fail('nesting too deep')
    const out: Json[] = []
    this.at++
    this.space()
    if (this.text[this.at] === ']') {
      this.at++
      return out
    }
    for (;;) {
      out.push(this.value(depth - 1))
      this.space()
      const next = this.text[this.at++]
      if (next === ']') return out
      if (next !== ',') this.fail('no comma or ] after an item')
    }
  }

  private object(depth: number): { [key: string]: Json } {
    if (depth === 0) this.fail('nesting too deep')
    const out: { [key: string]: Json } = {}
    this.at++
    this.space()
    if (this.text[this.at] === '}') {
      this.at++
      return out
    }
    for (;;) {
      this.space()
      if (this.text[this.at] !== '"') this.fail('no name of a member')
      const key = this.string()
      if (key === '__proto__') this.fail('a member named __proto__')
      if (Object.hasOwn(out, key)) this.fail(`a second member ${JSON.stringify(key.slice(0, 40))}`)
      this.space()
      if (this.text[this.at++] !== ':') this.fail('no colon after a name')
      out[key] = this.value(depth - 1)
      this.space()
      const next = this.text[this.at++]
      if (next === '}') return out
      if (next !== ',') this.fail('no comma or } after a member')
    }
  }
}

/**
 * Reads a JSON text strictly (RFC 8259 with the limits of RFC 7493, I-JSON): what two parsers could understand differently is refused.
 *
 * @param text JSON; spaces between tokens are allowed, so compare `canonical(result)` with the text where the bytes must be canonical
 * @param max `bytes` of UTF-8 (default 4 MiB) and `depth` of nesting (default 32)
 * @throws {@link FormatError} for anything else: duplicate members, `__proto__`, fractions, exponents, −0, unsafe integers,
 * lone surrogates, too long, too deep
 */
export function parseJson(text: string, max: { bytes?: number; depth?: number } = {}): Json {
  const bytes = max.bytes ?? MAX_BYTES
  if (text.length > bytes || (text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes)) {
    throw new FormatError(`longer than ${bytes} bytes`)
  }
  return new Reader(text, Math.min(max.depth ?? MAX_DEPTH, MAX_DEPTH)).document()
}

/** A JSON object, as opposed to an array, a text, a number or nothing. */
export type JsonObject = { [key: string]: Json }

/** Is this value a JSON object with exactly these members, no more and no fewer? `optional` ones may be absent. */
export function hasMembers(
  value: Json | undefined,
  names: readonly string[],
  optional: readonly string[] = [],
): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const keys = Object.keys(value)
  return (
    names.every((name) => Object.hasOwn(value, name)) &&
    keys.every((key) => names.includes(key) || optional.includes(key))
  )
}
