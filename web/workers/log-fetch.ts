// How does a browser read the public log? By plain requests to its own origin; whatever comes is checked elsewhere.
import type { LogSource } from '../../src/proof/follow.ts'

const PATIENCE_MS = 20_000

/** The log of this origin. Throws when it cannot be reached or does not answer; null means that there is no such file. */
export const logOfThisPlace: LogSource = {
  get: async (path) => {
    const answer = await fetch(`/log/${path}`, {
      // The newest log head is the one thing that changes under its address.
      cache: path.endsWith('checkpoint') ? 'no-store' : 'default',
      credentials: 'omit',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (answer.status === 404) return null
    if (!answer.ok) throw new Error(`${answer.status} for ${path}`)
    return new Uint8Array(await answer.arrayBuffer())
  },
}
