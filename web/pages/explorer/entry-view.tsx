// What stands in one place of the log, and does the log prove that it does?
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { askLog } from '../../log/ask-log.ts'
import { HashText } from '../../parts/hash-text.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Empty, Loading, Offline } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'

type Shown = { typ: string; at: string | null; org: string | null; ref: string | null; by: string | null }

/** The members that people look for; the whole entry stands below as it is. */
function shown(leaf: string): Shown {
  const { typ = '', at = null, org = null, ref = null, by = null } = JSON.parse(leaf) as Partial<Shown>
  return { typ, at, org, ref, by }
}

export function EntryView({ index }: { index: number }) {
  const { t } = useTranslation()
  const found = useQuery({
    queryKey: ['log-entry', index],
    queryFn: () => askLog('entry', { index }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (found.isError) return <Offline onAgain={() => void found.refetch()} />
  if (found.data === undefined) return <Loading />
  if (found.data === null) return <Empty title={t('explorer.entry.none', { index })} />
  const { leaf, payload, refused } = found.data
  const { typ, at, org, ref, by } = shown(leaf)
  return (
    <article className="card stack">
      <h3>{t('explorer.entry.title', { index })}</h3>
      <p>
        <ProofBadge state={refused === null ? 'verified' : 'failed'} {...(refused === null ? {} : { why: refused })}>
          {t(refused === null ? 'explorer.entry.proven' : 'explorer.entry.unproven')}
        </ProofBadge>
      </p>
      <SummaryList
        label={t('explorer.entry.title', { index })}
        rows={[
          { name: t('explorer.entry.type'), value: <code>{typ}</code> },
          ...(payload === null ? [{ name: t('explorer.entry.what'), value: t('explorer.entry.sealed') }] : []),
          ...(at === null ? [] : [{ name: t('explorer.entry.at'), value: <span className="tnum">{at}</span> }]),
          ...(org === null ? [] : [{ name: t('explorer.entry.org'), value: org }]),
          ...(ref === null || ref === '-'
            ? []
            : [{ name: t('explorer.entry.tender'), value: <Link to={`/tenders/${ref}?tab=log`}>{ref}</Link> }]),
          ...(by === null ? [] : [{ name: t('explorer.entry.by'), value: <code className="break-all">{by}</code> }]),
          ...(payload === null
            ? []
            : [
                { name: t('explorer.entry.hash'), value: <HashText name={t('explorer.entry.hash')} value={payload} /> },
              ]),
        ]}
      />
      <pre className="mono whitespace-pre-wrap break-all rounded-card border border-line bg-sunken p-3">{leaf}</pre>
      <p className="flex flex-wrap gap-4">
        {payload !== null && <a href={`/log/payload/${payload}`}>{t('explorer.entry.payload')}</a>}
        <a download={`entry-${index}.tlog-proof`} href={`/log/proof/${index}`}>
          {t('explorer.entry.receipt')}
        </a>
        {index > 0 && <Link to={`/log?entry=${index - 1}`}>{t('explorer.entry.before')}</Link>}
        <Link to={`/log?entry=${index + 1}`}>{t('explorer.entry.after')}</Link>
      </p>
    </article>
  )
}
