// How does a person enrol a signing key? By an entry that the new key itself has signed.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Express } from 'express'
import { actorKey } from '../../../db/schema/people.ts'
import { publicJwk } from '../../api/custodians.ts'
import { enrolKey } from '../../api/people.ts'
import { parseTime } from '../../domain/kit/time.ts'
import { FormatError } from '../../proof/bytes.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { thumbprint } from '../../proof/primitives.ts'
import { append } from '../log/append.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { keyInForce, known } from './caller.ts'

const SKEW_MS = 300_000

/** Reads a self-signed entry: its payload, with `jwk` checked and the signature made by that very key. */
export async function selfSigned(deps: Deps, jws: string, typ: string) {
  const payload = await (async () => {
    try {
      const jwk = publicJwk.safeParse(readJws(jws).payload.jwk)
      return jwk.success ? await verifyJws(deps.P, jws, jwk.data, typ) : null
    } catch (err) {
      if (err instanceof FormatError) return null
      throw err
    }
  })()
  if (!payload) refuse('bad-signature', { what: typ })
  const jwk = publicJwk.parse(payload.payload.jwk)
  const kid = thumbprint(deps.P, jwk)
  if (payload.header.kid !== kid) refuse('key-mismatch', { field: 'kid' })
  return { payload: payload.payload, jwk, kid }
}

/**
 * Number of the advisory lock on an organisation's keys. An act counts when its key is in force where it stands in the log: who
 * judges a signature holds this shared to the end of its transaction, so that a new key enters the log after that act.
 */
export const keysOf = (org: string): SQL => sql`hashtextextended(${`keys of ${org}`}, 0)`

async function enrol({ deps, body, caller, ...work }: Context<typeof enrolKey>) {
  const { account, org } = known(caller)
  const { payload, jwk, kid } = await selfSigned(deps, body.jws, 'actor.key/1')
  if (payload.id !== account) refuse('key-mismatch', { field: 'id' })
  if (payload.org !== org) refuse('key-mismatch', { field: 'org' })
  const from = parseTime(payload.from)
  if (!from.ok || Math.abs(from.value - work.now.date.getTime()) > SKEW_MS) refuse('clock-skew')
  await work.tx.execute(sql`SELECT pg_advisory_xact_lock(${keysOf(org)})`)
  const old = await keyInForce(work, account)
  if ((payload.replaces ?? null) !== (old?.kid ?? null)) refuse('key-mismatch', { field: 'replaces' })
  if (old) {
    await work.tx
      .update(actorKey)
      .set({ replacedBy: kid })
      .where(and(eq(actorKey.kid, old.kid), isNull(actorKey.replacedBy)))
  }
  await work.tx.insert(actorKey).values({ kid, account, org, jwk, enrolledAt: work.now.date })
  await append(deps.P, work, { typ: 'actor.key/1', org, ref: '-', by: kid, payload: body.jws })
  return { kid }
}

export function serveKeys(app: Express, deps: Deps): void {
  serve(app, deps, enrolKey, enrol)
}
