// How did it end: a provisional ranking, an award, a failure, a cancellation?
import { Award, Ban, CircleX, Trophy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { isOpened } from '../../../src/domain/room/stage.ts'
import { standstillEnd } from '../../../src/domain/tenders/standstill.ts'
import { Money } from '../../parts/money.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { clipped, useScene } from './scene.ts'

/** Too long for one line of a small phone. */
const Long = ({ says }: { says: string }) => <span className="whitespace-normal">{says}</span>

/** "Same as official": how many rows of the recorded ranking came out the same here. */
export function SameAsOfficial() {
  const { t } = useTranslation()
  const { room, known, trusting } = useScene()
  if (!room.evaluation) return null
  const all = [...known.agrees.values()]
  const same = all.filter(Boolean).length
  // Where an envelope failed there is nothing to compute with.
  if (trusting || (all.length === 0 && known.checking === 'done'))
    return <ProofBadge state="unchecked">{trusting ? null : <Long says={t('room.same.cannot')} />}</ProofBadge>
  if (all.length === 0)
    return (
      <ProofBadge state="checking">
        <Long says={t('room.same.checking')} />
      </ProofBadge>
    )
  return (
    <ProofBadge state={same === all.length ? 'verified' : 'failed'}>
      {t('room.same.count', { same, of: all.length })}
    </ProofBadge>
  )
}

export function RankingCard() {
  const { t } = useTranslation()
  const { room, no, rows, nameOf } = useScene()
  if (!room.evaluation) {
    return (
      <p className="flex items-center gap-2 font-bold text-[1.15rem]">
        <Trophy aria-hidden="true" className="text-primary" size={24} />
        {room.lines.some(({ typ }) => typ === 'auction.begun/1')
          ? t('room.auctionTitle')
          : isOpened(room.sessions.price)
            ? t('room.ranking.computing')
            : t('room.now')}
      </p>
    )
  }
  const first = rows.find((r) => r.bidder === room.evaluation?.ranking?.order[0]?.[0])
  const joint = (room.evaluation.ranking?.order[0]?.length ?? 0) > 1
  const next = room.evaluation.ranking?.byPrice?.next ?? null
  // Before it is settled who comes first the time would begin anew.
  const ends = next || joint ? null : standstillEnd(room.notice?.notice.standstillHours, room.evaluation.at)
  return (
    <div className="stack">
      <div>
        <p className="flex flex-wrap items-center gap-2 font-bold text-[1.15rem]">
          <Trophy aria-hidden="true" className="text-primary" size={24} />
          {t('room.ranking.title')}
          <span className="tag bg-warn-soft text-warn">{t('room.ranking.provisional')}</span>
        </p>
        <p className="note mt-1">
          <Time at={room.evaluation.at} form="exact" /> · {`#${room.evaluation.index}`}
        </p>
      </div>
      {next ? (
        <p>{t('room.ranking.examining', { name: clipped(nameOf(next)) })}</p>
      ) : joint ? (
        <p>{t('room.ranking.lot')}</p>
      ) : first ? (
        <div>
          <p className="note">{t('room.ranking.first')}</p>
          <p className="break-words font-bold text-[1.25rem]">
            <bdi>{clipped(nameOf(first.bidder))}</bdi>
          </p>
          {first.amount !== null && (
            <p className="font-bold text-[1.3rem]">
              <Money amount={first.amount} />
            </p>
          )}
          {first.total !== null && <p>{t('room.ranking.total', { total: first.total })}</p>}
        </div>
      ) : (
        <p>{t('room.ranking.nobody')}</p>
      )}
      <SameAsOfficial />
      <div className="border-line border-t pt-3">
        <h3>{t('room.ranking.next')}</h3>
        <ol className="mt-1 list-decimal ps-5">
          <li>{t(room.evaluation.ranking?.byPrice ? 'room.ranking.next1ByPrice' : 'room.ranking.next1')}</li>
          {ends !== null && (
            <li>
              {t('room.ranking.standstill')} <Time at={ends} form="exact" />{' '}
              <Link to={`/tenders/${no}?tab=objections`}>{t('room.ranking.objections')}</Link>
            </li>
          )}
          <li>{t('room.ranking.next2')}</li>
          <li>{t('room.ranking.next3')}</li>
        </ol>
      </div>
    </div>
  )
}

export function AwardCard() {
  const { t } = useTranslation()
  const { room, no, rows, nameOf, trusting } = useScene()
  const { award } = room
  if (!award) return null
  const row = rows.find((r) => r.bidder === award.bidder)
  // The amount is shown once it was found in the winner's own envelope.
  const found = trusting || (row?.amount === award.amount.amount && row.same !== false)
  return (
    <div className="stack">
      <p className="flex items-center gap-2 font-bold text-[1.15rem]">
        <Award aria-hidden="true" className="text-primary" size={24} />
        {t('room.award.title')}
      </p>
      <div>
        <p className="break-words font-bold text-[1.3rem]">
          <bdi>{clipped(nameOf(award.bidder))}</bdi>
        </p>
        {found ? (
          <p className="font-bold text-[clamp(1.4rem,1.1rem+1.5vw,1.9rem)] leading-tight">
            <Money amount={award.amount.amount} currency={award.amount.currency} />
          </p>
        ) : (
          <p className="note">
            {t(`room.noPrice.${row && row.price.state !== 'opened' ? row.price.state : 'failed'}`)}
          </p>
        )}
        <p className="note mt-1">
          <Time at={award.at} form="exact" /> · {`#${award.index}`}
        </p>
      </div>
      {award.winners.length > 1 && (
        <div>
          <p>{t('room.award.several', { count: award.winners.length })}</p>
          <ol className="mt-1 list-decimal ps-5">
            {award.winners.map(({ bidder }) => (
              <li className="break-words" key={bidder}>
                <bdi>{clipped(nameOf(bidder))}</bdi>
              </li>
            ))}
          </ol>
        </div>
      )}
      <p>{t('room.award.why')}</p>
      <SameAsOfficial />
      <ul className="flex flex-col gap-1 border-line border-t pt-3">
        <li>
          <Link to={`/tenders/${no}?tab=award`}>{t('room.award.notice')}</Link>
        </li>
        {room.locked && (
          <li>
            <Link to={`/tenders/${no}?tab=evaluation`}>{t('room.award.marks')}</Link>
          </li>
        )}
        <li>
          <Link to={`/tenders/${no}?tab=log`}>{t('room.award.log')}</Link>
        </li>
      </ul>
    </div>
  )
}

const KNOWN_REASONS = ['too-few-bids', 'no-valid-technical-envelope', 'nobody-eligible', 'cancelled-by-agency'] as const

/** The reason of an end in words; a code of a later version is shown as it is. */
export function useReason(): (code: string) => string {
  const { t } = useTranslation()
  return (code) => ((KNOWN_REASONS as readonly string[]).includes(code) ? t(`room.reason.${code}`) : clipped(code))
}

export function EndedCard() {
  const { t } = useTranslation()
  const reason = useReason()
  const { room } = useScene()
  const { ended, closed } = room
  if (!ended) return null
  const failed = ended.is === 'failed'
  const Icon = failed ? CircleX : Ban
  return (
    <div className="stack">
      <p className="flex items-center gap-2 font-bold text-[1.15rem]">
        <Icon aria-hidden="true" className="text-bad" size={24} />
        {t(`room.ended.${ended.is}`)}
      </p>
      <ul>
        {ended.reasons.map((code) => (
          <li key={code}>{reason(code)}</li>
        ))}
      </ul>
      {ended.statement !== '' && (
        <blockquote className="whitespace-pre-wrap break-words border-line border-s-4 ps-3" dir="auto">
          {clipped(ended.statement, 4000)}
        </blockquote>
      )}
      <p className="note">
        <Time at={ended.at} form="exact" /> · {`#${ended.index}`}
      </p>
      <p>{closed ? t('room.ended.afterClose') : t('room.ended.beforeClose')}</p>
    </div>
  )
}
