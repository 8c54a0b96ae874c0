// How is one of a few choices taken? The browser's own list: it is known to everybody and costs nothing.
import { type ReactNode, useId } from 'react'

export type SelectProps = {
  label: ReactNode
  hint?: ReactNode
  error?: string | null
  value: string
  onChange: (value: string) => void
  options: readonly { value: string; says: string }[]
  id?: string
  isDisabled?: boolean
}

export function Select({ label, hint, error, value, onChange, options, id, isDisabled }: SelectProps) {
  const own = useId()
  const field = id ?? own
  const notes = [hint && `${field}-hint`, error && `${field}-error`].filter(Boolean).join(' ')
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label className="field-label" htmlFor={field}>
        {label}
      </label>
      {hint && (
        <span className="note" id={`${field}-hint`}>
          {hint}
        </span>
      )}
      <select
        aria-describedby={notes || undefined}
        aria-invalid={error ? true : undefined}
        className="field"
        disabled={isDisabled}
        id={field}
        onChange={(event) => onChange(event.target.value)}
        value={value}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.says}
          </option>
        ))}
      </select>
      {error && (
        <span className="font-semibold text-bad" id={`${field}-error`}>
          {error}
        </span>
      )}
    </div>
  )
}
