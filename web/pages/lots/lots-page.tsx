// Which lots has this notice? What is said for all of them, and each with its own rule, keys, opening and award.
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { inLanguage } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { useTender, type View } from '../tender/use-tender.ts'
import { TenderTable } from '../tenders/tender-table.tsx'

function Lots({ no, lots }: { no: string; lots: NonNullable<View['lots']> }) {
  const { t, i18n } = useTranslation()
  // Each with its number before its title, as in the notice.
  const rows = lots.tenders.flatMap(({ tender }, n) => {
    if (!tender) return []
    const { ko, en } = tender.title
    return [{ ...tender, title: { ko: `${n + 1}. ${ko}`, en: `${n + 1}. ${en}` } }]
  })
  const hidden = lots.tenders.length - rows.length
  return (
    <div className="stack gap-8">
      <p className="prose whitespace-pre-wrap">{inLanguage(lots.summary, i18n.language)}</p>
      <section className="stack">
        <h2>{t('lots.list')}</h2>
        <p className="prose">{t('lots.says')}</p>
        <TenderTable
          caption={t('lots.list')}
          captionHidden
          empty={t('lots.none')}
          fileName={`lots-${no}`}
          inNotice={false}
          rows={rows}
        />
        {hidden > 0 && <p className="note">{t('lots.hidden', { count: hidden })}</p>}
      </section>
    </div>
  )
}

export function Page() {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const { data: view, error, refetch } = useTender(no)
  const crumbs = [{ to: '/tenders', says: t('tender.list') }]
  if (!view) {
    return (
      <>
        <PageHead crumbs={crumbs} title={t('lots.page')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const { lots } = view
  return (
    <>
      <PageHead crumbs={crumbs} title={inLanguage((lots ?? view).title, i18n.language)}>
        <p>{inLanguage(view.agency.name, i18n.language)}</p>
      </PageHead>
      {lots ? (
        <Lots lots={lots} no={no} />
      ) : (
        <Empty title={t('lots.none')}>
          <p>
            <Link to={`/tenders/${no}`}>{t('lots.toTender')}</Link>
          </p>
        </Empty>
      )}
    </>
  )
}
