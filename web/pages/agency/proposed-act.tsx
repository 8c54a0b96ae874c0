// What exactly was proposed? The figures that an approver must see before approving.
import type { TFunction } from 'i18next'
import { AMENDMENT, AWARD, CANCELLATION, EXTENSION } from '../../../src/domain/second-person.ts'
import { amendedTerms } from '../../parts/amended-terms.tsx'
import { LotLinks } from '../../parts/lot-links.tsx'
import { RuleChange } from '../../parts/rule-change.tsx'
import type { Proposal } from '../../parts/second-person.tsx'
import type { SummaryRow } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { nameOf } from '../tender/names.ts'
import type { View } from '../tender/use-tender.ts'

/** What the amendment of a rule would change, from what stood when it was proposed. */
export const ProposedRule = ({ of: { body, ref } }: { of: Proposal }) => (
  <RuleChange after={body} before={body.before} name={`${ref}-amendment`} />
)

/** The other tenders that are extended together with the one that is looked at. */
function togetherRow(t: TFunction, ref: string, no: string, { lots }: Proposal['body']): SummaryRow[] {
  if (!Array.isArray(lots)) return []
  const others = [{ no: ref }, ...lots].filter((lot) => lot?.no !== no)
  return [{ name: t('proposals.body.lots'), value: <LotLinks lots={others} /> }]
}

/** The rows of a proposal about a tender, in the words of the page's language. */
export function rowsOf(t: TFunction, language: string, view: View, { act, ref, body }: Proposal): SummaryRow[] {
  if (act === AWARD) {
    const bidder = String(body.bidder ?? '')
    if (Array.isArray(body.winners)) {
      const names = body.winners.map((one) => nameOf(view, String(one), language)).join(', ')
      return [{ name: t('tender.award.winners', { most: body.winners.length }), value: <strong>{names}</strong> }]
    }
    return [{ name: t('tender.award.winner'), value: <strong>{nameOf(view, bidder, language)}</strong> }]
  }
  if (act === CANCELLATION) return [{ name: t('proposals.why'), value: String(body.statement ?? '') }]
  if (act !== EXTENSION && act !== AMENDMENT) return []
  return [
    { name: t('agency.extend.now'), value: <Time at={view.deadline} form="exact" /> },
    { name: t('proposals.newDeadline'), value: <Time at={String(body.newDeadline ?? '')} form="exact" /> },
    ...(Array.isArray(body.custodians)
      ? [
          {
            name: t('proposals.body.custodians'),
            value: `${body.custodians.map((id) => nameOf(view, String(id), language)).join(', ')}. ${t('agency.extend.replaceEffect')}`,
          },
        ]
      : []),
    ...(act === AMENDMENT ? amendedTerms(t, language, body) : []),
    ...togetherRow(t, ref, view.no, body),
    { name: t('proposals.why'), value: String(body.statement ?? '') },
  ]
}
