// Which firms are shut out of tenders, by whom, on what ground, until when? And how is one proposed?
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { lifting, shuttingOut } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { serverNow } from '../../clock.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { useSession } from '../../session.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { timeText } from '../../when.ts'
import { utcOf } from '../agency/draft-form.ts'

type Row = ReplyOf<(typeof ENDPOINTS)['listExclusions']>['exclusions'][number]
const PER = 50

function Lift({ row }: { row: Row }) {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const { busy, problem, send } = useSend()
  const [open, setOpen] = useState(false)
  const [statement, setStatement] = useState('')
  const lift = async () => {
    if (signing.state !== 'here') return
    const { key } = signing
    const done = await send(async () => {
      const jws = await signAct(key, lifting(row.id, row.org, statement))
      return ask(ENDPOINTS.liftExclusion, { params: { id: row.id }, body: { statement, jws } })
    })
    if (done) setOpen(false)
  }
  return (
    <>
      <Button kind="quiet" onPress={() => setOpen(true)} small>
        {t('organisations.shut.lift')} <span className="sr-only">{row.org}</span>
      </Button>
      <Dialog
        action={
          <Button isDisabled={signing.state !== 'here'} isPending={busy} onPress={() => void lift()}>
            {t('organisations.people.propose')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('organisations.shut.liftAsk')}
      >
        <ErrorSummary fieldOf={() => `lift-${row.id}`} problem={problem} />
        <TextField
          id={`lift-${row.id}`}
          label={t('organisations.shut.liftWhy')}
          maxLength={4000}
          onChange={setStatement}
          rows={3}
          value={statement}
        />
        <KeyGate signing={signing} />
      </Dialog>
    </>
  )
}

const EMPTY = { org: '', from: '', until: '', basis: '', grounds: '' }

function Propose() {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  const [form, setForm] = useState(EMPTY)
  const [done, setDone] = useState(false)
  const set = (member: keyof typeof form) => (value: string) => setForm({ ...form, [member]: value })
  const propose = async () => {
    if (signing.state !== 'here') return
    const { key } = signing
    const wanted = { ...form, from: utcOf(`${form.from}T00:00`), until: utcOf(`${form.until}T00:00`) }
    const proposed = await send(async () => {
      const jws = await signAct(key, shuttingOut(wanted))
      return ask(ENDPOINTS.declareExclusion, { body: { ...wanted, jws } })
    })
    setDone(proposed !== null)
    if (proposed) setForm(EMPTY)
  }
  return (
    <section className="card stack">
      <h2>{t('organisations.shut.propose')}</h2>
      <p className="prose">{t('organisations.shut.proposeSays')}</p>
      <ErrorSummary fieldOf={fieldIn('shut')} problem={problem} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField id="shut-org" label={t('organisations.id')} maxLength={64} onChange={set('org')} value={form.org} />
        <TextField
          id="shut-basis"
          label={t('organisations.shut.basis')}
          maxLength={500}
          onChange={set('basis')}
          value={form.basis}
        />
        <TextField
          id="shut-from"
          label={t('organisations.shut.from')}
          onChange={set('from')}
          type="date"
          value={form.from}
        />
        <TextField
          id="shut-until"
          label={t('organisations.shut.until')}
          onChange={set('until')}
          type="date"
          value={form.until}
        />
      </div>
      <TextField
        id="shut-grounds"
        label={t('organisations.shut.grounds')}
        maxLength={4000}
        onChange={set('grounds')}
        rows={3}
        value={form.grounds}
      />
      <KeyGate signing={signing} />
      {signing.state === 'here' && (
        <p>
          <Button isDisabled={form.from === '' || form.until === ''} isPending={busy} onPress={() => void propose()}>
            {t('organisations.people.propose')}
          </Button>
        </p>
      )}
      {done && <NotificationBanner kind="success" live title={t('organisations.shut.done')} />}
    </section>
  )
}

export function Page() {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const [search] = useSearchParams()
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1)
  const { data, error, refetch } = useAsk(ENDPOINTS.listExclusions, { query: { page, per: PER } }, { keep: true })
  const person = session.state === 'in' ? session.person : null
  const may = person?.roles.some((role) => role === 'officer' || role === 'auditor') ?? false
  const state = (row: Row) => {
    if (row.liftedAt) return t('organisations.shut.lifted')
    if (row.inForce) return t('organisations.shut.inForce')
    return Date.parse(row.from) > serverNow()
      ? t('organisations.shut.begins', { day: timeText(row.from, i18n.language, 'day') })
      : t('organisations.shut.over')
  }
  return (
    <>
      <PageHead lead={t('organisations.shut.lead')} title={t('organisations.shut.title')} />
      <div className="stack gap-8">
        {error && <Trouble error={error} onAgain={() => void refetch()} />}
        {!error && !data && <Loading />}
        {data && (
          <DataTable<Row>
            caption={t('organisations.shut.title')}
            captionHidden
            columns={[
              {
                id: 'name',
                head: t('organisations.shut.firm'),
                names: true,
                cell: (row) => inLanguage(row.name, i18n.language),
                text: (row) => inLanguage(row.name, i18n.language),
              },
              // Firms may have the same name.
              {
                id: 'org',
                head: t('organisations.id'),
                cell: (row) => <code className="break-all">{row.org}</code>,
                text: (row) => row.org,
              },
              {
                id: 'from',
                head: t('organisations.shut.from'),
                cell: (row) => <Time at={row.from} form="day" />,
                text: (row) => row.from,
              },
              {
                id: 'until',
                head: t('organisations.shut.until'),
                cell: (row) => <Time at={row.until} form="day" />,
                text: (row) => row.until,
              },
              { id: 'basis', head: t('organisations.shut.basis'), cell: (row) => row.basis, text: (row) => row.basis },
              {
                id: 'grounds',
                head: t('organisations.shut.grounds'),
                wide: true,
                cell: (row) => row.grounds,
                text: (row) => row.grounds,
              },
              { id: 'state', head: t('organisations.shut.state'), cell: state, text: state },
              ...(may
                ? [
                    {
                      id: 'act',
                      head: t('organisations.facts.act'),
                      cell: (row: Row) =>
                        row.declaredFor === person?.org && row.liftedAt === null ? <Lift row={row} /> : null,
                    },
                  ]
                : []),
            ]}
            empty={
              <Empty title={t('organisations.shut.none')}>
                <p>{t('organisations.shut.noneSays')}</p>
              </Empty>
            }
            fileName="madang-exclusions"
            keyOf={(row) => row.id}
            marked={(row) => row.inForce}
            paging={{ page, per: PER, total: data.total, hrefOf: (to) => `?page=${to}` }}
            rows={data.exclusions}
          />
        )}
        {may && <Propose />}
      </div>
    </>
  )
}
