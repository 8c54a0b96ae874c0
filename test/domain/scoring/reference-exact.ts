// What would somebody compute for any method who has the rule on paper and a pencil? Fractions of BigInt, and nothing of src.
// Written apart on purpose: formulas are taken from the rules' text, places are counted instead of sorted.

export type Q = readonly [bigint, bigint]

/** "0.85" as a fraction. */
export function q(text: string | bigint | number): Q {
  const [whole = '0', places = ''] = String(text).split('.')
  const size = BigInt(whole.replace('-', '') + places)
  return [String(text).startsWith('-') ? -size : size, 10n ** BigInt(places.length)]
}
export const plus = (a: Q, b: Q): Q => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]]
export const minus = (a: Q, b: Q): Q => [a[0] * b[1] - b[0] * a[1], a[1] * b[1]]
export const times = (a: Q, b: Q): Q => [a[0] * b[0], a[1] * b[1]]
export const over = (a: Q, b: Q): Q => (b[0] < 0n ? [-a[0] * b[1], a[1] * -b[0]] : [a[0] * b[1], a[1] * b[0]])
export const less = (a: Q, b: Q): boolean => a[0] * b[1] < b[0] * a[1]
export const same = (a: Q, b: Q): boolean => a[0] * b[1] === b[0] * a[1]
export const sum = (list: readonly Q[]): Q => list.reduce(plus, [0n, 1n])
const smaller = (a: Q, b: Q): Q => (less(a, b) ? a : b)
export const larger = (a: Q, b: Q): Q => (less(a, b) ? b : a)
const minimum = (list: readonly Q[]): Q => list.reduce(smaller)

const cut = (n: bigint, d: bigint) => (n < 0n && n % d !== 0n ? n / d - 1n : n / d)
/** Half away from zero, as a whole number of 10^-dp. */
export function half([n, d]: Q, dp: number): bigint {
  const size = ((n < 0n ? -n : n) * 2n * 10n ** BigInt(dp) + d) / (2n * d)
  return n < 0n ? -size : size
}
export const up = ([n, d]: Q, dp: number): bigint => -cut(-n * 10n ** BigInt(dp), d)
export const down = ([n, d]: Q, dp: number): bigint => cut(n * 10n ** BigInt(dp), d)
export const units = (n: bigint, dp: number): Q => [n, 10n ** BigInt(dp)]

/** A whole number of 10^-dp as rules print it: no zeros at the end. */
export function printed(n: bigint, dp: number): string {
  const digits = String(n < 0n ? -n : n).padStart(dp + 1, '0')
  const text = dp === 0 ? digits : `${digits.slice(0, -dp)}.${digits.slice(-dp)}`.replace(/\.?0+$/, '')
  return n < 0n ? `-${text}` : text
}
export const rounded = (x: Q, dp: number): string => printed(half(x, dp), dp)

type Text = string
export type Formula = {
  formula: string
  branch?: Text
  clamp?: Text
  lowBonus?: Text
  clampLowest?: boolean
  belowShare?: Text
  knee?: Text
  table?: readonly { upTo: Text; points: Text }[]
}

/** The points of a price before they are rounded. W points, E reference, C ceiling, all prices that count. */
export function points(rule: Formula, W: Q, E: Q, C: Q, counted: readonly Q[], x: Q): Q {
  const ratio = (a: Q, b: Q): Q => (b[0] === 0n ? [1n, 1n] : over(a, b))
  const of = (share: Text | undefined) => times(q(share ?? ''), E)
  const m = counted.length > 0 ? minimum(counted) : q(0)
  const low = (price: Q, lowest: Q) =>
    plus(
      times(W, ratio(lowest, of(rule.branch))),
      times(q(rule.lowBonus ?? ''), ratio(minus(of(rule.branch), price), minus(of(rule.branch), of(rule.clamp)))),
    )
  const made = (): Q => {
    switch (rule.formula) {
      case 'RATIO':
        return times(W, ratio(m, x))
      case 'LINEAR':
      case 'PROPORTIONAL':
        return less(C, x) ? q(0) : times(W, ratio(minus(C, x), minus(C, m)))
      case 'BILINEAR': {
        if (less(C, x)) return q(0)
        const r = minus(C, x)
        const mean = over(sum(counted.map((one) => minus(C, one))), q(counted.length))
        const X = q(rule.knee ?? '')
        if (!less(mean, r)) return times(times(W, X), ratio(r, mean))
        const most = minus(C, m)
        if (same(most, mean)) return W
        return times(W, plus(X, times(minus(q(1), X), ratio(minus(r, mean), minus(most, mean)))))
      }
      case 'LOOKUP': {
        const row = rule.table?.find(({ upTo }) => !less(of(upTo), x))
        return row ? q(row.points) : q(0)
      }
      case 'KR_NATIONAL': {
        const price = larger(x, of(rule.clamp))
        const lowest = rule.clampLowest ? larger(m, of(rule.clamp)) : m
        return less(price, of(rule.branch)) ? low(price, lowest) : times(W, ratio(lowest, price))
      }
      case 'KR_LOCAL_SW': {
        if (less(x, of(rule.branch))) return times(W, q(rule.belowShare ?? ''))
        return times(W, ratio(rule.clampLowest ? larger(m, of(rule.branch)) : m, x))
      }
      case 'KR_LOCAL': {
        if (less(x, of(rule.clamp))) return times(W, q(rule.belowShare ?? ''))
        const lowest = rule.clampLowest ? larger(m, of(rule.clamp)) : m
        return less(x, of(rule.branch)) ? low(x, lowest) : times(W, ratio(lowest, x))
      }
      default:
        throw new Error(`no such formula on paper: ${rule.formula}`)
    }
  }
  return smaller(made(), W)
}

