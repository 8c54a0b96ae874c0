// Did everything happen in the order of the lifecycle? Compared by index in the log; nothing else is time here.
import { type Finding, finding, KINDS } from './finding.ts'
import type { TenderRecord } from './read.ts'

type Moment = { ko: string; en: string; from: number; to: number }

const moment = (ko: string, en: string, indexes: readonly (number | undefined)[]): Moment | null => {
  const known = indexes.filter((i): i is number => i !== undefined)
  return known.length === 0 ? null : { ko, en, from: Math.min(...known), to: Math.max(...known) }
}

/** Entries of which a tender has one: only the first counts, a second one is a deviation. */
const ONCE = [
  'tender.notice/1',
  'tender.closed/1',
  'opening.reveal/1',
  'scores.locked/1',
  'evaluation.result/1',
  'planned.price/1',
  'auction.begun/1',
  'auction.ended/1',
  'pool.committed/1',
  'committee.named/1',
  'award/1',
  'tender.failed/1',
  'tender.cancelled/1',
]

/** What may still come after a tender has failed or was cancelled: accounts of what happened, and keys already turned. */
const AFTER_THE_END = new Set([
  'approval/1',
  'incident/1',
  'late/1',
  'release/1',
  'clearing/1',
  'tender.failed/1',
  'tender.cancelled/1',
])

/**
 * Findings of `order`. That releases come after what they need is judged by `releases-…`, that listed leaves lie below the close
 * by `closing-list`; each deviation is named once.
 */
export function orderFindings(r: TenderRecord): Finding[] {
  const found: Finding[] = []
  const { technical, price } = r.openings
  const keysets = moment(
    '열쇠 묶음',
    'the keysets',
    // Where others took their place, what was sealed to the first ones lies between.
    r.replacement ? [r.firsts.get('tender.keyset/1')] : KINDS.map((k) => r.openings[k].keyset?.index),
  )
  // Rows of a list that is wrong in itself say nothing of when bids came.
  const listed = r.findings.some((f) => f.check === 'closing-list') ? [] : (r.closingList ?? [])
  const chain = [
    moment('공고', 'the notice', [r.notice?.index]),
    keysets,
    moment(
      '봉인 기록',
      'the sealed entries',
      listed.map(([index]) => index),
    ),
    moment('마감', 'the close', [r.closed?.index]),
    moment('봉인 공개', 'the reveal', [r.reveal?.index]),
    moment('기술 개봉 목록', 'the technical opening list', [technical.list?.index]),
    moment(
      '기술 개봉 결과',
      'the technical results',
      technical.results.map((x) => x.index),
    ),
    moment('기술 점수 확정', 'the locked scores', [r.firsts.get('scores.locked/1')]),
    moment('가격 개봉 목록', 'the price opening list', [price.list?.index]),
    moment(
      '가격 개봉 결과',
      'the price results',
      price.results.map((x) => x.index),
    ),
    moment('예정가격', 'the planned price', [r.planned?.index]),
    moment('역경매 예고', 'the announcement of the auction', [r.auction.begun?.index]),
    moment(
      '역경매 응찰',
      'the bids of the auction',
      r.auction.steps.map((x) => x.index),
    ),
    moment('역경매 종료', 'the end of the auction', [r.auction.ended?.index]),
    moment('순위', 'the ranking', [r.evaluation?.index]),
    moment(
      '적격심사',
      'the examinations',
      [...r.examinations, ...r.examined].map((x) => x.index),
    ),
    moment('추첨 예고', 'the announcement of the lot', [r.drawNotice?.index]),
    moment('추첨', 'the lot', [r.draw?.index]),
    moment('낙찰', 'the award', [r.award?.index]),
  ].filter((m): m is Moment => m !== null)
  // A price key turned before the lock means that the list came before it, too: the release is what is wrong, and it is named there.
  const lock = r.firsts.get('scores.locked/1')
  const early = lock !== undefined && price.releases.some((x) => x.index < lock)
  for (const [i, later] of chain.entries()) {
    const before = chain[i - 1]
    if (!before || before.to < later.from) continue
    if (early && before.from === lock) continue
    found.push(
      finding(
        'order',
        `로그의 순서가 바뀌었습니다: ‘${before.ko}’ 다음이어야 할 ‘${later.ko}’ 기록이 먼저 있습니다.`,
        `In the log ${later.en} came before ${before.en}.`,
      ),
    )
  }
  for (const typ of ONCE) {
    const again = r.entries.filter((e) => e.leaf.typ === typ)[1]
    if (again) {
      found.push(
        finding(
          'order',
          `같은 기록(${typ})이 또 있습니다(${again.index}번). 처음 것만 유효합니다.`,
          `There is a second ${typ} at entry ${again.index}; only the first counts.`,
        ),
      )
    }
  }
  for (const [typ, again] of [
    ['draw.notice/1', r.ties.notices[1]],
    ['draw.result/1', r.ties.results[1]],
  ] as const) {
    if (!again) continue
    found.push(
      finding(
        'order',
        `같은 기록(${typ})이 또 있습니다(${again.index}번). 처음 것만 유효합니다.`,
        `There is a second ${typ} at entry ${again.index}; only the first counts.`,
      ),
    )
  }
  for (const { index } of r.amendments) {
    if (index > (r.closed?.index ?? Infinity)) {
      found.push(
        finding(
          'order',
          `마감 뒤에 공고가 바뀌었습니다(${index}번). 효력이 없습니다.`,
          `Entry ${index} amends the tender after its close; it moves nothing.`,
        ),
      )
    }
  }
  // Where the notice says what two persons decide, `second-person` speaks of approvals.
  for (const { index, payload } of r.notice?.payload.twoPersons ? [] : r.approvals) {
    const of = r.entries.find((e) => e.leaf.typ === payload.act && e.leaf.h === payload.h && e.index < index)
    if (of && payload.proposedBy !== payload.approvedBy) continue
    found.push(
      finding(
        'order',
        of ? `${index}번 승인을 제안한 사람 혼자 했습니다.` : `${index}번 승인에 맞는 행위가 기록에 없습니다.`,
        of
          ? `Entry ${index}: one person alone proposed and approved.`
          : `Entry ${index} approves what is not in the log.`,
      ),
    )
  }
  const end = Math.min(r.firsts.get('tender.failed/1') ?? Infinity, r.firsts.get('tender.cancelled/1') ?? Infinity)
  const after = r.entries.find((e) => e.index > end && !AFTER_THE_END.has(e.leaf.typ))
  if (after) {
    found.push(
      finding(
        'order',
        `끝난 입찰에 기록(${after.leaf.typ})이 더해졌습니다(${after.index}번).`,
        `Entry ${after.index} (${after.leaf.typ}) came after the tender had ended.`,
      ),
    )
  }
  return found
}
