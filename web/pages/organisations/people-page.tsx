// Who belongs to the organisation, with which roles, and what can its administrator propose about them?
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { askingExport, askingRoles, invited, rolesNow } from '../../../src/domain/organisations/register-acts.ts'
import { ROLE_WORDS, type Role } from '../../../src/domain/powers.ts'
import { hex } from '../../../src/proof/bytes.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { CopyText } from '../../parts/copy-text.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { SignNote } from '../../parts/sign-note.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signOut } from '../../session.ts'
import { canAct, madeNow, signedIf } from '../../sign-if.ts'
import { type SigningKey, useSigningKey } from '../../use-signing-key.ts'
import { Delegations } from './delegations.tsx'
import { RoleBoxes } from './role-boxes.tsx'

export type People = ReplyOf<(typeof ENDPOINTS)['listPeople']>
type Member = People['people'][number]

/** Roles of one person: each can be taken away at once; further ones are proposed. */
function MemberRoles({
  member,
  possible,
  signing,
}: {
  member: Member
  possible: readonly Role[]
  signing: SigningKey
}) {
  const { t, i18n } = useTranslation()
  const { busy, problem, setProblem, send } = useSend()
  const [granting, setGranting] = useState(false)
  const [ending, setEnding] = useState<Role | null>(null)
  const [roles, setRoles] = useState<Role[]>([])
  const free = possible.filter((role) => !member.roles.includes(role))
  const says = (role: Role) => inLanguage(ROLE_WORDS[role], i18n.language)
  const params = { account: member.account }
  const close = () => {
    setGranting(false)
    setEnding(null)
    setProblem(null)
  }
  const act = async () => {
    if (!canAct(signing)) return
    const { account } = member
    const done = granting
      ? await send(async () => {
          const jws = await signedIf(signing, askingRoles(signing.me.org, madeNow(), { account, roles }))
          return ask(ENDPOINTS.grantRoles, { params, body: { roles, ...jws } })
        })
      : ending &&
        (await send(async () => {
          const left = { account, roles: member.roles.filter((role) => role !== ending) }
          const jws = await signedIf(signing, rolesNow(left, { proposedBy: signing.me.account, approvedBy: null }))
          return ask(ENDPOINTS.endRole, { params: { ...params, role: ending }, body: jws })
        }))
    if (done) close()
  }
  if (member.leftAt !== null) return <span className="note">{t('organisations.people.left')}</span>
  return (
    <>
      <ul className="flex flex-wrap gap-2">
        {member.roles.map((role) => (
          <li key={role}>
            <Button kind="quiet" onPress={() => setEnding(role)} small>
              {says(role)} <span aria-hidden="true">×</span>
              <span className="sr-only">{t('organisations.people.end', { name: member.name })}</span>
            </Button>
          </li>
        ))}
        {free.length > 0 && (
          <li>
            <Button kind="quiet" onPress={() => setGranting(true)} small>
              {t('organisations.people.grant')} <span className="sr-only">{member.name}</span>
            </Button>
          </li>
        )}
      </ul>
      <Dialog
        action={
          <Button
            isDisabled={!canAct(signing)}
            isPending={busy}
            kind={granting ? 'main' : 'danger'}
            onPress={() => void act()}
          >
            {t(granting ? 'organisations.people.propose' : 'organisations.people.endDo')}
          </Button>
        }
        isOpen={granting || ending !== null}
        onClose={close}
        title={t(granting ? 'organisations.people.grantTitle' : 'organisations.people.endTitle', { name: member.name })}
      >
        <ErrorSummary problem={problem} />
        {granting ? (
          <>
            <p>{t('organisations.people.second')}</p>
            <RoleBoxes chosen={roles} onChange={setRoles} possible={free} />
          </>
        ) : (
          <p>{ending && t('organisations.people.endSays', { role: says(ending) })}</p>
        )}
      </Dialog>
    </>
  )
}

