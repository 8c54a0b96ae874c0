// What is a check that was started, is running, is done, or broke?
import { useRef, useState } from 'react'

export type Work<T> =
  | { state: 'idle' }
  | { state: 'running' }
  | { state: 'done'; result: T }
  | { state: 'broke'; why: string }

/** Runs one piece of work at a time; an answer that comes after a newer start is dropped. */
export function useWork<T>(): [Work<T>, (work: () => Promise<T>) => void] {
  const [work, setWork] = useState<Work<T>>({ state: 'idle' })
  const turn = useRef(0)
  const start = (run: () => Promise<T>) => {
    const mine = ++turn.current
    const settle = (next: Work<T>) => {
      if (mine === turn.current) setWork(next)
    }
    setWork({ state: 'running' })
    run().then(
      (result) => settle({ state: 'done', result }),
      (error: Error) => settle({ state: 'broke', why: error.message }),
    )
  }
  return [work, start]
}
