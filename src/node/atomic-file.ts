// How is a small file written so that a crash leaves the old bytes or the new ones, and how does one process keep a folder to itself?
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** The steps of one write, in order. A test that throws at a step leaves the disk as a kill at that step would. */
export type WriteStep = 'start' | 'opened' | 'half-written' | 'written' | 'synced' | 'renamed' | 'folder-synced'

/** Something at the path is not what a keeper puts there: a symbolic link, a folder in place of a file, a folder that is not one. */
export class UnsafePath extends Error {}

/** Another live process holds the folder. */
export class FolderHeld extends Error {}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code

/** fsync of a folder: only then does a rename or a new name in it outlive a power cut. */
function syncFolder(dir: string): void {
  const fd = openSync(dir, constants.O_RDONLY)
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** True when nothing is there, false for a plain file; anything else (a link above all) is refused, never followed. */
function absent(path: string): boolean {
  try {
    if (!lstatSync(path).isFile()) throw new UnsafePath(`${path} is not a plain file`)
    return false
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    throw error
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done)
}

/**
 * Replaces the whole file, durably: temporary file beside it, fsync, rename, fsync of the folder. When it returns, the new
 * bytes survive kill -9 and a power cut; when it throws, the old bytes are still there, or (if only the last fsync failed) the
 * new ones: read the file to know. Mode 0600 unless told. Refuses to replace a symbolic link (UnsafePath).
 * One process at a time may write a given file: hold the folder (`holdFolder`) first.
 * `durable: false` leaves out the fsyncs, for what is written every second and may be lost in a power cut.
 */
export function writeFileAtomic(
  path: string,
  data: Uint8Array | string,
  options: { mode?: number; durable?: boolean; step?: (step: WriteStep) => void } = {},
): void {
  const step = options.step ?? (() => {})
  const durable = options.durable ?? true
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
  step('start')
  absent(path)
  const temp = `${path}.tmp`
  // A fixed name: a kill in the middle leaves one stray file, which the next write takes away, not a pile of them.
  if (!absent(temp)) unlinkSync(temp)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const fd = openSync(temp, flags, options.mode ?? 0o600)
  try {
    step('opened')
    writeAll(fd, bytes.subarray(0, bytes.length >> 1))
    step('half-written')
    writeAll(fd, bytes.subarray(bytes.length >> 1))
    step('written')
    if (durable) fsyncSync(fd)
    step('synced')
  } finally {
    closeSync(fd)
  }
  renameSync(temp, path)
  step('renamed')
  if (durable) syncFolder(dirname(path))
  step('folder-synced')
}

/**
 * Appends and fsyncs. A crash in the middle may leave a part of `data` at the end: the reader must know the length it may trust
 * (a state file says it) or be able to see a torn last line. Creates the file with mode 0600; refuses links.
 */
export function appendDurably(path: string, data: Uint8Array | string): void {
  const isNew = absent(path)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW
  const fd = openSync(path, flags, 0o600)
  try {
    writeAll(fd, typeof data === 'string' ? Buffer.from(data, 'utf8') : data)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  if (isNew) syncFolder(dirname(path))
}

/** The bytes of a plain file, null when there is none. Refuses links and anything that is no plain file (UnsafePath). */
export function readFileIfThere(path: string): Uint8Array | null {
  let fd: number
  try {
    // O_NONBLOCK: a FIFO put there by somebody must not make us wait for ever.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    if (codeOf(error) === 'ELOOP') throw new UnsafePath(`${path} is a symbolic link`)
    throw error
  }
  try {
    if (!fstatSync(fd).isFile()) throw new UnsafePath(`${path} is not a plain file`)
    return new Uint8Array(readFileSync(fd))
  } finally {
    closeSync(fd)
  }
}

/** Makes the folder if need be, for its owner only (0700). Refuses a symbolic link in its place (UnsafePath). */
export function privateFolder(dir: string): void {
  const made = mkdirSync(dir, { recursive: true, mode: 0o700 })
  const is = lstatSync(dir)
  if (!is.isDirectory()) throw new UnsafePath(`${dir} is not a folder of its own`)
  if ((is.mode & 0o077) !== 0) chmodSync(dir, 0o700)
  if (made !== undefined) for (const top of new Set([dirname(dir), dirname(made)])) syncFolder(top)
}

/**
 * What tells one life of a process number from the next: the kernel's boot id and the process's start time. Where /proc does not
 * exist the number alone must do. Null: no such process (a zombie holds nothing any more and counts as gone).
 */
function lifeOf(pid: number): string | null {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return null
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold anything, so count from its end: state is the 1st field after it, start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return null
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19] ?? ''}`
  } catch {
    return 'unknown'
  }
}

const LOCK = /^lock\.(\d{1,12})$/

function newestLock(dir: string): number {
  return readdirSync(dir).reduce((max, name) => Math.max(max, Number(LOCK.exec(name)?.[1] ?? 0)), 0)
}

function heldBy(path: string): number | null {
  const bytes = readFileIfThere(path)
  if (!bytes) return null
  try {
    const { pid, life } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { pid: number; life: string }
    if (!Number.isSafeInteger(pid) || pid < 1) return null
    const now = lifeOf(pid)
    return now !== null && (now === life || now === 'unknown' || life === 'unknown') ? pid : null
  } catch {
    return null
  }
}

/**
 * Keeps a folder for this process alone until `release()` or its death, kill -9 included: the lock names a process and its start
 * time, so that a lock whose process is gone is taken over. Throws FolderHeld when a live process (or this one) holds it.
 *
 * Locks are numbered. One that is found stale is never removed and made anew (two starters could each remove the other's); the
 * next number is made exclusively instead, and older numbers go only when a newer one stands, so the newest always decides.
 */
export function holdFolder(dir: string): { release(): void } {
  privateFolder(dir)
  const temp = join(dir, `lock.tmp.${process.pid}`)
  writeFileAtomic(temp, JSON.stringify({ pid: process.pid, life: lifeOf(process.pid) }))
  try {
    for (;;) {
      const newest = newestLock(dir)
      if (newest > 0) {
        const path = join(dir, `lock.${newest}`)
        const pid = heldBy(path)
        if (pid !== null) throw new FolderHeld(`${dir} is held by the live process ${pid}`)
        // Gone between listing and reading: a newer one stands by now.
        if (newestLock(dir) !== newest) continue
      }
      const mine = join(dir, `lock.${newest + 1}`)
      try {
        linkSync(temp, mine)
      } catch (error) {
        if (codeOf(error) === 'EEXIST') continue
        throw error
      }
      if (newestLock(dir) !== newest + 1) {
        unlinkSync(mine)
        continue
      }
      for (const name of readdirSync(dir))
        if (Number(LOCK.exec(name)?.[1] ?? Infinity) <= newest) unlinkIfThere(join(dir, name))
      // A released lock stays as a file that names nobody: the newest number must never vanish.
      return { release: () => writeFileAtomic(mine, JSON.stringify({ pid: 0, life: 'released' })) }
    }
  } finally {
    unlinkIfThere(temp)
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
