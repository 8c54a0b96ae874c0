// May a bid be sealed for this tender? Only to keysets that stand in the log as the rules want them, whatever the server's page says.

import type { ByKind } from '../../src/domain/bids/prepare.ts'
import { receiptKeys } from '../../src/domain/record/keyring.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import { hasTechnical } from '../../src/domain/tenders/procedure.ts'
import type { Keyset } from '../../src/proof/keyset.ts'
import type { Primitives, PublicJwk } from '../../src/proof/primitives.ts'
import type { Doubt, LogFollower } from './follower.ts'

export type Sealable = {
  /** Entries of the log that were followed. */
  size: number
  /** Those of the envelopes that this tender has. */
  keysets: ByKind<Keyset>
  ks: ByKind<string>
  /** The deadline in force by the log. */
  deadline: string
}

const doubt = (check: string, ko: string, en: string): Doubt => ({ check, says: { ko, en } })

/** Every reason against sealing, or the keysets to seal to. The log must have been followed. */
export async function checkForBidding(
  P: Primitives,
  log: LogFollower,
  no: string,
): Promise<{ ok: true; value: Sealable } | { ok: false; doubts: Doubt[] }> {
  const record = await readRecord(P, log.entries, log.payload, no)
  const doubts: Doubt[] = record.findings.map(({ check, says }) => ({ check, says }))
  const { technical, price } = record.openings
  if (!record.notice) {
    doubts.push(doubt('notice', '이 공고가 로그에 없습니다.', 'The log has no notice of this tender.'))
  }
  const both = record.notice === null || hasTechnical(record.notice.payload.rule)
  if (record.notice && ((both && !technical.keyset) || !price.keyset)) {
    doubts.push(doubt('keysets', '봉투의 열쇠 묶음이 로그에 없습니다.', 'The log lacks a keyset of this tender.'))
  }
  if (record.closed || record.failed || record.cancelled) {
    doubts.push(
      doubt('order', '로그에 따르면 입찰이 이미 끝났습니다.', 'By the log this tender takes no bids any more.'),
    )
  }
  if (doubts.length > 0 || !price.keyset || record.deadline === null) {
    return { ok: false, doubts }
  }
  return {
    ok: true,
    value: {
      size: record.size,
      keysets: { price: price.keyset.keyset, ...(both && technical.keyset && { technical: technical.keyset.keyset }) },
      ks: { price: price.keyset.ks, ...(both && technical.keyset && { technical: technical.keyset.ks }) },
      deadline: record.deadline,
    },
  }
}

/** The keys with which the server signs receipts, as the log has them for this tender. */
export async function receiptKeysOf(P: Primitives, log: LogFollower, no: string): Promise<PublicJwk[]> {
  const record = await readRecord(P, log.entries, log.payload, no)
  return receiptKeys(record.ring, record.size).map((key) => key.jwk)
}