export type Committee = {
  weight: number
  maximum: Text
  perEnd: number
  perEnd12plus: number
  dp: number
  passRatio: Text
  gap?: Text | undefined
  groups: readonly { share: Text; seats: readonly number[] }[]
}

/** Technical points by bidder: totals[bidder][seat] of the evaluators, and what the officer gave. */
export function technical(c: Committee, totals: readonly (readonly Q[])[], officer: readonly Q[]) {
  const raw = totals.map((given, b) => {
    const parts = c.groups.map(({ share, seats }) => {
      const left = seats.map((seat) => given[seat] as Q)
      const ends = seats.length >= 12 ? c.perEnd12plus : c.perEnd
      for (let n = 0; n < ends; n++) {
        left.splice(left.indexOf(left.reduce(larger)), 1)
        left.splice(left.indexOf(left.reduce(smaller)), 1)
      }
      return left.length === 0 ? q(0) : times(q(share), over(sum(left), q(left.length)))
    })
    const all = plus(sum(parts), officer[b] as Q)
    return half(over(times(all, q(c.weight)), q(c.maximum)), c.dp)
  })
  const mark = times(q(c.passRatio), q(c.weight))
  const passes = raw.map((n) => !less(units(n, c.dp), mark))
  const gap = c.gap
  if (gap === undefined) return { raw, passes, final: raw.map((n) => units(n, c.dp)) }
  /** From the best down: each loses the gap or the difference to the next better one, whichever is more. */
  const fall = (n: bigint): Q => {
    const better = raw.filter((other) => other > n)
    if (better.length === 0) return q(c.weight)
    const next = better.reduce((a, b) => (a < b ? a : b))
    return larger(q(0), minus(fall(next), larger(q(gap), units(next - n, c.dp))))
  }
  return { raw, passes, final: raw.map(fall) }
}

/** Of several keys the first that differs decides; places are counted: one more than stand before. */
export function places(keys: readonly (readonly Q[])[]): number[] {
  const before = (a: readonly Q[], b: readonly Q[]): boolean => {
    const at = a.findIndex((key, n) => !same(key, b[n] as Q))
    return at >= 0 && less(b[at] as Q, a[at] as Q)
  }
  return keys.map((own) => 1 + keys.filter((other) => before(other, own)).length)
}

export type PriceLimits = { rate?: Text | undefined; costs: readonly Text[] }

/** F = ⌈(P − A) × r + A⌉. */
export function floorOf({ rate, costs }: PriceLimits, P: Q): Q | null {
  if (rate === undefined) return null
  const A = sum(costs.map(q))
  const share = larger(q(0), minus(P, A))
  return units(up(plus(times(share, q(rate)), A), 0), 0)
}

/** The mean of the four numbers picked most, lower numbers first, rounded up or cut. */
export function plannedFrom(
  prices: readonly Q[],
  picks: readonly (readonly number[])[],
  draw: number,
  cutDown: boolean,
): Q {
  const count = (n: number) => picks.flat().filter((p) => p === n + 1).length
  const left = prices.map((price, n) => ({ price, n, count: count(n) }))
  const drawn: Q[] = []
  while (drawn.length < draw) {
    const best = left.reduce((a, b) => (b.count > a.count ? b : a))
    drawn.push(best.price)
    left.splice(left.indexOf(best), 1)
  }
  const mean = over(sum(drawn), q(draw))
  return units(cutDown ? down(mean, 0) : up(mean, 0), 0)
}

export type Examination = {
  points: Text
  slope: Text
  best: Text
  least: Text
  fixedRatio?: Text | undefined
  fixedScore?: Text | undefined
  ratioDp: number
}

/** max(least, M − c × |b × 100 − q × 100|), or the fixed score from the fixed ratio up to P. */
export function examinedPoints(e: Examination, P: Q, A: Q, x: Q): Q {
  const width = minus(P, A)
  const ratio = width[0] <= 0n ? q(1) : units(half(over(minus(x, A), width), e.ratioDp), e.ratioDp)
  if (e.fixedRatio !== undefined && e.fixedScore !== undefined && !less(ratio, q(e.fixedRatio)) && !less(P, x))
    return q(e.fixedScore)
  const off = minus(times(q(e.best), q(100)), times(ratio, q(100)))
  const distance: Q = off[0] < 0n ? [-off[0], off[1]] : off
  return larger(q(e.least), minus(q(e.points), times(q(e.slope), distance)))
}

/** An auction on paper: who holds what after all bids, and which bids were let in. */
export function auctioned(
  rule: { start: Text; step: Text; undercut: string; rounds: number },
  opened: readonly (Q | null)[],
  bids: readonly { bidder: number; amount: Q; round: number }[],
): { holds: (Q | null)[]; refused: number[] } {
  const holds = opened.map((price) => (price !== null && !less(q(rule.start), price) ? price : null))
  const refused: number[] = []
  let round = 1
  for (const [n, bid] of bids.entries()) {
    const all = holds.filter((price) => price !== null)
    const measure = rule.undercut === 'lowest' ? (all.length > 0 ? minimum(all) : null) : (holds[bid.bidder] ?? null)
    const most = measure === null ? q(rule.start) : minus(measure, q(rule.step))
    if (most[0] <= 0n || less(most, bid.amount) || bid.round < round || bid.round > rule.rounds) refused.push(n)
    else {
      holds[bid.bidder] = bid.amount
      round = bid.round
    }
  }
  return { holds, refused }
}
