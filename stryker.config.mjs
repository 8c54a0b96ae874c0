// Which code is mutated, and which tests must notice? Mutants of the award rules and of the draw, against their own tests.

export default {
  mutate: ['src/domain/scoring/**/*.ts', 'src/proof/draw.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation.config.ts', related: false },
  plugins: ['@stryker-mutator/vitest-runner'],
  coverageAnalysis: 'perTest',
  // Tables and words, made once when a file is read: vectors and their own tests hold those.
  ignoreStatic: true,
  // What mutants are made of and judged by, and nothing else: the copy that is mutated is small.
  ignorePatterns: [
    '**',
    '!src/domain/**',
    '!src/proof/**',
    '!src/node/**',
    '!test/domain/scoring/**',
    '!test/proof/**',
    '!test/vectors/**',
    '!test/mutation.config.ts',
    '!package.json',
    '!tsconfig.json',
  ],
  // TypeScript 7 has no JavaScript interface that could rewrite a tsconfig.
  tsconfigFile: 'none',
  tempDirName: 'node_modules/.cache/mutation',
  incrementalFile: 'node_modules/.cache/mutation.json',
  disableTypeChecks: false,
  checkers: [],
  concurrency: 1,
  timeoutMS: 20_000,
  allowEmpty: true,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: 'node_modules/.cache/mutation-report.json' },
  thresholds: { high: 95, low: 90, break: null },
}
