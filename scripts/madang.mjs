#!/usr/bin/env node
// The command line for citizens, auditors and bidders: node scripts/madang.mjs verify URL TENDER

import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { install } from './install.mjs'
import { programs } from './programs.mjs'

install()
await import(pathToFileURL(join(await programs(), 'madang.mjs')).href)
