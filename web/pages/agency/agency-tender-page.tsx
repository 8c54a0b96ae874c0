// What can the officer do with this tender now? Edit and publish a draft, follow it, lock scores, award, or cancel.
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { readRanking } from '../../../src/domain/room/read-ranking.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { markedItems } from '../../../src/domain/scoring/rule.ts'
import { AMENDMENT, AWARD, CANCELLATION, EXTENSION } from '../../../src/domain/second-person.ts'
import { hasTechnical, qualityOf } from '../../../src/domain/tenders/procedure.ts'
import type { Json } from '../../../src/proof/canonical.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { useServerSecond } from '../../clock.ts'
import { inLanguage, needWords } from '../../i18n.ts'
import { Deadline } from '../../parts/deadline.tsx'
import type { Problem } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { ProposalCard, useWaiting } from '../../parts/second-person.tsx'
import { Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { useTender, type View } from '../tender/use-tender.ts'
import { AwardPanel, useStandstill } from './award-panel.tsx'
import { CancelPanel } from './cancel-panel.tsx'
import { DraftEditor } from './draft-editor.tsx'
import { type DraftForm, draftOf, formOf, reasonsAgainst } from './draft-form.ts'
import { ExaminationPanel } from './examination-panel.tsx'
import { ExtendPanel } from './extend-panel.tsx'
import { LotsPanel } from './lots-panel.tsx'
import { MarkingPanel } from './marking-panel.tsx'
import { ProposedRule, rowsOf } from './proposed-act.tsx'
import { PublishPanel } from './publish-panel.tsx'

const AmendPanel = lazy(async () => {
  const [part] = await Promise.all([import('./amend-panel.tsx'), needWords(['amended'])])
  return { default: part.AmendPanel }
})

function Drafting({ view }: { view: View }) {
  const now = useServerSecond()
  const params = { no: view.no }
  const { data, error, refetch } = useAsk(ENDPOINTS.readDraft, { params })
  const [form, setForm] = useState<DraftForm | null>(null)
  const [dirty, setDirty] = useState(false)
  const saved = useRef('')
  const latest = useRef(form)
  latest.current = form
  useEffect(() => {
    // What is being typed is newer than what a later look brings.
    if (data) setForm((before) => before ?? formOf(data))
    // Whether there are lots is not typed: it is taken over as it becomes.
    const lots = data ? JSON.stringify(data.notice.lots ?? null) : ''
    if (data && saved.current !== '' && saved.current !== lots) {
      const { lots: common } = formOf(data)
      // What comes back as it was sent is no change: the form would count as one that is not saved.
      const same = (before: DraftForm) => JSON.stringify(before.lots) === JSON.stringify(common)
      setForm((before) => (before === null || same(before) ? before : { ...before, lots: common }))
    }
    saved.current = lots
  }, [data])
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!form) return <Loading />
  const save = async (): Promise<Problem | null> => {
    const answer = await ask(ENDPOINTS.editTender, { params, body: draftOf(form) })
    if (!answer.ok) return { errors: answer.errors, instance: String(answer.body.instance ?? '') }
    // Publication is offered only once the page shows what was saved: keys are checked against these very times.
    await Promise.all([
      queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readTender) }),
      queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readDraft) }),
    ])
    if (latest.current === form) setDirty(false)
    return null
  }
  const change = (next: DraftForm) => {
    setForm(next)
    setDirty(true)
  }
  return (
    <div className="stack gap-8">
      <DraftEditor dirty={dirty} form={form} onChange={change} onSave={save} saved />
      <LotsPanel dirty={dirty} view={view} />
      <PublishPanel blocked={reasonsAgainst(form, now).length} dirty={dirty} view={view} />
    </div>
  )
}

/** What comes next; where price alone is handed in, no technical envelopes do, and not every rule has records to be marked. */
function nextOf({ state, rule }: View): string {
  if (state === 'closed' && !hasTechnical(rule)) return 'closedPriceAlone'
  const quality = qualityOf(rule as unknown as AnyRule)
  const records = quality === null || markedItems(quality).some((item) => item.kind === 'quantitative')
  return state === 'evaluating' && !records ? 'evaluatingNoRecords' : state
}

/** What the officer and the approver see of a published tender: its next act, and what waits for a second person. */
function Managing({ view, officer }: { view: View; officer: boolean }) {
  const { t, i18n } = useTranslation()
  const { data } = useWaiting(view.no)
  const waiting = data?.proposals ?? []
  const ranking = view.ranking === null ? null : readRanking(view.ranking as unknown as Json)
  const next = ranking?.byPrice?.next ?? null
  const turn = ranking?.rows.find((row) => row.bidder === next)
  const proposed = (act: string) => waiting.some((one) => one.act === act)
  const waits = useStandstill(view)
  return (
    <div className="stack gap-8">
      <NotificationBanner
        title={t(
          next !== null ? 'agency.next.examining' : waits ? 'agency.next.standstill' : `agency.next.${nextOf(view)}`,
        )}
      >
        <p className="mt-1 flex flex-wrap gap-x-6 gap-y-1">
          <Link to={`/tenders/${view.no}`}>{t('agency.toPublic')}</Link>
          <Link to={`/tenders/${view.no}/opening`}>{t('tender.opening.room')}</Link>
        </p>
      </NotificationBanner>
      {waiting.map((one) => (
        <ProposalCard
          heading="h2"
          key={one.id}
          more={one.act === AMENDMENT && <ProposedRule of={one} />}
          proposal={one}
          rows={rowsOf(t, i18n.language, view, one)}
        />
      ))}
      {officer && view.state === 'evaluating' && <MarkingPanel view={view} />}
      {officer && view.state === 'ranked' && next !== null && (
        <ExaminationPanel
          amount={turn?.amount ?? null}
          key={next}
          next={next}
          price={turn?.price ?? null}
          view={view}
        />
      )}
      {view.state === 'ranked' && <AwardPanel officer={officer} proposed={proposed(AWARD)} view={view} />}
      {officer && view.state === 'published' && !proposed(EXTENSION) && !proposed(AMENDMENT) && (
        <>
          <ExtendPanel view={view} />
          <Suspense fallback={<Loading />}>
            <AmendPanel view={view} />
          </Suspense>
        </>
      )}
      {officer && view.acts.includes('cancel') && !proposed(CANCELLATION) && <CancelPanel no={view.no} />}
    </div>
  )
}

function Body({ org, officer }: { org: string; officer: boolean }) {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const { data: view, error, refetch } = useTender(no)
  const crumbs = [{ to: '/a', says: t('agency.title') }]
  if (!view) {
    return (
      <>
        <PageHead crumbs={crumbs} title={t('agency.manage')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const title = inLanguage(view.title, i18n.language)
  const own = view.agency.id === org
  return (
    <>
      <PageHead crumbs={crumbs} tabTitle={`${t('agency.manage')}: ${title}`} title={title}>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <StatusTag status={view.status} />
          <span className="tnum">{`${no}-${view.revision}`}</span>
        </p>
        <Deadline at={view.deadline} />
      </PageHead>
      {!own ? (
        <Forbidden>
          <p>{t('agency.notYours')}</p>
        </Forbidden>
      ) : view.state === 'draft' && officer ? (
        <Drafting view={view} />
      ) : (
        <Managing officer={officer} view={view} />
      )}
    </>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of={['officer', 'approver']} title={t('agency.manage')}>
      {(person) => <Body officer={person.roles.includes('officer')} org={person.org} />}
    </RoleGate>
  )
}
