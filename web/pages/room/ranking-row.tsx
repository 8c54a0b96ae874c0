// What does one bid look like in the table? Its place, its figures as far as they were found here, and how they came about.
import { ChevronDown, CircleSlash, LoaderCircle, LockKeyhole, ShieldAlert, ShieldCheck } from 'lucide-react'
import { memo } from 'react'
import type { EnvelopeVerdict } from '../../../src/domain/room/check-envelope.ts'
import type { RoomRow } from '../../../src/domain/room/rows.ts'
import { grouped } from '../../parts/money.tsx'
import { RowDetails } from './row-details.tsx'
import type { RowWords } from './row-words.ts'
import { AS } from './table-roles.ts'

export type RowLook = 'failed' | 'malformed' | 'excluded' | 'checking' | 'sealed' | 'opened' | 'same' | 'differs'

/** The one thing to say of a row: the worst first. `priced` tells whether prices are being opened already. */
export function lookOf(row: RoomRow, priced: boolean): RowLook {
  const { technical, price } = row
  if (technical.state === 'failed' || price.state === 'failed') return 'failed'
  if (technical.state === 'malformed' || price.state === 'malformed') return 'malformed'
  if (row.same === false) return 'differs'
  const current = technical.eid === '' || (priced && price.state !== 'unopened') ? price.state : technical.state
  if (current === 'checking') return 'checking'
  if (row.reasons.length > 0 || price.state === 'unopened') return 'excluded'
  if (row.same) return 'same'
  return current === 'opened' ? 'opened' : 'sealed'
}

const BADGE: Record<RowLook, readonly [typeof ShieldCheck, string]> = {
  failed: [ShieldAlert, 'bg-bad text-on-bad'],
  differs: [ShieldAlert, 'bg-bad text-on-bad'],
  malformed: [CircleSlash, 'bg-sunken text-muted border-edge!'],
  excluded: [CircleSlash, 'bg-warn-soft text-warn'],
  checking: [LoaderCircle, 'bg-sunken text-muted'],
  sealed: [LockKeyhole, 'bg-sunken text-muted'],
  opened: [ShieldCheck, 'bg-good-soft text-good'],
  same: [ShieldCheck, 'bg-good-soft text-good'],
}

type BadgeProps = { row: RoomRow; look: RowLook; trusting: boolean; words: RowWords }

function Badge({ row, look, trusting, words }: BadgeProps) {
  const [Icon, colours] = BADGE[look]
  const reason = row.reasons.find((code) => words.why.has(code)) ?? 'price-not-opened'
  const says =
    look === 'excluded' ? words.why.get(reason) : words.look[look === 'opened' && trusting ? 'unchecked' : look]
  return (
    <span className={`tag whitespace-normal! text-start leading-tight! ${colours}`}>
      <Icon
        aria-hidden="true"
        className={`shrink-0 ${look === 'checking' ? 'motion-safe:animate-spin' : ''}`}
        size={15}
      />
      {says}
    </span>
  )
}

export type RowProps = {
  row: RoomRow
  name: string
  currency: string
  priced: boolean
  trusting: boolean
  own: boolean
  awarded: boolean
  /** What is under the row is unfolded. */
  open: boolean
  onOpen: (no: number) => void
  /** Its line in the whole table, counted from 1 with the head, where not all lines are there; for screen readers. */
  line?: number | undefined
  /** The same for all rows. */
  words: RowWords
  technicalVerdict: EnvelopeVerdict | undefined
  priceVerdict: EnvelopeVerdict | undefined
}

const figure = (value: string | null) => value ?? '–'

export const RankingRow = memo(function RankingRow(props: RowProps) {
  const { row, name, currency, priced, trusting, own, awarded, open, onOpen, line, words } = props
  const look = lookOf(row, priced)
  const quiet = look === 'malformed' || look === 'failed'
  const bare = row.technicalScore === null && row.priceScore === null && row.total === null
  const id = `bid-${row.no}`
  const sign = currency === 'KRW' ? '₩' : `${currency} `
  const cell = (area: string, label: string, value: string | null, strong = false) => (
    <td className={`room-${area} tnum ${strong ? 'font-bold' : ''}`} data-label={label} {...AS.cell}>
      {figure(value)}
    </td>
  )
  return (
    <>
      <tr
        aria-rowindex={line}
        className={`room-row ${bare ? 'room-bare' : ''} ${quiet ? 'text-muted' : ''} ${awarded ? 'room-first' : own ? 'room-own' : ''}`}
        data-flip={row.no}
        {...AS.row}
      >
        <td className="room-rank" {...AS.cell}>
          {row.rank === null ? (
            <span className="text-muted">–</span>
          ) : (
            <span className={`room-place ${row.rank === 1 && !quiet ? 'room-place-1' : ''}`}>{row.rank}</span>
          )}
        </td>
        <th className="room-name" {...AS.name}>
          <bdi className="room-who">{name}</bdi>
          <span className="note tnum">{words.no(row.no)}</span>
          {own && <span className="tag bg-primary-soft text-primary">{words.own}</span>}
          {row.tied && <span className="note">{words.tied}</span>}
        </th>
        <td className="room-price tnum" data-label={words.column.price} {...AS.cell}>
          {row.amount === null ? (
            <span className="text-muted">{words.noPrice[row.price.state]}</span>
          ) : (
            <>
              <span className="whitespace-nowrap font-semibold">{`${sign}${grouped(row.amount)}`}</span>
              {row.rate !== null && <span className="note whitespace-nowrap">{`${row.rate} %`}</span>}
            </>
          )}
        </td>
        {cell('technical', words.column.technical, row.technicalScore)}
        {cell('points', words.column.points, row.priceScore)}
        {cell('total', words.column.total, row.total, true)}
        <td className="room-state" {...AS.cell}>
          <Badge look={look} row={row} trusting={trusting} words={words} />
        </td>
        <td className="room-more" {...AS.cell}>
          <button
            aria-controls={id}
            aria-expanded={open}
            aria-label={words.details(name)}
            className="inline-flex size-11 items-center justify-center rounded-lg border border-transparent text-muted hover:bg-sunken hover:text-ink"
            data-row={row.no}
            onClick={() => onOpen(row.no)}
            type="button"
          >
            <ChevronDown aria-hidden="true" className={open ? 'rotate-180' : ''} size={20} />
          </button>
        </td>
      </tr>
      {open && (
        <tr className="room-under" data-flip={`under ${row.no}`} id={id} {...AS.row}>
          <td aria-colspan={8} colSpan={8} {...AS.cell}>
            <RowDetails {...props} />
          </td>
        </tr>
      )}
    </>
  )
})
