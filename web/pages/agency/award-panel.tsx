// To whom does the award go? To the one whom the published rule puts first; the officer proposes it, can name nobody else, and an approver confirms.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { awardedAmong } from '../../../src/domain/organisations/exclusion.ts'
import { readRanking } from '../../../src/domain/room/read-ranking.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { winnersOfRule } from '../../../src/domain/scoring/decided.ts'
import { type Awarded, awarding } from '../../../src/domain/tenders/signed-acts.ts'
import type { Json } from '../../../src/proof/canonical.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { useServerSecond } from '../../clock.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { Money } from '../../parts/money.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { RankingTable } from '../tender/award-tab.tsx'
import { nameOf } from '../tender/names.ts'
import type { View } from '../tender/use-tender.ts'

/** Does the standstill that the notice promised still run, by the server's clock? The server decides it once more. */
export function useStandstill({ state, standstillHours, standstillEnds }: View): boolean {
  const now = useServerSecond()
  return state === 'ranked' && standstillHours > 0 && (standstillEnds === null || now < Date.parse(standstillEnds))
}

export function AwardPanel({ view, officer, proposed }: { view: View; officer: boolean; proposed: boolean }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState(false)
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  const { data } = useAsk(ENDPOINTS.listExclusions, { query: { per: 100 } })
  const runs = useStandstill(view)
  const ranking = view.ranking === null ? null : readRanking(view.ranking as unknown as Json)
  if (!ranking) return null
  // Who is shut out at this moment cannot be awarded, whatever the rank; the server decides it once more.
  const excluded = new Set(data?.exclusions.filter((one) => one.inForce).map((one) => one.org))
  const most = winnersOfRule(view.rule as unknown as AnyRule)
  const { winners, joint } = awardedAmong(ranking.order, excluded, most)
  const priced = winners.flatMap((of): Awarded[] => {
    const amount = ranking.rows.find((one) => one.bidder === of)?.amount
    return amount == null ? [] : [{ bidder: of, amount: { amount, currency: view.budget.currency } }]
  })
  const bidder = joint ? undefined : winners[0]
  const row = ranking.rows.find((one) => one.bidder === bidder)
  const all = (
    <ol className="list-decimal ps-5">
      {priced.map((one) => (
        <li key={one.bidder}>
          <strong>{nameOf(view, one.bidder, i18n.language)}</strong>, <Money amount={one.amount.amount} form="legal" />
        </li>
      ))}
    </ol>
  )
  const award = async () => {
    if (bidder === undefined || row?.amount == null || signing.state !== 'here') return
    const [{ key }, price] = [signing, { amount: row.amount, currency: view.budget.currency }]
    await send(async () => {
      const jws = await signAct(
        key,
        awarding(view.no, bidder, price, view.standstillEnds, most > 1 ? priced : undefined),
      )
      const body = { bidder, jws, ...(most > 1 && { winners: priced.map((one) => one.bidder) }) }
      return ask(ENDPOINTS.awardTender, { params: { no: view.no }, body })
    })
    setOpen(false)
  }
  return (
    <section className="card stack">
      <h2>{t('agency.award.title')}</h2>
      <p className="prose">{t('agency.award.says')}</p>
      <ErrorSummary problem={problem} />
      {row && bidder !== undefined && row.amount !== null ? (
        <>
          <SummaryList
            label={t('agency.award.proposal')}
            rows={[
              ...(most > 1
                ? [{ name: t('tender.award.winners', { most }), value: all }]
                : [
                    { name: t('tender.award.winner'), value: <strong>{nameOf(view, bidder, i18n.language)}</strong> },
                    { name: t('tender.award.contract'), value: <Money amount={row.amount} form="legal" /> },
                  ]),
              ...(row.total === null || most > 1
                ? []
                : [{ name: t('tender.award.total'), value: t('tender.points', { points: row.total }) }]),
              {
                name: t('tender.award.reasons'),
                value: (
                  <>
                    {t(most > 1 ? 'tender.reason.first-ranks-eligible' : 'tender.reason.first-rank-eligible')}{' '}
                    <Link to={`/tenders/${view.no}?tab=award`}>{t('agency.award.working')}</Link>
                  </>
                ),
              },
            ]}
          />
          {runs && (
            <NotificationBanner
              title={
                view.standstillEnds === null ? (
                  t('agency.award.beforeStandstill')
                ) : (
                  <>
                    {t('agency.award.standstill')} <Time at={view.standstillEnds} form="exact" />
                  </>
                )
              }
            >
              <p className="prose">
                {t('agency.award.standstillSays', { count: view.standstillHours })}{' '}
                <Link to={`/tenders/${view.no}?tab=objections`}>{t('tender.tab.objections')}</Link>
              </p>
            </NotificationBanner>
          )}
          {officer && !proposed && <KeyGate signing={signing} />}
          {officer && !proposed && signing.state === 'here' && (
            <p>
              <Button isDisabled={runs} onPress={() => setOpen(true)}>
                {t('agency.award.do')}
              </Button>
            </p>
          )}
          <Dialog
            action={
              <Button isPending={busy} onPress={() => void award()}>
                {t('agency.award.sure')}
              </Button>
            }
            isOpen={open}
            onClose={() => setOpen(false)}
            title={t('agency.award.sureTitle')}
          >
            {most > 1 ? (
              all
            ) : (
              <p>
                <strong>{nameOf(view, bidder, i18n.language)}</strong>, <Money amount={row.amount} form="legal" />
              </p>
            )}
            <p>{t('agency.award.sureSays')}</p>
          </Dialog>
        </>
      ) : (
        <NotificationBanner
          kind="warning"
          title={t(
            joint ? 'agency.award.lot' : ranking.byPrice?.next ? 'agency.award.examining' : 'agency.award.nobody',
          )}
        />
      )}
      <RankingTable ranking={ranking} view={view} />
    </section>
  )
}
