// Starts the API, or another of our programs by its name, with its own options: npm run serve [-- worker|signer|witness|custodian …]

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { install } from './install.mjs'
import { programs } from './programs.mjs'

install()
const named = /^[a-z]/.test(process.argv[2] ?? '')
const name = named ? process.argv.splice(2, 1)[0] : 'api'
if (name === 'api') await build()
const file = join(await programs(), `${name}.mjs`)
if (!existsSync(file)) {
  console.error(`there is no program ${name}: api, worker, signer, witness, custodian`)
  process.exit(2)
}
// In this very process: signals, exit code and a kill -9 reach the program itself.
await import(pathToFileURL(file).href)
