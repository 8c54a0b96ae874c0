// What does the bidder hold in hand? The receipt number, how far the bid has come, and one file that proves and restores it.
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { askLog } from '../../log/ask-log.ts'
import type { ReceiptVerdict } from '../../log/receipt-check.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmationPanel } from '../../parts/confirmation-panel.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { HashText } from '../../parts/hash-text.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { ProofBadge, type ProofState } from '../../parts/proof-badge.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { Timeline } from '../../parts/timeline.tsx'
import { saveFile } from '../../save-file.ts'
import { receiptFile, type SentAct } from './sent-acts.ts'

export type ReceiptProps = {
  no: string
  c: string
  received: string
  kind: 'submission' | 'withdrawal'
  /** Index in the log as the server says it; null until it has one. */
  index: number | null
  /** What this browser kept of it; null when it was sent from another one. */
  act: SentAct | null
}

/** How often an open tender is looked at for its closing list. */
const LIST_AGAIN_MS = 15_000

/** The tlog-proof of an entry, once there is one: looked for every two seconds. */
function useProof(c: string, entered: boolean) {
  return useQuery({
    queryKey: ['proof', c],
    queryFn: async () => {
      const answer = await ask(ENDPOINTS.readProof, { params: { c } })
      return answer.ok ? answer.text : null
    },
    enabled: entered,
    refetchInterval: (query) => (query.state.data ? false : 2_000),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

function States({ verdict }: { verdict: ReceiptVerdict | undefined }) {
  const { t } = useTranslation()
  const { entered, witnessed, receivedAt } = verdict ?? { entered: null, witnessed: null, receivedAt: null }
  return (
    <Timeline
      items={[
        { key: 'received', title: t('supplier.receipt.received'), at: receivedAt, state: receivedAt ? 'done' : 'now' },
        {
          key: 'entered',
          title: entered ? t('supplier.receipt.entered', entered) : t('supplier.receipt.entering'),
          state: entered ? 'done' : 'now',
        },
        {
          key: 'witnessed',
          title:
            witnessed === null || witnessed === 'none'
              ? t(witnessed === 'none' ? 'supplier.receipt.noWitness' : 'supplier.receipt.witnessing')
              : t('supplier.receipt.witnessed'),
          at: witnessed !== null && witnessed !== 'none' ? witnessed.at : null,
          state: witnessed !== null && witnessed !== 'none' ? 'done' : 'next',
        },
      ]}
      label={t('supplier.receipt.states')}
    />
  )
}

/** Characters of a passphrase: whoever gets the file can try as many as they like. */
const LEAST_PASSPHRASE = 12

export function ReceiptCard({ no, c, received, kind, index, act }: ReceiptProps) {
  const { t } = useTranslation()
  const proof = useProof(c, index !== null)
  const text = proof.data ?? null
  const own = act ? { salt: act.body.salt, jws: act.body.jws } : null
  const checked = useQuery({
    queryKey: ['receipt', c, text !== null],
    queryFn: () => askLog('receipt', { tender: no, c, received, proof: text, own }),
    staleTime: Number.POSITIVE_INFINITY,
    // Once the tender is closed, its list is compared with the receipt without anybody asking.
    refetchInterval: (query) => (query.state.data?.standing === 'open' ? LIST_AGAIN_MS : false),
  })
  const verdict = checked.data
  const state: ProofState = checked.error
    ? 'unchecked'
    : !verdict
      ? 'checking'
      : verdict.doubts.length > 0
        ? 'failed'
        : verdict.entered
          ? 'verified'
          : 'checking'
  const [passphrase, setPassphrase] = useState('')
  const [locking, setLocking] = useState(false)
  const short = passphrase !== '' && passphrase.length < LEAST_PASSPHRASE
  const download = async () => {
    setLocking(passphrase !== '')
    const file = act
      ? await receiptFile(act, text, passphrase).finally(() => setLocking(false))
      : `${JSON.stringify({ format: 'madang-receipt/1', tender: no, kind, receiptNumber: c, proof: text, received }, null, 2)}\n`
    saveFile(`madang-${no}-${c.slice(0, 12)}.json`, file, 'application/json')
  }
  return (
    <div className="stack">
      <ConfirmationPanel
        reference={c.slice(0, 12)}
        referenceLabel={t('supplier.receipt.number')}
        title={t(`supplier.receipt.title.${kind}`)}
      >
        <p>
          <ProofBadge state={state} />
        </p>
        <States verdict={verdict} />
        <p>
          {t('supplier.receipt.whole')} <HashText name={t('supplier.receipt.number')} value={c} />
        </p>
        {verdict?.receivedAt && (
          <p className="note">
            {t('supplier.receipt.at')} <Time at={verdict.receivedAt} form="exact" />
          </p>
        )}
        {act?.seeds && (
          <details className="no-print">
            <summary>{t('supplier.receipt.lock')}</summary>
            <div className="mt-2">
              <TextField
                autoComplete="new-password"
                error={short ? t('supplier.receipt.lockShort', { least: LEAST_PASSPHRASE }) : null}
                hint={t('supplier.receipt.lockHint', { least: LEAST_PASSPHRASE })}
                id={`passphrase-${c.slice(0, 8)}`}
                label={t('supplier.receipt.passphrase')}
                onChange={setPassphrase}
                type="password"
                value={passphrase}
              />
            </div>
          </details>
        )}
        <p className="no-print flex flex-wrap gap-3">
          <Button isDisabled={short} isPending={locking} onPress={() => void download()}>
            <Download aria-hidden="true" size={18} />
            {t('supplier.receipt.save')}
          </Button>
          {text !== null && (
            <button
              className="btn btn-quiet"
              onClick={() => saveFile(`madang-${no}-${c.slice(0, 12)}.tlog-proof`, text, 'text/plain')}
              type="button"
            >
              <Download aria-hidden="true" size={18} />
              {t('supplier.receipt.saveProof')}
            </button>
          )}
        </p>
        <p className="prose">
          {t(act?.seeds ? 'supplier.receipt.holder' : act ? 'supplier.receipt.plain' : 'supplier.receipt.elsewhere')}
        </p>
      </ConfirmationPanel>
      {verdict && verdict.standing !== 'open' && (
        <NotificationBanner
          kind={verdict.standing === 'listed' ? 'success' : verdict.standing === 'late' ? 'warning' : 'error'}
          live
          title={t(`supplier.standing.${verdict.standing}`)}
        >
          {(verdict.standing === 'dropped' || verdict.standing === 'missing') && <p>{t('supplier.standing.act')}</p>}
        </NotificationBanner>
      )}
      {verdict && verdict.doubts.length > 0 && <Doubts doubts={verdict.doubts} />}
    </div>
  )
}
