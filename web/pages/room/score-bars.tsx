// What are the totals made of? Technical and price points on one bar from zero, each with a pattern of its own and its figure.
import { useTranslation } from 'react-i18next'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'
import { ChartFigure } from './chart-figure.tsx'
import { inItsWords, OnDemand } from './in-its-words.tsx'
import { clipped, useScene } from './scene.ts'

const PriceFormula = inItsWords('tender', () => import('../tender/price-formula.tsx').then((m) => m.PriceFormula))

/** More bars than these are in the table only. */
const MOST_BARS = 30

/** For drawing alone. */
const width = (points: string | null): number => Math.max(0, Math.min(100, Number(points ?? '0') || 0))

/** The formula with this tender's own numbers; the rest of the rule on demand. */
function Formula({ rule }: { rule: AwardRule }) {
  const { t } = useTranslation()
  const { room, rows } = useScene()
  const first = rows.find((r) => r.rank === 1 && r.total !== null)
  return (
    <div className="mb-4 rounded-card border border-transparent bg-primary-soft p-4 sm:px-6">
      <p className="font-semibold">
        {t('beside.scores.formula', { tech: rule.weights.tech, price: rule.weights.price })}
      </p>
      {first && (
        <p className="tnum mt-1">
          {t('beside.scores.example', { technical: first.technicalScore, price: first.priceScore, total: first.total })}
        </p>
      )}
      {room.evaluation?.ranking && (
        <p className="note mt-1">{t('beside.scores.pass', { mark: room.evaluation.ranking.passMark })}</p>
      )}
      <OnDemand says={t('beside.scores.rule')}>
        <PriceFormula rule={rule} />
      </OnDemand>
    </div>
  )
}

export function ScoreBars() {
  const { t } = useTranslation()
  const { rows, room, nameOf } = useScene()
  const scored = rows.filter((r) => r.technicalScore !== null)
  if (scored.length === 0 || !room.locked) return null
  const rule = room.notice?.rule as unknown as AwardRule | undefined
  const best = scored[0]
  // A specification only has to pass: its points are added to nothing.
  const staged = room.notice?.rule.kind === 'TWO_STAGE'
  const title = t(staged ? 'beside.scores.titleSpecification' : 'beside.scores.title')
  const table = () => ({
    head: [
      t('room.column.name'),
      t('room.column.technical'),
      ...(staged ? [] : [t('room.column.points'), t('room.column.total')]),
    ],
    rows: scored.map((r) => [
      clipped(nameOf(r.bidder), 80),
      r.technicalScore ?? '–',
      ...(staged ? [] : [r.priceScore ?? '–', r.total ?? '–']),
    ]),
  })
  const says = staged
    ? t('beside.scores.saysSpecification', { count: scored.length })
    : best?.total
      ? t('beside.scores.says', { count: scored.length, name: clipped(nameOf(best.bidder), 60), total: best.total })
      : t('beside.scores.saysTechnical', { count: scored.length })
  return (
    <section aria-labelledby="scores" className="stack">
      <h2 className="sr-only" id="scores">
        {title}
      </h2>
      <div>
        {rule?.weights && <Formula rule={rule} />}
        <ChartFigure
          {...(scored.length > MOST_BARS
            ? { note: t('beside.scores.most', { shown: MOST_BARS, of: scored.length }) }
            : {})}
          says={says}
          table={table}
          title={title}
        >
          <p className="mb-2 flex flex-wrap gap-x-4 text-[0.88rem]">
            <span className="flex items-center gap-1.5">
              <span className="room-bar-technical inline-block h-3.5 w-6 border" />
              {t('room.column.technical')}
            </span>
            {!staged && (
              <span className="flex items-center gap-1.5">
                <span className="room-bar-price inline-block h-3.5 w-6 border" />
                {t('room.column.points')}
              </span>
            )}
          </p>
          <ul className="flex flex-col gap-2">
            {scored.slice(0, MOST_BARS).map((r) => (
              <li
                className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-2 sm:grid-cols-[minmax(0,9rem)_minmax(0,1fr)_4.5rem]"
                key={r.no}
              >
                <bdi className="truncate text-[0.9rem]">{clipped(nameOf(r.bidder), 60)}</bdi>
                <span className="flex h-6 min-w-0 rounded-sm bg-sunken max-sm:order-3 max-sm:col-span-2">
                  <span
                    className="room-bar room-bar-technical rounded-s-sm border"
                    style={{ width: `${width(r.technicalScore)}%` }}
                  />
                  {r.priceScore !== null && (
                    <span
                      className="room-bar room-bar-price rounded-e-sm border border-s-0"
                      style={{ width: `${width(r.priceScore)}%` }}
                    />
                  )}
                </span>
                <span className="tnum text-end font-semibold text-[0.94rem]">{r.total ?? r.technicalScore}</span>
              </li>
            ))}
          </ul>
        </ChartFigure>
      </div>
    </section>
  )
}
