// How does a test start one of our programs fifty times in half a minute? Bundled once into one file, a start takes a third of a second.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { tempDir } from '../../support/processes.ts'

type Bundle = (entries: Record<string, string>, folder: string) => Promise<void>
const { bundle } = (await import('../../../scripts/programs.mjs' as string)) as { bundle: Bundle }

/** Bundles a program with all that it imports; answers the file. */
export async function buildProgram(entry: string): Promise<string> {
  const folder = tempDir('built')
  await bundle({ program: entry }, folder)
  return join(folder, 'program.mjs')
}

export type RunningApi = { pid: number; url: string; kill: () => Promise<void> }

const running = new Set<{ kill: () => Promise<void> }>()
afterAll(async () => {
  await Promise.all([...running].map((api) => api.kill()))
})

/** Starts a built API and answers once it listens. It is killed with SIGKILL: by the test, after the test file, or after two minutes. */
export async function startBuilt(file: string, env: Record<string, string>): Promise<RunningApi> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [file], { env: { PATH, HOME, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-20_000)
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const exit = new Promise<void>((resolve) =>
    child.on('close', () => {
      clearTimeout(limit)
      resolve()
    }),
  )
  const own = {
    kill: async () => {
      running.delete(own)
      child.kill('SIGKILL')
      await exit
    },
  }
  running.add(own)
  const url = await new Promise<string>((resolve, reject) => {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
      const ready = /^ready (\S+)\n/.exec(out)
      if (ready?.[1]) resolve(ready[1])
    })
    void exit.then(() => reject(new Error(`the API ended before it was ready: ${said}`)))
  })
  return { pid: child.pid ?? -1, url, kill: own.kill }
}
