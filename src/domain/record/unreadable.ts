// An entry cannot be read: what is to be said of it, and by which check?
import type { Unreadable } from './entry.ts'
import { type CheckName, type Finding, finding, type Kind } from './finding.ts'
import { KEY_TYPES } from './keyring.ts'

/** Which check speaks for an entry of this type when it cannot be read. @param priceList index from which on openings are of prices */
export function home(typ: string, index: number, priceList: number): CheckName | null {
  const kind: Kind = index >= priceList ? 'price' : 'technical'
  switch (typ) {
    case 'tender.notice/1':
      return 'notice'
    case 'tender.keyset/1':
    case 'rekey/1':
      return 'keysets'
    case 'tender.closed/1':
      return 'closing-list'
    case 'opening.reveal/1':
      return 'reveal'
    case 'opening.list/1':
      return `opening-list-${kind}`
    case 'release/1':
    case 'clearing/1':
      return `releases-${kind}`
    case 'opening.result/1':
      return `envelopes-${kind}`
    case 'scores.locked/1':
      return 'scores'
    case 'planned.price/1':
      return 'planned-price'
    case 'auction.begun/1':
    case 'auction.bid/1':
    case 'auction.ended/1':
    case 'evaluation.result/1':
    case 'examination/1':
    case 'examination.result/1':
      return 'ranking'
    // Evaluators are drawn long before prices are opened, ties after it.
    case 'draw.notice/1':
    case 'draw.result/1':
      return index >= priceList ? 'ranking' : 'committee'
    case 'pool.committed/1':
    case 'draw.contribution/1':
    case 'committee.called/1':
    case 'committee.declared/1':
    case 'committee.named/1':
      return 'committee'
    case 'award/1':
    case 'tender.failed/1':
    case 'tender.cancelled/1':
      return 'award'
    case 'approval/1':
    case 'role.changed/1':
    case 'role.delegated/1':
    case 'organisation.standing/1':
    case 'people.exported/1':
      return 'second-person'
    case 'complaint/1':
    case 'complaint.decided/1':
      return 'complaints'
    case 'clarification/1':
      return 'clarifications'
    case 'incident/1':
    case 'tender.amended/1':
      return 'order'
    default:
      return KEY_TYPES.has(typ) ? 'keys' : null
  }
}

/** Missing or exchanged payloads are `payloads`; what is there but not in the format belongs to the check that reads it. */
export function unreadableFinding(u: Unreadable, priceList: number): Finding[] {
  if (u.why !== 'format') {
    return [
      finding(
        'payloads',
        `${u.index}번 기록(${u.typ})의 내용이 ${u.why === 'missing' ? '공개되어 있지 않습니다' : '기록된 지문과 다릅니다'}.`,
        `The content of entry ${u.index} (${u.typ}): ${u.says}.`,
      ),
    ]
  }
  const check = home(u.typ, u.index, priceList)
  if (!check) return []
  return [
    finding(
      check,
      `${u.index}번 기록(${u.typ})을 읽을 수 없습니다.`,
      `Entry ${u.index} (${u.typ}) cannot be read: ${u.says}.`,
    ),
  ]
}
