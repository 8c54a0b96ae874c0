// Which envelopes can be opened now? Looks for releases, has the thread open, and logs each envelope as it comes.
import { and, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import { openingEnvelope, release } from '../../../db/schema/tenders.ts'
import { rekeyedBy } from '../../domain/record/finding.ts'
import { b64u } from '../../proof/bytes.ts'
import type { Json } from '../../proof/canonical.ts'
import { keysetId } from '../../proof/keyset.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Database, Work } from '../db.ts'
import { keepFiles } from '../files/check-files.ts'
import { append } from '../log/append.ts'
import { findTender, lockTender } from '../tenders/tender-store.ts'
import type { OpenedEnvelope } from './open-envelopes.ts'
import type { OpenerThread } from './opener-thread.ts'
import {
  contributionsToOpen,
  type Kind,
  keysetOf,
  type ListedEnvelope,
  lettersToOpen,
  openingOf,
  releasesOf,
  sharesOf,
  type ToOpen,
  toOpen,
} from './release-store.ts'

export type Opener = { P: Primitives; db: Database; thread: OpenerThread }

type Loaded = {
  no: string
  kind: Kind
  ks: string
  keyset: Json
  custodians: Map<number, string>
  releases: { x: number; shares: Map<string, string> }[]
}

/** Envelopes are logged in groups: one transaction each would cost a thousand commits for a large tender. */
const GROUP = 16

/** What became of a release: nobody has looked at it yet; its shares were compared with the seeds; one of them was a lie. */
const [UNSEEN, COMPARED, CONVICTED] = [0, 1, 2]

/** Is a kind being opened in this state? Contributions to draws are, from the opening until the prices are open. */
function openingNow(state: string, of: Kind): boolean {
  const kind = rekeyedBy(of) ?? of
  return kind === 'draw'
    ? ['technical_opening', 'evaluating', 'scores_locked', 'price_opening'].includes(state)
    : state === `${kind}_opening`
}

async function load(
  { P }: Opener,
  work: Work,
  no: string,
  kind: Kind,
): Promise<{ of: Loaded; unopened: ToOpen[]; opened: ToOpen[] } | null> {
  const row = await findTender(work, no)
  const found = await openingOf(work, no, kind)
  if (!row || !found) return null
  const { keyset } = await keysetOf(P, work, no, kind)
  const releases = (await releasesOf(work, found.opening.ks)).map((r) => ({ x: r.x, shares: sharesOf(r) }))
  const enough = releases.length >= keyset.t
  const pending = openingNow(row.state, kind) ? found.envelopes.filter((e) => e.state === null) : []
  const files = (some: ListedEnvelope[]) =>
    kind === 'draw'
      ? contributionsToOpen(work, no, some)
      : rekeyedBy(kind)
        ? lettersToOpen(work, no, some)
        : toOpen(P, work, row, some)
  const done = found.envelopes.filter((e) => e.state !== null)
  return {
    of: {
      no,
      kind,
      ks: b64u(keysetId(P, keyset)),
      keyset: keyset as unknown as Json,
      custodians: new Map(keyset.custodians.map((c) => [c.x, c.id])),
      releases,
    },
    unopened: enough ? await files(pending) : [],
    opened: enough ? await files(done) : [],
  }
}

/** Saves final results that nobody saved before, each with its entry. */
export async function save(
  { P, db }: Pick<Opener, 'P' | 'db'>,
  of: Pick<Loaded, 'no' | 'kind' | 'ks'>,
  results: OpenedEnvelope[],
): Promise<void> {
  await db.withTx(async (work) => {
    const row = await lockTender(work, of.no)
    // Cancelled while its envelopes were being opened: what they hold enters the record no more.
    if (!row || !openingNow(row.state, of.kind)) return
    for (const result of results) {
      if (result.state === 'waiting') continue
      const { eid, state, reason, body, rnd, picks } = result
      const saved = await work.tx
        .update(openingEnvelope)
        .set({ state, reason, body, rnd, picks })
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
      // A contribution is no bid: what follows from it is said with the draw.
      if (of.kind === 'draw' || rekeyedBy(of.kind)) continue
      const { bidder } = saved[0]
      if (result.files) await keepFiles(work, row, { kind: of.kind, eid, bidder }, result.files)
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
          results: [{ eid, bidder, state, reason, body: body as Json, ...(picks && { picks }) }],
        },
      })
    }
  })
}

