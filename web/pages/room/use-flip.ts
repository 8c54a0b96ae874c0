// How does a row get from its old place to its new one? It is drawn at the new one and moved there from the old (FLIP).
import { type RefObject, useLayoutEffect, useRef } from 'react'

const TIMING = { duration: 550, easing: 'cubic-bezier(.2,.8,.2,1)' }

/**
 * Moves the children that carry `data-flip` within the box whenever `order` changes and they may be `moved`. Those out of sight do
 * not move. `measured` keeps their places known for the next time.
 */
export function useFlip(
  box: RefObject<HTMLElement | null>,
  order: readonly string[],
  { measured, moved }: { measured: boolean; moved: boolean },
): void {
  const places = useRef(new Map<string, number>())
  const key = order.join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order is what moves the rows
  useLayoutEffect(() => {
    // Measuring hundreds of rows costs more than drawing them: where nothing moves, nothing is measured.
    if (!measured) {
      places.current = new Map()
      return
    }
    const rows = box.current?.querySelectorAll<HTMLElement>('[data-flip]') ?? []
    const top = box.current?.getBoundingClientRect().top ?? 0
    const next = new Map<string, number>()
    for (const row of rows) next.set(row.dataset.flip ?? '', row.getBoundingClientRect().top - top)
    for (const row of moved ? rows : []) {
      const name = row.dataset.flip ?? ''
      const [from, to] = [places.current.get(name), next.get(name)]
      if (from === undefined || to === undefined || Math.abs(from - to) < 1) continue
      const seen = top + to < innerHeight && top + to > -200
      if (seen) row.animate([{ transform: `translateY(${from - to}px)` }, { transform: 'none' }], TIMING)
    }
    places.current = next
  }, [key, measured, moved, box])
}
