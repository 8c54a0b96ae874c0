// After the deadline: what is locked in, and since when can nothing be added, changed or taken away?
import { FolderLock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useServerSecond } from '../../clock.ts'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { Countdown } from './countdown.tsx'
import { useScene } from './scene.ts'

const SHOWN_ROWS = 60

/** The closing list as it was fixed, and whether each row is a sealed entry of the signed log. */
export function ClosingList() {
  const { t } = useTranslation()
  const { room, known, trusting } = useScene()
  const { closed } = room
  const list = known.closing
  if (!closed) return null
  const all = list !== null && list.inLog === list.rows.length && list.rows.length === closed.count
  return (
    <div className="stack gap-2!">
      <ProofBadge state={trusting ? 'unchecked' : list === null ? 'checking' : all ? 'verified' : 'failed'}>
        {list && t('room.closed.inLog', { have: list.inLog, of: closed.count })}
      </ProofBadge>
      {list && (
        <details>
          <summary className="py-2">{t('room.closed.list')}</summary>
          <ol className="rounded-lg bg-sunken p-3 text-[0.9rem]">
            {list.rows.slice(0, SHOWN_ROWS).map(([index, c]) => (
              <li className="tnum flex gap-3" key={index}>
                <span className="w-16 shrink-0 text-muted">{`#${index}`}</span>
                <code>{`${c.slice(0, 12)}…`}</code>
              </li>
            ))}
            {list.rows.length > SHOWN_ROWS && <li>{t('room.more', { count: list.rows.length - SHOWN_ROWS })}</li>}
          </ol>
        </details>
      )}
    </div>
  )
}

export function ClosedCard() {
  const { t } = useTranslation()
  const { room, view } = useScene()
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
      <p>{reveal ? t('room.closed.revealed', { count: room.bids.length }) : t('room.closed.covers')}</p>
      <p className="note">
        {t('room.closed.at')} <Time at={closed.at} form="exact" /> · {`#${closed.index}`}
      </p>
      <ClosingList />
      {opens ? (
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
