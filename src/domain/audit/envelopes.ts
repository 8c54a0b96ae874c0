// What was in the opened envelopes? Opened again from the released shares, sealed again byte for byte, and held against the record.
import type { Bid, BidAttachment } from '../../proof/bid.ts'
import { b64u, fromB64u, hex } from '../../proof/bytes.ts'
import type { JsonObject } from '../../proof/canonical.ts'
import { provenShares } from '../../proof/clearing.ts'
import { readEnvelope } from '../../proof/envelope.ts'
import type { Keyset } from '../../proof/keyset.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { seedIn } from '../../proof/rekey.ts'
import { ageIdentity, checkBid, noShareFits, openEnvelope, openWithSeed } from '../../proof/seal.ts'
import { honestShare } from '../openings/honest-share.ts'
import type { Contribution } from '../openings/labels.ts'
import { type Entry, type FetchPayload, inParallel } from '../record/entry.ts'
import { brief, type Finding, finding, type Kind } from '../record/finding.ts'
import { keyInForce } from '../record/keyring.ts'
import { type Release, type ResultRow, sameJson } from '../record/payloads.ts'
import type { TenderRecord } from '../record/read.ts'
import { letterOf, NOT_SEALED_AGAIN, OTHER_SEED } from '../record/rekey.ts'
import type { Act } from '../record/reveal.ts'

/** One envelope as this audit finds it. `waiting`: the released shares do not open it yet. */
export type Found =
  | {
      eid: string
      bidder: string
      state: 'valid'
      body: JsonObject
      rnd: string
      picks?: [number, number]
      /** The files that the bid names, and the age identity that opens them; absent where it names none. */
      files?: { identity: string; att: BidAttachment[] }
    }
  | { eid: string; bidder: string; state: 'malformed'; reason: string }
  | { eid: string; bidder: string; state: 'waiting' }

export interface OpenedKind {
  found: Found[]
  /** Custodians whose released share is not the one they were sent, by id, with the envelopes that prove it. */
  liars: Map<string, string[]>
  /** Custodians that proved, for every envelope that no shares opened, that they released what they had been sent. */
  cleared: Set<string>
  findings: Finding[]
}

/**
 * Opens every envelope of the kind's opening list again and compares with the logged results. Empty when nothing is listed yet.
 * Findings are of `envelopes-<kind>`; a convicted custodian is one unless the log names it in an incident.
 */
export async function openAgain(P: Primitives, r: TenderRecord, kind: Kind, fetch: FetchPayload): Promise<OpenedKind> {
  const { keyset, list, good, results } = r.openings[kind]
  const findings: Finding[] = []
  const say = (ko: string, en: string) => findings.push(finding(`envelopes-${kind}`, ko, en))
  const liars = new Map<string, string[]>()
  const cleared = new Set<string>()
  if (!keyset || !list) return { found: [], liars, cleared, findings }
  const ownerOf = new Map(r.submissions.map((a) => [a[kind], a]))

  const open = async (eid: string): Promise<Found | null> => {
    const owner = ownerOf.get(eid)
    // Of no submission that counts: the opening list is what is wrong, and says so.
    if (!owner) return null
    const bytes = await fetch(hex(fromB64u(eid)))
    if (bytes === null || b64u(P.sha256(bytes)) !== eid) {
      say(
        `${brief(owner.bidder)}의 봉투 파일이 ${bytes === null ? '공개되어 있지 않습니다' : '지문과 다릅니다'}.`,
        `The envelope of ${brief(owner.bidder)} ${bytes === null ? 'is not published' : 'is not the file that was sealed'}.`,
      )
      return null
    }
    const shares = sharesIn(good, eid)
    const { found, convicted } = r.rekeys[kind]
      ? { found: await judgeAgain(P, r, kind, owner, bytes, fetch), convicted: [] }
      : await judge(P, r, kind, owner, bytes, shares)
    for (const x of convicted) {
      const id = keyset.keyset.custodians[x - 1]?.id ?? `x = ${x}`
      liars.set(id, [...(liars.get(id) ?? []), eid])
    }
    return found
  }
  const found = (await inParallel([...new Set(list.payload.eids)], 4, open)).filter((f): f is Found => f !== null)
  const foundOf = new Map(found.map((f) => [f.eid, f]))
  await judgeClearings(P, r, kind, fetch, { found, liars, cleared, findings })

  // Results come as envelopes open, which is not always the order of the list: one may wait for a further custodian.
  const listed = new Set(list.payload.eids)
  const answered = new Set<string>()
  for (const row of results) {
    if (!listed.has(row.eid) || answered.has(row.eid)) {
      say(
        `${row.index}번 결과의 봉투는 개봉 목록에 없거나 결과가 이미 있습니다.`,
        `Entry ${row.index} holds a result of an envelope that is not on the list, or that has one already.`,
      )
      continue
    }
    answered.add(row.eid)
    const f = foundOf.get(row.eid)
    if (f) compare(f, row, say)
  }
  const finished = r.firsts.has(kind === 'technical' ? 'scores.locked/1' : 'evaluation.result/1')
  if (finished && answered.size < listed.size) {
    say('개봉 결과가 빠진 봉투가 있습니다.', 'The result of a listed envelope is missing.')
  }
  if (results.length >= list.payload.eids.length) {
    for (const id of liars.keys()) {
      if (
        r.incidents.some((i) => i.payload.reasons.includes('custodian-convicted') && i.payload.facts.custodian === id)
      )
        continue
      say(
        `보관 기관(${id})이 거짓 열쇠 조각을 냈는데 사고로 기록되지 않았습니다.`,
        `Custodian ${id} released a false share, and no incident names it.`,
      )
    }
  }
  return { found, liars, cleared, findings }
}

