// What was wrong with what was sent? At the top of a form, with a link to each field that it is about.
import { CircleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { type ProblemError, wordsOf } from '../../src/api/problems.ts'
import { inLanguage } from '../i18n.ts'

/** A refusal as `ask()` gives it, or one found by the page itself before sending. */
export type Problem = {
  errors: readonly Pick<ProblemError, 'code' | 'facts' | 'at'>[]
  instance?: string
}

export type ErrorSummaryProps = {
  problem: Problem | null
  /** The id of the field that an error is about; `at` is a JSON pointer into the body. Null: no field. */
  fieldOf?: (error: { code: string; at?: string | undefined }) => string | null
  /** The page's own words for a code, where those of the API do not fit. */
  says?: (error: { code: string; at?: string | undefined }) => string | null
}

export function ErrorSummary({ problem, fieldOf, says }: ErrorSummaryProps) {
  const { t, i18n } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (problem) box.current?.focus()
  }, [problem])
  if (!problem) return null
  return (
    <div className="card border-2 border-bad" ref={box} role="alert" tabIndex={-1}>
      <h2 className="mb-2 flex items-center gap-2 text-bad">
        <CircleAlert aria-hidden="true" size={22} />
        {t('parts.errors.title')}
      </h2>
      <ul className="flex flex-col gap-1">
        {problem.errors.map((error) => {
          // Of acts that are done to several lots together, each reason says which tender it is of.
          const lot = /^lots\/(R[^/]+)/.exec(error.at ?? '')?.[1]
          const own = says?.(error) ?? inLanguage(wordsOf(error.code, error.facts), i18n.language)
          const words = lot ? `${lot}: ${own}` : own
          const field = fieldOf?.(error) ?? null
          return (
            <li key={`${error.code} ${error.at ?? ''}`}>
              {field ? (
                <a
                  href={`#${field}`}
                  onClick={(event) => {
                    event.preventDefault()
                    document.getElementById(field)?.focus()
                  }}
                >
                  {words}
                </a>
              ) : (
                words
              )}
            </li>
          )
        })}
      </ul>
      {problem.instance && <p className="note mt-2">{t('parts.errors.instance', { id: problem.instance })}</p>}
    </div>
  )
}
