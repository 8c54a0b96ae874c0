// Do the files hold the same tree as the entries, at the sizes where a tile fills up and at any other?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { FormatError, utf8 } from '../../src/proof/bytes.ts'
import {
  bundleOf,
  consistencyFromTiles,
  inclusionFromTiles,
  newTiles,
  type ReadTile,
  readBundle,
  readTilePath,
  rootFromTiles,
  tilePath,
} from '../../src/proof/tiles.ts'
import {
  Compact,
  consistencyProof,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/proof/tree.ts'

const HASHES = Array.from({ length: 65_793 }, (_, i) => leafHash(P, utf8(`entry ${i}`)))

/** A shelf of tiles as a server keeps it; fails when asked for one that was never written. */
function shelf() {
  const files = new Map<string, Uint8Array>()
  const readTile: ReadTile = async (level, n, width) => {
    const data = files.get(tilePath(level, n, width))
    if (data === undefined) throw new Error(`no ${tilePath(level, n, width)}`)
    return data
  }
  const grow = async (from: number, to: number) => {
    const tiles = await newTiles(P, from, HASHES.slice(from, to), readTile)
    for (const { level, n, width, data } of tiles) files.set(tilePath(level, n, width), data)
    return tiles
  }
  return { files, readTile, grow }
}

describe('paths', () => {
  test('are spelled as C2SP tlog-tiles spells them', () => {
    expect(tilePath(0, 0)).toBe('tile/0/000')
    expect(tilePath(1, 1_234_067)).toBe('tile/1/x001/x234/067')
    expect(tilePath(0, 1000, 1)).toBe('tile/0/x001/000.p/1')
    expect(tilePath('entries', 999, 255)).toBe('tile/entries/999.p/255')
  })

  test('are read back', () => {
    const level = fc.oneof(fc.nat(63), fc.constant('entries' as const))
    fc.assert(
      fc.property(level, fc.maxSafeInteger().map(Math.abs), fc.integer({ min: 1, max: 256 }), (l, n, width) => {
        expect(readTilePath(tilePath(l, n, width))).toEqual({ level: l, n, width })
      }),
    )
  })

  test.each([
    'tile/0/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/300',
    'tile/0/x001',
    'tile/-1/000',
    'tile/0/../000',
    '/tile/0/000',
    'tile/0/000/',
    'tile/data/000',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('refuses %s', (path) => {
    expect(() => readTilePath(path)).toThrow(FormatError)
  })
})

describe('bundles', () => {
  test.each([
    ['that ends inside a length', [0]],
    ['that ends inside an entry', [0, 2, 65]],
    ['with bytes after the last entry', [0, 1, 65, 0]],
  ])('refuses a bundle %s', (_, list) => {
    expect(() => readBundle(Uint8Array.from(list))).toThrow(FormatError)
  })

  test('refuses more than 256 entries, and an entry of more than 65,535 bytes', () => {
    expect(() => readBundle(new Uint8Array(257 * 2))).toThrow(FormatError)
    expect(() => bundleOf(Array.from({ length: 257 }, () => new Uint8Array(1)))).toThrow(RangeError)
    expect(() => bundleOf([new Uint8Array(65_536)])).toThrow(RangeError)
  })

  test('are read back, empty entries and the longest too', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 })
    fc.assert(
      fc.property(entries, (list) => {
        expect(readBundle(bundleOf(list))).toEqual(list)
      }),
      { numRuns: 30 },
    )
    expect(readBundle(bundleOf([new Uint8Array(65_535)]))[0]!.length).toBe(65_535)
  })
})

describe('tiles', () => {
  test('refuse to answer from a tile of the wrong length', async () => {
    const short: ReadTile = async () => new Uint8Array(31)
    await expect(rootFromTiles(P, 5, short)).rejects.toThrow(FormatError)
    await expect(newTiles(P, 5, HASHES.slice(5, 6), short)).rejects.toThrow(FormatError)
  })

  test('refuse entries and sizes that are not there', async () => {
    const { readTile } = shelf()
    await expect(inclusionFromTiles(P, 5, 5, readTile)).rejects.toThrow(RangeError)
    await expect(consistencyFromTiles(P, 6, 5, readTile)).rejects.toThrow(RangeError)
    await expect(rootFromTiles(P, -1, readTile)).rejects.toThrow(RangeError)
  })

  test('grow by any steps to the same root and proofs as the entries give', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), fc.nat(), async (sizes, a, b) => {
        const { readTile, grow } = shelf()
        let size = 0
        for (const step of sizes) {
          await grow(size, size + step)
          size += step
        }
        const hashes = HASHES.slice(0, size)
        expect(await rootFromTiles(P, size, readTile)).toEqual(rootOf(P, hashes))
        if (size === 0) return
        const index = a % size
        expect(await inclusionFromTiles(P, index, size, readTile)).toEqual(inclusionProof(P, hashes, index))
        const old = b % (size + 1)
        expect(await consistencyFromTiles(P, old, size, readTile)).toEqual(consistencyProof(P, hashes, old))
      }),
      { numRuns: 40 },
    )
  })

  test('at 255, 256, 257, 65,535, 65,536, 65,537 and 65,793 entries: what must be there is, and all proofs agree', async () => {
    const { files, readTile, grow } = shelf()
    const log = new Compact(P)
    const roots = new Map<number, Uint8Array>()
    let before = 0
    for (const size of [255, 256, 257, 65_535, 65_536, 65_537, 65_793]) {
      await grow(before, size)
      while (log.size < size) log.append(HASHES[log.size]!)
      const root = log.root()
      roots.set(size, root)
      expect(await rootFromTiles(P, size, readTile)).toEqual(root)
      for (const index of [0, 255, Math.floor(size / 3), size - 1].filter((i) => i < size)) {
        const proof = await inclusionFromTiles(P, index, size, readTile)
        expect(verifyInclusion(P, { index, size, leafHash: HASHES[index]!, root, proof })).toBe(true)
      }
      for (const [size1, root1] of roots) {
        const proof = await consistencyFromTiles(P, size1, size, readTile)
        expect(verifyConsistency(P, { size1, size2: size, root1, root2: root, proof })).toBe(true)
      }
      before = size
    }
    expect([...files.keys()].filter((path) => !path.startsWith('tile/0/')).sort()).toEqual(
      ['tile/1/000', 'tile/1/000.p/1', 'tile/1/000.p/255', 'tile/1/001.p/1', 'tile/2/000.p/1'].sort(),
    )
    expect(files.get('tile/0/255.p/255')?.length).toBe(255 * 32)
    expect(files.has('tile/0/256.p/1')).toBe(true)
  })

  test('writes nothing when nothing came', async () => {
    expect(await newTiles(P, 300, [], shelf().readTile)).toEqual([])
  })
})
