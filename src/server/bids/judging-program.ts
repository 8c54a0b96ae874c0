// The thread in which sealed acts are judged, as a program: acts in, rulings out.
import { parentPort } from 'node:worker_threads'
import { nodePrimitives as P } from '../../node/primitives.ts'
import { judgeSent, type Ruling, type SentAct } from './judge-sent.ts'

export type JudgingJob = { id: number; acts: readonly SentAct[] }
export type JudgingReply = { ready: true } | { id: number; rulings: Ruling[] } | { id: number; failed: string }

/** What goes over without being copied. */
const filesOf = (rulings: readonly Ruling[]) =>
  rulings.flatMap((ruling) => ruling?.judged.envelopes.map(({ bytes }) => bytes.buffer as ArrayBuffer) ?? [])

parentPort?.on('message', ({ id, acts }: JudgingJob) => {
  judgeSent(P, acts).then(
    (rulings) => parentPort?.postMessage({ id, rulings } satisfies JudgingReply, filesOf(rulings)),
    (err: Error) => parentPort?.postMessage({ id, failed: String(err.stack ?? err) } satisfies JudgingReply),
  )
})
parentPort?.postMessage({ ready: true } satisfies JudgingReply)
