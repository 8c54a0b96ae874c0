// What is an endpoint, as data?
import { z } from 'zod'
import type { Power } from '../domain/powers.ts'
import type { Code } from './problems.ts'

export type Endpoint = {
  id: string
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Express path; parameters are written `:name`. */
  path: string
  power: Power
  summary: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** Media type of a body that is taken in as it comes, without a contract of its own. */
  stream?: string
  /** Bytes of a body at most; 64 KiB unless told. */
  bodyLimit?: number
  headers?: z.ZodObject
  /** Status and shape of the reply when all goes well. A string is a media type of a reply that is not JSON. */
  reply: { status: number; body: z.ZodType | string | null }
  /** Refusals that are this endpoint's own; those of every request (bad JSON, busy, …) are not repeated. */
  refusals: readonly Code[]
}

/** Declares an endpoint; the type of its parts is kept, so that client and handler are typed from it. */
export const endpoint = <const E extends Endpoint>(e: E): E => e

export type ParamsOf<E extends Endpoint> = E extends { params: z.ZodType }
  ? z.output<E['params']>
  : Record<string, never>
export type QueryOf<E extends Endpoint> = E extends { query: z.ZodType } ? z.output<E['query']> : Record<string, never>
export type BodyOf<E extends Endpoint> = E extends { body: z.ZodType } ? z.output<E['body']> : undefined
export type ReplyOf<E extends Endpoint> = E['reply']['body'] extends z.ZodType ? z.output<E['reply']['body']> : unknown

/** Notice number without its revision: year, kind, serial, as users of the national system know it. */
export const tenderNo = z.string().regex(/^R\d{2}[A-Z]{2}\d{8}$/, 'a notice number such as R26BK00000001')
export const id = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'lower-case letters, digits, dot, dash, underscore')
/** Seconds and the letter Z: the only form of a legal time. */
export const legalTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a time such as 2027-01-15T01:00:00Z')
/** Server readings carry milliseconds, cut. */
export const exactTime = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
export const b64u32 = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes in base64url without padding')
/** What opens a sealed entry: its index, its salt and what was sealed. */
export const sealedOpening = z.strictObject({ index: z.number().int(), salt: b64u32, text: z.string() })
/** What is said against a signature over an act. */
export const SIGNING = ['no-key', 'bad-signature', 'act-mismatch'] as const
/** The same where only those sign who have a key. */
export const SIGNING_SINCE = [...SIGNING, 'signature-missing'] as const

export const compactJws = z
  .string()
  .max(65_536)
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'a compact JWS')
/** A signed payload that may be long: a notice with its rule, a sheet of marks. */
export const longJws = z
  .string()
  .max(1_400_000)
  .regex(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/, 'a compact JWS')
export const words = z.strictObject({ ko: z.string().min(1).max(4000), en: z.string().min(1).max(4000) })
export const money = z.strictObject({
  amount: z.string().regex(/^(0|[1-9]\d{0,17})$/, 'a whole number of the currency’s unit'),
  currency: z.literal('KRW'),
})
export const mark = z.string().regex(/^(0|[1-9]\d{0,3})(\.\d{1,4})?$/, 'a mark with at most four decimals')
export const params = { tender: z.strictObject({ no: tenderNo }) }
