// Is the mouse over the table? Until the hand moves it away: a line that comes above the table moves the page, and nobody's hand.
import { type PointerEvent as Pointed, useCallback, useEffect, useRef, useState } from 'react'

type Hovered = { hovered: boolean; onPointerEnter: (event: Pointed<HTMLElement>) => void }

/** Whether a mouse came over an element with this handler, and has not been moved out of its table since. */
export function useHovered(): Hovered {
  const [hovered, setHovered] = useState(false)
  const over = useRef<{ box: Element; x: number; y: number } | null>(null)
  const onPointerEnter = useCallback((event: Pointed<HTMLElement>) => {
    if (event.pointerType !== 'mouse') return
    const { currentTarget, clientX, clientY } = event
    over.current = { box: currentTarget.closest('table') ?? currentTarget, x: clientX, y: clientY }
    setHovered(true)
  }, [])
  useEffect(() => {
    if (!hovered) return
    const left = () => setHovered(false)
    const moved = ({ target, clientX, clientY }: PointerEvent) => {
      const last = over.current
      // What the browser tells of a pointer that stood still while the page moved below it.
      if (!last || (last.x === clientX && last.y === clientY)) return
      over.current = { ...last, x: clientX, y: clientY }
      if (!(target instanceof Node) || !last.box.contains(target)) left()
    }
    document.addEventListener('pointermove', moved)
    document.documentElement.addEventListener('pointerleave', left)
    return () => {
      document.removeEventListener('pointermove', moved)
      document.documentElement.removeEventListener('pointerleave', left)
    }
  }, [hovered])
  return { hovered, onPointerEnter }
}
