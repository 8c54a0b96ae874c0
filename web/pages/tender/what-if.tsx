// What would my price be worth? Under this tender's own rule, beside a lowest price that is only supposed; nothing leaves the browser.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AnyRule, isContest } from '../../../src/domain/scoring/contest-rule.ts'
import { addedOffers, examinedOffers, type Offer, offers } from '../../../src/domain/scoring/simulate.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Money } from '../../parts/money.tsx'
import { TextField } from '../../parts/text-field.tsx'

const isPercent = (text: string) => /^(100|[1-9]?\d)(\.\d{1,3})?$/.test(text) && Number(text) > 0 && Number(text) <= 100

/** Beside the visitor's own price, a few others to compare. */
const BESIDE = ['100', '95', '90', '85', '80', '70', '60']

/** What prices are measured by before the opening: where a planned price will be drawn, the base amount stands for it. */
function referenceOf(rule: AnyRule): string | null {
  if (!isContest(rule)) return rule.price.referenceAmount
  const { planned } = rule
  return planned.how === 'prelim' ? planned.base : planned.how === 'none' ? planned.budget : planned.amount
}

function offersOf(rule: AnyRule, reference: string, lowest: string, percents: readonly string[]): Offer[] {
  if (!isContest(rule)) return offers(rule, reference, lowest, percents)
  return rule.examination ? examinedOffers(rule, reference, percents) : addedOffers(rule, reference, lowest, percents)
}

export function WhatIf({ rule }: { rule: AnyRule }) {
  const { t } = useTranslation()
  const [own, setOwn] = useState('80')
  const [lowest, setLowest] = useState('85')
  const reference = referenceOf(rule)
  if (reference === null) return null
  // In an examination nobody is measured by another's price.
  const alone = isContest(rule) && rule.examination !== undefined
  const good = isPercent(own) && (alone || isPercent(lowest))
  const percents = [...new Set([own, ...BESIDE])]
  const rows: Offer[] = good ? offersOf(rule, reference, lowest, percents) : []
  return (
    <section className="stack">
      <h2>{t('tender.whatIf.title')}</h2>
      <p className="prose">{t(alone ? 'tender.whatIf.saysAlone' : 'tender.whatIf.says')}</p>
      {isContest(rule) && rule.planned.how === 'prelim' && <p className="note">{t('tender.whatIf.base')}</p>}
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          error={isPercent(own) ? null : t('tender.whatIf.bad')}
          inputMode="decimal"
          label={t('tender.whatIf.own')}
          num
          onChange={setOwn}
          value={own}
        />
        {!alone && (
          <TextField
            error={isPercent(lowest) ? null : t('tender.whatIf.bad')}
            inputMode="decimal"
            label={t('tender.whatIf.lowest')}
            num
            onChange={setLowest}
            value={lowest}
          />
        )}
      </div>
      <DataTable<Offer>
        caption={t('tender.whatIf.title')}
        captionHidden
        columns={[
          {
            id: 'percent',
            head: t('tender.whatIf.percent'),
            names: true,
            num: true,
            cell: (row) => `${row.percent} %`,
            text: (row) => row.percent,
          },
          {
            id: 'amount',
            head: t('tender.whatIf.amount'),
            num: true,
            cell: (row) => <Money amount={row.amount} currency={rule.currency} />,
            text: (row) => row.amount,
          },
          {
            id: 'points',
            head: t('tender.whatIf.points'),
            num: true,
            cell: (row) => <strong>{row.price.value}</strong>,
            text: (row) => row.price.value,
          },
          {
            id: 'working',
            wide: true,
            head: t('tender.whatIf.working'),
            cell: (row) => <code className="break-words">{row.price.working}</code>,
            text: (row) => row.price.working,
          },
        ]}
        empty={<p className="note">{t('tender.whatIf.none')}</p>}
        keyOf={(row) => row.percent}
        marked={(row) => row.percent === own}
        rows={rows}
      />
    </section>
  )
}
