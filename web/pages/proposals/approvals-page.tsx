// Which acts of one's organisation wait for a second person, and how did earlier ones end?
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { ROLE_WORDS, type Role } from '../../../src/domain/powers.ts'
import { AMENDMENT, EXPORT } from '../../../src/domain/second-person.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { amendedTerms } from '../../parts/amended-terms.tsx'
import { LotLinks } from '../../parts/lot-links.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Paging } from '../../parts/paging.tsx'
import { RuleChange } from '../../parts/rule-change.tsx'
import { type Proposal, ProposalCard } from '../../parts/second-person.tsx'
import { Empty, Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import type { SummaryRow } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session.ts'
import { FetchExport } from './fetch-export.tsx'

const PER = 20

/** Somebody or some body: by name where the reader may know it, and by the id, which names may share. */
function Named({ id, names }: { id: string; names: Proposal['names'] }) {
  const { i18n } = useTranslation()
  const name = Object.hasOwn(names, id) ? names[id] : undefined
  if (!name) return <code className="break-all">{id}</code>
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <bdi>{inLanguage(name, i18n.language)}</bdi>
      <code className="note break-all">{id}</code>
    </span>
  )
}

/** Where what it is about can be looked at before deciding. */
function aboutOf(proposal: Proposal): SummaryRow['value'] {
  const { ref, names } = proposal
  return proposal.act.startsWith('tender.') ? <Link to={`/a/${ref}`}>{ref}</Link> : <Named id={ref} names={names} />
}

/** What may be shown of what was asked for, in this order; signatures and numbers of links are for programs. */
const MEMBERS = [
  'account',
  'org',
  'firm',
  'bidder',
  'email',
  'roles',
  'after',
  'role',
  'from',
  'to',
  'startsAt',
  'endsAt',
  'until',
  'newDeadline',
  'custodians',
  'basis',
  'purpose',
  'grounds',
  'statement',
] as const

/** A value as a person reads it: roles and people by their names, moments in Korean time, all else as it was written. */
function Value({ of: value, names }: { of: unknown; names: Proposal['names'] }) {
  const { i18n } = useTranslation()
  if (typeof value === 'string' && Object.hasOwn(names, value)) return <Named id={value} names={names} />
  const list = Array.isArray(value) ? value : [value]
  return list.map((one, i) => {
    const text = String(one)
    const words = Object.hasOwn(ROLE_WORDS, text) ? ROLE_WORDS[text as Role] : null
    return (
      <span key={text}>
        {i > 0 && ', '}
        {words ? inLanguage(words, i18n.language) : /^\d{4}-.*Z$/.test(text) ? <Time at={text} /> : text}
      </span>
    )
  })
}

function List({ waiting, me }: { waiting: 'yes' | 'no'; me: string }) {
  const { t, i18n } = useTranslation()
  const [search] = useSearchParams()
  const name = waiting === 'yes' ? 'page' : 'past'
  const page = Math.max(1, Math.trunc(Number(search.get(name))) || 1)
  const hrefOf = (to: number) => `?${new URLSearchParams({ ...Object.fromEntries(search), [name]: String(to) })}`
  const { data, error, refetch } = useAsk(
    ENDPOINTS.listProposals,
    { query: { waiting, page, per: PER } },
    { every: waiting === 'yes' ? 10_000 : false, keep: true },
  )
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  if (data.total === 0) {
    if (waiting === 'no') return <p className="note">{t('proposals.pastNone')}</p>
    return (
      <Empty title={t('proposals.none')}>
        <p>{t('proposals.noneSays')}</p>
      </Empty>
    )
  }
  return (
    <div className="stack">
      {data.proposals.map((one) => (
        <ProposalCard
          heading={waiting === 'yes' ? 'h2' : 'h3'}
          key={one.id}
          more={
            one.act === AMENDMENT ? (
              <RuleChange after={one.body} before={one.body.before} name={`${one.ref}-amendment`} />
            ) : one.act === EXPORT && one.state === 'approved' && one.proposedBy.account === me ? (
              <FetchExport id={one.id} />
            ) : undefined
          }
          proposal={one}
          rows={[
            { name: t('proposals.org'), value: <Named id={one.org} names={one.names} /> },
            // An invitation's number says nothing to a reader; whose people it adds to does.
            ...(one.ref === one.org || one.body.what === 'invitation'
              ? []
              : [{ name: t('proposals.about'), value: aboutOf(one) }]),
            // What it is about was said already.
            ...(one.act === AMENDMENT ? amendedTerms(t, i18n.language, one.body) : []),
            ...(Array.isArray(one.body.lots)
              ? [{ name: t('proposals.body.lots'), value: <LotLinks lots={one.body.lots} /> }]
              : []),
            ...MEMBERS.filter((member) => one.body[member] !== undefined && one.body[member] !== one.ref).map(
              (member) => ({
                name: t(`proposals.body.${member}`),
                value: <Value names={one.names} of={one.body[member]} />,
              }),
            ),
          ]}
        />
      ))}
      <Paging hrefOf={hrefOf} page={page} per={PER} total={data.total} />
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('proposals.lead')} title={t('proposals.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && (
        <div className="stack gap-10">
          <List me={session.person.account} waiting="yes" />
          <section className="stack">
            <h2>{t('proposals.past')}</h2>
            <List me={session.person.account} waiting="no" />
          </section>
        </div>
      )}
    </>
  )
}
