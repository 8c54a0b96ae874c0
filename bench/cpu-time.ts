// How much processor time has a process used, with all that it started? From /proc, so on Linux alone.
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second whatever its kernel's own tick. */
const TICKS_PER_SECOND = 100

type Stat = { parent: number; own: number; ended: number }

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold spaces; fields are counted from behind it (proc(5)).
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [parent, utime, stime, cutime, cstime] = [1, 11, 12, 13, 14].map((i) => fields[i] as number)
    return {
      parent: parent as number,
      own: (utime as number) + (stime as number),
      ended: (cutime as number) + (cstime as number),
    }
  } catch {
    return null
  }
}

/** Seconds of processor time of a process, of its children, and of its children that have ended; null where it cannot be known. */
export function cpuSecondsOf(pid: number): number | null {
  const root = statOf(pid)
  if (!root) return null
  const children = readdirSync('/proc').flatMap((name) => {
    const stat = /^[0-9]+$/.test(name) ? statOf(Number(name)) : null
    return stat?.parent === pid ? [stat.own] : []
  })
  return (root.own + root.ended + children.reduce((sum, own) => sum + own, 0)) / TICKS_PER_SECOND
}
