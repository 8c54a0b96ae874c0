// What does this service keep of me, who has looked at it, and how do I change it, take it along or have it erased?
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { rolesNow } from '../../../src/domain/organisations/register-acts.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { keepFocus } from '../../keep-focus.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { SignNote } from '../../parts/sign-note.tsx'
import { Empty, Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { saveFile } from '../../save-file.ts'
import { signOut, useSession } from '../../session.ts'
import { canAct, signedIf } from '../../sign-if.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { columnWords, purposeWords } from './column-words.ts'

type Mine = ReplyOf<(typeof ENDPOINTS)['readMyData']>
type Reading = ReplyOf<(typeof ENDPOINTS)['listReadings']>['readings'][number]
type Detail = Mine['detail']

const FIELDS = ['phone', 'bankAccount', 'identityNumber'] as const
const NOWHERE: Problem = { errors: [{ code: 'busy', facts: {} }] }

const problemOf = (answer: { errors: Problem['errors']; body: Record<string, unknown> }): Problem => ({
  errors: answer.errors,
  instance: String(answer.body.instance ?? ''),
})

function Details({ detail }: { detail: Detail }) {
  const { t } = useTranslation()
  const [form, setForm] = useState(() => Object.fromEntries(FIELDS.map((name) => [name, detail[name] ?? ''])))
  const [busy, setBusy] = useState(false)
  const [saved, setSaved] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async () => {
    setBusy(true)
    setSaved(false)
    try {
      const body = Object.fromEntries(FIELDS.map((name) => [name, form[name]?.trim() || null])) as Detail
      const answer = await ask(ENDPOINTS.changeMyData, { body })
      setProblem(answer.ok ? null : problemOf(answer))
      setSaved(answer.ok)
      if (answer.ok) await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readMyData) })
    } catch {
      setProblem(NOWHERE)
    }
    setBusy(false)
  }
  return (
    <section className="card stack">
      <h2>{t('privacy.detail.title')}</h2>
      <p className="prose">{t('privacy.detail.says')}</p>
      <ErrorSummary fieldOf={(error) => (error.at ? `my-${error.at.slice(1)}` : null)} problem={problem} />
      {FIELDS.map((name) => (
        <TextField
          hint={t(`privacy.detail.hint.${name}`)}
          id={`my-${name}`}
          key={name}
          label={t(`privacy.detail.${name}`)}
          maxLength={60}
          onChange={(value) => {
            setSaved(false)
            setForm((before) => ({ ...before, [name]: value }))
          }}
          value={form[name] ?? ''}
        />
      ))}
      <div className="flex flex-wrap items-center gap-4">
        <Button isPending={busy} onPress={() => void save()}>
          {t('privacy.detail.save')}
        </Button>
        <span className="font-semibold text-good" role="status">
          {saved && t('privacy.detail.saved')}
        </span>
      </div>
    </section>
  )
}

function Kept({ mine }: { mine: Mine }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const every = mine.inventory.flatMap((table) =>
    table.columns.map((column) => ({ ...column, ...table, at: `${table.table}.${column.column}` })),
  )
  const rows = all ? every : every.filter((row) => row.rows > 0)
  const how = (row: (typeof rows)[number]) =>
    t(row.encrypted ? 'privacy.kept.encrypted' : row.tag === 'secret' ? 'privacy.kept.oneWay' : 'privacy.kept.plain')
  const end = (row: (typeof rows)[number]) =>
    row.retentionDays === null
      ? t(`privacy.erase.${row.erase}`)
      : `${t(`privacy.erase.${row.erase}`)} ${t('privacy.kept.days', { count: row.retentionDays })}`
  return (
    <details className="card">
      <summary className="font-bold">{t('privacy.kept.title', { count: every.length })}</summary>
      <div className="stack mt-4">
        <p className="prose">{t('privacy.kept.says')}</p>
        <label className="flex min-h-11 items-center gap-2">
          <input checked={all} className="size-5" onChange={() => setAll(!all)} type="checkbox" />
          {t('privacy.kept.empty', { count: every.filter((row) => row.rows === 0).length })}
        </label>
        <DataTable
          caption={t('privacy.kept.caption')}
          captionHidden
          columns={[
            {
              id: 'column',
              head: t('privacy.kept.column'),
              names: true,
              cell: (row) => columnWords(t, row.at),
              text: (row) => row.at,
            },
            {
              id: 'tag',
              head: t('privacy.kept.what'),
              cell: (row) => t(`privacy.tag.${row.tag}`),
              text: (row) => row.tag,
            },
            { id: 'how', head: t('privacy.kept.how'), cell: how, text: how },
            {
              id: 'rows',
              head: t('privacy.kept.rows'),
              num: true,
              cell: (row) => row.rows,
              text: (row) => String(row.rows),
            },
            { id: 'end', head: t('privacy.kept.end'), wide: true, cell: end, text: end },
          ]}
          fileName="my-data-inventory"
          keyOf={(row) => row.at}
          rows={rows}
        />
      </div>
    </details>
  )
}

