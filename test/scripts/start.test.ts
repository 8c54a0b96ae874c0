// Does `npm start` bring everything up, end everything, and go on where it stopped?
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { call } from '../../src/api/client.ts'
import { listTenders } from '../../src/api/tenders.ts'
import { startCluster } from '../../src/server/cluster.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const data = mkdtempSync(join(tmpdir(), 'madang-start-'))
const started: ChildProcess[] = []

type Run = { process: ChildProcess; lines: string[]; url: string; children: number[]; exited: Promise<number | null> }

/** Starts it and waits until the address and the accounts are printed. */
async function start(args: string[] = []): Promise<Run> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', PORT: '0', MADANG_DATA: data },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  const lines: string[] = []
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line))
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not up in time:\n${lines.join('\n')}`)), 100_000)
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (/Ctrl-C stops everything/.test(line)) {
        clearTimeout(timer)
        resolve()
      }
    })
    void exited.then((code) => reject(new Error(`ended with ${code}:\n${lines.join('\n')}`)))
  })
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join('\n'))?.[0] ?? ''
  const { readdirSync, readFileSync } = await import('node:fs')
  const children = readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(child.pid)
        ? [Number(pid)]
        : []
    } catch {
      return []
    }
  })
  return { process: child, lines, url, children, exited }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function gone(pids: number[], ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (!pids.some(alive)) return true
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return !pids.some(alive)
}

afterAll(async () => {
  for (const child of started) if (child.exitCode === null) child.kill('SIGKILL')
  const cluster = await startCluster({ dataDir: join(data, 'postgres') })
  await cluster.stop()
  await rm(data, { recursive: true, force: true })
}, 60_000)

// Reads /proc to know the children; elsewhere the same program is watched by the journeys.
describe.skipIf(process.platform !== 'linux')('npm start', () => {
  test('comes up with accounts and a live tender, survives kill -9 with its data, and Ctrl-C ends all it started', {
    timeout: 240_000,
  }, async () => {
    const first = await start()
    const text = first.lines.join('\n')
    for (const role of ['officer', 'supplier', 'evaluator', 'auditor', 'operator']) {
      expect(text, `the ${role}’s account`).toMatch(new RegExp(`${role}\\s+\\S+@\\S+\\.example\\s+\\S{16}`))
    }
    const live = /tenders\/(R\d{2}BK\d{8})\/opening/.exec(text)?.[1]
    expect(live).toBeDefined()
    expect(first.children.length).toBeGreaterThanOrEqual(6)
    const before = await call(first.url, listTenders, {})
    expect(before.ok && before.body.tenders.map((t) => t.no)).toContain(live)

    const second = spawn(process.execPath, [join(ROOT, 'scripts/start.mjs')], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', PORT: '0', MADANG_DATA: data },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.push(second)
    let complaint = ''
    second.stderr.on('data', (chunk: Buffer) => {
      complaint += chunk.toString()
    })
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(1)
    expect(complaint).toMatch(/is held by the live process/)

    first.process.kill('SIGKILL')
    await first.exited
    expect(await gone(first.children, 15_000), 'children end when their parent is gone').toBe(true)

    const again = await start()
    const after = await call(again.url, listTenders, {})
    expect(after.ok && after.body.tenders.map((t) => t.no)).toContain(live)
    const password = /officer\s+\S+\s+(\S{16})/.exec(text)?.[1]
    expect(again.lines.join('\n'), 'the same passwords').toContain(password)

    again.process.kill('SIGINT')
    expect(await again.exited, again.lines.join('\n')).toBe(0)
    expect(await gone(again.children, 5000), 'Ctrl-C leaves nothing running').toBe(true)
  })
})
