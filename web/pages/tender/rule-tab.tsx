// By which rule will be decided? The whole rule in plain words, and whether it is the one whose fingerprint was published before any bid.
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AnyRule, isContest } from '../../../src/domain/scoring/contest-rule.ts'
import { gradePoints } from '../../../src/domain/scoring/grades.ts'
import { passMarkOf } from '../../../src/domain/scoring/quality.ts'
import {
  type AwardRule,
  markedItems,
  type QualityRule,
  type ScoredItem,
  trimmedPerEnd,
} from '../../../src/domain/scoring/rule.ts'
import type { Json } from '../../../src/proof/canonical.ts'
import { inLanguage, needWords } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { ProofBadge, type ProofState } from '../../parts/proof-badge.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { percentOf } from '../../percent.ts'
import { PriceFormula } from './price-formula.tsx'
import type { LogEvent } from './tender-facts.ts'
import type { View } from './use-tender.ts'

/** Of tenders by price alone, whose rule draws prices: fetched by whoever reads one. */
const pricing = async () => (await Promise.all([import('./price-rule.tsx'), needWords(['pricing'])]))[0]
const PriceRule = lazy(async () => ({ default: (await pricing()).PriceRule }))
const Several = lazy(async () => ({ default: (await pricing()).Several }))
/** It computes with the whole rule of awards, which nobody needs for reading. */
const WhatIf = lazy(async () => {
  const [part] = await Promise.all([import('./what-if.tsx'), needWords(['whatif'])])
  return { default: part.WhatIf }
})

/** Is the rule on this page the one whose hash stands in the logged notice? Computed here, from the bytes that were served. */
async function ruleChecks(rule: Json, notice: LogEvent): Promise<boolean> {
  const [{ webPrimitives: P }, { b64u, utf8 }, { canonical }, { readJws }] = await Promise.all([
    import('../../../src/proof/web-primitives.ts'),
    import('../../../src/proof/bytes.ts'),
    import('../../../src/proof/canonical.ts'),
    import('../../../src/proof/jws.ts'),
  ])
  const hash = (text: string) => b64u(P.sha256(utf8(text)))
  const leaf = JSON.parse(notice.leaf) as { h?: string; typ?: string }
  // The leaf's hash binds the signed notice as it stands; who signed it is the audit's question.
  const { payload } = readJws(notice.payload)
  return leaf.h === hash(notice.payload) && payload.ruleHash === hash(canonical(rule))
}

function HashCheck({ view, notice }: { view: View; notice: LogEvent | null }) {
  const { t } = useTranslation()
  const [state, setState] = useState<ProofState>('unchecked')
  // A view that is asked for again is another object of the same rule.
  const rule = JSON.stringify(view.rule)
  useEffect(() => {
    if (!notice) return
    let current = true
    setState('checking')
    ruleChecks(JSON.parse(rule) as Json, notice).then(
      (right) => current && setState(right ? 'verified' : 'failed'),
      () => current && setState('failed'),
    )
    return () => {
      current = false
    }
  }, [rule, notice])
  if (view.ruleHash === null) return <p className="note">{t('tender.rule.draft')}</p>
  return (
    <SummaryList
      label={t('tender.rule.hash')}
      rows={[
        { name: t('tender.rule.hash'), value: <HashText name={t('tender.rule.hash')} value={view.ruleHash} /> },
        {
          name: t('tender.rule.inLog'),
          value: (
            <>
              <ProofBadge state={state} why={t('tender.rule.differs')} />{' '}
              {state === 'verified' && t('tender.rule.same')}
              {notice && <p className="note">{t('tender.rule.entry', { index: notice.index })}</p>}
            </>
          ),
        },
      ]}
    />
  )
}

function Items({ rule }: { rule: QualityRule }) {
  const { t, i18n } = useTranslation()
  const marked = new Set(markedItems(rule).map((item) => item.id))
  return (
    <DataTable<ScoredItem>
      caption={t('tender.rule.items')}
      captionHidden
      columns={[
        {
          id: 'item',
          head: t('tender.rule.item'),
          names: true,
          cell: (item) => (
            <span className={item.parent ? 'ps-4' : 'font-semibold'}>
              {inLanguage(item.title, i18n.language)}
              {item.grades && (
                <span className="note block">
                  {t('tender.rule.grades')}:{' '}
                  {gradePoints(item)
                    ?.map(({ grade, points }) => `${grade} ${points}`)
                    .join(', ')}
                </span>
              )}
              {item.members && <span className="note block">{t(`tender.rule.members.${item.members}`)}</span>}
            </span>
          ),
          text: (item) => inLanguage(item.title, i18n.language),
        },
        {
          id: 'kind',
          head: t('tender.rule.by'),
          cell: (item) => (marked.has(item.id) ? t(`tender.rule.kind.${item.kind}`) : t('tender.rule.heading')),
          text: (item) => item.kind,
        },
        {
          id: 'max',
          head: t('tender.rule.max'),
          num: true,
          cell: (item) => <span className={item.parent ? '' : 'font-semibold'}>{item.max}</span>,
          text: (item) => item.max,
        },
      ]}
      fileName="items"
      keyOf={(item) => item.id}
      rows={rule.items}
    />
  )
}

