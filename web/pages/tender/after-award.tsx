// What does the result show beyond the ranking? How the evaluators marked, the public lot, and for which weights the first stays first.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { awardFacts, guarded, ruleOf } from '../../../src/domain/record/scored.ts'
import type { Behaviour } from '../../../src/domain/scoring/behaviour.ts'
import { type AnyRule, isContest } from '../../../src/domain/scoring/contest-rule.ts'
import { winnersOfRule } from '../../../src/domain/scoring/decided.ts'
import { type Sensitivity, sensitivity } from '../../../src/domain/scoring/simulate.ts'
import { Button } from '../../parts/button.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import type { TenderFacts } from './tender-facts.ts'

type Named = (org: string) => string

/** A published behaviour, or null: it is a stranger's until the whole check computed it again. */
function behaviourIn(facts: TenderFacts): Behaviour | null {
  const value = facts.evaluation?.payload.behaviour as unknown as Behaviour | null | undefined
  const rows = (list: unknown) => Array.isArray(list) && list.every((row) => typeof row === 'object' && row !== null)
  const tables = [value?.spread, value?.evaluators, value?.outliers].every(rows)
  return value && tables && Array.isArray(value.untrimmed) && Array.isArray(value.trimmed) ? value : null
}

export function EvaluatorsBehaviour({ facts, named }: { facts: TenderFacts; named: Named }) {
  const { t } = useTranslation()
  const behaviour = behaviourIn(facts)
  if (!behaviour) return null
  const { outliers, spread, evaluators, correlation, trimmed, untrimmed, limit } = behaviour
  const order = (list: readonly string[]) => list.map((org) => named(String(org))).join(' → ')
  const moved = String(trimmed) !== String(untrimmed)
  return (
    <section className="stack">
      <h2>{t('tender.behaviour.title')}</h2>
      <p className="prose">{t('tender.behaviour.says')}</p>
      <SummaryList
        label={t('tender.behaviour.title')}
        rows={[
          {
            name: t('tender.behaviour.trimming'),
            value: moved
              ? t('tender.behaviour.moved', { before: order(untrimmed), after: order(trimmed) })
              : t('tender.behaviour.unmoved'),
          },
          {
            name: t('tender.behaviour.correlation'),
            value: correlation === null ? t('tender.behaviour.none') : String(correlation),
          },
          {
            name: t('tender.behaviour.outliers', { limit: String(limit) }),
            value:
              outliers.length === 0 ? (
                t('tender.behaviour.none')
              ) : (
                <ul className="list-disc ps-5">
                  {outliers.map((o) => (
                    <li key={`${o.evaluator} ${o.bidder}`}>
                      {t('tender.behaviour.outlier', {
                        evaluator: String(o.evaluator),
                        bidder: named(String(o.bidder)),
                        total: String(o.total),
                        mean: String(o.mean),
                        percent: String(o.percent),
                      })}
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
      <details>
        <summary>{t('tender.behaviour.spread')}</summary>
        <ul className="mt-2 list-disc ps-5">
          {spread.map((s) => (
            <li className="tnum" key={s.bidder}>
              {t('tender.behaviour.bidder', {
                bidder: named(String(s.bidder)),
                lowest: String(s.lowest),
                highest: String(s.highest),
                mean: String(s.mean),
                deviation: String(s.deviation),
              })}
            </li>
          ))}
          {evaluators.map((e) => (
            <li className="tnum" key={e.evaluator}>
              {t('tender.behaviour.evaluator', {
                evaluator: String(e.evaluator),
                mean: String(e.mean),
                range: String(e.range),
              })}
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

export function LotDrawn({ facts, named }: { facts: TenderFacts; named: Named }) {
  const { t } = useTranslation()
  const drawn = facts.draw?.payload
  if (!drawn) return null
  return (
    <section className="stack">
      <h2>{t('tender.lot.title')}</h2>
      <p className="prose">{t('tender.lot.says')}</p>
      <ol className="list-decimal ps-5">
        {drawn.tickets.map((one) => (
          <li key={one.id}>
            {named(one.id)}: <HashText name={t('tender.lot.ticket')} value={one.ticket} />
          </li>
        ))}
      </ol>
      <p>
        {t('tender.lot.seed')}: <HashText name={t('tender.lot.seed')} value={drawn.seed} />
      </p>
    </section>
  )
}

function sensitivityOf({ notice, locked, results, draw }: TenderFacts): Sensitivity | null {
  if (!notice || !locked) return null
  const rule = ruleOf(notice.payload)
  if (!rule.ok || isContest(rule.value)) return null
  const { value } = rule
  const of = (rows: TenderFacts['results']['technical']) => new Map(rows.map((row) => [row.bidder, row]))
  const technical = of(results.technical)
  const opened = { technical, price: of(results.price) }
  const lot = draw?.payload.tickets.map((one) => one.id)
  const made = guarded(() =>
    sensitivity(awardFacts(value, notice.payload, locked.payload, [...technical.keys()], opened, lot)),
  )
  return made.ok ? made.value : null
}

/** Computed when asked for: it is the whole ranking fifty-one times. */
export function WeightsThatHold({ facts, named }: { facts: TenderFacts; named: Named }) {
  const { t } = useTranslation()
  const [made, setMade] = useState<Sensitivity | null | 'not asked'>('not asked')
  // Nothing is weighed where price decides alone.
  if (!facts.evaluation || !facts.locked || !facts.notice) return null
  if (isContest(facts.notice.payload.rule as unknown as AnyRule)) return null
  const several = winnersOfRule((facts.notice?.payload.rule ?? {}) as { winners?: number }) > 1
  const first = (list: readonly string[]) =>
    list.length === 0 ? t('tender.holds.nobody') : list.map(named).join(several ? ', ' : ' = ')
  return (
    <section className="stack">
      <h2>{t('tender.holds.title')}</h2>
      <p className="prose">{t('tender.holds.says')}</p>
      {made === 'not asked' ? (
        <p>
          <Button kind="quiet" onPress={() => setMade(sensitivityOf(facts))}>
            {t('tender.holds.compute')}
          </Button>
        </p>
      ) : made === null ? (
        <p className="note">{t('tender.holds.impossible')}</p>
      ) : (
        <div role="status">
          <p className="font-semibold">
            {t('tender.holds.holds', { first: first(made.holds.first), from: made.holds.from, to: made.holds.to })}
          </p>
          <ul className="mt-2 list-disc ps-5">
            {made.stretches.map((s) => (
              <li className="tnum" key={s.from}>
                {t('tender.holds.stretch', { first: first(s.first), from: s.from, to: s.to })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  )
}