/**
 * Judges what custodians proved about envelopes that no shares opened. Who released what was sent is cleared; who released another
 * share is convicted by its own proof; and an envelope that the proven shares open was not malformed at all.
 */
async function judgeClearings(
  P: Primitives,
  r: TenderRecord,
  kind: Kind,
  fetch: FetchPayload,
  { found, liars, cleared, findings }: OpenedKind,
): Promise<void> {
  const { keyset, good, clearings } = r.openings[kind]
  const shut = found.filter((f) => f.state === 'malformed' && keyset && f.reason === noShareFits(keyset.keyset))
  if (!keyset || shut.length === 0) return
  const proven = new Map<string, Map<number, Uint8Array | null>>()
  for (const { index, payload } of clearings) {
    const files = await Promise.all(payload.eids.map((eid) => fetch(hex(fromB64u(eid)))))
    const whole = files.filter((file): file is Uint8Array => file !== null)
    const sent = whole.length === files.length && (await provenShares(P, keyset.keyset, payload.x, whole, payload))
    if (!sent) {
      findings.push(
        finding(
          `envelopes-${kind}`,
          `${index}번 증명은 성립하지 않습니다.`,
          `The proof at entry ${index} does not hold: it clears nobody.`,
        ),
      )
      continue
    }
    for (const [i, eid] of payload.eids.entries()) {
      const of = proven.get(eid) ?? new Map<number, Uint8Array | null>()
      proven.set(eid, of.set(payload.x, sent[i] ?? null))
    }
  }
  const releasedBy = (x: number, eid: string): string | undefined =>
    good.find(({ payload }) => payload.x === x)?.payload.shares.find((s) => s.eid === eid)?.y
  for (const { id, x } of keyset.keyset.custodians) {
    const verdicts = shut.map(({ eid }) => {
      const sent = proven.get(eid)?.get(x)
      if (sent === undefined) return 'silent'
      return honestShare(sent, releasedBy(x, eid)) ? 'cleared' : 'convicted'
    })
    if (verdicts.every((v) => v === 'cleared')) cleared.add(id)
    for (const [i, f] of shut.entries()) {
      if (verdicts[i] === 'convicted') liars.set(id, [...(liars.get(id) ?? []), f.eid])
    }
  }
  for (const f of shut) {
    const owner = r.submissions.find((a) => a[kind] === f.eid)
    const bytes = await fetch(hex(fromB64u(f.eid)))
    if (!owner || !bytes) continue
    const shares = keyset.keyset.custodians.flatMap(({ x }) => {
      const released = releasedBy(x, f.eid)
      const y = proven.get(f.eid)?.get(x) ?? (released === undefined ? null : fromB64u(released))
      return y === null ? [] : [{ x, y }]
    })
    const again = await judge(P, r, kind, owner, bytes, shares)
    if (again.found.state !== 'valid') continue
    findings.push(
      finding(
        `envelopes-${kind}`,
        `${brief(f.bidder)}의 봉투는 보관 기관이 증명한 조각으로 열립니다. 무효가 아니었습니다.`,
        `The envelope of ${brief(f.bidder)} opens with the shares that custodians proved: it was not malformed.`,
      ),
    )
  }
}

/** What custodians released of one envelope. */
export const sharesIn = (good: readonly Entry<Release>[], eid: string): { x: number; y: Uint8Array }[] =>
  good.flatMap(({ payload }) => {
    const share = payload.shares.find((s) => s.eid === eid)
    return share ? [{ x: payload.x, y: fromB64u(share.y) }] : []
  })

