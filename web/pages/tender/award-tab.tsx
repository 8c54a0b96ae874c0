// Who comes first, who may be awarded, and why? Rank and eligibility are two columns, and every figure shows its working.
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { type RoomRanking, readRanking } from '../../../src/domain/room/read-ranking.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { winnersOf, winnersOfRule } from '../../../src/domain/scoring/decided.ts'
import type { Row } from '../../../src/domain/scoring/ranking.ts'
import { OUTCOME_WORDS, reasonWords } from '../../../src/domain/scoring/words.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Money } from '../../parts/money.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Empty } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { nameOf } from './names.ts'
import { rankingAgrees } from './recompute.ts'
import { standstillIn, type TenderFacts } from './tender-facts.ts'
import type { View } from './use-tender.ts'

/** What follows an award computes with the whole rule of awards: fetched by whoever looks at one. */
const later = () => import('./after-award.tsx')
const LotDrawn = lazy(async () => ({ default: (await later()).LotDrawn }))
const EvaluatorsBehaviour = lazy(async () => ({ default: (await later()).EvaluatorsBehaviour }))
const WeightsThatHold = lazy(async () => ({ default: (await later()).WeightsThatHold }))
const PlannedPrice = lazy(async () => ({ default: (await import('./planned-price.tsx')).PlannedPrice }))
const Working = lazy(async () => ({ default: (await import('./working.tsx')).Working }))

const ROW_REASONS = new Set([
  'technical-malformed',
  'below-pass-mark',
  'price-malformed',
  'price-not-opened',
  'over-ceiling',
  'no-lowest-price',
  'below-total-mark',
])
const REASONS = new Set([
  'first-rank-eligible',
  'first-ranks-eligible',
  'too-few-bids',
  'no-valid-technical-envelope',
  'nobody-eligible',
  'cancelled-by-agency',
])

export function RankingTable({ view, ranking }: { view: View; ranking: RoomRanking }) {
  const { t, i18n } = useTranslation()
  const reason = (code: string) =>
    ROW_REASONS.has(code) ? t(`tender.rowReason.${code}`) : inLanguage(reasonWords(code), i18n.language)
  // Where price decides alone nobody has points of these kinds.
  const has = (id: 'technical' | 'price' | 'total') => !ranking.byPrice || ranking.rows.some((row) => row[id] !== null)
  const firsts = winnersOf(ranking.order, winnersOfRule(view.rule as unknown as AnyRule))
  const figure = (id: 'technical' | 'price' | 'total', head: string) => ({
    id,
    head,
    num: true,
    cell: (row: Row) => (id === 'total' ? <strong>{row.total ?? '–'}</strong> : (row[id] ?? '–')),
    text: (row: Row) => row[id] ?? '',
  })
  return (
    <DataTable<Row>
      caption={t('tender.award.ranking')}
      columns={[
        {
          id: 'rank',
          head: t('tender.award.rank'),
          num: true,
          cell: (row) => (row.rank === null ? '–' : `${row.rank}${row.tie ? ` (${t('tender.award.tied')})` : ''}`),
          text: (row) => (row.rank === null ? '' : String(row.rank)),
        },
        {
          id: 'bidder',
          head: t('tender.bidder'),
          names: true,
          cell: (row) => nameOf(view, row.bidder, i18n.language),
          text: (row) => nameOf(view, row.bidder, i18n.language),
        },
        {
          id: 'amount',
          head: t('tender.award.amount'),
          num: true,
          cell: (row) => (row.amount === null ? '–' : <Money amount={row.amount} />),
          text: (row) => row.amount ?? '',
        },
        {
          id: 'rate',
          head: t('tender.award.rate'),
          num: true,
          cell: (row) => (row.rate === null ? '–' : `${row.rate} %`),
          text: (row) => row.rate ?? '',
        },
        ...(has('technical') ? [figure('technical', t('tender.award.technical'))] : []),
        ...(has('price') ? [figure('price', t('tender.award.price'))] : []),
        ...(has('total') ? [figure('total', t('tender.award.total'))] : []),
        {
          id: 'eligible',
          head: t('tender.award.eligible'),
          cell: (row) =>
            row.eligible ? t('tender.award.yes') : t('tender.award.no', { why: row.reasons.map(reason).join(', ') }),
          text: (row) => [String(row.eligible), ...row.reasons].join(' '),
        },
      ]}
      fileName={`ranking-${view.no}`}
      keyOf={(row) => row.bidder}
      marked={(row) => row.eligible && firsts.includes(row.bidder)}
      rows={ranking.rows}
    />
  )
}

