// Installs the packages of package-lock.json when they are not there: node scripts/install.mjs
// Needs nothing but Node and npm, because it runs before anything is installed. Says nothing unless it works or fails.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the tree. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

const inRoot = (...path) => join(ROOT, ...path)
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

function checkNode() {
  const wanted = /\d+\.\d+/.exec(readJson(inRoot('package.json')).engines.node)[0]
  const newer = (a, b) => a[0] - b[0] || a[1] - b[1]
  const numbers = (version) => version.split('.').map(Number)
  if (newer(numbers(process.versions.node), numbers(wanted)) >= 0) return
  console.error(`Node ${wanted} or newer is needed, this is ${process.versions.node}.`)
  process.exit(1)
}

/** Has npm itself put there exactly what the lock asks for? It keeps a list, which lacks only other platforms' optional packages. */
function npmInstalledTheLock() {
  const list = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(list)) return false
  const installed = readJson(list).packages
  const locked = Object.entries(readJson(inRoot('package-lock.json')).packages).filter(([path]) => path !== '')
  return (
    Object.keys(installed).every((path) => locked.some(([lockedPath]) => lockedPath === path)) &&
    locked.every(([path, wanted]) => {
      const is = installed[path]
      return is ? is.version === wanted.version && is.integrity === wanted.integrity : wanted.optional === true
    })
  )
}

/** Makes node_modules agree with package-lock.json. Ends the process with npm's words when that cannot be done. */
export function install() {
  checkNode()
  const stamp = inRoot('node_modules', '.madang-stamp')
  const lock = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  if (!npmInstalledTheLock()) {
    console.error('installing packages (npm ci) …')
    const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
    const { status, error, stdout, stderr } = spawnSync(npm[0], [...npm.slice(1), 'ci', '--no-audit', '--no-fund'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    })
    if (status !== 0) {
      console.error(`npm ci failed${error ? `: ${error.message}` : ''}\n${stdout ?? ''}${stderr ?? ''}`)
      process.exit(status || 1)
    }
  }
  writeFileSync(stamp, lock)
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) install()
