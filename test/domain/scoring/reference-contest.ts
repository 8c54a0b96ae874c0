// What would somebody compute who knows the rules by price but not our code? Whole numbers of BigInt and counted ranks, nothing of src.

export interface ReferenceContest {
  prices: bigint[]
  picks: [number, number][]
  amounts: bigint[]
  /** Rate in 1/100,000; A; net cost Nb and base; examination or not. */
  rate: bigint
  A: bigint
  net: { amount: bigint; base: bigint } | null
  cut: boolean
}

export interface ReferenceOutcome {
  planned: bigint
  floor: bigint
  line: bigint | null
  rates: bigint[]
  within: boolean[]
  ranks: (number | null)[]
  /** Price score of works table 3 in 1/100 points. */
  scores: bigint[]
}

const up = (n: bigint, d: bigint) => (n <= 0n ? -(-n / d) : (n + d - 1n) / d)

/** The four numbers picked most often, taken one at a time: the largest count, of several the lowest number. */
function drawn(counts: number[]): number[] {
  const left = counts.map((count, n) => ({ count, n }))
  const out: number[] = []
  while (out.length < 4) {
    let best = left[0]!
    for (const x of left) if (x.count > best.count) best = x
    out.push(best.n)
    left.splice(left.indexOf(best), 1)
  }
  return out
}

export function referenceOutcome(c: ReferenceContest): ReferenceOutcome {
  const counts = c.prices.map((_, n) => c.picks.flat().filter((p) => p === n + 1).length)
  const sum = drawn(counts).reduce((s, n) => s + c.prices[n]!, 0n)
  const planned = c.cut ? sum / 4n : up(sum, 4n)
  const over = planned > c.A ? planned - c.A : 0n
  const floor = up(over * c.rate + c.A * 100_000n, 100_000n)
  const N = c.net ? up(c.net.amount * planned, c.net.base) : null
  const line = N === null ? null : up(N * 98n, 100n)
  const within = c.amounts.map((x) => x <= planned && x >= floor && (line === null || x >= line))
  const rates = c.amounts.map((x) => (x * 100_000n) / planned)
  const ranks = c.amounts.map((x, i) => (within[i] ? 1 + c.amounts.filter((y, j) => within[j] && y < x).length : null))
  const scores = c.amounts.map((x) => {
    // All of the planned price is fixed costs: nothing to compare, the ratio counts as 1.
    const [n, d] = planned <= c.A ? [1n, 1n] : [x - c.A, planned - c.A]
    // Half away from zero to four decimals: a bid below A has a negative ratio.
    const size = ((n < 0n ? -n : n) * 20_000n + d) / (2n * d)
    const q = n < 0n ? -size : size
    if (x <= planned && q >= 9025n) return 7500n
    const distance = q > 9000n ? q - 9000n : 9000n - q
    const points = 8000n - 20n * distance
    return points < 200n ? 200n : points
  })
  return { planned, floor, line, rates, within, ranks, scores }
}
