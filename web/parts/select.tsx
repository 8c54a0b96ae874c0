// How is one of a few choices taken? The browser's own list: it is known to everybody and costs nothing.
import { type ReactNode, useId } from 'react'

/** `group`: choices with the same one stand together under it. */
export type SelectOption = { value: string; says: string; group?: string }

export type SelectProps = {
  label: ReactNode
  hint?: ReactNode
  error?: string | null
  value: string
  onChange: (value: string) => void
  options: readonly SelectOption[]
  id?: string
  isDisabled?: boolean
}

export function Select({ label, hint, error, value, onChange, options, id, isDisabled }: SelectProps) {
  const made = useId()
  const field = id ?? made
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
        {[...new Set(options.map(({ group }) => group))].map((group) => {
          const own = options
            .filter((option) => option.group === group)
            .map(({ value, says }) => (
              <option key={value} value={value}>
                {says}
              </option>
            ))
          return group === undefined ? (
            own
          ) : (
            <optgroup key={group} label={group}>
              {own}
            </optgroup>
          )
        })}
      </select>
      {error && (
        <span className="font-semibold text-bad" id={`${field}-error`}>
          {error}
        </span>
      )}
    </div>
  )
}
