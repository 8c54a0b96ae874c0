// What happened at the opening and the evaluation of a tender, with the working of every figure? Minutes at an address of their own, for paper too.
import { Printer } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { Kind } from '../../../src/domain/record/finding.ts'
import type { ResultRow } from '../../../src/domain/record/payloads.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import type { TechnicalScore } from '../../../src/domain/scoring/quality.ts'
import { envelopesOf } from '../../../src/domain/tenders/procedure.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { Money } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { saveFile } from '../../save-file.ts'
import { EvaluatorsBehaviour, LotDrawn } from '../tender/after-award.tsx'
import { Measures, Outcome, RankingTable, rankingOf } from '../tender/award-tab.tsx'
import { MethodWords } from '../tender/method-words.tsx'
import { nameOf } from '../tender/names.ts'
import { PlannedPrice } from '../tender/planned-price.tsx'
import { factsThatStand, rankingAgrees } from '../tender/recompute.ts'
import { hashIn, type LogEvent, standstillIn, type TenderFacts } from '../tender/tender-facts.ts'
import { useEvents, useTender, type View } from '../tender/use-tender.ts'
import { Working } from '../tender/working.tsx'

type Of = { view: View; facts: TenderFacts }

/** When something was logged, and where. */
function At({ event }: { event: Pick<LogEvent, 'at' | 'index'> | null | undefined }) {
  const { t } = useTranslation()
  if (!event) return '–'
  return (
    <>
      <Time at={event.at} form="exact" /> <span className="note">({t('minutes.entry', { index: event.index })})</span>
    </>
  )
}

function Facts({ view, facts }: Of) {
  const { t, i18n } = useTranslation()
  const changed = facts.rules.length > 1 ? facts.rules.at(-1) : null
  const list = (kind: Kind) => {
    const ks = view.keysets.find((one) => one.kind === kind)?.ks
    return facts.lists.find((one) => one.payload.ks === ks)?.event
  }
  const technical = envelopesOf(view.rule).includes('technical')
  const still = standstillIn(facts)
  return (
    <section className="stack">
      <h2>{t('minutes.what')}</h2>
      <SummaryList
        label={t('minutes.what')}
        rows={[
          { name: t('minutes.no'), value: <span className="tnum">{`${view.no}-${view.revision}`}</span> },
          ...(view.lots
            ? [
                {
                  name: t('minutes.lot'),
                  value: (
                    <Link to={`/lots/${view.no}`}>
                      {t('tender.lots.lotOf', {
                        lot: view.lots.lot,
                        of: view.lots.tenders.length,
                        title: inLanguage(view.lots.title, i18n.language),
                      })}
                    </Link>
                  ),
                },
              ]
            : []),
          { name: t('minutes.agency'), value: inLanguage(view.agency.name, i18n.language) },
          { name: t('minutes.method'), value: <MethodWords id={view.method} /> },
          { name: t('minutes.budget'), value: <Money amount={view.budget.amount} form="legal" /> },
          {
            name: t('minutes.ruleHash'),
            value: (
              <>
                {view.ruleHash && <HashText name={t('minutes.ruleHash')} value={view.ruleHash} />}
                {changed && <p className="note">{t('minutes.amended', { index: changed.event.index })}</p>}
              </>
            ),
          },
          { name: t('minutes.deadline'), value: <Time at={view.deadline} form="exact" /> },
          { name: t('minutes.closed'), value: <At event={facts.closed?.event} /> },
          ...(technical ? [{ name: t('minutes.opened.technical'), value: <At event={list('technical')} /> }] : []),
          ...(technical ? [{ name: t('minutes.locked'), value: <At event={facts.locked?.event} /> }] : []),
          { name: t('minutes.opened.price'), value: <At event={list('price')} /> },
          { name: t('minutes.ranked'), value: <At event={facts.evaluation?.event} /> },
          ...(still.hours > 0
            ? [
                {
                  name: t('tender.award.standstill'),
                  value: (
                    <>
                      {t('tender.overview.standstill', { count: still.hours })}{' '}
                      {still.ends !== null && <Time at={still.ends} form="exact" />}
                    </>
                  ),
                },
              ]
            : []),
        ]}
      />
    </section>
  )
}

