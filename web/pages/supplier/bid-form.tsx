// What does the bidder offer, and for how much? Two texts and a price, kept in this browser while they are written.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import type { Files } from '../../files/use-files.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { grouped, hangulMoney } from '../../parts/money.tsx'
import { TextField } from '../../parts/text-field.tsx'
import {
  amountFrom,
  bytesOf,
  type Content,
  checkContent,
  MOST_BYTES,
  overCeiling,
  PICKS,
  shareOf,
  type Wanted,
} from './bid-content.ts'
import { FilesField } from './files-field.tsx'
import { MembersField } from './members-field.tsx'

export type BidFormProps = {
  content: Content
  files: Files
  onChange: (content: Content) => void
  onReview: () => void
  budget: string
  ceiling: string | null
  wanted: Wanted
}

/** Codes of reasons that belong to this form, to the keys of their words. */
const WORDS: Readonly<Record<string, string>> = {
  'bid-summary-missing': 'summary',
  'bid-approach-missing': 'approach',
  'bid-too-long': 'long',
  'bid-amount-wrong': 'amount',
  'bid-picks-wrong': 'picks',
  'members-too-few': 'membersFew',
  'members-too-many': 'membersMany',
  'member-unnamed': 'memberName',
  'member-repeated': 'memberTwice',
  'member-share-wrong': 'memberShare',
  'member-shares-not-1': 'memberSum',
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

/** Two of the numbers behind which prices will lie that nobody knows yet. */
function Numbers({ count, picks, onChange }: { count: number; picks: number[]; onChange: (picks: number[]) => void }) {
  const { t } = useTranslation()
  const toggle = (no: number) =>
    onChange(picks.includes(no) ? picks.filter((one) => one !== no) : [...picks, no].slice(-PICKS))
  return (
    <fieldset className="stack">
      <legend className="field-label">{t('supplier.form.picks')}</legend>
      <p className="note">{t('supplier.form.picksHint', { picks: PICKS, count })}</p>
      <div className="flex flex-wrap gap-2">
        {Array.from({ length: count }, (_, i) => i + 1).map((no) => (
          <label
            className="flex min-h-11 min-w-14 cursor-pointer items-center justify-center gap-2 rounded-lg border border-line px-3 has-checked:border-primary has-checked:bg-primary-soft"
            key={no}
          >
            <input
              checked={picks.includes(no)}
              className="accent-primary"
              id={no === 1 ? 'bid-picks' : undefined}
              onChange={() => toggle(no)}
              type="checkbox"
            />
            <span className="tnum">{no}</span>
          </label>
        ))}
      </div>
      <p className="note" role="status">
        {t('supplier.form.picked', { picks: [...picks].sort((a, b) => a - b).join(', ') || '–' })}
      </p>
    </fieldset>
  )
}

export function BidForm({ content, files, onChange, onReview, budget, ceiling, wanted }: BidFormProps) {
  const { t } = useTranslation()
  const [problem, setProblem] = useState<{ errors: Reason[] } | null>(null)
  const set = (name: keyof Content) => (value: string) => onChange({ ...content, [name]: value })
  const bytes = bytesOf(content)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const errors = checkContent(content, wanted)
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
        fieldOf={(error) => (error.at ? `bid-${error.at.split('/')[0]}` : null)}
        problem={problem}
        says={(error) => {
          const found = problem?.errors.find((one) => one.code === error.code && one.at === error.at)
          return found ? t(`supplier.form.wrong.${WORDS[found.code] ?? 'long'}`, found.facts) : null
        }}
      />
      {wanted.technical && (
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
          {(wanted.members || content.members) && (
            <MembersField
              members={content.members ?? null}
              onChange={(members) => {
                const { members: _, ...rest } = content
                onChange(members ? { ...rest, members } : rest)
              }}
              wrong={(problem?.errors ?? [])
                .filter((error) => error.at?.startsWith('members'))
                .map((error) => t(`supplier.form.wrong.${WORDS[error.code] ?? 'long'}`, error.facts))}
            />
          )}
          <FilesField files={files} kind="technical" />
        </section>
      )}
      <section className="card stack">
        <h2>{t('supplier.form.price')}</h2>
        <p className="note">{t(wanted.technical ? 'supplier.form.priceSays' : 'supplier.form.priceAloneSays')}</p>
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
        {wanted.numbers !== null && (
          <>
            <Numbers
              count={wanted.numbers}
              onChange={(picks) => onChange({ ...content, picks })}
              picks={content.picks ?? []}
            />
            {errorAt('picks') && <p className="font-semibold text-bad">{errorAt('picks')}</p>}
          </>
        )}
        <FilesField files={files} kind="price" />
      </section>
      <p>
        <Button type="submit">{t('supplier.form.review')}</Button>
      </p>
      <p className="note">{t('supplier.form.kept')}</p>
      {files.list.length > 0 && <p className="note">{t('supplier.files.kept')}</p>}
    </form>
  )
}