export function RuleTab({ view, notice }: { view: View; notice: LogEvent | null }) {
  const { t } = useTranslation()
  const rule = view.rule as unknown as AnyRule
  // Where parts are added up, totals stand in the order; prices everywhere else that price decides.
  const byPrice = isContest(rule) && !rule.comprehensive
  return (
    <div className="stack gap-8">
      {isContest(rule) ? (
        <Suspense fallback={null}>
          <PriceRule rule={rule} />
          {(rule.examination || rule.comprehensive) && <WhatIf rule={rule} />}
        </Suspense>
      ) : (
        <ByNegotiation evaluators={view.evaluators.length} rule={rule} />
      )}
      {isContest(rule) && rule.quality && (
        <Technical
          evaluators={view.evaluators.length}
          opens="qualified"
          passes="passSpecification"
          rule={rule.quality}
        />
      )}
      <section className="stack">
        <h2>{t(`tender.rule.${byPrice ? 'tiesOfPrice' : 'ties'}`)}</h2>
        <p className="prose">{t(`tender.rule.${byPrice ? 'tiesOfPriceSay' : 'tiesSay'}`)}</p>
        <ol className="prose list-decimal ps-5">
          {rule.ties.map((tie) => (
            <li key={tie}>{t(`tender.tie.${tie}`)}</li>
          ))}
        </ol>
      </section>
      <section className="stack">
        <h2>{t('tender.rule.frozen')}</h2>
        <p className="prose">{t('tender.rule.frozenSays')}</p>
        <HashCheck notice={notice} view={view} />
        <details>
          <summary>{t('tender.rule.raw')}</summary>
          <pre className="mono mt-2 whitespace-pre-wrap break-all rounded-card border border-line bg-sunken p-3">
            {JSON.stringify(view.rule, null, 2)}
          </pre>
        </details>
      </section>
    </div>
  )
}

type TechnicalProps = {
  rule: QualityRule
  evaluators: number
  opens: AwardRule['openPrices']
  /** What the pass mark is for: to be negotiated with, or to have one's price opened. */
  passes: 'pass' | 'passSpecification'
}

/** What is marked, and how marks become the technical score. */
function Technical({ rule, evaluators, opens, passes }: TechnicalProps) {
  const { t, i18n } = useTranslation()
  const perEnd = trimmedPerEnd(rule, evaluators)
  const { tech } = rule
  return (
    <>
      <section className="stack">
        <h2>{t('tender.rule.items')}</h2>
        <Items rule={rule} />
        <p className="note">{t('tender.rule.itemsSum', { sum: rule.maximum })}</p>
      </section>
      <section className="stack">
        <h2>{t('tender.rule.technical')}</h2>
        <ul className="prose list-disc ps-5">
          <li>
            {perEnd === 0
              ? t('tender.rule.noTrim', { count: evaluators })
              : t(`tender.rule.trim.${tech.trim.mode}`, { evaluators, perEnd })}
          </li>
          {tech.groups?.map(({ id, title, share, evaluators: of }) => (
            <li key={id}>
              {t('tender.rule.group', {
                name: inLanguage(title, i18n.language),
                share: percentOf(share),
                seats: of.join(', '),
              })}
            </li>
          ))}
          {markedItems(rule).some((item) => item.kind === 'quantitative') && <li>{t('tender.rule.quantitative')}</li>}
          {rule.maximum !== String(rule.weights.tech) && (
            <li>{t('tender.rule.converted', { maximum: rule.maximum, weight: rule.weights.tech })}</li>
          )}
          <li>{t('tender.rule.rounded', { dp: tech.dp })}</li>
          <li>
            {t(`tender.rule.${passes}`, { ratio: tech.passRatio, weight: rule.weights.tech, mark: passMarkOf(rule) })}
          </li>
          {tech.graded && <li>{t('tender.rule.graded', { gap: tech.graded.gap })}</li>}
          <li>{t(`tender.rule.opens.${opens}`)}</li>
        </ul>
      </section>
    </>
  )
}

function ByNegotiation({ rule, evaluators }: { rule: AwardRule; evaluators: number }) {
  const { t } = useTranslation()
  return (
    <>
      <section className="stack">
        <h2>{t('tender.rule.weights')}</h2>
        <p className="prose">{t('tender.rule.weightsSay', { tech: rule.weights.tech, price: rule.weights.price })}</p>
      </section>
      <Technical evaluators={evaluators} opens={rule.openPrices} passes="pass" rule={rule} />
      {rule.winners !== undefined && (
        <Suspense fallback={null}>
          <Several most={rule.winners} />
        </Suspense>
      )}
      {rule.totalPassMark !== undefined && (
        <p className="prose">{t('tender.rule.totalPass', { mark: rule.totalPassMark })}</p>
      )}
      <section className="stack">
        <h2>{t('tender.rule.price')}</h2>
        <PriceFormula rule={rule} />
      </section>
      <Suspense fallback={null}>
        <WhatIf rule={rule} />
      </Suspense>
    </>
  )
}
