// Builds the pages: npm run build. Does nothing when nothing has changed since the last time.

import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { built, filesIn } from './built.mjs'
import { install, ROOT } from './install.mjs'

const SOURCES = [
  'web',
  'src/api',
  'src/domain',
  'src/proof',
  'vite.config.ts',
  'package-lock.json',
  'scripts/build.mjs',
  'scripts/built.mjs',
]
const COMPRESSED = /\.(js|css|svg|html|json|txt)$/

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

function make(folder) {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--config', join(ROOT, 'vite.config.ts'), '--outDir', folder, '--emptyOutDir']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...args, '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
    // A test runner's settings must not make another build of it.
    env: { ...process.env, NODE_ENV: 'production', VITEST: undefined, NODE_OPTIONS: undefined },
  })
  if (status !== 0) throw new Error(`the pages could not be built\n${stdout ?? ''}${stderr ?? ''}`)
  compress(folder)
}

/** Builds the pages unless they are there, and answers with the folder. `beforeMaking` is called when it takes a while. */
export const build = (beforeMaking) =>
  built({ out: join(ROOT, 'dist', 'web'), sources: SOURCES, make, ...(beforeMaking && { beforeMaking }) })

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  install()
  console.log(`pages: ${relative(ROOT, await build())}`)
}
