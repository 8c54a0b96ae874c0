// Where does this browser read the public log? At the same addresses as everybody else.
import type { LogSource } from '../../src/proof/follow.ts'

/** The log of a service; `base` is '' for the page's own. Throws TypeError when the service cannot be reached. */
export const httpLog = (base = ''): LogSource => ({
  async get(path) {
    const answer = await fetch(`${base}/log/${path}`)
    if (answer.status === 404) return null
    if (!answer.ok) throw new TypeError(`/log/${path}: ${answer.status}`)
    return new Uint8Array(await answer.arrayBuffer())
  },
})
