// Runs a keeper as the process that it is in real life; every process started here is killed at the end of its test file.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll } from 'vitest'

export type Exit = { code: number | null; signal: NodeJS.Signals | null }

export interface Keeper {
  readonly pid: number
  readonly child: ChildProcessWithoutNullStreams
  readonly exit: Promise<Exit>
  out(): string
  errors(): string
  /** Resolves with the first line on standard output that begins so; rejects when the process ends before. */
  line(begin: string): Promise<string>
  kill(signal: NodeJS.Signals): Promise<Exit>
}

const running = new Set<Keeper>()
afterAll(async () => {
  await Promise.all([...running].map((keeper) => keeper.kill('SIGKILL')))
})

const { programs } = (await import('../../scripts/programs.mjs' as string)) as { programs: () => Promise<string> }
const built = await programs()

/** Starts the keeper of this name, as it is built. Standard input stays open until the test closes it. */
export function startKeeper(name: string, args: string[]): Keeper {
  const child = spawn(process.execPath, [join(built, `${name}.mjs`), ...args])
  let out = ''
  let errors = ''
  child.stdout.on('data', (data) => {
    out += data
  })
  child.stderr.on('data', (data) => {
    errors += data
  })
  const exit = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
  const keeper: Keeper = {
    pid: child.pid ?? -1,
    child,
    exit,
    out: () => out,
    errors: () => errors,
    line: (begin) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = out.split('\n').find((line, i, all) => i < all.length - 1 && line.startsWith(begin))
          if (found !== undefined) resolve(found)
        }
        child.stdout.on('data', look)
        look()
        exit.then(({ code, signal }) => reject(new Error(`ended with ${code ?? signal}: ${errors}`)))
      }),
    kill: (signal) => {
      child.kill(signal)
      return exit
    },
  }
  running.add(keeper)
  exit.then(() => running.delete(keeper))
  return keeper
}

/** One HTTP request over a Unix socket. Rejects when nobody answers. */
export function overSocket(
  socketPath: string,
  method: string,
  path: string,
  body: Uint8Array = new Uint8Array(),
): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body: text }),
      )
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
