// Which method and which budget would decide after an amendment, and what stands there now? Read before anybody approves it.
import type { TFunction } from 'i18next'
import { METHODS, type MethodId } from '../../src/domain/scoring/methods.ts'
import { inLanguage } from '../i18n.ts'
import { Money } from './money.tsx'
import type { SummaryRow } from './summary-list.tsx'

type Budget = { amount: string; currency: string }

const methodOf = (value: unknown): string => (value as { method?: unknown } | null)?.method as string
const budgetOf = (value: unknown): Budget | undefined => (value as { budget?: Budget } | null)?.budget

const called = (id: string, language: string): string =>
  Object.hasOwn(METHODS, id) ? inLanguage(METHODS[id as MethodId].title, language) : id

/** Two rows, each with what stands and what would; one that stays says so. `body` is a proposal's, with what stood in `before`. */
export function amendedTerms(t: TFunction, language: string, body: Record<string, unknown>): SummaryRow[] {
  const [method, budget] = [called(methodOf(body), language), budgetOf(body)]
  const [methodNow, budgetNow] = [called(methodOf(body.before), language), budgetOf(body.before)]
  const stays = <span className="note">({t('proposals.stays')})</span>
  const from = <span className="sr-only">{t('proposals.now')}: </span>
  const to = (
    <>
      {' '}
      <span aria-hidden="true">→</span> <span className="sr-only">{t('proposals.then')}: </span>
    </>
  )
  const money = (of: Budget | undefined) => (of ? <Money amount={of.amount} currency={of.currency} /> : '–')
  return [
    {
      name: t('proposals.body.method'),
      value:
        method === methodNow ? (
          <>
            {method} {stays}
          </>
        ) : (
          <>
            {from}
            {methodNow}
            {to}
            <strong>{method}</strong>
          </>
        ),
    },
    {
      name: t('proposals.body.budget'),
      value:
        budget?.amount === budgetNow?.amount && budget?.currency === budgetNow?.currency ? (
          <>
            {money(budget)} {stays}
          </>
        ) : (
          <>
            {from}
            {money(budgetNow)}
            {to}
            <strong>{money(budget)}</strong>
          </>
        ),
    },
  ]
}
