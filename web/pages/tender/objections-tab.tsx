// Who objected to the result, and what did the overseers decide? For everybody; with a form for bidders, and one for overseers.
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Complaint, ComplaintDecided } from '../../../src/domain/record/objected.ts'
import {
  DECISION,
  OBJECTION,
  OBJECTION_GROUNDS,
  OBJECTION_OUTCOMES,
  type ObjectionGround,
  type ObjectionOutcome,
} from '../../../src/domain/tenders/objections.ts'
import { decidingObjection, objecting } from '../../../src/domain/tenders/signed-acts.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { useSession } from '../../session.ts'
import { signAct } from '../../sign-act.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { nameOf } from './names.ts'
import { hashIn, type LogEvent, type TenderFacts } from './tender-facts.ts'
import type { View } from './use-tender.ts'

type Objected = { event: LogEvent; payload: Complaint; h: string }
type Decision = { event: LogEvent; payload: ComplaintDecided }

/** What is signed is shown once more before it is sent: it is public and cannot be taken back. */
function Signed({
  act,
  busy,
  disabled,
  children,
  onSend,
}: {
  act: 'lodge' | 'decide'
  busy: boolean
  disabled: boolean
  children: ReactNode
  onSend: () => Promise<unknown>
}) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <>
      <p>
        <Button isDisabled={disabled} onPress={() => setOpen(true)}>
          {t(`objection.${act}.check`)}
        </Button>
      </p>
      <Dialog
        action={
          <Button isPending={busy} onPress={() => void onSend().then(() => setOpen(false))}>
            {t(`objection.${act}.send`)}
          </Button>
        }
        isOpen={open}
        onClose={() => setOpen(false)}
        title={t(`objection.${act}.sure`)}
      >
        <p>{t(`objection.${act}.public`)}</p>
        {children}
      </Dialog>
    </>
  )
}

function ObjectForm({ no, org, onDone }: { no: string; org: string; onDone: () => void }) {
  const { t } = useTranslation()
  const [ground, setGround] = useState<ObjectionGround>(OBJECTION_GROUNDS[0])
  const [reasons, setReasons] = useState('')
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  const submit = async () => {
    if (signing.state !== 'here') return
    const { key } = signing
    const sent = await send(async () => {
      const jws = await signAct(key, objecting(no, org, ground, reasons))
      return ask(ENDPOINTS.lodgeComplaint, { params: { no }, body: { ground, reasons, jws } })
    })
    if (!sent) return
    setReasons('')
    onDone()
  }
  return (
    <section className="card stack bg-sunken">
      <h2>{t('objection.lodge.title')}</h2>
      <p className="prose">{t('objection.lodge.says')}</p>
      <ErrorSummary fieldOf={fieldIn('objection')} problem={problem} />
      <Select
        id="objection-ground"
        label={t('objection.lodge.ground')}
        onChange={(value) => setGround(value as ObjectionGround)}
        options={OBJECTION_GROUNDS.map((value) => ({ value, says: t(`objection.ground.${value}`) }))}
        value={ground}
      />
      <TextField
        hint={t('objection.lodge.hint', OBJECTION)}
        id="objection-reasons"
        label={t('objection.lodge.reasons')}
        maxLength={OBJECTION.most}
        onChange={setReasons}
        rows={6}
        value={reasons}
      />
      {signing.state !== 'here' && <KeyGate signing={signing} />}
      <Signed act="lodge" busy={busy} disabled={signing.state !== 'here'} onSend={submit}>
        <p className="font-semibold">{t(`objection.ground.${ground}`)}</p>
        <p className="whitespace-pre-line" dir="auto">
          {reasons}
        </p>
      </Signed>
    </section>
  )
}

