// Through which states does a tender go, and by whose act? Drawn from the one table that the server obeys.
import { ArrowRight, Clock, UserRound } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { LIFECYCLE, publicStatus, STATES, type Step, type TenderState } from '../../../src/domain/tenders/lifecycle.ts'
import { inLanguage } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'

const ENDS: readonly TenderState[] = ['awarded', 'failed', 'cancelled']

const actsFrom = (state: TenderState): Step[] =>
  (LIFECYCLE as readonly Step[]).filter((step) => step.from.includes(state) && step.act !== 'cancel')

function ActRow({ step }: { step: Step }) {
  const { t, i18n } = useTranslation()
  const Icon = step.by === 'clock' ? Clock : UserRound
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1">
      <span className="inline-flex items-center gap-1.5 text-muted">
        <Icon aria-hidden="true" size={18} />
        {t(`how.process.by.${step.by}`)}
      </span>
      <strong>{inLanguage(step.says, i18n.language)}</strong>
      <span className="inline-flex items-center gap-1.5">
        <ArrowRight aria-hidden="true" className="text-muted" size={18} />
        <span className="sr-only">{t('how.process.leadsTo')}</span>
        <a href={`#${step.to}`}>{t(`parts.state.${step.to}`)}</a>
      </span>
    </li>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <>
      <PageHead
        crumbs={[{ to: '/how', says: t('how.title') }]}
        lead={t('how.process.lead')}
        title={t('how.process.title')}
      />
      <ol className="flex flex-col">
        {STATES.map((state) => (
          <li
            className="relative flex gap-4 pb-6 before:absolute before:start-[0.7rem] before:top-8 before:bottom-0 before:border-line before:border-s-2 last:before:hidden"
            id={state}
            key={state}
          >
            <span
              aria-hidden="true"
              className={`mt-1.5 size-6 shrink-0 rounded-full border-4 ${ENDS.includes(state) ? 'border-edge bg-sunken' : 'border-primary bg-card'}`}
            />
            <div className="card min-w-0 flex-1">
              <div className="flex flex-wrap items-center gap-3">
                <h2 className="text-[1.15rem]">{t(`parts.state.${state}`)}</h2>
                <StatusTag status={publicStatus(state)} />
              </div>
              <p className="note">{t(`how.process.what.${state}`)}</p>
              {ENDS.includes(state) ? (
                <p className="note">{t('how.process.end')}</p>
              ) : (
                <ul className="mt-2">
                  {actsFrom(state).map((step) => (
                    <ActRow key={step.act} step={step} />
                  ))}
                </ul>
              )}
            </div>
          </li>
        ))}
      </ol>
      <p className="prose mt-4">{t('how.process.cancel')}</p>
    </>
  )
}
