// How does a program start a thread of its own? For work that would keep everybody else waiting.
import { Worker } from 'node:worker_threads'

/**
 * Starts the module of this name beside another, which says where it is. Where the sources run as they are, a thread does not take
 * over its parent's TypeScript loader on every Node that we support, so it is told to load one. Built programs stand in one folder,
 * and those that are threads beside them, each under the last part of its name.
 */
export function startThread(name: string, of: string): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`${name.split('/').at(-1)}.mjs`, import.meta.url))
  const file = new URL(`${name}.ts`, of)
  const loader = import.meta.resolve('tsx/esm/api')
  const boot = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(file.href)}) })`
  return new Worker(boot, { eval: true, execArgv: [] })
}
