// The benchmarks as a program: npm run bench [-- opening|intake|log|ranking|web|live|signin] [-- --rounds N --bids N --clients N --seconds N --watchers N --few N --mebibytes N --events N --samples N --out DIR --data DIR]
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FolderHeld } from '../src/node/atomic-file.ts'
import { CannotMeasure, type Result, tableOf, writeResult } from './result.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const say = (line: string) => process.stderr.write(`${line}\n`)

class Usage extends Error {}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const number = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0
  if (number < 1) throw new Usage(`--${name} is a whole number from 1 on, not ${JSON.stringify(text)}`)
  return number
}

const number = { type: 'string' } as const

function settings() {
  let given: ReturnType<typeof read>
  try {
    given = read()
  } catch (err) {
    throw new Usage((err as Error).message)
  }
  const { values, positionals } = given
  const wrong = positionals.filter((name) => !(name in BENCHMARKS))
  if (wrong.length > 0)
    throw new Usage(`there is no benchmark ${wrong.join(', ')}: ${Object.keys(BENCHMARKS).join(', ')}`)
  return {
    names: positionals.length > 0 ? positionals : Object.keys(BENCHMARKS),
    rounds: wholeNumber('rounds', values.rounds, 5),
    bids: wholeNumber('bids', values.bids, 1000),
    clients: wholeNumber('clients', values.clients, 16),
    seconds: wholeNumber('seconds', values.seconds, 3),
    events: wholeNumber('events', values.events, 10),
    watchers: wholeNumber('watchers', values.watchers, 10_000),
    few: wholeNumber('few', values.few, 1000),
    mebibytes: wholeNumber('mebibytes', values.mebibytes, 100),
    samples: wholeNumber('samples', values.samples, 2000),
    out: resolve(values.out ?? join(ROOT, 'bench', 'results')),
    data: resolve(values.data ?? join(ROOT, '.data', 'bench')),
    json: values.json ?? false,
  }
}

type Settings = ReturnType<typeof settings>

/** Each is loaded when it is asked for. */
const BENCHMARKS: Record<string, (s: Settings) => Promise<Result>> = {
  opening: async (s) => (await import('./opening.ts')).measureOpening({ ...s, say }),
  // A deadline's rush: bidders are many more than sessions of the database, and for bare inserts more sessions are no faster.
  intake: async (s) =>
    (await import('./intake.ts')).measureIntake({ ...s, clients: s.clients * 4, sessions: s.clients, say }),
  log: async (s) =>
    (await import('./log.ts')).measureLog({
      ...s,
      entries: s.bids * 10,
      leaves: s.bids * 1000,
      acts: s.rounds * 20,
      say,
    }),
  // Its bar is for ten thousand bids, whatever the others take.
  ranking: async (s) => (await import('./ranking.ts')).measureRanking({ rounds: s.rounds, bids: s.bids * 10, say }),
  web: async (s) => (await import('./web.ts')).measureWeb({ ...s, bids: Math.min(s.bids, 500), say }),
  live: async (s) => (await import('./live.ts')).measureLive({ ...s, bids: Math.min(s.bids, 400), say }),
  signin: async (s) => (await import('./signin.ts')).measureSignIn({ ...s, say }),
}

function read() {
  return parseArgs({
    allowPositionals: true,
    options: {
      rounds: number,
      bids: number,
      clients: number,
      seconds: number,
      events: number,
      watchers: number,
      few: number,
      mebibytes: number,
      samples: number,
      out: number,
      data: number,
      json: { type: 'boolean' },
    },
  })
}

/** 0 when every bar was met, 1 when one was not. */
async function main(): Promise<number> {
  const chosen = settings()
  let met = true
  for (const name of chosen.names) {
    const result = await (BENCHMARKS[name] as (s: Settings) => Promise<Result>)(chosen)
    const file = await writeResult(chosen.out, result)
    process.stdout.write(chosen.json ? `${JSON.stringify(result)}\n` : `${tableOf(result)}\n  written to ${file}\n`)
    met &&= result.verdict === 'met'
  }
  return met ? 0 : 1
}

try {
  process.exitCode = await main()
} catch (err) {
  const expected = err instanceof Usage || err instanceof FolderHeld || err instanceof CannotMeasure
  say(expected ? (err as Error).message : String((err as Error).stack ?? err))
  process.exitCode = 2
}
setTimeout(() => process.exit(), 500).unref()
