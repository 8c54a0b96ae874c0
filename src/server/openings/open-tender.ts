// How does an opening begin and end? Reveal and list before the first key turns, labels after the last technical envelope.
import { and, asc, eq } from 'drizzle-orm'
import { label, opening, openingEnvelope, type tender } from '../../../db/schema/tenders.ts'
import { drawLabels } from '../../domain/openings/labels.ts'
import { rekeyedBy } from '../../domain/record/finding.ts'
import { sortedEids } from '../../domain/record/opening.ts'
import { opensPrices } from '../../domain/tenders/procedure.ts'
import { b64u } from '../../proof/bytes.ts'
import { announceDraws } from '../evaluators/announce-draw.ts'
import { append } from '../log/append.ts'
import { closingRoot } from '../log/tiles.ts'
import { excludedAmong } from '../organisations/exclusion-store.ts'
import { lockedTechnical } from '../scoring/lock-and-rank.ts'
import type { Advancing } from '../tenders/advance.ts'
import { bidsThatCount, namedLeaves } from './closing.ts'
import { type Kind, keysetOf } from './release-store.ts'

type Set = Partial<typeof tender.$inferInsert>

/** Lists the envelopes of a kind that are to be opened, and makes a row for each. What is no bid's own says so. */
export async function list(step: Advancing, kind: Kind, due: { eid: string; bidder: string }[]): Promise<void> {
  const { P, work, row } = step
  const { ks } = await keysetOf(P, work, row.no, kind)
  const eids = sortedEids(due.map((d) => d.eid))
  const said = kind === 'draw' ? 'draw' : rekeyedBy(kind) ? 'rekey' : null
  const payload = { typ: 'opening.list/1', tender: row.no, lot: '1', ks, eids, ...(said && { kind: said }) }
  const hash = await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  await work.tx.insert(opening).values({ tender: row.no, kind, ks, listHash: b64u(hash) })
  if (due.length === 0) return
  await work.tx.insert(openingEnvelope).values(
    eids.map((eid, position) => ({
      tender: row.no,
      kind,
      eid,
      position,
      bidder: (due.find((d) => d.eid === eid) as { bidder: string }).bidder,
    })),
  )
}

/** Says which bidders are shut out at the opening. Their bids are opened like all others and cannot be awarded. */
async function tellExcluded({ P, work, row }: Advancing, bidders: string[]): Promise<void> {
  const found = await excludedAmong(work, bidders)
  if (found.size === 0) return
  const excluded = [...found].map(([bidder, exclusion]) => ({ bidder, exclusion }))
  const payload = {
    typ: 'eligibility/1',
    tender: row.no,
    lot: '1',
    moment: 'opening',
    checked: bidders.length,
    excluded,
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
}

/** Names every entry of the closing list, then lists the first envelopes of the bids that count, and what is sealed for draws. */
async function openFirst(step: Advancing, kind: 'technical' | 'price'): Promise<Set> {
  const { P, work, row } = step
  const payload = { typ: 'opening.reveal/1', tender: row.no, lot: '1', acts: await namedLeaves(work, row) }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
  const bids = await bidsThatCount(work, row)
  await list(
    step,
    kind,
    bids.map((bid) => ({ eid: bid[kind], bidder: bid.bidder })),
  )
  const contributions = await announceDraws(step)
  if (contributions.length > 0) await list(step, 'draw', contributions)
  await tellExcluded(
    step,
    bids.map((bid) => bid.bidder),
  )
  return {}
}

export const openTechnical = (step: Advancing): Promise<Set> => openFirst(step, 'technical')

/** Where price alone is handed in, prices are opened at once: nothing comes before them that they could sway. */
export const openPriceAlone = (step: Advancing): Promise<Set> => openFirst(step, 'price')

/** Draws the labels under which the evaluators see the proposals. */
export async function finishTechnical(step: Advancing): Promise<Set> {
  const { P, work, row, tiles } = step
  const valid = await work.tx
    .select()
    .from(openingEnvelope)
    .where(
      and(
        eq(openingEnvelope.tender, row.no),
        eq(openingEnvelope.kind, 'technical'),
        eq(openingEnvelope.state, 'valid'),
      ),
    )
    .orderBy(asc(openingEnvelope.position))
  const root = await closingRoot(P, work.tx, tiles, row.closedIdx as number)
  const contributions = valid.map((e) => ({ eid: e.eid, rnd: e.rnd as string }))
  const labels = drawLabels(
    P,
    { root, contributions, tender: row.no, lot: '1' },
    valid.map((e) => e.bidder),
  )
  await work.tx.insert(label).values(labels.map((l) => ({ tender: row.no, ...l })))
  return {}
}

/** Lists the price envelopes that the frozen rule lets open. */
export async function openPrice(step: Advancing): Promise<Set> {
  const { work, row } = step
  const bids = await bidsThatCount(work, row)
  const scores = await lockedTechnical(step)
  const all = opensPrices(row.rule) === 'all'
  const open = new Set(scores.filter((s) => all || s.qualified).map((s) => s.bidder))
  await list(
    step,
    'price',
    bids.filter((bid) => open.has(bid.bidder)).map((bid) => ({ eid: bid.price, bidder: bid.bidder })),
  )
  return {}
}
