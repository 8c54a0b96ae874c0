// How does a page ask the worker that seals and checks files?
import type { FileOutcome } from '../../src/proof/attachment.ts'
import type { BidAttachment } from '../../src/proof/bid.ts'
import type { FileDone, FromFileWorker, ToFileWorker } from '../workers/file-worker.ts'

type Waiting = { done: (value: FileDone) => void; failed: (error: Error) => void; tell: (bytes: number) => void }

let worker: Worker | null = null
let last = 0
const waiting = new Map<number, Waiting>()

function begin(): Worker {
  const made = new Worker(new URL('../workers/file-worker.ts', import.meta.url), { type: 'module' })
  made.addEventListener('message', ({ data }: MessageEvent<FromFileWorker>) => {
    const one = waiting.get(data.id)
    if (!one) return
    if ('bytes' in data) return one.tell(data.bytes)
    waiting.delete(data.id)
    if ('failed' in data) one.failed(new Error(data.failed))
    else one.done(data.done)
  })
  made.addEventListener('error', (event) => {
    worker = null
    for (const one of waiting.values()) one.failed(new Error(event.message || 'the worker could not start'))
    waiting.clear()
  })
  return made
}

type Without<T> = T extends unknown ? Omit<T, 'id'> : never

function ask(what: Without<ToFileWorker>, tell: (bytes: number) => void): Promise<FileDone> {
  worker ??= begin()
  const id = ++last
  const answer = new Promise<FileDone>((done, failed) => waiting.set(id, { done, failed, tell }))
  worker.postMessage({ id, ...what })
  return answer
}

/** Seals a file for a started envelope; `tell` hears how many bytes are done. */
export async function sealInWorker(recipient: string, file: Blob, tell: (bytes: number) => void) {
  const done = await ask({ do: 'seal', recipient, file }, tell)
  if (!('sealed' in done)) throw new Error('the worker answered something else')
  return done.sealed
}

/** Fetches a sealed file and holds it against the bid that names it. */
export async function checkInWorker(
  wanted: BidAttachment,
  identity: string,
  address: string,
  tell: (bytes: number) => void,
): Promise<FileOutcome | 'missing'> {
  const done = await ask({ do: 'check', wanted, identity, address }, tell)
  if (!('outcome' in done)) throw new Error('the worker answered something else')
  return done.outcome
}

/** What earlier pages left on the browser's disk: ciphertext of which nobody has the seed any more. */
export async function forgetSealedFiles(): Promise<void> {
  try {
    await (await navigator.storage.getDirectory()).removeEntry('sealed-files', { recursive: true })
  } catch {
    // There is none, or another tab is sealing.
  }
}
