// How does a test run one of our programs as a real process, listen to it, and be sure to end it?

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, inject } from 'vitest'
import { freeLoopbackPort } from '../../src/server/cluster.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MOST_OUTPUT = 1_000_000

export interface Program {
  readonly pid: number
  /** What it has written so far (the last million characters). */
  stdout(): string
  stderr(): string
  /** The first line, on either stream and already written or not, that matches. Fails with the whole output when the program ends or time is up. */
  waitForLine(match: RegExp | string, ms?: number): Promise<string>
  readonly exit: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Sends the signal (SIGKILL unless told) and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<void>
}

const running = new Map<number, Program>()

afterAll(async () => {
  await Promise.all([...running.values()].map((program) => program.kill()))
})
// For a test process that ends without its hooks.
process.on('exit', () => {
  for (const pid of running.keys()) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // already gone
    }
  }
})

/** The environment without what the person who runs the tests has set for a server of theirs, and without the test runner's own. */
function cleanEnvironment(): Record<string, string | undefined> {
  const foreign =
    /^(MADANG_|VITEST|DATABASE_URL$|PORT$|PG|NODE_OPTIONS$|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|BASE_URL$|SSR$)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

/** Runs a program from the root of the tree, with tsx if it is TypeScript. It is killed after the test file, or after `limitMs`. */
export function runProgram(
  file: string,
  args: string[] = [],
  options: { env?: Record<string, string>; cwd?: string; limitMs?: number } = {},
): Program {
  // tsx by address, so that a program can run in any folder.
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
  const child = spawn(process.execPath, [...loader, join(ROOT, file), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${file} could not be started`)

  const text = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] = (text[name] + chunk).slice(-MOST_OUTPUT)
      for (const listener of listeners) listener()
    })
  const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 60_000)
  let ended = false
  const exit = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done) => {
    child.on('close', (code, signal) => {
      clearTimeout(limit)
      ended = true
      running.delete(pid)
      done({ code, signal })
      for (const listener of listeners) listener()
    })
  })

  const program: Program = {
    pid,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    exit,
    waitForLine: (match, ms = 60_000) =>
      new Promise((done, fail) => {
        const settle = (act: () => void) => {
          clearTimeout(timer)
          listeners.delete(look)
          act()
        }
        const output = () => `\n--- stdout\n${text.stdout}\n--- stderr\n${text.stderr}`
        const look = () => {
          for (const part of [text.stdout, text.stderr]) {
            // The last piece may be half a line, unless nothing more can come.
            const lines = part.split('\n').slice(0, ended ? undefined : -1)
            const line = lines.find((l) => (typeof match === 'string' ? l.includes(match) : match.test(l)))
            if (line !== undefined) return settle(() => done(line))
          }
          if (ended) settle(() => fail(new Error(`${file} ended without a line ${match}${output()}`)))
        }
        const timer = setTimeout(() => {
          settle(() => fail(new Error(`${file} did not write a line ${match} within ${ms} ms${output()}`)))
        }, ms)
        listeners.add(look)
        look()
      }),
    async kill(signal = 'SIGKILL') {
      if (!ended) child.kill(signal)
      await exit
    },
  }
  running.set(pid, program)
  return program
}

/** A port that was free a moment ago. Prefer letting a program choose (port 0) and reading its answer. */
export function freePort(): Promise<number> {
  return freeLoopbackPort()
}

/** A new folder, removed at the end of the run. Others may pass through it, as PostgreSQL's user must. */
export function tempDir(name = 'dir'): string {
  const dir = mkdtempSync(join(inject('runDir'), `${name}-`))
  chmodSync(dir, 0o711)
  return dir
}
