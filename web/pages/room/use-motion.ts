// May things move here? Not for those whose system says no, and not while the room is paused.
import { useSyncExternalStore } from 'react'

const QUERY = '(prefers-reduced-motion: reduce)'

const listen = (listener: () => void) => {
  const query = matchMedia(QUERY)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

export const useReducedMotion = (): boolean => useSyncExternalStore(listen, () => matchMedia(QUERY).matches)
