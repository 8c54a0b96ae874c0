// What does a receipt prove, step by step, to somebody who has nothing but the file and a policy, or the log besides?
import { b64u, equal, FormatError, fromB64u, fromUtf8, utf8 } from '../../proof/bytes.ts'
import { canonical, hasMembers, type Json, parseJson } from '../../proof/canonical.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { commitment, readLeaf, sealedLeaf } from '../../proof/leaf.ts'
import type { Checkpoint } from '../../proof/note.ts'
import { type Policy, verifyCheckpoint } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { readReceiptExtra, readTlogProof, type TlogProof } from '../../proof/receipt.ts'
import { Compact, leafHash, verifyInclusion } from '../../proof/tree.ts'
import type { Words } from '../events.ts'
import { compareTimes, secondsZ } from '../kit/time.ts'
import { standingOnList } from '../record/dropped.ts'
import type { FetchPayload } from '../record/entry.ts'
import { receiptKeys } from '../record/keyring.ts'
import { readRecord } from '../record/read.ts'

export type StepName =
  | 'file'
  | 'signature'
  | 'witnesses'
  | 'entry'
  | 'inclusion'
  | 'received'
  | 'growth'
  | 'closing-list'

/** One step of the report; `not checkable` says what would be needed. */
export type ReceiptStep = { step: StepName; verdict: 'ok' | 'failed' | 'not checkable'; says: Words }

export type ReceiptReport = {
  steps: ReceiptStep[]
  /** Index in its log, once it is proven. */
  index: number | null
  /** When the quorum had seen it, seconds since 1970. */
  witnessed: number | null
}

/** The log as the reader followed it; null when the receipt is judged by itself. */
export type FollowedLog = {
  entries: readonly Uint8Array[]
  payload: FetchPayload
  /** The logs of the chain, oldest first, with the place of their first entry. */
  logs: readonly { origin: string; before: number }[]
} | null

const step = (name: StepName, verdict: ReceiptStep['verdict'], ko: string, en: string): ReceiptStep => ({
  step: name,
  verdict,
  says: { ko, en },
})

/** The proof in what somebody pasted: a tlog-proof, or the file that a bidder keeps, which holds one. */
function proofIn(text: string): { proof: TlogProof; own: { salt: string; jws: string; received: string } | null } {
  const trimmed = text.trimStart()
  if (!trimmed.startsWith('{')) return { proof: readTlogProof(trimmed), own: null }
  const file = parseJson(trimmed, { bytes: 16 * 1024 * 1024 })
  if (typeof file !== 'object' || file === null || Array.isArray(file) || file.format !== 'madang-receipt/1') {
    throw new FormatError('it is neither a tlog-proof nor a receipt file of this service')
  }
  const { proof, salt, submission, received } = file
  if (typeof proof !== 'string') {
    throw new FormatError('the file was saved before the entry was in the log: fetch the receipt again')
  }
  const texts = [salt, submission, received]
  const own = texts.every((one) => typeof one === 'string')
    ? { salt: salt as string, jws: submission as string, received: received as string }
    : null
  return { proof: readTlogProof(proof), own }
}

type Extra = { kind: 'sealed'; salt: string; jws: string; received: string } | { kind: 'open'; leaf: string } | null

function extraIn(proof: TlogProof, own: { salt: string; jws: string; received: string } | null): Extra {
  if (own) return { kind: 'sealed', ...own }
  if (proof.extra === undefined) return null
  const json: Json = parseJson(fromUtf8(proof.extra), { bytes: 4 * 1024 * 1024 })
  if (hasMembers(json, ['leaf']) && typeof json.leaf === 'string' && canonical(json) === fromUtf8(proof.extra)) {
    return { kind: 'open', leaf: json.leaf }
  }
  return { kind: 'sealed', ...readReceiptExtra(proof.extra) }
}

const message = (error: unknown): string => {
  if (error instanceof FormatError) return error.message
  throw error
}

