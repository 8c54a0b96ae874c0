// How are the facts of one thing listed? Name and value side by side, one under the other on a phone.
import type { ReactNode } from 'react'

export type SummaryRow = {
  name: ReactNode
  value: ReactNode
  /** A link or button at the end of the row, such as "Change". */
  action?: ReactNode
  key?: string
}

export function SummaryList({ rows, label }: { rows: readonly SummaryRow[]; label?: string }) {
  return (
    <dl aria-label={label} className="min-w-0">
      {rows.map((row, i) => (
        <div
          className="grid gap-x-6 gap-y-0.5 border-line border-b py-3 sm:grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)_auto]"
          key={row.key ?? i}
        >
          <dt className="font-semibold text-muted">{row.name}</dt>
          <dd className="min-w-0">{row.value}</dd>
          {row.action && <dd className="sm:text-end">{row.action}</dd>}
        </div>
      ))}
    </dl>
  )
}
