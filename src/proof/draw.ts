// How does chance come out so that nobody steered it and everybody can draw it again? draw/1.
import { bigEndian, compareBytes, concat, FormatError, utf8 } from './bytes.ts'
import type { Primitives } from './primitives.ts'

/** 32 random bytes that someone sealed before the draw closed; `eid` is the hash of the envelope. */
export type Contribution = { eid: Uint8Array; r: Uint8Array }

/**
 * The seed of a draw: SHA-256(`draw/1 seed\n` ‖ root ‖ number of contributions, 4 bytes ‖ eid₁‖r₁ ‖ …), sorted by eid.
 *
 * One honest contribution makes it unpredictable; since t custodians open all of them, nobody can hold one back after seeing others.
 *
 * @param root root of the log right after the entry that closed the draw, 32 bytes
 * @throws {@link FormatError} for a length other than 32, or one eid twice
 */
export function drawSeed(P: Primitives, root: Uint8Array, contributions: readonly Contribution[]): Uint8Array {
  const sorted = [...contributions].sort((a, b) => compareBytes(a.eid, b.eid))
  for (const bytes of [root, ...sorted.flatMap(({ eid, r }) => [eid, r])]) {
    if (bytes.length !== 32) throw new FormatError('root, eid and r of a draw have 32 bytes')
  }
  for (const [i, { eid }] of sorted.entries()) {
    if (i > 0 && compareBytes(sorted[i - 1]!.eid, eid) === 0) throw new FormatError('a contribution is there twice')
  }
  const pairs = sorted.flatMap(({ eid, r }) => [eid, r])
  return P.sha256(concat(utf8('draw/1 seed\n'), root, bigEndian(sorted.length, 4), ...pairs))
}

/** The key of one draw of several from a seed: HMAC-SHA-256(seed, `draw/1 ` ‖ purpose), e.g. `tie-break T-1/1`. */
export function drawKey(P: Primitives, seed: Uint8Array, purpose: string): Uint8Array {
  return P.hmacSha256(seed, utf8(`draw/1 ${purpose}`))
}

/**
 * The ticket of one participant: HMAC-SHA-256(key, `id\0` ‖ id). Lowest wins.
 *
 * Anyone computes it in a shell: `printf 'id\0%s' "$ID" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY`
 */
export function ticket(P: Primitives, key: Uint8Array, id: string): Uint8Array {
  return P.hmacSha256(key, utf8(`id\0${id}`))
}

/**
 * The drawn order: ids by their tickets, lowest first. It does not depend on the order of the list, and taking one out does not move
 * the others, so whoever declines is followed by the next.
 *
 * @param ids fixed in the log before the seed could be known; throws {@link FormatError} when one is there twice
 */
export function ticketOrder(P: Primitives, key: Uint8Array, ids: readonly string[]): string[] {
  if (new Set(ids).size !== ids.length) throw new FormatError('an id is there twice')
  return ids
    .map((id) => ({ id, ticket: ticket(P, key, id) }))
    .sort((a, b) => compareBytes(a.ticket, b.ticket))
    .map(({ id }) => id)
}

/**
 * A whole number drawn evenly from 0 … m−1: the first 8 bytes of HMAC(key, `int\0` label `\0` c) for c = 0, 1, …, the first one
 * below the largest multiple of m, modulo m.
 *
 * @param m 1 ≤ m ≤ 2⁶³; throws {@link FormatError} otherwise
 */
export function uniform(P: Primitives, key: Uint8Array, label: string, m: bigint): bigint {
  if (m < 1n || m > 1n << 63n) throw new FormatError('the number of outcomes is 1 to 2^63')
  const limit = (1n << 64n) - ((1n << 64n) % m)
  for (let c = 0; ; c++) {
    const mac = P.hmacSha256(key, utf8(`int\0${label}\0${c}`))
    const v = new DataView(mac.buffer, mac.byteOffset, 8).getBigUint64(0)
    if (v < limit) return v % m
  }
}

/** One band of prices: `units` possible prices, `unit` apart, from `start` on. */
export type Band = { start: bigint; units: bigint }

/** A stretch of the range around a base, in thousandths, cut into equal bands: {from: −20, to: 20, bands: 15}. */
export type Span = { from: bigint; to: bigint; bands: number }

// Bases are not negative and spans stay above −1000, so dividing truncates downwards here.
const floorDiv = (a: bigint, b: bigint) => a / b
const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b

