// What does the bidder offer, and for how much? Two texts and a price, kept in this browser while they are written.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { grouped, hangulMoney } from '../../parts/money.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { amountFrom, bytesOf, type Content, checkContent, MOST_BYTES, overCeiling, shareOf } from './bid-content.ts'

export type BidFormProps = {
  content: Content
  onChange: (content: Content) => void
  onReview: () => void
  budget: string
  ceiling: string | null
}

/** Codes of reasons that belong to this form, to the keys of their words. */
const WORDS: Readonly<Record<string, string>> = {
  'bid-summary-missing': 'summary',
  'bid-approach-missing': 'approach',
  'bid-too-long': 'long',
  'bid-amount-wrong': 'amount',
}

function PriceSays({ amount, budget, ceiling }: { amount: string; budget: string; ceiling: string | null }) {
  const { t, i18n } = useTranslation()
  const good = checkContent({ summary: '-', approach: '-', amount }).length === 0
  if (!good) return null
  const over = overCeiling(amount, ceiling)
  return (
    <p className={over ? 'font-semibold text-bad' : 'note'} role="status">
      <span className="tnum">₩{grouped(amount)}</span>
      {i18n.language !== 'en' && ` · ${hangulMoney(amount)}`} ·{' '}
      {t('supplier.form.share', { share: shareOf(amount, budget) })}
      {over && ` · ${t('supplier.form.over')}`}
    </p>
  )
}

export function BidForm({ content, onChange, onReview, budget, ceiling }: BidFormProps) {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<{ errors: Reason[] } | null>(null)
  const set = (name: keyof Content) => (value: string) => onChange({ ...content, [name]: value })
  const bytes = bytesOf(content)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const errors = checkContent(content)
    setProblem(errors.length > 0 ? { errors } : null)
    if (errors.length === 0) onReview()
  }
  const errorAt = (at: string) => {
    const found = problem?.errors.find((error) => error.at === at)
    return found ? t(`supplier.form.wrong.${WORDS[found.code] ?? 'long'}`, found.facts) : null
  }
  return (
    <form className="stack" noValidate onSubmit={submit}>
      <ErrorSummary
        fieldOf={(error) => (error.at ? `bid-${error.at}` : null)}
        problem={problem}
        says={(error) => {
          const found = problem?.errors.find((one) => one.code === error.code)
          return found ? t(`supplier.form.wrong.${WORDS[found.code] ?? 'long'}`, found.facts) : null
        }}
      />
      <section className="card stack">
        <h2>{t('supplier.form.technical')}</h2>
        <p className="note">{t('supplier.form.technicalSays')}</p>
        <TextField
          error={errorAt('summary')}
          hint={t('supplier.form.summaryHint')}
          id="bid-summary"
          label={t('supplier.form.summary')}
          onChange={set('summary')}
          rows={3}
          value={content.summary}
        />
        <TextField
          error={errorAt('approach')}
          id="bid-approach"
          label={t('supplier.form.approach')}
          onChange={set('approach')}
          rows={10}
          value={content.approach}
        />
        <p className={`tnum ${bytes > MOST_BYTES ? 'font-semibold text-bad' : 'note'}`}>
          {t('supplier.form.size', { bytes: grouped(String(bytes)), most: grouped(String(MOST_BYTES)) })}
        </p>
      </section>
      <section className="card stack">
        <h2>{t('supplier.form.price')}</h2>
        <p className="note">{t('supplier.form.priceSays')}</p>
        <TextField
          error={errorAt('amount')}
          hint={t('supplier.form.amountHint', { budget: grouped(budget) })}
          id="bid-amount"
          inputMode="numeric"
          label={t('supplier.form.amount')}
          num
          onChange={(typed) => set('amount')(amountFrom(typed))}
          value={content.amount}
        />
        <PriceSays amount={content.amount} budget={budget} ceiling={ceiling} />
      </section>
      <p>
        <Button type="submit">{t('supplier.form.review')}</Button>
      </p>
      <p className="note">{t('supplier.form.kept')}</p>
    </form>
  )
}
