// By which methods can an award be decided, from which rules do they come, and how does each turn a price into points?
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { METHOD_IDS, METHODS, type MethodId } from '../../../src/domain/scoring/methods.ts'
import { inLanguage } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { TryPrices } from './try-prices.tsx'
import { WorkedContests } from './worked-contests.tsx'

const WorkedMethod = lazy(async () => ({ default: (await import('./worked-method.tsx')).WorkedMethod }))

/** Computed when it is asked for: there is one for every method. */
function Example({ id, title }: { id: MethodId; title: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {t('how.scoring.worked.one')} <span className="sr-only">{title}</span>
      </summary>
      {open && (
        <Suspense fallback={null}>
          <WorkedMethod id={id} title={title} />
        </Suspense>
      )}
    </details>
  )
}

export function Page() {
  const { t, i18n } = useTranslation()
  return (
    <>
      <PageHead
        crumbs={[{ to: '/how', says: t('how.title') }]}
        lead={t('how.scoring.lead')}
        title={t('how.scoring.title')}
      />
      <div className="flex flex-col gap-10">
        <section className="stack prose">
          <h2>{t('how.scoring.steps.title')}</h2>
          <ol>
            {(['marks', 'trim', 'pass', 'price', 'total', 'ties'] as const).map((key) => (
              <li key={key}>{t(`how.scoring.steps.${key}`)}</li>
            ))}
          </ol>
        </section>
        <TryPrices />
        <WorkedContests />
        <section className="stack">
          <h2>{t('how.scoring.methods')}</h2>
          <p className="prose">{t('how.scoring.worked.all')}</p>
          <ul className="grid gap-4 md:grid-cols-2">
            {METHOD_IDS.map((id) => {
              const { title, says, source, defaults } = METHODS[id]
              return (
                <li className="card flex min-w-0 flex-col gap-2" id={id} key={id}>
                  <h3>{inLanguage(title, i18n.language)}</h3>
                  <p>{inLanguage(says, i18n.language)}</p>
                  {'weights' in defaults && (
                    <p className="tnum font-semibold">{t('how.scoring.weights', defaults.weights)}</p>
                  )}
                  <p className="note" lang="en">
                    {source}
                  </p>
                  <Example id={id} title={inLanguage(title, i18n.language)} />
                </li>
              )
            })}
          </ul>
        </section>
      </div>
    </>
  )
}
