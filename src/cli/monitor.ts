// Is the log kept honest and up, day and night? `madang monitor`: follows it for ever, or for so many rounds, and says so when not.
import { setTimeout as sleep } from 'node:timers/promises'
import { readFileIfThere, writeFileAtomic } from '../node/atomic-file.ts'
import { httpLogSource } from '../node/log-source.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { FormatError, fromUtf8 } from '../proof/bytes.ts'
import { readPolicy, writePolicy } from '../proof/policy.ts'
import { serveMetrics, Tally } from './metrics-page.ts'
import { type MonitorState, monitorRound, readState, stateText } from './monitor-round.ts'
import { textOf } from './open-record.ts'
import { safe, type Terminal, Unusable } from './terminal.ts'

export interface MonitorOptions {
  policy?: string
  state?: string
  every: number
  rounds?: number
  metrics?: number
  json?: boolean
}

/** Part of the requests that must be answered well. */
const AVAILABLE = 0.99

async function firstState(options: MonitorOptions): Promise<MonitorState> {
  const kept = options.state === undefined ? null : readFileIfThere(options.state)
  const given = options.policy === undefined ? null : await textOf(options.policy, 'policy file')
  try {
    const state = kept ? readState(fromUtf8(kept)) : { follow: null, policy: null, release: null }
    return given === null ? state : { ...state, policy: writePolicy(readPolicy(given)) }
  } catch (error) {
    if (error instanceof FormatError) throw new Unusable(`the kept state or the policy: ${error.message}`)
    throw error
  }
}

/**
 * Monitors. Exit codes: 0 all was well; 1 the log contradicts itself, its witnesses or its release, and it ends at once; 2 unusable;
 * 3 it ended after its rounds with addresses, heads or entries below the bar.
 */
export async function monitor(place: string, options: MonitorOptions, terminal: Terminal): Promise<0 | 1 | 3> {
  const url = place.replace(/\/+$/, '')
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) throw new Unusable(`${place} is no http address`)
  let state = await firstState(options)
  const tally = new Tally()
  const page = options.metrics === undefined ? null : await serveMetrics(tally, options.metrics)
  const say = (code: string, says: string) =>
    terminal.out(
      options.json
        ? JSON.stringify({ at: new Date().toISOString(), code, says })
        : `${new Date().toISOString()}  ${code}  ${safe(says)}`,
    )
  if (page) say('metrics', `http://127.0.0.1:${page.port}/metrics`)
  const source = httpLogSource(`${url}/log`, { timeoutMs: 10_000, patienceMs: 2000 })
  const parts = { P, url, source, now: () => Date.now(), inclusionSeconds: 60, freshSeconds: 130 }
  let standing = ''
  try {
    for (let n = 0; options.rounds === undefined || n < options.rounds; n++) {
      if (n > 0) await sleep(options.every * 1000)
      const round = await monitorRound(parts, state)
      tally.take(round)
      for (const alarm of round.alarms) say(`ALARM ${alarm.what}`, alarm.says)
      if (round.alarms.length > 0) return 1
      state = round.state
      if (options.state !== undefined) writeFileAtomic(options.state, stateText(state))
      const now = round.troubles.join('; ')
      if (now !== standing) say(now === '' ? 'well' : 'trouble', now === '' ? `${round.size} entries` : now)
      else if (n === 0) say('well', `${round.size} entries`)
      standing = now
    }
    const fine = tally.troubles === 0 || (tally.availability >= AVAILABLE && standing === '')
    say(
      'ended',
      `${tally.rounds} rounds, availability ${(100 * tally.availability).toFixed(2)} %, ${tally.troubles} troubles`,
    )
    return fine ? 0 : 3
  } finally {
    page?.close()
  }
}
