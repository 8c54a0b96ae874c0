// How is a notice written? Sections with the checks beside them, as strict as publication will be.
import { type FormEvent, type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { FORM_IDS, METHODS, PRICE_FORM_IDS } from '../../../src/domain/scoring/methods.ts'
import { useServerSecond } from '../../clock.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { grouped, hangulMoney } from '../../parts/money.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { CommitteeChoice } from './committee-choice.tsx'
import { CommitteeGroups } from './committee-groups.tsx'
import { adviceOn, type DraftForm, fieldOf, reasonsAgainst, ruleOf, termsOf } from './draft-form.ts'
import { ItemsEditor } from './items-editor.tsx'
import { PriceFields } from './price-fields.tsx'
import { isPriceForm, specificationOf } from './price-form.ts'
import { useReasonWords } from './reason-words.ts'
import { WorthOfPrice } from './worth-of-price.tsx'

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card stack">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

function Checks({ reasons, advice }: { reasons: readonly Reason[]; advice: readonly Reason[] }) {
  const { t } = useTranslation()
  const says = useReasonWords()
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

type Common = NonNullable<DraftForm['lots']>

/** What the notice says for all its lots: written in any of them, it is the same in all. */
function CommonWords({ lots, onChange }: { lots: Common; onChange: (lots: Common) => void }) {
  const { t } = useTranslation()
  return (
    <Section title={t('agency.lots.common')}>
      <p className="note">{t('agency.lots.commonSays')}</p>
      <div className="grid gap-4 md:grid-cols-2">
        {(['titleKo', 'titleEn', 'summaryKo', 'summaryEn'] as const).map((name) => (
          <TextField
            id={`draft-lots-${name}`}
            key={name}
            label={t(`agency.lots.${name}`)}
            lang={name.endsWith('Ko') ? 'ko' : 'en'}
            maxLength={name.startsWith('title') ? 200 : 4000}
            onChange={(typed) => onChange({ ...lots, [name]: typed })}
            rows={name.startsWith('title') ? 1 : 3}
            value={lots[name]}
          />
        ))}
      </div>
    </Section>
  )
}

export type DraftEditorProps = {
  form: DraftForm
  onChange: (form: DraftForm) => void
  /** Saves; resolves with the API's refusal, or null when it is saved. */
  onSave: () => Promise<Problem | null>
  /** Something was changed since it was saved. */
  dirty: boolean
  saved: boolean
}

export function DraftEditor({ form, onChange, onSave, dirty, saved }: DraftEditorProps) {
  const { t, i18n } = useTranslation()
  const now = useServerSecond()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const set = (name: keyof DraftForm) => (value: string) => onChange({ ...form, [name]: value })
  const method = METHODS[form.method]
  const reasons = reasonsAgainst(form, now)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try {
      setProblem(await onSave())
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
  }
  const text = (name: 'titleKo' | 'titleEn' | 'summaryKo' | 'summaryEn', rows = 1) => (
    <TextField
      id={`draft-${name}`}
      label={t(`agency.form.${name}`)}
      lang={name.endsWith('Ko') ? 'ko' : 'en'}
      maxLength={rows === 1 ? 200 : 4000}
      onChange={set(name)}
      rows={rows}
      value={form[name]}
    />
  )
  return (
    <form className="grid gap-6 lg:grid-cols-[minmax(0,1fr)_20rem]" noValidate onSubmit={(event) => void submit(event)}>
      <div className="stack min-w-0">
        <ErrorSummary fieldOf={(error) => fieldOf(error.at)} problem={problem} />
        {form.lots && <CommonWords lots={form.lots} onChange={(lots) => onChange({ ...form, lots })} />}
        <Section title={t(form.lots ? 'agency.lots.own' : 'agency.form.what')}>
          <div className="grid gap-4 md:grid-cols-2">
            {text('titleKo')}
            {text('titleEn')}
            {text('summaryKo', 4)}
            {text('summaryEn', 4)}
          </div>
        </Section>
        <Section title={t('agency.form.terms')}>
          <div className="grid gap-4 md:grid-cols-2">
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
            <Select
              hint={t('agency.form.minBidsHint')}
              label={t('agency.form.minBids')}
              onChange={set('minBids')}
              options={['1', '2', '3', '4', '5'].map((n) => ({ value: n, says: n }))}
              value={form.minBids}
            />
            <TextField
              hint={t('agency.form.deadlineHint')}
              id="draft-deadline"
              label={t('agency.form.deadline')}
              onChange={set('deadline')}
              type="datetime-local"
              value={form.deadline}
            />
            <Select
              hint={t('agency.form.openInHint')}
              id="draft-openIn"
              label={t('agency.form.openIn')}
              onChange={set('openIn')}
              options={[...new Set(['0', '10', '30', '60', '1440', form.openIn])].map((n) => ({
                value: n,
                says: t('agency.form.openInMinutes', { count: Number(n) }),
              }))}
              value={form.openIn}
            />
          </div>
        </Section>
        <Section title={t('agency.form.rule')}>
          <Select
            id="draft-method"
            label={t('agency.form.method')}
            onChange={(id) =>
              onChange({ ...form, method: id as DraftForm['method'], ...termsOf(id as DraftForm['method']) })
            }
            options={(isPriceForm(form.method) ? PRICE_FORM_IDS : FORM_IDS).map((id) => ({
              value: id,
              says: inLanguage(METHODS[id].title, i18n.language),
            }))}
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
                {termsOf(form.method).winners !== '' && (
                  <TextField
                    hint={t('agency.price.winnersHint')}
                    id="draft-winners"
                    inputMode="numeric"
                    label={t('agency.price.winners')}
                    num
                    onChange={(typed) => set('winners')(typed.trim())}
                    value={form.winners}
                  />
                )}
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
        </Section>
        {(form.price === null || form.items.some((item) => item.kind === 'qualitative')) && (
          <Section title={t('agency.committee.title')}>
            <CommitteeChoice
              chosen={form.evaluators}
              onChange={(evaluators, pool) => onChange({ ...form, evaluators, pool })}
              pool={form.pool}
            />
            <CommitteeGroups form={form} onChange={(groups) => onChange({ ...form, groups })} />
          </Section>
        )}
      </div>
      <div className="min-w-0 lg:sticky lg:top-24 lg:self-start">
        <Checks advice={adviceOn(form)} reasons={reasons} />
        <div className="mt-4 flex flex-wrap items-center gap-3">
          <Button isPending={busy} type="submit">
            {t('agency.form.save')}
          </Button>
          {saved && (
            <span className="note" role="status">
              {t(dirty ? 'agency.form.dirty' : 'agency.form.saved')}
            </span>
          )}
        </div>
        <p className="note mt-3">{t('agency.form.saveSays')}</p>
      </div>
    </form>
  )
}
