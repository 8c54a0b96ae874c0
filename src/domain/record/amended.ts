// Which rule decides a tender? That of its notice, until an amendment before the close put another in its place.
import type { Entry } from './entry.ts'
import { type Finding, finding } from './finding.ts'
import { type Amendment, type Approval, amendedBy, type Notice } from './payloads.ts'

type Change = { index: number; payload: Pick<Amendment, 'change'> }

/** The amendments that changed the rule, in log order; what came after the close changed nothing. */
export const ruleChanges = <A extends Change>(amendments: readonly A[], close: number): A[] =>
  amendments.filter(({ index, payload }) => payload.change !== undefined && index < close)

const wrong = (index: number, ko: string, en: string): Finding =>
  finding('notice', `${index}번 정정공고: ${ko}`, `The amendment at entry ${index}: ${en}`)

/**
 * Findings of `notice`: each change names the hash of the rule that it takes the place of; where the notice says that two persons decide
 * amendments, an approval by somebody else than the proposer lies below it in the log. Custodians open nothing while there is such a
 * finding. Whether each rule has its hash and can be computed with is asked as of the notice's own.
 */
export function changeFindings(
  notice: Notice,
  changes: readonly Entry<Amendment>[],
  approvals: readonly Entry<Approval>[],
): Finding[] {
  const found: Finding[] = []
  let stands = notice
  for (const { index, leaf, payload } of changes) {
    const { change } = payload
    if (!change) continue
    if (change.oldRuleHash !== stands.ruleHash)
      found.push(
        wrong(
          index,
          '바꾼다고 한 규칙이 그때의 규칙이 아닙니다.',
          'the rule that it replaces is not the one that stood then.',
        ),
      )
    const two = notice.twoPersons?.acts.includes(leaf.typ)
    const approved = approvals.some(
      (a) => a.index < index && a.payload.h === leaf.h && a.payload.approvedBy !== a.payload.proposedBy,
    )
    if (two && !approved)
      found.push(wrong(index, '한 사람이 규칙을 바꾸었습니다.', 'one person alone changed the rule.'))
    stands = amendedBy(stands, payload)
  }
  return found
}