type Opened = { bidder: string } & Partial<Record<Kind, ResultRow>>

function Bids({ view, facts }: Of) {
  const { t, i18n } = useTranslation()
  const kinds = envelopesOf(view.rule)
  const rows = new Map<string, Opened>()
  for (const kind of kinds)
    for (const row of facts.results[kind])
      rows.set(row.bidder, { ...(rows.get(row.bidder) ?? { bidder: row.bidder }), [kind]: row })
  const state = (row: ResultRow | undefined) => t(`minutes.envelope.${row?.state ?? 'none'}`)
  return (
    <section className="stack">
      <h2>{t('minutes.bids')}</h2>
      <DataTable<Opened>
        caption={t('minutes.bids')}
        captionHidden
        columns={[
          {
            id: 'bidder',
            head: t('tender.bidder'),
            names: true,
            cell: ({ bidder }) => nameOf(view, bidder, i18n.language),
            text: ({ bidder }) => bidder,
          },
          ...kinds.map((kind) => ({
            id: kind,
            head: t(`minutes.envelope.${kind}`),
            cell: (row: Opened) => state(row[kind]),
            text: (row: Opened) => row[kind]?.state ?? '',
          })),
        ]}
        fileName={`opened-${view.no}`}
        keyOf={({ bidder }) => bidder}
        rows={[...rows.values()]}
      />
    </section>
  )
}

/** One bidder's steps, under its name. */
function Steps({ id, name, children }: { id: string; name: string; children: ReactNode }) {
  return (
    <section className="card stack" data-working={id}>
      <h3>{name}</h3>
      {children}
    </section>
  )
}

function Technical({ view, facts }: Of) {
  const { t, i18n } = useTranslation()
  if (!facts.locked) return null
  const { labels, scores } = facts.locked.payload
  const bidders = new Map(labels.map((one) => [one.label, one.bidder]))
  return (
    <section className="stack">
      <h2>{t('minutes.technical')}</h2>
      {(scores as unknown as TechnicalScore[]).map((score) => {
        const bidder = bidders.get(score.bidder) ?? score.bidder
        const name = `${score.bidder} · ${nameOf(view, bidder, i18n.language)}`
        return (
          <Steps id={`technical ${bidder}`} key={score.bidder} name={name}>
            <Working rule={view.rule as unknown as AnyRule} steps={score.steps} />
          </Steps>
        )
      })}
    </section>
  )
}

function Decision({ view, facts }: Of) {
  const { t, i18n } = useTranslation()
  const ranking = rankingOf(facts)
  const agree = useMemo(() => rankingAgrees(facts), [facts])
  const given = useMemo(() => factsThatStand(facts), [facts])
  const rule = view.rule as unknown as AnyRule
  const named = (org: string) => nameOf(view, org, i18n.language)
  if (!ranking) return <Outcome facts={facts} view={view} />
  const save = (name: string, value: unknown) =>
    saveFile(`${view.no}-${name}.json`, `${JSON.stringify(value, null, 2)}\n`, 'application/json')
  return (
    <>
      <section className="stack">
        <h2>{t('minutes.decision')}</h2>
        {agree !== null && (
          <p>
            <ProofBadge state={agree ? 'verified' : 'failed'} why={t('tender.award.differs')} />{' '}
            {agree && t('tender.award.same')}
          </p>
        )}
        <RankingTable ranking={ranking} view={view} />
        <Measures ranking={ranking} view={view} />
        {facts.planned && <PlannedPrice made={facts.planned.payload} no={view.no} rule={rule} />}
      </section>
      <section className="stack">
        <h2>{t('minutes.working')}</h2>
        {ranking.rows.map((row) => (
          <Steps id={row.bidder} key={row.bidder} name={named(row.bidder)}>
            <Working rule={rule} steps={row.steps} />
          </Steps>
        ))}
      </section>
      {facts.examinations.length > 0 && (
        <section className="stack">
          <h2>{t('minutes.examinations')}</h2>
          {facts.examinations.map(({ event, payload }) => (
            <SummaryList
              key={event.index}
              label={named(payload.bidder)}
              rows={[
                { name: named(payload.bidder), value: <At event={event} /> },
                ...payload.scores.map(({ part, score }) => ({ name: part, value: score })),
              ]}
            />
          ))}
        </section>
      )}
      <Objections facts={facts} named={named} />
      <LotDrawn facts={facts} named={named} />
      <EvaluatorsBehaviour facts={facts} named={named} />
      <Outcome facts={facts} view={view} />
      {given && (
        <section className="no-print stack">
          <h2>{t('minutes.verify')}</h2>
          <p className="prose">{t('minutes.files')}</p>
          <p className="flex flex-wrap gap-3">
            <button className="btn btn-quiet" onClick={() => save('rule', given.rule)} type="button">
              {t('minutes.rule')}
            </button>
            <button
              className="btn btn-quiet"
              onClick={() => {
                const { rule: _, ...rest } = given
                save('facts', rest)
              }}
              type="button"
            >
              {t('minutes.facts')}
            </button>
          </p>
        </section>
      )}
    </>
  )
}

