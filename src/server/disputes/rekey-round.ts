// Bidders have sealed again, or their time is over: list what they sealed, and open the bids with the seeds that come out.
import { and, eq, sql } from 'drizzle-orm'
import { rekeyEnvelope } from '../../../db/schema/tenders.ts'
import type { Kind } from '../../domain/record/finding.ts'
import { NOT_SEALED_AGAIN, OTHER_SEED } from '../../domain/record/rekey.ts'
import { fromB64u } from '../../proof/bytes.ts'
import { readEnvelope } from '../../proof/envelope.ts'
import { checkBid, openWithSeed } from '../../proof/seal.ts'
import type { Clockwork } from '../clockwork.ts'
import type { Work } from '../db.ts'
import { filesOf, type OpenedEnvelope } from '../openings/open-envelopes.ts'
import { list } from '../openings/open-tender.ts'
import { save } from '../openings/opener.ts'
import { keysetOf, openingOf, type ToOpen, toOpen } from '../openings/release-store.ts'
import { lockTender, type TenderRow } from '../tenders/tender-store.ts'

type Ordered = { tender: string; kind: Kind; until: string }

/** Orders whose answers are not listed yet, in tenders that are opening that kind. */
async function unlisted({ db }: Clockwork): Promise<Ordered[]> {
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute<Ordered>(sql`
      SELECT r.tender, r.kind, r.until FROM rekey r JOIN tender t ON t.no = r.tender
      WHERE t.state = r.kind || '_opening'
        AND NOT EXISTS (SELECT 1 FROM opening o WHERE o.tender = r.tender AND o.kind = 'rekey-' || r.kind)`),
  )
  return rows
}

/** Lists what was sealed again once everybody has answered, or at the end of the time. */
async function listAnswers(
  { P, db, tiles, accelerator }: Clockwork,
  { tender: no, kind, until }: Ordered,
): Promise<void> {
  await db.withTx(async (work) => {
    const row = await lockTender(work, no, true)
    const found = row && (await openingOf(work, no, kind))
    if (!row || !found || row.state !== `${kind}_opening` || (await openingOf(work, no, `rekey-${kind}`))) return
    const answers = await work.tx
      .select({ eid: rekeyEnvelope.eid, bidder: rekeyEnvelope.bidder })
      .from(rekeyEnvelope)
      .where(and(eq(rekeyEnvelope.tender, no), eq(rekeyEnvelope.kind, kind)))
    const due = answers.filter((a) => found.envelopes.some((e) => e.bidder === a.bidder))
    if (due.length < found.envelopes.length && work.now.date < new Date(until)) return
    await list({ P, work, tiles, row, caller: null, input: {}, accelerator }, `rekey-${kind}`, due)
  })
}

type Settled = { no: string; kind: Kind; ks: string; results: OpenedEnvelope[] }

/** What a bid's envelope turns out to be, by the seed that its bidder sealed again. */
async function settle(clockwork: Clockwork, work: Work, row: TenderRow, kind: Kind): Promise<Settled | null> {
  const { P } = clockwork
  const again = await openingOf(work, row.no, `rekey-${kind}`)
  const found = await openingOf(work, row.no, kind)
  if (!again || again.opening.listIdx === null || !found) return null
  if (again.envelopes.some((e) => e.state === null)) return null
  const shut = found.envelopes.filter((e) => e.state === null)
  const { ks, keyset } = await keysetOf(P, work, row.no, kind)
  const files = await toOpen(P, work, row, shut)
  const judge = async (eid: string, bidder: string): Promise<OpenedEnvelope | null> => {
    const none = { eid, body: null, rnd: null, picks: null, convicted: [] }
    const answer = again.envelopes.find((e) => e.bidder === bidder)
    if (!answer) return { ...none, state: 'malformed', reason: NOT_SEALED_AGAIN }
    const file = files.find((f): f is ToOpen => f.eid === eid)
    // Its bytes were lost: they may come back.
    if (!file) return null
    const { seed } = (answer.body ?? {}) as { seed?: string }
    const inside = seed === undefined ? null : await openWithSeed(P, keyset, file.bytes, fromB64u(seed))
    if (inside?.state !== 'valid') return { ...none, state: 'malformed', reason: OTHER_SEED }
    const envelope = readEnvelope(P, file.bytes, keyset)
    if ('refused' in envelope) return { ...none, state: 'malformed', reason: 'the envelope has not the right form' }
    const bid = await checkBid(P, keyset, inside.jws, { bidder, kc: envelope.kc, bidderKey: file.jwk })
    if (!bid.ok) return { ...none, state: 'malformed', reason: bid.reason }
    const { body, rnd, picks = null } = bid.bid
    return { ...none, state: 'valid', reason: null, body, rnd, picks, ...filesOf(keyset, inside.seed, bid.bid) }
  }
  const results: OpenedEnvelope[] = []
  for (const { eid, bidder } of shut) {
    const result = await judge(eid, bidder)
    if (result) results.push(result)
  }
  return { no: row.no, kind, ks, results }
}

/** Tenders of which something was sealed again that is opened by now, with bids still shut. */
async function unsettled({ db }: Clockwork): Promise<{ tender: string; kind: Kind }[]> {
  const { rows } = await db.withTx(({ tx }) =>
    tx.execute<{ tender: string; kind: Kind }>(sql`
      SELECT r.tender, r.kind FROM rekey r JOIN tender t ON t.no = r.tender
      WHERE t.state = r.kind || '_opening'
        AND EXISTS (SELECT 1 FROM opening o WHERE o.tender = r.tender AND o.kind = 'rekey-' || r.kind AND o.list_idx IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM opening_envelope e WHERE e.tender = r.tender AND e.kind = 'rekey-' || r.kind AND e.state IS NULL)
        AND EXISTS (SELECT 1 FROM opening_envelope e WHERE e.tender = r.tender AND e.kind = r.kind AND e.state IS NULL)`),
  )
  return rows
}

/** One round over all tenders whose bidders were told to seal again. One that fails does not hold up the others. */
export async function rekeyRound(clockwork: Clockwork): Promise<void> {
  const calm = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (err) {
      clockwork.onProblem(err instanceof Error ? err : new Error(String(err)))
    }
  }
  for (const ordered of await unlisted(clockwork)) await calm(() => listAnswers(clockwork, ordered))
  for (const { tender: no, kind } of await unsettled(clockwork)) {
    await calm(async () => {
      const settled = await clockwork.db.withTx(async (work) => {
        const row = await lockTender(work, no, true)
        return row && settle(clockwork, work, row, kind)
      })
      if (settled) await save(clockwork, settled, settled.results)
    })
  }
}
