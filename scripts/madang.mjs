#!/usr/bin/env node
// The command line for citizens, auditors and bidders: node scripts/madang.mjs verify URL TENDER

import { launch } from './launch.mjs'

await launch('../src/cli/main.ts')
