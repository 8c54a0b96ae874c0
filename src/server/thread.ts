// How does a program start a thread of its own? For work that would keep everybody else waiting.
import { Worker } from 'node:worker_threads'

/**
 * Starts a module as a thread. A thread does not take over its parent's TypeScript loader on every Node that we support, so it is
 * told to load one.
 */
export function startThread(file: URL): Worker {
  if (!file.pathname.endsWith('.ts')) return new Worker(file)
  const loader = import.meta.resolve('tsx/esm/api')
  const boot = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file.href)}) })`
  return new Worker(boot, { eval: true, execArgv: [] })
}

/** The address of a module beside another, by its name without the ending, which is the other's. */
export const beside = (name: string, of: string): URL => new URL(`${name}${of.endsWith('.ts') ? '.ts' : '.js'}`, of)
