// After the deadline: what is locked in, and since when can nothing be added, changed or taken away?
import { FolderLock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useServerSecond } from '../../clock.ts'
import { Time } from '../../parts/time.tsx'
import { Countdown } from './countdown.tsx'
import { useScene } from './scene.ts'

export function ClosedCard() {
  const { t } = useTranslation()
  const { room, view, cursor } = useScene()
  const now = useServerSecond()
  const { closed, reveal } = room
  const opens = Date.parse(view.openAfter) > now
  if (!closed) return null
  return (
    <div className="stack">
      <p className="flex items-center gap-2 font-bold text-[1.15rem]">
        <FolderLock aria-hidden="true" className="text-primary" size={24} />
        {t('room.closed.title')}
      </p>
      <p className="text-[1.05rem]">{t('room.closed.count', { count: closed.count })}</p>
      {reveal && <p>{t('room.closed.revealed', { count: room.bids.length })}</p>}
      <p className="note">
        {t('room.closed.at')} <Time at={closed.at} form="exact" /> · {`#${closed.index}`}
      </p>
      {cursor.mode === 'replay' ? null : opens ? (
        <div>
          <p className="font-semibold">{t('room.closed.opens')}</p>
          <Countdown at={view.openAfter} small />
        </div>
      ) : (
        <p className="font-semibold">{t('room.closed.soon')}</p>
      )}
    </div>
  )
}
