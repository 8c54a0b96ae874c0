// How does an act enter the log? One door: an outbox row in the act's own transaction.
import { type SQL, sql } from 'drizzle-orm'
import { logOutbox, logPayload } from '../../../db/schema/log.ts'
import { secondsZ } from '../../domain/kit/time.ts'
import { b64u, utf8 } from '../../proof/bytes.ts'
import { canonical, type Json } from '../../proof/canonical.ts'
import { openLeaf, sealedLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import type { Work } from '../db.ts'

export type OpenEntry = {
  /** Type as it stands in the leaf. */
  typ: string
  /** Organisation that acted; '-' for the clock. */
  org: string
  /** Tender number; '-' where none is concerned. */
  ref: string
  /** Key that signed the payload, or the account; '-' for the clock. */
  by: string
  /** A compact JWS, or the payload to be written in canonical JSON. */
  payload: string | { [member: string]: Json }
}

/**
 * Appends a public entry. Its leaf's time is the transaction's reading of the database clock, cut to the second.
 * Answers the SHA-256 of the payload bytes. The entry has its index within one tick of the sequencer after COMMIT, and
 * does not exist if the transaction is rolled back.
 */
export async function append(P: Primitives, work: Work, entry: OpenEntry): Promise<Uint8Array> {
  const bytes = utf8(typeof entry.payload === 'string' ? entry.payload : canonical(entry.payload))
  const hash = P.sha256(bytes)
  const leaf = openLeaf({
    typ: entry.typ,
    at: secondsZ(work.now.date.getTime()),
    org: entry.org,
    ref: entry.ref,
    by: entry.by,
    h: b64u(hash),
  })
  await work.tx.insert(logPayload).values({ hash, bytes }).onConflictDoNothing()
  await work.tx.insert(logOutbox).values({
    kind: 'open',
    typ: entry.typ,
    leaf,
    tender: entry.ref === '-' ? null : entry.ref,
    payloadHash: hash,
  })
  return hash
}

/**
 * The statement that appends blinded entries, for acts that write all their rows in one. A leaf shows the commitment alone: neither
 * tender nor kind of act can be read from it.
 */
export function sealedEntries(acts: readonly { tender: string | null; c: string }[]): SQL {
  const leaves = acts.map(({ c }) => Buffer.from(sealedLeaf(c)))
  return sql`INSERT INTO log_outbox (kind, typ, leaf, tender, c) SELECT 'sealed', 'sealed/1', * FROM unnest(${sql.param(leaves)}::bytea[],
    ${sql.param(acts.map((a) => a.tender))}::text[], ${sql.param(acts.map((a) => a.c))}::text[])`
}

/** Appends a blinded entry: of a tender, on whose closing list it will stand, or of none. */
export async function appendSealed(work: Work, tender: string | null, c: string): Promise<void> {
  await work.tx.execute(sealedEntries([{ tender, c }]))
}

/**
 * Asks for the closing entry of a tender. The caller holds the tender's row lock, so every bid that was acknowledged has its
 * outbox row before this one; the sequencer numbers those first and then writes list, payload and leaf together.
 */
export async function appendClose(work: Work, tender: string): Promise<void> {
  await work.tx.insert(logOutbox).values({ kind: 'close', typ: 'tender.closed/1', tender })
}
