// What came of it when it did not go well: refused with every reason, nothing arrived, nobody knows, or it was stopped before sending?
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { askLog } from '../../log/ask-log.ts'
import { Button } from '../../parts/button.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { saveFile } from '../../save-file.ts'
import type { Refusal } from './sent-acts.ts'
import type { Sealing } from './use-sealing.ts'

/** Every reason in words, and that it did not count. A refusal that the server signed can be kept as evidence. */
export function RefusalView({ no, refusal }: { no: string; refusal: Refusal }) {
  const { t } = useTranslation()
  const { refused } = refusal
  const checked = useQuery({
    queryKey: ['refusal', refused],
    queryFn: () => askLog('refusal', { no, refused: refused ?? '' }),
    enabled: refused !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const download = () =>
    saveFile(`madang-${no}-refusal.json`, `${JSON.stringify(refusal.body, null, 2)}\n`, 'application/json')
  return (
    <div className="stack">
      <ErrorSummary problem={refusal} />
      <NotificationBanner kind="warning" title={t('supplier.refusal.notCounted')}>
        <p>{t('supplier.refusal.before')}</p>
        {refused && (
          <>
            <p>
              {t('supplier.refusal.signed')}{' '}
              {checked.data && <ProofBadge state={checked.data.signed ? 'verified' : 'failed'} />}
            </p>
            <p className="mt-2">
              <Button kind="quiet" onPress={download}>
                {t('supplier.refusal.save')}
              </Button>
            </p>
            <p className="mt-2">
              <Link to="/receipts">{t('supplier.refusal.receipts')}</Link>
            </p>
          </>
        )}
      </NotificationBanner>
    </div>
  )
}

export type OutcomeProps = {
  no: string
  end: NonNullable<Sealing['end']>
  /** Ask the server once more what became of the request. */
  onAsk: () => Promise<unknown>
  /** Send the same sealed bid again, under a new request. */
  onSend: () => Promise<unknown>
  /** Back to the form. */
  onBack: () => void
}

export function OutcomeView({ no, end, onAsk, onSend, onBack }: OutcomeProps) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const waiting = (work: () => Promise<unknown>) => {
    setBusy(true)
    void work().finally(() => setBusy(false))
  }
  const back = (
    <p>
      <Button kind="quiet" onPress={onBack}>
        {t('supplier.outcome.back')}
      </Button>
    </p>
  )
  switch (end.kind) {
    case 'receipt':
      return null
    case 'doubts':
      return (
        <div className="stack">
          <Doubts doubts={end.doubts} />
          <p>{t('supplier.outcome.nothingSealed')}</p>
          {back}
        </div>
      )
    case 'refused':
      return (
        <div className="stack">
          <RefusalView no={no} refusal={end.refusal} />
          {back}
        </div>
      )
    case 'unknown':
      return (
        <NotificationBanner kind="error" live title={t('supplier.outcome.unknown')}>
          <p>{t('supplier.outcome.unknownSays')}</p>
          <p className="mt-2">
            <Button isPending={busy} onPress={() => waiting(onAsk)}>
              {t('supplier.outcome.ask')}
            </Button>
          </p>
        </NotificationBanner>
      )
    case 'not received':
      return (
        <NotificationBanner kind="warning" live title={t('supplier.outcome.notReceived')}>
          <p>{t('supplier.outcome.notReceivedSays')}</p>
          <p className="mt-2 flex flex-wrap gap-3">
            <Button isPending={busy} onPress={() => waiting(onSend)}>
              {t('supplier.outcome.again')}
            </Button>
          </p>
        </NotificationBanner>
      )
    case 'broke':
      return (
        <div className="stack">
          <NotificationBanner kind="error" live title={t('supplier.outcome.broke')}>
            <p lang="en">{end.why}</p>
          </NotificationBanner>
          {back}
        </div>
      )
  }
}
