// Is this secret in those bytes, in whatever dress? As it is, hexadecimal, base64 at each alignment, UTF-16, escaped, percent-encoded.
import { createHash } from 'node:crypto'

type Needle = { name: string; dress: string; bytes: Buffer }

/** The part of base64 that is the same whatever stands before and after: `shift` bytes before it, three alignments in all. */
function base64Core(bytes: Uint8Array, shift: number, alphabet: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString(alphabet)
    .replace(/=+$/, '')
  // A character of 6 bits belongs to the secret alone if none of its bits is a neighbour's.
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor(((shift + bytes.length) * 8) / 6)
  return text.slice(first, last)
}

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const escaped = (text: string): string =>
  [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')

/** Every dress of a secret: a text, or bytes. A dress of fewer than eight bytes would be found by chance and is left out. */
export function dresses(secret: string | Uint8Array): { dress: string; bytes: Buffer }[] {
  const text = typeof secret === 'string'
  const raw = text ? Buffer.from(secret, 'utf8') : Buffer.from(secret)
  const hex = raw.toString('hex')
  const found: [dress: string, bytes: Buffer | string][] = [
    [text ? 'text' : 'bytes', raw],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    // An odd alignment of hexadecimal is the same text; an array of numbers is not.
    ['numbers', [...raw].join(',')],
  ]
  for (const shift of [0, 1, 2]) {
    found.push([`base64+${shift}`, base64Core(raw, shift, 'base64')])
    found.push([`base64url+${shift}`, base64Core(raw, shift, 'base64url')])
  }
  if (text) {
    found.push(['UTF-16LE', Buffer.from(secret, 'utf16le')], ['UTF-16BE', swapped(secret)])
    found.push(['\\u', escaped(secret)], ['backwards', [...secret].reverse().join('')])
    if (encodeURIComponent(secret) !== secret) found.push(['percent', encodeURIComponent(secret)])
    if (/^[1-9]\d{3,}$/.test(secret)) {
      const n = BigInt(secret)
      const hexNumber = n.toString(16).padStart(16, '0')
      found.push(['1,000s', secret.replace(/\B(?=(\d{3})+$)/g, ',')], ['number in hex', n.toString(16)])
      found.push(
        ['64 bits', Buffer.from(hexNumber, 'hex')],
        ['64 bits reversed', Buffer.from(hexNumber, 'hex').reverse()],
      )
    }
  }
  const seen = new Set<string>()
  return found.flatMap(([dress, bytes]) => {
    const buffer = Buffer.from(bytes as string)
    const key = buffer.toString('latin1')
    if (buffer.length < 8 || seen.has(key)) return []
    seen.add(key)
    return [{ dress, bytes: buffer }]
  })
}

/** Secrets by name, to be looked for together. */
export class Canaries {
  readonly #needles: Needle[] = []
  /** Needles by their first four bytes, and which two bytes any of them begins with: most places of a text begin none. */
  readonly #beginning = new Map<number, Needle[]>()
  readonly #begins = new Uint8Array(65_536)
  readonly #clean = new Set<string>()

  add(name: string, secret: string | Uint8Array): this {
    for (const { dress, bytes } of dresses(secret)) {
      const needle = { name, dress, bytes }
      this.#needles.push(needle)
      const first = bytes.readUInt32BE(0)
      this.#beginning.set(first, [...(this.#beginning.get(first) ?? []), needle])
      this.#begins[first >>> 16] = 1
    }
    return this
  }

  get size(): number {
    return this.#needles.length
  }

  /** The names of the secrets that are in the bytes, each with the dress in which it was found; `allowed` names are not looked for. */
  in(haystack: Uint8Array | string, allowed: (name: string) => boolean = () => false): string[] {
    const bytes = typeof haystack === 'string' ? Buffer.from(haystack, 'utf8') : Buffer.from(haystack)
    // Many replies are the same to everybody: what was clean stays clean.
    const digest = `${this.#needles.length} ${createHash('sha256').update(bytes).digest('hex')}`
    if (this.#clean.has(digest)) return []
    const found = this.#search(bytes)
    if (found.length === 0) this.#clean.add(digest)
    return found.filter((n) => !allowed(n.name)).map((n) => `${n.name} (${n.dress})`)
  }

  #search(bytes: Buffer): Needle[] {
    const found = new Set<Needle>()
    for (let at = 0; at + 8 <= bytes.length; at++) {
      // Not readUInt16BE, which asks about its place each time: a process's memory has some hundred million of them.
      if (this.#begins[((bytes[at] as number) << 8) | (bytes[at + 1] as number)] === 0) continue
      for (const needle of this.#beginning.get(bytes.readUInt32BE(at)) ?? [])
        if (bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) found.add(needle)
    }
    return [...found]
  }
}
