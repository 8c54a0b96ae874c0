// What does a receipt prove? That the server took the bid, that it is in the log, and whether witnesses saw it there.
import { compareTimes } from '../../src/domain/kit/time.ts'
import { standingOnList } from '../../src/domain/record/dropped.ts'
import { receiptKeys } from '../../src/domain/record/keyring.ts'
import type { TenderRecord } from '../../src/domain/record/read.ts'
import { FormatError, fromB64u } from '../../src/proof/bytes.ts'
import { verifyJws } from '../../src/proof/jws.ts'
import { commitment, sealedLeaf } from '../../src/proof/leaf.ts'
import type { Primitives, PublicJwk } from '../../src/proof/primitives.ts'
import { readReceiptExtra, verifyTlogProof } from '../../src/proof/receipt.ts'
import type { Doubt, LogFollower } from './follower.ts'

export type ReceiptParts = {
  tender: string
  /** Commitment: the receipt number. */
  c: string
  /** The server's signed `received/1`. */
  received: string
  /** Text of the tlog-proof, null while there is none. */
  proof: string | null
  /** The bidder's own half, where this browser has it. */
  own: { salt: string; jws: string } | null
}

export type ReceiptVerdict = {
  doubts: Doubt[]
  /** Time in the server's signature. */
  receivedAt: string | null
  entered: { index: number; size: number } | null
  /** `none`: the policy asks for no witnesses yet. */
  witnessed: 'none' | { at: string } | null
  /** Where it stands once the tender is closed; `missing`: confirmed before the deadline, and in no place of the log below the close. */
  standing: 'open' | 'listed' | 'dropped' | 'late' | 'missing'
}

const doubt = (check: string, ko: string, en: string): Doubt => ({ check, says: { ko, en } })

async function signedBy(P: Primitives, jws: string, typ: string, keys: readonly PublicJwk[]) {
  for (const key of keys) {
    const read = await verifyJws(P, jws, key, typ)
    if (read) return read.payload
  }
  return null
}

/** Checks the three states of a receipt: received, entered, witnessed. `keys` are the server's receipt keys from the log. */
export async function judgeReceipt(
  P: Primitives,
  log: LogFollower,
  record: TenderRecord,
  parts: ReceiptParts,
): Promise<ReceiptVerdict> {
  const keys = receiptKeys(record.ring, record.size).map((key) => key.jwk)
  const doubts: Doubt[] = []
  const { tender, c, received, proof, own } = parts
  const said = await signedBy(P, received, 'received/1', keys)
  if (!said || said.c !== c || said.tender !== tender) {
    doubts.push(
      doubt('received', '접수 확인의 서명이 맞지 않습니다.', 'The server’s signature on the receipt does not verify.'),
    )
  }
  if (own && commitment(P, fromB64u(own.salt), own.jws) !== c) {
    doubts.push(
      doubt('received', '접수 번호가 보낸 제출서의 것이 아닙니다.', 'The receipt number is not that of what was sent.'),
    )
  }
  const verdict: ReceiptVerdict = {
    doubts,
    receivedAt: said && typeof said.at === 'string' ? said.at : null,
    entered: null,
    witnessed: null,
    standing: 'open',
  }
  if (proof === null) {
    verdict.standing = unproven(record, c, verdict.receivedAt)
    return verdict
  }
  const proven = await verifyTlogProof(P, proof, sealedLeaf(c), log.policy)
  if ('refused' in proven) {
    doubts.push(
      doubt('entered', `포함 증명이 맞지 않습니다: ${proven.says}`, `The proof does not verify: ${proven.says}`),
    )
    return verdict
  }
  const place = log.placeOf(proven.origin, proven.index)
  verdict.entered = { index: place, size: place - proven.index + proven.size }
  const { quorum } = proven
  verdict.witnessed = quorum.none
    ? 'none'
    : quorum.time === null
      ? null
      : { at: new Date(quorum.time * 1000).toISOString() }
  verdict.standing = standingOnList(record, c, place)
  if (proven.extra) doubts.push(...extraDoubts(P, proven.extra, c))
  return verdict
}

/** What is confirmed and in no place of the log: nothing to say while the tender is open, or when it came late; else it is missing. */
function unproven(record: TenderRecord, c: string, receivedAt: string | null): ReceiptVerdict['standing'] {
  const { closed, closingList, deadline } = record
  if (!closed || !closingList || receivedAt === null || deadline === null) return 'open'
  if (closingList.some(([, commitment]) => commitment === c)) return 'listed'
  return compareTimes(receivedAt, deadline) < 0 ? 'missing' : 'late'
}

/** The half that the server keeps for its bidder must make the same entry. */
function extraDoubts(P: Primitives, extra: Uint8Array, c: string): Doubt[] {
  try {
    const { salt, jws } = readReceiptExtra(extra)
    if (commitment(P, fromB64u(salt), jws) === c) return []
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
  return [
    doubt('entered', '증명에 든 제출서가 이 기록의 것이 아닙니다.', 'The statement in the proof is not of this entry.'),
  ]
}

/** Was this refusal signed by the server? Answers the reasons that it signed. */
export async function judgeRefusal(P: Primitives, keys: readonly PublicJwk[], refused: string): Promise<boolean> {
  return (await signedBy(P, refused, 'refused/1', keys)) !== null
}
