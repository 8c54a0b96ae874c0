// May the seeds of a bid be sealed again, and are they its seeds? Only to keysets that an overseer ordered in the log, whatever the server's page says.
import { type ByKind, sealAgain } from '../../src/domain/bids/prepare.ts'
import { KINDS } from '../../src/domain/record/finding.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import { fromB64u, utf8 } from '../../src/proof/bytes.ts'
import type { Signer } from '../../src/proof/jws.ts'
import type { Keyset } from '../../src/proof/keyset.ts'
import type { Primitives } from '../../src/proof/primitives.ts'
import { openWithSeed } from '../../src/proof/seal.ts'
import type { Doubt, LogFollower } from './follower.ts'

type Bid = {
  no: string
  org: string
  seeds: ByKind<string>
  envelopes: ByKind<string>
}

const doubt = (check: string, ko: string, en: string): Doubt => ({ check, says: { ko, en } })

/** Checks whose findings speak against handing a seed to anybody. */
const MUST_HOLD = new Set(['notice', 'keys', 'keysets', 'signatures'])

/** Who ordered it, and who would keep the new keys, by the log alone: a bidder sees whom the secret of the bid would be entrusted to. */
export type LoggedOrder = { by: string; custodians: string[]; t: number; n: number }

export async function loggedOrder(P: Primitives, log: LogFollower, no: string): Promise<LoggedOrder | null> {
  const { rekeys } = await readRecord(P, log.entries, log.payload, no)
  const last = rekeys.price ?? rekeys.technical
  const keyset = last?.opening.keyset?.keyset
  if (!last || !keyset) return null
  return { by: last.incident.leaf.org, custodians: keyset.custodians.map(({ id }) => id), t: keyset.t, n: keyset.n }
}

/** Every reason against it, or the signed answer with what was sealed. The log must have been followed. */
export async function sealSeedsAgain(
  P: Primitives,
  log: LogFollower,
  signer: Signer,
  { no, org, seeds, envelopes }: Bid,
): Promise<
  { ok: true; jws: string; envelopes: { technical?: string; price?: string } } | { ok: false; doubts: Doubt[] }
> {
  const record = await readRecord(P, log.entries, log.payload, no)
  const doubts: Doubt[] = record.findings.filter(({ check }) => MUST_HOLD.has(check))
  const keysets: { technical?: Keyset; price?: Keyset } = {}
  for (const kind of KINDS) {
    const again = record.rekeys[kind]?.opening.keyset
    const keyset = record.openings[kind].keyset
    if (!again || !keyset) continue
    keysets[kind] = again.keyset
    const opened = await openWithSeed(P, keyset.keyset, utf8(envelopes[kind] ?? ''), fromB64u(seeds[kind] ?? ''))
    if (opened.state === 'valid') continue
    const ko = '저장된 비밀값이 제출한 봉투의 것이 아닙니다.'
    doubts.push(doubt('seed', ko, 'The secret that was kept is not that of the envelope that was handed in.'))
  }
  if (!keysets.technical && !keysets.price) {
    const ko = '다시 봉인하라는 명령이 로그에 없습니다.'
    doubts.push(doubt('keysets', ko, 'The log holds no order to seal again.'))
  }
  if (doubts.length > 0) return { ok: false, doubts }
  return { ok: true, ...(await sealAgain(P, signer, { tender: no, bidder: org, keysets, seeds })) }
}
