// Which checks are there, what does each rest on, and what does it say when all is well? One row a check; the audit runs the table.

import type { Quorum } from '../../proof/policy.ts'
import type { Words } from '../events.ts'
import { secondsZ, timeOf } from '../kit/time.ts'
import { closingWindow, overridesClosingTime } from '../openings/closing-time.ts'
import { ruleChanges } from '../record/amended.ts'
import { brief, type CheckName, type Kind } from '../record/finding.ts'
import { restoredEids } from '../record/put-back.ts'
import type { TenderRecord } from '../record/read.ts'
import { drawGivenUp } from '../record/rekey.ts'
import { lotOf, readLots } from '../tenders/lots.ts'
import { drawsPrices, envelopesOf, hasTechnical } from '../tenders/procedure.ts'
import type { OpenedKind } from './envelopes.ts'

/** All that the rows look at. */
export interface Audited {
  r: TenderRecord
  opened: Record<Kind, OpenedKind>
  quorum: Quorum
  /** When the quorum first saw the close, seconds since 1970; null when no witness's time is known. */
  sight: number | null
  /** Whether the latest note's hash stands in a release: then the checkpoint that the custodian saw is the one at hand. */
  noteHash: string
}

export interface Row {
  name: CheckName
  /** Checks that must not have failed: on their ground this one stands. */
  after: readonly CheckName[]
  /** Entry types whose payloads it reads: when one is missing, this cannot be checked. */
  reads: readonly string[]
  /** About technical envelopes or marks: where price alone is handed in there is nothing of it. */
  technical?: boolean
  /** Has the tender come so far? */
  there: (a: Audited) => boolean
  ok: (a: Audited) => Words
  /** Why it cannot be checked although everything is there; null when it can. */
  open?: (a: Audited) => Words | null
}

const KEYS = ['actor.key/1', 'actor.key.revoked/1', 'custodian.identity/1', 'custodian.prekeys/1']
const says = (ko: string, en: string): Words => ({ ko, en })
const KIND: Record<Kind, { ko: string; en: string }> = {
  technical: { ko: '기술', en: 'technical' },
  price: { ko: '가격', en: 'price' },
}

const openingList = (kind: Kind): Row => ({
  name: `opening-list-${kind}`,
  technical: kind === 'technical',
  after: kind === 'technical' ? ['submissions'] : ['submissions', 'envelopes-technical'],
  reads: kind === 'technical' ? ['opening.list/1'] : ['opening.list/1', 'opening.result/1', 'scores.locked/1'],
  there: ({ r }) => r.openings[kind].list !== null,
  ok: ({ r }) => {
    const n = r.openings[kind].list?.payload.eids.length ?? 0
    return says(
      `${KIND[kind].ko} 봉투 ${n}개: 열어야 할 것이 모두 있고 다른 것은 없습니다.`,
      `${n} ${KIND[kind].en} envelopes: all that had to be opened and no others.`,
    )
  },
})

const releases = (kind: Kind): Row => ({
  name: `releases-${kind}`,
  technical: kind === 'technical',
  after: ['keys'],
  reads: ['release/1', 'opening.list/1'],
  there: ({ r }) => {
    const { keyset, list, good } = r.rekeys[kind]?.opening ?? r.openings[kind]
    return keyset !== null && list !== null && (list.payload.eids.length === 0 || good.length >= keyset.keyset.t)
  },
  ok: ({ r, noteHash }) => {
    const { keyset, good } = r.rekeys[kind]?.opening ?? r.openings[kind]
    const again = r.rekeys[kind]
    const who = good.map((g) => keyset?.keyset.custodians[g.payload.x - 1]?.id ?? `x = ${g.payload.x}`).join(', ')
    const seen = good.filter((g) => g.payload.checkpoint === noteHash).length
    return says(
      `열쇠를 돌린 기관: ${who || '없음'} (${keyset?.keyset.n}곳 중 ${keyset?.keyset.t}곳 필요). 서명과 목록이 맞고 너무 이르지 않았습니다.${again ? ` 보관 기관이 모자라 입찰자 ${again.letters.length}곳이 이들에게 다시 봉인했습니다.` : ''}${seen < good.length ? ' 그때 본 체크포인트는 이 자료에 없습니다.' : ''}`,
      `Keys turned by ${who || 'nobody'} (${keyset?.keyset.t} of ${keyset?.keyset.n} needed): signed, for this list, and not too early.${again ? ` Too few of the first custodians were left: ${again.letters.length} bidders sealed again to these.` : ''}${seen < good.length ? ' The checkpoints they saw are not part of this record.' : ''}`,
    )
  },
})