/** Judges a receipt. Whatever was pasted, this answers; it rejects only when payloads cannot be fetched. */
export async function judgeReceiptFile(
  P: Primitives,
  text: string,
  policy: Policy,
  log: FollowedLog,
): Promise<ReceiptReport> {
  const steps: ReceiptStep[] = []
  const report = (index: number | null = null, witnessed: number | null = null) => ({ steps, index, witnessed })
  let proof: TlogProof
  let extra: Extra
  try {
    const found = proofIn(text)
    proof = found.proof
    extra = extraIn(proof, found.own)
  } catch (error) {
    const why = message(error)
    steps.push(
      step('file', 'failed', `접수증으로 읽을 수 없습니다: ${why}.`, `It cannot be read as a receipt: ${why}.`),
    )
    return report()
  }
  steps.push(
    step('file', 'ok', `로그 ${proof.index}번 기록의 접수증입니다.`, `A receipt for entry ${proof.index} of the log.`),
  )

  const signed = await verifyCheckpoint(P, policy, proof.note)
  if ('refused' in signed && signed.refused !== 'note.quorum') {
    steps.push(
      step(
        'signature',
        'failed',
        `로그의 서명이 맞지 않습니다: ${signed.says}.`,
        `The log's signature does not hold: ${signed.says}.`,
      ),
    )
    return report()
  }
  if ('refused' in signed) {
    steps.push(
      step('signature', 'ok', '로그가 서명한 체크포인트입니다.', 'The checkpoint is signed by the log.'),
      step(
        'witnesses',
        'failed',
        '정책이 요구하는 증인의 서명이 모자랍니다.',
        'The witnesses that the policy asks for have not all signed it.',
      ),
    )
    return report()
  }
  const { size, root, quorum, origin } = signed
  steps.push(
    step(
      'signature',
      'ok',
      `${origin} 로그가 기록 ${size}건에 서명했습니다.`,
      `The log ${origin} signed for ${size} entries.`,
    ),
  )
  const witnessed = quorum.time
  const at = witnessed === null ? '' : secondsZ(witnessed * 1000)
  steps.push(
    quorum.none
      ? step('witnesses', 'not checkable', '정책에 증인이 없습니다.', 'The policy names no witnesses.')
      : step(
          'witnesses',
          'ok',
          `증인 정족수가 ${at}까지 이 상태를 보았습니다.`,
          `The quorum of witnesses had seen this state by ${at}.`,
        ),
  )

  let leaf: Uint8Array
  try {
    if (extra === null) throw new FormatError('it carries neither the entry nor what it is made of')
    leaf = extra.kind === 'open' ? utf8(extra.leaf) : sealedLeaf(commitment(P, fromB64u(extra.salt), extra.jws))
    readLeaf(leaf)
  } catch (error) {
    const why = message(error)
    steps.push(
      extra === null
        ? step(
            'entry',
            'not checkable',
            `접수증에 기록이 들어 있지 않습니다.`,
            `The receipt does not hold the entry: ${why}.`,
          )
        : step('entry', 'failed', `기록을 다시 만들 수 없습니다: ${why}.`, `The entry cannot be made again: ${why}.`),
    )
    return report()
  }
  steps.push(
    extra?.kind === 'open'
      ? step(
          'entry',
          'ok',
          '접수증에 공개 기록이 그대로 들어 있습니다.',
          'The receipt holds the public entry as it stands.',
        )
      : step(
          'entry',
          'ok',
          '솔트와 서명된 제출서로 봉인 기록을 다시 만들었습니다.',
          'The sealed entry was made again from the salt and the signed statement.',
        ),
  )
  const included = verifyInclusion(P, {
    index: proof.index,
    size,
    leafHash: leafHash(P, leaf),
    root,
    proof: proof.proof,
  })
  steps.push(
    included
      ? step(
          'inclusion',
          'ok',
          `그 기록이 서명된 나무의 ${proof.index}번 자리에 있습니다.`,
          `That entry is in place ${proof.index} under the signed root.`,
        )
      : step(
          'inclusion',
          'failed',
          '증명이 이 기록에서 서명된 뿌리로 이어지지 않습니다.',
          'The proof does not lead from this entry to the signed root.',
        ),
  )
  if (!included) return report()
  if (extra?.kind === 'sealed') steps.push(...(await sealedSteps(P, extra, { origin, index: proof.index }, log)))
  steps.push(growthStep(P, log, { origin, size, root }))
  return report(proof.index, witnessed)
}

