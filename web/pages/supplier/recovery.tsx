// After the close: is one's bid on the list, and are its envelopes still there? If not, the kept file mends it, with one press.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { askLog } from '../../log/ask-log.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { useSend } from '../../parts/use-send.ts'
import { PickFile } from '../verify/pick-file.tsx'
import { type KeptFile, readKeptFile } from './kept-file.ts'
import type { OwnAct } from './own-acts.tsx'
import { keptOf, type SentAct } from './sent-acts.ts'

/** How often a list that is not there yet is asked for. */
const AGAIN_MS = 5_000

/** Where a kept act stands, as this browser reads it from the log: no word of the service is needed for it. */
function useStanding(no: string, file: KeptFile) {
  return useQuery({
    queryKey: ['standing', file.c],
    queryFn: async () => {
      const answer = await ask(ENDPOINTS.readProof, { params: { c: file.c } })
      const { c, received, salt, jws } = file
      const proof = answer.ok ? String(answer.text) : null
      return askLog('receipt', { tender: no, c, received, proof, own: { salt, jws } })
    },
    refetchInterval: (query) => (query.state.data?.standing === 'listed' ? false : AGAIN_MS),
  })
}

/** A kept act that the closing list lacks: said at once, with the way to put it back. */
function KeptAct({ no, file, open }: { no: string; file: KeptFile; open: boolean }) {
  const { t } = useTranslation()
  const standing = useStanding(no, file).data?.standing
  const { busy, problem, send } = useSend()
  const [outcome, setOutcome] = useState<'put back' | 'recorded' | null>(null)
  const prove = async () => {
    const { jws, salt, received, envelopes } = file
    const done = await send(() =>
      ask(ENDPOINTS.proveDrop, { params: { no }, body: { jws, salt, received, envelopes } }),
    )
    if (done) setOutcome(done.outcome)
  }
  const number = file.c.slice(0, 12)
  if (outcome !== null) {
    return (
      <NotificationBanner
        kind={outcome === 'put back' ? 'success' : 'warning'}
        live
        title={t(outcome === 'put back' ? 'supplier.recovery.isBack' : 'supplier.recovery.isRecorded', { number })}
      >
        <p>{t(outcome === 'put back' ? 'supplier.recovery.isBackSays' : 'supplier.recovery.isRecordedSays')}</p>
      </NotificationBanner>
    )
  }
  if (standing !== 'dropped' && standing !== 'missing') return null
  const mended = open && standing === 'dropped'
  return (
    <NotificationBanner kind="error" live title={t(`supplier.standing.${standing}`)}>
      <p>{t(mended ? 'supplier.recovery.canBack' : 'supplier.recovery.canRecord', { number })}</p>
      <p className="mt-2">
        <Button isPending={busy} onPress={() => void prove()}>
          {t(mended ? 'supplier.recovery.back' : 'supplier.recovery.record')}
        </Button>
      </p>
      <ErrorSummary problem={problem} />
    </NotificationBanner>
  )
}

/** The service has lost an envelope of the act that counts; whoever kept its file gives it back. */
function LostEnvelopes({ no, act, file }: { no: string; act: OwnAct; file: KeptFile | null }) {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const restore = async () => {
    for (const kind of act.lost) {
      const [eid, envelope] = [file?.eids?.[kind], file?.envelopes?.[kind]]
      if (eid === undefined || envelope === undefined) continue
      if (!(await send(() => ask(ENDPOINTS.restoreEnvelope, { params: { no, eid }, body: { envelope } })))) return
    }
  }
  const kinds = act.lost.map((kind) => t(`supplier.recovery.${kind}`)).join(', ')
  return (
    <NotificationBanner kind="error" live title={t('supplier.recovery.lost', { kinds })}>
      <p>{t(file?.envelopes ? 'supplier.recovery.lostHere' : 'supplier.recovery.lostElsewhere')}</p>
      {file?.envelopes && (
        <p className="mt-2">
          <Button isPending={busy} onPress={() => void restore()}>
            {t('supplier.recovery.restore')}
          </Button>
        </p>
      )}
      <ErrorSummary problem={problem} />
    </NotificationBanner>
  )
}

export function Recovery({
  no,
  state,
  own,
  sent,
}: {
  no: string
  state: string
  own: readonly OwnAct[]
  sent: readonly SentAct[]
}) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<KeptFile | null>(null)
  const [wrong, setWrong] = useState(false)
  const here = sent.flatMap((act) => keptOf(act) ?? [])
  const files = [...here, ...(chosen && !here.some(({ c }) => c === chosen.c) ? [chosen] : [])]
  const lost = own.find((act) => act.counts && act.lost.length > 0)
  const pick = async (picked: File) => {
    const file = readKeptFile(await picked.text(), no)
    setChosen(file)
    setWrong(file === null)
  }
  return (
    <section className="stack">
      {files.map((file) => (
        <KeptAct file={file} key={file.c} no={no} open={state === 'closed'} />
      ))}
      {lost && <LostEnvelopes act={lost} file={files.find(({ c }) => c === lost.c) ?? null} no={no} />}
      <details open={lost !== undefined && here.length === 0 ? true : undefined}>
        <summary>{t('supplier.recovery.fromFile')}</summary>
        <div className="stack mt-3">
          <p className="prose">{t('supplier.recovery.fromFileSays')}</p>
          <PickFile
            label={t('supplier.recovery.file')}
            note={t('supplier.recovery.stays')}
            onFile={(file) => void pick(file)}
          />
          {wrong && <NotificationBanner kind="error" live title={t('supplier.recovery.notAFile')} />}
          {chosen && <NotificationBanner live title={t('supplier.recovery.read', { number: chosen.c.slice(0, 12) })} />}
        </div>
      </details>
    </section>
  )
}
