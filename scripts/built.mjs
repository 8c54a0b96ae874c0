// Where do things stand that are made from sources, and are they still of those sources?
// Each build stands in a folder of its own, <out>/<hash of its sources>; the file <out>/current names the newest one.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './install.mjs'

/** Earlier builds that may still be in use by a server that is starting. */
const KEPT = 3

/** The files under a path, itself if it is one, in order of their names; none whose name begins with a dot. */
export function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => filesIn(join(path, name)))
    .sort()
}

/** One hash over the names and bytes of everything that a thing is made of. */
function hashOf(sources, salt) {
  const hash = createHash('sha256').update(`${salt}\n`)
  for (const file of sources.flatMap((path) => filesIn(join(ROOT, path)))) {
    const bytes = readFileSync(file)
    hash.update(`${relative(ROOT, file)} ${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex').slice(0, 16)
}

function removeOlder(out, current) {
  const builds = readdirSync(out)
    .filter((name) => /^[0-9a-f]{16}(\.part-\d+)?$/.test(name) && name !== current)
    .map((name) => ({ name, at: statSync(join(out, name)).mtimeMs }))
    .sort((a, b) => b.at - a.at)
  for (const { name } of builds.slice(KEPT)) rmSync(join(out, name), { recursive: true, force: true })
}

function pointTo(out, hash) {
  const draft = join(out, `current.${process.pid}`)
  writeFileSync(draft, `${hash}\n`)
  renameSync(draft, join(out, 'current'))
}

/** Waits while another process makes the same build; a lock that is older than two minutes belonged to a killed one. */
async function whileLocked(lock, work) {
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0
      if (age > 120_000) rmSync(lock, { recursive: true, force: true })
      else await sleep(200)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

/**
 * Makes a thing from its sources unless it is there, and answers with its folder. `make` fills the folder that it is given; one
 * that fails or is killed leaves nothing that counts. `beforeMaking` is called when it takes a while. `salt` is what else the
 * result depends on.
 */
export async function built({ out, sources, salt = '', make, beforeMaking = () => {} }) {
  const hash = hashOf(sources, salt)
  const folder = join(out, hash)
  mkdirSync(out, { recursive: true })
  if (!existsSync(folder)) {
    beforeMaking()
    await whileLocked(`${folder}.lock`, async () => {
      if (existsSync(folder)) return
      const part = `${folder}.part-${process.pid}`
      try {
        await make(part)
        renameSync(part, folder)
      } finally {
        rmSync(part, { recursive: true, force: true })
      }
    })
  }
  pointTo(out, hash)
  removeOlder(out, hash)
  return folder
}
