// What would these prices be worth? The scoring that decides awards, run in the browser on prices that the visitor makes up.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  NEGOTIATION_IDS as METHOD_IDS,
  NEGOTIATION_METHODS as METHODS,
  type NegotiationId as MethodId,
} from '../../../src/domain/scoring/negotiation-methods.ts'
import { bidRate, priceScore } from '../../../src/domain/scoring/price.ts'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Money } from '../../parts/money.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { PriceCurve } from './price-curve.tsx'

const REFERENCE = '100000000'
const AT_FIRST = ['96000000', '88000000', '79000000', '58000000']

/** The method's defaults with the example's amounts; items and marks play no part in the price. */
const ruleOf = (id: MethodId): AwardRule => {
  const { defaults } = METHODS[id]
  return {
    ...defaults,
    items: [],
    maximum: String(defaults.weights.tech),
    price: { ...defaults.price, reference: 'budget', referenceAmount: REFERENCE, ceiling: REFERENCE },
    currency: 'KRW',
  } as AwardRule
}

const isAmount = (text: string) => /^[1-9]\d{0,17}$/.test(text)

export function TryPrices() {
  const { t, i18n } = useTranslation()
  const [method, setMethod] = useState<MethodId>('negotiation-national-90-10')
  const [typed, setTyped] = useState(AT_FIRST)
  const rule = ruleOf(method)
  const bids = typed.map((text) => text.replace(/[,\s]/g, '')).filter(isAmount)
  const counted = bids.filter((amount) => BigInt(amount) <= BigInt(REFERENCE))
  const market = { reference: REFERENCE, ceiling: REFERENCE, counted }
  const rows = [...new Set(bids)].map((amount) => ({
    amount,
    over: BigInt(amount) > BigInt(REFERENCE),
    rate: bidRate(market, amount).value,
    step: counted.length > 0 ? priceScore(rule, market, amount) : null,
  }))
  return (
    <section className="stack">
      <h2>{t('how.scoring.try.title')}</h2>
      <p className="prose">{t('how.scoring.try.lead')}</p>
      <div className="grid gap-6 lg:grid-cols-2">
        <div className="stack">
          <Select
            label={t('how.scoring.try.method')}
            onChange={(id) => setMethod(id as MethodId)}
            options={METHOD_IDS.map((id) => ({ value: id, says: inLanguage(METHODS[id].title, i18n.language) }))}
            value={method}
          />
          <fieldset className="grid gap-3 sm:grid-cols-2">
            <legend className="field-label mb-1">
              {t('how.scoring.try.prices')} <Money amount={REFERENCE} />
            </legend>
            {typed.map((text, i) => {
              const bare = text.replace(/[,\s]/g, '')
              return (
                <TextField
                  error={bare === '' || isAmount(bare) ? null : t('how.scoring.try.bad')}
                  inputMode="numeric"
                  // biome-ignore lint/suspicious/noArrayIndexKey: the fields do not move
                  key={i}
                  label={t('how.scoring.try.price', { n: i + 1 })}
                  num
                  onChange={(next) => setTyped(typed.map((before, j) => (j === i ? next : before)))}
                  value={text}
                />
              )
            })}
          </fieldset>
        </div>
        {counted.length > 0 && <PriceCurve bids={counted} market={market} rule={rule} />}
      </div>
      <DataTable
        caption={t('how.scoring.try.result')}
        columns={[
          {
            id: 'price',
            head: t('how.scoring.try.columns.price'),
            num: true,
            text: (row) => row.amount,
            cell: (row) => <Money amount={row.amount} />,
          },
          {
            id: 'rate',
            head: t('how.scoring.try.columns.rate'),
            num: true,
            text: (row) => row.rate,
            cell: (row) => `${row.rate} %`,
          },
          {
            id: 'points',
            head: t('how.scoring.try.columns.points'),
            num: true,
            text: (row) => (row.over ? '' : (row.step?.value ?? '')),
            cell: (row) => (row.over ? t('how.scoring.try.over') : <strong>{row.step?.value ?? '–'}</strong>),
          },
          {
            id: 'working',
            wide: true,
            head: t('how.scoring.try.columns.working'),
            text: (row) => row.step?.working ?? '',
            cell: (row) => (row.over ? '–' : <code className="break-words">{row.step?.working ?? '–'}</code>),
          },
        ]}
        empty={<p className="note">{t('how.scoring.try.none')}</p>}
        keyOf={(row) => row.amount}
        rows={rows}
      />
    </section>
  )
}