function Invite({ data, signing }: { data: People; signing: SigningKey }) {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const [email, setEmail] = useState('')
  const [roles, setRoles] = useState<Role[]>([])
  const [made, setMade] = useState<{ id: string; link: string } | null>(null)
  // The link of an invitation that was taken back leads nowhere.
  const withdrawn = data.invitations.some(({ id, state }) => id === made?.id && state === 'withdrawn')
  const link = withdrawn ? null : made?.link
  const invite = async () => {
    if (!canAct(signing)) return
    const done = await send(async () => {
      // The signed proposal names the invitation, whose number is made here for that.
      const invitation = hex(P.random(10))
      const jws = await signedIf(
        signing,
        askingRoles(signing.me.org, madeNow(), { account: invited(invitation), roles }),
      )
      return ask(ENDPOINTS.invite, { body: { email: email.trim(), roles, invitation, ...jws } })
    })
    if (!done) return
    setMade({ id: done.invitation.id, link: `${location.origin}${done.link}` })
    setEmail('')
    setRoles([])
  }
  return (
    <section className="card stack">
      <h2>{t('organisations.invite.title')}</h2>
      <p className="prose">{t('organisations.invite.says')}</p>
      <ErrorSummary fieldOf={({ at }) => (at === '/email' ? 'invite-email' : null)} problem={problem} />
      <TextField
        id="invite-email"
        inputMode="email"
        label={t('organisations.email')}
        maxLength={254}
        onChange={setEmail}
        type="email"
        value={email}
      />
      <RoleBoxes chosen={roles} onChange={setRoles} possible={data.possible} />
      <p>
        <Button isDisabled={!canAct(signing)} isPending={busy} onPress={() => void invite()}>
          {t('organisations.invite.do')}
        </Button>
      </p>
      {link && (
        <NotificationBanner kind="success" live title={t('organisations.invite.done')}>
          <p>{t('organisations.invite.link')}</p>
          <CopyText
            copied={t('organisations.invite.copied')}
            marked={t('organisations.invite.marked')}
            says={t('organisations.invite.copy')}
            text={link}
          />
        </NotificationBanner>
      )}
    </section>
  )
}

function Invitations({ invitations }: { invitations: People['invitations'] }) {
  const { t, i18n } = useTranslation()
  const { problem, send } = useSend()
  const [withdrawn, setWithdrawn] = useState<string | null>(null)
  const withdraw = async ({ id, email }: People['invitations'][number]) => {
    const done = await send(() => ask(ENDPOINTS.withdrawInvitation, { params: { id } }))
    setWithdrawn(done && email)
  }
  return (
    <>
      <h2>{t('organisations.invite.list')}</h2>
      <ErrorSummary problem={problem} />
      <p className="note empty:hidden" role="status">
        {withdrawn !== null && t('organisations.invite.withdrawn', { email: withdrawn })}
      </p>
      <DataTable
        caption={t('organisations.invite.list')}
        captionHidden
        columns={[
          { id: 'email', head: t('organisations.email'), names: true, cell: (one) => one.email },
          {
            id: 'roles',
            head: t('organisations.people.roles'),
            cell: (one) => one.roles.map((role) => inLanguage(ROLE_WORDS[role], i18n.language)).join(', '),
          },
          {
            id: 'state',
            head: t('organisations.invite.state'),
            cell: (one) => t(`organisations.invite.states.${one.state}`),
          },
          { id: 'until', head: t('organisations.invite.until'), cell: (one) => <Time at={one.expiresAt} form="day" /> },
          {
            id: 'act',
            head: t('organisations.facts.act'),
            cell: (one) =>
              one.state === 'proposed' || one.state === 'open' ? (
                <Button kind="quiet" onPress={() => void withdraw(one)} small>
                  {t('organisations.invite.withdraw')} <span className="sr-only">{one.email}</span>
                </Button>
              ) : null,
          },
        ]}
        empty={<p className="note">{t('organisations.invite.none')}</p>}
        keyOf={(one) => one.id}
        rows={invitations}
      />
    </>
  )
}