function growthStep(P: Primitives, log: FollowedLog, { origin, size, root }: Checkpoint): ReceiptStep {
  if (log === null) {
    return step(
      'growth',
      'not checkable',
      '오늘의 로그와 비교하려면 로그가 있어야 합니다.',
      'Comparing it with the log of today needs the log.',
    )
  }
  const at = log.logs.findIndex((one) => one.origin === origin)
  const { before } = log.logs[at] ?? { before: log.entries.length }
  const here = (log.logs[at + 1]?.before ?? log.entries.length) - before
  if (size > here) {
    return step(
      'growth',
      'failed',
      `접수증은 기록 ${size}건을 말하는데 지금 로그에는 ${here}건뿐입니다.`,
      `The receipt speaks of ${size} entries; the log has only ${here} now.`,
    )
  }
  const tree = new Compact(P)
  for (const entry of log.entries.slice(before, before + size)) tree.append(leafHash(P, entry))
  return equal(tree.root(), root)
    ? step(
        'growth',
        'ok',
        `오늘의 로그(${here}건)는 접수증의 로그가 그대로 자란 것입니다.`,
        `The log of today (${here} entries) is the receipt's log, grown and otherwise unchanged.`,
      )
    : step(
        'growth',
        'failed',
        '오늘의 로그는 접수증의 로그와 다른 역사입니다. 이 접수증이 그 증거입니다.',
        'The log of today is another history than the receipt’s. This receipt is the proof of it.',
      )
}

/** The server's signature on a bidder's act, and whether the act stands on its tender's closing list. */
async function sealedSteps(
  P: Primitives,
  { salt, jws, received }: { salt: string; jws: string; received: string },
  { origin, index }: { origin: string; index: number },
  log: FollowedLog,
): Promise<ReceiptStep[]> {
  const c = b64u(fromB64u(commitment(P, fromB64u(salt), jws)))
  let said: { [member: string]: Json }
  let refused = false
  let tender: string
  try {
    said = readJws(received).payload
    // A refusal is itself what was logged: the signature under it is that of the entry.
    refused = said.typ === 'refused/1' && received === jws
    if ((!refused && said.c !== c) || typeof said.at !== 'string' || typeof said.tender !== 'string') {
      throw new FormatError('it is about another entry')
    }
    tender = said.tender
  } catch (error) {
    const why = message(error)
    return [
      step(
        'received',
        'failed',
        `서버의 접수 확인이 맞지 않습니다: ${why}.`,
        `The server's confirmation does not fit: ${why}.`,
      ),
    ]
  }
  if (log === null) {
    return [
      step(
        'received',
        'not checkable',
        '서버의 서명을 확인하려면 로그에 공개된 열쇠가 있어야 합니다.',
        "The server's signature needs its key, which is in the log.",
      ),
    ]
  }
  const record = await readRecord(P, log.entries, log.payload, tender)
  const keys = receiptKeys(record.ring, record.size)
  let good = false
  for (const { jwk } of keys)
    good ||= (await verifyJws(P, received, jwk, refused ? 'refused/1' : 'received/1')) !== null
  const steps = [
    good
      ? step(
          'received',
          'ok',
          refused ? `서버가 ${said.at}에 거절했다고 서명했습니다.` : `서버가 ${said.at}에 받았다고 서명했습니다.`,
          `The server signed that it ${refused ? 'refused' : 'received'} this at ${said.at}.`,
        )
      : step(
          'received',
          'failed',
          '서버의 접수 확인 서명이 맞지 않습니다.',
          "The server's signature on the confirmation does not verify.",
        ),
  ]
  const { before } = log.logs.find((one) => one.origin === origin) ?? { before: 0 }
  const standing = standingOnList(record, c, before + index)
  const inTime = record.deadline === null || compareTimes(String(said.at), record.deadline) < 0
  if (standing === 'open') {
    steps.push(
      step(
        'closing-list',
        'not checkable',
        '아직 마감되지 않아 마감 목록이 없습니다.',
        'The tender is still open: there is no closing list yet.',
      ),
    )
  } else if (standing === 'listed') {
    steps.push(step('closing-list', 'ok', '마감 목록에 이 기록이 있습니다.', 'It stands on the closing list.'))
  } else if (standing === 'dropped' && inTime) {
    steps.push(
      step(
        'closing-list',
        'failed',
        '마감 전에 들어간 이 기록이 마감 목록에 없습니다. 이 접수증이 누락의 증거입니다. 개봉 전에 감독 기관에 내십시오.',
        'This entry was in the log before the close and is not on the closing list. This receipt proves that it was dropped: hand it to the regulator before the opening.',
      ),
    )
  } else {
    steps.push(
      step(
        'closing-list',
        'failed',
        '이 기록은 마감 뒤에 들어가 세지 않습니다.',
        'It entered the log after the close and does not count.',
      ),
    )
  }
  return steps
}
