// Which of one's own acts are there for this tender, and which one counts?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import type { ENDPOINTS } from '../../call.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Time } from '../../parts/time.tsx'

export type OwnAct = ReplyOf<(typeof ENDPOINTS)['readOwnBids']>['acts'][number]

/** "counts", "replaced", "withdrawn", "outdated": what became of an act, seen from the newest one. */
export function standingOf(
  act: OwnAct,
  acts: readonly OwnAct[],
): 'counts' | 'withdrawal' | 'withdrawn' | 'replaced' | 'outdated' {
  if (act.kind === 'withdrawal') return 'withdrawal'
  if (act.counts) return 'counts'
  if (act.outdated) return 'outdated'
  return acts.some((later) => later.seq === act.seq + 1 && later.kind === 'withdrawal') ? 'withdrawn' : 'replaced'
}

export function OwnActs({ no, acts }: { no: string; acts: readonly OwnAct[] }) {
  const { t } = useTranslation()
  return (
    <DataTable<OwnAct>
      caption={t('supplier.acts.title')}
      columns={[
        {
          id: 'seq',
          head: t('supplier.acts.seq'),
          names: true,
          cell: (act) => t(`supplier.acts.${act.kind}`, { seq: act.seq }),
          text: (act) => `${act.seq} ${act.kind}`,
        },
        {
          id: 'at',
          head: t('supplier.acts.at'),
          cell: (act) => <Time at={act.at} form="exact" />,
          text: (act) => act.at,
        },
        {
          id: 'standing',
          head: t('supplier.acts.standing'),
          cell: (act) => <strong>{t(`supplier.acts.${standingOf(act, acts)}`)}</strong>,
          text: (act) => standingOf(act, acts),
        },
        {
          id: 'index',
          head: t('supplier.acts.index'),
          num: true,
          cell: (act) => act.index ?? t('supplier.acts.pending'),
          text: (act) => String(act.index ?? ''),
        },
        {
          id: 'receipt',
          head: t('supplier.acts.receipt'),
          cell: (act) => (
            <Link to={`/s/${no}?receipt=${act.c}`}>
              <span className="tnum">{act.c.slice(0, 12)}</span>
            </Link>
          ),
          text: (act) => act.c,
        },
      ]}
      fileName={`acts-${no}`}
      keyOf={(act) => act.c}
      marked={(act) => act.counts}
      rows={[...acts].reverse()}
    />
  )
}
