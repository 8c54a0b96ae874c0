// Installs what is missing, then becomes a TypeScript program of this folder: the part that start.mjs and demo.mjs share.

import { fileURLToPath } from 'node:url'
import { install } from './install.mjs'

/**
 * Goes on as `node --import tsx scripts/<program> <arguments>` would, but in this very process: signals, exit code and a kill -9
 * then reach the program itself, with nobody in between to pass them on.
 */
export async function launch(program) {
  install()
  const { register } = await import('tsx/esm/api')
  register()
  const address = new URL(program, import.meta.url)
  process.argv[1] = fileURLToPath(address)
  // For children that the program forks.
  process.execArgv.push('--import', import.meta.resolve('tsx'))
  await import(address.href)
}
