// How are the tests run? Three files at a time, as many wait more than they compute, each in a process of its own; one PostgreSQL for the run, started when first asked for.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: 'test/support/global-setup.ts',
    pool: 'forks',
    maxWorkers: 3,
    // Generous, as they only end what hangs: a busy machine takes many times as long as an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Counts come from `--reporter=json`, which scripts/test.mjs adds with a file of its own for each run.
    reporters: ['default'],
  },
})
