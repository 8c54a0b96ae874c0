// How are rows shown? A real table with a caption, downloads as shown, paging, and cards on a phone.
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { csvOf } from '../csv.ts'
import { saveFile } from '../save-file.ts'
import { Paging, type PagingProps } from './paging.tsx'

export type Column<Row> = {
  id: string
  head: string
  /** What the table shows, null for nothing; left out for a column that is in the files alone. */
  cell?: (row: Row) => ReactNode
  /** The cell as text for the files; without it the column is left out of them. */
  text?: (row: Row) => string
  /** Figures: aligned to the end, all digits of one width. */
  num?: boolean
  /** Long text: on a phone it stands under its heading instead of beside it. */
  wide?: boolean
  /** This column names the row: one a table. On a phone it stands at the top of the card, without its heading. */
  names?: boolean
}

export type DataTableProps<Row> = {
  caption: string
  /** The caption is read out but not shown, where a heading says the same. */
  captionHidden?: boolean
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string
  /** Shown in place of the table when there are no rows. */
  empty?: ReactNode
  /** Name of the files, without ending; without it there is no download. */
  fileName?: string
  paging?: PagingProps
  /** It is wider than a desk and has nothing that the keyboard could go to, so that it is gone to itself. */
  scrolls?: true
  /** Rows that stand out, for example one's own bid. */
  marked?: (row: Row) => boolean
}

function Downloads<Row>({ columns, rows, fileName }: DataTableProps<Row> & { fileName: string }) {
  const { t } = useTranslation()
  const texts = columns.filter((column) => column.text)
  const table = () => rows.map((row) => texts.map((column) => column.text?.(row) ?? ''))
  const csv = () =>
    saveFile(`${fileName}.csv`, csvOf([texts.map((column) => column.head), ...table()]), 'text/csv;charset=utf-8')
  const json = () => {
    const objects = rows.map((row) => Object.fromEntries(texts.map(({ id, text }) => [id, text?.(row) ?? ''])))
    saveFile(`${fileName}.json`, `${JSON.stringify(objects, null, 2)}\n`, 'application/json')
  }
  return (
    <div className="no-print flex flex-wrap gap-2">
      <button className="btn btn-quiet btn-small" onClick={csv} title={t('parts.table.download')} type="button">
        <Download aria-hidden="true" size={16} />
        {t('parts.table.csv')}
      </button>
      <button className="btn btn-quiet btn-small" onClick={json} title={t('parts.table.download')} type="button">
        <Download aria-hidden="true" size={16} />
        {t('parts.table.json')}
      </button>
    </div>
  )
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, captionHidden = false, rows, keyOf, empty, fileName, paging, marked, scrolls } = props
  const columns = props.columns.filter((column) => column.cell)
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>
  const cellOf = (column: Column<Row>, row: Row) => {
    const given = column.cell?.(row) ?? null
    // Nothing to say is a dash on a desk, and no line at all on the card of a phone.
    const look =
      `${column.num ? 'num' : ''} ${column.names ? 'name' : ''} ${given === null ? 'nothing' : ''} ${column.wide ? 'wide' : ''}`.trim()
    const content = given === null ? <span className="text-muted">–</span> : <span>{given}</span>
    return column.names ? (
      // biome-ignore lint/a11y/noRedundantRoles: display: block on a phone takes the role away
      <th className={look} key={column.id} role="rowheader" scope="row">
        {content}
      </th>
    ) : (
      // biome-ignore lint/a11y/noRedundantRoles: display: block on a phone takes the role away
      <td className={look} data-label={column.head} key={column.id} role="cell">
        {content}
      </td>
    )
  }
  return (
    <div className="stack">
      {/* The words for the ear alone are placed absolutely: they are to scroll with the table, not to widen the page. */}
      <div className="relative sm:overflow-x-auto" tabIndex={scrolls ? 0 : undefined}>
        {/* biome-ignore lint/a11y/noRedundantRoles: display: block on a phone takes the role away */}
        <table className="table table-cards" role="table">
          <caption className={captionHidden ? 'sr-only' : 'pb-2 text-start font-bold'}>{caption}</caption>
          {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
          <thead role="rowgroup">
            {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
            <tr role="row">
              {columns.map((column) => (
                // biome-ignore lint/a11y/noRedundantRoles: as above
                <th className={column.num ? 'num' : ''} key={column.id} role="columnheader" scope="col">
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
          <tbody role="rowgroup">
            {rows.map((row) => (
              // biome-ignore lint/a11y/noRedundantRoles: as above
              <tr className={marked?.(row) ? 'bg-primary-soft' : ''} key={keyOf(row)} role="row">
                {columns.map((column) => cellOf(column, row))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-4">
        {fileName ? <Downloads {...props} fileName={fileName} /> : <span />}
        {paging && <Paging {...paging} />}
      </div>
    </div>
  )
}
