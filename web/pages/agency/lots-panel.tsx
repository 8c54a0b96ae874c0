// Does this notice have several lots? Each is a draft of its own, with its own rule; all are listed here, and one more can be added.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { MOST_LOTS } from '../../../src/domain/tenders/lots.ts'
import { ask, ENDPOINTS, keyOf, queries } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import type { View } from '../tender/use-tender.ts'

type Answer =
  | { ok: true; body: { no: string } }
  | { ok: false; errors: Problem['errors']; body: Record<string, unknown> }

export function LotsPanel({ view, dirty }: { view: View; dirty: boolean }) {
  const { t, i18n } = useTranslation()
  const go = useNavigate()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const { lots } = view
  const drafts = lots === undefined || lots.tenders.every((one) => one.tender?.status === 'draft')
  const params = { no: view.no }
  const send = async (act: () => Promise<Answer>) => {
    setBusy(true)
    try {
      const answer = await act()
      setProblem(answer.ok ? null : { errors: answer.errors, instance: String(answer.body.instance ?? '') })
      await Promise.all(
        [ENDPOINTS.readTender, ENDPOINTS.readDraft, ENDPOINTS.listTenders].map((endpoint) =>
          queries.invalidateQueries({ queryKey: keyOf(endpoint) }),
        ),
      )
      if (answer.ok && answer.body.no !== view.no) void go(`/a/${answer.body.no}`)
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
  }
  const { title, summary } = lots ?? view
  const add = () => send(() => ask(ENDPOINTS.addLot, { params, body: { title, summary } }))
  const leave = () => send(() => ask(ENDPOINTS.leaveLots, { params }))
  return (
    <section className="card stack">
      <h2>{t('agency.lots.title')}</h2>
      <p className="prose">{t('agency.lots.says')}</p>
      <ErrorSummary problem={problem} />
      {lots && (
        <ol className="flex flex-col gap-2">
          {lots.tenders.map(({ no, tender }, n) => (
            <li className="flex flex-wrap items-center gap-x-3 gap-y-1" key={no}>
              <strong>{t('agency.lots.lot', { lot: n + 1 })}</strong>
              {no === view.no ? (
                <span>{t('agency.lots.this')}</span>
              ) : (
                <Link to={`/a/${no}`}>{tender ? inLanguage(tender.title, i18n.language) : no}</Link>
              )}
              {tender && <StatusTag status={tender.status} />}
            </li>
          ))}
        </ol>
      )}
      {!drafts ? (
        <p className="note">{t('agency.lots.fixed')}</p>
      ) : dirty ? (
        <p className="note">{t('agency.lots.saveFirst')}</p>
      ) : (
        <div className="flex flex-wrap gap-3">
          {(lots?.tenders.length ?? 1) < MOST_LOTS && (
            <Button isPending={busy} kind="quiet" onPress={() => void add()}>
              {t('agency.lots.add')}
            </Button>
          )}
          {lots && (
            <Button isPending={busy} kind="quiet" onPress={() => void leave()}>
              {t('agency.lots.leave')}
            </Button>
          )}
        </div>
      )}
    </section>
  )
}
