// How were the technical proposals marked? Every mark of every evaluator, which ones were left out, and the score that follows.
import { lazy, Suspense, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { ScoresLocked } from '../../../src/domain/record/payloads.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import type { TechnicalScore } from '../../../src/domain/scoring/quality.ts'
import { type AwardRule, markedItems, type ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { hasTechnical, qualityOf } from '../../../src/domain/tenders/procedure.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Empty } from '../../parts/states.tsx'
import { nameOf } from './names.ts'
import { scoresAgree } from './recompute.ts'
import type { TenderFacts } from './tender-facts.ts'
import { type Cut, cutOf } from './trimmed.ts'
import type { View } from './use-tender.ts'

const Working = lazy(async () => ({ default: (await import('./working.tsx')).Working }))

type Given = { rule: AwardRule; locked: ScoresLocked; evaluators: string[]; label: string }

function MarksTable({ rule, locked, evaluators, label, cut, caption }: Given & { cut: Cut; caption: string }) {
  const { t, i18n } = useTranslation()
  const marks = new Map(
    locked.marks.filter((m) => m.bidder === label).map((m) => [`${m.item} ${m.evaluator}`, m] as const),
  )
  const officer = new Map<string, string>()
  for (const { bidder, item, mark, member } of locked.quantitative) {
    if (bidder !== label) continue
    // Of a consortium each member's record stands there by itself: "M1 5, M2 4.5".
    const before = officer.get(item)
    officer.set(item, member === undefined ? mark : `${before === undefined ? '' : `${before}, `}${member} ${mark}`)
  }
  const groups = new Map(rule.tech.groups?.flatMap(({ title, evaluators: of }) => of.map((by) => [by, title] as const)))
  const seat = (by: string) => {
    const group = groups.get(by)
    return group ? t('tender.evaluation.seatOf', { by, group: inLanguage(group, i18n.language) }) : by
  }
  const isCut = (item: string, by: string) => cut.evaluators.has(by) || cut.cells.has(`${item} ${by}`)
  return (
    <DataTable<ScoredItem>
      caption={caption}
      captionHidden
      columns={[
        {
          id: 'item',
          head: t('tender.rule.item'),
          names: true,
          cell: (item) => `${inLanguage(item.title, i18n.language)} (${item.max})`,
          text: (item) => inLanguage(item.title, i18n.language),
        },
        ...evaluators.map((by) => ({
          id: by,
          head: cut.evaluators.has(by) ? t('tender.evaluation.cutColumn', { by: seat(by) }) : seat(by),
          num: true,
          cell: (item: ScoredItem) => {
            const given = marks.get(`${item.id} ${by}`)
            if (!given) return <span className="text-muted">–</span>
            return isCut(item.id, by) ? (
              <s className="text-muted" title={t('tender.evaluation.cut')}>
                {given.mark}
                <span className="sr-only"> ({t('tender.evaluation.cut')})</span>
              </s>
            ) : (
              given.mark
            )
          },
          text: (item: ScoredItem) => marks.get(`${item.id} ${by}`)?.mark ?? '',
        })),
        {
          id: 'officer',
          head: t('tender.evaluation.officer'),
          num: true,
          cell: (item) => officer.get(item.id) ?? <span className="text-muted">–</span>,
          text: (item) => officer.get(item.id) ?? '',
        },
      ]}
      fileName={`marks-${label}`}
      keyOf={(item) => item.id}
      rows={markedItems(rule)}
    />
  )
}

function Comments({ locked, label, rule }: { locked: ScoresLocked; label: string; rule: AwardRule }) {
  const { t, i18n } = useTranslation()
  const said = locked.marks.filter((m) => m.bidder === label && m.comment !== '')
  if (said.length === 0) return null
  const titles = new Map(rule.items.map((item) => [item.id, inLanguage(item.title, i18n.language)]))
  return (
    <>
      <h4 className="font-bold">{t('tender.evaluation.comments')}</h4>
      <ul className="list-disc ps-5">
        {said.map((m) => (
          <li key={`${m.evaluator} ${m.item}`}>
            {m.evaluator}, {titles.get(m.item) ?? m.item}: {m.comment}
          </li>
        ))}
      </ul>
    </>
  )
}

export function EvaluationTab({ view, facts }: { view: View; facts: TenderFacts }) {
  const { t, i18n } = useTranslation()
  const agree = useMemo(() => scoresAgree(facts), [facts])
  const { locked: read, notice } = facts
  if (!hasTechnical(view.rule)) {
    return (
      <Empty title={t('tender.evaluation.none')}>
        <p>{t('tender.evaluation.noneSays')}</p>
      </Empty>
    )
  }
  if (!read || !notice) {
    const waits = view.state === 'failed' || view.state === 'cancelled'
    return (
      <Empty title={t(waits ? 'tender.evaluation.never' : 'tender.evaluation.notYet')}>
        {!waits && <p>{t('tender.evaluation.notYetSays')}</p>}
      </Empty>
    )
  }
  const locked = read.payload
  const rule = qualityOf(view.rule as unknown as AnyRule) as AwardRule
  const scores = locked.scores as unknown as TechnicalScore[]
  const bidderOf = new Map(locked.labels.map((l) => [l.label, l.bidder]))
  const named = (label: string) => nameOf(view, bidderOf.get(label) ?? label, i18n.language)
  return (
    <div className="stack gap-8">
      <div className="stack">
        <p className="prose">{t('tender.evaluation.says')}</p>
        {agree !== null && (
          <p>
            <ProofBadge state={agree ? 'verified' : 'failed'} why={t('tender.evaluation.differs')} />{' '}
            {agree && t('tender.evaluation.same')}
          </p>
        )}
        <DataTable<TechnicalScore>
          caption={t('tender.evaluation.scores')}
          columns={[
            { id: 'label', head: t('tender.evaluation.label'), cell: (s) => s.bidder, text: (s) => s.bidder },
            {
              id: 'bidder',
              head: t('tender.bidder'),
              names: true,
              cell: (s) => named(s.bidder),
              text: (s) => named(s.bidder),
            },
            {
              id: 'raw',
              head: t('tender.evaluation.raw'),
              num: true,
              cell: (s) => s.raw ?? '–',
              text: (s) => s.raw ?? '',
            },
            ...(rule.tech.graded
              ? [
                  {
                    id: 'technical',
                    head: t('tender.evaluation.graded'),
                    num: true,
                    cell: (s: TechnicalScore) => s.technical ?? '–',
                    text: (s: TechnicalScore) => s.technical ?? '',
                  },
                ]
              : []),
            {
              id: 'qualified',
              head: t('tender.evaluation.pass'),
              cell: (s) => t(s.qualified ? 'tender.evaluation.passed' : 'tender.evaluation.failed'),
              text: (s) => String(s.qualified),
            },
          ]}
          fileName={`technical-scores-${view.no}`}
          keyOf={(s) => s.bidder}
          rows={scores}
        />
      </div>
      <section className="stack">
        <h2>{t('tender.evaluation.sheets')}</h2>
        {scores.map((score, i) => (
          <details className="card" key={score.bidder} open={i === 0}>
            <summary className="font-bold">
              {t('tender.evaluation.sheet', { label: score.bidder, name: named(score.bidder) })}
            </summary>
            <div className="stack mt-4">
              <MarksTable
                caption={t('tender.evaluation.sheet', { label: score.bidder, name: named(score.bidder) })}
                cut={cutOf(score.steps)}
                evaluators={notice.payload.evaluators}
                label={score.bidder}
                locked={locked}
                rule={rule}
              />
              <h3>{t('tender.working')}</h3>
              <Suspense fallback={null}>
                <Working rule={view.rule as unknown as AnyRule} steps={score.steps} />
              </Suspense>
              <Comments label={score.bidder} locked={locked} rule={rule} />
            </div>
          </details>
        ))}
      </section>
    </div>
  )
}
