// Who waits for a second factor to be shown? Whatever act asks for one opens the one dialog, and goes on when it is answered.
import { useSyncExternalStore } from 'react'

type Waiting = { settle: (shown: boolean) => void; shown: Promise<boolean> }

let waiting: Waiting | null = null
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}

/** Opens the dialog, or joins it where it is open. Answers whether the factor was shown. */
export function askForFactor(): Promise<boolean> {
  if (!waiting) {
    let settle: (shown: boolean) => void = () => {}
    const shown = new Promise<boolean>((resolve) => {
      settle = resolve
    })
    waiting = { settle, shown }
    tell()
  }
  return waiting.shown
}

export function settleFactor(shown: boolean): void {
  waiting?.settle(shown)
  waiting = null
  tell()
}

export const useFactorAsked = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => waiting !== null,
  )