/** What needs care: the export of everybody's data, and leaving. */
function Careful({ signing }: { signing: SigningKey }) {
  const { t } = useTranslation()
  const exporting = useSend()
  const leaving = useSend()
  const [purpose, setPurpose] = useState('')
  const [sure, setSure] = useState(false)
  const [asked, setAsked] = useState<string | null>(null)
  const ask1 = async () => {
    if (!canAct(signing)) return
    const done = await exporting.send(async () => {
      const jws = await signedIf(signing, askingExport(signing.me.org, madeNow()))
      return ask(ENDPOINTS.exportPeople, { body: { purpose, ...jws } })
    })
    if (done) setAsked(done.id)
  }
  const leave = async () => {
    if (!canAct(signing)) return
    const { account } = signing.me
    const done = await leaving.send(async () => {
      const gone = rolesNow({ account, roles: [] }, { proposedBy: account, approvedBy: null })
      return ask(ENDPOINTS.leave, { body: await signedIf(signing, gone) })
    })
    if (done) await signOut()
  }
  return (
    <>
      <section className="card stack">
        <h2>{t('organisations.export.title')}</h2>
        <p className="prose">{t('organisations.export.says')}</p>
        <ErrorSummary fieldOf={() => 'export-purpose'} problem={exporting.problem} />
        <TextField
          id="export-purpose"
          label={t('organisations.export.purpose')}
          maxLength={4000}
          onChange={setPurpose}
          rows={2}
          value={purpose}
        />
        <p>
          <Button isDisabled={!canAct(signing)} isPending={exporting.busy} kind="quiet" onPress={() => void ask1()}>
            {t('organisations.export.do')}
          </Button>
        </p>
        {asked && (
          <NotificationBanner kind="success" live title={t('organisations.export.done')}>
            <p>
              <Link to="/approvals">{t('organisations.export.approvals')}</Link>
            </p>
          </NotificationBanner>
        )}
      </section>
      <section className="card stack">
        <h2>{t('organisations.leave.title')}</h2>
        <p className="prose">{t('organisations.leave.says')}</p>
        <p>
          <Button kind="quiet" onPress={() => setSure(true)}>
            {t('organisations.leave.do')}
          </Button>
        </p>
        <Dialog
          action={
            <Button isDisabled={!canAct(signing)} isPending={leaving.busy} kind="danger" onPress={() => void leave()}>
              {t('organisations.leave.sure')}
            </Button>
          }
          isOpen={sure}
          onClose={() => setSure(false)}
          title={t('organisations.leave.ask')}
        >
          <ErrorSummary problem={leaving.problem} />
          <p>{t('organisations.leave.says')}</p>
        </Dialog>
      </section>
    </>
  )
}

function Lists() {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.listPeople, {}, { every: 15_000 })
  const signing = useSigningKey()
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="stack gap-8">
      <SignNote signing={signing} />
      <section className="card stack">
        <h2>{t('organisations.people.list')}</h2>
        <DataTable<Member>
          caption={t('organisations.people.list')}
          captionHidden
          columns={[
            { id: 'name', head: t('organisations.person'), names: true, cell: (one) => one.name },
            {
              id: 'email',
              head: t('organisations.email'),
              cell: (one) => <span className="break-all">{one.email}</span>,
            },
            {
              id: 'key',
              head: t('organisations.people.key'),
              cell: (one) => t(one.key ? 'organisations.people.keyYes' : 'organisations.people.keyNo'),
            },
            {
              id: 'roles',
              head: t('organisations.people.roles'),
              wide: true,
              cell: (one) => <MemberRoles member={one} possible={data.possible} signing={signing} />,
            },
          ]}
          keyOf={(one) => one.account}
          rows={data.people}
        />
        <p>
          <Link to="/approvals">{t('organisations.people.approvals')}</Link>
        </p>
      </section>
      <Invite data={data} signing={signing} />
      <section className="card stack">
        <Invitations invitations={data.invitations} />
      </section>
      <Delegations data={data} signing={signing} />
      <Careful signing={signing} />
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="administrator" title={t('organisations.people.title')}>
      {() => (
        <>
          <PageHead
            crumbs={[{ to: '/o', says: t('organisations.title') }]}
            lead={t('organisations.people.lead')}
            title={t('organisations.people.title')}
          />
          <Lists />
        </>
      )}
    </RoleGate>
  )
}
