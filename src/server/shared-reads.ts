// How do thousands who ask the same thing at once cost one read? Whoever asks while it is being read shares the next one.

import { setTimeout as sleep } from 'node:timers/promises'

/** Two reads of a kind begin so far from each other at least, milliseconds: the more wait, the fewer reads they cost. */
const APART_MS = 20

/**
 * Shares reads that are the same for everybody. A read that has begun is never shared with somebody who asks later, since it may
 * have looked before what they know of was there; they wait for the one after it, together. So nobody is told anything older than
 * their question, nothing has to be thrown away, and at most one read of a kind is under way. Who asks first waits for nothing.
 *
 * Example: while the first of 10,000 questions is read, the other 9,999 come; they cost one read more.
 */
export function shareReads<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  /** `over`: it has been answered, and the next may begin. */
  type Turn = { over: Promise<unknown>; next: Promise<T> | null }
  const turns = new Map<string, Turn>()
  const begin = (key: string, read: () => Promise<T>): Promise<T> => {
    const running = read()
    const over = Promise.all([running.catch(() => {}), sleep(APART_MS)])
    const turn: Turn = { over, next: null }
    turns.set(key, turn)
    void over.then(() => turn.next === null && turns.delete(key))
    return running
  }
  return (key, read) => {
    const turn = turns.get(key)
    if (!turn) return begin(key, read)
    turn.next ??= turn.over.then(() => begin(key, read))
    return turn.next
  }
}
