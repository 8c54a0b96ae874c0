// How is the opener's thread asked? Envelopes go in, results come out one by one; the event loop stays free.
import type { Worker } from 'node:worker_threads'
import { startThread } from '../thread.ts'
import type { OpenedEnvelope, OpenJob, OpenReply } from './open-envelopes.ts'

type Waiting = { onOpened: (opened: OpenedEnvelope) => void; resolve: () => void; reject: (err: Error) => void }

export type OpenerThread = {
  open: (job: Omit<OpenJob, 'id'>, onOpened: (opened: OpenedEnvelope) => void) => Promise<void>
  close: () => Promise<void>
}

/** Starts the thread. A crash of it fails the jobs in flight and the next job starts another. */
export function startOpenerThread(): OpenerThread {
  let worker: Worker | null = null
  let next = 1
  const waiting = new Map<number, Waiting>()

  const failAll = (err: Error) => {
    worker = null
    for (const job of waiting.values()) job.reject(err)
    waiting.clear()
  }
  const running = (): Worker => {
    if (worker) return worker
    const started = startThread('./open-envelopes', import.meta.url)
    started.on('message', (reply: OpenReply) => {
      const job = waiting.get(reply.id)
      if (!job) return
      if ('opened' in reply) {
        job.onOpened(reply.opened)
        return
      }
      waiting.delete(reply.id)
      if ('failed' in reply) job.reject(new Error(reply.failed))
      else job.resolve()
    })
    started.on('error', failAll)
    started.on('exit', (code) => {
      if (worker === started) failAll(new Error(`the opener's thread ended with ${code}`))
    })
    started.unref()
    worker = started
    return started
  }
  return {
    open: (job, onOpened) =>
      new Promise<void>((resolve, reject) => {
        const id = next++
        waiting.set(id, { onOpened, resolve, reject })
        running().postMessage({ ...job, id } satisfies OpenJob)
      }),
    close: async () => {
      await worker?.terminate()
    },
  }
}
