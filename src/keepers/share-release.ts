// What exactly does a custodian release? Its share of each listed envelope, signed once, over one list and one checkpoint.
import { inParallel } from '../domain/record/entry.ts'
import { b64u, fromB64u, hex, utf8 } from '../proof/bytes.ts'
import type { LogSource } from '../proof/follow.ts'
import { signJws } from '../proof/jws.ts'
import type { Keyset } from '../proof/keyset.ts'
import type { Primitives } from '../proof/primitives.ts'
import { decryptShare, readEnvelope } from '../proof/seal.ts'
import type { Identity } from './custodian-identity.ts'
import { because, type Refusal } from './refusals.ts'

export type ReleasedShare = { eid: string; y: string }

const LANES = 16

/**
 * What is released for a share that its maker spoiled (a share that does not decrypt, a point off the curve): 32 zero bytes. The list
 * must be answered whole, or one spoiled envelope would hold up all the others. Nobody is wronged: such an envelope cannot be sealed
 * again to the same bytes, so it is malformed whatever else is released, and a malformed envelope convicts nobody.
 */
const SPOILED = b64u(new Uint8Array(32))

/**
 * (f) The custodian's share of every listed envelope, in list order, or every reason why not. An envelope that is not served, has
 * other bytes than its id, or that the server ought to have refused at the door (another keyset, another key or number in a share's
 * header) is a reason; a share that only its maker can have spoiled is not.
 */
export async function sharesFor(
  P: Primitives,
  source: LogSource,
  keyset: Keyset,
  eids: readonly string[],
  own: { x: number; scalar: Uint8Array },
): Promise<{ shares: ReleasedShare[] } | { refused: Refusal[] }> {
  const answers = await inParallel(eids, LANES, async (eid): Promise<ReleasedShare | Refusal[]> => {
    const bytes = await source.get(`payload/${hex(fromB64u(eid))}`)
    if (bytes === null) return [because('envelope-missing', `envelope ${eid} is not served`)]
    if (b64u(P.sha256(bytes)) !== eid)
      return [because('envelope-wrong', `what is served as envelope ${eid} has another hash`)]
    const envelope = readEnvelope(P, bytes, keyset)
    if ('refused' in envelope) {
      return envelope.refused.map(({ code, says }) => because('envelope-wrong', `envelope ${eid}: ${code}: ${says}`))
    }
    const share = await decryptShare(P, keyset, bytes, own.x, own.scalar)
    return { eid, y: 'y' in share ? b64u(share.y) : SPOILED }
  })
  const refused = answers.filter((answer) => Array.isArray(answer)).flat()
  if (refused.length > 0) return { refused }
  return { shares: answers.filter((answer): answer is ReleasedShare => !Array.isArray(answer)) }
}

/**
 * Signs the release/1. `list` is the hash of the opening list's payload, `note` the checkpoint (the whole note, every signature
 * line) that covers both the close and the list.
 */
export function signRelease(
  P: Primitives,
  identity: Identity,
  release: { ks: string; x: number; list: string; note: string; shares: ReleasedShare[] },
): Promise<string> {
  const { ks, x, list, note, shares } = release
  const checkpoint = b64u(P.sha256(utf8(note)))
  return signJws(P, identity.signer, { typ: 'release/1', ks, x, list, checkpoint, shares })
}
