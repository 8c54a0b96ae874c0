// What is in the memory of a running process, all its threads together? Read as a debugger reads it, while the process is held still.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import type { Canaries } from './canaries.ts'

/** Small, as much of what a process has is empty and is passed over by the chunk. */
const CHUNK = 128 * 1024
/** Longer than any dress of a secret that is looked for, so that none is missed between two chunks. */
const OVERLAP = 2048

/** Regions that can be read and that are not a file's own bytes: heaps, stacks, and what was written over mapped files. */
function regionsOf(pid: number): { from: number; to: number; of: string }[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [range = '', may = '', , , , of = ''] = line.split(/\s+/)
      const [from = 0, to = 0] = range.split('-').map((part) => Number.parseInt(part, 16))
      const fileOnly = of.startsWith('/') && may[1] !== 'w'
      return may[0] !== 'r' || fileOnly || /^\[v(var|dso|syscall)/.test(of) ? [] : [{ from, to, of }]
    })
}

/** May this process read that one's memory here? Where there is no such file, or a policy forbids it, the answer is the reason. */
export function whyNotReadable(pid: number): string | null {
  try {
    const file = openSync(`/proc/${pid}/mem`, 'r')
    try {
      const [first] = regionsOf(pid)
      if (!first) return 'it shows no region'
      readSync(file, Buffer.alloc(1), 0, 1, first.from)
      return null
    } finally {
      closeSync(file)
    }
  } catch (error) {
    return (error as Error).message
  }
}

export type Searched = { found: string[]; bytes: number }

/** Looks for the secrets in all of the process's memory; answers what was found and how many bytes were not empty. */
export function searchMemory(pid: number, secrets: Canaries): Searched {
  const found = new Set<string>()
  const chunk = Buffer.alloc(CHUNK)
  let bytes = 0
  const file = openSync(`/proc/${pid}/mem`, 'r')
  // A collector must not carry what is looked for from what is still to be read to what was read already.
  process.kill(pid, 'SIGSTOP')
  try {
    for (const { from, to } of regionsOf(pid)) {
      for (let at = from; at < to; at += CHUNK - OVERLAP) {
        const read = readPart(file, chunk, at, Math.min(CHUNK, to - at))
        const part = chunk.subarray(0, read)
        if (isEmpty(part)) continue
        bytes += read
        for (const name of secrets.in(part)) found.add(name)
      }
    }
  } finally {
    process.kill(pid, 'SIGCONT')
    closeSync(file)
  }
  return { found: [...found].sort(), bytes }
}

const NOTHING = Buffer.alloc(CHUNK)
const isEmpty = (part: Buffer): boolean => part.equals(NOTHING.subarray(0, part.length))

/** Reads as much as there is; pages that the kernel does not give are left out. */
function readPart(file: number, into: Buffer, at: number, length: number): number {
  let read = 0
  while (read < length) {
    let got = 0
    try {
      got = readSync(file, into, read, length - read, at + read)
    } catch (error) {
      if (!['EIO', 'EFAULT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
    if (got === 0) break
    read += got
  }
  return read
}
