// How do thousands who ask the same thing at once cost one read? Whoever asks while it is being read shares the next one.

/**
 * Shares reads that are the same for everybody. A read that has begun is never shared with somebody who asks later, since it may
 * have looked before what they know of was there; they wait for the one after it, together. So nobody is told anything older than
 * their question, nothing has to be thrown away, and at most one read of a kind is under way.
 *
 * Example: while the first of 10,000 questions is read, the other 9,999 come; they cost one read more.
 */
export function shareReads<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  type Turn = { running: Promise<T>; next: Promise<T> | null }
  const turns = new Map<string, Turn>()
  const begin = (key: string, read: () => Promise<T>): Promise<T> => {
    const turn: Turn = { running: read(), next: null }
    turns.set(key, turn)
    const done = () => {
      if (turn.next === null && turns.get(key) === turn) turns.delete(key)
    }
    turn.running.then(done, done)
    return turn.running
  }
  return (key, read) => {
    const turn = turns.get(key)
    if (!turn) return begin(key, read)
    const again = () => begin(key, read)
    turn.next ??= turn.running.then(again, again)
    return turn.next
  }
}
