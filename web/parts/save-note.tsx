// Is what was entered safe? Said quietly beside a form that saves itself.
import { CircleAlert, CircleCheck, LoaderCircle } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SaveState } from '../use-marks.ts'

const LOOK = {
  saved: [CircleCheck, 'text-good'],
  waiting: [LoaderCircle, 'text-muted'],
  saving: [LoaderCircle, 'text-muted'],
  refused: [CircleAlert, 'text-bad'],
  offline: [CircleAlert, 'text-bad'],
} as const

export function SaveNote({ state }: { state: SaveState }) {
  const { t } = useTranslation()
  const [Icon, tone] = LOOK[state]
  return (
    <p className={`inline-flex items-center gap-2 font-semibold ${tone}`} role="status">
      <Icon aria-hidden="true" size={18} />
      {t(`marks.save.${state}`)}
    </p>
  )
}
