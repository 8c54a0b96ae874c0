// How does one process hear at once that another has written something?

import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/**
 * Calls `onNotice` with the payload of every NOTIFY on the channel, and with null whenever the connection has been made anew:
 * something may have been missed, so look for yourself. A notice is a hint to look, never the news itself.
 * Answers once the channel is heard (after the first null); the answer stops it. Throws when the database cannot be reached at first.
 */
export type Listen = (channel: string, onNotice: (payload: string | null) => void) => Promise<() => Promise<void>>

const AGAIN_MS = [100, 250, 500, 1000, 2000]

/** `listen` for one database, and a `close` that stops every listener. */
export function listener(url: string, onProblem: (error: Error) => void): { listen: Listen; close(): Promise<void> } {
  const stops = new Set<() => Promise<void>>()

  const listen: Listen = async (channel, onNotice) => {
    let stopped = false
    let client: pg.Client | undefined
    const waiting = new AbortController()

    async function connect(): Promise<void> {
      const fresh = new pg.Client({
        connectionString: url,
        application_name: 'madang listen',
        keepAlive: true,
        connectionTimeoutMillis: 5000,
        query_timeout: 10_000,
      })
      fresh.on('error', onProblem)
      fresh.on('notification', (notice) => onNotice(notice.payload ?? ''))
      try {
        await fresh.connect()
        await fresh.query(`LISTEN ${fresh.escapeIdentifier(channel)}`)
      } catch (error) {
        await fresh.end().catch(() => {})
        throw error
      }
      if (stopped) return fresh.end()
      client = fresh
      fresh.once('end', () => void reconnect())
      onNotice(null)
    }

    async function reconnect(): Promise<void> {
      for (let attempt = 0; !stopped; attempt++) {
        await sleep(AGAIN_MS[Math.min(attempt, AGAIN_MS.length - 1)], undefined, { signal: waiting.signal }).catch(
          () => {},
        )
        if (stopped) return
        try {
          return await connect()
        } catch (error) {
          onProblem(error as Error)
        }
      }
    }

    async function stop(): Promise<void> {
      stopped = true
      stops.delete(stop)
      waiting.abort()
      await client?.end().catch(() => {})
    }

    await connect()
    stops.add(stop)
    return stop
  }

  return {
    listen,
    async close() {
      await Promise.all([...stops].map((stop) => stop()))
    },
  }
}
