// Where in the procedure is this tender? All stages in their order, the current one marked.
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { stagesOf } from '../../../src/domain/room/stage.ts'
import { useScene } from './scene.ts'

export function StageStrip() {
  const { t } = useTranslation()
  const { stage, room } = useScene()
  const stages = stagesOf(room)
  const now = stages.indexOf(stage)
  const over = room.award !== null
  return (
    <nav aria-label={t('room.stages')} className="card p-3! sm:p-4!">
      <ol className="flex min-w-0">
        {stages.map((one, i) => {
          const state = i < now || over ? 'done' : i === now ? (room.ended ? 'ended' : 'now') : 'next'
          const look = {
            done: 'border-good bg-good-soft text-good',
            now: 'border-primary bg-primary text-on-primary',
            ended: 'border-bad bg-bad text-on-bad',
            next: 'border-line bg-card text-muted',
          }[state]
          return (
            <li
              aria-current={i === now ? 'step' : undefined}
              className="relative flex min-w-0 flex-1 flex-col items-center gap-1 text-center before:absolute before:top-[0.85rem] max-[22rem]:before:top-[0.72rem] before:end-1/2 before:w-full before:border-line before:border-t-2 first:before:hidden"
              key={one}
            >
              <span
                className={`relative z-1 flex size-7 items-center justify-center rounded-full border-2 font-bold text-[0.85rem] max-[22rem]:size-6 max-[22rem]:text-[0.75rem] ${look}`}
              >
                {state === 'done' ? <Check aria-hidden="true" size={16} strokeWidth={3} /> : i + 1}
              </span>
              <span
                className={`text-[0.82rem] leading-tight max-lg:sr-only ${i === now ? 'font-bold text-ink' : 'text-muted'}`}
              >
                {t(`room.stage.${one}`)}
              </span>
              <span className="sr-only">{t(`room.stageState.${state}`)}</span>
            </li>
          )
        })}
      </ol>
      <p aria-hidden="true" className="mt-2 text-center font-bold lg:hidden">
        {`${now + 1}. ${t(`room.stage.${stage}`)}`}
      </p>
    </nav>
  )
}
