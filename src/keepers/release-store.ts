// What has this custodian released, byte for byte? A release is on disk before anybody sees it, and binds for ever.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { privateFolder, readFileIfThere, type WriteStep, writeFileAtomic } from '../node/atomic-file.ts'
import { b64u, FormatError, fromUtf8, utf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, type JsonObject, parseJson } from '../proof/canonical.ts'
import { readJws, type Signer, signJws } from '../proof/jws.ts'
import type { Primitives } from '../proof/primitives.ts'

export type StoredRelease = {
  readonly tender: string
  /** b64u of the keyset's hash. */
  readonly ks: string
  /** Our opening key in that keyset; null when the release was found in the log, not made here. */
  readonly kid: string | null
  /** b64u of the hash of the opening list's payload. */
  readonly list: string
  readonly eids: readonly string[]
  /** The signed release/1, compact: exactly these characters are posted as long as the key that signed them is in force. */
  readonly jws: string
  /** The whole note whose hash the release names; null when the release was found in the log. */
  readonly note: string | null
}

const MEMBERS = ['eids', 'jws', 'kid', 'ks', 'list', 'note', 'tender', 'typ']

function readRelease(file: string, bytes: Uint8Array): StoredRelease {
  const kept = parseJson(fromUtf8(bytes), { bytes: 64 * 1024 * 1024 })
  if (!hasMembers(kept, MEMBERS) || kept.typ !== 'stored.release/1')
    throw new FormatError(`${file} is not a stored release`)
  const { tender, ks, kid, list, eids, jws, note } = kept
  const texts = [tender, ks, list, jws].every((text) => typeof text === 'string')
  const known = [kid, note].every((text) => text === null || typeof text === 'string')
  if (!texts || !known || !Array.isArray(eids) || !eids.every((eid) => typeof eid === 'string')) {
    throw new FormatError(`${file} is not a stored release`)
  }
  return { tender, ks, kid, list, eids, jws, note } as StoredRelease
}

/** The releases in the custodian's folder. */
export class ReleaseStore {
  private readonly P: Primitives
  private readonly dir: string
  private readonly step: ((step: WriteStep) => void) | undefined
  private readonly releases: StoredRelease[]

  /** @param step for fault tests: called at each step of a release's write */
  constructor(P: Primitives, dir: string, step?: (step: WriteStep) => void) {
    this.P = P
    this.dir = join(dir, 'releases')
    this.step = step
    privateFolder(this.dir)
    const names = readdirSync(this.dir).filter((name) => name.endsWith('.json'))
    this.releases = names
      .sort()
      .map((name) => readRelease(name, readFileIfThere(join(this.dir, name)) ?? new Uint8Array()))
  }

  all(): readonly StoredRelease[] {
    return this.releases
  }

  /** The release over exactly this list, to be sent again as it is. */
  over(list: string): StoredRelease | null {
    return this.releases.find((release) => release.list === list) ?? null
  }

  /** A release of another list that this list would contradict: over the same keyset, or over one of the same envelopes. */
  contradicts(ks: string, list: string, eids: readonly string[]): StoredRelease | null {
    const asked = new Set(eids)
    return (
      this.releases.find((kept) => kept.list !== list && (kept.ks === ks || kept.eids.some((eid) => asked.has(eid)))) ??
      null
    )
  }

  /** Keeps a release durably; only after this returns may it be posted. Throws when it contradicts one that is kept (a bug). */
  keep(release: StoredRelease): void {
    const before = this.over(release.list) ?? this.contradicts(release.ks, release.list, release.eids)
    if (before) throw new Error(`a release over list ${before.list} is kept already`)
    // One file a keyset: a second list over the same keyset would have nowhere to go.
    const text = canonical({ typ: 'stored.release/1', ...release, eids: [...release.eids] })
    writeFileAtomic(join(this.dir, `${release.ks}.json`), text, this.step ? { step: this.step } : {})
    this.releases.push(release)
  }

  /** Signs releases that the log does not have with the key that took the place of the one that signed them: nothing else changes. */
  async signAgain(signer: Signer, logged: ReadonlySet<string>): Promise<void> {
    for (const [i, release] of this.releases.entries()) {
      const { header, payload } = readJws(release.jws)
      if (header.kid === signer.kid || logged.has(this.hashOf(release))) continue
      const jws = await signJws(this.P, signer, payload as JsonObject & { typ: string })
      const again = { ...release, jws }
      const text = canonical({ typ: 'stored.release/1', ...again, eids: [...again.eids] })
      writeFileAtomic(join(this.dir, `${release.ks}.json`), text, this.step ? { step: this.step } : {})
      this.releases[i] = again
    }
  }

  /** Content address of a release in the log. */
  hashOf(release: StoredRelease): string {
    return b64u(this.P.sha256(utf8(release.jws)))
  }
}
