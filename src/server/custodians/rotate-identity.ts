// How does a custodian change its identity key? By an entry that the key in force until then has signed: nobody else can plant one.
import { and, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { custodian, custodianPast, prekey } from '../../../db/schema/people.ts'
import { publicJwk, rotateCustodian } from '../../api/custodians.ts'
import { FormatError } from '../../proof/bytes.ts'
import { type Jws, readJws, verifyJws } from '../../proof/jws.ts'
import { type PublicJwk, thumbprint } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { takeKeys } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'

/** Reads a statement that a custodian's tool signed; refuses with `bad-signature` what is no JWS. */
export function readStatement(jws: string, what: string): Jws {
  try {
    return readJws(jws)
  } catch (err) {
    if (err instanceof FormatError) return refuse('bad-signature', { what })
    throw err
  }
}

/** Was a key ever a custodian's identity, or an opening key? Each serves one purpose, once. */
export async function everUsed(work: Work, kid: string): Promise<boolean> {
  const [now] = await work.tx.select({ kid: custodian.kid }).from(custodian).where(eq(custodian.kid, kid))
  const [past] = await work.tx.select({ kid: custodianPast.kid }).from(custodianPast).where(eq(custodianPast.kid, kid))
  const [opening] = await work.tx.select({ kid: prekey.kid }).from(prekey).where(eq(prekey.kid, kid))
  return (now ?? past ?? opening) !== undefined
}

async function rotate({ deps, params, body, ...work }: Context<typeof rotateCustodian>) {
  const { P } = deps
  const { header, payload } = readStatement(body.jws, 'custodian.identity/1')
  // Whatever the old key signed and the server took stands in the log below this entry.
  await takeKeys(work, params.id)
  const [who] = await work.tx.select().from(custodian).where(eq(custodian.id, params.id))
  if (!who) refuse('custodian-unknown')
  const signedBy = async (jwk: PublicJwk) => (await verifyJws(P, body.jws, jwk, 'custodian.identity/1')) !== null
  const jwk = publicJwk.safeParse(payload.jwk)
  const kid = jwk.success ? thumbprint(P, jwk.data) : null
  if (kid === who.kid) {
    // The same again, after a lost answer.
    const [past] = await work.tx
      .select()
      .from(custodianPast)
      .where(and(eq(custodianPast.custodian, who.id), eq(custodianPast.kid, header.kid)))
    if (past && (await signedBy(past.jwk))) return { kid }
  }
  if (header.kid !== who.kid || !(await signedBy(who.jwk))) refuse('bad-signature', { what: 'custodian.identity/1' })
  if (!jwk.success || kid === null) refuse('key-mismatch', { field: 'jwk' })
  const right = { id: who.id, org: who.id, replaces: who.kid }
  const wrong = Object.entries(right).find(([name, value]) => payload[name] !== value)
  if (wrong) refuse('key-mismatch', { field: wrong[0] })
  if (await everUsed(work, kid)) refuse('key-in-use')
  await work.tx.insert(custodianPast).values({ kid: who.kid, custodian: who.id, jwk: who.jwk, endedAt: work.now.date })
  await work.tx.update(custodian).set({ kid, jwk: jwk.data }).where(eq(custodian.id, who.id))
  await append(P, work, { typ: 'custodian.identity/1', org: who.id, ref: '-', by: who.kid, payload: body.jws })
  return { kid }
}

export function serveRotations(app: Express, deps: Deps): void {
  serve(app, deps, rotateCustodian, rotate)
}
