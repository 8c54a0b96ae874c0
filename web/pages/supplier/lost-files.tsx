// The service has lost a file of the own bid, or has another one in its place: a copy as it was sealed brings it back.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PickFile } from '../verify/pick-file.tsx'

type Lost = ReplyOf<typeof ENDPOINTS.listFiles>['files'][number]

/** The worker looks at what was brought back within a second. */
const AGAIN_MS = 2_000

/** What came of a copy that was picked. */
type End = 'sending' | 'back' | 'other' | 'full' | 'refused'

const TONE = { sending: 'info', other: 'error', full: 'error', refused: 'error' } as const

async function bringBack(no: string, ct: string, copy: File): Promise<End> {
  const hash = b64u(new Uint8Array(await crypto.subtle.digest('SHA-256', await copy.arrayBuffer())))
  // Said here, so that nobody sends a hundred megabytes to hear it.
  if (hash !== ct) return 'other'
  const reply = await fetch(`/api/v1/tenders/${no}/files/${ct}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: copy,
  })
  if (reply.ok || reply.status === 409) return 'back'
  return reply.status === 507 ? 'full' : 'refused'
}

function LostFile({ no, file, onBack }: { no: string; file: Lost; onBack: () => void }) {
  const { t } = useTranslation()
  const [end, setEnd] = useState<End | null>(null)
  const pick = (copy: File) => {
    setEnd('sending')
    bringBack(no, file.ct, copy).then(
      (came) => {
        setEnd(came)
        if (came === 'back') onBack()
      },
      () => setEnd('refused'),
    )
  }
  return (
    <div className="stack">
      <NotificationBanner kind="error" live title={t('supplier.lostFile.title', { name: file.saved })}>
        <p>{t(`supplier.lostFile.${file.outcome === 'changed' ? 'changed' : 'missing'}`)}</p>
        <p>{t('supplier.lostFile.says')}</p>
      </NotificationBanner>
      <PickFile
        label={t('supplier.lostFile.pick', { name: file.saved })}
        note={t('supplier.lostFile.note')}
        onFile={pick}
      />
      {end && end !== 'back' && <NotificationBanner kind={TONE[end]} live title={t(`supplier.lostFile.end.${end}`)} />}
    </div>
  )
}

export function LostFiles({ no, org }: { no: string; org: string }) {
  const { t } = useTranslation()
  const files = useAsk(ENDPOINTS.listFiles, { params: { no } }, { every: AGAIN_MS })
  const lost = (files.data?.files ?? []).filter(
    ({ bidder, outcome }) => bidder === org && (outcome === 'missing' || outcome === 'changed'),
  )
  const [back, setBack] = useState<readonly string[]>([])
  if (lost.length === 0 && back.length === 0) return null
  return (
    <section className="stack">
      {lost.map((file) => (
        <LostFile
          file={file}
          key={`${file.eid} ${file.n}`}
          no={no}
          onBack={() => setBack((before) => [...before, file.saved])}
        />
      ))}
      {back.map((name) => (
        <NotificationBanner key={name} kind="success" live title={t('supplier.lostFile.isBack', { name })} />
      ))}
    </section>
  )
}
