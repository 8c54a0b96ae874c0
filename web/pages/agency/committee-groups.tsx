// Which seat of the committee is of which group, where the method takes their means apart?
import { useTranslation } from 'react-i18next'
import { seatsOf } from '../../../src/domain/evaluators/committee-draw.ts'
import { FIELDS, type Field } from '../../../src/domain/evaluators/fields.ts'
import { inLanguage } from '../../i18n.ts'
import { Select } from '../../parts/select.tsx'
import { percentOf } from '../../percent.ts'
import { type DraftForm, groupsOf, seatLabels } from './draft-form.ts'

type Props = { form: DraftForm; onChange: (groups: Record<string, string>) => void }

export function CommitteeGroups({ form, onChange }: Props) {
  const { t, i18n } = useTranslation()
  const groups = groupsOf(form)
  if (!groups) return null
  const labels = seatLabels(form)
  const fields = new Map(form.pool ? seatsOf(form.pool).map((seat) => [seat.evaluator, seat.field as Field]) : [])
  const fieldOf = (label: string) => {
    const field = fields.get(label)
    return field ? ` (${inLanguage(FIELDS[field], i18n.language)})` : ''
  }
  return (
    <fieldset className="stack">
      <legend className="mb-2 font-bold">{t('agency.groups.title')}</legend>
      <p className="note">{t('agency.groups.says')}</p>
      {labels.length === 0 && <p className="note">{t('agency.groups.none')}</p>}
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {labels.map((label) => (
          <Select
            key={label}
            label={`${label}${fieldOf(label)}`}
            onChange={(group) => onChange({ ...form.groups, [label]: group })}
            options={groups.map(({ id, title, share }) => ({
              value: id,
              says: t('agency.groups.option', { name: inLanguage(title, i18n.language), share: percentOf(share) }),
            }))}
            value={groups.find((group) => group.evaluators.includes(label))?.id ?? ''}
          />
        ))}
      </div>
      <p className="font-semibold tnum" role="status">
        {groups.map(({ id, title, evaluators }) => (
          <span className="me-4" key={id}>
            {t('agency.groups.count', { name: inLanguage(title, i18n.language), count: evaluators.length })}
          </span>
        ))}
      </p>
    </fieldset>
  )
}
