// Which envelopes can be opened now? Looks for releases, has the thread open, and logs each envelope as it comes.
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { openingEnvelope, release } from '../../../db/schema/tenders.ts'
import { b64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { keysetId } from '../../proof/keyset.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Database, Work } from '../db.ts'
import { append } from '../log/append.ts'
import { findTender, lockTender } from '../tenders/tender-store.ts'
import type { OpenedEnvelope } from './open-envelopes.ts'
import type { OpenerThread } from './opener-thread.ts'
import { type Kind, keysetOf, openingOf, releasesOf, sharesOf, toOpen } from './release-store.ts'

export type Opener = { P: Primitives; db: Database; thread: OpenerThread }

type Loaded = {
  no: string
  kind: Kind
  ks: string
  keyset: Json
  custodians: Map<number, string>
  releases: { x: number; shares: Map<string, string> }[]
  items: Awaited<ReturnType<typeof toOpen>>
}

/** Envelopes are logged in groups: one transaction each would cost a thousand commits for a large tender. */
const GROUP = 16

async function load(
  { P }: Opener,
  work: Work,
  no: string,
  kind: Kind,
  what: 'unopened' | 'valid',
): Promise<Loaded | null> {
  const row = await findTender(work, no)
  const found = await openingOf(work, no, kind)
  if (!row || !found) return null
  const { keyset } = await keysetOf(P, work, no, kind)
  const envelopes = found.envelopes.filter((e) => (what === 'unopened' ? e.state === null : e.state === 'valid'))
  const releases = (await releasesOf(work, found.opening.ks)).map((r) => ({ x: r.x, shares: sharesOf(r) }))
  return {
    no,
    kind,
    ks: b64u(keysetId(P, keyset)),
    keyset: keyset as unknown as Json,
    custodians: new Map(keyset.custodians.map((c) => [c.x, c.id])),
    releases,
    items: releases.length < keyset.t ? [] : await toOpen(work, row, envelopes),
  }
}

/** Saves final results that nobody saved before, each with its entry. */
async function save({ P, db }: Opener, of: Loaded, results: OpenedEnvelope[]): Promise<void> {
  await db.withTx(async (work) => {
    await lockTender(work, of.no)
    for (const result of results) {
      if (result.state === 'waiting') continue
      const { eid, state, reason, body, rnd } = result
      const saved = await work.tx
        .update(openingEnvelope)
        .set({ state, reason, body, rnd })
        .where(
          and(
            eq(openingEnvelope.tender, of.no),
            eq(openingEnvelope.kind, of.kind),
            eq(openingEnvelope.eid, eid),
            isNull(openingEnvelope.state),
          ),
        )
        .returning({ bidder: openingEnvelope.bidder })
      if (!saved[0]) continue
      const { bidder } = saved[0]
      await append(P, work, {
        typ: 'opening.result/1',
        org: '-',
        ref: of.no,
        by: '-',
        payload: {
          typ: 'opening.result/1',
          tender: of.no,
          lot: '1',
          kind: of.kind,
          ks: of.ks,
          results: [{ eid, bidder, state, reason, body: body as Json }],
        },
      })
    }
  })
}

/** Names custodians whose shares differ from those that the seed gives, once each, and marks the releases as compared. */
async function convict({ P, db }: Opener, of: Loaded, results: OpenedEnvelope[]): Promise<void> {
  const liars = new Map<number, string>()
  for (const { eid, convicted } of results) for (const x of convicted) if (!liars.has(x)) liars.set(x, eid)
  await db.withTx(async (work) => {
    await lockTender(work, of.no)
    const fresh = await work.tx
      .update(release)
      .set({ compared: 1 })
      .where(
        and(
          eq(release.ks, of.ks),
          eq(release.compared, 0),
          inArray(
            release.x,
            of.releases.map((r) => r.x),
          ),
        ),
      )
      .returning({ x: release.x })
    for (const { x } of fresh) {
      const eid = liars.get(x)
      if (eid === undefined) continue
      await append(P, work, {
        typ: 'incident/1',
        org: '-',
        ref: of.no,
        by: '-',
        payload: {
          typ: 'incident/1',
          tender: of.no,
          lot: '1',
          reasons: ['custodian-convicted'],
          acts: [],
          newDeadline: null,
          facts: { custodian: of.custodians.get(x) ?? '-', eid },
        },
      })
    }
  })
}

async function openPending(opener: Opener, no: string, kind: Kind): Promise<void> {
  const of = await opener.db.withTx((work) => load(opener, work, no, kind, 'unopened'))
  if (!of || of.items.length === 0) return
  let group: OpenedEnvelope[] = []
  let saving: Promise<void> = Promise.resolve()
  const flush = () => {
    const results = group
    group = []
    if (results.length > 0) saving = saving.then(() => save(opener, of, results))
  }
  await opener.thread.open({ keyset: of.keyset, envelopes: of.items, releases: of.releases }, (opened) => {
    group.push(opened)
    if (group.length >= GROUP) flush()
  })
  flush()
  await saving
}

/** A release that came after its envelopes were open is compared all the same: a lie stays a lie when it was not needed. */
async function compareReleases(opener: Opener, no: string, kind: Kind): Promise<void> {
  const of = await opener.db.withTx((work) => load(opener, work, no, kind, 'valid'))
  if (!of || of.items.length === 0) return
  const results: OpenedEnvelope[] = []
  await opener.thread.open({ keyset: of.keyset, envelopes: of.items, releases: of.releases }, (opened) =>
    results.push(opened),
  )
  await convict(opener, of, results)
}

/** One round: opens what can be opened, compares what was not compared. Safe in two processes: each result is saved once. */
export async function openRound(opener: Opener): Promise<void> {
  const rows = await opener.db.withTx(async ({ tx }) => {
    const pending = await tx.execute<{ tender: string; kind: Kind; unopened: string; uncompared: string }>(sql`
      SELECT o.tender, o.kind,
             (SELECT count(*) FROM opening_envelope e WHERE e.tender = o.tender AND e.kind = o.kind AND e.state IS NULL) AS unopened,
             (SELECT count(*) FROM release r WHERE r.ks = o.ks AND r.compared = 0) AS uncompared
      FROM opening o JOIN tender t ON t.no = o.tender
      WHERE t.state <> 'cancelled' AND EXISTS (SELECT 1 FROM release r WHERE r.ks = o.ks AND r.compared = 0)`)
    return pending.rows
  })
  for (const { tender, kind, unopened } of rows) {
    if (Number(unopened) > 0) await openPending(opener, tender, kind)
    await compareReleases(opener, tender, kind)
  }
}
