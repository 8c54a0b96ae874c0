// With which keys has this person signed, and what is to be done when one is lost? Enrol, replace, report.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { enrolKeyHere } from '../../enrol-key.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty, Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session.ts'
import { askAgainForKey, useSigningKey } from '../../use-signing-key.ts'

type Key = ReplyOf<(typeof ENDPOINTS)['listKeys']>['keys'][number]

const REASONS = ['lost', 'compromised'] as const

const askAgain = async (): Promise<void> => {
  await askAgainForKey()
  await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.listKeys) })
}

/** Takes the key in force out of force. Says before that what it signed until then stands. */
function Report({ kid }: { kid: string }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [reason, setReason] = useState<(typeof REASONS)[number]>('lost')
  const [problem, setProblem] = useState<Problem | null>(null)
  const report = async () => {
    setBusy(true)
    try {
      const answer = await ask(ENDPOINTS.revokeKey, { params: { kid }, body: { reason } })
      setProblem(answer.ok ? null : { errors: answer.errors, instance: String(answer.body.instance ?? '') })
      if (answer.ok) setOpen(false)
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
    // Also after a lost answer: the report may stand.
    await askAgain()
  }
  return (
    <section className="card stack">
      <h2>{t('keys.report.title')}</h2>
      <p className="prose">{t('keys.report.says')}</p>
      <ul className="list-disc pl-6">
        <li>{t('keys.report.before')}</li>
        <li>{t('keys.report.after')}</li>
      </ul>
      <p>
        <Button kind="quiet" onPress={() => setOpen(true)}>
          {t('keys.report.open')}
        </Button>
      </p>
      <Dialog
        action={
          <Button isPending={busy} kind="danger" onPress={() => void report()}>
            {t('keys.report.do')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('keys.report.sure')}
      >
        <p>{t('keys.report.effect')}</p>
        <ErrorSummary problem={problem} />
        <Select
          label={t('keys.report.why')}
          onChange={(value) => setReason(value as (typeof REASONS)[number])}
          options={REASONS.map((value) => ({ value, says: t(`keys.reason.${value}`) }))}
          value={reason}
        />
      </Dialog>
    </section>
  )
}

/** A new key in place of one that is here and works: the old one signs nothing more. */
function Replace() {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (signing.state !== 'here') return null
  const replace = async () => {
    setBusy(true)
    try {
      const answer = await enrolKeyHere(signing.me)
      const refused = answer !== null && !answer.ok
      setProblem(refused ? { errors: answer.errors, instance: String(answer.body.instance ?? '') } : null)
      if (answer?.ok) setOpen(false)
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
    await askAgain()
  }
  return (
    <>
      <p>
        <Button kind="quiet" onPress={() => setOpen(true)}>
          {t('keys.replace.open')}
        </Button>
      </p>
      <Dialog
        action={
          <Button isPending={busy} onPress={() => void replace()}>
            {t('keys.replace.do')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('keys.replace.sure')}
      >
        <p>{t('keys.replace.effect')}</p>
        <ErrorSummary problem={problem} />
      </Dialog>
    </>
  )
}

function History({ keys }: { keys: Key[] }) {
  const { t } = useTranslation()
  const state = (key: Key) => t(key.reason === null ? `keys.state.${key.state}` : `keys.ended.${key.reason}`)
  return (
    <DataTable
      caption={t('keys.all')}
      columns={[
        {
          id: 'kid',
          head: t('signing.kid'),
          names: true,
          cell: (key) => <HashText first={16} name={t('signing.kid')} value={key.kid} />,
          text: (key) => key.kid,
        },
        {
          id: 'from',
          head: t('keys.from'),
          cell: (key) => <Time at={key.enrolledAt} form="short" />,
          text: (key) => key.enrolledAt,
        },
        { id: 'state', head: t('keys.stateHead'), cell: state, text: state },
        {
          id: 'until',
          head: t('keys.until'),
          cell: (key) => key.endedAt && <Time at={key.endedAt} form="short" />,
          text: (key) => key.endedAt ?? '',
        },
      ]}
      empty={<Empty title={t('keys.none')} />}
      fileName="keys"
      keyOf={(key) => key.kid}
      marked={(key) => key.state === 'in-force'}
      rows={keys}
    />
  )
}

function Body() {
  const signing = useSigningKey()
  const { data, error, refetch } = useAsk(ENDPOINTS.listKeys, {})
  const own = signing.state === 'here' || signing.state === 'elsewhere' ? signing.me.kid : null
  return (
    <div className="stack gap-8">
      <section className="stack">
        <KeyGate signing={signing} />
        <Replace />
      </section>
      {error ? <Trouble error={error} onAgain={() => void refetch()} /> : !data && <Loading />}
      {data && <History keys={data.keys} />}
      {own !== null && <Report kid={own} />}
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('keys.lead')} title={t('keys.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && <Body />}
    </>
  )
}