function Readings() {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.listReadings, { query: { limit: 200 } })
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <section className="stack">
      <h2>{t('privacy.readings.title')}</h2>
      <p className="prose">{t('privacy.readings.says')}</p>
      <DataTable<Reading>
        caption={t('privacy.readings.title')}
        captionHidden
        columns={[
          {
            id: 'at',
            head: t('privacy.readings.at'),
            names: true,
            cell: (row) => <Time at={row.at} form="short" />,
            text: (row) => row.at,
          },
          {
            id: 'who',
            head: t('privacy.readings.who'),
            cell: (row) => `${row.reader}${row.org === null ? '' : ` (${row.org})`}`,
            text: (row) => row.reader,
          },
          {
            id: 'what',
            head: t('privacy.readings.what'),
            wide: true,
            cell: (row) => row.what.map((at) => columnWords(t, at)).join(', '),
            text: (row) => row.what.join(' '),
          },
          {
            id: 'purpose',
            head: t('privacy.readings.purpose'),
            wide: true,
            cell: (row) => purposeWords(t, row.purpose),
            text: (row) => row.purpose,
          },
        ]}
        empty={<Empty title={t('privacy.readings.none')} />}
        fileName="readings-of-my-data"
        keyOf={(row) => String(row.id)}
        rows={data.readings}
      />
    </section>
  )
}

function Act({ title, says, children }: { title: string; says: string; children: ReactNode }) {
  return (
    <section className="card stack">
      <h2>{title}</h2>
      <p className="prose">{says}</p>
      {children}
    </section>
  )
}

function Export() {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const save = async () => {
    setBusy(true)
    try {
      const answer = await ask(ENDPOINTS.exportMyData, { body: {} })
      setProblem(answer.ok ? null : problemOf(answer))
      if (answer.ok) saveFile('my-data.json', `${JSON.stringify(answer.body, null, 2)}\n`, 'application/json')
    } catch {
      setProblem(NOWHERE)
    }
    setBusy(false)
  }
  return (
    <Act says={t('privacy.export.says')} title={t('privacy.export.title')}>
      <ErrorSummary problem={problem} />
      <p>
        <Button isPending={busy} kind="quiet" onPress={() => void save()}>
          {t('privacy.export.do')}
        </Button>
      </p>
    </Act>
  )
}

function Erasure({ account }: { account: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const signing = useSigningKey()
  const erase = async () => {
    if (!canAct(signing)) return
    setBusy(true)
    try {
      // The last act of the key: the roles end, and then it does.
      const gone = rolesNow({ account, roles: [] }, { proposedBy: account, approvedBy: null })
      const answer = await ask(ENDPOINTS.eraseMyData, { body: { account, ...(await signedIf(signing, gone)) } })
      setProblem(answer.ok ? null : problemOf(answer))
      if (answer.ok) await signOut()
    } catch {
      setProblem(NOWHERE)
    }
    setBusy(false)
  }
  return (
    <Act says={t('privacy.erasure.says')} title={t('privacy.erasure.title')}>
      <ul className="list-disc pl-6">
        <li>{t('privacy.erasure.goes')}</li>
        <li>{t('privacy.erasure.stays')}</li>
      </ul>
      <p>
        <Button kind="quiet" onPress={() => setOpen(true)}>
          {t('privacy.erasure.open')}
        </Button>
      </p>
      <Dialog
        action={
          <Button isDisabled={!canAct(signing)} isPending={busy} kind="danger" onPress={() => void erase()}>
            {t('privacy.erasure.do')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('privacy.erasure.sure')}
      >
        <p>{t('privacy.erasure.effect')}</p>
        {signing.state !== 'none' && <SignNote signing={signing} />}
        <ErrorSummary problem={problem} />
      </Dialog>
    </Act>
  )
}

function Body({ account }: { account: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.readMyData, {})
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="stack gap-8">
      <NotificationBanner title={t('privacy.number', { account })}>
        <p>{t('privacy.numberSays')}</p>
      </NotificationBanner>
      <Details detail={data.detail} />
      <Readings />
      <Kept mine={data} />
      <Export />
      <Erasure account={account} />
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  useEffect(keepFocus, [])
  const session = useSession()
  return (
    <>
      <PageHead lead={t('privacy.lead')} title={t('privacy.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && <Body account={session.person.account} />}
    </>
  )
}
