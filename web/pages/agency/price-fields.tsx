// How is a rule by price written? The planned price, the floor, and what is examined; the method gives the rest.
import { useTranslation } from 'react-i18next'
import type { PriceFormId } from '../../../src/domain/scoring/methods.ts'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { FORM_MODES, type PartRow, type PriceForm, partPoints } from './price-form.ts'

const won = (typed: string): string => typed.replace(/[\s,₩원]/g, '')

function Parts({ parts, of, onChange }: { parts: PartRow[]; of: string; onChange: (parts: PartRow[]) => void }) {
  const { t } = useTranslation()
  const set = (at: number, change: Partial<PartRow>) =>
    onChange(parts.map((part, i) => (i === at ? { ...part, ...change } : part)))
  const add = () => {
    const taken = new Set(parts.map((part) => part.id))
    const id = Array.from({ length: parts.length + 1 }, (_, n) => `part-${n + 1}`).find((one) => !taken.has(one)) ?? ''
    onChange([...parts, { id, ko: '', en: '', max: '' }])
  }
  return (
    <fieldset className="stack">
      <legend className="mb-2 font-bold">{t('agency.price.parts')}</legend>
      <p className="note">{t('agency.price.partsSay', { points: of })}</p>
      {parts.map((part, i) => (
        <div
          className="grid items-end gap-3 rounded-card border border-line p-3 sm:grid-cols-[1fr_1fr_6rem_auto]"
          key={part.id}
        >
          <TextField
            id={`draft-part-${i}`}
            label={t('agency.items.ko')}
            lang="ko"
            onChange={(ko) => set(i, { ko })}
            value={part.ko}
          />
          <TextField label={t('agency.items.en')} lang="en" onChange={(en) => set(i, { en })} value={part.en} />
          <TextField
            inputMode="decimal"
            label={t('agency.items.max')}
            num
            onChange={(max) => set(i, { max: max.trim() })}
            value={part.max}
          />
          <button
            className="btn btn-quiet btn-small"
            disabled={parts.length === 1}
            onClick={() => onChange(parts.filter((_, n) => n !== i))}
            type="button"
          >
            {t('agency.items.remove', { name: part.ko || part.id })}
          </button>
        </div>
      ))}
      <p>
        <button className="btn btn-quiet btn-small" onClick={add} type="button">
          {t('agency.items.add')}
        </button>
      </p>
    </fieldset>
  )
}

type Props = { method: PriceFormId; price: PriceForm; onChange: (price: PriceForm) => void }

export function PriceFields({ method, price, onChange }: Props) {
  const { t } = useTranslation()
  const set = (change: Partial<PriceForm>) => onChange({ ...price, ...change })
  const points = partPoints(method)
  return (
    <div className="stack">
      <div className="grid gap-4 md:grid-cols-2">
        <Select
          hint={t('agency.price.plannedHint')}
          id="draft-planned"
          label={t('agency.price.planned')}
          onChange={(planned) => set({ planned: planned as PriceForm['planned'] })}
          options={(['prelim', 'none'] as const).map((how) => ({ value: how, says: t(`agency.price.how.${how}`) }))}
          value={price.planned}
        />
        {price.planned === 'prelim' && (
          <>
            <Select
              id="draft-mode"
              label={t('agency.price.mode')}
              onChange={(mode) => set({ mode: mode as PriceForm['mode'] })}
              options={FORM_MODES.map((mode) => ({ value: mode, says: t(`tender.byPrice.modes.${mode}`) }))}
              value={price.mode}
            />
            <TextField
              hint={t('agency.price.baseHint')}
              id="draft-base"
              inputMode="numeric"
              label={t('agency.price.base')}
              num
              onChange={(typed) => set({ base: won(typed) })}
              value={price.base}
            />
          </>
        )}
        <TextField
          hint={t('agency.price.floorHint')}
          id="draft-floor"
          inputMode="decimal"
          label={t('agency.price.floor')}
          num
          onChange={(typed) => set({ floor: typed.replace(/[\s%]/g, '') })}
          value={price.floor}
        />
        {price.floor !== '' && (
          <TextField
            hint={t('agency.price.fixedHint')}
            id="draft-fixed"
            inputMode="numeric"
            label={t('agency.price.fixed')}
            num
            onChange={(typed) => set({ fixedCosts: won(typed) })}
            value={price.fixedCosts}
          />
        )}
      </div>
      {points !== null && <Parts of={points} onChange={(parts) => set({ parts })} parts={price.parts} />}
    </div>
  )
}
