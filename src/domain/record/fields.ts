// How is a payload from a stranger read? Member by member; the first one that is not as it must be is named in a FormatError.
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { parseTime } from '../kit/time.ts'

export type Obj = { [member: string]: Json }

export function object(value: Json | undefined, name = 'payload'): Obj {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new FormatError(`${name} is not an object`)
  return value
}

export function asText(value: Json | undefined, name: string): string {
  if (typeof value !== 'string') throw new FormatError(`${name} is not a text`)
  return value
}

export const text = (o: Obj, name: string): string => asText(o[name], name)

export function textOrNull(o: Obj, name: string): string | null {
  return o[name] === null ? null : asText(o[name], name)
}

export function flag(o: Obj, name: string): boolean {
  const value = o[name]
  if (typeof value !== 'boolean') throw new FormatError(`${name} is neither true nor false`)
  return value
}

/** A whole number that is not negative. */
export function asWhole(value: Json | undefined, name: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new FormatError(`${name} is not a whole number`)
  }
  return value
}

export const whole = (o: Obj, name: string): number => asWhole(o[name], name)

/** An array whose every element is read by `read`; the name given to it says which element. */
export function list<T>(o: Obj, name: string, read: (value: Json, name: string) => T): T[] {
  return asList(o[name], name, read)
}

export function asList<T>(value: Json | undefined, name: string, read: (value: Json, name: string) => T): T[] {
  if (!Array.isArray(value)) throw new FormatError(`${name} is not a list`)
  return value.map((element, i) => read(element, `${name}[${i}]`))
}

/** base64url of exactly 32 bytes: a hash, a salt, a share. Given back as the text, which is canonical. */
export function asB32(value: Json | undefined, name: string): string {
  const t = asText(value, name)
  if (t.length !== 43 || fromB64u(t).length !== 32) throw new FormatError(`${name} is not 32 bytes in base64url`)
  return t
}

export const b32 = (o: Obj, name: string): string => asB32(o[name], name)

/** An instant as records write it: RFC 3339, UTC, "Z". Given back as the text. */
export function time(o: Obj, name: string): string {
  const t = text(o, name)
  if (!parseTime(t).ok) throw new FormatError(`${name} is not a UTC time`)
  return t
}

export const timeOrNull = (o: Obj, name: string): string | null => (o[name] === null ? null : time(o, name))
