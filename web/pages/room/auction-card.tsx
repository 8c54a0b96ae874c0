// How does the auction stand? Bids under numbers, the lowest price, and until when the round goes: from the log's entries alone.
import { useTranslation } from 'react-i18next'
import { auctionOf } from '../../../src/domain/room/auction.ts'
import { useServerSecond } from '../../clock.ts'
import { Money } from '../../parts/money.tsx'
import { Time } from '../../parts/time.tsx'
import { Countdown } from './countdown.tsx'
import { roundNow } from './round-now.ts'
import { clipped, useScene } from './scene.ts'

export function AuctionCard() {
  const { t } = useTranslation()
  const { room, nameOf } = useScene()
  const now = useServerSecond()
  const auction = auctionOf(room)
  const { begun, steps, ended } = auction
  if (!begun) return null
  const round = roundNow(room, auction, now)
  const sat = new Map(ended?.seats.map(({ seat, bidder }) => [seat, bidder]))
  const who = (seat: number): string => {
    const bidder = sat.get(seat)
    return bidder === undefined ? t('auction.seat', { seat }) : `${seat}. ${clipped(nameOf(bidder), 80)}`
  }
  const last = new Map(steps.map((step) => [step.seat, step]))
  const lowest = steps.at(-1)?.amount ?? begun.lowest
  const waiting = round !== null && now < round.from
  return (
    <section aria-labelledby="auction" className="card stack">
      <h2 id="auction">{t('auction.title')}</h2>
      <p className="note">
        <Time at={begun.at} form="exact" /> · {`#${begun.index}`}
      </p>
      {!ended && round && !round.over && (
        <div>
          <p>{waiting ? t('auction.begins') : t('auction.round', { round: round.round })}</p>
          <Countdown at={new Date(waiting ? round.from : round.ends).toISOString()} small />
        </div>
      )}
      {!ended && round?.over && <p>{t('auction.over')}</p>}
      <p className="font-bold text-[1.3rem]">
        {t('auction.lowest')}: <Money amount={lowest} />
      </p>
      <p className="note">{ended ? t('auction.named') : t('auction.masked', { count: begun.seats })}</p>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-2">
        {Array.from({ length: begun.seats }, (_, i) => i + 1).map((seat) => {
          const step = last.get(seat)
          const leads = steps.at(-1)?.seat === seat
          return (
            <li
              className={`min-w-0 rounded-lg border p-2 ${leads ? 'border-primary bg-primary-soft font-bold' : 'border-line'}`}
              key={seat}
            >
              <span className="note break-words">{who(seat)}</span>
              <br />
              {step ? <Money amount={step.amount} /> : <span className="note">{t('auction.noBid')}</span>}
              {leads && <span className="sr-only">{t('auction.leads')}</span>}
            </li>
          )
        })}
      </ul>
      {steps.length > 0 && (
        <details>
          <summary>{t('auction.bids', { count: steps.length })}</summary>
          <ol className="stack mt-2 gap-1" reversed>
            {[...steps].reverse().map((step) => (
              <li key={step.index}>
                {t('auction.bid', { round: step.round, who: who(step.seat) })} <Money amount={step.amount} />{' '}
                <span className="note">
                  <Time at={step.time} form="exact" /> · {`#${step.index}`}
                </span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </section>
  )
}
