// How often may somebody guess at one thing, from wherever? Counted in the database, so that all server processes count together.
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Response } from 'express'
import { guess } from '../../../db/schema/sign-in.ts'
import type { Database, Work } from '../db.ts'
import { refuse } from '../problem.ts'

export type Limit = {
  /** For the RateLimit fields. */
  name: string
  /** Guesses that may be wrong within one window. */
  most: number
  seconds: number
}

const keyOf = (limit: Limit, of: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`${limit.name}\0${of}`).digest())

const iso = (date: Date): string => date.toISOString()

/** How many guesses were counted, this one among them, and after how many seconds they are forgotten. */
export type Counted = { wrong: number; seconds: number }

/** Counts a guess, in a transaction that is over before it is judged: so a thousand at the same moment are a thousand. */
export async function countIn({ tx, now }: Work, limit: Limit, of: string): Promise<Counted> {
  const key = keyOf(limit, of)
  const at = iso(now.date)
  const until = iso(new Date(now.date.getTime() + limit.seconds * 1000))
  const rows = await tx
    .insert(guess)
    .values({ key, wrong: 1, until: new Date(until) })
    .onConflictDoUpdate({
      target: guess.key,
      set: {
        wrong: sql`CASE WHEN ${guess.until} <= ${at}::timestamptz THEN 1 ELSE least(${guess.wrong} + 1, ${limit.most + 1}) END`,
        until: sql`CASE WHEN ${guess.until} <= ${at}::timestamptz THEN ${until}::timestamptz ELSE ${guess.until} END`,
      },
    })
    .returning()
  const found = rows[0]
  if (!found) throw new Error('a guess was not counted')
  return { wrong: found.wrong, seconds: Math.max(1, Math.ceil((found.until.getTime() - now.date.getTime()) / 1000)) }
}

/** Counts a guess before it is judged, and refuses it when there were too many. A right guess is given back by `wasRight`. */
export async function countGuess(db: Database, res: Response, limit: Limit, of: string): Promise<void> {
  refuseTooMany(res, limit, await db.withTx((work) => countIn(work, limit, of)))
}

/** Says how many guesses are left in the fields of draft-ietf-httpapi-ratelimit-headers-08; with none, 429 and `Retry-After`. */
export function refuseTooMany(res: Response, limit: Limit, row: Counted): void {
  res.append('RateLimit-Policy', `"${limit.name}"; q=${limit.most}; w=${limit.seconds}`)
  res.append('RateLimit', `"${limit.name}"; r=${Math.max(0, limit.most - row.wrong)}; t=${row.seconds}`)
  if (row.wrong > limit.most) {
    res.setHeader('Retry-After', String(row.seconds))
    refuse('rate-limited')
  }
}

/** The guess that was counted last was right: it takes nothing from those that are left. */
export async function wasRight({ tx }: Work, limit: Limit, of: string): Promise<void> {
  const key = Buffer.from(keyOf(limit, of))
  // Both look at the row as it was: it is forgotten, or has one less.
  await tx.execute(sql`
    WITH gone AS (DELETE FROM ${guess} WHERE ${guess.key} = ${key} AND ${guess.wrong} = 1)
    UPDATE ${guess} SET wrong = ${guess.wrong} - 1 WHERE ${guess.key} = ${key} AND ${guess.wrong} > 1`)
}
