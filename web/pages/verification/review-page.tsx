// Is this organisation what it says? The operator looks, verifies, returns with every reason, suspends, restores.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { KINDS } from '../../../src/domain/organisations/kinds.ts'
import {
  factDecided,
  registrationReturned,
  rolesNow,
  standingNow,
} from '../../../src/domain/organisations/register-acts.ts'
import { SCHEMES } from '../../../src/domain/organisations/registration-number.ts'
import { ROLE_WORDS } from '../../../src/domain/powers.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { SignNote } from '../../parts/sign-note.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSend } from '../../parts/use-send.ts'
import { canAct, signedIf } from '../../sign-if.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { DocumentTable } from '../organisations/documents.tsx'
import { type Fact, FactTable } from '../organisations/facts.tsx'
import { History } from '../organisations/history.tsx'
import { Verdict, Verdicts } from './verdicts.tsx'

type Review = ReplyOf<(typeof ENDPOINTS)['readReview']>
const REASONS = [
  'document-unreadable',
  'document-other',
  'name-differs',
  'number-differs',
  'name-misleading',
  'other',
] as const

function Warnings({ warnings }: Pick<Review, 'warnings'>) {
  const { t, i18n } = useTranslation()
  const { similar, sameNumber, mixedScripts } = warnings
  if (similar.length + sameNumber.length === 0 && !mixedScripts) return null
  const line = (one: (typeof similar)[number]) =>
    `${inLanguage(one.name, i18n.language)} (${t(`organisations.standings.${one.standing}`)})`
  return (
    <NotificationBanner kind="warning" title={t('organisations.warn.title')}>
      <ul className="list-disc ps-5">
        {mixedScripts && <li>{t('organisations.warn.mixed')}</li>}
        {similar.map((one) => (
          <li key={one.id}>
            {t('organisations.warn.similar')} {line(one)}
          </li>
        ))}
        {sameNumber.map((one) => (
          <li key={one.id}>
            {t('organisations.warn.number')} {line(one)}
          </li>
        ))}
      </ul>
    </NotificationBanner>
  )
}

/** One statement for whatever is decided on this page; what needs none leaves it empty. */
function Decide({ review }: { review: Review }) {
  const { t, i18n } = useTranslation()
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  const [statement, setStatement] = useState('')
  const [reasons, setReasons] = useState<(typeof REASONS)[number][]>([])
  const params = { org: review.id }
  const { first } = review
  const giveBack = () =>
    void send(async () => {
      if (!canAct(signing)) throw new Error('no key to sign with')
      const why = { reasons, statement }
      const jws = await signedIf(signing, registrationReturned(review.id, why, signing.me.account))
      return ask(ENDPOINTS.decideRegistration, { params, body: { verdict: 'returned', ...why, ...jws } })
    })
  const verify = () =>
    void send(async () => {
      if (!canAct(signing)) throw new Error('no key to sign with')
      const persons = { proposedBy: first?.account ?? '', approvedBy: signing.me.account }
      const body = {
        ...(await signedIf(signing, standingNow(review, 'verified', ''))),
        ...(first && (await signedIf(signing, rolesNow(first, persons), 'rolesJws'))),
      }
      return ask(ENDPOINTS.decideRegistration, { params, body: { verdict: 'verified', statement, ...body } })
    })
  const stand = (standing: 'suspended' | 'restored') =>
    void send(async () => {
      if (!canAct(signing)) throw new Error('no key to sign with')
      const e = standing === 'suspended' ? ENDPOINTS.suspendOrganisation : ENDPOINTS.restoreOrganisation
      const jws = await signedIf(signing, standingNow(review, standing, statement))
      return ask(e, { params, body: { statement, ...jws } })
    })
  if (review.kind === 'operator') return null
  if (review.state === 'open' || review.state === 'returned')
    return <p className="note">{t('organisations.decide.notYet')}</p>
  return (
    <section className="card stack">
      <h2>{t('organisations.decide.title')}</h2>
      <ErrorSummary fieldOf={() => 'decide-statement'} problem={problem} />
      {review.state === 'waiting' && (
        <fieldset className="flex flex-col gap-1">
          <legend className="field-label">{t('organisations.decide.reasons')}</legend>
          {REASONS.map((reason) => (
            <label className="flex min-h-11 items-center gap-2" key={reason}>
              <input
                checked={reasons.includes(reason)}
                className="size-5"
                onChange={() =>
                  setReasons(reasons.includes(reason) ? reasons.filter((one) => one !== reason) : [...reasons, reason])
                }
                type="checkbox"
              />
              {t(`organisations.reasons.${reason}`)}
            </label>
          ))}
        </fieldset>
      )}
      <TextField
        hint={t('organisations.decide.hint')}
        id="decide-statement"
        label={t('organisations.decide.statement')}
        maxLength={4000}
        onChange={setStatement}
        rows={3}
        value={statement}
      />
      {review.state === 'waiting' && first && (
        <p>
          {t('organisations.decide.first', {
            roles: first.roles.map((role) => inLanguage(ROLE_WORDS[role], i18n.language)).join(', '),
          })}{' '}
          <code className="note break-all">{first.account}</code>
        </p>
      )}
      <SignNote signing={signing} />
      <p className="flex flex-wrap gap-3">
        {review.state === 'waiting' && (
          <>
            <Button isDisabled={!canAct(signing)} isPending={busy} onPress={verify}>
              {t('organisations.decide.verify')}
            </Button>
            <Button isDisabled={!canAct(signing)} isPending={busy} kind="danger" onPress={giveBack}>
              {t('organisations.decide.return')}
            </Button>
          </>
        )}
        {review.state === 'verified' && (
          <Button isDisabled={!canAct(signing)} isPending={busy} kind="danger" onPress={() => stand('suspended')}>
            {t('organisations.decide.suspend')}
          </Button>
        )}
        {review.state === 'suspended' && (
          <Button isDisabled={!canAct(signing)} isPending={busy} onPress={() => stand('restored')}>
            {t('organisations.decide.restore')}
          </Button>
        )}
      </p>
    </section>
  )
}

