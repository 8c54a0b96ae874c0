// How are keysets and releases read and kept?
import { and, asc, eq, isNull, type SQL } from 'drizzle-orm'
import { envelope } from '../../../db/schema/bids.ts'
import { drawContribution } from '../../../db/schema/evaluators.ts'
import { actorKey, custodian, custodianPast } from '../../../db/schema/people.ts'
import { keyset, opening, openingEnvelope, rekeyEnvelope, rekeyLetter, release } from '../../../db/schema/tenders.ts'
import type { OpenedKind } from '../../domain/record/finding.ts'
import { b64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { readJws } from '../../proof/jws.ts'
import { type Keyset, readKeyset } from '../../proof/keyset.ts'
import type { Primitives, PublicJwk } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'
import type { TenderRow } from '../tenders/tender-store.ts'
import { bidsThatCount } from './closing.ts'

export type Kind = OpenedKind

/** The keyset of a tender's kind and its id. */
export async function keysetOf(
  P: Primitives,
  work: Work,
  no: string,
  kind: Kind,
): Promise<{ ks: string; keyset: Keyset }> {
  const rows = await work.tx
    .select({ ks: keyset.ks, body: keyset.body })
    .from(keyset)
    .where(and(eq(keyset.tender, no), eq(keyset.kind, kind), isNull(keyset.replacedAt)))
  const row = rows[0]
  if (!row) throw new Error(`${no} has no ${kind} keyset`)
  return { ks: row.ks, keyset: readKeyset(P, row.body as Json) }
}

export type OpeningRow = typeof opening.$inferSelect
export type ListedEnvelope = typeof openingEnvelope.$inferSelect

/** The opening list of a kind, with its envelopes in list order; null before it is there. */
export async function openingOf(
  work: Work,
  no: string,
  kind: Kind,
): Promise<{ opening: OpeningRow; envelopes: ListedEnvelope[] } | null> {
  const rows = await work.tx
    .select()
    .from(opening)
    .where(and(eq(opening.tender, no), eq(opening.kind, kind)))
  if (!rows[0]) return null
  const envelopes = await work.tx
    .select()
    .from(openingEnvelope)
    .where(and(eq(openingEnvelope.tender, no), eq(openingEnvelope.kind, kind)))
    .orderBy(asc(openingEnvelope.position))
  return { opening: rows[0], envelopes }
}

export type ReleaseRow = typeof release.$inferSelect

export async function releasesOf(work: Work, ks: string): Promise<ReleaseRow[]> {
  return work.tx.select().from(release).where(eq(release.ks, ks)).orderBy(asc(release.x))
}

/** Shares of a release by envelope. */
export function sharesOf(row: { jws: string }): Map<string, string> {
  const shares = readJws(row.jws).payload.shares as { eid: string; y: string }[]
  return new Map(shares.map((share) => [share.eid, share.y]))
}

/** What is needed to open one envelope: its bytes, its bidder's key, and the `kc` that it claims. */
export type ToOpen = { eid: string; bytes: Uint8Array; bidder: string; jwk: PublicJwk }

/** The condition on contributions that were sealed to the draw's keyset in use, and not to one that another took the place of. */
export async function toKeysetInUse(P: Primitives, work: Work, { no, keysetsBy }: TenderRow): Promise<SQL> {
  return keysetsBy === null
    ? isNull(drawContribution.ks)
    : eq(drawContribution.ks, (await keysetOf(P, work, no, 'draw')).ks)
}

/** What custodians sealed for the draw of evaluators: each is opened with the identity key that handed it in, replaced since or not. */
export async function contributionsToOpen(work: Work, no: string, envelopes: ListedEnvelope[]): Promise<ToOpen[]> {
  const rows = await work.tx
    .select({
      eid: drawContribution.eid,
      bytes: drawContribution.bytes,
      jws: drawContribution.jws,
      jwk: custodian.jwk,
      bidder: custodian.id,
    })
    .from(drawContribution)
    .innerJoin(custodian, eq(custodian.id, drawContribution.custodian))
    .where(eq(drawContribution.tender, no))
  const past = await work.tx.select().from(custodianPast)
  return rows
    .filter((row) => envelopes.some((listed) => listed.eid === row.eid))
    .map(({ jws, ...row }) => ({
      ...row,
      jwk: past.find(({ kid }) => kid === readJws(jws).header.kid)?.jwk ?? row.jwk,
    }))
}

/** What bidders sealed again: each is opened with the key that signed the answer. */
export async function lettersToOpen(work: Work, no: string, envelopes: ListedEnvelope[]): Promise<ToOpen[]> {
  const rows = await work.tx
    .select({ eid: rekeyEnvelope.eid, bytes: rekeyEnvelope.bytes, jwk: actorKey.jwk, bidder: rekeyEnvelope.bidder })
    .from(rekeyEnvelope)
    .innerJoin(
      rekeyLetter,
      and(eq(rekeyLetter.tender, rekeyEnvelope.tender), eq(rekeyLetter.bidder, rekeyEnvelope.bidder)),
    )
    .innerJoin(actorKey, eq(actorKey.kid, rekeyLetter.kid))
    .where(eq(rekeyEnvelope.tender, no))
  return rows.filter((row) => envelopes.some((listed) => listed.eid === row.eid))
}

/** The listed envelopes as the opener needs them. The bidder's key is the one that signed the effective submission. */
export async function toOpen(
  P: Primitives,
  work: Work,
  row: TenderRow,
  envelopes: ListedEnvelope[],
): Promise<ToOpen[]> {
  const bids = new Map((await bidsThatCount(work, row)).map((bid) => [bid.bidder, bid]))
  const found: ToOpen[] = []
  for (const listed of envelopes) {
    const bid = bids.get(listed.bidder)
    if (!bid) throw new Error(`envelope ${listed.eid} is of no bid that counts`)
    const kid = readJws(bid.jws).header.kid
    const keys = await work.tx.select({ jwk: actorKey.jwk }).from(actorKey).where(eq(actorKey.kid, kid))
    const files = await work.tx.select({ bytes: envelope.bytes }).from(envelope).where(eq(envelope.eid, listed.eid))
    const jwk = keys[0]?.jwk
    if (!jwk) throw new Error(`the key ${kid} of a bid that counts is not there`)
    const bytes = files[0]?.bytes
    // Lost or changed bytes can be restored by anybody whose copy hashes to the eid; until then the envelope waits.
    if (bytes && b64u(P.sha256(bytes)) === listed.eid)
      found.push({ eid: listed.eid, bytes, bidder: listed.bidder, jwk })
  }
  return found
}
