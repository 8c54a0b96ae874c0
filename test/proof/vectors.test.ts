// Do both sets of primitives make of every vector what the vector says?
import { readFile } from 'node:fs/promises'
import { describe, test } from 'vitest'
import { nodePrimitives } from '../../src/node/primitives.ts'
import { webPrimitives } from '../../src/proof/web-primitives.ts'
import { type ReadVector, VECTOR_CHECKS } from './vector-checks.ts'

const VECTORS = new URL('../vectors/', import.meta.url)

const read: ReadVector = async (path) => {
  try {
    return new Uint8Array(await readFile(new URL(path, VECTORS)))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

for (const P of [nodePrimitives, webPrimitives]) {
  describe(`the vectors with the primitives of ${P.name}`, () => {
    for (const { name, run } of VECTOR_CHECKS) test(name, () => run(P, read))
  })
}
