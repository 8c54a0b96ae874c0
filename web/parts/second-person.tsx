// What waits for its second person, and what can this visitor do about it: approve, decline, take back?
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../src/api/endpoint.ts'
import { POWERS } from '../../src/domain/powers.ts'
import { ask, ENDPOINTS, queries, useAsk } from '../call.ts'
import { inLanguage } from '../i18n.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorSummary, type Problem } from './error-summary.tsx'
import { SummaryList, type SummaryRow } from './summary-list.tsx'
import { TextField } from './text-field.tsx'
import { Time } from './time.tsx'

export type Proposal = ReplyOf<(typeof ENDPOINTS)['readProposal']>

const LEAST = 10
type Deciding = 'approve' | 'decline' | 'withdraw'

/** Sends a decision. What else the page shows may have changed with it, so everything is asked again. */
async function send(what: Deciding, id: string, statement: string) {
  const params = { id }
  const answer =
    what === 'approve'
      ? await ask(ENDPOINTS.approveProposal, { params, body: {} })
      : what === 'decline'
        ? await ask(ENDPOINTS.declineProposal, { params, body: { statement } })
        : await ask(ENDPOINTS.withdrawProposal, { params })
  await queries.invalidateQueries()
  return answer
}

export type ProposalCardProps = {
  proposal: Proposal
  rows?: readonly SummaryRow[]
  /** The level of its heading below that of what it stands in. */
  heading?: 'h2' | 'h3'
}

export function ProposalCard({ proposal, rows = [], heading: Heading = 'h3' }: ProposalCardProps) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<Deciding | null>(null)
  const [busy, setBusy] = useState(false)
  const [statement, setStatement] = useState('')
  const [problem, setProblem] = useState<Problem | null>(null)
  const act = inLanguage(POWERS[proposal.act].says, i18n.language)
  const field = `decline-${proposal.id}`
  const decide = async () => {
    if (open === null) return
    if (open === 'decline' && statement.trim().length < LEAST) {
      setProblem({ errors: [{ code: 'statement-missing', facts: { least: LEAST } }] })
      return
    }
    setBusy(true)
    try {
      const answer = await send(open, proposal.id, statement)
      setProblem(answer.ok ? null : { errors: answer.errors, instance: String(answer.body.instance ?? '') })
      if (answer.ok) setOpen(null)
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
    }
    setBusy(false)
  }
  const waiting = proposal.state === 'open'
  return (
    // No landmark: there may be several of the same act.
    <article className="card stack border-warn border-s-4">
      <Heading>{waiting ? t('proposals.waits', { act }) : act}</Heading>
      <SummaryList
        label={act}
        rows={[
          ...rows,
          { name: t('proposals.by'), value: proposal.proposedBy.name },
          { name: t('proposals.at'), value: <Time at={proposal.proposedAt} form="exact" /> },
          waiting
            ? { name: t('proposals.until'), value: <Time at={proposal.expiresAt} form="exact" /> }
            : { name: t('proposals.state'), value: t(`proposals.states.${proposal.state}`) },
          ...(proposal.decidedBy && proposal.decidedBy.account !== proposal.proposedBy.account
            ? [{ name: t('proposals.decidedBy'), value: proposal.decidedBy.name }]
            : []),
          ...(proposal.statement ? [{ name: t('proposals.statement'), value: proposal.statement }] : []),
        ]}
      />
      {waiting && !proposal.decidable && <p className="note">{t('proposals.another')}</p>}
      <p className="flex flex-wrap gap-3 empty:hidden">
        {proposal.decidable && (
          <>
            <Button onPress={() => setOpen('approve')}>{t('proposals.approve')}</Button>
            <Button kind="quiet" onPress={() => setOpen('decline')}>
              {t('proposals.decline')}
            </Button>
          </>
        )}
        {proposal.withdrawable && (
          <Button kind="quiet" onPress={() => setOpen('withdraw')}>
            {t('proposals.withdraw')}
          </Button>
        )}
      </p>
      <Dialog
        action={
          <Button isPending={busy} kind={open === 'approve' ? 'main' : 'danger'} onPress={() => void decide()}>
            {t(`proposals.sure.${open ?? 'approve'}`)}
          </Button>
        }
        isOpen={open !== null}
        onClose={() => {
          setOpen(null)
          setProblem(null)
        }}
        title={t(`proposals.ask.${open ?? 'approve'}`, { act })}
      >
        <SummaryList label={act} rows={[...rows, { name: t('proposals.by'), value: proposal.proposedBy.name }]} />
        <p>{t(`proposals.says.${open ?? 'approve'}`)}</p>
        <ErrorSummary fieldOf={() => (open === 'decline' ? field : null)} problem={problem} />
        {open === 'decline' && (
          <TextField
            hint={t('proposals.hint', { least: LEAST })}
            id={field}
            label={t('proposals.reason')}
            maxLength={4000}
            onChange={setStatement}
            rows={3}
            value={statement}
          />
        )}
      </Dialog>
    </article>
  )
}

/** Proposals that wait, about one thing; asked again every few seconds, since another person decides them. */
export function useWaiting(ref: string) {
  return useAsk(ENDPOINTS.listProposals, { query: { ref, waiting: 'yes', per: 100 } }, { every: 5_000 })
}
