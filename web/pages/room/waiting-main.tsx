// What is there to see while nothing is open yet? How it works, who holds the keys, and after the close the sealed entries themselves.
import { FileLock2, KeyRound, ListChecks, LockKeyhole, type LucideIcon, MailOpen } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { HashText } from '../../parts/hash-text.tsx'
import { ProofBadge } from '../../parts/proof-badge.tsx'
import { clipped, useScene } from './scene.ts'

const STEPS: readonly (readonly [string, LucideIcon])[] = [
  ['how1', LockKeyhole],
  ['how2', FileLock2],
  ['how3', ListChecks],
  ['how4', MailOpen],
]

function How() {
  const { t } = useTranslation()
  return (
    <section aria-labelledby="how" className="card">
      <h2 id="how">{t('room.receiving.how')}</h2>
      <ol className="mt-4 grid gap-4 sm:grid-cols-2">
        {STEPS.map(([key, Icon], i) => (
          <li className="flex min-w-0 gap-3" key={key}>
            <span className="flex size-11 shrink-0 items-center justify-center rounded-full border border-transparent bg-primary-soft text-primary">
              <Icon aria-hidden="true" size={22} />
            </span>
            <span className="min-w-0">
              <strong className="tnum text-primary">{i + 1}. </strong>
              {t(`room.receiving.${key}`)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Custodians() {
  const { t } = useTranslation()
  const { room, view, nameOf } = useScene()
  const keyset = room.keysets.technical ?? room.keysets.price
  if (!keyset) return null
  return (
    <section aria-labelledby="custodians" className="card">
      <h2 id="custodians">{t('room.receiving.custodians', { n: keyset.n, k: keyset.t })}</h2>
      <ul className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(min(100%,12rem),1fr))] gap-3">
        {keyset.custodians.map((c) => (
          <li className="flex min-w-0 items-center gap-3 rounded-lg border-2 border-edge border-dashed p-3" key={c.x}>
            <KeyRound aria-hidden="true" className="shrink-0 text-primary" size={22} />
            <bdi className="min-w-0 break-words font-bold">{clipped(nameOf(c.id), 80)}</bdi>
          </li>
        ))}
      </ul>
      <p className="note mt-3">{t('room.keys.how')}</p>
      <dl className="mt-3 grid gap-3 sm:grid-cols-2">
        {view.keysets.map((k) => (
          <div className="min-w-0" key={k.kind}>
            <dt className="note">
              {t(`room.receiving.fingerprint.${k.kind === 'price' || k.kind === 'draw' ? k.kind : 'technical'}`)}
            </dt>
            <dd>
              <HashText first={16} name={t('room.receiving.fingerprintName')} value={k.ks} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const SHOWN_ROWS = 60

/** The sealed entries as the closing list fixed them: nobody can tell a bid from a cover. */
function SealedEntries() {
  const { t } = useTranslation()
  const { room, known, trusting } = useScene()
  const { closed } = room
  const list = known.closing
  if (!closed) return null
  const all = list !== null && list.inLog === list.rows.length && list.rows.length === closed.count
  return (
    <section aria-labelledby="sealed" className="card">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-2">
        <h2 id="sealed">{t('room.closed.list')}</h2>
        <ProofBadge state={trusting ? 'unchecked' : list === null ? 'checking' : all ? 'verified' : 'failed'}>
          {list && t('room.closed.inLog', { have: list.inLog, of: closed.count })}
        </ProofBadge>
      </div>
      {list && (
        <ol className="mt-4 grid grid-cols-[repeat(auto-fill,minmax(min(100%,7rem),1fr))] gap-2.5">
          {list.rows.slice(0, SHOWN_ROWS).map(([index, c]) => (
            <li className="flex min-w-0 items-center gap-2 rounded-lg border border-edge bg-sunken p-2.5" key={index}>
              <LockKeyhole aria-hidden="true" className="shrink-0 text-muted" size={20} />
              <span className="min-w-0">
                <span className="tnum block font-bold leading-tight">{`#${index}`}</span>
                <code className="block truncate text-[0.8rem] text-muted">{c.slice(0, 8)}</code>
              </span>
            </li>
          ))}
        </ol>
      )}
      {list && list.rows.length > SHOWN_ROWS && (
        <p className="note mt-2">{t('room.more', { count: list.rows.length - SHOWN_ROWS })}</p>
      )}
      <p className="note mt-3">{t('room.closed.covers')}</p>
    </section>
  )
}

export function WaitingMain() {
  const { room } = useScene()
  if (room.bids.length > 0) return null
  return (
    <>
      <SealedEntries />
      {!room.ended && <How />}
      <Custodians />
    </>
  )
}