/**
 * Names custodians whose shares differ from those that the seed gives, once each, and marks the releases as looked at. A lie
 * may come to light late, when a further release opens the envelope that it kept shut.
 */
async function convict({ P, db }: Opener, of: Loaded, results: OpenedEnvelope[]): Promise<void> {
  const liars = new Map<number, string>()
  for (const { eid, convicted } of results) for (const x of convicted) if (!liars.has(x)) liars.set(x, eid)
  const mark = ({ tx }: Work, numbers: number[], to: number) =>
    tx
      .update(release)
      .set({ compared: to })
      .where(and(eq(release.ks, of.ks), lt(release.compared, to), inArray(release.x, numbers)))
      .returning({ x: release.x })
  await db.withTx(async (work) => {
    await lockTender(work, of.no)
    for (const { x } of liars.size === 0 ? [] : await mark(work, [...liars.keys()], CONVICTED)) {
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
          facts: { custodian: of.custodians.get(x) ?? '-', eid: liars.get(x) ?? '-' },
        },
      })
    }
    const seen = of.releases.map((r) => r.x)
    if (seen.length > 0) await mark(work, seen, COMPARED)
  })
}

/** Opens envelopes in the thread and hands them on in groups as they come. */
async function openAll(
  { thread }: Opener,
  of: Loaded,
  envelopes: ToOpen[],
  onGroup: (group: OpenedEnvelope[]) => Promise<void>,
): Promise<OpenedEnvelope[]> {
  const all: OpenedEnvelope[] = []
  if (envelopes.length === 0) return all
  let group: OpenedEnvelope[] = []
  let handing: Promise<void> = Promise.resolve()
  const flush = () => {
    const results = group
    group = []
    if (results.length > 0) handing = handing.then(() => onGroup(results))
    // Whoever waits for the last group hears of a failure; until then it is not an unhandled one.
    handing.catch(() => {})
  }
  await thread.open({ keyset: of.keyset, envelopes, releases: of.releases }, (opened) => {
    all.push(opened)
    group.push(opened)
    if (group.length >= GROUP) flush()
  })
  flush()
  await handing
  return all
}

/**
 * Opens what is still shut, and opens again what is open, to compare releases that came since: a lie stays a lie when it was
 * not needed. Only releases that were loaded here are marked, so one that arrives meanwhile is for the next round.
 */
async function openTender(opener: Opener, no: string, kind: Kind): Promise<void> {
  const loaded = await opener.db.withTx((work) => load(opener, work, no, kind))
  if (!loaded) return
  const { of, unopened, opened } = loaded
  const now = await openAll(opener, of, unopened, (group) => save(opener, of, group))
  const before = await openAll(opener, of, opened, async () => {})
  await convict(opener, of, [...before, ...now])
}

/** One round: opens what can be opened, compares what was not compared. Safe in two processes: each result is saved once. */
export async function openRound(opener: Opener): Promise<void> {
  const rows = await opener.db.withTx(async ({ tx }) => {
    // Envelopes may still be shut though everybody has released: their bytes were lost, and have come back since.
    const pending = await tx.execute<{ tender: string; kind: Kind }>(sql`
      SELECT o.tender, o.kind FROM opening o JOIN tender t ON t.no = o.tender
      WHERE EXISTS (SELECT 1 FROM release r WHERE r.ks = o.ks AND r.compared = ${UNSEEN})
         OR (t.state = o.kind || '_opening'
             AND (SELECT count(*) FROM release r WHERE r.ks = o.ks)
                 >= (SELECT (k.body->>'n')::integer FROM keyset k WHERE k.ks = o.ks)
             AND EXISTS (SELECT 1 FROM opening_envelope e JOIN envelope f ON f.eid = e.eid AND b64u(sha256(f.bytes)) = f.eid
                         WHERE e.tender = o.tender AND e.kind = o.kind AND e.state IS NULL))`)
    return pending.rows
  })
  for (const { tender, kind } of rows) await openTender(opener, tender, kind)
}
