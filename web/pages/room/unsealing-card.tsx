// Which envelope is being opened, did its three checks hold, and what was in it?
import { Check, MailOpen, Minus, ShieldAlert, X } from 'lucide-react'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnvelopeVerdict, Mark, Marks } from '../../../src/domain/room/check-envelope.ts'
import type { RoomEnvelope, RoomRow } from '../../../src/domain/room/rows.ts'
import { kindAt } from '../../../src/domain/room/stage.ts'
import { Money } from '../../parts/money.tsx'
import { eidsIn } from './eids-in.ts'
import { inItsWords } from './in-its-words.tsx'
import { Says } from './keys-card.tsx'
import { clipped, useScene } from './scene.ts'

const Line = inItsWords('files', () => import('./files-line.tsx').then((m) => m.FilesLine))

/** What this browser found in the envelope names files: how many, and what became of them. */
export function FilesOf({ verdict }: { verdict: EnvelopeVerdict | undefined }) {
  const { room } = useScene()
  if (!verdict?.files) return null
  return (
    <Suspense>
      <Line count={verdict.files} eid={verdict.eid} no={room.tender} />
    </Suspense>
  )
}

const CHECKS = ['commitment', 'signature', 'time'] as const

const ICON: Record<Mark, typeof Check> = { ok: Check, failed: X, none: Minus }
const LOOK: Record<Mark, string> = {
  ok: 'border-good bg-good-soft text-good',
  failed: 'border-bad bg-bad text-on-bad',
  none: 'border-line bg-sunken text-muted',
}

/** The three checks; they tick one after the other, where things may move. */
export function MarkList({ marks, ticking = false }: { marks: Marks; ticking?: boolean }) {
  const { t } = useTranslation()
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1.5">
      {CHECKS.map((check, i) => {
        const Icon = ICON[marks[check]]
        return (
          <li className={`flex items-center gap-1.5 ${ticking ? `room-tick room-tick-${i}` : ''}`} key={check}>
            <span className={`flex size-6 items-center justify-center rounded-full border ${LOOK[marks[check]]}`}>
              <Icon aria-hidden="true" size={15} strokeWidth={3} />
            </span>
            {t(`room.check.${check}`)}
            <span className="sr-only">: {t(`room.mark.${marks[check]}`)}</span>
          </li>
        )
      })}
    </ul>
  )
}

/** What came out, once it may be seen. */
function Content({ row, envelope }: { row: RoomRow; envelope: RoomEnvelope }) {
  const { t } = useTranslation()
  const { room, nameOf, rows } = useScene()
  if (envelope.state === 'failed') {
    return (
      <div className="rounded-lg border-2 border-bad bg-bad-soft p-3">
        <p className="flex items-center gap-2 font-bold text-bad">
          <ShieldAlert aria-hidden="true" size={22} />
          {t('room.failed')}
        </p>
        {envelope.says && <Says says={envelope.says} />}
      </div>
    )
  }
  if (envelope.state === 'malformed') {
    return (
      <p className="rounded-lg border border-line bg-sunken p-3">
        <strong>{t('room.malformed')}</strong> <bdi>{clipped(envelope.reason ?? '')}</bdi>
      </p>
    )
  }
  if (envelope.state !== 'opened') return <p className="note">{t(`room.envelope.${envelope.state}`)}</p>
  const ranked = rows.filter((r) => r.rank !== null).length
  return (
    <div>
      <p className="break-words font-bold text-[1.2rem]">
        <bdi>{clipped(nameOf(row.bidder))}</bdi>
      </p>
      {row.amount !== null && (
        <p className="font-bold text-[clamp(1.4rem,1.1rem+1.5vw,1.9rem)] leading-tight">
          <Money amount={row.amount} currency={String(room.notice?.rule.currency ?? 'KRW')} />
        </p>
      )}
      {row.rate !== null && <p>{t('room.unsealing.rate', { rate: row.rate })}</p>}
      {row.rank !== null && (
        <p className="font-semibold text-primary">{t('room.unsealing.rank', { rank: row.rank, of: ranked })}</p>
      )}
      {envelope.kind === 'technical' && <p className="note">{t('room.unsealing.technical')}</p>}
    </div>
  )
}

export function UnsealingCard() {
  const { t } = useTranslation()
  const { room, stage, lifting, rows, trusting, known, moves, nameOf } = useScene()
  const first = lifting[0]
  const lifted = first ? eidsIn(first) : null
  const kind = lifted?.kind ?? kindAt(stage) ?? (room.sessions.price.results.length > 0 ? 'price' : 'technical')
  const session = room.sessions[kind]
  const eid = lifted?.eids[0] ?? session.results.at(-1)?.eid
  const row = rows.find((r) => r[kind].eid === eid)
  const place = session.results.length + (lifted ? 1 : 0)
  const of = session.list?.eids.length ?? 0
  const verdict = eid === undefined ? undefined : known.verdicts.get(`${kind} ${eid}`)
  const marks = verdict?.marks
  return (
    <div className="stack">
      <div>
        <p className="flex items-center gap-2 font-bold text-[1.15rem]">
          <MailOpen aria-hidden="true" className="text-live" size={24} />
          {t(`room.unsealing.title.${kind}`, { place, of })}
        </p>
        <div
          aria-label={t('room.unsealing.progress')}
          aria-valuemax={of}
          aria-valuemin={0}
          aria-valuenow={place}
          className="mt-2 h-2.5 overflow-hidden rounded-full border border-edge bg-sunken"
          role="progressbar"
        >
          <div
            className="h-full bg-live forced-colors:bg-[Highlight]"
            style={{ width: `${of === 0 ? 0 : (100 * place) / of}%` }}
          />
        </div>
      </div>
      {row && (
        <>
          <p className="note">{t('room.unsealing.envelope', { no: row.no })}</p>
          {trusting ? (
            <p className="note">{t('room.unchecked')}</p>
          ) : (
            marks && <MarkList key={eid} marks={marks} ticking={moves && lifted !== null} />
          )}
          {lifted ? (
            <p className="break-words font-bold text-[1.2rem]">
              <bdi>{clipped(nameOf(row.bidder))}</bdi>
            </p>
          ) : (
            <>
              <Content envelope={row[kind]} row={row} />
              <FilesOf verdict={verdict} />
            </>
          )}
        </>
      )}
      <p className="note border-line border-t pt-3">{t('room.unsealing.how')}</p>
    </div>
  )
}
