// With how many bidders is the agreement made? The same field for a rule by negotiation and for one by price.
import { useTranslation } from 'react-i18next'
import { TextField } from '../../parts/text-field.tsx'

export function WinnersField({ value, onChange }: { value: string; onChange: (winners: string) => void }) {
  const { t } = useTranslation()
  return (
    <TextField
      hint={t('agency.price.winnersHint')}
      id="draft-winners"
      inputMode="numeric"
      label={t('agency.price.winners')}
      num
      onChange={(typed) => onChange(typed.trim())}
      value={value}
    />
  )
}
