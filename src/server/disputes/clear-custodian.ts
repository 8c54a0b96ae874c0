// An envelope opened for no shares although all custodians released: each shows what it was sent, and convicts itself if that is not what it released.
import { and, eq, inArray } from 'drizzle-orm'
import type { Express } from 'express'
import { envelope } from '../../../db/schema/bids.ts'
import { custodian } from '../../../db/schema/people.ts'
import { opening, release, shareClearing } from '../../../db/schema/tenders.ts'
import { clearCustodian } from '../../api/custodians.ts'
import { honestShare } from '../../domain/openings/honest-share.ts'
import { object } from '../../domain/record/fields.ts'
import { type Clearing, readClearing } from '../../domain/record/payloads.ts'
import { FormatError } from '../../proof/bytes.ts'
import { provenShares } from '../../proof/clearing.ts'
import { type Jws, readJws, verifyJws } from '../../proof/jws.ts'
import { noShareFits } from '../../proof/seal.ts'
import type { Work } from '../db.ts'
import { append } from '../log/append.ts'
import { type Kind, keysetOf, openingOf, sharesOf } from '../openings/release-store.ts'
import { holdKeys } from '../people/signed-act.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { lockTender } from '../tenders/tender-store.ts'

const CONVICTED = 2

function readIt(jws: string): { header: Jws['header']; said: Clearing } {
  try {
    const { header, payload } = readJws(jws)
    return { header, said: readClearing(object(payload)) }
  } catch (err) {
    if (err instanceof FormatError) return refuse('bad-signature', { what: 'clearing/1' })
    throw err
  }
}

/** The files of these envelopes, in their order. */
async function filesOf(work: Work, eids: readonly string[]): Promise<Uint8Array[]> {
  const rows = await work.tx
    .select({ eid: envelope.eid, bytes: envelope.bytes })
    .from(envelope)
    .where(inArray(envelope.eid, [...eids]))
  return eids.map((eid) => {
    const bytes = rows.find((row) => row.eid === eid)?.bytes
    return bytes ?? refuse('clearing-invalid', { why: 'an envelope is not there' })
  })
}

async function clear({ deps, params, body, ...work }: Context<typeof clearCustodian>) {
  const { P } = deps
  const row = await lockTender(work, params.no)
  if (!row || row.peak === 'draft') refuse('not-found')
  const { header, said } = readIt(body.jws)
  const openings = await work.tx
    .select({ kind: opening.kind })
    .from(opening)
    .where(and(eq(opening.tender, row.no), eq(opening.ks, said.ks)))
  const kind = openings[0]?.kind as Kind | undefined
  if (!kind || said.tender !== row.no || said.lot !== '1') refuse('clearing-invalid', { why: 'ks' })
  const { keyset } = await keysetOf(P, work, row.no, kind)
  const who = keyset.custodians[said.x - 1]
  if (!who) refuse('clearing-invalid', { why: 'x' })
  await holdKeys(work, [who.id])
  const [identity] = await work.tx.select().from(custodian).where(eq(custodian.id, who.id))
  if (!identity || header.kid !== identity.kid || !(await verifyJws(P, body.jws, identity.jwk, 'clearing/1')))
    refuse('bad-signature', { what: 'clearing/1' })
  const done = await work.tx
    .select({ eid: shareClearing.eid, jws: shareClearing.jws })
    .from(shareClearing)
    .where(and(eq(shareClearing.ks, said.ks), eq(shareClearing.x, said.x)))
  if (done.some(({ jws }) => jws === body.jws)) return { accepted: true }
  if (done.some(({ eid }) => said.eids.includes(eid))) refuse('clearing-invalid', { why: 'proved already' })
  const shut = ((await openingOf(work, row.no, kind))?.envelopes ?? []).filter(
    (e) => e.state === 'malformed' && e.reason === noShareFits(keyset),
  )
  const own = new Set(said.eids)
  if (own.size !== said.eids.length || said.eids.some((eid) => !shut.some((e) => e.eid === eid)))
    refuse('clearing-invalid', { why: 'eids' })
  const sent = await provenShares(P, keyset, said.x, await filesOf(work, said.eids), said)
  if (!sent) refuse('clearing-invalid', { why: 'proof' })

  await work.tx.insert(shareClearing).values(said.eids.map((eid) => ({ ks: said.ks, x: said.x, eid, jws: body.jws })))
  await append(P, work, { typ: 'clearing/1', org: who.id, ref: row.no, by: identity.kid, payload: body.jws })
  const [released] = await work.tx
    .select()
    .from(release)
    .where(and(eq(release.ks, said.ks), eq(release.x, said.x)))
  const shares = released ? sharesOf(released) : new Map<string, string>()
  const lie = said.eids.find((eid, i) => !honestShare(sent[i] ?? null, shares.get(eid)))
  if (lie === undefined || released?.compared === CONVICTED) return { accepted: true }
  const payload = {
    typ: 'incident/1',
    tender: row.no,
    lot: '1',
    reasons: ['custodian-convicted'],
    acts: [],
    newDeadline: null,
    facts: { custodian: who.id, eid: lie },
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  return { accepted: true }
}

export function serveClearings(app: Express, deps: Deps): void {
  serve(app, deps, clearCustodian, clear)
}
