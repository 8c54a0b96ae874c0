// What should a visitor know about this page before reading it?
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

type Kind = 'info' | 'success' | 'warning' | 'error'

const LOOK: Record<Kind, readonly [LucideIcon, string, string]> = {
  info: [Info, 'border-primary bg-primary-soft', 'text-primary'],
  success: [CircleCheck, 'border-good bg-good-soft', 'text-good'],
  warning: [TriangleAlert, 'border-warn bg-warn-soft', 'text-warn'],
  error: [CircleAlert, 'border-bad bg-bad-soft', 'text-bad'],
}

/** `live` when it appears while the page is open; it is then read out (an error at once, others politely). */
export function NotificationBanner({
  kind = 'info',
  title,
  live = false,
  children,
}: {
  kind?: Kind
  title: ReactNode
  live?: boolean
  children?: ReactNode
}) {
  const [Icon, box, tone] = LOOK[kind]
  return (
    <div
      className={`flex gap-3 rounded-card border border-s-4 p-4 ${box}`}
      role={live ? (kind === 'error' ? 'alert' : 'status') : undefined}
    >
      <Icon aria-hidden="true" className={`mt-0.5 shrink-0 ${tone}`} size={22} />
      <div className="min-w-0">
        <p className="font-bold">{title}</p>
        {children}
      </div>
    </div>
  )
}
