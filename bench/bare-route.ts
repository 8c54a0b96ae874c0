// Which process is the bare route? The least that Express can do, of a process of its own.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Starts it on a free port; it ends when it is stopped, and with this process. */
export async function startBareRoute(): Promise<{ port: number; stop: () => void }> {
  const child = fork(fileURLToPath(new URL('./bare-express.ts', import.meta.url)))
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (said) => resolve((said as { port: number }).port))
    child.once('exit', (code) => reject(new Error(`the bare route ended with ${code}`)))
  })
  return { port, stop: () => void child.kill('SIGKILL') }
}
