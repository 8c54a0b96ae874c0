// What was written into the public log about this tender? Every entry in words and as it stands, and a check of all of it in this browser.

import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Check } from '../../../src/domain/audit/audit.ts'
import { fromB64u, hex } from '../../../src/proof/bytes.ts'
import { eventSentence } from '../../event-sentence.ts'
import { inLanguage } from '../../i18n.ts'
import { askLog } from '../../log/ask-log.ts'
import { Button } from '../../parts/button.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Empty } from '../../parts/states.tsx'
import { Timeline } from '../../parts/timeline.tsx'
import { saveFile } from '../../save-file.ts'
import { LogReplay } from './log-replay.tsx'
import { type LogEvent, readPayload } from './tender-facts.ts'

function payloadAddress(event: LogEvent): string | null {
  try {
    const { h } = JSON.parse(event.leaf) as { h?: string }
    return h ? `/log/payload/${hex(fromB64u(h))}` : null
  } catch {
    return null
  }
}

const raw = 'mono mt-1 whitespace-pre-wrap break-all rounded-card border border-line bg-sunken p-3'

function Entry({ event }: { event: LogEvent }) {
  const { t } = useTranslation()
  const read = readPayload(event.payload)
  const address = payloadAddress(event)
  return (
    <details className="mt-1">
      <summary className="text-[0.94rem]">{t('tender.log.raw', { index: event.index })}</summary>
      <div className="stack mt-2 gap-2">
        <p className="note">
          {event.typ} · <span className="tnum">{event.index}</span>
          {address && (
            <>
              {' · '}
              <a href={address}>{t('tender.log.payload')}</a>
            </>
          )}
          {' · '}
          <a download={`entry-${event.index}.tlog-proof`} href={`/log/proof/${event.index}`}>
            {t('tender.log.receipt')}
          </a>
        </p>
        <p className="font-semibold">{t('tender.log.leaf')}</p>
        <pre className={raw}>{event.leaf}</pre>
        <p className="font-semibold">
          {read?.signedBy ? t('tender.log.signed', { kid: read.signedBy.slice(0, 16) }) : t('tender.log.content')}
        </p>
        <pre className={raw}>{read ? JSON.stringify(read.payload, null, 2) : event.payload}</pre>
      </div>
    </details>
  )
}

const ICONS = { ok: CircleCheck, failed: CircleX, 'not checkable': CircleHelp }
const TONES = { ok: 'text-good', failed: 'text-bad', 'not checkable': 'text-muted' }

type Audit =
  | { state: 'idle' }
  | { state: 'running' }
  | { state: 'broke'; why: string }
  | { state: 'done'; checks: Check[] }

/** The same audit that the command line runs, here and now, on what the log serves. */
function WholeCheck({ no }: { no: string }) {
  const { t, i18n } = useTranslation()
  const [audit, setAudit] = useState<Audit>({ state: 'idle' })
  const run = () => {
    setAudit({ state: 'running' })
    askLog('audit', { no }).then(
      (checks) => setAudit({ state: 'done', checks }),
      (error: Error) => setAudit({ state: 'broke', why: error.message }),
    )
  }
  const failed = audit.state === 'done' ? audit.checks.filter((c) => c.verdict === 'failed') : []
  const open = audit.state === 'done' ? audit.checks.filter((c) => c.verdict === 'not checkable') : []
  return (
    <section className="card stack">
      <h2>{t('tender.log.check')}</h2>
      <p className="prose">{t('tender.log.checkSays')}</p>
      <p className="no-print">
        <Button isPending={audit.state === 'running'} onPress={run}>
          {t(audit.state === 'running' ? 'tender.log.checking' : 'tender.log.run')}
        </Button>
      </p>
      {audit.state === 'broke' && (
        <NotificationBanner kind="error" live title={t('tender.log.broke')}>
          <p lang="en">{audit.why}</p>
        </NotificationBanner>
      )}
      {audit.state === 'done' && (
        <>
          <NotificationBanner
            kind={failed.length > 0 ? 'error' : 'success'}
            live
            title={
              failed.length > 0
                ? t('tender.log.found', { count: failed.length })
                : t('tender.log.clean', { count: audit.checks.length - open.length, open: open.length })
            }
          />
          <ul aria-label={t('tender.log.check')} className="flex flex-col gap-2">
            {audit.checks.map((check) => {
              const Icon = ICONS[check.verdict]
              return (
                <li className="flex gap-2" key={check.check}>
                  <Icon aria-hidden="true" className={`mt-1 shrink-0 ${TONES[check.verdict]}`} size={18} />
                  <span className="min-w-0">
                    <span className="sr-only">{t(`tender.log.verdict.${check.verdict.replace(' ', '-')}`)}: </span>
                    <code className="text-muted">{check.check}</code> {inLanguage(check.says, i18n.language)}
                  </span>
                </li>
              )
            })}
          </ul>
        </>
      )}
    </section>
  )
}

type Made =
  | { state: 'idle' }
  | { state: 'running' }
  | { state: 'none' }
  | { state: 'broke' }
  | { state: 'made'; failed: number }

/** The evidence of the tender as one file, made here from what the log serves to everybody. */
function SaveBundle({ no }: { no: string }) {
  const { t } = useTranslation()
  const [made, setMade] = useState<Made>({ state: 'idle' })
  const make = () => {
    setMade({ state: 'running' })
    askLog('makeBundle', { no }).then(
      (bundle) => {
        if (bundle) saveFile(`madang-${no}.zip`, bundle.bytes, 'application/zip')
        setMade(bundle ? { state: 'made', failed: bundle.failed } : { state: 'none' })
      },
      () => setMade({ state: 'broke' }),
    )
  }
  return (
    <section className="card stack">
      <h2>{t('tender.log.bundle.title')}</h2>
      <p className="prose">{t('tender.log.bundle.text')}</p>
      <p className="no-print flex flex-wrap items-center gap-4">
        <Button isPending={made.state === 'running'} kind="quiet" onPress={make}>
          {t(made.state === 'running' ? 'tender.log.bundle.making' : 'tender.log.bundle.make')}
        </Button>
        <Link to={`/tenders/${no}/opening`}>{t('tender.log.bundle.replay')}</Link>
      </p>
      {made.state === 'none' && <NotificationBanner kind="warning" live title={t('tender.log.bundle.none')} />}
      {made.state === 'broke' && <NotificationBanner kind="error" live title={t('tender.log.broke')} />}
      {made.state === 'made' && (
        <NotificationBanner
          kind={made.failed > 0 ? 'error' : 'success'}
          live
          title={made.failed > 0 ? t('tender.log.bundle.failed', { count: made.failed }) : t('tender.log.bundle.made')}
        />
      )}
    </section>
  )
}

export function LogTab({ no, events }: { no: string; events: readonly LogEvent[] }) {
  const { t, i18n } = useTranslation()
  if (events.length === 0) return <Empty title={t('tender.log.none')} />
  return (
    <div className="stack gap-8">
      <LogReplay events={events} />
      <WholeCheck no={no} />
      <SaveBundle no={no} />
      <section className="stack">
        <h2>{t('tender.log.entries', { count: events.length })}</h2>
        <p className="note">
          <a href={`/api/v1/tenders/${no}/events`}>{t('tender.log.json')}</a>
        </p>
        <Timeline
          items={events.map((event) => {
            const read = readPayload(event.payload)
            return {
              key: String(event.index),
              title: read ? eventSentence(read.payload, i18n.language) : event.typ,
              at: event.at,
              children: <Entry event={event} />,
            }
          })}
          label={t('tender.log.title')}
        />
      </section>
    </div>
  )
}
