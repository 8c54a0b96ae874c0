// Does a row show no figure that was not found here, and do rows stand in the right order?
import { describe, expect, test } from 'vitest'
import { failedVerdict } from '../../../src/domain/room/check-envelope.ts'
import type { PublicEntry } from '../../../src/domain/room/entry.ts'
import { roomOf } from '../../../src/domain/room/room.ts'
import { type Known, rowsOf, verdictKey } from '../../../src/domain/room/rows.ts'
import { forge, TENDER } from '../../support/forge.ts'
import { type Checked, checkedBy, feedOf, ofType } from './room-kit.ts'

const made = await forge({ malformed: ['bidder-4 price'] })
const feed = feedOf(made)
const checked = await checkedBy(made.source(), feed)

const NOTHING: Known = { verdicts: new Map(), trusting: false, standing: null, agrees: new Map() }
const knownBy = (by: Checked, upTo: number): Known => ({
  verdicts: new Map(by.verdicts.map((v) => [verdictKey(v.kind, v.eid), v])),
  trusting: false,
  standing: by.checker.standingAt(upTo, false),
  agrees: new Map(by.all('ranking').flatMap((n) => n.rows.map((r) => [r.bidder, r.same] as const))),
})
const upTo = (entry: PublicEntry | undefined) => feed.slice(0, feed.indexOf(entry as PublicEntry) + 1)
const results = ofType(feed, 'opening.result/1')

describe('what a row does not show', () => {
  test('no price, score, rank or total before the check, although the log has them', () => {
    const rows = rowsOf(roomOf(TENDER, feed), NOTHING)
    expect(rows).toHaveLength(6)
    for (const row of rows) {
      expect(row).toMatchObject({ amount: null, priceScore: null, total: null, rank: null, rate: null, steps: [] })
      expect(row.price.state).toBe('checking')
    }
  })

  test('nothing of a bid whose check failed, although the recorded ranking has it', () => {
    const known = knownBy(checked, Number.POSITIVE_INFINITY)
    const row = roomOf(TENDER, feed).bids.find((b) => b.bidder === 'bidder-1')
    const eid = row?.eids.price ?? ''
    const bad = failedVerdict('price', { index: 1, eid, bidder: 'bidder-1' }, { ko: '다름', en: 'differs' })
    const rows = rowsOf(roomOf(TENDER, feed), {
      ...known,
      verdicts: new Map([...known.verdicts, [verdictKey('price', eid), bad]]),
    })
    expect(rows.find((r) => r.bidder === 'bidder-1')).toMatchObject({
      amount: null,
      priceScore: null,
      total: null,
      rank: null,
      price: { state: 'failed', says: { en: 'differs' } },
    })
  })

  test('the price is the one in the envelope as opened here, not the one in the feed', () => {
    const known = knownBy(checked, Number.POSITIVE_INFINITY)
    const room = roomOf(TENDER, feed)
    const lied = {
      ...room,
      sessions: {
        ...room.sessions,
        price: {
          ...room.sessions.price,
          results: room.sessions.price.results.map((r) => ({ ...r, body: { amount: '1', currency: 'KRW' } })),
        },
      },
    }
    expect(rowsOf(lied, known).find((r) => r.bidder === 'bidder-2')?.amount).toBe('98000000')
  })

  test('where nothing can be checked the record’s word is shown', () => {
    const rows = rowsOf(roomOf(TENDER, feed), { ...NOTHING, trusting: true })
    expect(rows.map((r) => r.amount)).toContain('98000000')
    expect(rows.find((r) => r.bidder === 'bidder-4')?.price).toMatchObject({
      state: 'malformed',
      reason: 'it does not open',
    })
  })
})

describe('the order of the rows', () => {
  test('is that of the envelopes while nothing is scored', () => {
    const rows = rowsOf(roomOf(TENDER, upTo(results[2])), knownBy(checked, results[2]?.index ?? 0))
    expect(rows.map((r) => r.no)).toEqual([1, 2, 3, 4, 5, 6])
    expect(rows.filter((r) => r.technical.state === 'opened')).toHaveLength(3)
    expect(rows.every((r) => r.price.state === 'sealed' && r.technicalScore === null)).toBe(true)
  })

  test('is by technical score once the scores are locked', () => {
    const locked = ofType(feed, 'scores.locked/1')[0]
    const rows = rowsOf(roomOf(TENDER, upTo(locked)), knownBy(checked, locked?.index ?? 0))
    expect(rows.map((r) => r.technicalScore)).toEqual(['81.5', '80.3', '78.3', '78.2', '75.7', '68.7'])
    expect(rows.every((r) => r.rank === null && r.amount === null && r.reasons.length === 0)).toBe(true)
  })

  test('is by rank so far while prices are opened, those without one last', () => {
    const third = results[8]
    const rows = rowsOf(roomOf(TENDER, upTo(third)), knownBy(checked, third?.index ?? 0))
    const ranks = rows.map((r) => r.rank)
    const ranked = ranks.filter((r): r is number => r !== null)
    expect(ranked).toEqual([...ranked].sort((a, b) => a - b))
    expect(ranks.slice(ranked.length).every((r) => r === null)).toBe(true)
    expect(rows.filter((r) => r.price.state === 'opened' || r.price.state === 'malformed')).toHaveLength(3)
  })

  test('is that of the recorded ranking at the end, with every row the same here', () => {
    const rows = rowsOf(roomOf(TENDER, feed), knownBy(checked, Number.POSITIVE_INFINITY))
    expect(rows.map((r) => [r.bidder, r.rank, r.total, r.same])).toEqual([
      ['bidder-1', 1, '91.0894', true],
      ['bidder-2', 2, '90.0959', true],
      ['bidder-3', 3, '87.9', true],
      ['bidder-5', 4, '85.7', true],
      ['bidder-6', 5, '77.5463', true],
      ['bidder-4', null, null, true],
    ])
    expect(rows.at(-1)).toMatchObject({ price: { state: 'malformed' }, reasons: ['price-malformed'], eligible: false })
  })
})