/**
 * The bands around a base price. Each span runs from ⌈base·(1000+from)/1000⌉ to, if it is the last, ⌊base·(1000+to)/1000⌋ inclusive,
 * else to just below the next; both ends are counted in whole units. With w prices in a span of k bands, band j holds the prices
 * ⌊j·w/k⌋ to ⌊(j+1)·w/k⌋ − 1.
 *
 * @param base in the smallest money unit
 * @param unit prices are multiples of it: 1, or 100 where prices are rounded to hundreds
 * @throws {@link FormatError} when the spans do not follow each other or leave a band without a price
 * @example priceBands(1_000_000n, 1n, [{ from: -20n, to: 20n, bands: 15 }])[0] // { start: 980000n, units: 2666n }
 */
export function priceBands(base: bigint, unit: bigint, spans: readonly Span[]): Band[] {
  if (base < 1n || unit < 1n) throw new FormatError('base and unit are at least 1')
  const bands: Band[] = []
  for (const [i, { from, to, bands: count }] of spans.entries()) {
    const next = spans[i + 1]
    if (from <= -1000n || from >= to || (next !== undefined && next.from !== to))
      throw new FormatError('the spans do not follow each other')
    if (!Number.isInteger(count) || count < 1 || count > 1000) throw new FormatError('a span has 1 to 1000 bands')
    const lo = ceilDiv(base * (1000n + from), 1000n * unit)
    const end =
      next === undefined ? floorDiv(base * (1000n + to), 1000n * unit) + 1n : ceilDiv(base * (1000n + to), 1000n * unit)
    const w = end - lo
    const k = BigInt(count)
    if (w < k) throw new FormatError('a band has no price; the base is too small for these bands')
    for (let j = 0n; j < k; j++) {
      const units = ((j + 1n) * w) / k - (j * w) / k
      bands.push({ start: (lo + (j * w) / k) * unit, units })
    }
  }
  return bands
}

/** The draw of a planned price from reserve prices. Slots count from 1, as bidders pick them. */
export type ReserveDraw = {
  /** One price out of each band, in the order of the bands. */
  bySection: bigint[]
  /** The same prices in drawn order: slot s is at s − 1. */
  bySlot: bigint[]
  /** How often each slot was picked: slot s at s − 1. */
  picked: number[]
  /** All slots by their tickets, lowest first: the lot that decides at the cut where the rule says so. */
  byTicket: number[]
  /** The slots that count, most picked first. */
  slots: number[]
  /** Sum of their prices; the mean and its rounding are the tender's rule. */
  sum: bigint
}

/**
 * Draws reserve prices and the slots that bidders' picks choose. Prices and their order exist only once the seed does, so there is
 * nothing to steal or swap before, and whoever forces picks does not know what they hit.
 *
 * @param key of a purpose like `reserve T-1/1`
 * @param rule `bands` and `unit` of {@link priceBands}; `take` slots count; at the cut, of slots picked equally often, the lowest
 * number or the lowest ticket of `slot-s` comes first
 * @param picks the slot numbers of each bidder
 * @throws {@link FormatError} for a pick that is no slot, or fewer slots than `take`
 */
export function reservePrices(
  P: Primitives,
  key: Uint8Array,
  rule: { bands: readonly Band[]; unit: bigint; take: number; tie: 'lowestNumber' | 'lot' },
  picks: readonly (readonly number[])[],
): ReserveDraw {
  const { bands, unit, take, tie } = rule
  if (take < 1 || take > bands.length) throw new FormatError('more slots are to be taken than there are')
  const bySection = bands.map(({ start, units }, j) => start + unit * uniform(P, key, `price-${j + 1}`, units))
  const sections = ticketOrder(
    P,
    key,
    bands.map((_, j) => `section-${j + 1}`),
  )
  const bySlot = sections.map((id) => bySection[Number(id.slice('section-'.length)) - 1]!)

  const picked = bands.map(() => 0)
  for (const slot of picks.flat()) {
    if (picked[slot - 1] === undefined) throw new FormatError(`there is no slot ${slot}`)
    picked[slot - 1]!++
  }
  const numbers = bands.map((_, j) => j + 1)
  const byLot = ticketOrder(
    P,
    key,
    numbers.map((slot) => `slot-${slot}`),
  ).map((id) => Number(id.slice('slot-'.length)))
  // Sorting is stable: slots picked equally often stay in the order of the tie rule.
  const slots = (tie === 'lot' ? [...byLot] : numbers).sort((a, b) => picked[b - 1]! - picked[a - 1]!).slice(0, take)
  return {
    bySection,
    bySlot,
    picked,
    byTicket: byLot,
    slots,
    sum: slots.reduce((sum, slot) => sum + bySlot[slot - 1]!, 0n),
  }
}
