// Which files do the opened bids of a tender name, by the public record alone, and what opens each?
import type { BidAttachment } from '../../proof/bid.ts'
import { readJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { blobsOf } from '../bids/files.ts'
import { KINDS, type Kind } from '../record/finding.ts'
import { readRecord } from '../record/read.ts'
import { openAgain } from './envelopes.ts'
import type { PublicRecord } from './public-record.ts'

export type RecordedFile = {
  eid: string
  kind: Kind
  bidder: string
  /** Its place in the bid's list, from 1. */
  n: number
  says: BidAttachment
  /** The age identity of the envelope. */
  identity: string
  /** The signed statement outside names it too: then the operator's receipt answers for it. */
  named: boolean
}

/**
 * Every file that an opened envelope names. Each envelope is opened again from the released shares, so that neither names, hashes
 * nor identities are anybody's word. Where no statement of any bidder names a file there is nothing that anybody answers for.
 */
export async function recordedFiles(P: Primitives, source: PublicRecord, tender: string): Promise<RecordedFile[]> {
  const record = await readRecord(P, source.entries, source.payload, tender)
  const blobsIn = (jws: string) => blobsOf(readJws(jws).payload) ?? []
  // Envelopes are opened again only where some statement names a file: opening is most of what a verification costs.
  if (record.submissions.every(({ jws }) => blobsIn(jws).length === 0)) return []
  const files: RecordedFile[] = []
  for (const kind of KINDS) {
    const { found } = await openAgain(P, record, kind, source.payload)
    for (const one of found) {
      if (one.state !== 'valid' || !one.files) continue
      const { eid, bidder } = one
      const act = record.submissions.find((submission) => submission[kind] === eid)
      const blobs = new Set((act ? blobsIn(act.jws) : []).map((blob) => blob.ct))
      for (const [i, says] of one.files.att.entries()) {
        files.push({ eid, kind, bidder, n: i + 1, says, identity: one.files.identity, named: blobs.has(says.ct) })
      }
    }
  }
  return files
}
