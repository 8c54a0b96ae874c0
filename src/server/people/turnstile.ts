// How many may work at once, and how many may wait for that? Costly work in turn, first come first served.

/** As many wait already as may; whoever comes now is to come again later. */
export class TooManyWaiting extends Error {}

/** Lets `atOnce` pieces of work run and `mostWaiting` more wait. Throws TooManyWaiting beyond that, at once. */
export function turnstile(atOnce: number, mostWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) throw new TooManyWaiting(`${mostWaiting} wait already`)
      // Whoever leaves hands over the place, so that nobody slips in between.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
