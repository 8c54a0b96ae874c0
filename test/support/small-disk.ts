// A disk that is full: a file system of a few pages in memory, of the test's own. Only root can mount one.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { tempDir } from './processes.ts'

const mount = (...args: string[]) => spawnSync('mount', args, { stdio: 'ignore' }).status === 0

export class SmallDisk {
  readonly dir: string
  constructor(dir: string) {
    this.dir = dir
  }

  /** Takes what room is left. */
  fill(): void {
    for (const size of [65_536, 4096, 512, 1]) {
      for (let n = 0; ; n++) {
        try {
          writeFileSync(join(this.dir, `filler-${size}-${n}`), new Uint8Array(size))
        } catch {
          break
        }
      }
    }
  }

  /** Gives the room back: `kb` kilobytes in all. */
  grow(kb: number): void {
    if (!mount('-o', `remount,size=${kb}k`, this.dir)) throw new Error('the disk does not grow')
  }
}

const disks: string[] = []
afterAll(() => {
  for (const dir of disks) {
    // Lazily: whoever was started on it may still be about to end.
    spawnSync('umount', ['--lazy', dir], { stdio: 'ignore' })
    rmSync(dir, { recursive: true, force: true })
  }
})

/** A disk of so many kilobytes, or null, said aloud, where none may be mounted. */
export function smallDisk(kb: number): SmallDisk | null {
  const dir = tempDir('disk')
  if (process.getuid?.() === 0 && mount('-t', 'tmpfs', '-o', `size=${kb}k`, 'tmpfs', dir)) {
    disks.push(dir)
    return new SmallDisk(dir)
  }
  console.log('no small disk can be mounted here: tests of a full one are not run')
  return null
}
