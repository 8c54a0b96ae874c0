// Which tests judge a mutant? Those of the award rules and of the draw: they need no database.

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/domain/scoring/**/*.test.ts', 'test/proof/draw.test.ts'],
    // It reads the text of the source, which is another one while mutants are in it.
    exclude: ['test/domain/scoring/refusal-codes.test.ts'],
    testTimeout: 60_000,
  },
})
