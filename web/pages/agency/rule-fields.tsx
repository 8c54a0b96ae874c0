// What decides, as it is written: the budget, and the rule with its items, in a draft and in an amendment.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { FORM_IDS, METHODS, PRICE_FORM_IDS } from '../../../src/domain/scoring/methods.ts'
import { inLanguage } from '../../i18n.ts'
import { grouped, hangulMoney } from '../../parts/money.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { type DraftForm, fieldOf, ruleOf, termsOf, underMethod } from './draft-form.ts'
import { ItemsEditor } from './items-editor.tsx'
import { PriceFields } from './price-fields.tsx'
import { isPriceForm, specificationOf } from './price-form.ts'
import { useReasonWords } from './reason-words.ts'
import { WinnersField } from './winners-field.tsx'
import { WorthOfPrice } from './worth-of-price.tsx'

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card stack">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

type ChecksProps = { reasons: readonly Reason[]; advice: readonly Reason[]; items: DraftForm['items'] }

export function Checks({ reasons, advice, items }: ChecksProps) {
  const { t } = useTranslation()
  const says = useReasonWords(items)
  return (
    <section className="card stack bg-sunken">
      <h2>{t('agency.checks.title')}</h2>
      {reasons.length === 0 ? (
        <p className="font-semibold text-good">{t('agency.checks.good')}</p>
      ) : (
        <>
          <p>{t('agency.checks.left', { count: reasons.length })}</p>
          <ul className="flex flex-col gap-1.5">
            {reasons.map((reason) => {
              const field = fieldOf(reason.at)
              return (
                <li key={`${reason.code} ${reason.at}`}>
                  {field ? (
                    <a
                      href={`#${field}`}
                      onClick={(event) => {
                        event.preventDefault()
                        document.getElementById(field)?.focus()
                      }}
                    >
                      {says(reason)}
                    </a>
                  ) : (
                    says(reason)
                  )}
                </li>
              )
            })}
          </ul>
        </>
      )}
      {advice.length > 0 && (
        <>
          <h3>{t('agency.checks.advice')}</h3>
          <ul className="list-disc ps-5">
            {advice.map((reason) => (
              <li key={`${reason.code} ${reason.at}`}>{says(reason)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

export type FormProps = { form: DraftForm; onChange: (form: DraftForm) => void }

export function BudgetField({ form, onChange }: FormProps) {
  const { t, i18n } = useTranslation()
  const set = (name: keyof DraftForm) => (value: string) => onChange({ ...form, [name]: value })
  return (
    <div className="min-w-0">
      <TextField
        hint={t('agency.form.budgetHint')}
        id="draft-budget"
        inputMode="numeric"
        label={t('agency.form.budget')}
        num
        onChange={(typed) => set('budget')(typed.replace(/[\s,₩원]/g, ''))}
        value={form.budget}
      />
      {/^[1-9]\d{0,17}$/.test(form.budget) && (
        <p className="note tnum" role="status">
          ₩{grouped(form.budget)}
          {i18n.language !== 'en' && ` · ${hangulMoney(form.budget)}`}
        </p>
      )}
    </div>
  )
}

type RuleFieldsProps = FormProps & {
  /** Whether negotiation and price may take each other's place: in a draft, and not once envelopes are published. */
  anyMethod?: boolean
}

export function RuleFields({ form, onChange, anyMethod = false }: RuleFieldsProps) {
  const { t, i18n } = useTranslation()
  const option = (id: DraftForm['method']) => ({ value: id, says: inLanguage(METHODS[id].title, i18n.language) })
  const ways = [
    { ids: FORM_IDS, group: t('agency.new.negotiation') },
    { ids: PRICE_FORM_IDS, group: t('agency.new.price') },
  ] as const
  const options = anyMethod
    ? ways.flatMap(({ ids, group }) => ids.map((id) => ({ ...option(id), group })))
    : (isPriceForm(form.method) ? PRICE_FORM_IDS : FORM_IDS).map(option)
  const set = (name: keyof DraftForm) => (value: string) => onChange({ ...form, [name]: value })
  const method = METHODS[form.method]
  return (
    <>
      <Select
        id="draft-method"
        label={t('agency.form.method')}
        onChange={(id) => onChange(underMethod(form, id as DraftForm['method']))}
        options={options}
        value={form.method}
      />
      <p className="note">{inLanguage(method.says, i18n.language)}</p>
      <p className="note" lang="en">
        {method.source}
      </p>
      {isPriceForm(form.method) && form.price ? (
        <>
          <PriceFields method={form.method} onChange={(price) => onChange({ ...form, price })} price={form.price} />
          {specificationOf(form.method) && (
            <>
              <h3>{t('agency.form.items')}</h3>
              <ItemsEditor onChange={(items) => onChange({ ...form, items })} rows={form.items} weight={100} />
            </>
          )}
        </>
      ) : (
        <>
          <div className="grid gap-4 md:grid-cols-2">
            <TextField
              hint={t('agency.form.techHint', { price: Math.max(0, 100 - Number(form.tech) || 0) })}
              id="draft-tech"
              inputMode="numeric"
              label={t('agency.form.tech')}
              num
              onChange={(typed) => set('tech')(typed.trim())}
              value={form.tech}
            />
            {termsOf(form.method).winners !== '' && <WinnersField onChange={set('winners')} value={form.winners} />}
            <TextField
              hint={t('agency.form.passRatioHint')}
              id="draft-pass-ratio"
              inputMode="decimal"
              label={t('agency.form.passRatio')}
              num
              onChange={(typed) => set('passRatio')(typed.replace(/[\s%]/g, ''))}
              value={form.passRatio}
            />
            <TextField
              hint={t('agency.form.totalMarkHint')}
              id="draft-total-mark"
              inputMode="decimal"
              label={t('agency.form.totalMark')}
              num
              onChange={(typed) => set('totalMark')(typed.trim())}
              value={form.totalMark}
            />
          </div>
          <WorthOfPrice rule={ruleOf(form)} />
          <h3>{t('agency.form.items')}</h3>
          <ItemsEditor
            onChange={(items) => onChange({ ...form, items })}
            rows={form.items}
            weight={Number(form.tech)}
          />
        </>
      )}
    </>
  )
}
