// How many points is a price worth? The formula in words with this tender's own figures, and an example that the scoring itself computes.
import { useTranslation } from 'react-i18next'
import { trunc } from '../../../src/domain/kit/rounding.ts'
import { priceScore } from '../../../src/domain/scoring/price.ts'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'
import { grouped, Money } from '../../parts/money.tsx'

/** Prices of the example: the lowest and another one, as shares of the reference in per cent. */
const EXAMPLE = { lowest: '85', other: '92' } as const

const share = (amount: string, percent: string): string => trunc(`${BigInt(amount) * BigInt(percent)}`, '100', 0)

export function PriceFormula({ rule }: { rule: AwardRule }) {
  const { t } = useTranslation()
  const { price } = rule
  const reference = price.referenceAmount
  const percent = (part: string | undefined) => (part === undefined ? '' : `${trunc(part, '0.01', 3)} %`)
  const example =
    reference === null ? null : { lowest: share(reference, EXAMPLE.lowest), other: share(reference, EXAMPLE.other) }
  const market = example && {
    reference: reference as string,
    ceiling: price.ceiling ?? (reference as string),
    counted: [example.lowest, example.other],
  }
  const facts = {
    weight: rule.weights.price,
    branch: percent(price.branch),
    clamp: percent(price.clamp),
    bonus: price.lowBonus ?? '',
    share: percent(price.belowShare),
    knee: percent(price.knee),
    dp: rule.dp,
  }
  return (
    <div className="stack">
      <ul className="prose list-disc ps-5">
        <li>{t(`tender.formula.${price.formula}`, facts)}</li>
        {price.clampLowest && <li>{t('tender.formula.clampLowest')}</li>}
        <li>{t(`tender.formula.lowest.${price.lowestAmong}`)}</li>
        <li>
          {t(`tender.formula.reference.${price.reference}`)}:{' '}
          {reference === null ? t('tender.formula.atOpening') : <Money amount={reference} currency={rule.currency} />}
        </li>
        <li>
          {t('tender.formula.ceiling')}:{' '}
          {price.ceiling === null ? (
            t('tender.formula.atOpening')
          ) : (
            <Money amount={price.ceiling} currency={rule.currency} />
          )}
        </li>
        <li>{t('tender.formula.rounding', { dp: rule.dp })}</li>
      </ul>
      {price.table && (
        <ul className="prose list-disc ps-5">
          {price.table.map((row) => (
            <li key={row.upTo}>{t('tender.formula.row', { upTo: percent(row.upTo), points: row.points })}</li>
          ))}
        </ul>
      )}
      {example && market && (
        <figure className="card bg-sunken">
          <figcaption className="font-bold">{t('tender.formula.example')}</figcaption>
          <p>{t('tender.formula.exampleSays', { lowest: grouped(example.lowest), other: grouped(example.other) })}</p>
          {[example.lowest, example.other].map((amount) => {
            const step = priceScore(rule, market, amount)
            return (
              <p className="mt-2" key={amount}>
                <span className="tnum">{`₩${grouped(amount)}`}</span> →{' '}
                <strong className="tnum">{t('tender.points', { points: step.value })}</strong>
                <br />
                <code className="text-muted">{step.working}</code>
              </p>
            )
          })}
        </figure>
      )}
    </div>
  )
}
