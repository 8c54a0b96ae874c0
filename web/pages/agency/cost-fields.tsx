// Which costs may nobody save at, and below which share of the net cost is a bid excluded?
import { useTranslation } from 'react-i18next'
import { total } from '../../../src/domain/kit/fraction.ts'
import { plain } from '../../../src/domain/kit/rounding.ts'
import { grouped } from '../../parts/money.tsx'
import { TextField } from '../../parts/text-field.tsx'
import type { CostRow, PriceForm } from './price-form.ts'

const won = (typed: string): string => typed.replace(/[\s,₩원]/g, '')

/** The costs that the law names, as a notice of works lists them. */
const USUAL = ['pension', 'health', 'care', 'retirement', 'safety', 'management', 'quality'] as const

export function Costs({ costs, onChange }: { costs: CostRow[]; onChange: (costs: CostRow[]) => void }) {
  const { t } = useTranslation()
  const set = (at: number, change: Partial<CostRow>) =>
    onChange(costs.map((cost, n) => (n === at ? { ...cost, ...change } : cost)))
  const sum = plain(total(costs.map(({ amount }) => (/^\d{1,18}$/.test(amount) ? amount : '0'))))
  const names = USUAL.map((id) => t(`agency.costs.usual.${id}`))
  const next = names.find((name) => !costs.some((cost) => cost.item === name)) ?? ''
  return (
    <fieldset className="stack" id="draft-fixed" tabIndex={-1}>
      <legend className="mb-2 font-bold">{t('agency.costs.title')}</legend>
      <p className="note">{t('agency.costs.says')}</p>
      {costs.map((cost, n) => (
        <div
          className="grid items-end gap-3 rounded-card border border-line p-3 sm:grid-cols-[2fr_1fr_auto]"
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place alone
          key={n}
        >
          <TextField
            label={t('agency.costs.item', { n: n + 1 })}
            maxLength={200}
            onChange={(item) => set(n, { item })}
            value={cost.item}
          />
          <TextField
            inputMode="numeric"
            label={t('agency.costs.amount', { n: n + 1 })}
            num
            onChange={(typed) => set(n, { amount: won(typed) })}
            value={cost.amount}
          />
          <button
            className="btn btn-quiet btn-small"
            onClick={() => onChange(costs.filter((_, at) => at !== n))}
            type="button"
          >
            {t('agency.items.remove', { name: cost.item || String(n + 1) })}
          </button>
        </div>
      ))}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <button
          className="btn btn-quiet btn-small"
          onClick={() => onChange([...costs, { item: next, amount: '' }])}
          type="button"
        >
          {t('agency.costs.add')}
        </button>
        {costs.length > 0 && (
          <p className="font-semibold tnum" role="status">
            {t('agency.costs.sum', { sum: grouped(sum) })}
          </p>
        )}
      </div>
    </fieldset>
  )
}

type Net = PriceForm['net']

export function NetCost({ net, onChange }: { net: Net; onChange: (net: Net) => void }) {
  const { t } = useTranslation()
  const field = (name: keyof Net, hint: boolean) => (
    <TextField
      id={name === 'amount' ? 'draft-net' : undefined}
      inputMode="decimal"
      label={t(`agency.net.${name}`)}
      num
      onChange={(typed) => onChange({ ...net, [name]: won(typed).replace('%', '') })}
      value={net[name]}
      {...(hint && { hint: t(`agency.net.${name}Hint`) })}
    />
  )
  return (
    <fieldset className="stack">
      <legend className="mb-2 font-bold">{t('agency.net.title')}</legend>
      <p className="note">{t('agency.net.says')}</p>
      <div className="grid gap-4 md:grid-cols-2">
        {field('amount', true)}
        {net.amount !== '' && (
          <>
            {field('base', true)}
            {field('share', false)}
            {field('below', true)}
          </>
        )}
      </div>
    </fieldset>
  )
}
