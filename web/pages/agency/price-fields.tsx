// How is a rule by price written? The planned price, the floor, and what is examined; the method gives the rest.
import { useTranslation } from 'react-i18next'
import type { PriceFormId } from '../../../src/domain/scoring/methods.ts'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Costs, NetCost } from './cost-fields.tsx'
import {
  type AuctionForm,
  FORM_MODES,
  hasWinners,
  type PartRow,
  type PriceForm,
  partPoints,
  SIMPLE_FORMULAS,
  specificationOf,
} from './price-form.ts'
import { WinnersField } from './winners-field.tsx'

const won = (typed: string): string => typed.replace(/[\s,₩원]/g, '')

/** How preliminary prices become the planned price: what agencies do differently. */
function Drawing({ price, set }: { price: PriceForm; set: (change: Partial<PriceForm>) => void }) {
  const { t } = useTranslation()
  const choice = <K extends 'rounding' | 'tie' | 'picksOf'>(name: K, values: readonly PriceForm[K][]) => (
    <Select
      id={`draft-${name}`}
      label={t(`agency.price.${name}.label`)}
      onChange={(value) => set({ [name]: value } as Partial<PriceForm>)}
      options={values.map((value) => ({ value, says: t(`agency.price.${name}.${value}`) }))}
      value={price[name]}
    />
  )
  return (
    <>
      {choice('rounding', ['ceil', 'trunc'])}
      <Select
        id="draft-unit"
        label={t('agency.price.unit')}
        onChange={(unit) => set({ unit })}
        options={[...new Set(['100', '1', price.unit])].map((unit) => ({
          value: unit,
          says: t('agency.price.unitOf', { unit }),
        }))}
        value={price.unit}
      />
      {choice('tie', ['lowestNumber', 'lot'])}
      {choice('picksOf', ['opened', 'valid'])}
    </>
  )
}

type PartsProps = { parts: PartRow[]; of: string; bonus: boolean; onChange: (parts: PartRow[]) => void }

function Parts({ parts, of, bonus, onChange }: PartsProps) {
  const { t } = useTranslation()
  const set = (at: number, change: Partial<PartRow>) =>
    onChange(parts.map((part, i) => (i === at ? { ...part, ...change } : part)))
  const add = () => {
    const taken = new Set(parts.map((part) => part.id))
    const id = Array.from({ length: parts.length + 1 }, (_, n) => `part-${n + 1}`).find((one) => !taken.has(one)) ?? ''
    onChange([...parts, { id, ko: '', en: '', max: '', bonus: false }])
  }
  return (
    <fieldset className="stack">
      <legend className="mb-2 font-bold">{t('agency.price.parts')}</legend>
      <p className="note">{t('agency.price.partsSay', { points: of })}</p>
      {parts.map((part, i) => (
        <div
          className="grid items-end gap-3 rounded-card border border-line p-3 sm:grid-cols-[1fr_1fr_6rem_auto_auto]"
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
          {bonus && (
            <label className="flex min-h-11 cursor-pointer items-center gap-2">
              <input
                checked={part.bonus}
                className="size-5 accent-primary"
                onChange={(event) => set(i, { bonus: event.target.checked })}
                type="checkbox"
              />
              <span>{t('agency.price.bonus', { name: part.ko || part.id })}</span>
            </label>
          )}
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

function AuctionFields({ auction, onChange }: { auction: AuctionForm; onChange: (auction: AuctionForm) => void }) {
  const { t } = useTranslation()
  const field = (name: keyof AuctionForm) => (
    <TextField
      hint={t(`agency.price.auction.${name}Hint`)}
      id={`draft-${name}`}
      inputMode="numeric"
      label={t(`agency.price.auction.${name}`)}
      num
      onChange={(typed) => onChange({ ...auction, [name]: won(typed) })}
      value={auction[name]}
    />
  )
  return (
    <fieldset className="stack">
      <legend className="mb-2 font-bold">{t('agency.price.auction.title')}</legend>
      <p className="note">{t('agency.price.auction.says')}</p>
      <div className="grid gap-4 md:grid-cols-2">
        {field('step')}
        {field('rounds')}
        {field('roundSeconds')}
        {field('extendSeconds')}
      </div>
    </fieldset>
  )
}

type Props = { method: PriceFormId; price: PriceForm; onChange: (price: PriceForm) => void }

export function PriceFields({ method, price, onChange }: Props) {
  const { t } = useTranslation()
  const set = (change: Partial<PriceForm>) => onChange({ ...price, ...change })
  const points = partPoints(method, price)
  const added = price.pricePoints !== '' || method === 'comprehensive'
  const { auction } = price
  // The budget is where an auction starts, and it has no floor.
  if (auction) return <AuctionFields auction={auction} onChange={(changed) => set({ auction: changed })} />
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
              options={FORM_MODES.map((mode) => ({ value: mode, says: t(`pricing.modes.${mode}`) }))}
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
        {price.planned === 'prelim' && <Drawing price={price} set={set} />}
        <TextField
          hint={t('agency.price.floorHint')}
          id="draft-floor"
          inputMode="decimal"
          label={t('agency.price.floor')}
          num
          onChange={(typed) => set({ floor: typed.replace(/[\s%]/g, '') })}
          value={price.floor}
        />
        {hasWinners(method) && <WinnersField onChange={(winners) => set({ winners })} value={price.winners} />}
        {price.passRatio !== '' || specificationOf(method) ? (
          <TextField
            hint={t('agency.price.passRatioHint')}
            id="draft-pass-ratio"
            inputMode="decimal"
            label={t('agency.price.passRatio')}
            num
            onChange={(typed) => set({ passRatio: typed.replace(/[\s%]/g, '') })}
            value={price.passRatio}
          />
        ) : null}
        {added && (
          <>
            <TextField
              id="draft-price-points"
              inputMode="numeric"
              label={t('agency.price.pricePoints')}
              num
              onChange={(typed) => set({ pricePoints: typed.trim() })}
              value={price.pricePoints}
            />
            <Select
              id="draft-formula"
              label={t('agency.price.formula')}
              onChange={(formula) => set({ formula: formula as PriceForm['formula'] })}
              options={SIMPLE_FORMULAS.map((id) => ({
                value: id,
                says: t(`tender.formula.${id}`, { weight: price.pricePoints }),
              }))}
              value={price.formula}
            />
            <TextField
              hint={t('agency.price.passMarkHint')}
              inputMode="decimal"
              label={t('agency.price.passMark')}
              num
              onChange={(typed) => set({ passMark: typed.trim() })}
              value={price.passMark}
            />
          </>
        )}
      </div>
      {price.floor !== '' && <Costs costs={price.costs} onChange={(costs) => set({ costs })} />}
      {price.floor !== '' && <NetCost net={price.net} onChange={(net) => set({ net })} />}
      {points !== null && <Parts bonus={added} of={points} onChange={(parts) => set({ parts })} parts={price.parts} />}
    </div>
  )
}