export function Outcome({ view, facts }: { view: View; facts: TenderFacts }) {
  const { t, i18n } = useTranslation()
  const says = (code: string) => (REASONS.has(code) ? t(`tender.reason.${code}`) : code)
  const { award, failed, cancelled } = facts
  if (award) {
    const { bidder, amount, winners, reasons } = award.payload
    return (
      <section className="card stack">
        <h2>{t('tender.award.notice')}</h2>
        <SummaryList
          label={t('tender.award.notice')}
          rows={[
            ...(winners
              ? [
                  {
                    name: t('tender.award.winners', { most: winners.length }),
                    value: (
                      <ol className="list-decimal ps-5">
                        {winners.map((one) => (
                          <li key={one.bidder}>
                            <strong>{nameOf(view, one.bidder, i18n.language)}</strong>,{' '}
                            <Money amount={one.amount.amount} currency={one.amount.currency} form="legal" />
                          </li>
                        ))}
                      </ol>
                    ),
                  },
                ]
              : [
                  { name: t('tender.award.winner'), value: <strong>{nameOf(view, bidder, i18n.language)}</strong> },
                  {
                    name: t('tender.award.contract'),
                    value: <Money amount={amount.amount} currency={amount.currency} form="legal" />,
                  },
                ]),
            { name: t('tender.award.reasons'), value: reasons.map(says).join(' ') },
            { name: t('tender.award.at'), value: <Time at={award.event.at} form="exact" /> },
            {
              name: t('tender.award.standstill'),
              value:
                award.payload.standstillEnds === null ? (
                  t('tender.award.noStandstill')
                ) : (
                  <>
                    {t('tender.award.stoodStill', { count: standstillIn(facts).hours })}{' '}
                    <Time at={award.payload.standstillEnds} form="exact" />
                  </>
                ),
            },
          ]}
        />
      </section>
    )
  }
  const end = failed ?? cancelled
  if (!end) return null
  return (
    <NotificationBanner kind="warning" title={t(failed ? 'tender.award.failed' : 'tender.award.cancelled')}>
      <ul className="list-disc ps-5">
        {end.payload.reasons.map((code) => (
          <li key={code}>{says(code)}</li>
        ))}
      </ul>
      {cancelled && (
        <p>
          {t('tender.award.statement')}: {cancelled.payload.statement}
        </p>
      )}
    </NotificationBanner>
  )
}

/** Between which prices a bid counts, how that came about, and what is still to be done. */
function Limits({ ranking, rule, named }: { ranking: RoomRanking; rule: AnyRule; named: (org: string) => string }) {
  const { t, i18n } = useTranslation()
  const { byPrice, order } = ranking
  if (!byPrice) return null
  const money = (amount: string | null) => (amount === null ? '–' : <Money amount={amount} />)
  return (
    <>
      <SummaryList
        label={t('tender.award.measures')}
        rows={[
          { name: t('tender.award.outcome'), value: inLanguage(OUTCOME_WORDS[byPrice.outcome], i18n.language) },
          { name: t('tender.award.planned'), value: money(byPrice.planned) },
          ...(byPrice.floor === null ? [] : [{ name: t('tender.award.floor'), value: money(byPrice.floor) }]),
          ...(byPrice.netCostLine === null
            ? []
            : [{ name: t('tender.award.netCostLine'), value: money(byPrice.netCostLine) }]),
          ...(byPrice.next === null ? [] : [{ name: t('tender.award.next'), value: named(byPrice.next) }]),
          {
            name: t('tender.award.orderByPrice'),
            value:
              order.length === 0
                ? t('tender.award.nobodyYet')
                : order.map((place) => place.map(named).join(' = ')).join(' → '),
          },
        ]}
      />
      <Suspense fallback={null}>
        <Working rule={rule} steps={byPrice.steps} />
      </Suspense>
    </>
  )
}

