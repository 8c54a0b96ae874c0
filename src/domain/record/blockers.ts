// Why may no key turn yet for an opening list? What every custodian finds out for itself from the log before it releases a share.
import { type CheckName, type Finding, finding, type Kind, type OpenedKind, rekeyedBy } from './finding.ts'
import { openingOf, type TenderRecord } from './read.ts'
import { drawGivenUp } from './rekey.ts'

const BEFORE_ANY: readonly CheckName[] = ['notice', 'signatures', 'keysets', 'closing-list', 'reveal']
const TECHNICAL: readonly CheckName[] = [...BEFORE_ANY, 'opening-list-technical']
const PRICE: readonly CheckName[] = [...TECHNICAL, 'scores', 'sheets', 'opening-list-price', 'committee']

/** Checks whose findings forbid a release. A bidder's own slip (`submissions`) costs that bidder its bid, never the opening. */
const MUST_HOLD: Readonly<Record<OpenedKind, readonly CheckName[]>> = {
  technical: TECHNICAL,
  price: PRICE,
  'rekey-technical': TECHNICAL,
  'rekey-price': PRICE,
  draw: [...BEFORE_ANY, 'committee'],
}

/**
 * Every reason in the log against releasing shares of this kind; empty when the log gives none. What the log cannot tell is the
 * custodian's own business: its clock, its key, the checkpoint's consistency and quorum, when it saw the close, what it released.
 */
export function releaseBlockers(r: TenderRecord, kind: OpenedKind): Finding[] {
  const found: Finding[] = []
  const say = (ko: string, en: string) =>
    found.push(finding(kind === 'draw' ? 'committee' : `opening-list-${rekeyedBy(kind) ?? (kind as Kind)}`, ko, en))
  const { keyset, list } = openingOf(r, kind)
  if (!r.notice) say('공고가 없습니다.', 'There is no notice.')
  if (!keyset) say('열쇠 묶음이 없습니다.', 'There is no keyset.')
  if (!r.closed || !r.closingList) say('마감 목록이 없습니다.', 'There is no closing list.')
  if (!r.reveal) say('봉인 기록이 공개되지 않았습니다.', 'The sealed entries were not named.')
  if (!list) say('개봉 목록이 없습니다.', 'There is no opening list.')
  for (const typ of keyset?.keyset.requires ?? []) {
    const index = r.firsts.get(typ)
    if (index === undefined) say(`아직 없는 기록: ${typ}`, `${typ} is not in the log yet.`)
    else if (list && index > list.index) say(`개봉 목록보다 늦은 기록: ${typ}`, `${typ} came after the opening list.`)
  }
  if (keyset?.keyset.requires.includes('scores.locked/1') && !r.locked) {
    say('확정된 점수를 읽을 수 없습니다.', 'The locked scores cannot be read.')
  }
  if ((kind === 'technical' || kind === 'price') && r.rekeys[kind]) {
    say('입찰자들이 다른 보관 기관에 다시 봉인했습니다.', 'Bidders were told to seal again, to other custodians.')
  }
  if (kind === 'draw' && drawGivenUp(r)) {
    say(
      '보관 기관이 모자라 입찰자들의 난수만으로 추첨합니다.',
      'Too few custodians were left: the draw goes on without what they had sealed.',
    )
  }
  if (r.failed || r.cancelled) say('입찰이 끝났습니다.', 'The tender has ended.')
  return [...found, ...r.findings.filter((f) => MUST_HOLD[kind].includes(f.check))]
}
