// Who goes first when ten thousand watchers are told something and bids come at the same moment? The bids.
import { setImmediate as turn } from 'node:timers/promises'

export type RightOfWay = {
  /** Says that somebody goes first; answers how to say that it is over, which may be said twice. */
  enter: () => () => void
  /**
   * Gives everybody else a turn, and goes on when nobody goes first any more, or after `mostMs` milliseconds. Answers how many of
   * them it waited.
   */
  giveWay: (mostMs: number) => Promise<number>
}

export function rightOfWay(): RightOfWay {
  let first = 0
  const waiting = new Set<() => void>()
  return {
    enter: () => {
      first++
      let inside = true
      return () => {
        if (!inside) return
        inside = false
        if (--first === 0) for (const goOn of [...waiting]) goOn()
      }
    },
    giveWay: async (mostMs) => {
      await turn()
      if (first === 0 || mostMs <= 0) return 0
      const began = performance.now()
      await new Promise<void>((resolve) => {
        const goOn = () => {
          clearTimeout(timer)
          waiting.delete(goOn)
          resolve()
        }
        const timer = setTimeout(goOn, mostMs)
        waiting.add(goOn)
      })
      return performance.now() - began
    },
  }
}
