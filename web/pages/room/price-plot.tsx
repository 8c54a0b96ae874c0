// How do the prices lie to one another and to the reference? Dots on a track, never bars: the axis does not begin at zero.
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RoomRow } from '../../../src/domain/room/rows.ts'
import { grouped, shortMoney } from '../../parts/money.tsx'
import { axis } from './axis.ts'
import { ChartFigure } from './chart-figure.tsx'
import { clipped, useScene } from './scene.ts'

/** Each bid has a line of its own up to here; above, all dots share one track. */
const OWN_LINES = 20

type Priced = { row: RoomRow; amount: string; share: number }

/** Per cent of the reference, for drawing alone: nothing is decided with it. */
function shareOf(amount: string, reference: string): number | null {
  if (!/^\d{1,18}$/.test(amount) || !/^[1-9]\d{0,17}$/.test(reference)) return null
  return Number((BigInt(amount) * 100_000n) / BigInt(reference)) / 1000
}

const dotLook = (row: RoomRow, lowest: boolean): string =>
  row.eligible === false || row.reasons.length > 0
    ? 'border-edge bg-card'
    : lowest
      ? 'border-good bg-good'
      : 'border-primary bg-primary'

const Dot = memo(function Dot({ left, look, top }: { left: number; look: string; top?: number }) {
  return (
    <span
      className={`room-dot absolute -translate-x-1/2 rounded-full border-2 forced-color-adjust-none ${top === undefined ? 'top-1/2 size-3.5 -translate-y-1/2' : 'size-2.5'} ${look}`}
      style={{ left: `${left}%`, ...(top === undefined ? {} : { top }) }}
    />
  )
})

/** Dots that would lie on each other are stacked. */
function stacked(priced: readonly Priced[], x: (share: number) => number): { one: Priced; level: number }[] {
  const levels: number[] = []
  return [...priced]
    .sort((a, b) => a.share - b.share)
    .map((one) => {
      const left = x(one.share)
      let level = 0
      while ((levels[level] ?? Number.NEGATIVE_INFINITY) > left - 2.2) level++
      levels[level] = left
      return { one, level }
    })
}

export function PricePlot() {
  const { t } = useTranslation()
  const { rows, room, nameOf, language } = useScene()
  const rule = room.notice?.rule.price as { referenceAmount?: unknown } | undefined
  const reference =
    room.evaluation?.ranking?.reference ??
    (typeof rule?.referenceAmount === 'string' ? rule.referenceAmount : room.notice?.notice.budget.amount)
  if (!reference) return null
  const priced = rows.flatMap((row): Priced[] => {
    const share = row.amount === null ? null : shareOf(row.amount, reference)
    return row.amount === null || share === null ? [] : [{ row, amount: row.amount, share }]
  })
  const first = priced[0]
  if (!first) return null
  const byPrice = [...priced].sort((a, b) => a.share - b.share || a.row.no - b.row.no)
  const lowest = byPrice[0] ?? first
  const highest = byPrice.at(-1) ?? first
  const [from, to] = [Math.min(lowest.share, 100), Math.max(highest.share, 100)]
  const pad = Math.max((to - from) * 0.08, 0.5)
  const { place: scale, ticks } = axis(from - pad, to + pad)
  const says = t('beside.plot.says', {
    count: priced.length,
    lowest: grouped(lowest.amount),
    highest: grouped(highest.amount),
    reference: grouped(reference),
  })
  const table = () => ({
    head: [t('room.column.name'), t('room.column.price'), t('beside.plot.share')],
    rows: byPrice.map((p) => [clipped(nameOf(p.row.bidder), 80), grouped(p.amount), `${p.share.toFixed(3)} %`]),
  })
  const lines = (
    <>
      <span className="absolute inset-y-0 border-warn border-s-2 border-dashed" style={{ left: `${scale(100)}%` }} />
      <span className="absolute inset-y-0 border-good border-s" style={{ left: `${scale(lowest.share)}%` }} />
    </>
  )
  const levels = stacked(priced, scale)
  const top = Math.max(...levels.map((l) => l.level))
  return (
    <ChartFigure
      note={t('beside.plot.axis', { from: (from - pad).toFixed(1) })}
      says={says}
      table={table}
      title={t('beside.plot.title')}
    >
      <div className="mb-1 flex flex-wrap justify-between gap-x-3 text-[0.86rem]">
        <span className="flex items-center gap-1.5 text-good">
          <span className="inline-block h-4 border-good border-s-2" />
          {t('beside.plot.lowest', { amount: shortMoney(lowest.amount, language) })}
        </span>
        <span className="flex items-center gap-1.5 text-warn">
          <span className="inline-block h-4 border-warn border-s-2 border-dashed" />
          {t('beside.plot.reference', { amount: shortMoney(reference, language) })}
        </span>
      </div>
      {priced.length <= OWN_LINES ? (
        <ul className="flex flex-col">
          {byPrice.map(({ row, amount, share }) => (
            <li
              className="grid grid-cols-[minmax(0,5.5rem)_minmax(0,1fr)_4.4rem] sm:grid-cols-[minmax(0,7.25rem)_minmax(0,1fr)_4.6rem] items-center gap-2"
              key={row.no}
            >
              <bdi className="truncate text-[0.86rem]">{clipped(nameOf(row.bidder), 40)}</bdi>
              <span className="relative h-7 bg-[linear-gradient(var(--line),var(--line))] bg-[length:100%_1px] bg-center bg-no-repeat">
                {lines}
                <Dot left={scale(share)} look={dotLook(row, row === lowest.row)} />
              </span>
              <span className="tnum whitespace-nowrap text-end text-[0.86rem]">{shortMoney(amount, language)}</span>
            </li>
          ))}
        </ul>
      ) : (
        <div className="relative" style={{ height: `${Math.min(14, top + 2)}rem` }}>
          {lines}
          {levels.map(({ one, level }) => (
            <Dot
              key={one.row.no}
              left={scale(one.share)}
              look={dotLook(one.row, one.row === lowest.row)}
              top={level * Math.min(16, 200 / (top + 1))}
            />
          ))}
        </div>
      )}
      <div
        className={
          priced.length <= OWN_LINES
            ? 'grid grid-cols-[minmax(0,5.5rem)_minmax(0,1fr)_4.4rem] sm:grid-cols-[minmax(0,7.25rem)_minmax(0,1fr)_4.6rem] gap-2'
            : ''
        }
      >
        {priced.length <= OWN_LINES && <span />}
        <div className="relative h-6 border-line border-t text-[0.8rem] text-muted">
          {ticks.map((tick) => (
            <span className="tnum absolute top-1 -translate-x-1/2" key={tick} style={{ left: `${scale(tick)}%` }}>
              {tick}
            </span>
          ))}
          <span className="sr-only">%</span>
        </div>
      </div>
    </ChartFigure>
  )
}
