// Where is a log read from? An address or a folder with the same paths; both answer null for what is not there.
import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogSource } from '../proof/follow.ts'

/** The place cannot be read at all: no answer, a refusal, too much of it. Not the same as "there is no such file", which is null. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

export interface HttpOptions {
  /** For one request with its body, milliseconds; 10,000 unless told. */
  timeoutMs?: number
  /** Waits for a busy server's Retry-After at most this long, milliseconds; 10,000 unless told. */
  patienceMs?: number
}

const MiB = 1024 * 1024
/** More than this of one file is not read: no honest log has it. */
const LIMITS: readonly [prefix: string, bytes: number][] = [
  ['tile/entries/', 17 * MiB],
  ['tile/', 8192],
  ['payload/', 64 * MiB],
  ['', MiB],
]
const limitOf = (path: string): number =>
  LIMITS.find(([prefix]) => path.replace(/^\d{4}\//, '').startsWith(prefix))?.[1] ?? MiB

/** Paths are made by us from numbers and hashes; anything else is a bug, and must not wander about somebody's disk. */
const PATH =
  /^(policy|covering\/(0|[1-9]\d{0,14})|payload\/[0-9a-f]{64}|([1-9]\d{3}\/)?(checkpoint|tile\/(entries|\d{1,2})\/[0-9x/]+(\.p\/\d{1,3})?))$/

function insistPath(path: string): void {
  if (!PATH.test(path)) throw new RangeError(`not a path of a log: ${path.slice(0, 80)}`)
}

async function body(response: Response, path: string, url: string): Promise<Uint8Array> {
  const limit = limitOf(path)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > limit) throw new Unreachable(`${url} is longer than ${limit} bytes`)
    chunks.push(chunk)
  }
  const out = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}

const reasonOf = (e: unknown): string => {
  if (!(e instanceof Error)) return String(e)
  const cause = e.cause instanceof Error ? e.cause : null
  if (e.name === 'TimeoutError') return 'no answer in time'
  return (cause && 'code' in cause ? String(cause.code) : cause?.message) || e.message
}

async function getOnce(
  url: string,
  path: string,
  options: HttpOptions,
): Promise<Uint8Array | null | { waitMs: number }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(options.timeoutMs ?? 10_000) })
    if (response.ok) return await body(response, path, url)
    await response.body?.cancel()
    if (response.status === 404 || response.status === 410) return null
    if (response.status === 429 || response.status === 503) {
      const asked = Number(response.headers.get('retry-after') ?? '1')
      return {
        waitMs: Math.min((Number.isFinite(asked) && asked > 0 ? asked : 1) * 1000, options.patienceMs ?? 10_000),
      }
    }
    throw new Unreachable(`${url} answered ${response.status}`)
  } catch (e) {
    if (e instanceof Unreachable) throw e
    throw new Unreachable(`${url} cannot be reached: ${reasonOf(e)}`)
  }
}

const TRIES = 4

/** A log at an address. `base` is the folder of `checkpoint`, with or without a slash at its end: "http://localhost:3000/log". */
export function httpLogSource(base: string, options: HttpOptions = {}): LogSource {
  const root = base.endsWith('/') ? base : `${base}/`
  return {
    async get(path) {
      insistPath(path)
      const url = root + path
      for (let left = TRIES; left > 0; left--) {
        const got = await getOnce(url, path, options)
        if (got === null || got instanceof Uint8Array) return got
        if (left > 1) await sleep(got.waitMs)
      }
      throw new Unreachable(`${url} is too busy to answer`)
    },
  }
}

/** A log in a folder, for instance one that `madang export` saved. `dir` is the folder of `checkpoint`. */
export function folderLogSource(dir: string): LogSource {
  return {
    async get(path) {
      insistPath(path)
      const file = join(dir, ...path.split('/'))
      try {
        // O_NONBLOCK: a FIFO put there by somebody must not make us wait for ever.
        const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
        try {
          const is = await handle.stat()
          if (!is.isFile()) throw new Unreachable(`${file} is not a plain file`)
          if (is.size > limitOf(path)) throw new Unreachable(`${file} is longer than ${limitOf(path)} bytes`)
          return new Uint8Array(await handle.readFile())
        } finally {
          await handle.close()
        }
      } catch (e) {
        const code = (e as NodeJS.ErrnoException).code
        if (code === 'ENOENT' || code === 'ENOTDIR') return null
        if (e instanceof Unreachable) throw e
        throw new Unreachable(`${file} cannot be read: ${code ?? reasonOf(e)}`)
      }
    },
  }
}

/**
 * Opens the log at what a person typed: a service's address or a folder, each with the log at its `log/` or right there.
 * Throws Unreachable when there is no checkpoint in either place.
 */
export async function openLogSource(place: string, options: HttpOptions = {}): Promise<LogSource> {
  const isUrl = /^https?:\/\//i.test(place)
  if (isUrl && !URL.canParse(place)) throw new Unreachable(`${place} is not an address`)
  const base = place.replace(/\/+$/, '')
  const bases = /\/log$/.test(base) ? [base, `${base}/log`] : [`${base}/log`, base]
  if (!isUrl && !(await stat(place).catch(() => null))?.isDirectory()) {
    throw new Unreachable(`there is no folder ${place}`)
  }
  for (const at of bases) {
    const source = isUrl ? httpLogSource(at, options) : folderLogSource(at)
    if ((await source.get('checkpoint')) !== null) return source
  }
  throw new Unreachable(`there is no log at ${place}: neither log/checkpoint nor checkpoint is there`)
}
