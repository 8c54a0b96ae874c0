// How does it all work, in one page that a citizen reads in three minutes?
import { Gavel, KeyRound, Lock, type LucideIcon, Megaphone, Scale, Timer } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { PageHead } from '../../parts/page.tsx'

const STEPS: readonly [string, LucideIcon][] = [
  ['notice', Megaphone],
  ['seal', Lock],
  ['close', Timer],
  ['open', KeyRound],
  ['evaluate', Scale],
  ['award', Gavel],
]

const MORE = [
  ['/how/process', 'process'],
  ['/how/scoring', 'scoring'],
  ['/how/log', 'log'],
  ['/how/verify', 'verify'],
  ['/how/events', 'events'],
  ['/how/refusals', 'refusals'],
  ['/who-may', 'whoMay'],
] as const

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead lead={t('how.lead')} title={t('how.title')} />
      <div className="flex flex-col gap-10">
        <ol className="grid gap-4 md:grid-cols-2">
          {STEPS.map(([key, Icon], i) => (
            <li className="card flex min-w-0 gap-4" key={key}>
              <span className="flex size-11 shrink-0 items-center justify-center rounded-full bg-primary-soft text-primary">
                <Icon aria-hidden="true" size={22} />
              </span>
              <div className="flex min-w-0 flex-col gap-1">
                <h2 className="text-[1.15rem]">
                  {i + 1}. {t(`how.steps.${key}.title`)}
                </h2>
                <p>{t(`how.steps.${key}.text`)}</p>
                <p className="note">
                  <strong>{t('how.check')}</strong> {t(`how.steps.${key}.check`)}
                </p>
              </div>
            </li>
          ))}
        </ol>
        <section className="stack">
          <h2>{t('how.doubts.title')}</h2>
          <div className="prose">
            {(['operator', 'agency', 'custodian', 'outage'] as const).map((key) => (
              <details className="card" key={key}>
                <summary className="font-semibold">{t(`how.doubts.${key}.question`)}</summary>
                <p className="mt-2">{t(`how.doubts.${key}.answer`)}</p>
              </details>
            ))}
          </div>
        </section>
        <section className="stack">
          <h2>{t('how.more')}</h2>
          <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
            {MORE.map(([to, key]) => (
              <li className="card min-w-0" key={to}>
                <Link className="font-semibold" to={to}>
                  {t(`how.${key}.title`)}
                </Link>
                <p className="note">{t(`how.${key}.lead`)}</p>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  )
}
