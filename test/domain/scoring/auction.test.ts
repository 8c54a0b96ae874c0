// Does a running auction let in what its rule lets in, and nothing else, at the very step and the very millisecond?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AuctionBid,
  afterBid,
  mayBidInAuction,
  mostAllowed,
  opened,
  openedWith,
  replay,
  type Standing,
} from '../../../src/domain/scoring/auction.ts'
import { afterBidAt, firstRound, isOpenAt, roundAt, roundsOf } from '../../../src/domain/scoring/auction-clock.ts'
import { decideContest } from '../../../src/domain/scoring/contest.ts'
import type { AuctionRule } from '../../../src/domain/scoring/contest-rule.ts'
import { aContest } from './a-contest.ts'

const rule: AuctionRule = {
  start: '1000',
  step: '10',
  undercut: 'lowest',
  rounds: 3,
  roundSeconds: 60,
  extendSeconds: 15,
}
const both = new Set(['A', 'B'])
const at = (lowest: string | null, own: [string, string][] = [], round = 1): Standing => ({
  lowest,
  own: new Map(own),
  round,
})
const may = (standing: Standing, bid: Partial<AuctionBid> = {}, change: Partial<AuctionRule> = {}, dp = 0) =>
  mayBidInAuction({ ...rule, ...change }, dp, standing, { bidder: 'A', amount: '900', round: 1, ...bid }, both)

describe('what is refused, with what there is to know', () => {
  test('a stranger, by its beginning and no more of it', () => {
    expect(may(opened, { bidder: 'Z' })).toEqual([
      { code: 'auction-bidder-unknown', facts: { bidder: 'Z', amount: '900' } },
    ])
  })

  test('a round that is over, one that never comes and one that is none, with the one it is', () => {
    const said = (round: number, now = 2) => may(at('990', [], now), { round })
    expect(said(1)).toEqual([{ code: 'auction-round-over', facts: { bidder: 'A', amount: '900', round: '1', now: 2 } }])
    for (const round of [1, 4, 2.5, Number.NaN, 0, -1])
      expect(said(round).map((r) => r.code)).toEqual(['auction-round-over'])
    for (const round of [2, 3]) expect(said(round)).toEqual([])
    expect(String(said(-1e21 / 3)[0]?.facts.round).length).toBeLessThanOrEqual(20)
  })

  test('an amount that is none, and nothing is said of how low it is', () => {
    for (const amount of ['0', '', '1e2', '09', '-1', '1.5', '9'.repeat(19)])
      expect(may(opened, { amount }).map((r) => r.code)).toEqual(['auction-bid-malformed'])
    expect(may(opened, { amount: '1.5' }, {}, 1)).toEqual([])
  })

  test('one unit above what may be bid, with what may be', () => {
    expect(may(at('900'), { amount: '890' })).toEqual([])
    expect(may(at('900'), { amount: '891' })).toEqual([
      { code: 'auction-not-low-enough', facts: { bidder: 'A', amount: '891', most: '890' } },
    ])
  })

  test('anything where the step leaves nothing below', () => {
    for (const lowest of ['10', '9'])
      expect(may(at(lowest), { amount: '1' })).toEqual([
        { code: 'auction-not-low-enough', facts: { bidder: 'A', amount: '1', most: '0' } },
      ])
    expect(may(at('11'), { amount: '1' })).toEqual([])
  })

  test('every reason at once', () => {
    const reasons = may(at('900', [], 2), { bidder: 'Z', round: 1, amount: '900' })
    expect(reasons.map((r) => r.code)).toEqual([
      'auction-bidder-unknown',
      'auction-round-over',
      'auction-not-low-enough',
    ])
  })
})

describe('what may be bid', () => {
  test('is the start while nobody has bid, and the step below what must be undercut then', () => {
    expect(mostAllowed(rule, opened, 'A')).toBe('1000')
    expect(mostAllowed(rule, at('900'), 'A')).toBe('890')
    expect(mostAllowed({ ...rule, undercut: 'own' }, at('900', [['A', '950']]), 'A')).toBe('940')
    expect(mostAllowed({ ...rule, undercut: 'own' }, at('900', [['A', '950']]), 'B')).toBe('1000')
  })

  test('is nothing where the step would leave nothing or less', () => {
    expect(mostAllowed(rule, at('11'), 'A')).toBe('1')
    expect(mostAllowed(rule, at('10'), 'A')).toBeNull()
    expect(mostAllowed(rule, at('9'), 'A')).toBeNull()
  })
})

