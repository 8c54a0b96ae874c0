// Too many custodians failed after the deadline: an overseer has all bidders seal the seeds of their bids again, to others.
import { and, asc, count, eq, inArray, isNull } from 'drizzle-orm'
import type { Express } from 'express'
import { custodian, prekey } from '../../../db/schema/people.ts'
import { keyset as keysetTable, rekey, release } from '../../../db/schema/tenders.ts'
import { orderRekey, proposeRekey } from '../../api/disputes.ts'
import { timeOf } from '../../domain/kit/time.ts'
import { KINDS, type Kind } from '../../domain/record/finding.ts'
import { CUSTODIANS_LOST } from '../../domain/record/rekey.ts'
import { envelopesOf, requiresOf } from '../../domain/tenders/procedure.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { keysetId, readKeyset } from '../../proof/keyset.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { mailBidders } from '../mail/mail-bidders.ts'
import { pagesAt } from '../mail/post-mail.ts'
import { bidsThatCount } from '../openings/closing.ts'
import { keysetOf } from '../openings/release-store.ts'
import { known } from '../people/caller.ts'
import { signatureReasons } from '../people/signed-act.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { threshold } from '../tenders/publish-tender.ts'
import { findTender, legal, lockTender, type TenderRow } from '../tenders/tender-store.ts'

/** Bidders get a day at least, and the opening does not wait for them for ever; a demonstration divides the day, down to what a hand needs. */
const LEAST_SECONDS = 86_400
const LEAST_OF_ALL = 10
const MOST_DAYS = 30

type Wanted = { custodians: readonly string[]; until: string; statement: string }
type Payload = JsonObject & { typ: string }

/** Which kinds are still shut: both while technical envelopes are opened, then the prices alone. */
async function kindsToSeal(deps: Deps, work: Work, row: TenderRow): Promise<{ kinds: Kind[]; openAfter: string }> {
  const now: Kind | null =
    row.state === 'technical_opening' ? 'technical' : row.state === 'price_opening' ? 'price' : null
  if (now === null) refuse('wrong-state', { state: row.state, from: 'technical_opening price_opening' })
  const ordered = await work.tx.select({ kind: rekey.kind }).from(rekey).where(eq(rekey.tender, row.no))
  if (ordered.some(({ kind }) => kind === now)) refuse('rekey-ordered')
  const { ks, keyset } = await keysetOf(deps.P, work, row.no, now)
  const [released] = await work.tx.select({ n: count() }).from(release).where(eq(release.ks, ks))
  if ((released?.n ?? 0) >= keyset.t) refuse('custodians-enough')
  const kinds = envelopesOf(row.rule).filter(
    (kind) => KINDS.indexOf(kind) >= KINDS.indexOf(now) && !ordered.some((o) => o.kind === kind),
  )
  return { kinds, openAfter: keyset.open_after }
}

/** The incident and the keysets as they are to be signed, for these custodians and this time. */
async function proposal(
  deps: Deps,
  work: Work,
  row: TenderRow,
  wanted: Wanted,
): Promise<{ incident: Payload; keysets: Partial<Record<Kind, Payload>> }> {
  const { kinds, openAfter } = await kindsToSeal(deps, work, row)
  if (wanted.statement.trim().length < 10) refuse('statement-missing', { least: 10 })
  const now = work.now.date.getTime()
  const least = now + Math.max(LEAST_OF_ALL, Math.ceil(LEAST_SECONDS / deps.config.accelerator)) * 1000
  const most = now + MOST_DAYS * 86_400_000
  if (timeOf(wanted.until) < least || timeOf(wanted.until) > most)
    refuse('rekey-too-short', { least: legal(new Date(least + 1000)), most: legal(new Date(most)) })
  const everybody = await work.tx.select({ id: custodian.id }).from(custodian).orderBy(asc(custodian.id))
  const unknown = wanted.custodians.find((id) => !everybody.some((one) => one.id === id))
  if (unknown !== undefined) refuse('custodians-unfit', { why: unknown })
  const keys: { id: string; free: { kid: string; jwk: Json }[] }[] = []
  for (const { id } of everybody) {
    if (wanted.custodians.length > 0 && !wanted.custodians.includes(id)) continue
    const free = await work.tx
      .select({ kid: prekey.kid, jwk: prekey.jwk })
      .from(prekey)
      .where(and(eq(prekey.custodian, id), isNull(prekey.usedBy)))
      .orderBy(asc(prekey.offeredAt), asc(prekey.kid))
      .limit(kinds.length)
    if (free.length === kinds.length) keys.push({ id, free })
    else if (wanted.custodians.length > 0) refuse('custodians-unfit', { why: `${id} has no key left` })
  }
  if (keys.length < 2 || keys.length > 16) refuse('custodians-unfit', { why: `${keys.length}` })
  const keysets: Partial<Record<Kind, Payload>> = {}
  const named: Partial<Record<Kind, string>> = {}
  for (const [place, kind] of kinds.entries()) {
    const keyset: Payload = {
      typ: 'keyset/1',
      tender: row.no,
      lot: '1',
      kind: 'rekey',
      t: threshold(keys.length),
      n: keys.length,
      open_after: openAfter,
      requires: [...requiresOf(kind, row)],
      custodians: keys.map(({ id, free }, i) => ({ x: i + 1, id, ...(free[place] as { kid: string; jwk: Json }) })),
    }
    keysets[kind] = keyset
    named[kind] = b64u(keysetId(deps.P, readKeyset(deps.P, keyset)))
  }
  const { statement, until } = wanted
  const facts = { statement, until, rekey: named as JsonObject }
  const common = { typ: 'incident/1', tender: row.no, lot: '1', reasons: [CUSTODIANS_LOST], acts: [] }
  return { incident: { ...common, newDeadline: null, facts }, keysets }
}

