// Where do the sealed and opened files of bids lie on the disk, and when are their bytes safe there?
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { b64u, fromB64u, hex } from '../../proof/bytes.ts'

/** So much stays free for everything else that is on the same disk. */
const RESERVE = 256 * 1_048_576

/** There is no room for what comes. */
export class DiskFull extends Error {}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | null)?.code
const isFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes(codeOf(error) ?? '')

/** How the name of a file begins that is being brought back: longer than an upload's number, so that none has it. */
export const BACK = 'back-'

export type Placed = { id: string; tender: string; ct: string }

/** What comes in stands under the number of its upload; whole, under the hash of its bytes. All names are ours, none a stranger's. */
export const coming = ({ id }: Pick<Placed, 'id'>): string => join('coming', id)
export const sealed = ({ id, tender, ct }: Placed): string => join('sealed', tender, `${hex(fromB64u(ct))}.${id}`)
export const opened = (eid: string, n: number): string => join('opened', hex(fromB64u(eid)), String(n))

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Refuses what would leave less than the reserve. */
export async function insistRoom(dir: string, bytes: number): Promise<void> {
  await mkdir(join(dir, 'coming'), { recursive: true, mode: 0o700 })
  const { bavail, bsize } = await statfs(dir)
  if (bavail * bsize - bytes < RESERVE) throw new DiskFull('too little room is left')
}

/**
 * Writes pieces into the file from an offset on and answers how many bytes are safely on the disk: also when the pieces broke off
 * in the middle, or ran on beyond `most`. `end` says how it ended.
 */
export async function writeFrom(
  path: string,
  offset: number,
  most: number,
  pieces: AsyncIterable<Uint8Array>,
): Promise<{ written: number; end: 'whole' | 'broken off' | 'too long' | 'disk full' }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  // Neither truncated nor appended to: what an earlier request wrote and did not acknowledge is written over.
  const file = await open(path, 'r+').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return open(path, 'wx+', 0o600)
    throw error
  })
  let written = 0
  let end: 'whole' | 'broken off' | 'too long' | 'disk full' = 'whole'
  const next = pieces[Symbol.asyncIterator]()
  try {
    for (;;) {
      const got = await next.next().catch(() => null)
      if (got === null) end = 'broken off'
      if (got === null || got.done) break
      if (written + got.value.length > most) {
        end = 'too long'
        break
      }
      for (let done = 0; done < got.value.length; ) {
        const { bytesWritten } = await file.write(got.value, done, got.value.length - done, offset + written + done)
        done += bytesWritten
      }
      written += got.value.length
    }
    await file.sync()
  } catch (error) {
    if (!isFull(error)) throw error
    end = 'disk full'
    await file.sync().catch(() => {
      written = 0
    })
  } finally {
    await file.close()
  }
  // A sender whose connection is closed in the middle would not hear the answer: the rest is read off, into nothing.
  if (end === 'too long' || end === 'disk full') void readOff(next)
  return { written, end }
}

async function readOff(next: AsyncIterator<Uint8Array>): Promise<void> {
  for (let got = await next.next().catch(() => null); got && !got.done; got = await next.next().catch(() => null));
}

/** SHA-256 of what lies there, base64url; null when nothing does. Read from the disk, so that it is what others will read. */
export async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256')
  try {
    for await (const piece of createReadStream(path)) hash.update(piece as Buffer)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
  return b64u(hash.digest())
}

/** Moves a file to its place for good. When this returns it is there also after a power cut. */
export async function settle(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await rename(from, to)
  await syncFolder(dirname(to))
  await syncFolder(dirname(dirname(to)))
}

export const remove = (path: string): Promise<void> => rm(path, { force: true })

/** The file as a stream of bytes; null when there is none. */
export async function streamOf(path: string): Promise<ReadableStream<Uint8Array> | null> {
  if (!(await isThere(path))) return null
  return Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
}

export const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isFile() === true

/** A new file that takes pieces; `keep` makes it last under the name, anything else leaves nothing. */
export async function newFile(path: string) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  return {
    write: async (piece: Uint8Array) => {
      for (let done = 0; done < piece.length; ) done += (await file.write(piece, done)).bytesWritten
    },
    keep: async () => {
      await file.sync()
      await file.close()
      await settle(draft, path)
    },
    drop: async () => {
      await file.close().catch(() => {})
      await remove(draft)
    },
  }
}

/** Names of what is on its way. */
export const comingIn = (dir: string): Promise<string[]> => readdir(join(dir, 'coming')).catch(() => [])