function DecideForm({ no, one, onDone }: { no: string; one: Objected; onDone: () => void }) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<ObjectionOutcome>('dismissed')
  const [reasons, setReasons] = useState('')
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  const submit = async () => {
    if (signing.state !== 'here') return
    const { key } = signing
    const sent = await send(async () => {
      const jws = await signAct(key, decidingObjection(no, one.h, outcome, reasons))
      return ask(ENDPOINTS.decideComplaint, { params: { no, c: one.h }, body: { outcome, reasons, jws } })
    })
    if (sent) onDone()
  }
  return (
    <div className="stack">
      <h3>{t('objection.decide.title')}</h3>
      <ErrorSummary fieldOf={fieldIn(`decision-${one.event.index}`)} problem={problem} />
      <Select
        id={`decision-${one.event.index}-outcome`}
        label={t('objection.decide.outcome')}
        onChange={(value) => setOutcome(value as ObjectionOutcome)}
        options={OBJECTION_OUTCOMES.map((value) => ({ value, says: t(`objection.decide.as.${value}`) }))}
        value={outcome}
      />
      <TextField
        hint={t('objection.decide.hint', DECISION)}
        id={`decision-${one.event.index}-reasons`}
        label={t('objection.decide.reasons')}
        maxLength={DECISION.most}
        onChange={setReasons}
        rows={6}
        value={reasons}
      />
      {signing.state !== 'here' && <KeyGate signing={signing} />}
      <Signed act="decide" busy={busy} disabled={signing.state !== 'here'} onSend={submit}>
        <p className="font-semibold">{t(`objection.decide.as.${outcome}`)}</p>
        <p className="whitespace-pre-line" dir="auto">
          {reasons}
        </p>
      </Signed>
    </div>
  )
}

export function ObjectionsTab({ facts, view }: { facts: TenderFacts; view: View }) {
  const { t, i18n } = useTranslation()
  const session = useSession()
  const [sent, setSent] = useState<'lodge' | 'decide' | null>(null)
  const person = session.state === 'in' ? session.person : null
  const ranked = view.state === 'ranked'
  const objections: Objected[] = facts.complaints.map((one) => ({ ...one, h: hashIn(one.event.leaf) }))
  const decisionOf = (h: string): Decision | undefined =>
    facts.complaintsDecided.find(({ payload }) => payload.complaint === h)
  const bidders = [...facts.results.technical, ...facts.results.price].map(({ bidder }) => bidder)
  const mayObject = ranked && person?.roles.includes('supplier') === true && bidders.includes(person.org)
  const oversees =
    ranked &&
    person?.roles.includes('auditor') === true &&
    view.overseers.includes(person.org) &&
    person.org !== view.agency.id
  const waits = objections.some((one) => one.payload.bidder === person?.org && !decisionOf(one.h))
  return (
    <div className="stack gap-8">
      <section className="stack">
        <p className="prose">{t(`objection.when.${ranked ? 'now' : facts.evaluation ? 'over' : 'later'}`)}</p>
        <p className="note prose">{t('objection.says')}</p>
      </section>
      {sent && <NotificationBanner kind="success" live title={t(`objection.${sent}.sent`)} />}
      {mayObject && !waits && person && <ObjectForm no={view.no} onDone={() => setSent('lodge')} org={person.org} />}
      <section className="stack">
        <h2>{t('objection.list', { count: objections.length })}</h2>
        {objections.length === 0 && <p className="text-muted">{t('objection.none')}</p>}
        <ul className="stack">
          {objections.map((one) => {
            const decision = decisionOf(one.h)
            return (
              <li className="card stack" key={one.event.index}>
                <p className="note flex flex-wrap gap-x-3">
                  <strong>{t(`objection.state.${decision?.payload.outcome ?? 'open'}`)}</strong>
                  <Time at={one.event.at} form="short" />
                  <Link to={`/log?entry=${one.event.index}`}>{t('objection.entry', { index: one.event.index })}</Link>
                </p>
                <p className="font-semibold">
                  {nameOf(view, one.payload.bidder, i18n.language)}:{' '}
                  {i18n.exists(`objection.ground.${one.payload.ground}`)
                    ? t(`objection.ground.${one.payload.ground}`)
                    : one.payload.ground}
                </p>
                <p className="prose whitespace-pre-line" dir="auto">
                  {one.payload.reasons}
                </p>
                {decision && (
                  <div className="border-line border-s-4 ps-4">
                    <p className="note flex flex-wrap gap-x-3">
                      <strong>{t(`objection.decided.${decision.payload.outcome}`)}</strong>
                      <Time at={decision.event.at} form="short" />
                      <Link to={`/log?entry=${decision.event.index}`}>
                        {t('objection.entry', { index: decision.event.index })}
                      </Link>
                    </p>
                    <p className="prose whitespace-pre-line" dir="auto">
                      {decision.payload.reasons}
                    </p>
                  </div>
                )}
                {!decision && oversees && <DecideForm no={view.no} onDone={() => setSent('decide')} one={one} />}
              </li>
            )
          })}
        </ul>
      </section>
    </div>
  )
}
