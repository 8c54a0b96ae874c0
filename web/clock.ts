// What time is it at the server? A countdown never asks the visitor's own clock.
import { useSyncExternalStore } from 'react'
import { call } from '../src/api/client.ts'
import { ENDPOINTS } from './endpoints.ts'
import { snapshot } from './snapshot.ts'

const SAMPLES = 5
const AGAIN_MS = 10 * 60_000

export type ClockState = 'unknown' | 'synced' | 'stale'

let offset = 0
let state: ClockState = 'unknown'
/** Half the best round trip: how far the clock may be wrong, in milliseconds. */
let within = Number.POSITIVE_INFINITY

if (snapshot.serverTime !== null) {
  // Late by the time that the page took to arrive, until the samples are in.
  offset = Date.parse(snapshot.serverTime) - Date.now()
  state = 'stale'
}

/** The server's time now, in milliseconds since the epoch. */
export const serverNow = (): number => Date.now() + offset
export const clockState = (): ClockState => state
/** Milliseconds by which the clock shown may be wrong at most. */
export const clockWithin = (): number => within

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

async function sample(): Promise<{ offset: number; rtt: number } | null> {
  try {
    const sent = performance.now()
    const answer = await call('', ENDPOINTS.readTime, {})
    const rtt = performance.now() - sent
    return answer.ok ? { offset: Date.parse(answer.body.now) + rtt / 2 - Date.now(), rtt } : null
  } catch {
    return null
  }
}

/** Sets the clock: median of five samples, each server time + half the round trip − own time. */
export async function setClock(): Promise<void> {
  const samples: { offset: number; rtt: number }[] = []
  for (let i = 0; i < SAMPLES; i++) {
    const one = await sample()
    if (one) samples.push(one)
    // One sample is good enough to show a clock at once; the median follows within a second.
    if (one && samples.length === 1 && state !== 'synced') {
      offset = one.offset
      state = 'stale'
      beat()
    }
    if (i < SAMPLES - 1) await new Promise((resolve) => setTimeout(resolve, 150))
  }
  if (samples.length === 0) {
    if (state === 'synced') state = 'stale'
  } else {
    offset = median(samples.map((s) => s.offset))
    within = Math.ceil(Math.min(...samples.map((s) => s.rtt)) / 2)
    state = 'synced'
  }
  beat()
}

const listeners = new Set<() => void>()
let second = 0
let timer: ReturnType<typeof setTimeout> | undefined

function beat(): void {
  clearTimeout(timer)
  second = Math.floor(serverNow() / 1000) * 1000
  for (const listener of listeners) listener()
  if (listeners.size > 0) timer = setTimeout(beat, 1000 - (((serverNow() % 1000) + 1000) % 1000) + 5)
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) beat()
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearTimeout(timer)
  }
}

/** The server's time in milliseconds, cut to the second; the component renders once a second. */
export const useServerSecond = (): number =>
  useSyncExternalStore(listen, () => (second === 0 ? Math.floor(serverNow() / 1000) * 1000 : second))

export const useClockState = (): ClockState => useSyncExternalStore(listen, clockState)

/** Keeps the clock right: now, every ten minutes, and when the page is looked at again after sleep. */
export function keepClock(): void {
  void setClock()
  setInterval(() => void setClock(), AGAIN_MS)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void setClock()
  })
  addEventListener('online', () => void setClock())
}
