// Where are sealed acts judged? Few of them here; many in a thread of their own, so that nobody waits for their signatures.
import type { Worker } from 'node:worker_threads'
import type { Primitives } from '../../proof/primitives.ts'
import { startThread } from '../thread.ts'
import { judgeSent, type Ruling, type SentAct } from './judge-sent.ts'
import type { JudgingJob, JudgingReply } from './judging-program.ts'

/** From this many acts at a time on it pays to send them over. */
const FEWEST = 3

export type Judging = {
  judge: (acts: readonly SentAct[]) => Promise<Ruling[]>
  close: () => Promise<void>
}

/**
 * Judges acts in the order given. The thread is started when it first would pay; until it is up, and after it was lost, acts are
 * judged here: a thread that fails costs time and no verdict.
 */
export function startJudging(P: Primitives, start = () => startThread('./judging-program', import.meta.url)): Judging {
  let thread: Worker | null = null
  let ready = false
  let next = 1
  const waiting = new Map<number, { resolve: (rulings: Ruling[]) => void; lost: () => void }>()

  const lose = (which: Worker) => {
    if (which !== thread) return
    thread = null
    ready = false
    const all = [...waiting.values()]
    waiting.clear()
    for (const { lost } of all) lost()
  }
  const begin = () => {
    const started = start()
    started.on('message', (reply: JudgingReply) => {
      if ('ready' in reply) {
        ready = true
        return
      }
      const job = waiting.get(reply.id)
      waiting.delete(reply.id)
      if ('failed' in reply) job?.lost()
      else job?.resolve(reply.rulings)
    })
    started.on('error', () => lose(started))
    started.on('exit', () => lose(started))
    started.unref()
    thread = started
  }
  return {
    judge: (acts) => {
      if (acts.length < FEWEST) return judgeSent(P, acts)
      if (thread === null) begin()
      if (!ready) return judgeSent(P, acts)
      return new Promise((resolve, reject) => {
        const id = next++
        waiting.set(id, { resolve, lost: () => judgeSent(P, acts).then(resolve, reject) })
        thread?.postMessage({ id, acts } satisfies JudgingJob)
      })
    },
    close: async () => {
      await thread?.terminate()
    },
  }
}
