// Where am I, is it live, and what time is it there? The line that stays in sight on a phone.
import { Radio, RotateCcw, Wifi, WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useClockState, useServerSecond } from '../../clock.ts'
import { timeText, utcText } from '../../when.ts'
import { Countdown } from './countdown.tsx'
import { useScene } from './scene.ts'

function LineMark() {
  const { t } = useTranslation()
  const { known, cursor } = useScene()
  if (cursor.mode === 'replay') {
    return (
      <span className="tag bg-primary-soft text-primary">
        <RotateCcw aria-hidden="true" size={16} />
        {t('room.replay.mark')}
      </span>
    )
  }
  const { line } = known
  if (line === 'live' || line === 'starting') {
    return (
      <span className={`tag ${line === 'live' ? 'bg-live-soft text-live' : 'bg-sunken text-muted'}`}>
        <Radio aria-hidden="true" className={line === 'live' && cursor.playing ? 'pulse' : ''} size={16} />
        {t(`room.line.short.${line}`)}
      </span>
    )
  }
  const Icon = line === 'lost' ? WifiOff : Wifi
  return (
    <span className={`tag ${line === 'lost' ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'}`}>
      <Icon aria-hidden="true" size={16} />
      {t(`room.line.short.${line}`)}
    </span>
  )
}

export function RoomBar() {
  const { t } = useTranslation()
  const { stage, room, known, view, language, cursor } = useScene()
  const now = useServerSecond()
  const clock = useClockState()
  const sure = clock === 'synced' && known.line !== 'lost'
  const counting = stage === 'receiving' && !room.ended && cursor.mode === 'live'
  return (
    <div className="room-bar-top sticky top-0 z-10 -mx-4 border-line border-y bg-card/95 px-4 py-2 backdrop-blur-sm sm:static sm:mx-0 sm:rounded-card sm:border">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span className="flex min-w-0 items-center gap-3">
          <LineMark />
          <span className="truncate font-bold">
            {room.ended ? t(`room.ended.${room.ended.is}`) : t(`room.stage.${stage}`)}
          </span>
        </span>
        <span className={`flex items-center gap-3 ${sure ? '' : 'text-muted'}`}>
          {counting && <Countdown at={room.deadline ?? view.deadline} quiet small />}
          <span className="tnum max-sm:hidden" title={utcText(now)}>
            <span className="sr-only">{t('parts.clock.label')} </span>
            {clock === 'unknown' ? '--:--:--' : timeText(now, language, 'clock')}
            {' KST'}
          </span>
        </span>
      </div>
    </div>
  )
}
