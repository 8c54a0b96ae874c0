// Which new password? One field that can be looked at, with the rule beside it; a password manager fills it.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from './text-field.tsx'

export type NewPasswordFieldProps = {
  value: string
  onChange: (value: string) => void
  id?: string
  /** What it is called where nobody had a password before. */
  label?: string
}

export function NewPasswordField({ value, onChange, id = 'new-password', label }: NewPasswordFieldProps) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(false)
  return (
    <div className="stack">
      <TextField
        autoComplete="new-password"
        hint={t('people.password.hint')}
        id={id}
        label={label ?? t('people.password.next')}
        maxLength={512}
        onChange={onChange}
        type={shown ? 'text' : 'password'}
        value={value}
      />
      <label className="flex min-h-11 items-center gap-2">
        <input
          checked={shown}
          className="size-5"
          onChange={(event) => setShown(event.target.checked)}
          type="checkbox"
        />
        {t('people.password.show')}
      </label>
    </div>
  )
}
