// How does a monitor tell others what it has seen? Figures in the text form that metric collectors read, on a page of its own.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Availability, Round } from './monitor-round.ts'

/** What has been seen since the start. */
export class Tally {
  rounds = 0
  alarms = 0
  troubles = 0
  size = 0
  headAge: number | null = null
  entries = 0
  longestWait = 0
  readonly addresses = new Map<string, Availability>()

  take(round: Round): void {
    this.rounds++
    this.alarms += round.alarms.length
    this.troubles += round.troubles.length
    this.size = round.size
    this.headAge = round.headAge
    this.entries += round.waits.length
    this.longestWait = Math.max(this.longestWait, ...round.waits)
    for (const { name, ok, seconds } of round.asked) {
      const row = this.addresses.get(name) ?? { name, tries: 0, failures: 0, seconds: 0 }
      row.tries++
      row.seconds += seconds
      if (!ok) row.failures++
      this.addresses.set(name, row)
    }
  }

  /** Part of all requests that were answered, 0 to 1; 1 before the first. */
  get availability(): number {
    const rows = [...this.addresses.values()]
    const tries = rows.reduce((sum, row) => sum + row.tries, 0)
    const failures = rows.reduce((sum, row) => sum + row.failures, 0)
    return tries === 0 ? 1 : 1 - failures / tries
  }

  /** The page: one figure a line, with what it is above it. */
  text(): string {
    const lines: string[] = []
    const figure = (name: string, help: string, type: 'gauge' | 'counter', rows: [labels: string, value: number][]) => {
      lines.push(`# HELP madang_${name} ${help}`, `# TYPE madang_${name} ${type}`)
      for (const [labels, value] of rows) lines.push(`madang_${name}${labels} ${value}`)
    }
    const rows = [...this.addresses.values()]
    const of = (name: string) => `{path="${name}"}`
    figure('monitor_rounds_total', 'Rounds made.', 'counter', [['', this.rounds]])
    figure('log_alarms_total', 'Contradictions of the log with itself or its policy.', 'counter', [['', this.alarms]])
    figure('log_troubles_total', 'What was wrong and may pass.', 'counter', [['', this.troubles]])
    figure('log_size', 'Entries under the newest head.', 'gauge', [['', this.size]])
    if (this.headAge !== null)
      figure('log_head_age_seconds', 'Age of the newest head by its quorum.', 'gauge', [['', this.headAge]])
    figure('log_entries_seen_total', 'Entries that came while this monitor looked.', 'counter', [['', this.entries]])
    figure('log_longest_wait_seconds', 'Longest time from an entry to a head over it.', 'gauge', [
      ['', this.longestWait],
    ])
    figure(
      'address_requests_total',
      'Requests.',
      'counter',
      rows.map((r) => [of(r.name), r.tries]),
    )
    figure(
      'address_failures_total',
      'Requests without a good answer.',
      'counter',
      rows.map((r) => [of(r.name), r.failures]),
    )
    figure(
      'address_seconds_total',
      'Time spent waiting for answers.',
      'counter',
      rows.map((r) => [of(r.name), r.seconds]),
    )
    return `${lines.join('\n')}\n`
  }
}

/** Serves the tally on loopback at /metrics. Answers the port that it got. */
export async function serveMetrics(tally: Tally, port: number): Promise<{ port: number; close: () => void }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end('see /metrics\n')
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(tally.text())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}
