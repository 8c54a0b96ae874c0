// Which qualifications does a supplier have, from when until when, and what has the operator said of each?
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OrganisationView } from '../../../src/api/organisations.ts'
import { FACTS, type FactKind } from '../../../src/domain/organisations/profile.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { SealedEntry } from '../../parts/sealed-entry.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { factChoices, memberChoices } from './organisation-words.ts'

export type Fact = OrganisationView['facts'][number]

export function FactTable({ facts, action }: { facts: readonly Fact[]; action: (fact: Fact) => React.ReactNode }) {
  const { t, i18n } = useTranslation()
  const sizeWords = (size: string) => t(`organisations.facts.sizes.${size}`)
  const value = (fact: Fact) =>
    FACTS[fact.kind].members
      .map((member) => {
        const text = fact.value[member] ?? ''
        const choice = memberChoices(fact.kind, member, i18n.language, sizeWords)?.find((one) => one.value === text)
        return choice?.says ?? text
      })
      .join(', ')
  const period = (fact: Fact) => `${fact.from} – ${fact.until ?? t('organisations.facts.open')}`
  return (
    <DataTable<Fact>
      caption={t('organisations.facts.title')}
      captionHidden
      columns={[
        {
          id: 'kind',
          head: t('organisations.facts.kind'),
          names: true,
          cell: (f) => inLanguage(FACTS[f.kind].says, i18n.language),
        },
        { id: 'value', head: t('organisations.facts.value'), wide: true, cell: value },
        { id: 'period', head: t('organisations.facts.period'), cell: (f) => <span className="tnum">{period(f)}</span> },
        {
          id: 'state',
          head: t('organisations.facts.state'),
          cell: (f) => (
            <>
              {t(`organisations.facts.states.${f.state === 'verified' && !f.holds ? 'outside' : f.state}`)}
              {f.statement && <span className="note block">{f.statement}</span>}
              {f.sealed && (
                <SealedEntry
                  sealed={f.sealed}
                  words={{
                    title: t('organisations.facts.sealed', {
                      name: inLanguage(FACTS[f.kind].says, i18n.language),
                      index: f.sealed.index,
                    }),
                    says: t('organisations.facts.sealedSays'),
                    salt: t('organisations.facts.salt'),
                    text: t('organisations.facts.text'),
                  }}
                />
              )}
            </>
          ),
        },
        { id: 'act', head: t('organisations.facts.act'), cell: action },
      ]}
      empty={<p className="note">{t('organisations.facts.none')}</p>}
      keyOf={(fact) => fact.id}
      rows={facts}
    />
  )
}

export function EndFact({ fact }: { fact: Fact }) {
  const { t } = useTranslation()
  const { busy, send } = useSend()
  if (fact.state === 'ended') return null
  return (
    <Button
      isPending={busy}
      kind="quiet"
      onPress={() => void send(() => ask(ENDPOINTS.endFact, { params: { id: fact.id } }))}
      small
    >
      {t('organisations.facts.end')}
    </Button>
  )
}

export function DeclareFact() {
  const { t, i18n } = useTranslation()
  const { busy, problem, send } = useSend()
  const [kind, setKind] = useState<FactKind>('licence')
  const [value, setValue] = useState<Record<string, string>>({})
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const sizeWords = (size: string) => t(`organisations.facts.sizes.${size}`)
  const first = (member: string) => memberChoices(kind, member, i18n.language, sizeWords)?.[0]?.value ?? ''
  const members = FACTS[kind].members
  const declare = async () => {
    const given = Object.fromEntries(members.map((member) => [member, value[member] ?? first(member)]))
    const body = { kind, value: given, from, until: until === '' ? null : until }
    if (await send(() => ask(ENDPOINTS.declareFact, { body }))) setValue({})
  }
  return (
    <div className="stack">
      <ErrorSummary fieldOf={fieldIn('fact')} problem={problem} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          id="fact-kind"
          label={t('organisations.facts.kind')}
          onChange={(next) => {
            setKind(next as FactKind)
            setValue({})
          }}
          options={factChoices(i18n.language)}
          value={kind}
        />
        {members.map((member) => {
          const options = memberChoices(kind, member, i18n.language, sizeWords)
          const label = t(`organisations.facts.members.${kind}.${member}`)
          const set = (text: string) => setValue({ ...value, [member]: text })
          return options ? (
            <Select
              id={`fact-${member}`}
              key={member}
              label={label}
              onChange={set}
              options={options}
              value={value[member] ?? first(member)}
            />
          ) : (
            <TextField
              id={`fact-${member}`}
              key={member}
              label={label}
              maxLength={200}
              onChange={set}
              value={value[member] ?? ''}
            />
          )
        })}
        <TextField id="fact-from" label={t('organisations.facts.from')} onChange={setFrom} type="date" value={from} />
        <TextField
          hint={FACTS[kind].ends ? undefined : t('organisations.facts.untilHint')}
          id="fact-until"
          label={t('organisations.facts.until')}
          onChange={setUntil}
          type="date"
          value={until}
        />
      </div>
      <p>
        <Button isPending={busy} onPress={() => void declare()}>
          {t('organisations.facts.declare')}
        </Button>
      </p>
    </div>
  )
}
