// Where does each of the agency's tenders stand, and which of them waits for the officer?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Deadline } from '../../parts/deadline.tsx'
import { Money } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'

type Tender = ReplyOf<(typeof ENDPOINTS)['listTenders']>['tenders'][number]

/** Stages in the order in which they ask for the officer. */
const STAGES = [
  { id: 'act', states: ['evaluating', 'ranked'] },
  { id: 'draft', states: ['draft'] },
  { id: 'open', states: ['published'] },
  { id: 'moving', states: ['closed', 'technical_opening', 'scores_locked', 'price_opening'] },
  { id: 'ended', states: ['awarded', 'failed', 'cancelled'] },
] as const

function Stage({ id, tenders }: { id: (typeof STAGES)[number]['id']; tenders: readonly Tender[] }) {
  const { t, i18n } = useTranslation()
  return (
    <section className="stack">
      <h2>
        {t(`agency.stage.${id}`)} <span className="text-muted tnum">({tenders.length})</span>
      </h2>
      <DataTable<Tender>
        caption={t(`agency.stage.${id}`)}
        captionHidden
        columns={[
          {
            id: 'title',
            head: t('agency.list.tender'),
            names: true,
            cell: (tender) => (
              <>
                <Link to={`/a/${tender.no}`}>{inLanguage(tender.title, i18n.language)}</Link>
                <br />
                <span className="note tnum">{tender.no}</span>
              </>
            ),
            text: (tender) => `${inLanguage(tender.title, i18n.language)} ${tender.no}`,
          },
          {
            id: 'state',
            head: t('agency.list.state'),
            cell: (tender) => <StatusTag status={tender.status} />,
            text: (tender) => tender.state,
          },
          {
            id: 'next',
            head: t('agency.list.next'),
            cell: (tender) => t(`agency.next.${tender.state}`),
            text: (tender) => t(`agency.next.${tender.state}`),
          },
          {
            id: 'budget',
            head: t('agency.list.budget'),
            num: true,
            cell: (tender) => <Money amount={tender.budget.amount} form="short" />,
            text: (tender) => tender.budget.amount,
          },
          {
            id: 'deadline',
            head: t('agency.list.deadline'),
            cell: (tender) => <Deadline at={tender.deadline} compact />,
            text: (tender) => tender.deadline,
          },
        ]}
        keyOf={(tender) => tender.no}
        marked={() => id === 'act'}
        rows={tenders}
      />
    </section>
  )
}

function Lists({ org }: { org: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(
    ENDPOINTS.listTenders,
    { query: { agency: org, per: 100 } },
    { every: 15_000 },
  )
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  if (data.tenders.length === 0) {
    return (
      <Empty title={t('agency.none')}>
        <p>{t('agency.noneSays')}</p>
      </Empty>
    )
  }
  return (
    <div className="stack gap-10">
      {STAGES.map(({ id, states }) => {
        const tenders = data.tenders.filter((tender) => (states as readonly string[]).includes(tender.state))
        return tenders.length === 0 ? null : <Stage id={id} key={id} tenders={tenders} />
      })}
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of={['officer', 'approver']} title={t('agency.title')}>
      {(person) => (
        <>
          <PageHead lead={t('agency.lead')} title={t('agency.title')}>
            <p className="flex flex-wrap gap-3">
              {person.roles.includes('officer') && (
                <Link className="btn" to="/a/new">
                  {t('agency.new.title')}
                </Link>
              )}
              <Link className="btn btn-quiet" to="/approvals">
                {t('agency.approvals')}
              </Link>
            </p>
          </PageHead>
          <Lists org={person.org} />
        </>
      )}
    </RoleGate>
  )
}
