// How is the rule of a published tender changed? With old and new side by side before it is signed, by two persons, before the deadline.
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EXTENSION_DAYS } from '../../../src/domain/tenders/lifecycle.ts'
import { ruleAmendment } from '../../../src/domain/tenders/signed-acts.ts'
import type { Json, JsonObject } from '../../../src/proof/canonical.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { useServerSecond } from '../../clock.ts'
import type { Doubt } from '../../log/follower.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { RuleDifference } from '../../parts/rule-difference.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import type { StoredKey } from '../../signing-key.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import type { View } from '../tender/use-tender.ts'
import { adviceOn, type DraftForm, draftOf, fieldOf, formOf, localOf, reasonsAgainst } from './draft-form.ts'
import { CustodianChoice, otherKeysets, useAbleCustodians } from './other-custodians.tsx'
import { BudgetField, Checks, RuleFields, Section } from './rule-fields.tsx'

const LEAST = 10

/** Which field a refusal is about: the reason and the deadline are this page's, all else the form's. */
const fieldAt = ({ code, at }: { code: string; at?: string | undefined }): string | null => {
  if (code === 'statement-missing') return 'amend-statement'
  return fieldOf(at)
}

function Editor({ view, form: published, onClose }: { view: View; form: DraftForm; onClose: () => void }) {
  const { t } = useTranslation()
  const now = useServerSecond()
  const earliest = localOf(new Date(Date.parse(view.deadline) + EXTENSION_DAYS * 86_400_000).toISOString())
  const [form, setForm] = useState<DraftForm>({ ...published, deadline: earliest })
  const [statement, setStatement] = useState('')
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [sure, setSure] = useState(false)
  const [doubts, setDoubts] = useState<readonly Doubt[]>([])
  const [checking, setChecking] = useState(false)
  const { busy, problem, setProblem, send } = useSend()
  const { able } = useAbleCustodians(view, true)
  const signing = useSigningKey()
  const { deadline, notice, rule } = draftOf(form)
  const reasons = reasonsAgainst(form, now)
  const before = { rule: view.rule as Json, method: view.method, budget: view.budget }
  const after = { rule: rule as unknown as Json, method: notice.method, budget: notice.budget }
  const proposed = async (key: StoredKey): Promise<void> => {
    const custodians = able.map(({ id }) => id).filter((id) => !left.has(id))
    const found = await otherKeysets(view, key, { custodians, deadline })
    if (Array.isArray(found)) return setDoubts(found)
    if (!('ids' in found)) return setProblem(found)
    const stands = { ...view, ruleHash: view.ruleHash ?? '' }
    const asked = {
      ...after,
      rule: rule as unknown as JsonObject,
      newDeadline: deadline,
      statement,
      keysets: found.ids,
    }
    const sent = await send(async () => {
      const jws = await signAct(key, ruleAmendment(P, view.no, stands, asked))
      const body = {
        rule,
        method: notice.method,
        budget: notice.budget,
        deadline,
        statement,
        jws,
        keysets: found.keysets,
      }
      return ask(ENDPOINTS.amendTender, { params: { no: view.no }, body })
    })
    if (sent) onClose()
  }
  const propose = async () => {
    if (signing.state !== 'here') return
    setDoubts([])
    setChecking(true)
    try {
      await proposed(signing.key)
    } finally {
      setChecking(false)
      setSure(false)
    }
  }
  const ask_ = () => {
    if (statement.trim().length < LEAST)
      setProblem({ errors: [{ code: 'statement-missing', facts: { least: LEAST }, at: '/statement' }] })
    else setSure(true)
  }
  return (
    <div className="stack">
      <KeyGate signing={signing} />
      <ErrorSummary fieldOf={fieldAt} problem={problem} />
      {doubts.length > 0 && <Doubts doubts={doubts} />}
      <Section title={t('agency.form.rule')}>
        <BudgetField form={form} onChange={setForm} />
        <RuleFields form={form} onChange={setForm} />
      </Section>
      <Section title={t('amended.panel.fields')}>
        <p>
          {t('agency.extend.now')}: <Time at={view.deadline} form="exact" />
        </p>
        <TextField
          hint={t('agency.extend.hint')}
          id="draft-deadline"
          label={t('amended.panel.deadline')}
          onChange={(typed) => setForm({ ...form, deadline: typed })}
          type="datetime-local"
          value={form.deadline}
        />
        <TextField
          hint={t('agency.cancel.hint', { least: LEAST })}
          id="amend-statement"
          label={t('amended.panel.statement')}
          maxLength={4000}
          onChange={setStatement}
          rows={3}
          value={statement}
        />
        <CustodianChoice able={able} left={left} onLeft={setLeft} />
      </Section>
      <Checks advice={adviceOn(form)} items={form.items} reasons={reasons} />
      <section className="stack">
        <h3>{t('amended.panel.preview')}</h3>
        <RuleDifference after={after} before={before} name={`${view.no}-amendment`} />
      </section>
      <p className="flex flex-wrap gap-3">
        <Button isDisabled={reasons.length > 0 || signing.state !== 'here'} onPress={ask_}>
          {t('amended.panel.do')}
        </Button>
        <Button kind="quiet" onPress={onClose}>
          {t('amended.panel.close')}
        </Button>
      </p>
      <Dialog
        action={
          <Button isPending={busy || checking} kind="danger" onPress={() => void propose()}>
            {t('amended.panel.yes')}
          </Button>
        }
        isOpen={sure}
        onClose={() => setSure(false)}
        title={t('amended.panel.sure')}
      >
        <p>{t('amended.panel.sureSays')}</p>
      </Dialog>
    </div>
  )
}

/** The tender as it is published, in the form in which it was written. */
function Published({ view, onClose }: { view: View; onClose: () => void }) {
  const { data, error, refetch } = useAsk(ENDPOINTS.readDraft, { params: { no: view.no } })
  const [form, setForm] = useState<DraftForm | null>(null)
  useEffect(() => {
    if (data) setForm((before) => before ?? formOf(data))
  }, [data])
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  return form ? <Editor form={form} onClose={onClose} view={view} /> : <Loading />
}

export function AmendPanel({ view }: { view: View }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <section className="card stack">
      <h2>{t('amended.panel.title')}</h2>
      <p className="prose">{t('amended.panel.says', { days: EXTENSION_DAYS })}</p>
      {open ? (
        <Published onClose={() => setOpen(false)} view={view} />
      ) : (
        <p>
          <Button kind="quiet" onPress={() => setOpen(true)}>
            {t('amended.panel.open')}
          </Button>
        </p>
      )}
    </section>
  )
}
