// How is the tree cut into files that any web server can serve? C2SP tlog-tiles: tiles of 256 hashes, bundles of 256 entries.
import { b64, bigEndian, concat, FormatError } from './bytes.ts'
import type { Primitives } from './primitives.ts'
import { Compact, emptyRoot, nodeHash, splitAt } from './tree.ts'

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256
const TILE_BITS = 8
const HASH = 32

/**
 * Where a tile is, under the address of the log.
 *
 * @param level 0 for leaf hashes, each level above 256 times fewer; `entries` for bundles
 * @param n number of the tile in its level
 * @param width hashes in it, 1…256; a full tile has no suffix
 * @example tilePath(1, 1234067, 5) // 'tile/1/x001/x234/067.p/5'
 */
export function tilePath(level: number | 'entries', n: number, width: number = TILE_WIDTH): string {
  const groups = [String(n % 1000).padStart(3, '0')]
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  }
  return `tile/${level}/${groups.join('/')}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

const TILE_PATH = /^tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/){0,5}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

/** What a tile's path names; throws {@link FormatError} unless {@link tilePath} would spell it so. */
export function readTilePath(path: string): { level: number | 'entries'; n: number; width: number } {
  const found = TILE_PATH.exec(path)
  if (found === null) throw new FormatError('not the path of a tile')
  const level = found[1] === 'entries' ? 'entries' : Number(found[1])
  const n = Number(found[2]!.replace(/[x/]/g, ''))
  const width = found[3] === undefined ? TILE_WIDTH : Number(found[3])
  if (!Number.isSafeInteger(n) || level === 64 || tilePath(level, n, width) !== path || width > TILE_WIDTH) {
    throw new FormatError('not the path of a tile')
  }
  return { level, n, width }
}

/** Gives the bytes of a tile: 32 · width. `width` is what the tree's size asks for; 256 means the full tile. */
export type ReadTile = (level: number, n: number, width: number) => Promise<Uint8Array>

/** Reads hashes of whole subtrees out of tiles, each tile once. */
class Tiles {
  private readonly P: Primitives
  private readonly size: number
  private readonly readTile: ReadTile
  private readonly kept = new Map<string, Uint8Array>()

  constructor(P: Primitives, size: number, readTile: ReadTile) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('a size is a whole number')
    this.P = P
    this.size = size
    this.readTile = readTile
  }

  private async tile(level: number, n: number): Promise<Uint8Array> {
    const key = `${level}/${n}`
    const known = this.kept.get(key)
    if (known !== undefined) return known
    const width = Math.min(Math.floor(this.size / TILE_WIDTH ** level) - n * TILE_WIDTH, TILE_WIDTH)
    const bytes = await this.readTile(level, n, width)
    if (bytes.length !== width * HASH)
      throw new FormatError(`tile ${tilePath(level, n, width)} is not of ${width} hashes`)
    this.kept.set(key, bytes)
    return bytes
  }

  /** Root of the subtree of 2^height entries that begins at `begin`; both are aligned. */
  private async subtree(begin: number, height: number): Promise<Uint8Array> {
    const level = Math.floor(height / TILE_BITS)
    const first = begin / TILE_WIDTH ** level
    const n = Math.floor(first / TILE_WIDTH)
    const bytes = await this.tile(level, n)
    const from = (first - n * TILE_WIDTH) * HASH
    let hashes: Uint8Array[] = []
    for (let i = 0; i < 2 ** (height % TILE_BITS); i++)
      hashes.push(bytes.subarray(from + i * HASH, from + (i + 1) * HASH))
    hashes = pairs(this.P, hashes)
    return hashes[0]!
  }

  /** Root over entries begin…end−1, where `begin` is a multiple of the largest power of two below the length. */
  async range(begin: number, end: number): Promise<Uint8Array> {
    const length = end - begin
    const k = length === 1 ? 1 : splitAt(length)
    if (length === 1 || length === 2 * k) return this.subtree(begin, Math.log2(length))
    return nodeHash(this.P, await this.range(begin, begin + k), await this.range(begin + k, end))
  }
}

/** Hashes pairs of a power of two of hashes until one is left. */
function pairs(P: Primitives, hashes: Uint8Array[]): Uint8Array[] {
  let row = hashes
  while (row.length > 1) {
    const next: Uint8Array[] = []
    for (let i = 0; i < row.length; i += 2) next.push(nodeHash(P, row[i]!, row[i + 1]!))
    row = next
  }
  return row
}

/** The root of the tree of `size` entries, from its tiles. Tiles prove nothing by themselves: compare it with a signed checkpoint. */
export async function rootFromTiles(P: Primitives, size: number, readTile: ReadTile): Promise<Uint8Array> {
  return size === 0 ? emptyRoot(P) : new Tiles(P, size, readTile).range(0, size)
}

/** The log of `size` entries as a follower keeps it, from its tiles. They prove nothing: compare its root with a signed one. */
export async function compactFromTiles(P: Primitives, size: number, readTile: ReadTile): Promise<Compact> {
  const tiles = new Tiles(P, size, readTile)
  const peaks: string[] = []
  let begin = 0
  for (let height = Math.floor(Math.log2(Math.max(size, 1))); begin < size; height--) {
    if (begin + 2 ** height > size) continue
    peaks.push(b64(await tiles.range(begin, begin + 2 ** height)))
    begin += 2 ** height
  }
  return new Compact(P, { size, peaks })
}

/** The inclusion proof of entry `index` in the tree of `size` entries, from its tiles. Throws RangeError when there is no such entry. */
export async function inclusionFromTiles(
  P: Primitives,
  index: number,
  size: number,
  readTile: ReadTile,
): Promise<Uint8Array[]> {
  const tiles = new Tiles(P, size, readTile)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such entry')
  const proof: Uint8Array[] = []
  let begin = 0
  let end = size
  while (end - begin > 1) {
    const middle = begin + splitAt(end - begin)
    if (index < middle) {
      proof.unshift(await tiles.range(middle, end))
      end = middle
    } else {
      proof.unshift(await tiles.range(begin, middle))
      begin = middle
    }
  }
  return proof
}

/** The proof that the tree of `size` entries continues that of the first `old`, from the tiles of `size`. Empty for 0 and for `size`. */
export async function consistencyFromTiles(
  P: Primitives,
  old: number,
  size: number,
  readTile: ReadTile,
): Promise<Uint8Array[]> {
  const tiles = new Tiles(P, size, readTile)
  if (!Number.isSafeInteger(old) || old < 0 || old > size) throw new RangeError('no such size')
  if (old === 0 || old === size) return []
  const proof: Uint8Array[] = []
  let begin = 0
  let end = size
  while (end !== old) {
    const middle = begin + splitAt(end - begin)
    if (old <= middle) {
      proof.unshift(await tiles.range(middle, end))
      end = middle
    } else {
      proof.unshift(await tiles.range(begin, middle))
      begin = middle
    }
  }
  if (begin > 0) proof.unshift(await tiles.range(begin, end))
  return proof
}

/** The bytes of a bundle: each entry after its length in two bytes. At most 256 entries of at most 65,535 bytes. */
export function bundleOf(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > TILE_WIDTH) throw new RangeError(`a bundle has at most ${TILE_WIDTH} entries`)
  for (const entry of entries) if (entry.length > 65_535) throw new RangeError('an entry has at most 65,535 bytes')
  return concat(...entries.flatMap((entry) => [bigEndian(entry.length, 2), entry]))
}

/** The entries of a bundle; throws {@link FormatError} when a length runs over the end or there are more than 256. */
export function readBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) throw new FormatError('a bundle ends inside a length')
    const end = at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!)
    if (end > bytes.length) throw new FormatError('a bundle ends inside an entry')
    if (entries.length === TILE_WIDTH) throw new FormatError(`a bundle has more than ${TILE_WIDTH} entries`)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}

export type Tile = { level: number; n: number; width: number; data: Uint8Array }

/**
 * The tiles of hashes that a log needs after appending: full ones, and for each level that changed the partial one of the new size.
 *
 * @param oldSize entries before
 * @param hashes leaf hashes of the new entries
 * @param readTile asked for the partial tiles of the old size that now grow
 */
export async function newTiles(
  P: Primitives,
  oldSize: number,
  hashes: readonly Uint8Array[],
  readTile: ReadTile,
): Promise<Tile[]> {
  const tiles: Tile[] = []
  let before = oldSize
  let added = hashes
  for (let level = 0; added.length > 0; level++) {
    const roots: Uint8Array[] = []
    let n = Math.floor(before / TILE_WIDTH)
    const begun = before % TILE_WIDTH
    let data = begun === 0 ? new Uint8Array(0) : await readTile(level, n, begun)
    if (data.length !== begun * HASH)
      throw new FormatError(`tile ${tilePath(level, n, begun)} is not of ${begun} hashes`)
    for (let at = 0; at < added.length; n++) {
      const room = TILE_WIDTH - data.length / HASH
      const part = added.slice(at, at + room)
      data = concat(data, ...part)
      at += part.length
      const width = data.length / HASH
      tiles.push({ level, n, width, data })
      if (width === TILE_WIDTH) {
        roots.push(
          pairs(
            P,
            Array.from({ length: TILE_WIDTH }, (_, i) => data.subarray(i * HASH, (i + 1) * HASH)),
          )[0]!,
        )
      }
      data = new Uint8Array(0)
    }
    before = Math.floor(before / TILE_WIDTH)
    added = roots
  }
  return tiles
}