function Facts({ review }: { review: Review }) {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const [statement, setStatement] = useState('')
  const signing = useSigningKey()
  const judge = (fact: Fact, verdict: 'verified' | 'refused') =>
    void send(async () => {
      if (!canAct(signing)) throw new Error('no key to sign with')
      const jws = await signedIf(signing, factDecided(review.id, fact, verdict, signing.me.account))
      return ask(ENDPOINTS.decideFact, {
        params: { org: review.id, id: fact.id },
        body: { verdict, statement: verdict === 'refused' ? statement : '', ...jws },
      })
    })
  return (
    <section className="card stack">
      <h2>{t('organisations.facts.title')}</h2>
      {/* Above, with the decision about the registration, it stands already. */}
      {(review.state === 'open' || review.state === 'returned') && <SignNote signing={signing} />}
      <Verdicts
        hint="organisations.decide.factHint"
        id="fact-statement"
        label="organisations.decide.statement"
        longest={4000}
        onStatement={setStatement}
        open={review.facts.some((fact) => fact.state === 'declared')}
        problem={problem}
        statement={statement}
      >
        <FactTable
          action={(fact) =>
            fact.state === 'declared' ? (
              <Verdict
                busy={busy}
                no={{ says: t('organisations.decide.refuse'), on: () => judge(fact, 'refused') }}
                yes={{ says: t('organisations.decide.verify'), on: () => judge(fact, 'verified') }}
              />
            ) : null
          }
          facts={review.facts}
        />
      </Verdicts>
    </section>
  )
}

function Body() {
  const { t, i18n } = useTranslation()
  const { org = '' } = useParams()
  const { data: review, error, refetch } = useAsk(ENDPOINTS.readReview, { params: { org } }, { every: 15_000 })
  const crumbs = [{ to: '/v', says: t('organisations.queue.title') }]
  if (!review) {
    return (
      <>
        <PageHead crumbs={crumbs} title={t('organisations.queue.review')} />
        {error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />}
      </>
    )
  }
  return (
    <>
      <PageHead crumbs={crumbs} title={inLanguage(review.name, i18n.language)} />
      <div className="stack gap-8">
        <Warnings warnings={review.warnings} />
        <section className="card stack">
          <SummaryList
            label={t('organisations.title')}
            rows={[
              { name: t('organisations.queue.standing'), value: t(`organisations.states.${review.state}`) },
              { name: t('organisations.kind'), value: inLanguage(KINDS[review.kind].says, i18n.language) },
              { name: t('organisations.nameKo'), value: review.name.ko },
              { name: t('organisations.nameEn'), value: review.name.en },
              {
                name: review.scheme
                  ? inLanguage(SCHEMES[review.scheme].says, i18n.language)
                  : t('organisations.number'),
                value: <span className="tnum">{review.number ?? '–'}</span>,
              },
            ]}
          />
        </section>
        <section className="card stack">
          <h2>{t('organisations.documents.title')}</h2>
          <DocumentTable documents={review.documents} org={review.id} />
        </section>
        <Decide review={review} />
        {review.kind === 'supplier' && <Facts review={review} />}
        <History history={review.history} />
      </div>
    </>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="operator" title={t('organisations.queue.review')}>
      {() => <Body />}
    </RoleGate>
  )
}
