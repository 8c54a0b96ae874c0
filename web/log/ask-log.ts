// How does a page ask the worker that follows the log?
import type { Asked, FromWorker, Step } from './log-worker.ts'

type Waiting = {
  done: (value: never) => void
  failed: (error: Error) => void
  step: ((step: Step, size?: number) => void) | undefined
}

let worker: Worker | null = null
let last = 0
const waiting = new Map<number, Waiting>()

function end(reason: string): void {
  worker?.terminate()
  worker = null
  for (const one of waiting.values()) one.failed(new Error(reason))
  waiting.clear()
}

function begin(): Worker {
  const made = new Worker(new URL('./log-worker.ts', import.meta.url), { type: 'module' })
  made.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
    const one = waiting.get(data.id)
    if (!one) return
    if ('step' in data) {
      one.step?.(data.step, data.size)
      return
    }
    waiting.delete(data.id)
    if ('failed' in data) one.failed(new Error(data.failed))
    else one.done(data.done as never)
  })
  made.addEventListener('error', (event) => end(event.message || 'the worker could not start'))
  return made
}

/** Asks; rejects when the log cannot be reached or the worker broke. What does not check is in the answer. */
export function askLog<K extends keyof Asked>(
  ask: K,
  given: Asked[K][0],
  step?: (step: Step, size?: number) => void,
): Promise<Asked[K][1]> {
  worker ??= begin()
  const id = ++last
  const answer = new Promise<Asked[K][1]>((done, failed) => {
    waiting.set(id, { done: done as (value: never) => void, failed, step })
  })
  worker.postMessage({ id, ask, given })
  return answer
}
