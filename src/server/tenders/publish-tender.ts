// How is a tender published? Notice, rule with its hash and the keysets enter the log in one transaction.
import { and, arrayOverlaps, asc, eq, inArray, isNull, ne } from 'drizzle-orm'
import { account, custodian, organisation, prekey } from '../../../db/schema/people.ts'
import { keyset as keysetTable, type tender } from '../../../db/schema/tenders.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import type { NoticedKind as Kind } from '../../domain/record/finding.ts'
import type { TwoPersons } from '../../domain/record/payloads.ts'
import { SECOND_ROLES, TWO_PERSON_ENTRIES } from '../../domain/second-person.ts'
import { keysetsOf, requiresOf } from '../../domain/tenders/procedure.ts'
import { b64u, FormatError, utf8 } from '../../proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { type Keyset, keysetId, readKeyset } from '../../proof/keyset.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import { commitPool } from '../evaluators/pool-store.ts'
import { append } from '../log/append.ts'
import { keyInForce, known } from '../people/caller.ts'
import { holdKeys } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import type { Advancing } from './advance.ts'
import { legal, organisationName, type TenderRow } from './tender-store.ts'

/** Which keysets a tender has: of its envelopes, and of what custodians put into draws. */
export const kindsOf = (row: TenderRow): readonly Kind[] => keysetsOf(row)

/** How many of n custodians open: more than half, and never one alone. */
export const threshold = (n: number): number => Math.max(2, Math.floor(n / 2) + 1)

/** What two persons of the agency will have to decide, and who can be the second one so far: from here on the log's register tells. */
async function twoPersons(work: Work, agency: string): Promise<TwoPersons> {
  const holders = await work.tx
    .select({ id: account.id })
    .from(account)
    .where(and(eq(account.org, agency), isNull(account.leftAt), arrayOverlaps(account.roles, [...SECOND_ROLES])))
    .orderBy(asc(account.id))
  return {
    acts: [...new Set(Object.values(TWO_PERSON_ENTRIES))].sort(),
    roles: [...SECOND_ROLES],
    holders: holders.map(({ id }) => id),
    signed: true,
    register: true,
  }
}

/** Who may order or override something of a tender: bodies of oversight that are verified by now, and nobody of the agency. */
async function overseersOf(work: Work, agency: string): Promise<string[]> {
  const bodies = await work.tx
    .select({ id: organisation.id })
    .from(organisation)
    .where(and(eq(organisation.kind, 'oversight'), eq(organisation.standing, 'verified'), ne(organisation.id, agency)))
    .orderBy(asc(organisation.id))
  return bodies.map(({ id }) => id)
}

/** The notice as it will stand in the log: what the officer signs. */
export async function noticeOf(P: Primitives, work: Work, row: TenderRow): Promise<JsonObject & { typ: string }> {
  const rule = row.rule as unknown as Json
  const custodians = await work.tx.select({ id: custodian.id }).from(custodian).orderBy(asc(custodian.id))
  return {
    typ: 'tender.notice/1',
    tender: row.no,
    lot: '1',
    revision: '000',
    notice: {
      ...row.notice,
      agency: { id: row.agency, name: await organisationName(work, row.agency) },
    } as unknown as Json,
    rule,
    ruleHash: b64u(P.sha256(utf8(canonical(rule)))),
    documents: [],
    deadline: legal(row.deadline),
    openAfter: legal(row.openAfter),
    evaluators: row.evaluators.map((e) => e.label),
    custodians: custodians.map((c) => c.id),
    overseers: await overseersOf(work, row.agency),
    twoPersons: (await twoPersons(work, row.agency)) as unknown as Json,
    ...(row.pool && { pool: { ...row.pool, confirmed: true, declared: true } as unknown as Json }),
  }
}

type Proposed = Record<'price', JsonObject> & { technical?: JsonObject; draw?: JsonObject }
/** Of which custodians, and from when on they may open. */
type Wanted = { custodians: readonly string[]; openAfter: string }

/** A keyset for each envelope, of the oldest unused opening keys of these custodians. */
export async function keysetsProposed(
  work: Work,
  row: TenderRow,
  { custodians, openAfter }: Wanted,
): Promise<Proposed> {
  if (custodians.length < 2) refuse('prekeys-missing')
  const keys: { id: string; keys: { kid: string; jwk: Json }[] }[] = []
  for (const id of custodians) {
    const free = await work.tx
      .select({ kid: prekey.kid, jwk: prekey.jwk })
      .from(prekey)
      .where(and(eq(prekey.custodian, id), isNull(prekey.usedBy)))
      .orderBy(asc(prekey.offeredAt), asc(prekey.kid))
      .limit(kindsOf(row).length)
    if (free.length < kindsOf(row).length) refuse('prekeys-missing', { custodian: id })
    keys.push({ id, keys: free })
  }
  const of = (kind: Kind, place: number): JsonObject => ({
    typ: 'keyset/1',
    tender: row.no,
    lot: '1',
    kind,
    t: threshold(custodians.length),
    n: custodians.length,
    open_after: openAfter,
    requires: [...requiresOf(kind, row)],
    custodians: keys.map((own, i) => ({ x: i + 1, id: own.id, ...(own.keys[place] as { kid: string; jwk: Json }) })),
  })
  return Object.fromEntries(kindsOf(row).map((kind, place) => [kind, of(kind, place)])) as Proposed
}

async function everyCustodian({ tx }: Work): Promise<string[]> {
  return (await tx.select({ id: custodian.id }).from(custodian).orderBy(asc(custodian.id))).map(({ id }) => id)
}