describe('opened prices', () => {
  test('are where the auction begins, but for those above its start', () => {
    const standing = openedWith(rule, [
      { bidder: 'A', amount: '950' },
      { bidder: 'B', amount: '1000' },
      { bidder: 'C', amount: '1001' },
    ])
    expect(standing.lowest).toBe('950')
    expect([...standing.own]).toEqual([
      ['A', '950'],
      ['B', '1000'],
    ])
    expect(standing.round).toBe(1)
    expect(mostAllowed(rule, standing, 'B')).toBe('940')
  })

  test('the lowest is the lowest in whatever order they are, and a bid above it does not lift it', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(prices, (all) => {
        const named = all.map((amount, i) => ({ bidder: `B${i}`, amount: String(amount) }))
        expect(openedWith(rule, named).lowest).toBe(String(Math.min(...all)))
      }),
    )
    const own = ['900', '950', '940'].reduce((s, amount) => afterBid(s, { bidder: 'A', amount, round: 1 }), opened)
    expect([own.lowest, own.own.get('A')]).toEqual(['900', '940'])
  })

  test('decide where nobody bids lower; equal ones are left to the lot, and who sealed no price takes no part', () => {
    const contest = aContest({ kind: 'AUCTION', planned: { how: 'none', budget: '1000' }, auction: rule, leastBids: 1 })
    const bidder = (id: string, amount: string) => ({ id, price: 'valid' as const, amount })
    const bidders = [bidder('A', '900'), bidder('B', '900'), bidder('C', '950'), bidder('D', '1001'), bidder('E', 'x')]
    const run = (auction: AuctionBid[]) => {
      const made = decideContest({ rule: contest, bidders, auction })
      if (!made.ok) throw new Error(JSON.stringify(made.reasons))
      return made.value
    }
    const still = run([])
    expect(still.order).toEqual([['A', 'B'], ['C']])
    const reasons = Object.fromEntries(still.rows.map((r) => [r.bidder, r.reasons]))
    expect(reasons).toEqual({ A: [], B: [], C: [], D: ['no-auction-bid'], E: ['price-malformed'] })
    const bid = (who: string, amount: string, round = 1) => ({ bidder: who, amount, round })
    const moved = run([bid('C', '890'), bid('D', '880', 2), bid('E', '870', 2), bid('B', '871', 2)])
    expect(moved.order).toEqual([['D'], ['C'], ['A', 'B']])
    expect(moved.refused).toEqual([
      { bid: 2, reasons: ['auction-bidder-unknown'] },
      { bid: 3, reasons: ['auction-not-low-enough'] },
    ])
    expect(replay(rule, 0, [bid('A', '1000')], both).refused).toEqual([])
  })
})

describe('the clock of an auction', () => {
  const T = 1_000_000
  const s = (seconds: number) => T + seconds * 1000

  test('a round is open from its first millisecond to the one before its last', () => {
    const first = firstRound(rule, T)
    expect(first).toEqual({ round: 1, from: T, ends: s(60), bids: 0, over: false })
    for (const [now, open] of [
      [T - 1, false],
      [T, true],
      [s(60) - 1, true],
      [s(60), false],
    ] as const)
      expect([now, isOpenAt(first, now)]).toEqual([now, open])
    expect(isOpenAt({ ...first, over: true }, T)).toBe(false)
  })

  test('a round without a bid is the last, and so is the last of the rule', () => {
    expect(roundAt(rule, firstRound(rule, T), s(60) - 1).over).toBe(false)
    expect(roundAt(rule, firstRound(rule, T), s(60))).toMatchObject({ round: 1, over: true, ends: s(60) })
    expect(roundsOf(rule, T, [s(1)], s(60)).round).toEqual({
      round: 2,
      from: s(60),
      ends: s(120),
      bids: 0,
      over: false,
    })
    expect(roundsOf(rule, T, [s(1), s(2)], s(3)).round.bids).toBe(2)
    expect(roundsOf(rule, T, [s(1)], s(120)).round).toMatchObject({ round: 2, over: true })
    expect(roundsOf(rule, T, [s(1), s(61), s(121)], s(500)).round).toMatchObject({ round: 3, over: true, ends: s(180) })
    expect(roundsOf(rule, T, [s(1)], s(10_000)).round).toMatchObject({ round: 2, over: true })
  })

  test('a bid in the last seconds moves the end, one before them does not, and no bid brings it nearer', () => {
    const first = firstRound(rule, T)
    expect(afterBidAt(rule, first, s(45)).ends).toBe(s(60))
    expect(afterBidAt(rule, first, s(45) + 1).ends).toBe(s(60) + 1)
    expect(afterBidAt(rule, first, s(59)).ends).toBe(s(74))
    const { extendSeconds: _, ...never } = rule
    expect(afterBidAt(never, first, s(60) - 1).ends).toBe(s(60))
    expect(roundsOf(rule, T, [s(59), s(73)], s(88)).round).toMatchObject({ round: 2, from: s(88) })
  })

  test('says in which round each bid came, and of those outside that it was none', () => {
    const { rounds } = roundsOf(rule, T, [T - 1, T, s(59), s(74), s(140), s(200), s(201)], s(300))
    expect(rounds).toEqual([null, 1, 1, 2, 3, null, null])
  })

  test('however bids come, rounds follow each other without a gap, and none is longer than what its bids ask for', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 30 })
    fc.assert(
      fc.property(gaps, (list) => {
        let now = T
        const times = list.map((gap) => {
          now += gap
          return now
        })
        const { rounds, round } = roundsOf(rule, T, times, now)
        const known = rounds.filter((r) => r !== null)
        expect(known).toEqual([...known].sort((a, b) => a - b))
        expect(rounds.lastIndexOf(known.at(-1) ?? null)).toBeLessThanOrEqual(rounds.length)
        // Once a bid was in none, no later one is in any: there is no way back into an auction that is over.
        const out = rounds.indexOf(null)
        if (out >= 0) expect(rounds.slice(out).every((r) => r === null)).toBe(true)
        expect(round.ends - round.from).toBeGreaterThanOrEqual(60_000)
        expect(round.ends).toBeLessThanOrEqual(
          Math.max(round.from + 60_000, (times.filter((_, i) => rounds[i] === round.round).at(-1) ?? 0) + 15_000),
        )
      }),
    )
  })
})