/** Who objected to the result, and what was decided; nothing where nobody did. */
function Objections({ facts, named }: { facts: TenderFacts; named: (org: string) => string }) {
  const { t } = useTranslation()
  if (facts.complaints.length === 0) return null
  return (
    <section className="stack">
      <h2>{t('minutes.objected.title')}</h2>
      {facts.complaints.map(({ event, payload }) => {
        const h = hashIn(event.leaf)
        const decision = facts.complaintsDecided.find((one) => one.payload.complaint === h)
        return (
          <SummaryList
            key={event.index}
            label={named(payload.bidder)}
            rows={[
              { name: named(payload.bidder), value: <At event={event} /> },
              { name: t('minutes.objected.says'), value: payload.reasons },
              ...(decision
                ? [
                    {
                      name: t(`minutes.objected.as.${decision.payload.outcome}`),
                      value: <At event={decision.event} />,
                    },
                    { name: t('minutes.objected.reasons'), value: decision.payload.reasons },
                  ]
                : [{ name: t('minutes.objected.decision'), value: t('minutes.objected.none') }]),
            ]}
          />
        )
      })}
    </section>
  )
}

export function Page() {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const { data: view, error, refetch } = useTender(no)
  const { facts, events, error: untold } = useEvents(no, view)
  const crumbs = [{ to: `/tenders/${no}`, says: no }]
  if (!view) {
    return (
      <>
        <PageHead crumbs={crumbs} title={t('minutes.title')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const title = inLanguage(view.title, i18n.language)
  return (
    <>
      <PageHead
        crumbs={crumbs}
        lead={facts.closed ? t('minutes.lead', { index: events.at(-1)?.index ?? 0 }) : undefined}
        tabTitle={`${t('minutes.title')}: ${title}`}
        title={t('minutes.title')}
      >
        <p className="font-bold text-[1.2rem]">
          <Link to={`/tenders/${no}`}>{title}</Link>
        </p>
        {facts.closed && (
          <p className="no-print">
            <button className="btn" onClick={() => print()} type="button">
              <Printer aria-hidden="true" size={18} />
              {t('minutes.print')}
            </button>
          </p>
        )}
      </PageHead>
      {untold && <Trouble error={untold} onAgain={() => void refetch()} />}
      {facts.closed ? (
        <div className="stack gap-8">
          <Facts facts={facts} view={view} />
          <Bids facts={facts} view={view} />
          <Technical facts={facts} view={view} />
          <Decision facts={facts} view={view} />
        </div>
      ) : (
        <Empty title={t('minutes.notYet')}>
          <p>{t('minutes.notYetSays')}</p>
        </Empty>
      )}
    </>
  )
}
