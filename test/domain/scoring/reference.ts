// What would somebody compute who knows the rule but not our code? Whole numbers only: points in 1/10,000, won.
// Written apart on purpose: nothing of src is used here, and ranks are counted instead of sorted.

export interface ReferenceTender {
  techWeight: number
  maximum: number
  perEnd: number
  reference: bigint
  ceiling: bigint
  clampLowest: boolean
  eligibleOnly: boolean
  /** marks[evaluator][item] in 1/10,000 points; officer[item] likewise. */
  bidders: { id: string; amount: bigint; marks: bigint[][]; officer: bigint[] }[]
}

export interface ReferenceRow {
  id: string
  technical: bigint
  price: bigint | null
  total: bigint | null
  rank: number | null
  eligible: boolean
}

const half = (n: bigint, d: bigint) => (2n * n + d) / (2n * d)
const sum = (list: bigint[]) => list.reduce((a, b) => a + b, 0n)
/** Math.min and Math.max know no big integers. */
const furthest = (list: bigint[], beats: (a: bigint, b: bigint) => boolean) =>
  list.filter((a) => !list.some((b) => beats(b, a)))[0] ?? 0n
const least = (list: bigint[]) => furthest(list, (a, b) => a < b)
const most = (list: bigint[]) => furthest(list, (a, b) => a > b)

function technicalOf(t: ReferenceTender, b: ReferenceTender['bidders'][number]): bigint {
  const totals = b.marks.map(sum)
  // Taking away one highest and one lowest at a time leaves the same sum as sorting and slicing.
  for (let n = 0; n < t.perEnd; n++) {
    totals.splice(totals.indexOf(most(totals)), 1)
    totals.splice(totals.indexOf(least(totals)), 1)
  }
  const count = BigInt(totals.length)
  const points = sum(totals) + sum(b.officer) * count
  return half(points * BigInt(t.techWeight), count * BigInt(t.maximum))
}

/** National formula with branch 0.8, clamp 0.6, bonus 2; in 1/10,000 points. */
function priceOf(t: ReferenceTender, lowest: bigint, amount: bigint): bigint {
  const W = BigInt(100 - t.techWeight)
  const [eight, six] = [8n * t.reference, 6n * t.reference]
  const x = 10n * amount < six ? six : 10n * amount
  const m = t.clampLowest && 10n * lowest < six ? six : 10n * lowest
  const points =
    x >= eight
      ? half(W * m * 10_000n, x)
      : half((W * m * 2n * t.reference + 2n * (eight - x) * eight) * 10_000n, eight * 2n * t.reference)
  return points > W * 10_000n ? W * 10_000n : points
}

export function referenceRows(t: ReferenceTender): ReferenceRow[] {
  const technical = t.bidders.map((b) => technicalOf(t, b))
  const passes = technical.map((points) => points * 100n >= BigInt(t.techWeight) * 10_000n * 85n)
  const counted = t.bidders
    .filter((b, n) => b.amount <= t.ceiling && (passes[n] || !t.eligibleOnly))
    .map((b) => b.amount)
  const rows = t.bidders.map((b, n): ReferenceRow => {
    const price = counted.length === 0 ? null : priceOf(t, least(counted), b.amount)
    const points = technical[n] ?? 0n
    return {
      id: b.id,
      technical: points,
      price,
      total: price === null ? null : points + price,
      rank: null,
      eligible: price !== null && passes[n] === true && b.amount <= t.ceiling,
    }
  })
  // Ties by technology, then by lower price; still equal ones share a rank.
  const amountOf = new Map(t.bidders.map((b) => [b.id, b.amount]))
  const before = (a: ReferenceRow, b: ReferenceRow) => {
    if (a.total !== b.total) return (a.total ?? 0n) > (b.total ?? 0n)
    if (a.technical !== b.technical) return a.technical > b.technical
    return (amountOf.get(a.id) ?? 0n) < (amountOf.get(b.id) ?? 0n)
  }
  return rows.map((r) => ({ ...r, rank: r.total === null ? null : 1 + rows.filter((o) => before(o, r)).length }))
}

/** 1/10,000 as a decimal without trailing zeros. */
export function text(units: bigint | null): string | null {
  if (units === null) return null
  const digits = String(units).padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '')
}