const envelopes = (kind: Kind): Row => ({
  name: `envelopes-${kind}`,
  technical: kind === 'technical',
  after: [`releases-${kind}`, 'submissions'],
  reads: ['opening.list/1', 'release/1', 'clearing/1', 'opening.result/1'],
  there: ({ r }) => {
    const { list, results } = r.openings[kind]
    return list !== null && results.length >= list.payload.eids.length
  },
  ok: ({ opened, r }) => {
    const { found, liars, cleared } = opened[kind]
    const valid = found.filter((f) => f.state === 'valid').length
    const named = [...liars.keys()].join(', ')
    const shown = [...cleared].sort().join(', ')
    const restored = restoredEids(r.incidents)
    const back = found.filter((f) => restored.has(f.eid)).length
    return says(
      `봉투 ${found.length}개를 다시 열고 다시 봉해 한 글자까지 같음을 확인했습니다. 유효 ${valid}, 무효 ${found.length - valid}.${back > 0 ? ` 잃은 파일을 입찰자가 되살린 봉투 ${back}개.` : ''}${shown ? ` 열리지 않은 봉투에서 받은 조각을 증명해 책임이 없음을 보인 기관: ${shown}.` : ''}${named ? ` 거짓 열쇠 조각을 낸 기관: ${named}.` : ''}`,
      `${found.length} envelopes opened again and sealed again, the same to the last byte: ${valid} valid, ${found.length - valid} not.${back > 0 ? ` Lost bytes of ${back} came back from their bidders.` : ''}${shown ? ` Cleared by a proof of what they had been sent: ${shown}.` : ''}${named ? ` Convicted of a false share: ${named}.` : ''}`,
    )
  },
})

/** How many acts are in the record that the notice says two persons must decide. */
const decidedByTwo = (r: TenderRecord): number =>
  r.entries.filter((e) => r.notice?.payload.twoPersons?.acts.includes(e.leaf.typ)).length

/** How many approvals are no more than the service's word for an account. */
const unsignedApprovals = (r: TenderRecord): number => r.approvals.filter(({ signer }) => signer === null).length

