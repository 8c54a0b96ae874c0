// How is a deadline extended? By five days at least, with a public reason, by two persons; it is never brought forward.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EXTENSION_DAYS } from '../../../src/domain/tenders/lifecycle.ts'
import { extension } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import type { Doubt } from '../../log/follower.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSend } from '../../parts/use-send.ts'
import { signAct } from '../../sign-act.ts'
import type { StoredKey } from '../../signing-key.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import type { View } from '../tender/use-tender.ts'
import { localOf, utcOf } from './draft-form.ts'
import { CustodianChoice, otherKeysets, useAbleCustodians } from './other-custodians.tsx'

const LEAST = 10

export function ExtendPanel({ view }: { view: View }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { busy, problem, setProblem, send } = useSend()
  const [statement, setStatement] = useState('')
  const earliest = new Date(Date.parse(view.deadline) + EXTENSION_DAYS * 86_400_000)
  const [at, setAt] = useState(localOf(earliest.toISOString()))
  const [replacing, setReplacing] = useState(false)
  // The other lots of the notice that still take bids; whoever extends one of several usually means all.
  const others = (view.lots?.tenders ?? []).flatMap(({ no, tender }) =>
    no !== view.no && tender?.state === 'published' ? [tender] : [],
  )
  const [all, setAll] = useState(true)
  const together = all && others.length > 0
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const [doubts, setDoubts] = useState<readonly Doubt[]>([])
  const [checking, setChecking] = useState(false)
  const { able } = useAbleCustodians(view, replacing)
  const signing = useSigningKey()
  const propose = async () => {
    if (signing.state !== 'here') return
    const deadline = utcOf(at)
    if (statement.trim().length < LEAST || deadline === '') {
      setProblem({
        errors: [
          ...(deadline === '' ? [{ code: 'time-malformed', facts: {}, at: '/deadline' }] : []),
          ...(statement.trim().length < LEAST
            ? [{ code: 'statement-missing', facts: { least: LEAST }, at: '/statement' }]
            : []),
        ],
      })
      return
    }
    const { key } = signing
    setDoubts([])
    const other = together ? null : await custodiansFor(key, deadline)
    if (other === 'not these') return
    const sent = await send(async () => {
      const jws = await signAct(key, extension(view.no, view, deadline, statement, other?.ids))
      const lots: { no: string; jws: string }[] = []
      for (const lot of together ? others : [])
        lots.push({ no: lot.no, jws: await signAct(key, extension(lot.no, lot, deadline, statement)) })
      const body = {
        deadline,
        statement,
        jws,
        ...(other && { keysets: other.keysets }),
        ...(together && { lots }),
      }
      return ask(ENDPOINTS.extendTender, { params: { no: view.no }, body })
    })
    if (sent) setOpen(false)
  }
  /** The keysets of the custodians that were chosen, null where only the deadline moves; what speaks against them is shown. */
  const custodiansFor = async (key: StoredKey, deadline: string) => {
    if (!replacing) return null
    setChecking(true)
    try {
      const custodians = able.map(({ id }) => id).filter((id) => !left.has(id))
      const found = await otherKeysets(view, key, { custodians, deadline })
      if ('ids' in found) return found
      if (Array.isArray(found)) setDoubts(found)
      else setProblem(found)
      return 'not these' as const
    } finally {
      setChecking(false)
    }
  }
  return (
    <section className="card stack">
      <h2>{t('agency.extend.title')}</h2>
      <p className="prose">{t('agency.extend.says', { days: EXTENSION_DAYS })}</p>
      <KeyGate signing={signing} />
      {signing.state === 'here' && (
        <p>
          <Button kind="quiet" onPress={() => setOpen(true)}>
            {t('agency.extend.open')}
          </Button>
        </p>
      )}
      <Dialog
        action={
          <Button isPending={busy || checking} onPress={() => void propose()}>
            {t('agency.extend.do')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('agency.extend.sure')}
      >
        <p>
          {t('agency.extend.now')}: <Time at={view.deadline} form="exact" />
        </p>
        <ErrorSummary
          fieldOf={({ code }) => (code === 'statement-missing' ? 'extend-statement' : 'extend-deadline')}
          problem={problem}
          says={({ code }) => (code === 'time-malformed' ? t('agency.extend.malformed') : null)}
        />
        <TextField
          hint={t('agency.extend.hint')}
          id="extend-deadline"
          label={t('proposals.newDeadline')}
          onChange={setAt}
          type="datetime-local"
          value={at}
        />
        <TextField
          hint={t('agency.cancel.hint', { least: LEAST })}
          id="extend-statement"
          label={t('proposals.why')}
          maxLength={4000}
          onChange={setStatement}
          rows={3}
          value={statement}
        />
        {others.length > 0 && (
          <label className="flex items-start gap-2">
            <input checked={all} onChange={(event) => setAll(event.target.checked)} type="checkbox" />
            <span>
              {t('agency.extend.allLots', { count: others.length + 1 })}
              <span className="note block">{t('agency.extend.allLotsSays')}</span>
            </span>
          </label>
        )}
        {!together && (
          <label className="flex items-start gap-2">
            <input checked={replacing} onChange={(event) => setReplacing(event.target.checked)} type="checkbox" />
            <span>
              {t('agency.extend.replace')}
              <span className="note block">{t('agency.extend.replaceSays')}</span>
            </span>
          </label>
        )}
        {!together && replacing && <CustodianChoice able={able} left={left} onLeft={setLeft} />}
        {doubts.length > 0 && <Doubts doubts={doubts} />}
      </Dialog>
    </section>
  )
}
