// How is it decided where price decides? The rule in sentences: planned price, floor, what is examined, and what happens when prices are equal.
import { useTranslation } from 'react-i18next'
import { trunc } from '../../../src/domain/kit/rounding.ts'
import type { ContestRule } from '../../../src/domain/scoring/contest-rule.ts'
import { prelimCount } from '../../../src/domain/scoring/planned-price.ts'
import { inLanguage } from '../../i18n.ts'
import { Money } from '../../parts/money.tsx'

const percent = (share: string): string => `${trunc(share, '0.01', 4).replace(/\.?0+$/, '')} %`

function Planned({ rule }: { rule: ContestRule }) {
  const { t } = useTranslation()
  const { planned } = rule
  if (planned.how === 'prelim') {
    const facts = { count: prelimCount(planned), picks: planned.picks, draw: planned.draw }
    return (
      <>
        <li>
          {t('tender.byPrice.base')}: <Money amount={planned.base} />
        </li>
        <li>{t(`tender.byPrice.modes.${planned.mode}`)}</li>
        <li>{t('tender.byPrice.prelim', facts)}</li>
        <li>{t('tender.byPrice.sealed')}</li>
        <li>{t(`tender.byPrice.tie.${planned.tie}`)}</li>
        <li>{t(`tender.byPrice.rounding.${planned.rounding}`)}</li>
        {planned.picksOf === 'valid' && <li>{t('tender.byPrice.picksValid')}</li>}
      </>
    )
  }
  return (
    <li>
      {t(`tender.byPrice.${planned.how}`)}{' '}
      <Money amount={planned.how === 'none' ? planned.budget : (planned.amount ?? '0')} />
    </li>
  )
}

export function PriceRule({ rule }: { rule: ContestRule }) {
  const { t, i18n } = useTranslation()
  const { floor, examination, comprehensive, auction } = rule
  return (
    <>
      <section className="stack">
        <h2>{t('tender.byPrice.title')}</h2>
        <p className="prose">{t(`tender.byPrice.kind.${rule.kind}`)}</p>
      </section>
      <section className="stack">
        <h2>{t('tender.byPrice.planned')}</h2>
        <ul className="prose list-disc ps-5">
          <Planned rule={rule} />
        </ul>
      </section>
      {auction && (
        <section className="stack">
          <h2>{t('tender.byPrice.auction.title')}</h2>
          <ul className="prose list-disc ps-5">
            <li>
              {t('tender.byPrice.auction.start')}: <Money amount={auction.start} />
            </li>
            <li>
              {t('tender.byPrice.auction.step')}: <Money amount={auction.step} />
            </li>
            <li>{t('tender.byPrice.auction.rounds', { rounds: auction.rounds, seconds: auction.roundSeconds })}</li>
            {(auction.extendSeconds ?? 0) > 0 && (
              <li>{t('tender.byPrice.auction.extend', { seconds: auction.extendSeconds })}</li>
            )}
            <li>{t('tender.byPrice.auction.masked')}</li>
          </ul>
        </section>
      )}
      {floor && (
        <section className="stack">
          <h2>{t('tender.byPrice.floor')}</h2>
          <ul className="prose list-disc ps-5">
            <li>{t('tender.byPrice.floorSays', { rate: percent(floor.rate) })}</li>
            {floor.fixedCosts?.map((cost) => (
              <li key={cost.item}>
                {t('tender.byPrice.fixed', { item: cost.item })}: <Money amount={cost.amount} />
              </li>
            ))}
            <li>{t('tender.byPrice.floorRounded')}</li>
            {floor.netCost && (
              <li>
                {t('tender.byPrice.netCost', { share: percent(floor.netCost.share) })}{' '}
                <Money amount={floor.netCost.amount} /> ÷ <Money amount={floor.netCost.base} />
                {floor.netCost.plannedBelow !== null && (
                  <>
                    {' '}
                    ({t('tender.byPrice.netBelow')} <Money amount={floor.netCost.plannedBelow} />)
                  </>
                )}
              </li>
            )}
          </ul>
        </section>
      )}
      {rule.winners > 1 && (
        <section className="stack">
          <h2>{t('tender.byPrice.winners')}</h2>
          <p className="prose">{t('tender.byPrice.winnersSay', { most: rule.winners })}</p>
        </section>
      )}
      {comprehensive && (
        <section className="stack">
          <h2>{t('tender.byPrice.parts')}</h2>
          <ul className="prose list-disc ps-5">
            {comprehensive.parts.map((part) => (
              <li key={part.id}>
                {inLanguage(part.title, i18n.language)}: {t('tender.points', { points: part.max })}
                {part.bonus && ` (${t('tender.byPrice.bonus')})`}
              </li>
            ))}
            <li>
              {t('tender.byPrice.priceOf', { points: comprehensive.pricePoints })}{' '}
              {t(`tender.formula.${comprehensive.price.formula}`, { weight: comprehensive.pricePoints })}
            </li>
            {comprehensive.passMark !== '0' && (
              <li>{t('tender.byPrice.passMark', { mark: comprehensive.passMark })}</li>
            )}
          </ul>
        </section>
      )}
      {examination && (
        <section className="stack">
          <h2>{t('tender.byPrice.examination')}</h2>
          <p className="prose">{t('tender.byPrice.examinationSays', { mark: examination.passMark })}</p>
          <ul className="prose list-disc ps-5">
            <li>
              {t('tender.byPrice.score', {
                points: examination.points,
                slope: examination.slope,
                best: percent(examination.best),
                least: examination.least,
              })}
            </li>
            {examination.parts.map((part) => (
              <li key={part.id}>
                {inLanguage(part.title, i18n.language)}: {t('tender.points', { points: part.max })}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
