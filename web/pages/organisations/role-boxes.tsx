// Which of some roles are chosen? Boxes that each stand for one, under one question.
import { useTranslation } from 'react-i18next'
import { ROLE_WORDS, type Role } from '../../../src/domain/powers.ts'
import { inLanguage } from '../../i18n.ts'

export function RoleBoxes({
  possible,
  chosen,
  onChange,
}: {
  possible: readonly Role[]
  chosen: readonly Role[]
  onChange: (roles: Role[]) => void
}) {
  const { t, i18n } = useTranslation()
  const toggle = (role: Role) =>
    onChange(chosen.includes(role) ? chosen.filter((one) => one !== role) : [...chosen, role])
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="field-label">{t('organisations.people.roles')}</legend>
      {possible.map((role) => (
        <label className="flex min-h-11 items-center gap-2" key={role}>
          <input checked={chosen.includes(role)} className="size-5" onChange={() => toggle(role)} type="checkbox" />
          {inLanguage(ROLE_WORDS[role], i18n.language)}
        </label>
      ))}
    </fieldset>
  )
}
