// What is still to be done? Each task with its name as the link and one status.
import { CircleAlert, CircleCheck, CircleDashed, CircleDot, Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

export type TaskStatus = 'done' | 'progress' | 'todo' | 'blocked' | 'error'
export type Task = {
  key: string
  name: string
  status: TaskStatus
  /** Where the task is done; none while it is blocked. */
  to?: string
  hint?: ReactNode
}

const LOOK = {
  done: [CircleCheck, 'text-good'],
  progress: [CircleDot, 'text-primary'],
  todo: [CircleDashed, 'text-muted'],
  blocked: [Lock, 'text-muted'],
  error: [CircleAlert, 'text-bad'],
} as const

export function TaskList({ tasks, label }: { tasks: readonly Task[]; label: string }) {
  const { t } = useTranslation()
  return (
    <ul aria-label={label} className="border-line border-t">
      {tasks.map(({ key, name, status, to, hint }) => {
        const [Icon, tone] = LOOK[status]
        return (
          <li
            className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1 border-line border-b py-3"
            key={key}
          >
            <div className="min-w-0">
              {to && status !== 'blocked' ? (
                to.startsWith('#') ? (
                  <a href={to}>{name}</a>
                ) : (
                  <Link to={to}>{name}</Link>
                )
              ) : (
                <span className={status === 'blocked' ? 'text-muted' : ''}>{name}</span>
              )}
              {hint && <p className="note">{hint}</p>}
            </div>
            <span className={`inline-flex items-center gap-1.5 font-semibold ${tone}`}>
              <Icon aria-hidden="true" size={18} />
              {t(`parts.task.${status}`)}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
