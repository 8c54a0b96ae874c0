// By which methods can an award be decided, from which rules do they come, and how does each turn a price into points?
import { useTranslation } from 'react-i18next'
import { METHOD_IDS, METHODS } from '../../../src/domain/scoring/methods.ts'
import { inLanguage } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { TryPrices } from './try-prices.tsx'
import { WorkedContests } from './worked-contests.tsx'

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
                </li>
              )
            })}
          </ul>
        </section>
      </div>
    </>
  )
}