/** What the officer is asked to sign: the notice, and keysets of the oldest unused opening keys of every custodian. */
export async function proposal(
  P: Primitives,
  work: Work,
  row: TenderRow,
): Promise<Proposed & Record<'notice', JsonObject>> {
  const wanted = { custodians: await everyCustodian(work), openAfter: legal(row.openAfter) }
  const keysets = await keysetsProposed(work, row, wanted)
  return { notice: await noticeOf(P, work, row), ...keysets }
}

/** One keyset as it came signed, or why it cannot be read. */
export function readKeysetOf(step: Advancing, kind: Kind): { keyset: Keyset; jws: string } | Reason {
  const jws = step.input.keysets?.[kind] ?? ''
  try {
    const { payload, payloadBytes } = readJws(jws)
    const keyset = readKeyset(step.P, payload)
    // The payload must be exactly the canonical keyset: its hash is what bids are sealed to.
    if (canonical(payload) !== new TextDecoder().decode(payloadBytes)) throw new FormatError('not canonical')
    return { keyset, jws }
  } catch (err) {
    if (err instanceof FormatError)
      return { code: 'keyset-mismatch', facts: { kind, why: err.message }, at: `/keysets/${kind}` }
    throw err
  }
}

/** Everything wrong with one signed keyset, as a keyset of these custodians. */
export async function wrongsOf(step: Advancing, kind: Kind, { custodians, openAfter }: Wanted): Promise<Reason[]> {
  const found = readKeysetOf(step, kind)
  if ('code' in found) return [found]
  const { keyset, jws } = found
  const { row, work, caller } = step
  const say = (why: string): Reason => ({ code: 'keyset-mismatch', facts: { kind, why }, at: `/keysets/${kind}` })
  const reasons: Reason[] = []
  const { account, org } = known(caller)
  await holdKeys(work, [org])
  const own = await keyInForce(work, account)
  if (!own) return [{ code: 'no-key', facts: {} }]
  const verified = await verifyJws(step.P, jws, own.jwk, 'keyset/1')
  if (!verified || verified.header.kid !== own.kid)
    reasons.push({ code: 'bad-signature', facts: { what: 'keyset/1' }, at: `/keysets/${kind}` })
  if (keyset.tender !== row.no) reasons.push(say('tender'))
  if (keyset.lot !== '1') reasons.push(say('lot'))
  if (keyset.kind !== kind) reasons.push(say('kind'))
  if (keyset.open_after !== openAfter) reasons.push(say('open_after'))
  if (requiresOf(kind, row).join() !== [...keyset.requires].join()) reasons.push(say('requires'))
  if (custodians.join() !== keyset.custodians.map((c) => c.id).join()) reasons.push(say('custodians'))
  if (keyset.t !== threshold(custodians.length)) reasons.push(say('t'))
  const free = await work.tx
    .select({ kid: prekey.kid, custodian: prekey.custodian })
    .from(prekey)
    .where(
      and(
        isNull(prekey.usedBy),
        inArray(
          prekey.kid,
          keyset.custodians.map((c) => c.kid),
        ),
      ),
    )
  for (const c of keyset.custodians) {
    if (!free.some((key) => key.kid === c.kid && key.custodian === c.id)) reasons.push(say(`kid of ${c.id}`))
  }
  return reasons
}

/** Reasons against the keysets that came with the request to publish. */
export async function keysetReasons(step: Advancing): Promise<Reason[]> {
  const reasons: Reason[] = []
  const wanted = { custodians: await everyCustodian(step.work), openAfter: legal(step.row.openAfter) }
  for (const kind of kindsOf(step.row)) reasons.push(...(await wrongsOf(step, kind, wanted)))
  const codes = new Set<string>()
  return reasons.filter((reason) => reason.code !== 'no-key' || (!codes.has('no-key') && codes.add('no-key')))
}

/** The effect of publishing. */
export async function publish(step: Advancing): Promise<Partial<typeof tender.$inferInsert>> {
  const { P, work, row, input } = step
  const ruleHash = b64u(P.sha256(utf8(canonical(row.rule as unknown as Json))))
  const notice = input.jws ?? ''
  const { header, payload } = readJws(notice)
  const by = header.kid
  await append(P, work, { typ: 'tender.notice/1', org: row.agency, ref: row.no, by, payload: notice })
  await logKeysets(step)
  if (row.pool) await commitPool(step, row.pool)
  return { ruleHash, overseers: payload.overseers as string[], publishedAt: work.now.date }
}

/** Saves the keysets that came with a step, uses up their opening keys, and logs them. */
export async function logKeysets(step: Advancing): Promise<void> {
  const { P, work, row } = step
  for (const kind of kindsOf(row)) {
    const found = readKeysetOf(step, kind)
    if ('code' in found) throw new Error('a keyset that was checked cannot be read')
    const { keyset, jws } = found
    const ks = b64u(keysetId(P, keyset))
    await work.tx.insert(keysetTable).values({ ks, tender: row.no, kind, jws, body: keyset })
    const kids = keyset.custodians.map((c) => c.kid)
    const taken = await work.tx
      .update(prekey)
      .set({ usedBy: ks })
      .where(and(inArray(prekey.kid, kids), isNull(prekey.usedBy)))
      .returning({ kid: prekey.kid })
    // Two tenders may be published at the same moment with the same proposal: the second waited here, and gets nothing.
    if (taken.length !== kids.length)
      refuse('keyset-mismatch', { kind, why: 'an opening key was taken by another tender' })
    await append(P, work, {
      typ: 'tender.keyset/1',
      org: row.agency,
      ref: row.no,
      by: readJws(jws).header.kid,
      payload: jws,
    })
  }
}
