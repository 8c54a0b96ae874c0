// Which opening keys has this custodian made, offered and used up? One fresh P-256 key a tender and kind of envelope, made ahead in batches.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { privateFolder, readFileIfThere, writeFileAtomic } from '../node/atomic-file.ts'
import { b64u, FormatError, fromB64u, fromUtf8, utf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, type Json, type JsonObject, parseJson } from '../proof/canonical.ts'
import { readJws, type Signer, signJws } from '../proof/jws.ts'
import { isScalar, type Primitives, type PublicJwk, thumbprint } from '../proof/primitives.ts'
import { freshScalar } from './custodian-identity.ts'

/** Keys in one `custodian.prekeys/1`. */
export const BATCH = 40
/** A new batch is offered when fewer unused keys than this stand in the log. */
export const LOW = 20

/** A batch as it lies on disk: the private keys (null once destroyed) and the signed offer of their public halves. */
type Batch = { file: string; jws: string; keys: { kid: string; scalar: Uint8Array | null }[] }

/** Content address of an offer, as its leaf in the log carries it. */
const offerHash = (P: Primitives, jws: string): string => b64u(P.sha256(utf8(jws)))

function readBatch(file: string, bytes: Uint8Array): Batch {
  const kept = parseJson(fromUtf8(bytes))
  if (!hasMembers(kept, ['jws', 'keys', 'typ']) || kept.typ !== 'prekey.batch/1' || typeof kept.jws !== 'string') {
    throw new FormatError(`${file} is not a batch of opening keys`)
  }
  if (!Array.isArray(kept.keys)) throw new FormatError(`${file} holds no keys`)
  const keys = kept.keys.map((key) => {
    if (!hasMembers(key, ['kid', 'scalar']) || typeof key.kid !== 'string')
      throw new FormatError(`${file} holds no keys`)
    const scalar = typeof key.scalar === 'string' ? fromB64u(key.scalar) : null
    if (scalar !== null && !isScalar(scalar)) throw new FormatError(`${file} holds a key that is no P-256 scalar`)
    return { kid: key.kid, scalar }
  })
  return { file, jws: kept.jws, keys }
}

/** The custodian's opening keys. Private halves never leave the folder; each is on disk before its public half is offered. */
export class PrekeyStock {
  private readonly P: Primitives
  private readonly dir: string
  private readonly batches: Batch[]

  constructor(P: Primitives, dir: string) {
    this.P = P
    this.dir = join(dir, 'prekeys')
    privateFolder(this.dir)
    const names = readdirSync(this.dir).filter((name) => /^batch-\d+\.json$/.test(name))
    this.batches = names.sort().map((name) => {
      const file = join(this.dir, name)
      return readBatch(file, readFileIfThere(file) ?? new Uint8Array())
    })
  }

  /** The private half of a key that this custodian offered; null when it never had it or has destroyed it. */
  scalarOf(kid: string): Uint8Array | null {
    for (const batch of this.batches) for (const key of batch.keys) if (key.kid === kid) return key.scalar
    return null
  }

  /** Keys that may still be put into a keyset: offered in the log, private half at hand, in no keyset of the log. */
  unused(logged: ReadonlySet<string>, usedKids: ReadonlySet<string>): number {
    return this.batches
      .filter((batch) => logged.has(offerHash(this.P, batch.jws)))
      .reduce((n, batch) => n + batch.keys.filter((key) => key.scalar !== null && !usedKids.has(key.kid)).length, 0)
  }

  /**
   * The offer to post now, or null. One that the log does not show yet is posted again, byte for byte, and no second one is made
   * while it is missing; otherwise a new batch is made (durably, before it is offered) when fewer than LOW unused keys are left.
   *
   * @param logged `h` of every `custodian.prekeys/1` leaf of this custodian
   * @param usedKids every kid in every keyset of the log
   */
  async offer(
    signer: Signer,
    custodian: string,
    logged: ReadonlySet<string>,
    usedKids: ReadonlySet<string>,
  ): Promise<string | null> {
    const missing = this.batches.find((batch) => !logged.has(offerHash(this.P, batch.jws)))
    if (missing && readJws(missing.jws).header.kid !== signer.kid) {
      // The identity changed while the offer was on its way: the same keys, signed by the key that is in force now.
      missing.jws = await signJws(this.P, signer, readJws(missing.jws).payload as JsonObject & { typ: string })
      this.save(missing)
    }
    if (missing) return missing.jws
    if (this.unused(logged, usedKids) >= LOW) return null
    const made = Array.from({ length: BATCH }, () => {
      const scalar = freshScalar(this.P)
      const jwk: PublicJwk = this.P.p256PublicKey(scalar)
      return { kid: thumbprint(this.P, jwk), jwk, scalar }
    })
    const keys: Json = made.map(({ kid, jwk }) => ({ kid, jwk }))
    const jws = await signJws(this.P, signer, { typ: 'custodian.prekeys/1', custodian, keys })
    const file = join(this.dir, `batch-${String(this.batches.length + 1).padStart(5, '0')}.json`)
    const batch = { file, jws, keys: made.map(({ kid, scalar }) => ({ kid, scalar })) }
    this.save(batch)
    this.batches.push(batch)
    return jws
  }

  /** Destroys private halves for good; who steals the folder later opens nothing with them. Answers how many there were. */
  destroy(kids: ReadonlySet<string>): number {
    let n = 0
    for (const batch of this.batches) {
      const gone = batch.keys.filter((key) => key.scalar !== null && kids.has(key.kid))
      if (gone.length === 0) continue
      for (const key of gone) {
        key.scalar?.fill(0)
        key.scalar = null
      }
      this.save(batch)
      n += gone.length
    }
    return n
  }

  private save(batch: Batch): void {
    const keys = batch.keys.map(({ kid, scalar }) => ({ kid, scalar: scalar && b64u(scalar) }))
    writeFileAtomic(batch.file, canonical({ typ: 'prekey.batch/1', jws: batch.jws, keys }))
  }
}
