// How are marks entered fast and without a mouse? A grid of items and labels in which arrows move and every cell says its limit.
import type { KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { gradePoints } from '../../src/domain/scoring/grades.ts'
import type { ScoredItem } from '../../src/domain/scoring/rule.ts'
import { inLanguage } from '../i18n.ts'
import { type Cells, cellId, cellOf, markFault } from '../marks.ts'

export type MarksGridProps = {
  caption: string
  items: readonly ScoredItem[]
  labels: readonly string[]
  cells: Cells
  onChange: (label: string, item: ScoredItem, typed: string) => void
  onFocus?: (label: string, item: ScoredItem) => void
  disabled?: boolean
  /** Cells that are not marked here: a consortium's, whose members are marked one by one. */
  elsewhere?: (label: string, item: ScoredItem) => boolean
}

/** Goes to the cell so many rows and columns away, if there is one. */
function go(from: HTMLElement, rows: number, columns: number): boolean {
  const [row = 0, column = 0] = (from.dataset.cell ?? '').split(' ').map(Number)
  const table = from.closest('table')
  const to = table?.querySelector<HTMLElement>(`[data-cell="${row + rows} ${column + columns}"]`)
  to?.focus()
  if (to instanceof HTMLInputElement) to.select()
  return to !== undefined && to !== null
}

function move(event: KeyboardEvent<HTMLInputElement>): void {
  const input = event.currentTarget
  if (event.nativeEvent.isComposing) return
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length
  const atStart = all || input.selectionEnd === 0
  const atEnd = all || input.selectionStart === input.value.length
  const moved =
    event.key === 'ArrowUp'
      ? go(input, -1, 0)
      : event.key === 'ArrowDown' || event.key === 'Enter'
        ? go(input, 1, 0)
        : event.key === 'ArrowLeft' && atStart
          ? go(input, 0, -1)
          : event.key === 'ArrowRight' && atEnd
            ? go(input, 0, 1)
            : false
  if (moved) event.preventDefault()
}

/** A list of grades keeps up and down for itself; to the sides and on, the arrows go as in every cell. */
function leave(event: KeyboardEvent<HTMLSelectElement>): void {
  const select = event.currentTarget
  const moved =
    event.key === 'Enter'
      ? go(select, 1, 0)
      : event.key === 'ArrowLeft'
        ? go(select, 0, -1)
        : event.key === 'ArrowRight'
          ? go(select, 0, 1)
          : false
  if (moved) event.preventDefault()
}

const NOWHERE = () => false

export function MarksGrid(props: MarksGridProps) {
  const { caption, items, labels, cells, onChange, onFocus, disabled = false, elsewhere = NOWHERE } = props
  const { t, i18n } = useTranslation()
  const title = (item: ScoredItem) => inLanguage(item.title, i18n.language)
  return (
    <div className="stack">
      <p className="note" id="marks-keys">
        {t('marks.keys')}
      </p>
      {/* biome-ignore lint/a11y/noRedundantRoles: display: block on a phone takes the role away */}
      <table className="table table-cards" role="table">
        <caption className="sr-only">{caption}</caption>
        {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
        <thead role="rowgroup">
          {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
          <tr role="row">
            {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
            <th role="columnheader" scope="col">
              {t('marks.item')}
            </th>
            {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
            <th className="num" role="columnheader" scope="col">
              {t('marks.max')}
            </th>
            {labels.map((label) => (
              // biome-ignore lint/a11y/noRedundantRoles: as above
              <th className="num" key={label} role="columnheader" scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
        <tbody role="rowgroup">
          {items.map((item, row) => (
            // biome-ignore lint/a11y/noRedundantRoles: as above
            <tr key={item.id} role="row">
              {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
              <th className="name align-middle" role="rowheader" scope="row">
                <span>{title(item)}</span>
              </th>
              {/* biome-ignore lint/a11y/noRedundantRoles: as above */}
              <td className="num align-middle" data-label={t('marks.max')} role="cell">
                <span>{item.max}</span>
              </td>
              {labels.map((label, column) => {
                const typed = cells.get(cellOf(label, item.id)) ?? ''
                const fault = markFault(typed, item)
                const id = cellId(label, item.id)
                const grades = gradePoints(item)
                const shared = {
                  'aria-describedby': fault ? `${id}-fault` : 'marks-keys',
                  'aria-invalid': fault ? true : undefined,
                  'aria-label': t('marks.cell', { label, item: title(item), max: item.max }),
                  'data-cell': `${row} ${column}`,
                  disabled,
                  id,
                  onFocus: () => onFocus?.(label, item),
                } as const
                if (elsewhere(label, item)) {
                  return (
                    // biome-ignore lint/a11y/noRedundantRoles: as above
                    <td className="num note align-middle" data-label={label} key={label} role="cell">
                      {t('marks.byMember')}
                    </td>
                  )
                }
                return (
                  // biome-ignore lint/a11y/noRedundantRoles: as above
                  <td className="num" data-label={label} key={label} role="cell">
                    <span className="inline-block">
                      {grades ? (
                        <select
                          {...shared}
                          className="field w-32"
                          onChange={(event) => onChange(label, item, event.target.value)}
                          onKeyDown={leave}
                          value={typed}
                        >
                          <option value="">–</option>
                          {fault && <option value={typed}>{typed}</option>}
                          {grades.map(({ grade, points }) => (
                            <option key={grade} value={points}>
                              {t('marks.grade', { grade, points })}
                            </option>
                          ))}
                        </select>
                      ) : (
                        <input
                          {...shared}
                          autoComplete="off"
                          className="field num w-24"
                          inputMode="decimal"
                          maxLength={9}
                          onChange={(event) => onChange(label, item, event.target.value.trim().replace(',', '.'))}
                          onKeyDown={move}
                          value={typed}
                        />
                      )}
                      {fault && (
                        <span className="block font-semibold text-[0.9rem] text-bad" id={`${id}-fault`}>
                          {t(`marks.fault.${fault}`, { max: item.max })}
                        </span>
                      )}
                    </span>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What is still to be marked: each a link to its cell. */
type Missing = Pick<MarksGridProps, 'items' | 'labels' | 'cells' | 'elsewhere'>

export function MissingMarks({ items, labels, cells, elsewhere = NOWHERE }: Missing) {
  const { t, i18n } = useTranslation()
  const missing = labels.flatMap((label) =>
    items
      .filter((item) => !elsewhere(label, item) && (cells.get(cellOf(label, item.id)) ?? '') === '')
      .map((item) => ({ label, item })),
  )
  if (missing.length === 0) return null
  return (
    <details>
      <summary className="font-semibold">{t('marks.missing', { count: missing.length })}</summary>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-2">
        {missing.map(({ label, item }) => {
          const id = cellId(label, item.id)
          return (
            <li key={id}>
              <a
                href={`#${id}`}
                onClick={(event) => {
                  event.preventDefault()
                  document.getElementById(id)?.focus()
                }}
              >
                {label} · {inLanguage(item.title, i18n.language)}
              </a>
            </li>
          )
        })}
      </ul>
    </details>
  )
}
