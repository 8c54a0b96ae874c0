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
          {t('pricing.base')}: <Money amount={planned.base} />
        </li>
        <li>{t(`pricing.modes.${planned.mode}`)}</li>
        <li>{t('pricing.prelim', facts)}</li>
        <li>{t('pricing.sealed')}</li>
        <li>{t(`pricing.tie.${planned.tie}`)}</li>
        <li>{t(`pricing.rounding.${planned.rounding}`)}</li>
        {planned.picksOf === 'valid' && <li>{t('pricing.picksValid')}</li>}
      </>
    )
  }
  return (
    <li>
      {t(`pricing.${planned.how}`)} <Money amount={planned.how === 'none' ? planned.budget : (planned.amount ?? '0')} />
    </li>
  )
}

/** With how many the agreement is made, in a framework. */
export function Several({ most }: { most: number }) {
  const { t } = useTranslation()
  return (
    <section className="stack">
      <h2>{t('pricing.winners')}</h2>
      <p className="prose">{t('pricing.winnersSay', { most })}</p>
    </section>
  )
}

export function PriceRule({ rule }: { rule: ContestRule }) {
  const { t, i18n } = useTranslation()
  const { floor, examination, comprehensive, auction } = rule
  return (
    <>
      <section className="stack">
        <h2>{t('pricing.title')}</h2>
        <p className="prose">{t(`pricing.kind.${rule.kind}`)}</p>
      </section>
      <section className="stack">
        <h2>{t('pricing.planned')}</h2>
        <ul className="prose list-disc ps-5">
          <Planned rule={rule} />
        </ul>
      </section>
      {auction && (
        <section className="stack">
          <h2>{t('pricing.auction.title')}</h2>
          <ul className="prose list-disc ps-5">
            <li>
              {t('pricing.auction.start')}: <Money amount={auction.start} />
            </li>
            <li>
              {t('pricing.auction.step')}: <Money amount={auction.step} />
            </li>
            <li>{t('pricing.auction.rounds', { rounds: auction.rounds, seconds: auction.roundSeconds })}</li>
            {(auction.extendSeconds ?? 0) > 0 && (
              <li>{t('pricing.auction.extend', { seconds: auction.extendSeconds })}</li>
            )}
            <li>{t('pricing.auction.masked')}</li>
          </ul>
        </section>
      )}
      {floor && (
        <section className="stack">
          <h2>{t('pricing.floor')}</h2>
          <ul className="prose list-disc ps-5">
            <li>{t('pricing.floorSays', { rate: percent(floor.rate) })}</li>
            {floor.fixedCosts?.map((cost) => (
              <li key={cost.item}>
                {t('pricing.fixed', { item: cost.item })}: <Money amount={cost.amount} />
              </li>
            ))}
            <li>{t('pricing.floorRounded')}</li>
            {floor.netCost && (
              <li>
                {t('pricing.netCost', { share: percent(floor.netCost.share) })} <Money amount={floor.netCost.amount} />{' '}
                ÷ <Money amount={floor.netCost.base} />
                {floor.netCost.plannedBelow !== null && (
                  <>
                    {' '}
                    ({t('pricing.netBelow')} <Money amount={floor.netCost.plannedBelow} />)
                  </>
                )}
              </li>
            )}
          </ul>
        </section>
      )}
      {rule.winners > 1 && <Several most={rule.winners} />}
      {comprehensive && (
        <section className="stack">
          <h2>{t('pricing.parts')}</h2>
          <ul className="prose list-disc ps-5">
            {comprehensive.parts.map((part) => (
              <li key={part.id}>
                {inLanguage(part.title, i18n.language)}: {t('tender.points', { points: part.max })}
                {part.bonus && ` (${t('pricing.bonus')})`}
              </li>
            ))}
            <li>
              {t('pricing.priceOf', { points: comprehensive.pricePoints })}{' '}
              {t(`tender.formula.${comprehensive.price.formula}`, { weight: comprehensive.pricePoints })}
            </li>
            {comprehensive.passMark !== '0' && <li>{t('pricing.passMark', { mark: comprehensive.passMark })}</li>}
          </ul>
        </section>
      )}
      {examination && (
        <section className="stack">
          <h2>{t('pricing.examination')}</h2>
          <p className="prose">{t('pricing.examinationSays', { mark: examination.passMark })}</p>
          <ul className="prose list-disc ps-5">
            <li>
              {t('pricing.score', {
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
