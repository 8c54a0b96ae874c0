// What must everybody in the room know at once: a record that does not add up, a lost connection, a browser that cannot check?
import { FileDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Words } from '../../../src/domain/events.ts'
import { serverNow } from '../../clock.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Time } from '../../parts/time.tsx'
import { saveFile } from '../../save-file.ts'
import type { KnownSoFar } from './room-watch.ts'
import { clipped, useScene } from './scene.ts'

const MOST = 6

/** Everything that this browser found wrong, once each. */
export function wrongsOf(known: KnownSoFar, missingSays: (index: number) => Words): Words[] {
  const found: Words[] = []
  if (known.refused !== null) found.push({ ko: known.refused, en: known.refused })
  for (const index of known.missing) found.push(missingSays(index))
  for (const [index, { ok, says }] of known.logged) {
    if (!ok && says) found.push({ ko: `#${index}: ${says.ko}`, en: `#${index}: ${says.en}` })
  }
  for (const { ok, says, index } of known.verdicts.values()) {
    if (!ok && says) found.push({ ko: `#${index}: ${says.ko}`, en: `#${index}: ${says.en}` })
  }
  for (const { says } of known.findings) found.push(says)
  return [...new Map(found.map((one) => [one.en, one])).values()]
}

/** Everything that somebody else needs to see the same: the entries as they were sent, and what was found. */
function saveEvidence(no: string, known: KnownSoFar, wrongs: readonly Words[]): void {
  const evidence = {
    tender: no,
    saved: new Date(serverNow()).toISOString(),
    place: location.origin,
    log: known.log,
    found: wrongs,
    missing: known.missing,
    entries: known.entries,
  }
  saveFile(`${no}-evidence.json`, `${JSON.stringify(evidence, null, 2)}\n`, 'application/json')
}

function Mismatch() {
  const { t } = useTranslation()
  const { known, language, no } = useScene()
  const wrongs = wrongsOf(known, (index) => ({
    ko: `#${index}: 로그에는 있지만 이 화면에는 보내지 않은 기록입니다.`,
    en: `#${index}: an entry that the log holds and this page was not sent.`,
  }))
  if (wrongs.length === 0) return null
  return (
    <NotificationBanner kind="error" live title={t('room.mismatch.title', { count: wrongs.length })}>
      <p>{t('room.mismatch.says')}</p>
      <ul className="my-2 list-disc ps-5">
        {wrongs.slice(0, MOST).map((words) => (
          <li className="break-words" key={words.en}>
            {clipped(words[language], 300)}
          </li>
        ))}
        {wrongs.length > MOST && <li>{t('room.more', { count: wrongs.length - MOST })}</li>}
      </ul>
      <p>{t('room.mismatch.report')}</p>
      <p className="no-print mt-2">
        <button className="btn btn-quiet btn-small" onClick={() => saveEvidence(no, known, wrongs)} type="button">
          <FileDown aria-hidden="true" size={18} />
          {t('room.mismatch.save')}
        </button>
      </p>
    </NotificationBanner>
  )
}

const INCIDENTS = new Set([
  'clock-late',
  'custodian-convicted',
  'closing-time-override',
  'leaf-put-back',
  'bid-dropped',
  'envelope-restored',
  'file-restored',
  'custodians-lost',
])

function Incidents() {
  const { t } = useTranslation()
  const { room } = useScene()
  return room.incidents.map((incident) => (
    <NotificationBanner
      key={incident.index}
      kind="warning"
      title={incident.reasons
        .map((code) => (INCIDENTS.has(code) ? t(`room.incident.${code}`) : clipped(code, 60)))
        .join(', ')}
    >
      {incident.newDeadline && (
        <p>
          {t('room.incident.newDeadline')} <Time at={incident.newDeadline} form="exact" />
        </p>
      )}
      {typeof incident.facts.custodian === 'string' && (
        <p>
          <bdi>{clipped(incident.facts.custodian, 80)}</bdi>
        </p>
      )}
      <p className="note">{`#${incident.index}`}</p>
    </NotificationBanner>
  ))
}

export function RoomAlerts({ again }: { again: () => void }) {
  const { t } = useTranslation()
  const { known, room } = useScene()
  const alone = room.reveal !== null && room.bids.length === 1 && !room.ended
  return (
    <>
      <Mismatch />
      {known.line === 'lost' && (
        <NotificationBanner kind="warning" title={t('room.line.lost')}>
          <p>{t('room.line.lostSays')}</p>
          <p className="mt-2">
            <button className="btn btn-quiet btn-small" onClick={again} type="button">
              {t('parts.states.again')}
            </button>
          </p>
        </NotificationBanner>
      )}
      {known.checking === 'insecure' && (
        <NotificationBanner kind="warning" title={t('room.cannot.title')}>
          <p>{t('room.cannot.insecure')}</p>
        </NotificationBanner>
      )}
      {known.checking === 'broken' && (
        <NotificationBanner kind="warning" title={t('room.cannot.title')}>
          <p>{t('room.cannot.broken')}</p>
        </NotificationBanner>
      )}
      {known.checking === 'unreachable' && known.line !== 'lost' && (
        <NotificationBanner kind="warning" title={t('room.cannot.unreachable')} />
      )}
      <Incidents />
      {alone && <NotificationBanner kind="info" title={t('room.alone')} />}
    </>
  )
}
