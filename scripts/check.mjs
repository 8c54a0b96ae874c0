// Checks types, style and format, without running a test: npm run check

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, ROOT } from './install.mjs'

install()
const bin = (name) => join(ROOT, 'node_modules', '.bin', name)
const passed = [
  [bin('tsc'), ['-p', '.']],
  [bin('tsc'), ['-p', 'web']],
  [bin('biome'), ['check', '.']],
].map(([program, args]) => spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' }).status === 0)
process.exit(passed.every(Boolean) ? 0 : 1)
