// Which items are marked, with how many points? A table to edit, whose sums follow each key.
import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { type ItemRow, pointsOf, sumOf, totalOf } from './draft-form.ts'

export type ItemsEditorProps = {
  rows: ItemRow[]
  /** Points that technology has in the total. */
  weight: number
  onChange: (rows: ItemRow[]) => void
}

function newId(rows: readonly ItemRow[], base: string): string {
  for (let n = 1; ; n++) {
    const id = `${base}-${n}`
    if (!rows.some((row) => row.id === id)) return id
  }
}

function Row({
  row,
  rows,
  onEdit,
  onAdd,
  onRemove,
}: {
  row: ItemRow
  rows: readonly ItemRow[]
  onEdit: (part: Partial<ItemRow>) => void
  onAdd: (() => void) | null
  onRemove: () => void
}) {
  const { t, i18n } = useTranslation()
  const heading = rows.some((other) => other.parent === row.id)
  const name = inLanguage({ ko: row.ko, en: row.en }, i18n.language) || row.id
  const field = (part: 'ko' | 'en', label: string) => (
    <div className="col-span-3 min-w-0 md:col-span-1">
      <label className="sr-only" htmlFor={`item-${row.id}-${part}`}>
        {label}: {name}
      </label>
      <input
        className={`field ${row.parent === null ? 'font-semibold' : ''}`}
        id={`item-${row.id}-${part}`}
        lang={part}
        maxLength={200}
        onChange={(event) => onEdit({ [part]: event.target.value })}
        placeholder={label}
        value={row[part]}
      />
    </div>
  )
  return (
    <li
      className={`grid grid-cols-[minmax(0,1fr)_5rem_auto] items-center gap-2 border-line border-b py-2 md:grid-cols-[minmax(0,3fr)_minmax(0,3fr)_minmax(0,9rem)_6rem_auto] ${row.parent === null ? '' : 'ps-4 md:ps-8'}`}
    >
      {field('ko', t('agency.items.ko'))}
      {field('en', t('agency.items.en'))}
      <div className="min-w-0">
        <label className="sr-only" htmlFor={`item-${row.id}-kind`}>
          {t('agency.items.kind')}: {name}
        </label>
        <select
          className="field"
          disabled={row.parent !== null}
          id={`item-${row.id}-kind`}
          onChange={(event) => onEdit({ kind: event.target.value as ItemRow['kind'] })}
          value={row.kind}
        >
          <option value="qualitative">{t('agency.items.qualitative')}</option>
          <option value="quantitative">{t('agency.items.quantitative')}</option>
        </select>
      </div>
      <div className="min-w-0">
        <label className="sr-only" htmlFor={`item-${row.id}-max`}>
          {t('agency.items.max')}: {name}
        </label>
        {heading ? (
          <output className="block px-3 py-2 text-end font-semibold tnum" id={`item-${row.id}-max`}>
            {pointsOf(rows, row)}
          </output>
        ) : (
          <input
            className="field num"
            id={`item-${row.id}-max`}
            inputMode="decimal"
            maxLength={8}
            onChange={(event) => onEdit({ max: event.target.value.trim() })}
            value={row.max}
          />
        )}
      </div>
      {!heading && (row.kind === 'quantitative' || row.grades !== '') && (
        <div className="col-span-full grid gap-2 md:order-last md:grid-cols-2">
          <div className="min-w-0">
            <label className="field-label" htmlFor={`item-${row.id}-grades`}>
              {t('agency.items.grades', { name })}
            </label>
            <input
              className="field"
              id={`item-${row.id}-grades`}
              maxLength={400}
              onChange={(event) => onEdit({ grades: event.target.value })}
              placeholder={t('agency.items.gradesExample')}
              value={row.grades}
            />
          </div>
          {row.kind === 'quantitative' && (
            <div className="min-w-0">
              <label className="field-label" htmlFor={`item-${row.id}-members`}>
                {t('agency.items.members', { name })}
              </label>
              <select
                className="field"
                id={`item-${row.id}-members`}
                onChange={(event) => onEdit({ members: event.target.value as ItemRow['members'] })}
                value={row.members}
              >
                {(['', 'byShare', 'sum'] as const).map((how) => (
                  <option key={how} value={how}>
                    {t(`agency.items.membersHow.${how || 'one'}`)}
                  </option>
                ))}
              </select>
            </div>
          )}
        </div>
      )}
      <div className="flex gap-1">
        {onAdd && (
          <Button aria-label={t('agency.items.addTo', { name })} className="px-2!" kind="quiet" onPress={onAdd} small>
            <Plus aria-hidden="true" size={18} />
          </Button>
        )}
        <Button aria-label={t('agency.items.remove', { name })} className="px-2!" kind="quiet" onPress={onRemove} small>
          <Trash2 aria-hidden="true" size={18} />
        </Button>
      </div>
    </li>
  )
}

export function ItemsEditor({ rows, weight, onChange }: ItemsEditorProps) {
  const { t } = useTranslation()
  const edit = (id: string, part: Partial<ItemRow>) =>
    // An item and its sub-items are marked by the same hand.
    onChange(
      rows.map((row) =>
        row.id === id ? { ...row, ...part } : row.parent === id && part.kind ? { ...row, kind: part.kind } : row,
      ),
    )
  const addTo = (parent: ItemRow) => {
    const last = rows.findLastIndex((row) => row.id === parent.id || row.parent === parent.id)
    // The points of an item that becomes a heading go to its first part.
    const first = rows.some((row) => row.parent === parent.id) ? '0' : parent.max
    const row: ItemRow = {
      id: newId(rows, parent.id),
      ko: '',
      en: '',
      max: first,
      kind: parent.kind,
      parent: parent.id,
      grades: '',
      members: '',
    }
    onChange([...rows.slice(0, last + 1), row, ...rows.slice(last + 1)])
  }
  const add = () =>
    onChange([
      ...rows,
      {
        id: newId(rows, 'item'),
        ko: '',
        en: '',
        max: '10',
        kind: 'qualitative',
        parent: null,
        grades: '',
        members: '',
      },
    ])
  const total = totalOf(rows)
  const quantitative = sumOf(
    rows.filter((row) => row.parent === null && row.kind === 'quantitative').map((row) => pointsOf(rows, row)),
  )
  return (
    <div className="stack" id="draft-items" tabIndex={-1}>
      <ul>
        {rows.map((row) => (
          <Row
            key={row.id}
            onAdd={row.parent === null ? () => addTo(row) : null}
            onEdit={(part) => edit(row.id, part)}
            onRemove={() => onChange(rows.filter((other) => other.id !== row.id && other.parent !== row.id))}
            row={row}
            rows={rows}
          />
        ))}
      </ul>
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Button kind="quiet" onPress={add} small>
          <Plus aria-hidden="true" size={18} />
          {t('agency.items.add')}
        </Button>
        <p className="font-semibold tnum" role="status">
          {t('agency.items.total', { total, quantitative })}
        </p>
      </div>
      {total !== String(weight) && <p className="note">{t('agency.items.converted', { total, weight })}</p>}
    </div>
  )
}
