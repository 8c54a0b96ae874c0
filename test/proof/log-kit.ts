// What do the tests of the log share? A small log in memory with its signer and three witnesses, all with known keys.
import { utf8 } from '../../src/proof/bytes.ts'
import type { LogSource } from '../../src/proof/follow.ts'
import { commitment, sealedLeaf } from '../../src/proof/leaf.ts'
import { checkpointText, cosign, signNote, vkeyOf, WITNESS_KEY } from '../../src/proof/note.ts'
import type { Primitives } from '../../src/proof/primitives.ts'
import { bundleOf, tilePath } from '../../src/proof/tiles.ts'
import { leafHash, rootOf } from '../../src/proof/tree.ts'

export const ORIGIN = 'log.example/log'
export const WITNESSES = ['w1.example', 'w2.example', 'w3.example'] as const
/** When the first witness cosigns; the others one and two seconds later. */
export const TIME = 1_800_000_000

const seedOf = (P: Primitives, name: string) => P.sha256(utf8(name))
export const vkey = (P: Primitives, name: string, type?: number) =>
  vkeyOf(P, name, P.ed25519PublicKey(seedOf(P, name)), type)

/** The text of a policy with three witnesses, `rule` being its last lines. */
export function policyText(P: Primitives, rule = 'group two 2 w1 w2 w3\nquorum two'): string {
  const witnesses = WITNESSES.map((name, i) => `witness w${i + 1} ${vkey(P, name, WITNESS_KEY)}`)
  return [`log ${vkey(P, ORIGIN)}`, ...witnesses, rule, ''].join('\n')
}

/** Entries that differ by index and name. */
export function entriesTo(P: Primitives, size: number, name = 'entry'): Uint8Array[] {
  return Array.from({ length: size }, (_, i) => sealedLeaf(commitment(P, seedOf(P, `${name} ${i}`), 'cover')))
}

/** A note over these entries, signed by the log and cosigned by the first `witnesses`. */
export async function noteOf(
  P: Primitives,
  entries: readonly Uint8Array[],
  witnesses = 3,
  origin: string = ORIGIN,
): Promise<string> {
  const root = rootOf(
    P,
    entries.map((entry) => leafHash(P, entry)),
  )
  const text = checkpointText({ origin, size: entries.length, root })
  let note = await signNote(P, origin, seedOf(P, origin), text)
  for (const [i, name] of WITNESSES.slice(0, witnesses).entries())
    note += await cosign(P, name, seedOf(P, name), text, TIME + i)
  return note
}

/** A log served from memory: entries in bundles and a note, both exchangeable for wrong ones. */
export function served(entries: readonly Uint8Array[], note: string): LogSource & { files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>([['checkpoint', utf8(note)]])
  for (let n = 0; n * 256 < entries.length; n++) {
    const part = entries.slice(n * 256, (n + 1) * 256)
    files.set(tilePath('entries', n, part.length), bundleOf(part))
  }
  return { files, get: async (path) => files.get(path) ?? null }
}
