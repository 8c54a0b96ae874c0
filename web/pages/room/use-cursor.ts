// How far does the page show what it has? Live it follows at a pace that people can read; in a replay people hold the pace themselves.
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react'
import type { PublicEvent } from '../../../src/api/live.ts'
import { nextBeat } from '../../../src/domain/room/pace.ts'

export type Speed = 1 | 4 | 'instant'

export type Place = {
  mode: 'live' | 'replay'
  /** How many of the entries are shown. */
  shown: number
  /** Envelopes being opened: entries from `shown` up to this. */
  lifting: number | null
  playing: boolean
  speed: Speed
  /** Whether the last step was taken by the page at its pace; a jump is not spoken and not animated. */
  stepped: boolean
  /** What had happened before the page was opened is shown: from here on it keeps its pace. */
  settled: boolean
}

type Move =
  | { to: 'history'; shown: number; settled: boolean }
  | { to: 'lift'; from: number; until: number }
  | { to: 'step'; from: number; shown: number }
  | { to: 'seek'; shown: number; mode: Place['mode'] }
  | { to: 'play'; playing: boolean }
  | { to: 'speed'; speed: Speed }

function place(before: Place, move: Move): Place {
  switch (move.to) {
    case 'history':
      if (before.shown === move.shown && before.settled === move.settled) return before
      return { ...before, shown: move.shown, settled: move.settled, lifting: null, stepped: false }
    // A step that was planned from another place comes too late.
    case 'lift':
      return before.shown === move.from ? { ...before, lifting: move.until } : before
    case 'step':
      return before.shown === move.from ? { ...before, shown: move.shown, lifting: null, stepped: true } : before
    case 'seek':
      return { ...before, shown: move.shown, mode: move.mode, lifting: null, stepped: false }
    case 'play':
      return { ...before, playing: move.playing }
    case 'speed':
      return { ...before, speed: move.speed }
  }
}

/** An envelope stays in the air for this long while its three checks tick. */
const LIFT_MS = 1500
/** Envelopes that are shown faster than this are not lifted: nobody could follow. */
const LIFTED_FROM_MS = 2500
const FACTOR: Record<Speed, number> = { 1: 1, 4: 4, instant: Number.POSITIVE_INFINITY }

export type CursorOptions = {
  entries: readonly PublicEvent[]
  /** All that was there when the page was opened has come; from here on things happen. */
  caughtUp: boolean
  /** Envelopes in the tender, which decide the pace. */
  bids: number
  /** May this entry be shown: was it checked, as far as it can be? */
  ready: (entry: PublicEvent) => boolean
  /** Index up to which a permalink shows; null for the live room. */
  seq: number | null
  lifts: boolean
}

const countUpTo = (entries: readonly PublicEvent[], index: number) => entries.filter((e) => e.index <= index).length

export function useCursor({ entries, caughtUp, bids, ready, seq, lifts }: CursorOptions) {
  const [at, go] = useReducer(place, null, (): Place => {
    const mode = seq === null ? 'live' : 'replay'
    const shown = seq === null ? entries.length : countUpTo(entries, seq)
    return { mode, shown, lifting: null, playing: mode === 'live', speed: 1, stepped: false, settled: false }
  })
  const restUntil = useRef(0)
  const { mode, shown, lifting, playing, speed, settled } = at

  // What was there before is shown at once. A permalink waits for its entry.
  useEffect(() => {
    if (settled) return
    go({ to: 'history', shown: seq === null ? entries.length : countUpTo(entries, seq), settled: caughtUp })
  }, [entries, caughtUp, seq, settled])

  useEffect(() => {
    if (!settled || !playing) return
    const beat = nextBeat(entries, shown, bids, FACTOR[speed])
    if (!beat) return
    if (beat.opens && !entries.slice(shown, beat.to).every(ready)) return
    const wait = Math.max(0, restUntil.current - performance.now())
    if (lifts && beat.opens && lifting === null && beat.restMs >= LIFTED_FROM_MS) {
      const timer = setTimeout(() => go({ to: 'lift', from: shown, until: beat.to }), wait)
      return () => clearTimeout(timer)
    }
    const inTheAir = lifting === null ? 0 : LIFT_MS
    const timer = setTimeout(() => {
      restUntil.current = performance.now() + beat.restMs - inTheAir
      go({ to: 'step', from: shown, shown: beat.to })
    }, wait + inTheAir)
    return () => clearTimeout(timer)
  }, [entries, shown, lifting, playing, speed, bids, ready, lifts, settled])

  // Whoever comes back to the page wants to know how things stand.
  const length = useRef(entries.length)
  length.current = entries.length
  useEffect(() => {
    const back = () => {
      if (document.visibilityState === 'visible' && mode === 'live' && playing)
        go({ to: 'history', shown: length.current, settled: true })
    }
    document.addEventListener('visibilitychange', back)
    return () => document.removeEventListener('visibilitychange', back)
  }, [mode, playing])

  const seek = useCallback((to: number) => go({ to: 'seek', shown: to, mode: 'replay' }), [])
  const toReplay = useCallback(() => {
    go({ to: 'seek', shown: 0, mode: 'replay' })
    go({ to: 'play', playing: true })
  }, [])
  const toLive = useCallback(() => {
    go({ to: 'seek', shown: length.current, mode: 'live' })
    go({ to: 'speed', speed: 1 })
    go({ to: 'play', playing: true })
  }, [])
  const play = useCallback((on: boolean) => go({ to: 'play', playing: on }), [])
  const setSpeed = useCallback((next: Speed) => go({ to: 'speed', speed: next }), [])
  const catchUp = useCallback(() => go({ to: 'history', shown: length.current, settled: true }), [])
  return useMemo(
    () => ({ ...at, seek, toReplay, toLive, play, setSpeed, catchUp, waiting: entries.length - at.shown }),
    [at, seek, toReplay, toLive, play, setSpeed, catchUp, entries.length],
  )
}

export type Cursor = ReturnType<typeof useCursor>
