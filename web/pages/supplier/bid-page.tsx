// How does a supplier bid? Write, check once more, seal here, send, keep the receipt; replace or withdraw until the deadline.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { keep, kept } from '../../browser-store.ts'
import { ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { useFiles } from '../../files/use-files.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { Deadline } from '../../parts/deadline.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { Money } from '../../parts/money.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import type { Person } from '../../session.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { useTender, type View } from '../tender/use-tender.ts'
import { AuctionPanel } from './auction-panel.tsx'
import { type Content, ceilingOf, checkContent, wantedBy } from './bid-content.ts'
import { BidForm } from './bid-form.tsx'
import { LostFiles } from './lost-files.tsx'
import { OutcomeView } from './outcome-view.tsx'
import { OwnActs } from './own-acts.tsx'
import { ReceiptCard } from './receipt-card.tsx'
import { Recovery } from './recovery.tsx'
import { Review } from './review.tsx'
import { SealAgain } from './seal-again.tsx'
import { SealingSteps } from './sealing-steps.tsx'
import { actsOf, askOutcome, newKey, type Outcome, type SentAct, send } from './sent-acts.ts'
import { useSealing } from './use-sealing.ts'
import { Withdraw } from './withdraw.tsx'

const EMPTY: Content = { summary: '', approach: '', amount: '' }

/** What is being written, kept in this browser under the account and the tender. */
function useDraft(account: string, no: string): [Content, (content: Content) => void, boolean] {
  const id = `${account} ${no}`
  const [content, setContent] = useState<Content>(EMPTY)
  const [loaded, setLoaded] = useState(false)
  useEffect(() => {
    kept<{ content: Content }>('drafts', id).then(
      (found) => {
        if (found) setContent(found.content)
        setLoaded(true)
      },
      () => setLoaded(true),
    )
  }, [id])
  useEffect(() => {
    if (!loaded) return
    const timer = setTimeout(() => void keep('drafts', { id, content }).catch(() => {}), 400)
    return () => clearTimeout(timer)
  }, [id, content, loaded])
  return [content, setContent, loaded]
}

type Step = 'form' | 'review'

function Bidding({ view, person }: { view: View; person: Person }) {
  const { t } = useTranslation()
  const { no } = view
  const signing = useSigningKey()
  const [search, setSearch] = useSearchParams()
  const [content, setContent, loaded] = useDraft(person.account, no)
  const sealing = useSealing()
  const files = useFiles(no)
  const [lost, setLost] = useState<{ act: SentAct; end: Outcome } | null>(null)
  const acts = useAsk(ENDPOINTS.readOwnBids, { params: { no } }, { every: 2_000 })
  const sent = useQuery({ queryKey: ['sent', person.account, no], queryFn: () => actsOf(person.account, no) })

  if (acts.error) return <Trouble error={acts.error} onAgain={() => void acts.refetch()} />
  if (!acts.data || !loaded || signing.state === 'asking') return <Loading />
  const { current, nextSeq, acts: own } = acts.data
  const open = view.state === 'published'
  const byRule = acts.data.replaced === 'rule'
  const rule = view.rule as unknown as AnyRule
  const wants = wantedBy(rule)
  const ceiling = ceilingOf(rule)
  const wanted = search.get('step')
  const asked: Step | null = wanted === 'form' || wanted === 'review' ? wanted : current === null ? 'form' : null
  // A link to the review of what is not written yet leads to the form.
  const step: Step | null = asked === 'review' && checkContent(content, wants).length > 0 ? 'form' : asked
  const receipt = own.find((act) => act.c === search.get('receipt'))
  const pending = sent.data?.find((act) => act.outcome === 'pending')

  const again = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readOwnBids) }),
      queries.invalidateQueries({ queryKey: ['sent', person.account, no] }),
    ])
  }
  /** An act that has its receipt is shown by it; any other end is shown in words. */
  const ended = async (outcome: Outcome, act: SentAct) => {
    await again()
    if (outcome.kind === 'receipt') {
      setLost(null)
      sealing.reset()
      setSearch({ receipt: act.c })
    } else setLost({ act, end: outcome })
  }
  const resend = (act: SentAct) => {
    const fresh: SentAct = { ...act, key: newKey(), outcome: 'pending' }
    return send(fresh).then((outcome) => ended(outcome, fresh))
  }
  const seal = async () => {
    if (signing.state !== 'here') return
    const bid = { no, key: signing.key, content, wanted: wants, seq: nextSeq, replaces: current }
    const act = await sealing.run({ ...bid, files: files.forBid() })
    if (act) {
      files.clear()
      await ended({ kind: 'receipt', act }, act)
    } else await again()
  }
  const { end, act: sealed } = sealing.state
  const running = sealing.state.steps.keys !== 'waiting' && end === null
  const shownEnd = lost?.end ?? end
  const shownAct = lost?.act ?? sealed

  if (receipt) {
    return (
      <div className="stack gap-8">
        <ReceiptCard
          act={sent.data?.find((act) => act.c === receipt.c) ?? null}
          c={receipt.c}
          index={receipt.index}
          kind={receipt.kind}
          no={no}
          received={receipt.receipt}
        />
        <p>
          <Link to={`/s/${no}`}>{t('supplier.bid.back')}</Link>
        </p>
        <OwnActs acts={own} no={no} />
      </div>
    )
  }
  if (running || shownEnd) {
    return (
      <div className="stack gap-8">
        {!lost && <SealingSteps sealing={sealing.state} technical={wants.technical} />}
        {shownEnd && (
          <OutcomeView
            end={shownEnd}
            no={no}
            onAsk={async () => {
              if (shownAct) await ended(await askOutcome(shownAct), shownAct)
            }}
            onBack={() => {
              setLost(null)
              sealing.reset()
              files.sealAnew()
            }}
            onSend={async () => {
              if (shownAct) await resend(shownAct)
            }}
          />
        )}
      </div>
    )
  }
  return (
    <div className="stack gap-8">
      {pending && (
        <NotificationBanner kind="warning" title={t('supplier.bid.pending')}>
          <p>{t('supplier.outcome.unknownSays')}</p>
          <p className="mt-2">
            <Button onPress={() => void askOutcome(pending).then((outcome) => ended(outcome, pending))}>
              {t('supplier.outcome.ask')}
            </Button>
          </p>
        </NotificationBanner>
      )}
      {open && own.some((act) => act.outdated) && step === null && (
        <NotificationBanner kind="error" live title={t('supplier.bid.outdated')}>
          <p>{t(byRule ? 'supplier.bid.outdatedByRule' : 'supplier.bid.outdatedSays')}</p>
          {byRule && (
            <p>
              <Link to={`/tenders/${no}`}>{t('supplier.bid.outdatedSeeRule')}</Link>
            </p>
          )}
          {signing.state === 'here' && (
            <p className="mt-2">
              <Button onPress={() => setSearch({ step: byRule ? 'form' : 'review' })}>
                {t('supplier.bid.outdatedAgain')}
              </Button>
            </p>
          )}
        </NotificationBanner>
      )}
      {rule.kind === 'AUCTION' && view.state === 'price_opening' && <AuctionPanel no={no} />}
      {!open && <SealAgain no={no} own={own} sent={sent.data ?? []} />}
      {!open && <LostFiles no={no} org={person.org} />}
      {!open && <Recovery no={no} own={own} sent={sent.data ?? []} state={view.state} />}
      {own.length > 0 && <OwnActs acts={own} no={no} />}
      {!open && (
        <NotificationBanner title={t('supplier.bid.closed')}>
          <p>
            {t(`tender.state.${view.state}`)}. <Link to={`/tenders/${no}/opening`}>{t('supplier.bid.room')}</Link>
          </p>
        </NotificationBanner>
      )}
      {open && (
        <>
          <KeyGate signing={signing} />
          {current !== null && step === null && signing.state === 'here' && (
            <div className="flex flex-wrap gap-3">
              <Button onPress={() => setSearch({ step: 'form' })}>{t('supplier.bid.replace')}</Button>
              <Withdraw
                no={no}
                onEnd={(outcome, act) => void ended(outcome, act)}
                seq={nextSeq}
                signingKey={signing.key}
                withdraws={current}
              />
            </div>
          )}
          {signing.state === 'here' && step === 'form' && (
            <BidForm
              budget={view.budget.amount}
              ceiling={ceiling}
              content={content}
              files={files}
              onChange={setContent}
              onReview={() => setSearch({ step: 'review' })}
              wanted={wants}
            />
          )}
          {signing.state === 'here' && step === 'review' && (
            <Review
              budget={view.budget.amount}
              busy={running}
              ceiling={ceiling}
              content={content}
              files={files}
              wanted={wants}
              onChange={() => setSearch({ step: 'form' })}
              onSeal={() => void seal()}
              replaces={current !== null}
            />
          )}
        </>
      )}
    </div>
  )
}

function Body({ person }: { person: Person }) {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const { data: view, error, refetch } = useTender(no)
  const crumbs = [{ to: '/s', says: t('supplier.title') }]
  if (!view) {
    return (
      <>
        <PageHead crumbs={crumbs} title={t('supplier.bid.title')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  const title = inLanguage(view.title, i18n.language)
  return (
    <>
      <PageHead
        crumbs={crumbs}
        tabTitle={`${t('supplier.bid.title')}: ${title}`}
        title={t('supplier.bid.of', { title })}
      >
        <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <StatusTag status={view.status} />
          <Link to={`/tenders/${no}`}>{`${no}-${view.revision}`}</Link>
          <span>{inLanguage(view.agency.name, i18n.language)}</span>
          <Money amount={view.budget.amount} form="short" />
        </p>
        <Deadline announce at={view.deadline} />
      </PageHead>
      <Bidding person={person} view={view} />
    </>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="supplier" title={t('supplier.bid.title')}>
      {(person) => <Body person={person} />}
    </RoleGate>
  )
}
