// What is a text field with its label, its hint and its error, each tied to it?
import type { ReactNode } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField'

export type TextFieldProps = Omit<AriaTextFieldProps, 'children' | 'className' | 'style'> & {
  label: ReactNode
  hint?: ReactNode
  error?: string | null | undefined
  /** Lines of a text area; 1 is a single line. */
  rows?: number
  inputMode?: 'text' | 'numeric' | 'decimal' | 'email' | 'search'
  /** Figures stand at the end. */
  num?: boolean
}

/** `id` goes to the input itself, so that an error summary can lead to it. */
export function TextField({ label, hint, error, rows = 1, inputMode, num = false, id, ...rest }: TextFieldProps) {
  const invalid = error !== undefined && error !== null && error !== ''
  const own = id === undefined ? {} : { id }
  return (
    <AriaTextField {...rest} className="flex min-w-0 flex-col gap-1" isInvalid={invalid}>
      <Label className="field-label">{label}</Label>
      {hint && (
        <Text className="note" slot="description">
          {hint}
        </Text>
      )}
      {rows > 1 ? (
        <TextArea className="field" rows={rows} {...own} />
      ) : (
        <Input className={`field ${num ? 'num' : ''}`} {...(inputMode ? { inputMode } : {})} {...own} />
      )}
      <FieldError className="font-semibold text-bad">{error}</FieldError>
    </AriaTextField>
  )
}