/** Opens one envelope with the seed that its bidder sealed again; without one it is treated as withdrawn. */
export async function judgeAgain(
  P: Primitives,
  r: TenderRecord,
  kind: Kind,
  owner: Act,
  bytes: Uint8Array,
  fetch: FetchPayload,
): Promise<Found> {
  const { bidder } = owner
  const eid = owner[kind]
  const malformed = (reason: string): Found => ({ eid, bidder, state: 'malformed', reason })
  const rekeying = r.rekeys[kind]
  const again = rekeying?.opening
  const keyset = r.openings[kind].keyset
  if (!rekeying || !again?.keyset || !again.list || !keyset) return { eid, bidder, state: 'waiting' }
  const sealed = letterOf(rekeying, bidder, kind)
  if (!sealed) return malformed(NOT_SEALED_AGAIN)
  const file = await fetch(hex(fromB64u(sealed.eid)))
  if (file === null || b64u(P.sha256(file)) !== sealed.eid) return { eid, bidder, state: 'waiting' }
  const opened = await openEnvelope(P, again.keyset.keyset, file, sharesIn(again.good, sealed.eid))
  if (opened.state === 'waiting') return { eid, bidder, state: 'waiting' }
  const signer = keyInForce(r.ring.actors, bidder, sealed.letter.kid, sealed.letter.index)
  const seed = opened.state === 'valid' && signer ? await seedIn(P, opened.jws, signer.jwk) : null
  const inside = seed ? await openWithSeed(P, keyset.keyset, bytes, seed) : null
  if (inside?.state !== 'valid') return malformed(OTHER_SEED)
  const envelope = readEnvelope(P, bytes, keyset.keyset)
  if ('refused' in envelope) return malformed('the envelope has not the right form')
  const bidOf = { bidder, kc: envelope.kc, bidderKey: owner.key.jwk }
  const bid = await checkBid(P, keyset.keyset, inside.jws, bidOf)
  if (!bid.ok) return malformed(bid.reason)
  const { body, rnd, picks } = bid.bid
  const files = filesOf(P, keyset.keyset, inside.seed, bid.bid)
  return { eid, bidder, state: 'valid', body, rnd, ...(picks && { picks }), ...files }
}

const filesOf = (P: Primitives, keyset: Keyset, seed: Uint8Array, { att }: Bid) =>
  att.length === 0 ? {} : { files: { identity: ageIdentity(P, keyset, seed), att } }

/** Opens one envelope of a bid that counts with the shares given, and checks that its bidder signed it for this tender. */
export async function judge(
  P: Primitives,
  r: TenderRecord,
  kind: Kind,
  owner: Act,
  bytes: Uint8Array,
  shares: { x: number; y: Uint8Array }[],
): Promise<{ found: Found; convicted: number[] }> {
  const eid = owner[kind]
  const { bidder } = owner
  const keyset = r.openings[kind].keyset!.keyset
  const malformed = (reason: string, convicted: number[] = []) => ({
    found: { eid, bidder, state: 'malformed' as const, reason },
    convicted,
  })
  const opened = await openEnvelope(P, keyset, bytes, shares)
  if (opened.state === 'waiting') return { found: { eid, bidder, state: 'waiting' }, convicted: [] }
  if (opened.state === 'malformed') return malformed(opened.reason)
  const envelope = readEnvelope(P, bytes, keyset)
  if ('refused' in envelope) return malformed('the envelope has not the right form')
  const bid = await checkBid(P, keyset, opened.jws, { bidder, kc: envelope.kc, bidderKey: owner.key.jwk })
  if (!bid.ok) return malformed(bid.reason, opened.convicted)
  const { body, rnd, picks } = bid.bid
  const files = filesOf(P, keyset, opened.seed, bid.bid)
  const found: Found = { eid, bidder, state: 'valid', body, rnd, ...(picks && { picks }), ...files }
  return { found, convicted: opened.convicted }
}

/** Says in what the record's row differs from what the envelope was found to be; silent when they agree. */
export function compare(f: Found, row: ResultRow, say: (ko: string, en: string) => void) {
  const who = brief(f.bidder)
  if (row.bidder !== f.bidder) {
    say(`${who}의 봉투가 다른 이의 것으로 적혔습니다.`, `The envelope of ${who} is recorded as another bidder's.`)
  } else if (f.state === 'waiting') {
    say(
      `${who}의 봉투는 공개된 열쇠로 열리지 않는데 결과가 적혔습니다.`,
      `A result stands for the envelope of ${who}, which the released shares do not open.`,
    )
  } else if (row.state !== f.state) {
    say(
      `${who}의 봉투는 ${f.state === 'valid' ? '유효한데 무효로' : '무효인데 유효로'} 적혔습니다.`,
      `The envelope of ${who} is recorded as ${row.state}; opened again it is ${f.state}.`,
    )
  } else if ((row.state === 'valid') !== (row.reason === null)) {
    say(
      `${who}의 결과에 사유가 잘못 적혔습니다.`,
      `The result of ${who} has a reason where none belongs, or none where one does.`,
    )
  } else if (!sameJson(row.body, f.state === 'valid' ? f.body : null)) {
    say(`${who}의 봉투 내용이 다르게 적혔습니다.`, `The content of the envelope of ${who} is not what is recorded.`)
  } else if (!sameJson(row.picks ?? null, f.state === 'valid' ? (f.picks ?? null) : null)) {
    say(`${who}가 고른 번호가 다르게 적혔습니다.`, `The numbers that ${who} picked are not those that are recorded.`)
  }
}

/** What the valid envelopes put into a draw. */
export const contributionsOf = (found: readonly Found[]): Contribution[] =>
  found.flatMap((f) => (f.state === 'valid' ? [{ eid: f.eid, rnd: f.rnd }] : []))
