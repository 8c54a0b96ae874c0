// Where does the opening stand, in short, and where can it be watched?
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { needWords } from '../../i18n.ts'
import { Loading } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import type { View } from './use-tender.ts'

/** What is open, and its files: fetched where bids are open. */
const OpenedParts = lazy(async () => {
  const [part] = await Promise.all([import('./opened-parts.tsx'), needWords(['files'])])
  return { default: part.OpenedParts }
})

export function OpeningTab({ view }: { view: View }) {
  const { t } = useTranslation()
  const open = view.state === 'published'
  return (
    <div className="stack gap-8">
      <SummaryList
        label={t('tender.opening.title')}
        rows={[
          { name: t('tender.opening.now'), value: t(`tender.state.${view.state}`) },
          { name: t('tender.opening.bids'), value: t(open ? 'tender.opening.hidden' : 'tender.opening.closedSays') },
          { name: t('tender.overview.openAfter'), value: <Time at={view.openAfter} form="exact" /> },
        ]}
      />
      <p className="no-print">
        <Link className="btn" to={`/tenders/${view.no}/opening`}>
          {t('tender.opening.room')}
        </Link>
      </p>
      {view.envelopes && (
        <Suspense fallback={<Loading />}>
          <OpenedParts view={view} />
        </Suspense>
      )}
    </div>
  )
}
