// Where on a page does a visitor stand after going to it? At its top, at the part that the address names, or where it was left.
import { useEffect, useLayoutEffect, useRef } from 'react'
import { useLocation, useNavigationType } from 'react-router'

const KEPT = 'madang-scroll'
/** What a page that was come back to still asks for makes it longer; so long the place is looked for again. */
const PATIENCE_MS = 1000
/** Whoever has not scrolled for so long has come to rest. */
const RESTED_MS = 100

type Places = Record<string, number>

function kept(): Places {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Places
  } catch {
    return {}
  }
}

function keep(places: Places): void {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(places))
  } catch {
    // No storage: after a reload the page begins at its top.
  }
}

/** Scrolls to a place as soon as the page is long enough for it, unless the visitor scrolls meanwhile. Answers how to end it. */
function seek(top: number): () => void {
  const until = performance.now() + PATIENCE_MS
  const moves = ['wheel', 'touchstart', 'keydown', 'pointerdown'] as const
  let frame = 0
  const stop = () => {
    cancelAnimationFrame(frame)
    for (const move of moves) removeEventListener(move, stop)
  }
  const go = () => {
    scrollTo(0, top)
    if (Math.abs(scrollY - top) > 1 && performance.now() < until) frame = requestAnimationFrame(go)
    else stop()
  }
  for (const move of moves) addEventListener(move, stop, { passive: true })
  go()
  return stop
}

/**
 * Keeps a visitor's place on each page of the history. A page that is gone to begins at its top, or at the element that its `#`
 * names; one that is gone back to, or loaded again, where it was left. A changed address of the same page, such as another tab of
 * it, moves nothing.
 */
export function useScrollPlace(): void {
  const { key, pathname, search, hash } = useLocation()
  const how = useNavigationType()
  const places = useRef<Places | null>(null)
  places.current ??= kept()
  const now = useRef(key)
  const before = useRef<string | null>(null)

  useEffect(() => {
    history.scrollRestoration = 'manual'
    let resting: ReturnType<typeof setTimeout> | undefined
    const note = () => {
      clearTimeout(resting)
      if (places.current) places.current[now.current] = scrollY
    }
    // To ask for the place makes the browser lay the page out: not at each step of the way.
    const scrolled = () => {
      clearTimeout(resting)
      resting = setTimeout(note, RESTED_MS)
    }
    const leave = () => {
      note()
      if (places.current) keep(places.current)
      history.scrollRestoration = 'auto'
    }
    const back = () => {
      history.scrollRestoration = 'manual'
    }
    addEventListener('scroll', scrolled, { passive: true })
    // Both come before another page is drawn.
    addEventListener('click', note, true)
    addEventListener('popstate', note)
    addEventListener('pagehide', leave)
    addEventListener('pageshow', back)
    return () => {
      clearTimeout(resting)
      removeEventListener('scroll', scrolled)
      removeEventListener('click', note, true)
      removeEventListener('popstate', note)
      removeEventListener('pagehide', leave)
      removeEventListener('pageshow', back)
    }
  }, [])

  useLayoutEffect(() => {
    now.current = key
    const from = before.current
    before.current = pathname + search
    const first = from === null
    // A link within the page, which the browser itself follows.
    if (from === pathname + search && how === 'POP') return
    const part = hash ? document.getElementById(decodeURIComponent(hash.slice(1))) : null
    const place = how === 'POP' ? places.current?.[key] : undefined
    if (place !== undefined) return seek(place)
    if (part) part.scrollIntoView()
    else if (!first && !(how === 'REPLACE' && from?.split('?')[0] === pathname)) scrollTo(0, 0)
  }, [key, pathname, search, hash, how])
}
