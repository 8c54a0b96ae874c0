// Who stands where? The table that is the truth of the page: rows in rank order, moved only when nobody is at one of them.
import { useCallback, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type RoomRow, verdictKey } from '../../../src/domain/room/rows.ts'
import { csvOf } from '../../csv.ts'
import { saveFile } from '../../save-file.ts'
import { RankingRow } from './ranking-row.tsx'
import { useRowWords } from './row-words.ts'
import { ALL_DRAWN, clipped, useScene } from './scene.ts'
import { STRETCH, Stretch } from './stretch.tsx'
import { AS } from './table-roles.ts'
import { useFlip } from './use-flip.ts'
import { useHeldOrder } from './use-held-order.ts'
import { useHovered } from './use-hovered.ts'

export function RankingTable() {
  const { t } = useTranslation()
  const { rows, room, known, trusting, moves, cursor, nameOf, own, no } = useScene()
  const box = useRef<HTMLTableSectionElement>(null)
  const [focused, setFocused] = useState(false)
  const { hovered, onPointerEnter } = useHovered()
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const turn = useCallback((row: number) => {
    setOpen((before) => {
      const after = new Set(before)
      if (!after.delete(row)) after.add(row)
      return after
    })
  }, [])
  const { order, waiting } = useHeldOrder(
    rows.map((r) => String(r.no)),
    focused || hovered,
  )
  const few = rows.length <= ALL_DRAWN
  // Among hundreds nobody follows a row with the eyes, and to measure them all would hold up what is drawn.
  useFlip(box, order, { measured: few && (moves || cursor.playing), moved: few && moves })
  const words = useRowWords()
  if (rows.length === 0) return null
  const byNo = new Map(rows.map((r) => [String(r.no), r]))
  const shown = order.flatMap((key) => byNo.get(key) ?? [])
  const long = shown.length > ALL_DRAWN
  const priced = room.sessions.price.list !== null
  const currency = String(room.notice?.rule.currency ?? 'KRW')
  // A specification only has to pass: its points are added to nothing.
  const staged = room.notice?.rule.kind === 'TWO_STAGE'
  const columns = ['rank', 'name', 'price', 'technical', 'points', 'total', 'state', 'more'] as const
  const csv = () => {
    const head = ['rank', 'no', 'name', 'id', 'price', 'rate', 'technical', 'points', 'total', 'eligible'] as const
    const lines = rows.map((r) => [
      String(r.rank ?? ''),
      String(r.no),
      nameOf(r.bidder),
      r.bidder,
      r.amount ?? '',
      r.rate ?? '',
      r.technicalScore ?? '',
      r.priceScore ?? '',
      r.total ?? '',
      r.eligible === null ? '' : String(r.eligible),
    ])
    saveFile(`${no}.csv`, csvOf([head.map((name) => t(`room.file.${name}`)), ...lines]), 'text/csv;charset=utf-8')
  }
  const handlers: React.ComponentProps<'tbody'> = {
    onBlur: (event) => {
      if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false)
    },
    onFocus: () => setFocused(true),
    onPointerEnter,
  }
  const rowOf = (row: RoomRow, line?: number) => (
    <RankingRow
      awarded={room.award?.winners.some((one) => one.bidder === row.bidder) ?? false}
      currency={currency}
      key={row.no}
      line={line}
      name={clipped(nameOf(row.bidder), 120)}
      onOpen={turn}
      open={open.has(row.no)}
      own={row.bidder === own}
      priced={priced}
      priceVerdict={known.verdicts.get(verdictKey('price', row.price.eid))}
      row={row}
      technicalVerdict={known.verdicts.get(verdictKey('technical', row.technical.eid))}
      trusting={trusting}
      words={words}
    />
  )
  return (
    <section aria-labelledby="ranking" className="card">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id="ranking">{room.evaluation ? t('room.table.ranking') : t('room.table.bids')}</h2>
        {waiting > 0 ? (
          <p className="tag bg-primary-soft text-primary" role="status">
            {t('room.table.waiting', { count: waiting })}
          </p>
        ) : (
          priced && !room.evaluation && <p className="tag bg-warn-soft text-warn">{t('room.table.underWay')}</p>
        )}
      </div>
      <table
        aria-rowcount={long ? shown.length + 1 : undefined}
        className={`room-table mt-3 ${staged ? 'room-staged' : ''}`}
        {...AS.table}
      >
        <caption className="sr-only">{t('room.table.caption')}</caption>
        <thead {...AS.group}>
          <tr className="room-row room-head" {...AS.row}>
            {columns.map((column) => (
              <th className={`room-${column}`} key={column} {...AS.head}>
                {column === 'more' || column === 'state' ? (
                  <span className={column === 'more' ? 'sr-only' : ''}>{t(`room.column.${column}`)}</span>
                ) : (
                  t(`room.column.${column}`)
                )}
              </th>
            ))}
          </tr>
        </thead>
        {long ? (
          Array.from({ length: Math.ceil(shown.length / STRETCH) }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a stretch is a part of the table, whoever stands in it
            <Stretch handlers={handlers} key={i} rows={Math.min(STRETCH, shown.length - i * STRETCH)}>
              {() => shown.slice(i * STRETCH, (i + 1) * STRETCH).map((row, k) => rowOf(row, i * STRETCH + k + 2))}
            </Stretch>
          ))
        ) : (
          <tbody ref={box} {...AS.group} {...handlers}>
            {shown.map((row) => rowOf(row))}
          </tbody>
        )}
      </table>
      <p className="no-print mt-3">
        <button className="btn btn-quiet btn-small" onClick={csv} type="button">
          {t('parts.table.csv')}
        </button>
      </p>
    </section>
  )
}
