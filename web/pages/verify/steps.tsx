// How is a list of checks shown? A sign, a word for it, and what was found in plain words; failures come with a banner that is read out.
import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Words } from '../../../src/domain/events.ts'
import { inLanguage } from '../../i18n.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'

export type Step = { name: string; verdict: 'ok' | 'failed' | 'not checkable'; says: Words }

const ICONS = { ok: CircleCheck, failed: CircleX, 'not checkable': CircleHelp }
const TONES = { ok: 'text-good', failed: 'text-bad', 'not checkable': 'text-muted' }

export function Steps({ steps, label }: { steps: readonly Step[]; label: string }) {
  const { t, i18n } = useTranslation()
  const failed = steps.filter((s) => s.verdict === 'failed').length
  const open = steps.filter((s) => s.verdict === 'not checkable').length
  return (
    <div className="stack">
      <NotificationBanner
        kind={failed > 0 ? 'error' : 'success'}
        live
        title={
          failed > 0 ? t('verify.found', { count: failed }) : t('verify.clean', { count: steps.length - open, open })
        }
      />
      <ul aria-label={label} className="flex flex-col gap-2">
        {steps.map((step) => {
          const Icon = ICONS[step.verdict]
          return (
            <li className="flex gap-2" key={step.name}>
              <Icon aria-hidden="true" className={`mt-1 shrink-0 ${TONES[step.verdict]}`} size={18} />
              <span className="min-w-0">
                <span className="sr-only">{t(`verify.verdict.${step.verdict.replace(' ', '-')}`)}: </span>
                <code className="text-muted">{step.name}</code> {inLanguage(step.says, i18n.language)}
              </span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
