// Starts the whole platform on this machine: npm start [-- options]
// Settings come from the environment and from .env, where the environment wins; see .env.example.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { install, ROOT } from './install.mjs'
import { launch } from './launch.mjs'

const settings = join(ROOT, '.env')
if (existsSync(settings)) process.loadEnvFile(settings)
install()
await build(() => console.log('pages: building them, this once'))
await launch('start.ts')
