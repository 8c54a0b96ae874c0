// How does a form send what it holds? Once at a time; a refusal becomes the problem that the form shows.
import { useEffect, useState } from 'react'
import type { Called } from '../../src/api/client.ts'
import type { Endpoint, ReplyOf } from '../../src/api/endpoint.ts'
import { queries } from '../call.ts'
import { keepFocus } from '../keep-focus.ts'
import type { Problem } from './error-summary.tsx'

export type Sending = {
  busy: boolean
  problem: Problem | null
  setProblem: (problem: Problem | null) => void
  /** Answers the reply, or null when it was refused. Whatever the page shows is asked for again after it was done. */
  send: <E extends Endpoint>(call: () => Promise<Called<E>>) => Promise<ReplyOf<E> | null>
}

export function useSend(): Sending {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  // What was decided is often gone from the page afterwards, and the button with it.
  useEffect(keepFocus, [])
  const send: Sending['send'] = async (call) => {
    if (busy) return null
    setBusy(true)
    try {
      const answer = await call()
      setProblem(answer.ok ? null : { errors: answer.errors, instance: String(answer.body.instance ?? '') })
      if (!answer.ok) return null
      await queries.invalidateQueries()
      return answer.body
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
      return null
    } finally {
      setBusy(false)
    }
  }
  return { busy, problem, setProblem, send }
}

/** The field of a form that an error is about: the last part of its place in the body, after the form's own prefix. */
export const fieldIn =
  (prefix: string) =>
  ({ at }: { at?: string | undefined }): string | null =>
    at ? `${prefix}-${at.split('/').filter(Boolean).at(-1)}` : null
