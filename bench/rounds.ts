// How are things compared on a machine that others use too? In turns, so that whatever slows one down slows the others as well.

/** Runs every leg once a round, each round beginning with another one. Answers what they gave, by round. */
export async function inTurns<T>(
  rounds: number,
  legs: Record<string, (round: number) => Promise<T>>,
  onRound: (round: number, results: Record<string, T>) => void = () => {},
): Promise<Record<string, T>[]> {
  const names = Object.keys(legs)
  const all: Record<string, T>[] = []
  for (let round = 0; round < rounds; round++) {
    const results: Record<string, T> = {}
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length] as string
      results[name] = await (legs[name] as (round: number) => Promise<T>)(round)
    }
    all.push(results)
    onRound(round, results)
  }
  return all
}

/** The middle value; of an even count the mean of the two in the middle. Example: median([3, 1, 2, 10]) is 2.5. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const high = sorted[middle] as number
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] as number) + high) / 2
}

/** The value below which a share of them lies, by rank. Example: quantile([1, 2, 3, 4], 0.5) is 2. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number
}

/** Four significant digits: more would claim what was not measured. */
export const rounded = (value: number): number => Number(value.toPrecision(4))
