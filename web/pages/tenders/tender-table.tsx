// How are several tenders shown? One row each: what, whose, where it stands, until when, for how much.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import type { ENDPOINTS } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { type Column, DataTable, type DataTableProps } from '../../parts/data-table.tsx'
import { Deadline } from '../../parts/deadline.tsx'
import { Money } from '../../parts/money.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { Time } from '../../parts/time.tsx'

export type TenderSummary = ReplyOf<typeof ENDPOINTS.listTenders>['tenders'][number]

function useColumns(inNotice: boolean): Column<TenderSummary>[] {
  const { t, i18n } = useTranslation()
  const lang = i18n.language
  return [
    {
      id: 'title',
      head: t('tenders.columns.title'),
      names: true,
      text: (row) => inLanguage(row.title, lang),
      cell: (row) => (
        <>
          <Link className="font-semibold" to={`/tenders/${row.no}`}>
            {inLanguage(row.title, lang)}
          </Link>
          <span className="note tnum block">
            {row.no}-{row.revision}
          </span>
          {row.lot && inNotice && (
            <Link className="block" to={`/lots/${row.no}`}>
              {t('tenders.lotOf', { lot: row.lot.lot, of: row.lot.of, title: inLanguage(row.lot.title, lang) })}
            </Link>
          )}
        </>
      ),
    },
    { id: 'no', head: t('tenders.columns.no'), text: (row) => `${row.no}-${row.revision}` },
    {
      id: 'agency',
      head: t('tenders.columns.agency'),
      text: (row) => inLanguage(row.agency.name, lang),
      cell: (row) => inLanguage(row.agency.name, lang),
    },
    {
      id: 'status',
      head: t('tenders.columns.status'),
      text: (row) => t(`parts.status.${row.status}`),
      cell: (row) => <StatusTag status={row.status} />,
    },
    {
      id: 'deadline',
      head: t('tenders.columns.deadline'),
      text: (row) => row.deadline,
      cell: (row) => (
        <>
          <Time at={row.deadline} form="short" />
          {row.status === 'open' && (
            <span className="block">
              <Deadline at={row.deadline} compact />
            </span>
          )}
        </>
      ),
    },
    {
      id: 'budget',
      head: t('tenders.columns.budget'),
      num: true,
      text: (row) => row.budget.amount,
      cell: (row) => <Money amount={row.budget.amount} currency={row.budget.currency} form="short" />,
    },
  ]
}

type TenderTableProps = Pick<
  DataTableProps<TenderSummary>,
  'caption' | 'captionHidden' | 'rows' | 'empty' | 'fileName' | 'paging'
> & {
  /** Whether a lot says of which notice it is; not in the list of that notice's own lots. */
  inNotice?: boolean
}

export function TenderTable({ inNotice = true, ...props }: TenderTableProps) {
  return <DataTable {...props} columns={useColumns(inNotice)} keyOf={(row) => row.no} />
}
