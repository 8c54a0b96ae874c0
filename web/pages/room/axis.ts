// Where on a track of 100 does a figure lie, and at which round figures does the track have its marks?

/** Steps are 1, 2 or 5 times a power of ten, so that there are at most five marks. */
function stepOf(span: number): number {
  const rough = span / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const times = [1, 2, 5, 10].find((n) => n * power >= rough) ?? 10
  return times * power
}

/** From `from` at 0 to `to` at 100, `from` below `to`. axis(80, 105): place(92.5) is 50, ticks are 80, 85, 90, 95, 100, 105. */
export function axis(from: number, to: number): { place: (value: number) => number; ticks: number[] } {
  const step = stepOf(to - from)
  const ticks: number[] = []
  // Counted in steps: adding a decimal again and again would drift.
  for (let n = Math.ceil(from / step); n * step <= to; n++) ticks.push(Number((n * step).toFixed(6)))
  return { place: (value) => ((value - from) / (to - from)) * 100, ticks }
}
