// Does a room say the same whatever way its entries came, and does it survive whatever strangers wrote into them?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Heard, hear, NOTHING_YET, type Watch } from '../../../src/api/live.ts'
import type { PublicEntry } from '../../../src/domain/room/entry.ts'
import { applyEntry, emptyRoom, type Room, roomOf } from '../../../src/domain/room/room.ts'
import { stageOf } from '../../../src/domain/room/stage.ts'
import { b64u, fromB64u, fromUtf8, utf8 } from '../../../src/proof/bytes.ts'
import { canonical, type Json } from '../../../src/proof/canonical.ts'
import { type Edit, forge, TENDER, WITHDRAWN } from '../../support/forge.ts'
import { feedOf, ofType, withPayload } from './room-kit.ts'

const feed = feedOf(await forge())
const whole = roomOf(TENDER, feed)
const room = async (edit: Edit) => roomOf(TENDER, feedOf(await forge(edit)))

/** What the room holds, without the lines of its event log. */
const withoutLines = ({ lines: _, index: __, ...rest }: Room) => rest

describe('an entry that is not as it should be', () => {
  const first = feed[0] as PublicEntry
  const lacking = (member: string) => {
    const [head, body = '', tail] = first.payload.split('.')
    const { [member]: _, ...rest } = JSON.parse(fromUtf8(fromB64u(body))) as Record<string, Json>
    return `${head}.${b64u(utf8(canonical(rest)))}.${tail}`
  }
  test.each<[string, PublicEntry, RegExp]>([
    ['another tender’s', { ...first, leaf: first.leaf.replaceAll(TENDER, 'R26BK00000001') }, /about another tender/],
    ['a time beside it that is not its own', { ...first, at: '2026-03-02T01:00:01Z' }, /type or time/],
    ['a type beside it that is not its own', { ...first, typ: 'award/1' }, /type or time/],
    ['a payload of another type', { ...first, payload: feed[1]?.payload ?? '' }, /of different types/],
    ['a payload that nobody signed', { ...first, payload: '{"typ":"tender.notice/1"}' }, /not a compact JWS/],
    ['a payload that is no JSON', { ...first, payload: '<script>alert(1)</script>' }, /./],
    ['a leaf that is no leaf', { ...first, leaf: '{}' }, /./],
    ['a payload without a member that it must have', { ...first, payload: lacking('deadline') }, /./],
  ])('with %s becomes a line that says so, and changes nothing else', (_, entry, wrong) => {
    const after = applyEntry(emptyRoom(TENDER), entry)
    expect(after.lines).toMatchObject([{ index: first.index, payload: null, wrong: expect.stringMatching(wrong) }])
    expect(withoutLines(after)).toEqual(withoutLines(emptyRoom(TENDER)))
  })

  test('at or below the last index changes nothing at all', () => {
    for (const entry of feed) expect(applyEntry(whole, entry)).toBe(whole)
  })

  test('never throws, whatever its texts are', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.constantFrom(...feed.flatMap((e) => [e.leaf, e.payload])),
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(texts, texts, fc.constantFrom(...feed.map((e) => e.typ))), { maxLength: 8 }),
        (made) => {
          const entries = made.map(([leaf, payload, typ], i) => ({
            index: i,
            prev: i - 1,
            typ,
            at: '2026-03-02T01:00:00Z',
            leaf,
            payload,
          }))
          expect(roomOf(TENDER, entries).lines).toHaveLength(entries.length)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('a second close, reveal, lock, ranking or award does not stand in for the first', () => {
    const later = 10_000
    for (const typ of ['tender.closed/1', 'opening.reveal/1', 'scores.locked/1', 'evaluation.result/1', 'award/1']) {
      const again = { ...(ofType(feed, typ)[0] as PublicEntry), index: later }
      expect(withoutLines(applyEntry(whole, again)), typ).toEqual(withoutLines(whole))
    }
  })

  test('a result of an envelope that no bid names has a row of its own', () => {
    const result = ofType(feed, 'opening.result/1')[0] as PublicEntry
    const stray = withPayload([{ ...result, index: 10_000 }], 10_000, (p) => {
      const { results } = p as unknown as { results: { eid: string; bidder: string }[] }
      Object.assign(results[0] ?? {}, { eid: 'A'.repeat(43), bidder: 'nobody' })
    })
    const after = stray.reduce(applyEntry, whole)
    expect(after.bids.at(-1)).toMatchObject({ no: 7, bidder: 'nobody', index: -1 })
  })

  test('another ranking than one is kept as none', () => {
    const evaluation = ofType(feed, 'evaluation.result/1')[0] as PublicEntry
    const before = roomOf(TENDER, feed.slice(0, feed.indexOf(evaluation)))
    const bent = withPayload([evaluation], evaluation.index, (p) => Object.assign(p, { ranking: { rows: 'x' } }))
    expect(bent.reduce(applyEntry, before).evaluation).toMatchObject({ ranking: null })
  })
})

describe('a room', () => {
  test('goes through the stages in their order', () => {
    const stages = feed.map((_, i) => stageOf(roomOf(TENDER, feed.slice(0, i + 1))))
    expect(stages.filter((stage, i) => stage !== stages[i - 1])).toEqual([
      'receiving',
      'closed',
      'technical-keys',
      'technical-opening',
      'evaluation',
      'price-keys',
      'price-opening',
      'ranking',
      'result',
    ])
  })

  test('shows nobody’s name and no count before the reveal', () => {
    const closing = feed.findIndex((e) => e.typ === 'opening.reveal/1')
    for (let i = 0; i <= closing; i++) expect(roomOf(TENDER, feed.slice(0, i)).bids).toEqual([])
    expect(roomOf(TENDER, feed.slice(0, closing - 1)).closed).toBeNull()
  })

  test('numbers the bids that count in log order, and counts what else was on the list', () => {
    expect(whole.bids.map((b) => [b.no, b.bidder, b.seq])).toEqual([
      [1, 'bidder-1', 1],
      [2, 'bidder-2', 2],
      [3, 'bidder-3', 1],
      [4, 'bidder-4', 1],
      [5, 'bidder-5', 1],
      [6, 'bidder-6', 1],
    ])
    expect(whole.bids.some((b) => b.bidder === WITHDRAWN)).toBe(false)
    expect(whole.reveal).toMatchObject({ acts: 9, refusals: 1, covers: 3, unclear: 0, withdrawn: 1, replaced: 1 })
  })

  test('moves the deadline by an incident before the close, and by none after it', async () => {
    const incident = (newDeadline: string) => ({
      tender: TENDER,
      lot: '1',
      reasons: ['clock-late'],
      acts: [],
      newDeadline,
      facts: {},
    })
    const moved = await room({
      before: { closed: (made) => made.logPlain('incident/1', '-', '-', incident('2026-03-10T07:00:00Z')) },
      steps: (steps) => steps.slice(0, 5),
    })
    expect(moved.deadline).toBe('2026-03-10T07:00:00Z')
    const after = await room({
      before: { reveal: (made) => made.logPlain('incident/1', '-', '-', incident('2026-03-10T07:00:00Z')) },
      steps: (steps) => steps.slice(0, 6),
    })
    expect(after).toMatchObject({ deadline: '2026-03-10T05:00:00Z', incidents: [{ reasons: ['clock-late'] }] })
  })

  test.each(['tender.failed/1', 'tender.cancelled/1'] as const)('that ended by %s stays where it was', async (typ) => {
    const ended = await room({
      steps: (steps) => [...steps.slice(0, 5)],
      unsigned: (made) =>
        typ === 'tender.failed/1'
          ? made.logPlain(typ, '-', '-', { tender: TENDER, lot: '1', reasons: ['too-few-bids'] })
          : made.cancel(),
    })
    expect(stageOf(ended)).toBe('closed')
    expect(ended.ended).toMatchObject({
      is: typ === 'tender.failed/1' ? 'failed' : 'cancelled',
      reasons: [typ === 'tender.failed/1' ? 'too-few-bids' : 'cancelled-by-agency'],
    })
  })
})

/** A watcher that hears entries in any order, some twice, some never, and fetches where the rule asks; at last it joins once more. */
function watched(order: readonly number[], cuts: readonly number[]): Room {
  let watch: Watch = NOTHING_YET
  let now = emptyRoom(TENDER)
  const said = (what: Heard<PublicEntry>): void => {
    const { watch: next, append, fetch } = hear(watch, what)
    watch = next
    now = append.reduce(applyEntry, now)
    if (fetch === null) return
    const page = feed.filter((e) => e.index > fetch).slice(0, cuts[fetch % cuts.length] ?? 3)
    said({ heard: 'page', entries: page, index: page.at(-1)?.index ?? -1 })
  }
  for (const at of order) said({ heard: 'entry', entry: feed[at % feed.length] as PublicEntry })
  for (let i = 0; i < feed.length; i++) said({ heard: 'joined' })
  return now
}

test('any order of entries, with gaps and repetitions, ends in the same room', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 200 }), { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      (order, cuts) => {
        expect(watched(order, cuts)).toEqual(whole)
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)
