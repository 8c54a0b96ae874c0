// What is bought, by whom, by when, how is it decided, and what can be seen from when on?
import { Check, Lock } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { STATES, type TenderState } from '../../../src/domain/tenders/lifecycle.ts'
import { hasTechnical } from '../../../src/domain/tenders/procedure.ts'
import { type Part, publicFrom, VISIBILITY } from '../../../src/domain/visibility.ts'
import type { Keyset } from '../../../src/proof/keyset.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Deadline } from '../../parts/deadline.tsx'
import { Money } from '../../parts/money.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { Timeline, type TimelineItem } from '../../parts/timeline.tsx'
import { nameOf } from './names.ts'
import type { TenderFacts } from './tender-facts.ts'
import type { View } from './use-tender.ts'

const MethodWords = lazy(async () => ({ default: (await import('./method-words.tsx')).MethodWords }))
const DrawnCommittee = lazy(async () => ({ default: (await import('./drawn-committee.tsx')).DrawnCommittee }))

const PATH: readonly TenderState[] = [
  'published',
  'closed',
  'technical_opening',
  'evaluating',
  'scores_locked',
  'price_opening',
  'ranked',
  'awarded',
]

/** States of a tender with technical envelopes alone. */
const TECHNICAL: readonly TenderState[] = ['technical_opening', 'evaluating', 'scores_locked']

function Stages({ view, facts }: { view: View; facts: TenderFacts }) {
  const { t } = useTranslation()
  const ended = view.state === 'failed' || view.state === 'cancelled'
  const at = STATES.indexOf(view.state as TenderState)
  const listedAt = (kind: string) =>
    facts.lists.find(({ payload }) => view.keysets.some((one) => one.kind === kind && one.ks === payload.ks))?.event.at
  const times: Partial<Record<TenderState, string | undefined>> = {
    published: facts.notice?.event.at,
    closed: facts.closed?.event.at,
    technical_opening: listedAt('technical'),
    scores_locked: facts.locked?.event.at,
    price_opening: listedAt('price'),
    ranked: facts.evaluation?.event.at,
    awarded: facts.award?.event.at,
  }
  const reached = (state: TenderState) => (ended ? times[state] !== undefined : STATES.indexOf(state) <= at)
  const path = hasTechnical(view.rule) ? PATH : PATH.filter((state) => !TECHNICAL.includes(state))
  const items: TimelineItem[] = path
    .filter((state) => !ended || reached(state))
    .map((state) => ({
      key: state,
      title: t(`tender.stage.${state}`),
      at: times[state] ?? null,
      state: state === view.state ? (state === 'awarded' ? 'done' : 'now') : reached(state) ? 'done' : 'next',
    }))
  if (ended) {
    const end = view.state as 'failed' | 'cancelled'
    items.push({ key: end, title: t(`tender.stage.${end}`), at: facts[end]?.event.at ?? null, state: 'done' })
  }
  return <Timeline items={items} label={t('tender.overview.stages')} />
}

/** The notes of the table of visibility, in words: what is public from which state on, and whether it has come to that. */
function Visible({ view }: { view: View }) {
  const { t } = useTranslation()
  const priceAlone = !hasTechnical(view.rule)
  const parts = (Object.keys(VISIBILITY) as Part[]).filter(
    (part) => publicFrom(part) !== null && !(priceAlone && (part === 'technical' || part === 'marks')),
  )
  // Where there are no technical envelopes, who bid is named when the prices open.
  const fromOf = (part: Part): TenderState =>
    priceAlone && part === 'reveal' ? 'price_opening' : (publicFrom(part) as TenderState)
  const at = STATES.indexOf(view.state as TenderState)
  const ended = view.state === 'failed' || view.state === 'cancelled'
  return (
    <DataTable
      caption={t('tender.overview.visible')}
      captionHidden
      columns={[
        { id: 'part', head: t('tender.overview.part'), cell: (part) => t(`tender.part.${part}`), names: true },
        {
          id: 'from',
          head: t('tender.overview.from'),
          cell: (part) => t(`tender.from.${fromOf(part)}`),
        },
        {
          id: 'now',
          head: t('tender.overview.now'),
          cell: (part) => {
            const open = !ended && STATES.indexOf(fromOf(part)) <= at
            const Icon = open ? Check : Lock
            return (
              <span className={`inline-flex items-center gap-1.5 ${open ? 'text-good' : 'text-muted'}`}>
                <Icon aria-hidden="true" size={16} />
                {t(open ? 'tender.overview.isPublic' : ended ? 'tender.overview.asReached' : 'tender.overview.notYet')}
              </span>
            )
          },
        },
      ]}
      keyOf={(part) => part}
      rows={parts}
    />
  )
}

