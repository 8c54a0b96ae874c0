// In which order do the rows stand on the page? In rank order, unless somebody is at one of them: then it stays until they leave.
import { useRef } from 'react'

/** How many places differ between two orders of the same rows; a row that is new or gone counts. */
function changes(a: readonly string[], b: readonly string[]): number {
  return b.filter((key, i) => a[i] !== key).length
}

/**
 * The order to show, and how often the true one has changed since it was held. While `held`, rows keep their places and new ones
 * come last.
 */
export function useHeldOrder(order: readonly string[], held: boolean): { order: readonly string[]; waiting: number } {
  const kept = useRef<{ order: readonly string[]; seen: string; waiting: number }>({ order, seen: '', waiting: 0 })
  const now = order.join('\n')
  const k = kept.current
  if (!held) {
    k.order = order
    k.waiting = 0
  } else if (k.seen !== now) {
    const there = new Set(order)
    const before = new Set(k.order)
    k.order = [...k.order.filter((key) => there.has(key)), ...order.filter((key) => !before.has(key))]
    k.waiting = changes(k.order, order) > 0 ? k.waiting + 1 : 0
  }
  k.seen = now
  return { order: k.order, waiting: k.waiting }
}
