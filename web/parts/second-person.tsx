// What waits for its second person, and what can this visitor do about it: approve, decline, take back?
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../src/api/endpoint.ts'
import { POWERS } from '../../src/domain/powers.ts'
import { approvesAll, isSigned, signedProposal } from '../../src/domain/tenders/shown-approval.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { webPrimitives as P } from '../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, useAsk } from '../call.ts'
import { inLanguage } from '../i18n.ts'
import { signAct } from '../sign-act.ts'
import { canAct } from '../sign-if.ts'
import { type SigningKey, useSigningKey } from '../use-signing-key.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorSummary } from './error-summary.tsx'
import { KeyGate } from './key-gate.tsx'
import { Money } from './money.tsx'
import { SignNote } from './sign-note.tsx'
import { SummaryList, type SummaryRow } from './summary-list.tsx'
import { TextField } from './text-field.tsx'
import { Time } from './time.tsx'
import { useSend } from './use-send.ts'

export type Proposal = ReplyOf<(typeof ENDPOINTS)['readProposal']>

const LEAST = 10
type Deciding = 'approve' | 'decline' | 'withdraw'

/** Of what both persons sign, the second one's signature; null where it would be over another act than the one shown here. */
async function signedApproval(proposal: Proposal, signing: SigningKey) {
  const params = { id: proposal.id }
  const asked = await ask(ENDPOINTS.proposeApproval, { params })
  if (!asked.ok || asked.body.approval === null) return asked
  const approval = asked.body.approval as JsonObject & { typ: string }
  if (signing.state !== 'here') throw new Error('no key to sign with')
  const shown = { ...proposal, proposedBy: proposal.proposedBy.account }
  const others = (asked.body.lots ?? []) as { no: string; approval: JsonObject & { typ: string } }[]
  if (!approvesAll(P, shown, signing.me.account, { approval, lots: others })) return null
  const jws = await signAct(signing.key, approval)
  const lots: { no: string; jws: string }[] = []
  for (const { no, approval: own } of others) lots.push({ no, jws: await signAct(signing.key, own) })
  return { ...asked, jws, lots }
}

/** Sends a decision. */
async function sent(what: Deciding, proposal: Proposal, statement: string, signing: SigningKey) {
  const params = { id: proposal.id }
  if (what === 'decline') return ask(ENDPOINTS.declineProposal, { params, body: { statement } })
  if (what === 'withdraw') return ask(ENDPOINTS.withdrawProposal, { params })
  const signed = await signedApproval(proposal, signing)
  if (signed === null) return null
  // Who is not told what to sign is told why.
  if (!signed.ok) return signed
  return ask(ENDPOINTS.approveProposal, {
    params,
    body: 'jws' in signed ? { jws: signed.jws, ...(signed.lots.length > 0 && { lots: signed.lots }) } : {},
  })
}

/** The price at which the first person signed to award; null for other acts. */
function priceOf(proposal: Proposal): string | null {
  const amount = signedProposal(proposal)?.amount
  const price = typeof amount === 'object' && amount !== null && !Array.isArray(amount) ? amount.amount : null
  return typeof price === 'string' && /^\d{1,30}(\.\d{1,4})?$/.test(price) ? price : null
}

export type ProposalCardProps = {
  proposal: Proposal
  rows?: readonly SummaryRow[]
  /** What whoever proposed it can do once it is approved. */
  more?: ReactNode
  /** The level of its heading below that of what it stands in. */
  heading?: 'h2' | 'h3'
}

export function ProposalCard({ proposal, rows = [], more, heading: Heading = 'h3' }: ProposalCardProps) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<Deciding | null>(null)
  const [statement, setStatement] = useState('')
  const { busy, problem, setProblem, send } = useSend()
  const signing = useSigningKey()
  const act = inLanguage(POWERS[proposal.act].says, i18n.language)
  const field = `decline-${proposal.id}`
  // Acts about a tender are always signed, those about people by whoever has a key.
  const always = isSigned(proposal.act)
  const ready = open !== 'approve' || (always ? signing.state === 'here' : canAct(signing))
  const decide = async () => {
    if (open === null) return
    if (open === 'decline' && statement.trim().length < LEAST) {
      setProblem({ errors: [{ code: 'statement-missing', facts: { least: LEAST } }] })
      return
    }
    let another = false
    const done = await send(async () => {
      const answer = await sent(open, proposal, statement, signing)
      another = answer === null
      if (answer === null) throw new Error('what is to be signed is not what is shown')
      return answer
    })
    if (done) setOpen(null)
    else if (another) setProblem({ errors: [{ code: 'act-mismatch', facts: { what: 'approval/1' } }] })
  }
  const waiting = proposal.state === 'open'
  const price = priceOf(proposal)
  // What is approved is what was signed, so the price is read from that.
  const all =
    price === null ? rows : [...rows, { name: t('proposals.price'), value: <Money amount={price} form="legal" /> }]
  return (
    // No landmark: there may be several of the same act.
    <article className={`card stack ${waiting ? 'border-warn border-s-4' : ''}`}>
      <Heading>{waiting ? t('proposals.waits', { act }) : act}</Heading>
      <SummaryList
        label={act}
        rows={[
          ...all,
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
      {more}
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
          <Button
            isDisabled={!ready}
            isPending={busy}
            kind={open === 'approve' ? 'main' : 'danger'}
            onPress={() => void decide()}
          >
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
        <SummaryList label={act} rows={[...all, { name: t('proposals.by'), value: proposal.proposedBy.name }]} />
        <p>{t(`proposals.says.${open ?? 'approve'}`)}</p>
        {open === 'approve' && (always ? <KeyGate signing={signing} /> : <SignNote signing={signing} />)}
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
