// How does a person enrol a signing key? By an entry that the new key itself has signed.
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Express } from 'express'
import { actorKey } from '../../../db/schema/people.ts'
import { publicJwk } from '../../api/custodians.ts'
import { enrolKey, listKeys, revokeKey } from '../../api/people.ts'
import { millisZ, parseTime, secondsZ } from '../../domain/kit/time.ts'
import { FormatError } from '../../proof/bytes.ts'
import { readJws, signJws, verifyJws } from '../../proof/jws.ts'
import { thumbprint } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { inForce, keyInForce, known } from './caller.ts'
import { SKEW_MS, takeKeys } from './signed-act.ts'

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

async function enrol({ deps, body, caller, ...work }: Context<typeof enrolKey>) {
  const { account, org } = known(caller)
  const { payload, jwk, kid } = await selfSigned(deps, body.jws, 'actor.key/1')
  if (payload.id !== account) refuse('key-mismatch', { field: 'id' })
  if (payload.org !== org) refuse('key-mismatch', { field: 'org' })
  const from = parseTime(payload.from)
  if (!from.ok || Math.abs(from.value - work.now.date.getTime()) > SKEW_MS) refuse('clock-skew')
  await takeKeys(work, org)
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

/** One's keys, the newest first. A key that was replaced ended when its successor came. */
async function list({ caller, tx }: Context<typeof listKeys>) {
  const rows = await tx
    .select()
    .from(actorKey)
    .where(eq(actorKey.account, known(caller).account))
    .orderBy(desc(actorKey.enrolledAt), actorKey.kid)
  const keys = rows.map((row) => {
    const ended = row.revokedAt ?? rows.find((other) => other.kid === row.replacedBy)?.enrolledAt ?? null
    return {
      kid: row.kid,
      enrolledAt: millisZ(row.enrolledAt.getTime()),
      state: row.revokedAt ? 'revoked' : row.replacedBy ? 'replaced' : 'in-force',
      endedAt: ended && millisZ(ended.getTime()),
      reason: row.revokedFor,
    }
  })
  return { keys }
}

/**
 * Takes a key out of force. The operator signs the entry: whoever has lost a key cannot sign with it, and who stole it must not.
 * The caller has taken the organisation's keys.
 */
async function end(
  deps: Deps,
  work: Work,
  key: { account: string; org: string; kid: string },
  reason: 'lost' | 'compromised' | 'left',
): Promise<boolean> {
  const { account, org, kid } = key
  const ended = await work.tx
    .update(actorKey)
    .set({ revokedAt: work.now.date, revokedFor: reason })
    .where(and(eq(actorKey.kid, kid), eq(actorKey.account, account), inForce))
    .returning({ kid: actorKey.kid })
  if (ended.length === 0) return false
  const at = secondsZ(work.now.date.getTime())
  const typ = 'actor.key.revoked/1'
  const jws = await signJws(deps.P, deps.keys.receipts, { typ, id: account, org, kid, reason, at })
  await append(deps.P, work, { typ, org, ref: '-', by: deps.keys.receipts.kid, payload: jws })
  return true
}

/** Ends the key that a person has in force, if there is one. */
export async function endKeyOf(
  deps: Deps,
  work: Work,
  person: { account: string; org: string },
  reason: 'lost' | 'compromised' | 'left',
): Promise<void> {
  await takeKeys(work, person.org)
  const key = await keyInForce(work, person.account)
  if (key) await end(deps, work, { ...person, kid: key.kid }, reason)
}

async function revoke({ deps, params, body, caller, ...work }: Context<typeof revokeKey>) {
  const { account, org } = known(caller)
  await takeKeys(work, org)
  const own = and(eq(actorKey.kid, params.kid), eq(actorKey.account, account))
  const rows = await work.tx.select({ kid: actorKey.kid }).from(actorKey).where(own)
  if (rows.length === 0) refuse('not-found')
  if (!(await end(deps, work, { account, org, kid: params.kid }, body.reason))) refuse('key-not-in-force')
  return { kid: params.kid }
}

export function serveKeys(app: Express, deps: Deps): void {
  serve(app, deps, listKeys, list)
  serve(app, deps, revokeKey, revoke)
  serve(app, deps, enrolKey, enrol)
}
