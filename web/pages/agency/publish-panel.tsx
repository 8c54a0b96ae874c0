// How is a draft published? The officer's browser gets the custodians' keys, holds them against the log, signs, and only then publishes.
import { CircleCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { b64u, utf8 } from '../../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject } from '../../../src/proof/canonical.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { type Keyset, readKeyset } from '../../../src/proof/keyset.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, keyOf, queries } from '../../call.ts'
import { askLog } from '../../log/ask-log.ts'
import type { Doubt } from '../../log/follower.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { type StoredKey, signerOf } from '../../signing-key.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import type { View } from '../tender/use-tender.ts'

type Signed = {
  notice: string
  keysets: { technical?: string; price: string; draw?: string }
  shown: Keyset
  size: number
}

type Phase =
  | { at: 'begin' }
  | { at: 'checking' }
  | { at: 'doubts'; doubts: Doubt[] }
  | { at: 'ready'; signed: Signed }
  | { at: 'publishing'; signed: Signed }

const problemOf = (answer: { errors: Problem['errors']; body: Record<string, unknown> }): Problem => ({
  errors: answer.errors,
  instance: String(answer.body.instance ?? ''),
})

/** Is the notice to be signed the draft that the officer sees? What the server adds is the hash of the rule and the custodians. */
function noticeDoubts(view: View, notice: JsonObject): Doubt[] {
  const shown = {
    tender: view.no,
    title: view.title,
    summary: view.summary,
    budget: view.budget,
    method: view.method,
    minBids: view.minBids,
    standstillHours: view.standstillHours,
    agency: view.agency.id,
    rule: view.rule,
    ruleHash: b64u(P.sha256(utf8(canonical(view.rule as Json)))),
    deadline: view.deadline,
    openAfter: view.openAfter,
    evaluators: view.evaluators,
    // Every notice promises that who is in the pool was confirmed below it, and that who sits is shown to have declared first.
    pool: view.pool ? { ...view.pool, confirmed: true, declared: true } : null,
    lots: view.lots
      ? { title: view.lots.title, summary: view.lots.summary, tenders: view.lots.tenders.map((one) => one.no) }
      : null,
  }
  const inner = (notice.notice ?? {}) as JsonObject
  const given = {
    ...notice,
    ...inner,
    standstillHours: inner.standstillHours ?? 0,
    agency: (inner.agency as JsonObject | undefined)?.id ?? null,
  } as Record<string, Json>
  return Object.entries(shown)
    .filter(([name, value]) => canonical(value as Json) !== canonical(given[name] ?? null))
    .map(([name]) => ({
      check: 'notice',
      says: {
        ko: `서명하라고 온 공고의 ${name} 항목이 화면의 초안과 다릅니다.`,
        en: `In the notice to be signed, ${name} is not that of the draft on this page.`,
      },
    }))
}

/** Signs the proposed keysets and has everything about them checked by the log alone. */
async function signAndCheck(view: View, key: StoredKey): Promise<Signed | Doubt[] | Problem> {
  const proposed = await ask(ENDPOINTS.proposeKeysets, { params: { no: view.no } })
  if (!proposed.ok) return problemOf(proposed)
  const { notice, technical, price, draw } = proposed.body as Record<'notice' | 'price', JsonObject> & {
    technical?: JsonObject
    draw?: JsonObject
  }
  const other = noticeDoubts(view, notice)
  if (other.length > 0) return other
  const sign = (keyset: JsonObject) => signJws(P, signerOf(key), keyset as JsonObject & { typ: string })
  const keysets = {
    ...(technical && { technical: await sign(technical) }),
    price: await sign(price),
    ...(draw && { draw: await sign(draw) }),
  }
  const { doubts, size } = await askLog('keysets', {
    tender: view.no,
    agency: view.agency.id,
    deadline: view.deadline,
    openAfter: view.openAfter,
    rule: view.rule as JsonObject,
    pool: view.pool !== undefined,
    kid: key.kid,
    keysets,
  })
  return doubts.length > 0
    ? doubts
    : { notice: await sign(notice), keysets, shown: readKeyset(P, (technical ?? price) as Json), size }
}

function Keys({ signed }: { signed: Signed }) {
  const { t } = useTranslation()
  const { shown, size } = signed
  return (
    <div className="stack">
      <NotificationBanner kind="success" live title={t('agency.publish.checked', { size })}>
        <p>{t('agency.publish.checkedSays')}</p>
      </NotificationBanner>
      <p>{t('tender.overview.threshold', { t: shown.t, n: shown.n })}</p>
      <ul className="flex flex-col gap-1">
        {shown.custodians.map(({ id, kid }) => (
          <li className="flex flex-wrap items-center gap-x-3" key={id}>
            <CircleCheck aria-hidden="true" className="text-good" size={18} />
            <strong>{id}</strong>
            <HashText first={16} name={t('agency.publish.kid', { id })} value={kid} />
          </li>
        ))}
      </ul>
    </div>
  )
}

export type PublishPanelProps = {
  view: View
  /** Reasons that the draft itself gives against publication. */
  blocked: number
  /** The form holds changes that are not saved. */
  dirty: boolean
}

export function PublishPanel({ view, blocked, dirty }: PublishPanelProps) {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const [phase, setPhase] = useState<Phase>({ at: 'begin' })
  const [problem, setProblem] = useState<Problem | null>(null)
  const [sure, setSure] = useState(false)

  const check = async () => {
    if (signing.state !== 'here') return
    setProblem(null)
    setPhase({ at: 'checking' })
    try {
      const made = await signAndCheck(view, signing.key)
      if (Array.isArray(made)) setPhase({ at: 'doubts', doubts: made })
      else if ('errors' in made) {
        setProblem(made)
        setPhase({ at: 'begin' })
      } else setPhase({ at: 'ready', signed: made })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      setPhase({ at: 'doubts', doubts: [{ check: 'log', says: { ko: `로그를 읽지 못했습니다: ${why}`, en: why } }] })
    }
  }
  const publish = async (signed: Signed) => {
    setPhase({ at: 'publishing', signed })
    try {
      const body = { notice: signed.notice, keysets: signed.keysets }
      const answer = await ask(ENDPOINTS.publishTender, { params: { no: view.no }, body })
      setProblem(answer.ok ? null : problemOf(answer))
      // A key may have been taken by another publication in between: the check begins again.
      if (!answer.ok) setPhase({ at: 'begin' })
    } catch {
      setProblem({ errors: [{ code: 'busy', facts: {} }] })
      setPhase({ at: 'ready', signed })
    }
    setSure(false)
    // Also after a lost answer: it may be published.
    await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readTender) })
  }
  const signed = phase.at === 'ready' || phase.at === 'publishing' ? phase.signed : null
  return (
    <section className="card stack" id="publish">
      <h2>{t('agency.publish.title')}</h2>
      <p className="prose">{t('agency.publish.says')}</p>
      <ErrorSummary problem={problem} />
      {blocked > 0 || dirty ? (
        <NotificationBanner
          kind="warning"
          title={t(blocked > 0 ? 'agency.publish.blocked' : 'agency.publish.dirty', { count: blocked })}
        />
      ) : (
        <>
          <KeyGate signing={signing} />
          {signing.state === 'here' && !signed && (
            <p>
              <Button isPending={phase.at === 'checking'} onPress={() => void check()}>
                {t(phase.at === 'checking' ? 'agency.publish.checking' : 'agency.publish.check')}
              </Button>
            </p>
          )}
          {phase.at === 'doubts' && <Doubts doubts={phase.doubts} />}
          {signed && (
            <>
              <Keys signed={signed} />
              <p>
                <Button onPress={() => setSure(true)}>{t('agency.publish.do')}</Button>
              </p>
              <Dialog
                action={
                  <Button isPending={phase.at === 'publishing'} onPress={() => void publish(signed)}>
                    {t('agency.publish.sure')}
                  </Button>
                }
                isOpen={sure}
                onClose={() => setSure(false)}
                title={t('agency.publish.sureTitle')}
              >
                <p>{t('agency.publish.sureSays')}</p>
              </Dialog>
            </>
          )}
        </>
      )}
    </section>
  )
}
