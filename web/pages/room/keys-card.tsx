// Whose keys have turned, and how many are still needed? One tile a custodian; a meter; a word when one is missing for long.
import { Check, Hourglass, KeyRound, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Kind } from '../../../src/domain/record/finding.ts'
import { KEY_PATIENCE_SECONDS } from '../../../src/domain/room/stage.ts'
import { useServerSecond } from '../../clock.ts'
import { Time } from '../../parts/time.tsx'
import { spanText } from '../../when.ts'
import { clipped, useScene } from './scene.ts'

function Tile({ kind, x, id }: { kind: Kind; x: number; id: string }) {
  const { t } = useTranslation()
  const { room, known, trusting, nameOf } = useScene()
  const release = room.sessions[kind].releases.find((r) => r.x === x)
  const logged = release && known.logged.get(release.index)
  const checked = release && (logged?.ok === false ? logged : known.releases.get(release.index))
  const failed = checked?.ok === false
  const state = !release ? 'waiting' : failed ? 'failed' : trusting ? 'turned' : checked ? 'checked' : 'checking'
  const Icon = { waiting: KeyRound, failed: ShieldAlert, turned: KeyRound, checked: Check, checking: Hourglass }[state]
  const look = {
    waiting: 'border-dashed border-edge text-muted',
    failed: 'border-bad bg-bad-soft text-bad',
    turned: 'border-primary bg-primary-soft text-primary',
    checked: 'border-good bg-good-soft text-good',
    checking: 'border-primary bg-primary-soft text-primary',
  }[state]
  return (
    <li className={`flex min-w-0 items-start gap-3 rounded-lg border-2 p-3 ${look}`}>
      <Icon aria-hidden="true" className="mt-0.5 shrink-0" size={22} />
      <div className="min-w-0">
        <p className="break-words font-bold text-ink">
          <bdi>{clipped(nameOf(id), 80)}</bdi>
        </p>
        <p className="text-[0.94rem]">
          {t(`room.keys.state.${state}`)}
          {release && (
            <>
              {' · '}
              <Time at={release.at} form="clock" />
            </>
          )}
        </p>
        {failed && checked?.says && <Says says={checked.says} />}
      </div>
    </li>
  )
}

export function Says({ says }: { says: { ko: string; en: string } }) {
  const { language } = useScene()
  return <p className="text-[0.94rem] text-bad">{says[language]}</p>
}

/** A key is missing for long: how long already, and that nothing is lost by it. */
function Trouble({ since, missing }: { since: string; missing: number }) {
  const { t, i18n } = useTranslation()
  const waited = useServerSecond() - Date.parse(since)
  if (missing <= 0 || waited < KEY_PATIENCE_SECONDS * 1000) return null
  return (
    <p className="rounded-lg border border-warn bg-warn-soft p-3" role="status">
      <strong className="text-warn">{t('room.keys.trouble', { count: missing })}</strong>{' '}
      {t('room.keys.troubleSays', { span: spanText(Math.floor(waited / 60_000) * 60_000, i18n.language) })}
    </p>
  )
}

export function KeysCard({ kind }: { kind: Kind }) {
  const { t } = useTranslation()
  const { room, cursor } = useScene()
  const keyset = room.keysets[kind]
  const { list, releases } = room.sessions[kind]
  if (!keyset) return null
  const turned = releases.length
  const enough = turned >= keyset.t
  return (
    <div className="stack">
      <div>
        <p className="font-bold text-[1.15rem]">{t(`room.keys.title.${kind}`)}</p>
        <p className="mt-1">
          {enough
            ? t('room.keys.enough', { turned, n: keyset.n })
            : t('room.keys.progress', { turned, n: keyset.n, k: keyset.t })}
        </p>
      </div>
      <meter aria-label={t('room.keys.meter')} className="sr-only" max={keyset.n} min={0} value={turned}>
        {t('room.keys.meterSays', { turned, k: keyset.t })}
      </meter>
      <div aria-hidden="true" className="flex gap-1.5">
        {keyset.custodians.map((c, i) => (
          <span
            className={`h-3 flex-1 rounded-full border ${i < turned ? 'border-transparent bg-good forced-colors:bg-[Highlight]' : 'border-edge bg-sunken'} ${i === keyset.t - 1 ? 'me-1 outline-offset-2' : ''}`}
            key={c.x}
          />
        ))}
      </div>
      <ul className="flex flex-col gap-2">
        {keyset.custodians.map((c) => (
          <Tile id={c.id} key={c.x} kind={kind} x={c.x} />
        ))}
      </ul>
      {list && cursor.mode === 'live' && <Trouble missing={keyset.t - turned} since={list.at} />}
      <p className="note">{t('room.keys.how')}</p>
    </div>
  )
}