export const TABLE: readonly Row[] = [
  {
    name: 'notice',
    after: ['tree'],
    reads: ['tender.notice/1', 'tender.amended/1'],
    there: ({ r }) => r.notice !== null,
    ok: ({ r }) => {
      const overseers = (r.notice?.payload.overseers ?? []).map(brief).join(', ')
      const lots = r.notice ? readLots(r.notice.payload.notice) : null
      const which = lots && lots !== 'malformed' ? { lot: lotOf(lots, r.tender), of: lots.tenders.length } : null
      const one = which
        ? {
            ko: ` 한 공고의 로트 ${which.of}개 가운데 ${which.lot}번이고, 공고된 다른 로트도 같은 로트들을 말합니다.`,
            en: ` It is lot ${which.lot} of ${which.of} of one notice, and the other published lots name the same ones.`,
          }
        : { ko: '', en: '' }
      const changed = r.notice ? ruleChanges(r.amendments, r.closed?.index ?? r.size) : []
      if (changed.length > 0) {
        const at = changed.map(({ index }) => index).join(', ')
        one.ko += ` ${at}번 정정공고로 평가 규칙이 바뀌어 그 전에 봉인된 입찰은 세지 않고, 여기서는 바뀐 규칙으로 계산합니다.`
        one.en += ` The rule was changed by the amendment at entry ${at}: bids that were sealed before do not count, and everything here is computed with the rule as amended.`
      }
      return says(
        `평가 규칙이 공고 때의 지문과 같고 그대로 계산할 수 있습니다. 공고가 정한 감독 기관: ${overseers || '없음'}.${one.ko}`,
        `The award rule has the hash that was published with the notice, and can be computed with. Overseen, by the notice, by ${overseers || 'nobody'}.${one.en}`,
      )
    },
  },
  {
    name: 'keys',
    after: ['tree'],
    reads: KEYS,
    there: ({ r }) => r.notice !== null,
    ok: ({ r }) =>
      says(
        `서명 열쇠 ${r.ring.actors.length}개와 보관 기관 신원 ${r.ring.identities.length}개의 등록 서명이 맞습니다.`,
        `${r.ring.actors.length} signing keys and ${r.ring.identities.length} custodians enrolled by signatures of their own.`,
      ),
  },
  {
    name: 'signatures',
    after: ['keys'],
    reads: ['examination/1', 'tender.notice/1', 'award/1', 'tender.cancelled/1', 'incident/1', ...KEYS],
    there: ({ r }) => r.notice !== null,
    ok: () =>
      says(
        '사람의 행위는 모두 그때 효력이 있던 자기 열쇠로 서명되었습니다.',
        'Every act of a person is signed with a key of that person in force then.',
      ),
  },
  {
    name: 'receipt-key',
    after: ['keys'],
    reads: ['actor.key/1'],
    there: ({ r }) => r.notice !== null,
    ok: () =>
      says(
        '서버의 접수증 열쇠가 입찰 전에 공개되었습니다.',
        "The server's key for receipts and refusals was published before the bids.",
      ),
  },
  {
    name: 'keysets',
    after: ['keys'],
    reads: ['tender.notice/1', 'tender.keyset/1'],
    there: ({ r }) =>
      r.notice !== null && envelopesOf(r.notice.payload.rule).every((kind) => r.openings[kind].keyset !== null),
    ok: ({ r }) => {
      const { keyset } = r.openings.price
      const at = r.replacement?.index
      return says(
        `봉투마다 새 열쇠 ${keyset?.keyset.n}개이고 ${keyset?.keyset.t}곳이 모여야 열립니다. 담당자와 보관 기관의 서명이 맞습니다.${at === undefined ? '' : ` ${at}번 정정공고로 열쇠가 바뀌어, 그 전에 봉인된 입찰은 세지 않습니다.`}`,
        `Fresh keys of ${keyset?.keyset.n} custodians for each envelope, ${keyset?.keyset.t} needed to open; signed by the buyer and offered by the custodians.${at === undefined ? '' : ` They took the place of others by the amendment at entry ${at}; bids that were sealed before it do not count.`}`,
      )
    },
  },
  {
    name: 'closing-list',
    after: ['tree'],
    reads: ['tender.closed/1'],
    there: ({ r }) => r.closingList !== null,
    ok: ({ r }) => {
      const back = r.putBack.length
      return says(
        `마감 목록의 ${r.closingList?.length}건이 모두 마감 전에 봉인된 기록입니다.${back > 0 ? ` 그중 ${back}건은 빠졌다가 입찰자의 접수증으로 되돌려졌습니다.` : ''}`,
        `All ${r.closingList?.length} rows of the closing list are sealed entries from before the close.${back > 0 ? ` Of these ${back} had been dropped and were put back on their bidders' receipts.` : ''}`,
      )
    },
  },
  {
    name: 'closing-time',
    after: ['closing-list'],
    reads: ['tender.notice/1', 'tender.closed/1', 'incident/1', 'tender.amended/1'],
    there: ({ r }) => r.closed !== null && r.deadline !== null,
    open: ({ r, quorum, sight }) => {
      if (quorum.none) {
        return says(
          `증인이 없어 시각을 확인할 수 없습니다. 로그는 ${r.closed?.leaf.at}에 마감했다고 합니다(마감 ${r.deadline}).`,
          `Not checkable without witnesses: the log itself says it closed at ${r.closed?.leaf.at} (deadline ${r.deadline}).`,
        )
      }
      const seen = sight === null ? null : secondsZ(sight * 1000)
      if (seen !== null && r.deadline !== null && closingWindow(secondsZ(timeOf(r.deadline)), seen) === 'in time')
        return null
      if (overridesClosingTime(r.incidents.map((i) => ({ index: i.index, ...i.payload })))) return null
      return says(
        '마감을 처음 담은 체크포인트가 이 자료에 없어 시각을 확인할 수 없습니다.',
        'The checkpoint that first covered the close is not part of this record, so witnesses cannot vouch for its time.',
      )
    },
    ok: ({ sight }) => {
      const at = sight === null ? '' : secondsZ(sight * 1000)
      return says(
        `증인들이 본 마감 시각이 허용된 때입니다(${at}).`,
        `Witnesses saw the close within the time allowed: at ${at}.`,
      )
    },
  },
  {
    name: 'reveal',
    after: ['closing-list', 'receipt-key'],
    reads: ['opening.reveal/1', 'actor.key/1'],
    there: ({ r }) => r.reveal !== null && r.closingList !== null,
    ok: ({ r }) => {
      const count = (is: string) => r.leaves.filter((l) => l.is === is).length
      return says(
        `봉인된 기록이 모두 밝혀졌습니다: 입찰 행위 ${count('act')}, 거절 ${count('refusal')}, 가림 ${count('cover')}.`,
        `Every sealed entry is named. Acts of bidders: ${count('act')}, refusals: ${count('refusal')}, covers: ${count('cover')}.`,
      )
    },
  },
  {
    name: 'submissions',
    after: ['keys', 'reveal'],
    reads: ['opening.reveal/1', ...KEYS],
    there: ({ r }) => r.reveal !== null && r.closingList !== null,
    ok: ({ r }) =>
      says(
        `입찰 행위는 모두 입찰자의 서명이고 빠진 번호가 없습니다. 유효한 입찰 ${r.submissions.length}건.`,
        `Every act is signed by its bidder and none is skipped. ${r.submissions.length} bids count.`,
      ),
  },
  {
    name: 'committee',
    after: ['keys', 'keysets', 'closing-list'],
    reads: [
      'tender.notice/1',
      'pool.committed/1',
      'draw.contribution/1',
      'committee.called/1',
      'committee.declared/1',
      'committee.named/1',
    ],
    there: ({ r }) => r.notice !== null && (!r.notice.payload.pool || r.committee.called.length > 0),
    ok: ({ r }) => {
      if (r.notice && !hasTechnical(r.notice.payload.rule)) {
        return says('평가위원이 없는 입찰입니다.', 'Nobody marks anything in this tender.')
      }
      if (!r.notice?.payload.pool) {
        return says(
          '평가위원은 공고 때 기관이 지명했고 추첨은 없습니다.',
          'The buyer named the evaluators with the notice; nothing was to be drawn.',
        )
      }
      const { results, called, contributions } = r.committee
      const tickets = results.reduce((sum, e) => sum + e.payload.tickets.length, 0)
      const replaced = called.slice(1).reduce((sum, e) => sum + e.payload.calls.length, 0)
      return says(
        `보관 기관 ${contributions.length}곳의 봉인 난수로 후보 ${tickets}명의 추첨표를 다시 뽑아 같은 순서를 얻었습니다. 부른 순서도 그대로이고 대체 ${replaced}명입니다.`,
        `Drawn again from what ${contributions.length} custodians had sealed: ${tickets} tickets in the same order, called in that order, ${replaced} replaced by the next.`,
      )
    },
  },
  openingList('technical'),
  releases('technical'),
  envelopes('technical'),
  {
    name: 'labels',
    technical: true,
    after: ['closing-list', 'envelopes-technical'],
    reads: ['scores.locked/1', 'opening.result/1'],
    there: ({ r }) => r.locked !== null,
    ok: ({ r }) =>
      says(
        `가림표 ${r.locked?.payload.labels.length}개를 다시 추첨해 같은 결과를 얻었습니다.`,
        `The ${r.locked?.payload.labels.length} labels come out the same when drawn again.`,
      ),
  },
  {
    name: 'scores',
    technical: true,
    after: ['notice', 'envelopes-technical'],
    reads: ['tender.notice/1', 'scores.locked/1', 'opening.result/1'],
    there: ({ r }) => r.locked !== null,
    ok: ({ r }) =>
      says(
        `점수 ${r.locked?.payload.marks.length}개로 기술 점수를 다시 계산해 같은 값을 얻었습니다.`,
        `Technical scores computed again from ${r.locked?.payload.marks.length} marks: the same.`,
      ),
  },
  {
    name: 'sheets',
    technical: true,
    after: ['keys', 'scores'],
    reads: ['tender.notice/1', 'scores.locked/1', ...KEYS],
    there: ({ r }) => r.locked !== null,
    ok: ({ r }) =>
      says(
        `확정된 점수는 평가위원이 서명한 채점표 ${r.locked?.payload.sheets.length}장과 같고, 담당자가 점수를 보지 않고 확정했습니다.`,
        `The locked marks are those of the ${r.locked?.payload.sheets.length} sheets that evaluators signed; the officer locked them by their hashes.`,
      ),
  },
  openingList('price'),
  releases('price'),
  envelopes('price'),
  {
    name: 'planned-price',
    after: ['notice', 'committee', 'submissions', 'envelopes-price'],
    reads: ['tender.notice/1', 'planned.price/1', 'draw.contribution/1', 'opening.result/1'],
    there: ({ r }) => r.notice !== null && (!drawsPrices(r.notice.payload.rule) || r.planned !== null),
    ok: ({ r }) => {
      if (!r.planned) {
        return says('예비가격을 추첨하지 않는 입찰입니다.', 'No preliminary prices are drawn in this tender.')
      }
      const { prices, slots, amount, picks } = r.planned.payload
      const shut = drawGivenUp(r)
      return says(
        `예비가격 ${prices.length}개를 봉인된 난수로 다시 추첨하고 ${picks.length}명이 고른 번호를 다시 세어 ${slots.join(', ')}번과 예정가격 ${amount}을 얻었습니다.${shut ? ' 보관 기관이 모자라 보관 기관들의 난수는 열리지 않았고, 입찰자들이 봉인한 난수만으로 추첨했습니다.' : ''}`,
        `${prices.length} preliminary prices drawn again from what was sealed, the picks of ${picks.length} bidders counted again: numbers ${slots.join(', ')} and the planned price ${amount}, as recorded.${shut ? ' What custodians had sealed for it stayed shut, since too few of them were left: what bidders had sealed decided alone.' : ''}`,
      )
    },
  },
  {
    name: 'ranking',
    after: [
      'notice',
      'submissions',
      'envelopes-technical',
      'labels',
      'scores',
      'opening-list-price',
      'envelopes-price',
      'planned-price',
    ],
    reads: [
      'tender.notice/1',
      'scores.locked/1',
      'opening.result/1',
      'auction.begun/1',
      'auction.bid/1',
      'auction.ended/1',
      'evaluation.result/1',
      'examination/1',
      'examination.result/1',
      'draw.notice/1',
      'draw.result/1',
    ],
    there: ({ r }) => r.evaluation !== null,
    ok: ({ r }) =>
      r.auction.ended
        ? says(
            `역경매 응찰 ${r.auction.steps.length}건은 모두 그 자리에 앉은 입찰자의 서명이고 회차와 순서도 규칙대로입니다. 순위를 다시 계산해 모든 단계가 같았습니다${r.draw ? '(동점 추첨 포함)' : ''}.`,
            `Every one of the auction's ${r.auction.steps.length} bids is signed by whoever sat there, in its round and low enough. The ranking computed again is the same in every step${r.draw ? ', the lot drawn again too' : ''}.`,
          )
        : r.draw
          ? says(
              '순위를 처음부터 다시 계산하고 동점 추첨을 다시 해 모든 단계가 같았습니다.',
              'The ranking computed again and the lot drawn again are the same in every step.',
            )
          : says(
              '순위를 처음부터 다시 계산해 모든 단계가 같았습니다.',
              'The ranking computed again is the same in every step.',
            ),
  },
  {
    name: 'award',
    after: ['ranking', 'submissions', 'envelopes-technical'],
    reads: ['award/1', 'tender.failed/1', 'tender.cancelled/1', 'exclusion/1', 'exclusion.lifted/1'],
    there: ({ r }) => (r.award ?? r.failed ?? r.cancelled) !== null,
    ok: ({ r }) => {
      if (r.award) {
        const { bidder, amount, winners, standstillEnds } = r.award.payload
        const waited = {
          ko: standstillEnds === null ? '' : ` 공고가 약속한 낙찰 유예 기간(${standstillEnds}까지)도 지켰습니다.`,
          en: standstillEnds === null ? '' : ` The standstill that the notice promised was over at ${standstillEnds}.`,
        }
        if (winners) {
          const who = winners.map((one) => `${one.bidder} (${one.amount.amount} ${one.amount.currency})`).join(', ')
          return says(
            `낙찰자는 적격자 상위 업체 그대로이고 낙찰 금액도 각자의 입찰 금액과 같습니다: ${who}.${waited.ko}`,
            `The agreement is made with the first of the eligible bidders, each at its own price: ${who}.${waited.en}`,
          )
        }
        return says(
          `낙찰자(${bidder})는 적격자 1순위이고 낙찰 금액(${amount.amount} ${amount.currency})도 그 입찰 금액과 같습니다.${waited.ko}`,
          `${bidder} is the first of the eligible bidders, awarded at its own price of ${amount.amount} ${amount.currency}.${waited.en}`,
        )
      }
      return r.failed
        ? says('유찰의 까닭이 기록에 있습니다.', 'The record holds the reason why the tender failed.')
        : says('취소 사유가 공개되어 있습니다.', 'The tender was cancelled, with its reason in public.')
    },
  },
  {
    name: 'second-person',
    after: ['keys', 'signatures'],
    reads: [
      'tender.notice/1',
      'approval/1',
      'role.changed/1',
      'role.delegated/1',
      'organisation.standing/1',
      'people.exported/1',
    ],
    there: ({ r }) => r.notice !== null && (!r.notice.payload.twoPersons || decidedByTwo(r) > 0),
    ok: ({ r }) =>
      r.notice?.payload.twoPersons
        ? says(
            `두 사람이 결정해야 하는 행위 ${decidedByTwo(r)}건마다, 서명한 사람이 아닌 승인자가 먼저 승인했습니다.${unsignedApprovals(r) > 0 ? ` 승인 ${unsignedApprovals(r)}건에는 승인자의 서명이 없습니다(그때의 공고는 서명을 요구하지 않았습니다).` : ''}${r.notice.payload.twoPersons.register ? ' 발주 기관의 등록 기록에도 열쇠가 있던 사람은 모두 서명했습니다.' : ''}`,
            `Each of ${decidedByTwo(r)} acts that two persons must decide was approved beforehand, by somebody else who had the power.${unsignedApprovals(r) > 0 ? ` ${unsignedApprovals(r)} of the approvals are not signed by the approver: this notice is from before they were.` : ' Each approval is signed by the approver’s own key.'}${r.notice.payload.twoPersons.register ? ' So is the buyer’s register by whoever had a key.' : ''}`,
          )
        : says(
            '공고가 두 사람의 결정을 요구하지 않습니다.',
            'The notice does not ask that two persons decide anything.',
          ),
  },
  {
    name: 'clarifications',
    after: ['keys'],
    reads: ['clarification/1', ...KEYS],
    there: ({ r }) => r.notice !== null,
    ok: ({ r }) => {
      const own = r.clarifications.filter(({ payload }) => payload.question === null).length
      const answers = r.clarifications.length - own
      return answers + own === 0
        ? says('공개된 질의응답이 없습니다.', 'No question was answered in public.')
        : says(
            `답변 ${answers}건은 봉인되어 있던 질문을 그대로 열어 보이며, 발주 기관의 설명 ${own}건까지 모두 그 기관의 사람이 서명했습니다.`,
            `${answers} answers open a question just as it had been sealed, and all of them, with ${own} explanations of the agency's own, are signed by its people.`,
          )
    },
  },
  {
    name: 'complaints',
    after: ['keys', 'signatures'],
    reads: ['complaint/1', 'complaint.decided/1', ...KEYS],
    there: ({ r }) => r.evaluation !== null,
    ok: ({ r }) => {
      const { length } = r.complaints
      const upheld = r.complaintsDecided.filter(({ payload }) => payload.outcome === 'upheld').length
      const open = length - r.complaintsDecided.length
      return length === 0
        ? says('결과에 이의신청한 입찰자가 없습니다.', 'No bidder has objected to the result.')
        : says(
            `입찰자의 이의신청 ${length}건: 공고가 정한 감독 기관이 ${length - open}건을 서명해 결정했고(인용 ${upheld}건) ${open}건이 남아 있습니다. 기각되지 않은 이의신청을 두고 낙찰하지 않았습니다.`,
            `Objections of bidders: ${length}. Overseers that the notice names decided ${length - open} of them, signed (upheld: ${upheld}); open: ${open}. Nothing was awarded over an objection that was not dismissed.`,
          )
    },
  },
  {
    name: 'order',
    after: ['tree'],
    reads: [],
    there: ({ r }) => r.notice !== null,
    ok: () => says('모든 단계가 정해진 순서로 기록되었습니다.', 'Every step was logged in the order of the lifecycle.'),
  },
]