export function OverviewTab({ view, facts }: { view: View; facts: TenderFacts }) {
  const { t, i18n } = useTranslation()
  const keyset = view.keysets[0]?.keyset as Keyset | undefined
  return (
    <div className="grid gap-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <div className="stack min-w-0">
        <p className="prose whitespace-pre-line">{inLanguage(view.summary, i18n.language)}</p>
        <SummaryList
          label={t('tender.overview.facts')}
          rows={[
            { name: t('tender.overview.number'), value: <span className="tnum">{`${view.no}-${view.revision}`}</span> },
            { name: t('tender.overview.agency'), value: inLanguage(view.agency.name, i18n.language) },
            {
              name: t('tender.overview.budget'),
              value: (
                <>
                  <Money amount={view.budget.amount} currency={view.budget.currency} form="legal" />
                  <br />
                  <span className="note">{t('tender.overview.vat')}</span>
                </>
              ),
            },
            {
              name: t('tender.overview.method'),
              value: (
                <Suspense fallback={view.method}>
                  <MethodWords id={view.method} />
                </Suspense>
              ),
            },
            {
              name: t('tender.overview.deadline'),
              value: (
                <>
                  <Time at={view.deadline} form="exact" /> <Deadline announce at={view.deadline} compact />
                </>
              ),
            },
            { name: t('tender.overview.openAfter'), value: <Time at={view.openAfter} form="exact" /> },
            { name: t('tender.overview.minBids'), value: t('tender.overview.bids', { count: view.minBids }) },
            {
              name: t('tender.award.standstill'),
              value:
                view.standstillHours === 0
                  ? t('tender.award.noStandstill')
                  : t('tender.overview.standstill', { count: view.standstillHours }),
            },
            {
              name: t('tender.overview.custodians'),
              value: keyset ? (
                <>
                  {t('tender.overview.threshold', { t: keyset.t, n: keyset.n })}
                  <br />
                  <span className="note">
                    {keyset.custodians.map((c) => nameOf(view, c.id, i18n.language)).join(', ')}
                  </span>
                </>
              ) : (
                t('tender.overview.noKeys')
              ),
            },
            {
              name: t('tender.overview.overseers'),
              value:
                view.overseers.length > 0
                  ? view.overseers.map((org) => nameOf(view, org, i18n.language)).join(', ')
                  : t(view.state === 'draft' ? 'tender.overview.noKeys' : 'tender.overview.noOverseers'),
            },
            {
              name: t('tender.overview.committee'),
              value: hasTechnical(view.rule)
                ? t('tender.overview.committeeSize', { count: view.evaluators.length })
                : t('tender.overview.noCommittee'),
            },
          ]}
        />
        {view.pool && (
          <Suspense fallback={null}>
            <DrawnCommittee facts={facts} pool={view.pool} />
          </Suspense>
        )}
        <h2 className="mt-4">{t('tender.overview.visible')}</h2>
        <p className="note prose">{t('tender.overview.visibleWhy')}</p>
        <Visible view={view} />
      </div>
      <aside className="min-w-0">
        <h2 className="mb-4">{t('tender.overview.stages')}</h2>
        <Stages facts={facts} view={view} />
      </aside>
    </div>
  )
}
