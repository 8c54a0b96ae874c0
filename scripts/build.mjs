// Builds the pages: npm run build. Does nothing when nothing has changed since the last time.
// Each build stands in a folder of its own, dist/web/<hash of its sources>; the file dist/web/current names the newest one.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { install, ROOT } from './install.mjs'

const SOURCES = [
  'web',
  'src/api',
  'src/domain',
  'src/proof',
  'vite.config.ts',
  'package-lock.json',
  'scripts/build.mjs',
]
const OUT = join(ROOT, 'dist', 'web')
/** Earlier builds that may still be in use by a server that is starting. */
const KEPT = 3
const COMPRESSED = /\.(js|css|svg|html|json|txt)$/

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => filesIn(join(path, name)))
    .sort()
}

/** One hash over the names and bytes of everything that the pages are made of. */
function hashOfSources() {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((path) => filesIn(join(ROOT, path)))) {
    const bytes = readFileSync(file)
    hash.update(`${relative(ROOT, file)} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Puts .br and .gz beside each text, so that the server does not compress the same bytes for every visitor. */
function compress(dir) {
  for (const file of filesIn(dir).filter((name) => COMPRESSED.test(name))) {
    const bytes = readFileSync(file)
    if (bytes.length < 1024) continue
    const size = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: size }))
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

function removeOlder(current) {
  const builds = readdirSync(OUT)
    .filter((name) => /^[0-9a-f]{16}(\.part-\d+)?$/.test(name) && name !== current)
    .map((name) => ({ name, at: statSync(join(OUT, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
  for (const { name } of builds.slice(KEPT)) rmSync(join(OUT, name), { recursive: true, force: true })
}

function pointTo(hash) {
  const draft = join(OUT, `current.${process.pid}`)
  writeFileSync(draft, `${hash}\n`)
  renameSync(draft, join(OUT, 'current'))
}

const isThere = (hash) => existsSync(join(OUT, hash, 'index.html'))

/** Waits while another process makes the same build; a lock that is older than two minutes belonged to a killed one. */
async function whileLocked(hash, work) {
  const lock = join(OUT, `${hash}.lock`)
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0
      if (age > 120_000) rmSync(lock, { recursive: true, force: true })
      else await sleep(200)
    }
  }
  try {
    return work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function make(hash) {
  if (isThere(hash)) return
  const part = join(OUT, `${hash}.part-${process.pid}`)
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--config', join(ROOT, 'vite.config.ts'), '--outDir', part, '--emptyOutDir']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
    // A test runner's settings must not make another build of it.
    env: { ...process.env, NODE_ENV: 'production', VITEST: undefined, NODE_OPTIONS: undefined },
  })
  if (status !== 0) {
    rmSync(part, { recursive: true, force: true })
    throw new Error(`the pages could not be built\n${stdout ?? ''}${stderr ?? ''}`)
  }
  compress(part)
  renameSync(part, join(OUT, hash))
}

/** Builds the pages unless they are there, and answers with the folder. `beforeMaking` is called when it takes a while. */
export async function build(beforeMaking = () => {}) {
  const hash = hashOfSources()
  mkdirSync(OUT, { recursive: true })
  if (!isThere(hash)) {
    beforeMaking()
    await whileLocked(hash, () => make(hash))
  }
  pointTo(hash)
  removeOlder(hash)
  return join(OUT, hash)
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  install()
  console.log(`pages: ${relative(ROOT, await build())}`)
}
