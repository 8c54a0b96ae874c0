// Who hears of a tie that reached the lot? Everybody: who is joint, from what the lot will be drawn, and when.
import { and, asc, eq } from 'drizzle-orm'
import { logEntry, logPayload } from '../../../db/schema/log.ts'
import { openingEnvelope } from '../../../db/schema/tenders.ts'
import { addSeconds } from '../../domain/kit/time.ts'
import { tieBreakPurpose } from '../../domain/openings/labels.ts'
import { jointBidders, LOT_AFTER_SECONDS, LOT_LEAST_SECONDS } from '../../domain/openings/tie-lot.ts'
import type { Decided } from '../../domain/scoring/decided.ts'
import { append } from '../log/append.ts'
import type { Advancing } from '../tenders/advance.ts'
import { legal } from '../tenders/tender-store.ts'

/** What the valid envelopes of a kind put into the draw: those of bidders' prices, or what custodians sealed. */
export async function contributionsOf(
  { work, row }: Advancing,
  kind: 'price' | 'draw' = 'price',
): Promise<{ eid: string; rnd: string }[]> {
  const valid = await work.tx
    .select({ eid: openingEnvelope.eid, rnd: openingEnvelope.rnd })
    .from(openingEnvelope)
    .where(and(eq(openingEnvelope.tender, row.no), eq(openingEnvelope.kind, kind), eq(openingEnvelope.state, 'valid')))
    .orderBy(asc(openingEnvelope.position))
  return valid.map((e) => ({ eid: e.eid, rnd: e.rnd as string }))
}

/** Says in public who is joint, from what will be drawn, and when: all of it fixed before the lot. */
export async function announceLot(step: Advancing, ranking: Decided): Promise<void> {
  const { P, work, row, accelerator } = step
  const ids = jointBidders(ranking)
  if (ids.length === 0) return
  const seconds = Math.max(LOT_LEAST_SECONDS, Math.ceil(LOT_AFTER_SECONDS / accelerator))
  const payload = {
    typ: 'draw.notice/1',
    tender: row.no,
    lot: '1',
    purpose: tieBreakPurpose(row.no, '1'),
    ids,
    closing: row.closedIdx as number,
    contributions: (await contributionsOf(step)).map((c) => c.eid).sort(),
    drawAt: addSeconds(legal(work.now.date), seconds),
  }
  await append(P, work, { typ: payload.typ, org: '-', ref: row.no, by: '-', payload })
}

/** When the lot is due: null while no rank is joint or the announcement has no index yet. */
export async function lotDue({ work, row }: Advancing): Promise<number | null> {
  const { ranking } = row
  if (ranking === null || jointBidders(ranking).length === 0) return null
  const found = await work.tx
    .select({ bytes: logPayload.bytes })
    .from(logEntry)
    .innerJoin(logPayload, eq(logPayload.hash, logEntry.payloadHash))
    .where(and(eq(logEntry.ref, row.no), eq(logEntry.typ, 'draw.notice/1')))
    .orderBy(asc(logEntry.idx))
  // Draws of evaluators and of prices were announced before it.
  const notices = found.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, string>)
  const drawAt = notices.find(({ purpose }) => purpose === tieBreakPurpose(row.no, '1'))?.drawAt
  return drawAt === undefined ? null : Date.parse(drawAt)
}
