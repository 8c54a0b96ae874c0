// How often may somebody guess at one thing, from wherever? Counted in the database, so that all server processes count together.
import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
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

/**
 * Counts a guess before it is judged, so that a thousand at the same moment are a thousand, and refuses it when there were too
 * many: 429 with `Retry-After` and the fields of draft-ietf-httpapi-ratelimit-headers-08. A right guess is given back by `wasRight`.
 */
export async function countGuess(db: Database, res: Response, limit: Limit, of: string): Promise<void> {
  const key = keyOf(limit, of)
  const row = await db.withTx(async ({ tx, now }) => {
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
  })
  res.append('RateLimit-Policy', `"${limit.name}"; q=${limit.most}; w=${limit.seconds}`)
  res.append('RateLimit', `"${limit.name}"; r=${Math.max(0, limit.most - row.wrong)}; t=${row.seconds}`)
  if (row.wrong > limit.most) {
    res.setHeader('Retry-After', String(row.seconds))
    refuse('rate-limited')
  }
}

/** The guess that was counted last was right: it takes nothing from those that are left. */
export async function wasRight({ tx }: Work, limit: Limit, of: string): Promise<void> {
  const key = keyOf(limit, of)
  await tx.delete(guess).where(sql`${guess.key} = ${Buffer.from(key)} AND ${guess.wrong} = 1`)
  await tx
    .update(guess)
    .set({ wrong: sql`greatest(1, ${guess.wrong} - 1)` })
    .where(eq(guess.key, key))
}