/** What the ranking was measured by, and the order that it gives. */
export function Measures({ view, ranking }: { view: View; ranking: RoomRanking }) {
  const { t, i18n } = useTranslation()
  const rule = view.rule as unknown as AnyRule
  return ranking.byPrice ? (
    <Limits named={(org) => nameOf(view, org, i18n.language)} ranking={ranking} rule={rule} />
  ) : (
    <SummaryList
      label={t('tender.award.measures')}
      rows={[
        { name: t('tender.award.reference'), value: <Money amount={ranking.reference} /> },
        { name: t('tender.award.ceiling'), value: <Money amount={ranking.ceiling} /> },
        {
          name: t('tender.award.lowest'),
          value: ranking.lowest === null ? '–' : <Money amount={ranking.lowest} />,
        },
        { name: t('tender.award.passMark'), value: t('tender.points', { points: ranking.passMark }) },
        {
          name: t('tender.award.order'),
          value:
            ranking.order.length === 0
              ? t('tender.award.nobody')
              : ranking.order
                  .map((place) => place.map((org) => nameOf(view, org, i18n.language)).join(' = '))
                  .join(' → '),
        },
      ]}
    />
  )
}

/** The ranking that stands: after the lot, or the last examination. */
export const rankingOf = ({ draw, examined, evaluation }: TenderFacts): RoomRanking | null => {
  const settled = draw ?? examined.at(-1) ?? evaluation
  return settled ? readRanking(settled.payload.ranking) : null
}

export function AwardTab({ view, facts }: { view: View; facts: TenderFacts }) {
  const { t, i18n } = useTranslation()
  const agree = useMemo(() => rankingAgrees(facts), [facts])
  const ranking = rankingOf(facts)
  const rule = view.rule as unknown as AnyRule
  const notice = <Outcome facts={facts} view={view} />
  if (!ranking) {
    const ended = view.state === 'failed' || view.state === 'cancelled'
    return ended ? (
      notice
    ) : (
      <Empty title={t('tender.award.notYet')}>
        <p>{t('tender.award.notYetSays')}</p>
      </Empty>
    )
  }
  return (
    <div className="stack gap-8">
      {notice}
      <section className="stack">
        <p className="prose">{t(ranking.byPrice ? 'tender.award.byPriceSays' : 'tender.award.says')}</p>
        {agree !== null && (
          <p>
            <ProofBadge state={agree ? 'verified' : 'failed'} why={t('tender.award.differs')} />{' '}
            {agree && t('tender.award.same')}
          </p>
        )}
        <RankingTable ranking={ranking} view={view} />
        <Measures ranking={ranking} view={view} />
      </section>
      {facts.planned && (
        <Suspense fallback={null}>
          <PlannedPrice made={facts.planned.payload} no={view.no} rule={rule} />
        </Suspense>
      )}
      <section className="stack">
        <h2>{t('tender.working')}</h2>
        <p>
          <Link to={`/tenders/${view.no}/minutes`}>{t('tender.minutes')}</Link>
        </p>
        {ranking.rows.map((row) => (
          <details className="card" key={row.bidder}>
            <summary className="font-bold">{nameOf(view, row.bidder, i18n.language)}</summary>
            <div className="mt-4">
              <Suspense fallback={null}>
                <Working rule={rule} steps={row.steps} />
              </Suspense>
            </div>
          </details>
        ))}
      </section>
      <Suspense fallback={null}>
        <LotDrawn facts={facts} named={(org) => nameOf(view, org, i18n.language)} />
        <EvaluatorsBehaviour facts={facts} named={(org) => nameOf(view, org, i18n.language)} />
        <WeightsThatHold facts={facts} named={(org) => nameOf(view, org, i18n.language)} />
      </Suspense>
    </div>
  )
}
