// How is a chart shown to everybody? A figure with a caption and one sentence that says what it shows, and the same as a table.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export type FigureTable = { head: readonly string[]; rows: readonly (readonly string[])[] }

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
  table: FigureTable
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
      <details className="mt-2">
        <summary className="py-2">{t('room.figure.table')}</summary>
        <div className="min-w-0">
          <table className="table text-[0.92rem]">
            <caption className="sr-only">{title}</caption>
            <thead>
              <tr>
                {table.head.map((name, i) => (
                  <th className={i > 0 ? 'num' : ''} key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map(([name, ...figures], at) => (
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
        </div>
      </details>
    </figure>
  )
}
