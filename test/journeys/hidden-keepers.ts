// How is a process started that cannot read the keepers' folders, though it runs as the same user? In a mount namespace where they are empty.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tempDir } from '../support/processes.ts'

/** As root, or as anybody in a user namespace of one's own. */
const COMMANDS = [
  ['unshare', '-m'],
  ['unshare', '-r', '-m'],
]

/** Puts an empty folder over each keeper's, and the signer's socket alone back into its place, then becomes the program. */
const HIDE = `set -e
data="$1"; empty="$2"; shift 2
: > "$empty/signer/signer.sock"
mount --bind "$data/signer/signer.sock" "$empty/signer/signer.sock"
mount --rbind "$empty/signer" "$data/signer"
mkdir -p "$data/custodians"
mount --bind "$empty/custodians" "$data/custodians"
exec "$@"`

/** The command under which a program sees no keeper's files in this data folder; null, said aloud, where that is not allowed. */
export function hidingKeepers(dataDir: string): (() => string[]) | null {
  const unshare = COMMANDS.find(([program, ...args]) => spawnSync(program as string, [...args, 'true']).status === 0)
  if (!unshare) {
    console.warn('SKIPPED hidden keepers: this machine allows no mount namespace (unshare -m).')
    return null
  }
  return () => {
    const empty = tempDir('empty')
    for (const part of ['signer', 'custodians']) mkdirSync(join(empty, part))
    return [...unshare, 'sh', '-c', HIDE, 'sh', dataDir, empty]
  }
}
