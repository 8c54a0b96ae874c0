// Everything the public may know of one tender, on one page: facts, rule, opening, marks, award, and the log behind all of it.
import { FileJson, Printer } from 'lucide-react'
import { lazy, type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { inLanguage, needWords } from '../../i18n.ts'
import { Deadline } from '../../parts/deadline.tsx'
import { Money } from '../../parts/money.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { type TabRow, Tabs } from '../../parts/tabs.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session.ts'
import { OverviewTab } from './overview-tab.tsx'
import type { TenderFacts } from './tender-facts.ts'
import { useEvents, useTender, type View } from './use-tender.ts'

/** Who comes reads the facts first; the other tabs, most of which compute marks, ranking or hashes again, are fetched by whoever opens one. */
const AwardTab = lazy(async () => ({ default: (await import('./award-tab.tsx')).AwardTab }))
const EvaluationTab = lazy(async () => ({ default: (await import('./evaluation-tab.tsx')).EvaluationTab }))
const LogTab = lazy(async () => {
  // The words of its steps are those of the log's own page.
  const [{ LogTab: Tab }] = await Promise.all([import('./log-tab.tsx'), needWords(['explorer'])])
  return { default: Tab }
})
const OpeningTab = lazy(async () => ({ default: (await import('./opening-tab.tsx')).OpeningTab }))
const ObjectionsTab = lazy(async () => {
  const words = needWords(['objection', 'signing'])
  const [{ ObjectionsTab: Tab }] = await Promise.all([import('./objections-tab.tsx'), words])
  return { default: Tab }
})
const QuestionsTab = lazy(async () => {
  const [{ QuestionsTab: Tab }] = await Promise.all([import('./questions-tab.tsx'), needWords(['question', 'signing'])])
  return { default: Tab }
})
const RuleTab = lazy(async () => ({ default: (await import('./rule-tab.tsx')).RuleTab }))
const computed = (tab: ReactNode) => <Suspense fallback={<Loading />}>{tab}</Suspense>

const INCIDENTS = new Set([
  'clock-late',
  'custodian-convicted',
  'closing-time-override',
  'leaf-put-back',
  'bid-dropped',
  'envelope-restored',
  'file-restored',
  'custodians-lost',
])

/** What this visitor can do here, by role: one main action. */
function Action({ view }: { view: View }) {
  const { t } = useTranslation()
  const session = useSession()
  const roles = session.state === 'in' ? session.person.roles : []
  const own = session.state === 'in' && session.person.org === view.agency.id && roles.includes('officer')
  const overseer = session.state === 'in' && roles.includes('auditor') && view.overseers.includes(session.person.org)
  const [to, says] = own
    ? [`/a/${view.no}`, t('tender.act.agency')]
    : overseer && /_opening$/.test(view.state)
      ? [`/oversight/${view.no}`, t('tender.act.oversee')]
      : roles.includes('evaluator')
        ? [`/e/${view.no}`, t('tender.act.evaluator')]
        : view.state === 'published'
          ? [`/s/${view.no}`, t('tender.act.bid')]
          : [`/tenders/${view.no}/opening`, t('tender.opening.room')]
  return (
    <Link className="btn" to={to}>
      {says}
    </Link>
  )
}

function Head({ view }: { view: View }) {
  const { t, i18n } = useTranslation()
  const [, setSearch] = useSearchParams()
  const title = inLanguage(view.title, i18n.language)
  return (
    <PageHead crumbs={[{ to: '/tenders', says: t('tender.list') }]} tabTitle={`${title} ${view.no}`} title={title}>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <StatusTag status={view.status} />
        <span className="tnum">{`${view.no}-${view.revision}`}</span>
        <span>{inLanguage(view.agency.name, i18n.language)}</span>
        <Money amount={view.budget.amount} currency={view.budget.currency} form="short" />
      </p>
      {view.lots && (
        <p>
          <Link to={`/lots/${view.no}`}>
            {t('tender.lots.lotOf', {
              lot: view.lots.lot,
              of: view.lots.tenders.length,
              title: inLanguage(view.lots.title, i18n.language),
            })}
          </Link>
        </p>
      )}
      <p className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <Deadline at={view.deadline} />
      </p>
      <div className="no-print flex flex-wrap items-center gap-3">
        <Action view={view} />
        <button className="btn btn-quiet" onClick={() => setSearch({ view: 'print' })} type="button">
          <Printer aria-hidden="true" size={18} />
          {t('tender.print')}
        </button>
        <a className="btn btn-quiet" href={`/api/v1/tenders/${view.no}`}>
          <FileJson aria-hidden="true" size={18} />
          JSON
        </a>
      </div>
      <link href={`/api/v1/tenders/${view.no}`} rel="alternate" type="application/json" />
    </PageHead>
  )
}

function Incidents({ facts }: { facts: TenderFacts }) {
  const { t } = useTranslation()
  return facts.incidents.map(({ event, payload }) => (
    <div className="mb-4" key={event.index}>
      <NotificationBanner kind="warning" title={t('tender.incident.title')}>
        {payload.reasons.map((code) => (
          <p key={code}>{INCIDENTS.has(code) ? t(`tender.incident.${code}`) : code}</p>
        ))}
        {payload.newDeadline && (
          <p>
            {t('tender.incident.newDeadline')} <Time at={payload.newDeadline} form="exact" />
          </p>
        )}
      </NotificationBanner>
    </div>
  ))
}

const Amendments = lazy(async () => {
  const [part] = await Promise.all([import('./amendments.tsx'), needWords(['amended'])])
  return { default: part.Amendments }
})

const DrawWaits = lazy(async () => {
  const [part] = await Promise.all([import('./draw-wait.tsx'), needWords(['drawwait'])])
  return { default: part.DrawWaits }
})

const Standstill = lazy(async () => {
  const [part] = await Promise.all([import('./standstill.tsx'), needWords(['standstill'])])
  return { default: part.Standstill }
})

/** All parts one under the other, for paper. */
function PrintView({ tabs }: { tabs: readonly TabRow[] }) {
  const { t } = useTranslation()
  const [, setSearch] = useSearchParams()
  return (
    <div className="stack gap-10">
      <p className="no-print flex flex-wrap gap-3">
        <button className="btn" onClick={() => print()} type="button">
          {t('tender.printNow')}
        </button>
        <button className="btn btn-quiet" onClick={() => setSearch({})} type="button">
          {t('tender.printEnd')}
        </button>
      </p>
      {tabs.map((tab) => (
        <section className="stack" key={tab.id}>
          <h2 className="border-line border-b-2 pb-1">{tab.says}</h2>
          {tab.content}
        </section>
      ))}
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  const { no = '' } = useParams()
  const [search] = useSearchParams()
  const { data: view, error, refetch } = useTender(no)
  const { events, facts } = useEvents(no, view)
  if (!view) {
    return (
      <>
        <PageHead crumbs={[{ to: '/tenders', says: t('tender.list') }]} title={t('tender.title', { no })} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const tabs: TabRow[] = [
    { id: 'overview', says: t('tender.tab.overview'), content: <OverviewTab facts={facts} view={view} /> },
    {
      id: 'rule',
      says: t('tender.tab.rule'),
      content: computed(<RuleTab notice={facts.rules.at(-1)?.event ?? null} view={view} />),
    },
    {
      id: 'documents',
      says: t('tender.tab.documents'),
      content: (
        <Empty title={t('tender.documents.none')}>
          <p>{t('tender.documents.says')}</p>
        </Empty>
      ),
    },
    {
      id: 'questions',
      says: t('tender.tab.questions'),
      content: computed(<QuestionsTab facts={facts} view={view} />),
    },
    { id: 'opening', says: t('tender.tab.opening'), content: computed(<OpeningTab view={view} />) },
    {
      id: 'evaluation',
      says: t('tender.tab.evaluation'),
      content: computed(<EvaluationTab facts={facts} view={view} />),
    },
    { id: 'award', says: t('tender.tab.award'), content: computed(<AwardTab facts={facts} view={view} />) },
    {
      id: 'objections',
      says: t('tender.tab.objections'),
      content: computed(<ObjectionsTab facts={facts} view={view} />),
    },
    { id: 'log', says: t('tender.tab.log'), content: computed(<LogTab events={events} no={no} />) },
  ]
  return (
    <>
      <Head view={view} />
      {error && (
        <div className="mb-4">
          <NotificationBanner kind="warning" live title={t('tender.stale')} />
        </div>
      )}
      <Incidents facts={facts} />
      {facts.amendments.length > 0 && (
        <Suspense fallback={null}>
          <Amendments facts={facts} no={view.no} />
        </Suspense>
      )}
      {view.pool && view.state === 'technical_opening' && (
        <Suspense fallback={null}>
          <DrawWaits view={view} />
        </Suspense>
      )}
      {view.standstillHours > 0 && view.state === 'ranked' && (
        <Suspense fallback={null}>
          <div className="mb-4 empty:hidden">
            <Standstill facts={facts} view={view} />
          </div>
        </Suspense>
      )}
      {search.get('view') === 'print' ? <PrintView tabs={tabs} /> : <Tabs label={t('tender.tabs')} tabs={tabs} />}
    </>
  )
}
