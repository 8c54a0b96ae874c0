// As whom does a program run that refuses to run as root (PostgreSQL does)?

import { spawnSync } from 'node:child_process'

/** Somebody a child process can be started as: `spawn(file, args, { uid, gid })`. */
export interface ServiceUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** There is no user to run as, and none could be made. The message says what to do. */
export class NoServiceUser extends Error {
  override name = 'NoServiceUser'
}

function lookUp(name: string): ServiceUser | null {
  const number = (flag: string) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
    return status === 0 && /^\d+\n?$/.test(stdout) ? Number(stdout) : null
  }
  const uid = number('-u')
  const gid = number('-g')
  return uid === null || gid === null || uid === 0 ? null : { name, uid, gid }
}

/**
 * The user for child processes when this process is root, else null (they run as whoever we are). An existing `postgres` or
 * `madang` is taken; only when there is neither is a system user made, which is said aloud because it changes the machine.
 * @throws NoServiceUser
 */
export function serviceUser(say: (line: string) => void): ServiceUser | null {
  if (process.getuid?.() !== 0) return null
  const known = lookUp('postgres') ?? lookUp('madang')
  if (known) return known
  const made = spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'madang'], {
    encoding: 'utf8',
  })
  const user = lookUp('madang')
  if (!user)
    throw new NoServiceUser(
      `PostgreSQL does not run as root, and no user could be made for it (useradd: ${made.error?.message ?? made.stderr.trim()}). ` +
        'Start as an ordinary user, make a user named madang, or set DATABASE_URL.',
    )
  say('made the system user "madang", because PostgreSQL does not run as root (useradd --system madang)')
  return user
}

/** Can that user pass through this folder, or execute this file? The kernel is asked, so that modes, groups and ACLs all count. */
export function canReach(user: ServiceUser, path: string): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
    env: {},
  })
  return status === 0
}
