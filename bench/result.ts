// What does a benchmark leave behind? One JSON file with the machine, every round and the ratios, and a short table for people.
import { mkdir } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { writeFileAtomic } from '../src/node/atomic-file.ts'
import { rounded } from './rounds.ts'

/**
 * A ratio of two figures of the same run, or a time or a size where that is what is promised. `bar` is the least it may be, or,
 * `atMost`, the most; null where none is promised.
 */
export type Ratio = { says: string; value: number; bar: number | null; met: boolean | null; atMost?: true }

/** What keeps a benchmark from running here, in words for whoever started it. */
export class CannotMeasure extends Error {}

export type Result = {
  benchmark: string
  date: string
  machine: { cpu: string; cores: number; memoryGiB: number; os: string; load1: number }
  versions: Record<string, string>
  params: Record<string, string | number>
  /** What every leg of every round gave. */
  rounds: unknown[]
  /** Medians over the rounds, each with its unit in its name. */
  medians: Record<string, number>
  ratios: Record<string, Ratio>
  verdict: 'met' | 'not met'
}

export function ratio(says: string, value: number, bar: number | null): Ratio {
  return { says, value: rounded(value), bar, met: bar === null ? null : value >= bar }
}

/** A figure that may be no more than its bar. */
export function limit(says: string, value: number, bar: number | null): Ratio {
  return { says, value: rounded(value), bar, met: bar === null ? null : value <= bar, atMost: true }
}

/** Completes a result with the machine and the date. The verdict is that of all bars together. */
export function resultOf(
  part: Pick<Result, 'benchmark' | 'versions' | 'params' | 'rounds' | 'medians' | 'ratios'>,
): Result {
  const { benchmark, versions, params, rounds, medians, ratios } = part
  return {
    benchmark,
    date: new Date().toISOString(),
    machine: {
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.cpus().length,
      memoryGiB: rounded(os.totalmem() / 2 ** 30),
      os: `${os.type()} ${os.release()} ${os.arch()}`,
      load1: rounded(os.loadavg()[0] ?? 0),
    },
    versions: { node: process.versions.node, openssl: process.versions.openssl, ...versions },
    params,
    rounds,
    medians: Object.fromEntries(Object.entries(medians).map(([name, value]) => [name, rounded(value)])),
    ratios,
    verdict: Object.values(ratios).every((r) => r.met !== false) ? 'met' : 'not met',
  }
}

/** Writes `<dir>/<benchmark>.json`; answers its path. */
export async function writeResult(dir: string, result: Result): Promise<string> {
  await mkdir(dir, { recursive: true })
  const file = join(dir, `${result.benchmark}.json`)
  await writeFileAtomic(file, `${JSON.stringify(result, null, 2)}\n`)
  return file
}

/** The result on one screen. */
export function tableOf(result: Result): string {
  const rows = [
    ...Object.entries(result.medians).map(([name, value]) => [name, String(value), '', '']),
    ...Object.entries(result.ratios).map(([name, { value, bar, met, says, atMost }]) => [
      name,
      String(value),
      bar === null ? '' : `bar ${atMost ? '≤ ' : ''}${rounded(bar)}: ${met ? 'met' : 'NOT MET'}`,
      says,
    ]),
  ]
  const width = (column: number) => Math.max(...rows.map((row) => (row[column] as string).length))
  const [a, b, c] = [width(0), width(1), width(2)]
  const { machine, params } = result
  return [
    `${result.benchmark}: ${result.verdict} (${machine.cores} × ${machine.cpu}, Node ${result.versions.node}, medians of ${result.rounds.length} rounds)`,
    `  ${Object.entries(params)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    ...rows.map(([name = '', value = '', bar = '', says = '']) =>
      `  ${name.padEnd(a)}  ${value.padStart(b)}  ${bar.padEnd(c)}  ${says}`.trimEnd(),
    ),
  ].join('\n')
}
