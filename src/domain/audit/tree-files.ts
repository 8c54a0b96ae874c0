// Which files is a log of these entries? Bundles and tiles, computed: they follow from the entries, and the checkpoint says whether rightly.
import { utf8 } from '../../proof/bytes.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { shardFolder } from '../../proof/shards.ts'
import { bundleOf, newTiles, type ReadTile, TILE_WIDTH, tilePath } from '../../proof/tiles.ts'
import { leafHash } from '../../proof/tree.ts'
import { logsOf, type PublicRecord } from './public-record.ts'

export type TreeFiles = {
  /** By path below the address of the log: `tile/entries/000.p/7`, `tile/0/000.p/7`, … */
  files: Map<string, Uint8Array>
  /** Reads the tiles that are among the files. */
  readTile: ReadTile
}

/** Files of every log of a chain, by path below the address of the first, with its checkpoint. `logs` are in order, each with its tiles. */
export async function chainFiles(
  P: Primitives,
  record: Pick<PublicRecord, 'note' | 'earlier' | 'entries'>,
): Promise<{
  files: Map<string, Uint8Array>
  logs: { before: number; size: number; note: string; readTile: ReadTile }[]
}> {
  const files = new Map<string, Uint8Array>()
  const logs: { before: number; size: number; note: string; readTile: ReadTile }[] = []
  const chain = logsOf(record)
  for (const [at, { origin, before }] of chain.entries()) {
    const entries = record.entries.slice(before, chain[at + 1]?.before ?? record.entries.length)
    const { files: own, readTile } = await treeFiles(P, entries)
    const folder = shardFolder(chain[0]?.origin ?? origin, origin)
    const note = record.earlier[at]?.note ?? (record.note as string)
    for (const [path, bytes] of own) files.set(folder + path, bytes)
    files.set(`${folder}checkpoint`, utf8(note))
    logs.push({ before, size: entries.length, note, readTile })
  }
  return { files, logs }
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
