// What does a visitor see first? One box to search in, what is being opened now, what closes next, and why to trust any of it.
import { ArrowRight, KeyRound, ListChecks, Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Deadline } from '../../parts/deadline.tsx'
import { GrowthWatch } from '../../parts/growth-watch.tsx'
import { Money } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { SearchBox } from '../tenders/search-box.tsx'
import type { TenderSummary } from '../tenders/tender-table.tsx'

const FEW = 5

function Section({
  title,
  more,
  children,
}: {
  title: string
  more: { to: string; says: string }
  children: ReactNode
}) {
  return (
    <section className="stack min-w-0">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2>{title}</h2>
        <Link className="inline-flex items-center gap-1" to={more.to}>
          {more.says}
          <ArrowRight aria-hidden="true" size={16} />
        </Link>
      </div>
      {children}
    </section>
  )
}

function Row({ tender, to, children }: { tender: TenderSummary; to: string; children: ReactNode }) {
  const { i18n } = useTranslation()
  return (
    <li className="flex flex-col gap-1 border-line border-b py-3 last:border-b-0">
      <Link className="font-semibold" to={to}>
        {inLanguage(tender.title, i18n.language)}
      </Link>
      <span className="note flex flex-wrap gap-x-3">
        <span>{inLanguage(tender.agency.name, i18n.language)}</span>
        <span className="tnum">{tender.no}</span>
      </span>
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">{children}</span>
    </li>
  )
}

function Rows({
  tenders,
  none,
  row,
}: {
  tenders: TenderSummary[] | undefined
  none: string
  row: (t: TenderSummary) => ReactNode
}) {
  if (tenders === undefined) return <div aria-hidden="true" className="card h-28 bg-sunken motion-safe:animate-pulse" />
  if (tenders.length === 0) return <p className="card note">{none}</p>
  return <ul className="card py-1">{tenders.map(row)}</ul>
}

function Trust() {
  const { t } = useTranslation()
  const reasons = [
    { icon: Lock, key: 'sealed', to: '/how' },
    { icon: KeyRound, key: 'keys', to: '/k' },
    { icon: ListChecks, key: 'log', to: '/how/log' },
  ] as const
  return (
    <section className="stack">
      <h2>{t('home.trust.title')}</h2>
      <ul className="grid gap-6 md:grid-cols-3">
        {reasons.map(({ icon: Icon, key, to }) => (
          <li className="card flex min-w-0 flex-col gap-2" key={key}>
            <Icon aria-hidden="true" className="text-primary" size={26} />
            <h3>{t(`home.trust.${key}.title`)}</h3>
            <p className="text-muted">{t(`home.trust.${key}.text`)}</p>
            <p className="mt-auto">
              <Link to={to}>{t(`home.trust.${key}.more`)}</Link>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** How many tenders stand where; each figure leads to the tenders that it counts. */
function Figures({ counts }: { counts: { id: TenderSummary['status']; n: number }[] }) {
  const { t } = useTranslation()
  const shown = counts.filter(({ id }) => id !== 'draft')
  if (shown.length === 0) return null
  return (
    <ul aria-label={t('home.figures')} className="flex flex-wrap gap-2">
      {shown.map(({ id, n }) => (
        <li key={id}>
          <Link
            className="inline-flex min-h-11 items-center gap-2 rounded-full border border-line bg-card px-3 text-ink no-underline hover:border-edge"
            to={`/tenders?status=${id}`}
          >
            <StatusTag status={id} />
            <span aria-hidden="true" className="tnum font-bold">
              {n}
            </span>
            <span className="sr-only">{t('tenders.count', { count: n })}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

export function Page() {
  const { t } = useTranslation()
  const go = useNavigate()
  const list = (query: { status: 'opening' | 'open' | 'awarded'; sort?: 'newest' }, every: number) =>
    // biome-ignore lint/correctness/useHookAtTopLevel: called three times, always in this order
    useAsk(ENDPOINTS.listTenders, { query: { ...query, per: FEW } }, { every })
  const live = list({ status: 'opening' }, 5_000)
  const open = list({ status: 'open' }, 15_000)
  const awarded = list({ status: 'awarded', sort: 'newest' }, 30_000)
  const broken = open.isError ? open : null
  return (
    <div className="flex flex-col gap-10">
      <GrowthWatch />
      <div className="rounded-card border border-transparent bg-primary-soft px-5 py-8 sm:px-10 md:py-12">
        <PageHead lead={t('home.lead')} tabTitle={t('home.tab')} title={t('home.title')} />
        <div className="max-w-[44rem]">
          <SearchBox onSearch={(text) => void go(`/tenders?${new URLSearchParams({ text })}`)} text="" />
        </div>
        <div className="mt-5">{open.data && <Figures counts={open.data.facets.status} />}</div>
      </div>
      {broken ? (
        <Trouble error={broken.error} onAgain={() => void broken.refetch()} />
      ) : (
        <div className="grid gap-x-6 gap-y-10 lg:grid-cols-3">
          <Section more={{ to: '/openings', says: t('home.live.more') }} title={t('home.live.title')}>
            <Rows
              none={t('home.live.none')}
              row={(tender) => (
                <Row key={tender.no} tender={tender} to={`/tenders/${tender.no}/opening`}>
                  <StatusTag status={tender.status} />
                </Row>
              )}
              tenders={live.data?.tenders}
            />
          </Section>
          <Section more={{ to: '/tenders?status=open', says: t('home.closing.more') }} title={t('home.closing.title')}>
            <Rows
              none={t('home.closing.none')}
              row={(tender) => (
                <Row key={tender.no} tender={tender} to={`/tenders/${tender.no}`}>
                  <Time at={tender.deadline} form="short" />
                  <Deadline at={tender.deadline} compact />
                </Row>
              )}
              tenders={open.data?.tenders}
            />
          </Section>
          <Section more={{ to: '/tenders?status=awarded', says: t('home.awards.more') }} title={t('home.awards.title')}>
            <Rows
              none={t('home.awards.none')}
              row={(tender) => (
                <Row key={tender.no} tender={tender} to={`/tenders/${tender.no}`}>
                  <StatusTag status={tender.status} />
                  <Money amount={tender.budget.amount} currency={tender.budget.currency} form="short" />
                </Row>
              )}
              tenders={awarded.data?.tenders}
            />
          </Section>
        </div>
      )}
      <Trust />
    </div>
  )
}
