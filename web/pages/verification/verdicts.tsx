// How does the operator decide about rows? Yes or no on each row, and one statement below for those refused.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { TextField } from '../../parts/text-field.tsx'

/** The two buttons of a row. */
export function Verdict({ busy, yes, no }: Record<'yes' | 'no', { says: string; on: () => void }> & { busy: boolean }) {
  return (
    <span className="flex flex-wrap gap-2">
      <Button isPending={busy} onPress={yes.on} small>
        {yes.says}
      </Button>
      <Button isPending={busy} kind="danger" onPress={no.on} small>
        {no.says}
      </Button>
    </span>
  )
}

export type VerdictsProps = {
  /** Id of the statement, which refusals of it lead to. */
  id: string
  /** Texts of the statement stand under these names. */
  label: 'evaluator.review.statement' | 'organisations.decide.statement'
  hint: 'evaluator.review.hint' | 'organisations.decide.factHint'
  problem: Problem | null
  /** Whether a row waits for a verdict. */
  open: boolean
  statement: string
  onStatement: (statement: string) => void
  longest: number
  /** Said once a verdict was taken. */
  done?: string | false
  children: ReactNode
}

export function Verdicts({ id, label, hint, problem, open, statement, onStatement, ...rest }: VerdictsProps) {
  const { t } = useTranslation()
  return (
    <>
      <ErrorSummary fieldOf={() => id} problem={problem} />
      {rest.children}
      {rest.done !== undefined && (
        <p className="note" role="status">
          {rest.done}
        </p>
      )}
      {open && (
        <TextField
          hint={t(hint)}
          id={id}
          label={t(label)}
          maxLength={rest.longest}
          onChange={onStatement}
          rows={3}
          value={statement}
        />
      )}
    </>
  )
}
