// Between the two sessions: who marks what, why are the prices still sealed, and when do they open?
import { LockKeyhole, Scale } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { Time } from '../../parts/time.tsx'
import { useScene } from './scene.ts'

export function EvaluationCard() {
  const { t } = useTranslation()
  const { room, no } = useScene()
  const { locked, notice, sessions } = room
  const valid = sessions.technical.results.filter((r) => r.state === 'valid').length
  return (
    <div className="stack">
      <p className="flex items-center gap-2 font-bold text-[1.15rem]">
        <Scale aria-hidden="true" className="text-warn" size={24} />
        {locked ? t('room.evaluation.locked') : t('room.evaluation.title')}
      </p>
      <p>
        {locked
          ? t('room.evaluation.lockedSays', { marks: locked.payload.marks.length })
          : t('room.evaluation.says', { evaluators: notice?.evaluators.length ?? 0, bids: valid })}
      </p>
      {locked && (
        <p className="note">
          <Time at={locked.at} form="exact" /> · {`#${locked.index}`}
        </p>
      )}
      <p className="flex gap-2 rounded-lg border border-transparent bg-primary-soft p-3">
        <LockKeyhole aria-hidden="true" className="mt-0.5 shrink-0 text-primary" size={20} />
        <span>{locked ? t('room.evaluation.next') : t('room.evaluation.sealed')}</span>
      </p>
      {locked && <Link to={`/tenders/${no}?tab=evaluation`}>{t('room.evaluation.marks')}</Link>}
    </div>
  )
}
