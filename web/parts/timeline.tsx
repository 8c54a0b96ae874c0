// What happened, what is now, what comes? A list in the order of time.
import { Circle, CircleCheck, CircleDot } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Time } from './time.tsx'

export type TimelineItem = {
  key: string
  title: ReactNode
  at?: string | null
  children?: ReactNode
  state?: 'done' | 'now' | 'next'
}

const ICONS = { done: CircleCheck, now: CircleDot, next: Circle }

export function Timeline({ items, label }: { items: readonly TimelineItem[]; label: string }) {
  const { t } = useTranslation()
  return (
    <ol aria-label={label}>
      {items.map(({ key, title, at, children, state = 'done' }) => {
        const Icon = ICONS[state]
        return (
          <li
            aria-current={state === 'now' ? 'step' : undefined}
            className="relative flex gap-3 pb-5 before:absolute before:start-[0.6rem] before:top-7 before:bottom-0 before:border-line before:border-s-2 last:pb-0 last:before:hidden"
            key={key}
          >
            <span
              className={`mt-1 ${state === 'now' ? 'text-primary' : state === 'done' ? 'text-good' : 'text-muted'}`}
            >
              <Icon aria-hidden="true" size={20} />
            </span>
            <div className="min-w-0">
              <p className={state === 'now' ? 'font-bold' : state === 'next' ? 'text-muted' : ''}>
                <span className="sr-only">{t(`parts.timeline.${state}`)}: </span>
                {title}
              </p>
              {at && (
                <p className="note">
                  <Time at={at} form="exact" />
                </p>
              )}
              {children}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
