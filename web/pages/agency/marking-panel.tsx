// What is left before the technical scores can be locked? The officer's own marks, and how many each evaluator still owes.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import type { AnyRule } from '../../../src/domain/scoring/contest-rule.ts'
import { markedItems, type ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { qualityOf } from '../../../src/domain/tenders/procedure.ts'
import type { JsonObject } from '../../../src/proof/canonical.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { memberLabel } from '../../marks.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { MarksGrid, MissingMarks } from '../../parts/marks-grid.tsx'
import { SaveNote } from '../../parts/save-note.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { percentOf } from '../../percent.ts'
import { signAct } from '../../sign-act.ts'
import { type Mark, useMarks } from '../../use-marks.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { nameOf } from '../tender/names.ts'
import type { View } from '../tender/use-tender.ts'

type Marking = ReplyOf<(typeof ENDPOINTS)['readMarking']>

/** Under this name the officer's own part stands in the list. */
const OFFICER = 'officer'

function Records({ view, marking }: { view: View; marking: Marking }) {
  const { t, i18n } = useTranslation()
  const quality = qualityOf(view.rule as unknown as AnyRule)
  const items = (quality ? markedItems(quality) : []).filter((item) => item.kind === 'quantitative')
  const labels = marking.labels.map((row) => row.label)
  const params = { no: view.no }
  const save = async (marks: Mark[]) => {
    const answer = await ask(ENDPOINTS.giveQuantitative, { params, body: { marks } })
    void queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readMarking) })
    return answer
  }
  const { marks, change, state, problem } = useMarks(marking.marks, items, save)
  if (items.length === 0) return <p>{t('agency.marking.noRecords')}</p>
  const ofMembers = items.filter((item) => item.members !== undefined)
  const consortia = marking.labels.filter((row) => row.members !== undefined)
  const elsewhere = (label: string, item: ScoredItem) =>
    item.members !== undefined && consortia.some((row) => row.label === label)
  const names = marking.labels.map(({ label, bidder }) => `${label}: ${nameOf(view, bidder, i18n.language)}`).join(', ')
  return (
    <div className="stack">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h3>{t('agency.marking.records')}</h3>
        <SaveNote state={state} />
      </div>
      <p className="note">{t('agency.marking.recordsSay')}</p>
      <p className="note">{names}</p>
      <ErrorSummary problem={problem} />
      <MarksGrid
        caption={t('agency.marking.records')}
        cells={marks}
        elsewhere={elsewhere}
        items={items}
        labels={labels}
        onChange={(label, item, mark) => change(label, item.id, { mark })}
      />
      <MissingMarks cells={marks} elsewhere={elsewhere} items={items} labels={labels} />
      {consortia.map(({ label, bidder, members = [] }) => (
        <div className="stack" key={label}>
          <h4 className="font-bold">
            {t('agency.marking.members', { label, name: nameOf(view, bidder, i18n.language) })}
          </h4>
          <ul className="note">
            {members.map(({ member, name, share }) => (
              <li key={member}>
                {member}: <bdi>{name}</bdi> ({percentOf(share)} %)
              </li>
            ))}
          </ul>
          <MarksGrid
            caption={t('agency.marking.members', { label, name: nameOf(view, bidder, i18n.language) })}
            cells={marks}
            items={ofMembers}
            labels={members.map(({ member }) => memberLabel(label, member))}
            onChange={(of, item, mark) => change(of, item.id, { mark })}
          />
          <MissingMarks
            cells={marks}
            items={ofMembers}
            labels={members.map(({ member }) => memberLabel(label, member))}
          />
        </div>
      ))}
    </div>
  )
}

function Lock({ no, missing, unsigned }: { no: string; missing: number; unsigned: number }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const signing = useSigningKey()
  const lock = async () => {
    if (signing.state !== 'here') return
    setBusy(true)
    try {
      const params = { no }
      // The order names the sheets by their hashes: it is signed without sight of a mark.
      const proposed = await ask(ENDPOINTS.proposeLock, { params })
      const order = proposed.ok ? (proposed.body.order as JsonObject & { typ: string }) : null
      const answer = order
        ? await ask(ENDPOINTS.lockScores, { params, body: { jws: await signAct(signing.key, order) } })
        : proposed
      setProblem(answer.ok ? null : { errors: answer.errors, instance: String(answer.body.instance ?? '') })
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
    setOpen(false)
    await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readTender) })
  }
  return (
    <div className="stack">
      <h3>{t('agency.marking.lock')}</h3>
      <p className="prose">{t('agency.marking.lockSays')}</p>
      <ErrorSummary problem={problem} />
      {missing > 0 ? (
        <p className="font-semibold">{t('agency.marking.waits', { count: missing })}</p>
      ) : unsigned > 0 ? (
        <p className="font-semibold">{t('agency.marking.unsigned', { count: unsigned })}</p>
      ) : (
        <>
          <KeyGate signing={signing} />
          {signing.state === 'here' && (
            <p>
              <Button onPress={() => setOpen(true)}>{t('agency.marking.lock')}</Button>
            </p>
          )}
        </>
      )}
      <Dialog
        action={
          <Button isPending={busy} onPress={() => void lock()}>
            {t('agency.marking.lockDo')}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t('agency.marking.lockSure')}
      >
        <p>{t('agency.marking.lockEffect')}</p>
      </Dialog>
    </div>
  )
}

export function MarkingPanel({ view }: { view: View }) {
  const { t } = useTranslation()
  const params = { no: view.no }
  const { data, error, refetch } = useAsk(ENDPOINTS.readMarking, { params }, { every: 5_000 })
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  const left = data.missing.reduce((sum, row) => sum + row.marks, 0)
  const unsigned = data.missing.filter((row) => row.signed === false).length
  const quality = qualityOf(view.rule as unknown as AnyRule)
  const records = quality !== null && markedItems(quality).some((item) => item.kind === 'quantitative')
  const who = (evaluator: string) => (evaluator === OFFICER ? t('agency.marking.officer') : evaluator)
  return (
    <section className="card stack gap-8">
      <div className="stack">
        <h2>{t('agency.marking.title')}</h2>
        <p className="note">{t('agency.marking.says')}</p>
        <DataTable
          caption={t('agency.marking.progress')}
          columns={[
            {
              id: 'who',
              head: t('agency.marking.who'),
              names: true,
              cell: (row) => who(row.evaluator),
              text: (row) => who(row.evaluator),
            },
            {
              id: 'missing',
              head: t('agency.marking.missing'),
              cell: (row) =>
                row.marks === 0 ? (
                  <span className="font-semibold text-good">{t('agency.marking.all')}</span>
                ) : (
                  t('agency.marking.left', { count: row.marks })
                ),
              text: (row) => String(row.marks),
            },
            {
              id: 'signed',
              head: t('agency.marking.signature'),
              cell: (row) =>
                row.signed === null ? '–' : t(row.signed ? 'agency.marking.signed' : 'agency.marking.notSigned'),
              text: (row) => String(row.signed),
            },
          ]}
          keyOf={(row) => row.evaluator}
          rows={data.missing.filter((row) => records || row.evaluator !== OFFICER)}
        />
      </div>
      <Records marking={data} view={view} />
      <Lock missing={left} no={view.no} unsigned={unsigned} />
    </section>
  )
}
