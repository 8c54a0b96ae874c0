// What waits for the operator: registrations and qualifications, the oldest first?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { KINDS } from '../../../src/domain/organisations/kinds.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Time } from '../../parts/time.tsx'
import { Queue, useQueue } from './queue.tsx'

type Row = ReplyOf<(typeof ENDPOINTS)['listReviews']>['reviews'][number]

function Reviews() {
  const { t, i18n } = useTranslation()
  const queue = useQueue()
  const { data, error, refetch } = useAsk(ENDPOINTS.listReviews, { query: queue.query }, { every: 15_000, keep: true })
  return (
    <Queue<Row>
      columns={[
        {
          id: 'name',
          head: t('organisations.queue.name'),
          names: true,
          cell: (row) => <Link to={`/v/${row.id}`}>{inLanguage(row.name, i18n.language)}</Link>,
        },
        { id: 'kind', head: t('organisations.kind'), cell: (row) => inLanguage(KINDS[row.kind].says, i18n.language) },
        {
          id: 'standing',
          head: t('organisations.queue.standing'),
          cell: (row) => t(`organisations.standings.${row.standing}`),
        },
        {
          id: 'waits',
          head: t('organisations.queue.waits'),
          cell: (row) =>
            [
              ...(row.registration ? [t('organisations.queue.registration')] : []),
              ...(row.facts > 0 ? [t('organisations.queue.facts', { count: row.facts })] : []),
            ].join(', ') || '–',
        },
        {
          id: 'since',
          head: t('organisations.queue.since'),
          cell: (row) => (row.since ? <Time at={row.since} /> : '–'),
        },
      ]}
      error={error}
      found={data && { rows: data.reviews, total: data.total }}
      keyOf={(row) => row.id}
      links={
        <>
          <p>
            <Link to="/approvals">{t('organisations.people.approvals')}</Link>
          </p>
          <p>
            <Link to="/x/fields">{t('organisations.queue.evaluators')}</Link>
          </p>
          <p>
            <Link to="/x/readings">{t('organisations.queue.readings')}</Link>
          </p>
        </>
      }
      onAgain={() => void refetch()}
      queue={queue}
      words={{
        title: t('organisations.queue.title'),
        all: t('organisations.queue.all'),
        waiting: t('organisations.queue.waiting'),
        none: t('organisations.queue.none'),
        noneSays: t('organisations.queue.noneSays'),
      }}
    />
  )
}

/** Reminds of months of readings that nobody has looked through. */
function ReadingsWait() {
  const { t } = useTranslation()
  const { data } = useAsk(ENDPOINTS.listReadingMonths, {})
  if (!data || data.waiting === 0) return null
  return (
    <div className="mb-6">
      <NotificationBanner kind="warning" title={t('organisations.queue.readingsWait', { count: data.waiting })}>
        <p>
          <Link to="/x/readings">{t('organisations.queue.readings')}</Link>
        </p>
      </NotificationBanner>
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="operator" title={t('organisations.queue.title')}>
      {() => (
        <>
          <PageHead lead={t('organisations.queue.lead')} title={t('organisations.queue.title')} />
          <ReadingsWait />
          <Reviews />
        </>
      )}
    </RoleGate>
  )
}
