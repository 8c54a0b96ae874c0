// How did a row come about? Both envelopes with their checks, what the proposal says, and the working of every score.
import { useTranslation } from 'react-i18next'
import type { EnvelopeVerdict } from '../../../src/domain/room/check-envelope.ts'
import type { RoomEnvelope } from '../../../src/domain/room/rows.ts'
import { HashText } from '../../parts/hash-text.tsx'
import { inItsWords, OnDemand } from './in-its-words.tsx'
import type { RowProps } from './ranking-row.tsx'
import { clipped, useScene } from './scene.ts'
import { FilesOf, MarkList } from './unsealing-card.tsx'

const Working = inItsWords('tender', () => import('../tender/working.tsx').then((m) => m.Working))

/** Longest proposal text that is shown here; the whole stands in the log. */
const MOST_TEXT = 12_000

function Proposal({ verdict }: { verdict: EnvelopeVerdict | undefined }) {
  const { t } = useTranslation()
  const content = verdict?.content
  if (content?.state !== 'valid') return null
  const texts = Object.entries(content.body).filter(
    (member): member is [string, string] => typeof member[1] === 'string',
  )
  if (texts.length === 0) return null
  return (
    <details>
      <summary className="py-2 font-semibold">{t('room.proposal')}</summary>
      <dl className="rounded-lg bg-sunken p-3">
        {texts.slice(0, 20).map(([name, text]) => (
          <div className="mb-2" key={name}>
            <dt className="note">
              <bdi>{clipped(name, 60)}</bdi>
            </dt>
            <dd className="whitespace-pre-wrap break-words" dir="auto">
              {clipped(text, MOST_TEXT)}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

function Envelope({ envelope, verdict }: { envelope: RoomEnvelope; verdict: EnvelopeVerdict | undefined }) {
  const { t } = useTranslation()
  const { language } = useScene()
  return (
    <div className="min-w-0 rounded-lg border border-line p-3">
      <p className="flex flex-wrap items-baseline justify-between gap-2">
        <strong>{t(`room.kind.${envelope.kind}`)}</strong>
        <span className="note">{t(`room.envelope.${envelope.state}`)}</span>
      </p>
      {envelope.eid !== '' && (
        <p className="note">
          <HashText first={12} name={t('room.eid')} value={envelope.eid} />
        </p>
      )}
      {envelope.marks && <MarkList marks={envelope.marks} />}
      {envelope.says && <p className="mt-1 font-semibold text-bad">{envelope.says[language]}</p>}
      {envelope.reason && (
        <p className="mt-1">
          {t('room.malformed')} <bdi>{clipped(envelope.reason)}</bdi>
        </p>
      )}
      <FilesOf verdict={verdict} />
      {envelope.kind === 'technical' && <Proposal verdict={verdict} />}
    </div>
  )
}

export function RowDetails({ row, technicalVerdict, priceVerdict, name }: RowProps) {
  const { t } = useTranslation()
  return (
    <div className="stack py-2">
      <p className="note">
        <bdi>{name}</bdi> · <code>{clipped(row.bidder, 80)}</code>
      </p>
      <div className="grid gap-3 md:grid-cols-2">
        {row.technical.eid !== '' && <Envelope envelope={row.technical} verdict={technicalVerdict} />}
        <Envelope envelope={row.price} verdict={priceVerdict} />
      </div>
      {row.steps.length > 0 && (
        <OnDemand says={t('room.working')}>
          <Working steps={row.steps} />
        </OnDemand>
      )}
    </div>
  )
}
