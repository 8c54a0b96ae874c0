// Before the deadline: how long is there still, and why can nobody read the bids?
import { CalendarPlus, LockKeyhole, Wifi, WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { clockWithin, useClockState, useServerSecond } from '../../clock.ts'
import { Time } from '../../parts/time.tsx'
import { saveFile } from '../../save-file.ts'
import { calendarEntry } from './calendar.ts'
import { Countdown } from './countdown.tsx'
import { useScene } from './scene.ts'

const SOON_MS = 600_000

/** In the last ten minutes: is the connection there, and how exact is the clock? */
function Connection() {
  const { t } = useTranslation()
  const { known } = useScene()
  const clock = useClockState()
  const live = known.line === 'live'
  const Icon = known.line === 'lost' ? WifiOff : Wifi
  return (
    <ul className="note flex flex-col gap-1 rounded-lg bg-sunken p-3">
      <li className="flex items-center gap-2">
        <Icon aria-hidden="true" className={live ? 'text-good' : 'text-warn'} size={16} />
        {t(`room.line.${known.line}`)}
      </li>
      <li>
        {clock === 'synced'
          ? t('room.receiving.clock', { ms: Math.max(1, clockWithin()) })
          : t('room.receiving.noClock')}
      </li>
    </ul>
  )
}

export function ReceivingCard() {
  const { t } = useTranslation()
  const { room, known, no, view, language } = useScene()
  const now = useServerSecond()
  const at = room.deadline ?? view.deadline
  const left = Date.parse(at) - now
  const title =
    left <= 0 ? t('room.receiving.waiting') : left <= SOON_MS ? t('room.receiving.soon') : t('room.receiving.title')
  const calendar = () =>
    saveFile(
      `${no}.ics`,
      calendarEntry({
        uid: `${no}@${location.host}`,
        at: view.openAfter,
        title: `${t('room.receiving.calendarTitle')}: ${view.title[language]}`,
        url: `${location.origin}/tenders/${no}/opening`,
      }),
      'text/calendar;charset=utf-8',
    )
  return (
    <div className="stack">
      <div>
        <p className="font-bold text-[1.15rem]">{title}</p>
        <Countdown at={at} />
        <p className="note mt-1">
          {t('room.receiving.closes')} <Time at={at} form="exact" />
        </p>
      </div>
      {left > 0 && left <= SOON_MS && <Connection />}
      <p className="flex gap-2">
        <LockKeyhole aria-hidden="true" className="mt-0.5 shrink-0 text-primary" size={20} />
        <span>{t('room.receiving.sealed')}</span>
      </p>
      {known.log && (
        <p className="note border-line border-t pt-3">{t('room.receiving.head', { size: known.log.size })}</p>
      )}
      <button className="btn btn-quiet no-print" onClick={calendar} type="button">
        <CalendarPlus aria-hidden="true" size={18} />
        {t('room.receiving.calendar')}
      </button>
    </div>
  )
}
