// How is a chart shown to everybody? A figure with a caption and one sentence that says what it shows, and the same as a table.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { OnDemand } from './in-its-words.tsx'

export type TableOf = { head: readonly string[]; rows: readonly (readonly string[])[] }

function FigureTable({ title, table }: { title: string; table: () => TableOf }) {
  const { head, rows } = table()
  return (
    <table className="table text-[0.92rem]">
      <caption className="sr-only">{title}</caption>
      <thead>
        <tr>
          {head.map((name, i) => (
            <th className={i > 0 ? 'num' : ''} key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...figures], at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two bidders may be called the same
          <tr key={at}>
            <th className="break-words" scope="row">
              <bdi>{name}</bdi>
            </th>
            {figures.map((figure, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns do not move
              <td className="num" key={i}>
                {figure}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** `says` is what somebody hears who cannot see the drawing. */
export function ChartFigure({
  title,
  says,
  table,
  note,
  children,
}: {
  title: string
  says: string
  table: () => TableOf
  note?: string
  children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <figure className="card overflow-hidden">
      <figcaption className="font-bold text-[1.1rem]">{title}</figcaption>
      <div aria-label={says} className="mt-3 min-w-0" role="img">
        {children}
      </div>
      {note && <p className="note mt-2">{note}</p>}
      <div className="mt-2">
        <OnDemand says={t('room.figure.table')}>
          <FigureTable table={table} title={title} />
        </OnDemand>
      </div>
    </figure>
  )
}
