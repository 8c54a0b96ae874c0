// Where does the registration of one's own organisation stand, and what is still to be handed in?
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { OrganisationView } from '../../../src/api/organisations.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { type Person, useSession } from '../../session.ts'
import { type Details, DetailsFields, NO_DETAILS } from './details-fields.tsx'
import { AddDocument, DocumentTable } from './documents.tsx'
import { DeclareFact, EndFact, FactTable } from './facts.tsx'
import { History } from './history.tsx'
import { bodyChoices, kindChoices, schemeChoices } from './organisation-words.ts'

const LOOK = { open: 'info', waiting: 'info', returned: 'warning', verified: 'success', suspended: 'error' } as const

function HandIn({ view }: { view: OrganisationView }) {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const [details, setDetails] = useState<Details>(NO_DETAILS)
  useEffect(() => {
    setDetails({
      nameKo: view.name.ko,
      nameEn: view.name.en,
      scheme: view.scheme ?? 'KR-BRN',
      number: view.number ?? '',
    })
  }, [view.name.ko, view.name.en, view.scheme, view.number])
  return (
    <section className="card stack">
      <h2>{t('organisations.handIn.title')}</h2>
      <p className="prose">{t('organisations.handIn.says')}</p>
      <ErrorSummary
        fieldOf={(error) => (error.code === 'document-missing' ? 'document-file' : fieldIn('hand-in')(error))}
        problem={problem}
      />
      <DetailsFields details={details} onChange={setDetails} prefix="hand-in" />
      <p>
        <Button isPending={busy} onPress={() => void send(() => ask(ENDPOINTS.submitRegistration, { body: details }))}>
          {t('organisations.handIn.do')}
        </Button>
      </p>
    </section>
  )
}

function Own({ person }: { person: Person }) {
  const { t, i18n } = useTranslation()
  const { data: view, error, refetch } = useAsk(ENDPOINTS.readOwnOrganisation, {}, { every: 15_000 })
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!view) return <Loading />
  const administers = person.roles.includes('administrator')
  const last = view.history.at(-1)
  const says = (choices: { value: string; says: string }[], value: string | null) =>
    choices.find((one) => one.value === value)?.says ?? value ?? '–'
  return (
    <div className="stack gap-8">
      <NotificationBanner kind={LOOK[view.state]} title={t(`organisations.states.${view.state}`)}>
        <p>{t(`organisations.stateSays.${view.state}`)}</p>
        {(view.state === 'returned' || view.state === 'suspended') && last && (
          <ul className="mt-1 list-disc ps-5">
            {last.reasons.map((reason) => (
              <li key={reason}>{t(`organisations.reasons.${reason}`)}</li>
            ))}
            {last.statement && <li>{last.statement}</li>}
          </ul>
        )}
      </NotificationBanner>
      <section className="card stack">
        <h2>{inLanguage(view.name, i18n.language)}</h2>
        <SummaryList
          label={t('organisations.title')}
          rows={[
            { name: t('organisations.kind'), value: says(kindChoices(i18n.language), view.kind) },
            ...(view.body
              ? [{ name: t('organisations.body'), value: says(bodyChoices(i18n.language), view.body) }]
              : []),
            {
              name: view.scheme ? says(schemeChoices(i18n.language), view.scheme) : t('organisations.number'),
              value: <span className="tnum">{view.number ?? '–'}</span>,
            },
            { name: t('organisations.id'), value: <code>{view.id}</code> },
          ]}
        />
        {administers && view.standing === 'verified' && (
          <p>
            <Link className="btn btn-quiet" to="/o/people">
              {t('organisations.people.title')}
            </Link>
          </p>
        )}
      </section>
      {administers && (view.state === 'open' || view.state === 'returned') && <HandIn view={view} />}
      <section className="card stack">
        <h2>{t('organisations.documents.title')}</h2>
        <DocumentTable documents={view.documents} org={view.id} />
        {administers && <AddDocument />}
      </section>
      {view.kind === 'supplier' && (
        <section className="card stack">
          <h2>{t('organisations.facts.title')}</h2>
          <p className="prose">{t('organisations.facts.says')}</p>
          <FactTable action={(fact) => (administers ? <EndFact fact={fact} /> : null)} facts={view.facts} />
          {administers && <DeclareFact />}
        </section>
      )}
      <History history={view.history} />
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('organisations.lead')} title={t('organisations.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && <Own person={session.person} />}
    </>
  )
}
