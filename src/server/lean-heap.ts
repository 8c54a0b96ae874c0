// How does the memory of a crowd's greetings not pile up? While many come at once, what is dead is looked for sooner.
import { setFlagsFromString } from 'node:v8'

/** Guests within a window that make a crowd. */
const CROWD = 200
const WINDOW_MS = 2000

/**
 * Answers what is to be called for each guest. By itself the engine lets a heap grow to several times of what lives in it before it
 * looks for what is dead; of ten thousand handshakes that is a hundred megabytes which nobody gives back afterwards. A third more is
 * allowed while they come. Not always, since bids would then take a fifth more of the processor. `set` takes an option of V8.
 */
export function leanWhileManyCome(set: (option: string) => void = setFlagsFromString): () => void {
  let come = 0
  let lean = false
  let watching = false
  const look = () => {
    watching = false
    if (come < CROWD && lean) {
      lean = false
      set('--heap-growing-percent=0')
    }
    come = 0
    if (lean) watch()
  }
  const watch = () => {
    if (!watching) setTimeout(look, WINDOW_MS).unref()
    watching = true
  }
  return () => {
    come++
    watch()
    if (come < CROWD || lean) return
    lean = true
    set('--heap-growing-percent=33')
  }
}
