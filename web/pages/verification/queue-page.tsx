// What waits for the operator: registrations and qualifications, the oldest first?
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { KINDS } from '../../../src/domain/organisations/kinds.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'

type Row = ReplyOf<(typeof ENDPOINTS)['listReviews']>['reviews'][number]
const PER = 20

function Queue() {
  const { t, i18n } = useTranslation()
  const [search] = useSearchParams()
  const waiting = search.get('all') === '1' ? 'no' : 'yes'
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1)
  const { data, error, refetch } = useAsk(
    ENDPOINTS.listReviews,
    { query: { waiting, page, per: PER } },
    { every: 15_000, keep: true },
  )
  const hrefOf = (to: number) => `?${new URLSearchParams({ ...Object.fromEntries(search), page: String(to) })}`
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="stack">
      <p>
        <Link to="/approvals">{t('organisations.people.approvals')}</Link>
      </p>
      <p>
        <Link to="/x/fields">{t('organisations.queue.evaluators')}</Link>
      </p>
      <p>
        <Link to={waiting === 'yes' ? '?all=1' : '?'}>
          {t(waiting === 'yes' ? 'organisations.queue.all' : 'organisations.queue.waiting')}
        </Link>
      </p>
      <DataTable<Row>
        caption={t('organisations.queue.title')}
        captionHidden
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
        empty={
          <Empty title={t('organisations.queue.none')}>
            <p>{t('organisations.queue.noneSays')}</p>
          </Empty>
        }
        keyOf={(row) => row.id}
        paging={{ page, per: PER, total: data.total, hrefOf }}
        rows={data.reviews}
      />
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
          <Queue />
        </>
      )}
    </RoleGate>
  )
}
