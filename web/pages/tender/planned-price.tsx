// How did the planned price come about? Every preliminary price, how often its number was picked, which were drawn, and their mean.
import { useTranslation } from 'react-i18next'
import type { PlannedPriceMade } from '../../../src/domain/record/payloads.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { Money } from '../../parts/money.tsx'
import { Working } from './working.tsx'

type Slot = { no: number; price: string; picked: number; drawn: boolean }

export function PlannedPrice({ made, rule, no }: { made: PlannedPriceMade; rule: AnyRule; no: string }) {
  const { t } = useTranslation()
  const rows = made.prices.map(
    (price, i): Slot => ({ no: i + 1, price, picked: made.picked[i] ?? 0, drawn: made.slots.includes(i + 1) }),
  )
  return (
    <section className="stack">
      <h2>{t('tender.planned.title')}</h2>
      <p className="prose">{t('tender.planned.says', { bids: made.picks.length })}</p>
      <p className="font-bold text-[1.2rem]">
        <Money amount={made.amount} form="legal" />
      </p>
      <DataTable<Slot>
        caption={t('tender.planned.prices')}
        columns={[
          {
            id: 'no',
            head: t('tender.planned.no'),
            names: true,
            cell: (row) => t('tender.planned.number', { no: row.no }),
            text: (row) => String(row.no),
          },
          {
            id: 'price',
            head: t('tender.planned.price'),
            num: true,
            cell: (row) => <Money amount={row.price} />,
            text: (row) => row.price,
          },
          {
            id: 'picked',
            head: t('tender.planned.picked'),
            num: true,
            cell: (row) => row.picked,
            text: (row) => String(row.picked),
          },
          {
            id: 'drawn',
            head: t('tender.planned.drawn'),
            cell: (row) => (row.drawn ? <strong>{t('tender.planned.yes')}</strong> : '–'),
            text: (row) => String(row.drawn),
          },
        ]}
        fileName={`planned-price-${no}`}
        keyOf={(row) => String(row.no)}
        marked={(row) => row.drawn}
        rows={rows}
      />
      <Working rule={rule} steps={made.steps} />
      <p>
        {t('tender.lot.seed')}: <HashText name={t('tender.lot.seed')} value={String(made.whole.seed ?? '')} />
      </p>
    </section>
  )
}
