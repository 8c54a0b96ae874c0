// Which files is a log of these entries? Bundles and tiles, computed: they follow from the entries, and the checkpoint says whether rightly.
import type { Primitives } from '../../proof/primitives.ts'
import { bundleOf, newTiles, type ReadTile, TILE_WIDTH, tilePath } from '../../proof/tiles.ts'
import { leafHash } from '../../proof/tree.ts'

export type TreeFiles = {
  /** By path below the address of the log: `tile/entries/000.p/7`, `tile/0/000.p/7`, … */
  files: Map<string, Uint8Array>
  /** Reads the tiles that are among the files. */
  readTile: ReadTile
}

/** Bundles and tiles of all entries, each at the width that the log's size asks for. */
export async function treeFiles(P: Primitives, entries: readonly Uint8Array[]): Promise<TreeFiles> {
  const files = new Map<string, Uint8Array>()
  for (let n = 0; n * TILE_WIDTH < entries.length; n++) {
    const some = entries.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH)
    files.set(tilePath('entries', n, some.length), bundleOf(some))
  }
  const tiles = new Map<string, Uint8Array>()
  const hashes = entries.map((entry) => leafHash(P, entry))
  for (const { level, n, width, data } of await newTiles(P, 0, hashes, async () => new Uint8Array(0))) {
    files.set(tilePath(level, n, width), data)
    tiles.set(`${level}/${n}`, data)
  }
  const readTile: ReadTile = async (level, n, width) => {
    const data = tiles.get(`${level}/${n}`)
    if (data === undefined) throw new RangeError(`there is no tile ${level}/${n}`)
    return data.subarray(0, 32 * width)
  }
  return { files, readTile }
}
