// How does a form send, once at a time, and say what was wrong?
import { useEffect, useState } from 'react'
import { keepFocus } from './keep-focus.ts'
import type { Problem } from './parts/error-summary.tsx'

type Answer = { ok: true } | { ok: false; errors: Problem['errors']; body: Record<string, unknown> }

export type Sending<A extends Answer> = {
  busy: boolean
  problem: Problem | null
  /** Sends; does nothing while something is on its way. Answers the reply when it went well. */
  send: (work: () => Promise<A>) => Promise<Extract<A, { ok: true }> | null>
  /** A problem that the page found by itself; null takes it away. */
  show: (problem: Problem | null) => void
}

export function useSending<A extends Answer>(): Sending<A> {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  // What was sent is often gone from the page afterwards, and the button with it.
  useEffect(keepFocus, [])
  const send = async (work: () => Promise<A>) => {
    if (busy) return null
    setBusy(true)
    setProblem(null)
    try {
      const answer = await work()
      if (answer.ok) return answer as Extract<A, { ok: true }>
      setProblem({ errors: answer.errors, instance: String(answer.body.instance ?? '') })
    } catch {
      setProblem({ errors: [{ code: 'no-connection', facts: {} }] })
    } finally {
      setBusy(false)
    }
    return null
  }
  return { busy, problem, send, show: setProblem }
}
