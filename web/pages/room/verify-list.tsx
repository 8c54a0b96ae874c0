// Check by check: was this tender run by the rules? What the audit found in this browser, from the log's own files.
import { CircleHelp, LoaderCircle, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../../src/domain/audit/audit.ts'
import type { Audit } from './room-watch.ts'
import { clipped, useScene } from './scene.ts'

const LOOK: Record<Outcome, readonly [typeof ShieldCheck, string]> = {
  ok: [ShieldCheck, 'text-good'],
  failed: [ShieldAlert, 'text-bad'],
  'not checkable': [CircleHelp, 'text-muted'],
}

export function VerifyList({ audit }: { audit: Audit }) {
  const { t } = useTranslation()
  const { language, no } = useScene()
  if (audit.state === 'running') {
    return (
      <p className="mt-3 flex items-center gap-2" role="status">
        <LoaderCircle aria-hidden="true" className="motion-safe:animate-spin" size={20} />
        {t('room.verify.working')}
      </p>
    )
  }
  if (audit.state === 'broke') {
    return (
      <p className="mt-3 text-bad" role="alert">
        {t('room.verify.broke')} {clipped(audit.why, 120)}
      </p>
    )
  }
  const count = (verdict: Outcome) => audit.checks.filter((c) => c.verdict === verdict).length
  const [ok, failed, open] = [count('ok'), count('failed'), count('not checkable')]
  return (
    <div className="mt-4">
      <p className={`font-bold ${failed > 0 ? 'text-bad' : 'text-good'}`} role={failed > 0 ? 'alert' : 'status'}>
        {failed > 0 ? t('room.verify.failed', { count: failed }) : t('room.verify.ok', { count: ok })}
      </p>
      {open > 0 && <p className="note">{t('room.verify.open', { count: open })}</p>}
      <ul className="mt-2 flex flex-col">
        {audit.checks.map(({ check, verdict, says }) => {
          const [Icon, look] = LOOK[verdict]
          return (
            <li className="flex gap-2.5 border-line border-b py-2.5" key={check}>
              <Icon aria-hidden="true" className={`mt-0.5 shrink-0 ${look}`} size={20} />
              <div className="min-w-0">
                <p className="font-semibold">
                  {t(`audit.${check}`)}
                  <span className="sr-only">
                    : {t(`room.verdict.${verdict === 'not checkable' ? 'open' : verdict}`)}
                  </span>
                </p>
                <p className={`break-words text-[0.94rem] ${verdict === 'failed' ? 'text-bad' : 'text-muted'}`}>
                  {clipped(says[language], 1200)}
                </p>
              </div>
            </li>
          )
        })}
      </ul>
      <p className="note mt-3">{t('room.verify.elsewhere')}</p>
      <pre className="mt-1 whitespace-pre-wrap break-all rounded-lg bg-sunken p-3 text-[0.85rem]">
        <code>{`npm run verify -- ${location.origin} ${no}`}</code>
      </pre>
    </div>
  )
}
