// How far is the sealing? Its steps, each in words with what came of it.
import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { grouped } from '../../parts/money.tsx'
import { type Sealing, STEPS, type StepName, type StepState } from './use-sealing.ts'

const ICONS = { waiting: CircleDashed, working: LoaderCircle, done: CircleCheck, failed: CircleX }
const TONES = { waiting: 'text-muted', working: 'text-primary', done: 'text-good', failed: 'text-bad' }

export function SealingSteps({ sealing, technical }: { sealing: Sealing; technical: boolean }) {
  const { t } = useTranslation()
  const { steps, size, act } = sealing
  const said = (step: StepName, state: StepState): string => {
    if (state === 'waiting') return ''
    if (state !== 'done') return t(`supplier.step.${step}.${state}`)
    switch (step) {
      case 'keys':
        return t('supplier.step.keys.done', { size: grouped(String(size ?? 0)) })
      case 'technical':
      case 'price':
        return t(`supplier.step.${step}.done`, { bytes: grouped(String(act?.body.envelopes?.[step]?.length ?? '')) })
      case 'sign':
        return t('supplier.step.sign.done', { c: act?.c.slice(0, 12) ?? '' })
      case 'send':
        return t('supplier.step.send.done')
    }
  }
  const shown = STEPS.filter((step) => technical || step !== 'technical')
  const now = STEPS.find((step) => steps[step] === 'working')
  return (
    <section className="card stack">
      <h2>{t('supplier.sealing.title')}</h2>
      <ol className="flex flex-col gap-3">
        {shown.map((step, i) => {
          const state = steps[step]
          const Icon = ICONS[state]
          return (
            <li aria-current={state === 'working' ? 'step' : undefined} className="flex gap-3" key={step}>
              <Icon
                aria-hidden="true"
                className={`mt-0.5 shrink-0 ${TONES[state]} ${state === 'working' ? 'motion-safe:animate-spin' : ''}`}
                size={22}
              />
              <div className="min-w-0">
                <p className={state === 'waiting' ? 'text-muted' : 'font-semibold'}>
                  {i + 1}. {t(`supplier.step.${step}.name`)}
                  <span className="sr-only">: {t(`supplier.step.state.${state}`)}</span>
                </p>
                {said(step, state) && <p className="note break-words">{said(step, state)}</p>}
              </div>
            </li>
          )
        })}
      </ol>
      <p aria-live="polite" className="sr-only">
        {now ? t(`supplier.step.${now}.name`) : ''}
      </p>
    </section>
  )
}
