// Who has whose role for a time, and how is one lent?
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { millisZ, timeOf } from '../../../src/domain/kit/time.ts'
import { askingLoan, lent } from '../../../src/domain/organisations/register-acts.ts'
import { ROLE_WORDS, type Role } from '../../../src/domain/powers.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { canAct, madeNow, signedIf } from '../../sign-if.ts'
import type { SigningKey } from '../../use-signing-key.ts'
import { utcOf } from '../agency/draft-form.ts'
import type { People } from './people-page.tsx'

type Delegation = People['delegations'][number]

function Lend({ data, signing }: { data: People; signing: SigningKey }) {
  const { t, i18n } = useTranslation()
  const { busy, problem, send } = useSend()
  const there = data.people.filter((one) => one.leftAt === null)
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [role, setRole] = useState('')
  const [days, setDays] = useState({ from: '', until: '' })
  const [statement, setStatement] = useState('')
  const persons = [{ value: '', says: '–' }, ...there.map((one) => ({ value: one.account, says: one.name }))]
  const roles = there.find((one) => one.account === from)?.roles ?? []
  const lend = () => {
    if (!canAct(signing)) return
    const body = {
      from,
      to,
      role: role as Role,
      startsAt: utcOf(`${days.from}T00:00`),
      endsAt: utcOf(`${days.until}T00:00`),
      statement,
    }
    return send(async () => {
      const jws = await signedIf(signing, askingLoan(signing.me.org, madeNow(), body))
      return ask(ENDPOINTS.delegate, { body: { ...body, ...jws } })
    })
  }
  return (
    <div className="stack">
      <ErrorSummary fieldOf={fieldIn('lend')} problem={problem} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select id="lend-from" label={t('organisations.lend.from')} onChange={setFrom} options={persons} value={from} />
        <Select
          id="lend-role"
          label={t('organisations.lend.role')}
          onChange={setRole}
          options={[
            { value: '', says: '–' },
            ...roles.map((one) => ({ value: one, says: inLanguage(ROLE_WORDS[one], i18n.language) })),
          ]}
          value={role}
        />
        <Select id="lend-to" label={t('organisations.lend.to')} onChange={setTo} options={persons} value={to} />
        <TextField
          id="lend-startsAt"
          label={t('organisations.lend.starts')}
          onChange={(value) => setDays({ ...days, from: value })}
          type="date"
          value={days.from}
        />
        <TextField
          hint={t('organisations.lend.endsHint')}
          id="lend-until"
          label={t('organisations.lend.ends')}
          onChange={(value) => setDays({ ...days, until: value })}
          type="date"
          value={days.until}
        />
        <TextField
          id="lend-statement"
          label={t('organisations.lend.why')}
          maxLength={4000}
          onChange={setStatement}
          value={statement}
        />
      </div>
      <p>
        <Button
          isDisabled={!canAct(signing) || [from, to, role, days.from, days.until].includes('')}
          isPending={busy}
          onPress={() => void lend()}
        >
          {t('organisations.people.propose')}
        </Button>
      </p>
    </div>
  )
}

export function Delegations({ data, signing }: { data: People; signing: SigningKey }) {
  const { t, i18n } = useTranslation()
  const { problem, send } = useSend()
  const stop = (one: Delegation) =>
    send(async () => {
      if (!canAct(signing)) throw new Error('no key to sign with')
      const { from, to, role, id } = one
      const loan = { from, to, role, startsAt: millisZ(timeOf(one.startsAt)), endsAt: madeNow() }
      const jws = await signedIf(signing, lent(loan, { proposedBy: signing.me.account, approvedBy: null }))
      return ask(ENDPOINTS.endDelegation, { params: { id }, body: jws })
    })
  const nameOf = (account: string) => data.people.find((one) => one.account === account)?.name ?? account
  return (
    <section className="card stack">
      <h2>{t('organisations.lend.title')}</h2>
      <p className="prose">{t('organisations.lend.says')}</p>
      <ErrorSummary problem={problem} />
      <DataTable<Delegation>
        caption={t('organisations.lend.title')}
        captionHidden
        columns={[
          { id: 'to', head: t('organisations.lend.to'), names: true, cell: (one) => nameOf(one.to) },
          { id: 'from', head: t('organisations.lend.from'), cell: (one) => nameOf(one.from) },
          {
            id: 'role',
            head: t('organisations.lend.role'),
            cell: (one) => inLanguage(ROLE_WORDS[one.role], i18n.language),
          },
          {
            id: 'period',
            head: t('organisations.facts.period'),
            cell: (one) => (
              <>
                <Time at={one.startsAt} form="day" /> – <Time at={one.endsAt} form="day" />
              </>
            ),
          },
          {
            id: 'act',
            head: t('organisations.facts.act'),
            cell: (one) =>
              one.ended ? (
                t('organisations.lend.ended')
              ) : (
                <Button isDisabled={!canAct(signing)} kind="quiet" onPress={() => void stop(one)} small>
                  {t('organisations.lend.end')} <span className="sr-only">{nameOf(one.to)}</span>
                </Button>
              ),
          },
        ]}
        empty={<p className="note">{t('organisations.lend.none')}</p>}
        keyOf={(one) => one.id}
        rows={data.delegations}
      />
      <Lend data={data} signing={signing} />
    </section>
  )
}
