// Which fields does a registration have, the first time and when it is handed in again?
import { useTranslation } from 'react-i18next'
import type { SchemeId } from '../../../src/domain/organisations/registration-number.ts'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { schemeChoices } from './organisation-words.ts'

export type Details = { nameKo: string; nameEn: string; scheme: SchemeId; number: string }
export const NO_DETAILS: Details = { nameKo: '', nameEn: '', scheme: 'KR-BRN', number: '' }

/** `prefix` begins the ids, so that an error summary can lead to the fields. */
export function DetailsFields({
  prefix,
  details,
  onChange,
}: {
  prefix: string
  details: Details
  onChange: (details: Details) => void
}) {
  const { t, i18n } = useTranslation()
  const set = (member: keyof Details) => (value: string) => onChange({ ...details, [member]: value })
  return (
    <>
      <TextField
        id={`${prefix}-nameKo`}
        label={t('organisations.nameKo')}
        maxLength={100}
        onChange={set('nameKo')}
        value={details.nameKo}
      />
      <TextField
        id={`${prefix}-nameEn`}
        label={t('organisations.nameEn')}
        maxLength={100}
        onChange={set('nameEn')}
        value={details.nameEn}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          id={`${prefix}-scheme`}
          label={t('organisations.scheme')}
          onChange={set('scheme')}
          options={schemeChoices(i18n.language)}
          value={details.scheme}
        />
        <TextField
          hint={details.scheme === 'KR-BRN' ? t('organisations.numberHint') : undefined}
          id={`${prefix}-number`}
          label={t('organisations.number')}
          maxLength={60}
          onChange={set('number')}
          value={details.number}
        />
      </div>
    </>
  )
}
