// What must stand before the first test, and go after the last? One folder for the run, and whatever a killed run left behind.

import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of this run: its cluster, and every test's temporary folders. */
    runDir: string
  }
}

const PREFIX = 'madang-test-'
/** A run that is older than this is over, even if its process number is in use again. */
const LONGEST_RUN_MS = 6 * 3600_000

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function folders(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [join(dir, entry.name)] : [],
    )
  } catch {
    return []
  }
}

/** Data directories of the run, wherever a test put a cluster (at most two folders deep). */
function dataDirs(runDir: string): string[] {
  const tops = [runDir, ...folders(runDir), ...folders(runDir).flatMap(folders)]
  const moved = tops.flatMap((dir) => read(join(dir, 'place')).trim() || [])
  return [...tops, ...moved].map((dir) => join(dir, 'cluster')).filter((dir) => read(join(dir, 'PG_VERSION')) !== '')
}

/** The postmaster of the directory, but only when that process really works in it: numbers are used again. */
function postmaster(data: string): number | null {
  const pid = Number(read(join(data, 'postmaster.pid')).split('\n')[0])
  if (!(pid > 1)) return null
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data ? pid : null
  } catch {
    return process.platform !== 'linux' && alive(pid) ? pid : null
  }
}

/** Stops every PostgreSQL of the run at once (nobody needs its data any more) and removes the run's folder. */
async function removeRun(runDir: string): Promise<void> {
  for (const data of dataDirs(runDir)) {
    const pid = postmaster(data)
    if (pid !== null) {
      process.kill(pid, 'SIGQUIT')
      for (const end = Date.now() + 10_000; alive(pid) && Date.now() < end; ) await sleep(20)
    }
    if (!data.startsWith(runDir)) rmSync(join(data, '..'), { recursive: true, force: true })
  }
  rmSync(runDir, { recursive: true, force: true, maxRetries: 3 })
}

async function removeKilledRuns(): Promise<void> {
  for (const dir of folders(tmpdir()).filter((path) => path.startsWith(join(tmpdir(), PREFIX)))) {
    const age = Date.now() - statSync(dir).mtimeMs
    const pid = Number(read(join(dir, 'pid')))
    const over = pid > 0 ? !alive(pid) || age > LONGEST_RUN_MS : age > 60_000
    // Somebody else's run on the same machine may not be ours to remove.
    if (over) await removeRun(dir).catch(() => {})
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeKilledRuns()
  const runDir = mkdtempSync(join(tmpdir(), PREFIX))
  // PostgreSQL's user must be able to pass through.
  chmodSync(runDir, 0o711)
  writeFileSync(join(runDir, 'pid'), String(process.pid))
  project.provide('runDir', runDir)
  return () => removeRun(runDir)
}