function theTender(row: TenderRow | null, org: string): TenderRow {
  if (!row || row.peak === 'draft') refuse('not-found')
  // Whose tender it is has no say in who opens it, nor has anybody whom its notice does not name.
  if (!row.overseers.includes(org)) refuse('forbidden')
  return row
}

async function propose({ deps, params, query, caller, ...work }: Context<typeof proposeRekey>) {
  const row = theTender(await findTender(work, params.no), known(caller).org)
  const custodians = query.custodians.split(',').filter((id) => id !== '')
  return proposal(deps, work, row, { custodians, until: query.until, statement: query.statement })
}

async function order({ deps, params, body, caller, req, ...rest }: Context<typeof orderRekey>) {
  const work: Work = { tx: rest.tx, now: rest.now }
  const { P } = deps
  const { org } = known(caller)
  const row = theTender(await lockTender(work, params.no), org)
  const { incident, keysets } = await proposal(deps, work, row, body)
  insist(await signatureReasons(P, work, caller, body.jws, incident))
  for (const kind of KINDS) {
    const keyset = keysets[kind]
    if (keyset) insist(await signatureReasons(P, work, caller, body.keysets[kind] ?? '', keyset, `/keysets/${kind}`))
  }
  const by = readJws(body.jws).header.kid
  await append(P, work, { typ: 'incident/1', org, ref: row.no, by, payload: body.jws })
  for (const kind of KINDS) {
    const [keyset, jws] = [keysets[kind], body.keysets[kind]]
    if (!keyset || jws === undefined) continue
    const read = readKeyset(P, keyset)
    const ks = b64u(P.sha256(utf8(canonical(keyset))))
    await work.tx.insert(keysetTable).values({ ks, tender: row.no, kind: `rekey-${kind}`, jws, body: read })
    const kids = read.custodians.map((c) => c.kid)
    const taken = await work.tx
      .update(prekey)
      .set({ usedBy: ks })
      .where(and(inArray(prekey.kid, kids), isNull(prekey.usedBy)))
      .returning({ kid: prekey.kid })
    // A publication at the same moment took the same keys: the next proposal has others.
    if (taken.length !== kids.length) refuse('custodians-unfit', { why: 'an opening key was taken by another tender' })
    await append(P, work, { typ: 'tender.keyset/1', org, ref: row.no, by, payload: jws })
    const { until, statement } = body
    await work.tx
      .insert(rekey)
      .values({ tender: row.no, kind, ks, until: new Date(until), statement, orderedAt: work.now.date })
  }
  const bidders = (await bidsThatCount(work, row)).map((bid) => bid.bidder)
  // Nobody answers an order of which nobody heard.
  const base = pagesAt(deps.config, req)
  const facts = { tender: row.no, until: body.until, page: `${base}/s/${row.no}` }
  await mailBidders(work, { kind: 'seal-again', bidders, base, facts })
  return { asked: bidders.length }
}

export function serveRekeyOrders(app: Express, deps: Deps): void {
  serve(app, deps, proposeRekey, propose)
  serve(app, deps, orderRekey, order)
}
