// What is one per cent of price worth under the rule that is being written? Shown before it is published.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { AwardRule } from '../../../src/domain/scoring/rule.ts'
import { checkPriceSide } from '../../../src/domain/scoring/rule-check.ts'
import { worthOfOnePercent } from '../../../src/domain/scoring/simulate.ts'

const AT = ['100', '95', '90', '85', '80', '70']
/** Per cent of the reference that the lowest bid is supposed to be. */
const LOWEST = '85'

export function WorthOfPrice({ rule }: { rule: AwardRule }) {
  const { t } = useTranslation()
  const reference = rule.price.referenceAmount
  const rows = useMemo(() => {
    if (reference === null || checkPriceSide(rule).length > 0) return []
    return worthOfOnePercent(rule, reference, LOWEST, AT)
  }, [rule, reference])
  if (rows.length === 0) return null
  return (
    <div className="stack">
      <h3>{t('agency.worth.title')}</h3>
      <p className="note">{t('agency.worth.says', { lowest: LOWEST })}</p>
      <ul className="list-disc ps-5">
        {rows.map((row) => (
          <li className="tnum" key={row.at}>
            {t('agency.worth.row', { at: row.at, below: String(Number(row.at) - 1), points: row.points })}
          </li>
        ))}
      </ul>
    </div>
  )
}
