// Which envelopes are there, and which of them are still sealed? One tile a bid, in log order, its two envelopes side by side.
import { Check, LoaderCircle, LockKeyhole, Minus, ShieldAlert } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { isPriceAlone } from '../../../src/domain/room/room.ts'
import type { EnvelopeState, RoomRow } from '../../../src/domain/room/rows.ts'
import { eidsIn } from './eids-in.ts'
import { clipped, useScene } from './scene.ts'

/** More than these are drawn as dots: a tile each would be a page of its own. */
const MOST_TILES = 60

type Shown = EnvelopeState | 'lifted'

const ICON: Record<Shown, typeof Check> = {
  sealed: LockKeyhole,
  lifted: LoaderCircle,
  checking: LoaderCircle,
  opened: Check,
  malformed: Minus,
  failed: ShieldAlert,
  unopened: Minus,
}
const LOOK: Record<Shown, string> = {
  sealed: 'border-edge bg-sunken text-muted',
  lifted: 'border-live bg-live-soft text-live',
  checking: 'border-primary bg-primary-soft text-primary',
  opened: 'border-good bg-good-soft text-good',
  malformed: 'border-dashed border-edge bg-sunken text-muted',
  failed: 'border-bad bg-bad text-on-bad',
  unopened: 'border-line bg-sunken text-muted',
}

function Half({ label, state, says }: { label: string; state: Shown; says: string }) {
  const Icon = ICON[state]
  return (
    <span
      className={`flex flex-auto items-center justify-center gap-1 whitespace-nowrap rounded-md border px-1 py-1.5 ${LOOK[state]}`}
    >
      <span className="text-[0.8rem] leading-none">{label}</span>
      <Icon
        aria-hidden="true"
        className={`shrink-0 ${state === 'checking' ? 'motion-safe:animate-spin' : ''}`}
        size={15}
        strokeWidth={2.5}
      />
      <span className="sr-only">: {says}</span>
    </span>
  )
}

/** An envelope's flap, drawn once and coloured by its state. */
const Flap = ({ open }: { open: boolean }) => (
  <svg aria-hidden="true" className="h-5 w-full" preserveAspectRatio="none" viewBox="0 0 100 20">
    <path
      className="fill-sunken stroke-edge"
      d={open ? 'M1 19 L50 3 L99 19' : 'M1 1 L50 17 L99 1'}
      strokeWidth="1.5"
      vectorEffect="non-scaling-stroke"
    />
  </svg>
)

type TileProps = { no: number; name: string | null; technical: Shown | null; price: Shown }

const Tile = memo(function Tile({ no, name, technical, price }: TileProps) {
  const { t } = useTranslation()
  const lifted = technical === 'lifted' || price === 'lifted'
  return (
    <li
      className={`flex min-w-0 flex-col rounded-lg border bg-card ${lifted ? 'room-lifted border-live shadow-lg' : 'border-line'}`}
    >
      <Flap open={(technical ?? price) === 'opened'} />
      <div className="flex flex-col gap-1.5 px-2 pb-2">
        <p className="tnum font-bold leading-tight">{t('room.wall.no', { no })}</p>
        {name !== null && (
          <bdi className="truncate text-[0.85rem] text-muted leading-tight" title={name}>
            {name}
          </bdi>
        )}
        <span className="flex flex-wrap gap-1">
          {technical !== null && (
            <Half label={t('room.wall.technical')} says={t(`room.envelope.${technical}`)} state={technical} />
          )}
          <Half label={t('room.wall.price')} says={t(`room.envelope.${price}`)} state={price} />
        </span>
      </div>
    </li>
  )
})

const DOT: Record<Shown, string> = {
  sealed: 'border-edge bg-sunken',
  lifted: 'border-live bg-live',
  checking: 'border-primary bg-primary-soft',
  opened: 'border-good bg-good',
  malformed: 'border-edge border-dashed bg-card',
  failed: 'border-bad bg-bad',
  unopened: 'border-line bg-card',
}

/** Bids in a group of dots: one that changes is drawn anew with these few. */
const GROUP = 40

/** Bids among hundreds. `states` has those of each bid's envelopes, the price's first, as one text so that groups are compared at once. */
const Dots = memo(function Dots({ states }: { states: string }) {
  const bids = states.split(' ')
  return bids.map((bid, i) => {
    // Where a bid is a price alone there is but one.
    const [price, technical] = bid.split('/') as [Shown, Shown | undefined]
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a bid keeps its place in its group
      <span className="flex gap-px forced-color-adjust-none" key={i}>
        {technical && <span className={`size-2.5 rounded-[2px] border ${DOT[technical]}`} />}
        <span className={`size-2.5 rounded-[2px] border ${DOT[price]}`} />
      </span>
    )
  })
})

/** The bids' states in their order, group by group. */
const groupsOf = (states: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(states.length / GROUP) }, (_, i) => states.slice(i * GROUP, (i + 1) * GROUP).join(' '))

const countOf = (rows: readonly RoomRow[], kind: 'technical' | 'price', states: readonly EnvelopeState[]): number =>
  rows.filter((r) => states.includes(r[kind].state)).length

export function EnvelopeWall() {
  const { t } = useTranslation()
  const { rows, lifting, room, nameOf } = useScene()
  const inAir = new Set(lifting.flatMap((entry) => eidsIn(entry)?.eids ?? []))
  const tiles = [...rows].sort((a, b) => a.no - b.no)
  if (tiles.length === 0) return null
  const shown = (row: RoomRow, kind: 'technical' | 'price'): Shown =>
    inAir.has(row[kind].eid) ? 'lifted' : row[kind].state
  const done: EnvelopeState[] = ['opened', 'malformed', 'failed']
  const { reveal } = room
  const alone = isPriceAlone(room)
  const summary = t(alone ? 'room.wall.summaryPrice' : 'room.wall.summary', {
    count: tiles.length,
    technical: countOf(tiles, 'technical', done),
    price: countOf(tiles, 'price', done),
  })
  return (
    <section aria-labelledby="wall" className="card">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="wall">{t('room.wall.title')}</h2>
        <p className="note">{summary}</p>
      </div>
      {tiles.length <= MOST_TILES ? (
        <ul className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(min(100%,6.4rem),1fr))] gap-2.5">
          {tiles.map((row) => {
            const technical = alone ? null : shown(row, 'technical')
            const first = technical ?? shown(row, 'price')
            const named = first === 'opened' || first === 'malformed' || first === 'failed'
            return (
              <Tile
                key={row.no}
                name={named ? clipped(nameOf(row.bidder), 60) : null}
                no={row.no}
                price={shown(row, 'price')}
                technical={technical}
              />
            )
          })}
        </ul>
      ) : (
        <div aria-label={summary} className="mt-4 flex flex-wrap gap-1" role="img">
          {groupsOf(
            tiles.map((row) => (alone ? shown(row, 'price') : `${shown(row, 'price')}/${shown(row, 'technical')}`)),
          ).map((states, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a group is the bids of one stretch
            <Dots key={i} states={states} />
          ))}
        </div>
      )}
      {reveal && (
        <p className="note mt-3">
          {t('room.wall.reveal', {
            acts: reveal.acts,
            covers: reveal.covers,
            refusals: reveal.refusals,
            withdrawn: reveal.withdrawn,
            replaced: reveal.replaced,
          })}
        </p>
      )}
    </section>
  )
}
