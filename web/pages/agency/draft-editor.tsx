// How is a notice written? Sections with the checks beside them, as strict as publication will be.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { STANDSTILL } from '../../../src/domain/tenders/standstill.ts'
import { useServerSecond } from '../../clock.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { CommitteeChoice } from './committee-choice.tsx'
import { CommitteeGroups } from './committee-groups.tsx'
import { adviceOn, type DraftForm, fieldOf, hasCommittee, reasonsAgainst } from './draft-form.ts'
import { BudgetField, Checks, RuleFields, Section } from './rule-fields.tsx'

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
  const { t } = useTranslation()
  const now = useServerSecond()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const set = (name: keyof DraftForm) => (value: string) => onChange({ ...form, [name]: value })
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
            <BudgetField form={form} onChange={onChange} />
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
            <TextField
              hint={t('agency.form.standstillHint', { most: STANDSTILL.most })}
              id="draft-standstill"
              inputMode="numeric"
              label={t('agency.form.standstill')}
              maxLength={4}
              num
              onChange={set('standstill')}
              value={form.standstill}
            />
          </div>
        </Section>
        <Section title={t('agency.form.rule')}>
          <RuleFields anyMethod form={form} onChange={onChange} />
        </Section>
        {hasCommittee(form) && (
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
        <Checks advice={adviceOn(form)} items={form.items} reasons={reasons} />
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
