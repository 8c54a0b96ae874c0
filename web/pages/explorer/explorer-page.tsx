// How far has the public log grown, who watches it, and what stands in any place of it?
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { ask, ENDPOINTS } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { askLog } from '../../log/ask-log.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Loading, Offline } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { EntryView } from './entry-view.tsx'
import { SearchLog } from './search-log.tsx'

const AGAIN_MS = 15_000

function Head() {
  const { t, i18n } = useTranslation()
  const looked = useQuery({
    queryKey: ['log-growth'],
    queryFn: () => askLog('growth', null),
    refetchInterval: AGAIN_MS,
  })
  if (looked.isError) return <Offline onAgain={() => void looked.refetch()} />
  if (!looked.data) return <Loading />
  const { growth, before, witnesses } = looked.data
  if (growth.state === 'broken') {
    return (
      <NotificationBanner kind="error" live title={t('explorer.broken')}>
        <p>{inLanguage(growth.says, i18n.language)}</p>
        {growth.note !== null && <pre className="mono mt-2 whitespace-pre-wrap break-all">{growth.note}</pre>}
      </NotificationBanner>
    )
  }
  const { head, grew } = growth
  return (
    <>
      <p>
        <ProofBadge state="verified">{t(before === null ? 'explorer.first' : 'explorer.same')}</ProofBadge>{' '}
        {before !== null && grew !== null && (
          <span className="note">
            {t('explorer.grew', { count: grew })} <Time at={before.at} form="exact" />
          </span>
        )}
      </p>
      <SummaryList
        label={t('explorer.head')}
        rows={[
          { name: t('explorer.size'), value: <span className="tnum">{head.size.toLocaleString(i18n.language)}</span> },
          { name: t('explorer.root'), value: <HashText name={t('explorer.root')} value={head.root} /> },
          {
            name: t('explorer.witnessed'),
            value:
              growth.witnessed === null ? (
                t('explorer.noWitness')
              ) : (
                <Time at={new Date(growth.witnessed * 1000).toISOString()} form="exact" />
              ),
          },
        ]}
      />
      {witnesses.length > 0 && (
        <DataTable
          caption={t('explorer.witnesses')}
          columns={[
            { id: 'name', head: t('explorer.witness'), names: true, cell: (w) => w.name, text: (w) => w.name },
            {
              id: 'key',
              head: t('explorer.key'),
              wide: true,
              cell: (w) => <HashText first={24} name={w.name} value={w.vkey} />,
              text: (w) => w.vkey,
            },
            {
              id: 'time',
              head: t('explorer.seen'),
              cell: (w) =>
                w.time === null ? (
                  t('explorer.notSeen')
                ) : (
                  <Time at={new Date(w.time * 1000).toISOString()} form="exact" />
                ),
              text: (w) => (w.time === null ? '' : new Date(w.time * 1000).toISOString()),
            },
          ]}
          keyOf={(w) => w.name}
          rows={witnesses}
        />
      )}
    </>
  )
}

function Heads() {
  const { t, i18n } = useTranslation()
  const heads = useQuery({
    queryKey: ['log-heads'],
    queryFn: async () => {
      const answer = await ask(ENDPOINTS.listHeads, {})
      if (!answer.ok) throw new Error(String(answer.status))
      return answer.body.heads
    },
    refetchInterval: AGAIN_MS,
  })
  if (heads.isError) return <Offline onAgain={() => void heads.refetch()} />
  if (!heads.data) return <Loading />
  const rows = heads.data.map((head, i, all) => ({ ...head, added: head.size - (all[i + 1]?.size ?? 0) }))
  const known = rows.slice(0, rows.length > 1 ? -1 : undefined)
  return (
    <DataTable
      caption={t('explorer.heads')}
      captionHidden
      columns={[
        {
          id: 'size',
          head: t('explorer.size'),
          names: true,
          num: true,
          cell: (row) => row.size.toLocaleString(i18n.language),
          text: (row) => String(row.size),
        },
        {
          id: 'at',
          head: t('explorer.published'),
          cell: (row) => <Time at={row.at} form="exact" />,
          text: (row) => row.at,
        },
        {
          id: 'added',
          head: t('explorer.added'),
          num: true,
          cell: (row) => row.added.toLocaleString(i18n.language),
          text: (row) => String(row.added),
        },
        {
          id: 'witnesses',
          head: t('explorer.witnesses'),
          num: true,
          cell: (row) => row.witnesses,
          text: (row) => String(row.witnesses),
        },
        {
          id: 'root',
          head: t('explorer.root'),
          wide: true,
          cell: (row) => <HashText first={16} name={t('explorer.root')} value={row.root} />,
          text: (row) => row.root,
        },
      ]}
      empty={<p className="note">{t('explorer.none')}</p>}
      fileName="madang-log-heads"
      keyOf={(row) => String(row.size)}
      rows={known}
    />
  )
}

export function Page() {
  const { t } = useTranslation()
  const [query] = useSearchParams()
  const entry = /^\d{1,15}$/.test(query.get('entry') ?? '') ? Number(query.get('entry')) : null
  return (
    <>
      <PageHead lead={t('explorer.lead')} title={t('explorer.title')} />
      <div className="flex flex-col gap-10">
        <section className="stack">
          <h2>{t('explorer.search.title')}</h2>
          <SearchLog entry={entry} />
          {entry !== null && <EntryView index={entry} />}
        </section>
        <section className="stack">
          <h2>{t('explorer.head')}</h2>
          <Head />
          <p className="note">
            {t('explorer.kept')} <Link to="/verify">{t('explorer.verify')}</Link>
          </p>
        </section>
        <section className="stack">
          <h2>{t('explorer.heads')}</h2>
          <Heads />
        </section>
        <section className="stack prose">
          <h2>{t('explorer.files')}</h2>
          <p>{t('explorer.filesSay')}</p>
          <ul>
            <li>
              <a href="/log/checkpoint">/log/checkpoint</a>
            </li>
            <li>
              <a href="/log/policy">/log/policy</a>
            </li>
            <li>
              <Link to="/how/verify">{t('explorer.formats')}</Link>
            </li>
          </ul>
        </section>
      </div>
    </>
  )
}
