// On which committees does this evaluator sit, and what is still to be marked?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { Calls } from './calls.tsx'
import { OwnFields } from './own-fields.tsx'

type Assignment = ReplyOf<(typeof ENDPOINTS)['listAssignments']>['assignments'][number]

function Assignments() {
  const { t, i18n } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.listAssignments, {}, { every: 15_000 })
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  const says = ({ missing, signed }: Assignment) =>
    missing === null
      ? t('evaluator.noSheet')
      : missing === 0
        ? t(signed ? 'evaluator.allGiven' : 'evaluator.toSign')
        : t('evaluator.missing', { count: missing })
  // What waits for marks comes first.
  const rows = [...data.assignments].sort((a, b) => Number(b.missing !== null) - Number(a.missing !== null))
  return (
    <DataTable<Assignment>
      caption={t('evaluator.title')}
      captionHidden
      columns={[
        {
          id: 'tender',
          head: t('evaluator.tender'),
          names: true,
          cell: ({ tender }) => (
            <>
              <Link to={`/e/${tender.no}`}>{inLanguage(tender.title, i18n.language)}</Link>
              <br />
              <span className="note tnum">{tender.no}</span>
            </>
          ),
          text: ({ tender }) => `${inLanguage(tender.title, i18n.language)} ${tender.no}`,
        },
        {
          id: 'agency',
          head: t('evaluator.agency'),
          cell: ({ tender }) => inLanguage(tender.agency.name, i18n.language),
          text: ({ tender }) => inLanguage(tender.agency.name, i18n.language),
        },
        {
          id: 'deadline',
          head: t('evaluator.opening'),
          cell: ({ tender }) => <Time at={tender.openAfter} form="short" />,
          text: ({ tender }) => tender.openAfter,
        },
        {
          id: 'status',
          head: t('evaluator.status'),
          cell: ({ tender }) => <StatusTag status={tender.status} />,
          text: ({ tender }) => tender.status,
        },
        {
          id: 'seat',
          head: t('evaluator.seat'),
          cell: ({ evaluator }) => evaluator,
          text: ({ evaluator }) => evaluator,
        },
        { id: 'missing', head: t('evaluator.todo'), cell: (row) => <strong>{says(row)}</strong>, text: says },
      ]}
      empty={<Empty title={t('evaluator.none')} />}
      fileName="assignments"
      keyOf={({ tender }) => tender.no}
      marked={({ missing, signed }) => missing !== null && (missing > 0 || signed === false)}
      rows={rows}
    />
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="evaluator" title={t('evaluator.title')}>
      {() => (
        <>
          <PageHead lead={t('evaluator.lead')} title={t('evaluator.title')} />
          <Calls />
          <Assignments />
          <OwnFields />
        </>
      )}
    </RoleGate>
  )
}
