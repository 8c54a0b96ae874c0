// How is a table of hundreds of rows drawn? In stretches: one that is far from what is seen is a box of its height, without rows.
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { AS } from './table-roles.ts'

/** Rows of a stretch. */
export const STRETCH = 20
/** So far above and below what is seen, in pixels, rows are there already: a turn of the wheel brings none too late. */
const NEAR_PX = 900
/** Pixels of a row before one was measured: of a line on a desk, of a card on a phone. */
const ROW_PX = { line: 60, card: 186 }

const guessed = (rows: number): number =>
  rows * (matchMedia('(max-width: 47.99rem)').matches ? ROW_PX.card : ROW_PX.line)

type Handlers = Pick<React.ComponentProps<'tbody'>, 'onBlur' | 'onFocus' | 'onPointerEnter' | 'onPointerLeave'>

/** `children` draws the rows, and is asked while they are near, hold the focus, or are printed. */
export function Stretch({ rows, handlers, children }: { rows: number; handlers: Handlers; children: () => ReactNode }) {
  const box = useRef<HTMLTableSectionElement>(null)
  const [near, setNear] = useState(false)
  const [height, setHeight] = useState(() => guessed(rows))
  useEffect(() => {
    const body = box.current
    if (!body) return
    const seen = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1)
        if (!last) return
        // Whoever is at one of the rows finds it again.
        if (!last.isIntersecting && body.contains(document.activeElement)) return
        if (!last.isIntersecting && body.childElementCount > 0) setHeight(last.boundingClientRect.height)
        setNear(last.isIntersecting)
      },
      { rootMargin: `${NEAR_PX}px 0px` },
    )
    const print = () => flushSync(() => setNear(true))
    seen.observe(body)
    addEventListener('beforeprint', print)
    return () => {
      seen.disconnect()
      removeEventListener('beforeprint', print)
    }
  }, [])
  return (
    <tbody ref={box} style={near ? undefined : { height }} {...AS.group} {...handlers}>
      {near && children()}
    </tbody>
  )
}
