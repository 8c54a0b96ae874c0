// How can an evaluator show that a decision about a field was taken? What opens its sealed entry in the public log.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Opening } from '../../../src/domain/evaluators/field-decision.ts'

export function SealedEntry({ name, sealed }: { name: string; sealed: Opening }) {
  const { t } = useTranslation()
  return (
    <details>
      <summary>{t('evaluator.fields.sealed', { name, index: sealed.index })}</summary>
      <div className="stack mt-2">
        <p className="note prose">
          {t('evaluator.fields.sealedSays')} <Link to={`/log?entry=${sealed.index}`}>#{sealed.index}</Link>
        </p>
        <p>
          {t('evaluator.fields.salt')} <code className="break-all">{sealed.salt}</code>
        </p>
        <p>
          {t('evaluator.fields.text')} <code className="break-all">{sealed.text}</code>
        </p>
      </div>
    </details>
  )
}
