// How fast, how loud, and live or recorded? What a viewer decides about this room, for this browser alone.
import { Pause, Play, Radio, RotateCcw, SkipForward } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SpeechMode } from '../../../src/domain/room/speech.ts'
import { timeText } from '../../when.ts'
import { useScene } from './scene.ts'
import type { Speed } from './use-cursor.ts'

const SPEEDS: readonly Speed[] = [1, 4, 'instant']
const MODES: readonly SpeechMode[] = ['all', 'summary', 'off']

function Choice<T extends string>({
  label,
  value,
  options,
  says,
  onChange,
}: {
  label: string
  value: T
  options: readonly T[]
  says: (option: T) => string
  onChange: (option: T) => void
}) {
  return (
    <label className="flex min-w-0 items-center gap-2 text-[0.94rem]">
      <span className="text-muted">{label}</span>
      <select className="field w-auto! py-1!" onChange={(event) => onChange(event.target.value as T)} value={value}>
        {options.map((option) => (
          <option key={option} value={option}>
            {says(option)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Moves through the recording, entry by entry. */
function Scrubber() {
  const { t } = useTranslation()
  const { cursor, known, room, language } = useScene()
  const entry = known.entries[cursor.shown - 1]
  // The day of the opening, once there is one: what was recorded is that, not the notice.
  const first = known.entries.find((e) => e.typ === 'tender.closed/1') ?? known.entries[0]
  return (
    <div className="rounded-lg border border-transparent bg-primary-soft p-3">
      <p className="font-semibold">
        {first ? t('room.replay.title', { day: timeText(first.at, language, 'day') }) : t('room.replay.empty')}
      </p>
      <label className="mt-1 block">
        <span className="sr-only">{t('room.replay.position')}</span>
        <input
          aria-valuetext={entry ? `#${entry.index}, ${timeText(entry.at, language, 'exact')}` : t('room.replay.start')}
          className="h-11 w-full min-w-0 accent-primary"
          max={known.entries.length}
          min={0}
          onChange={(event) => cursor.seek(Number(event.target.value))}
          type="range"
          value={cursor.shown}
        />
      </label>
      <p className="note tnum flex flex-wrap justify-between gap-x-4">
        <span>{t('room.replay.at', { shown: cursor.shown, of: known.entries.length })}</span>
        <span>{entry ? `#${entry.index} · ${timeText(entry.at, language, 'exact')}` : ''}</span>
        {room.index >= 0 && <a href={`?seq=${room.index}`}>{t('room.replay.link')}</a>}
      </p>
    </div>
  )
}

function Inner({ speech, onSpeech }: { speech: SpeechMode; onSpeech: (mode: SpeechMode) => void }) {
  const { t } = useTranslation()
  const { cursor, known } = useScene()
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <button
        aria-pressed={!cursor.playing}
        className="btn btn-quiet btn-small min-h-11! max-sm:hidden"
        onClick={() => cursor.play(!cursor.playing)}
        type="button"
      >
        {cursor.playing ? <Pause aria-hidden="true" size={18} /> : <Play aria-hidden="true" size={18} />}
        {cursor.playing ? t('room.pause') : t('room.resume')}
      </button>
      {cursor.mode === 'replay' ? (
        <button className="btn btn-small min-h-11!" onClick={cursor.toLive} type="button">
          <Radio aria-hidden="true" size={18} />
          {t('room.replay.end')}
        </button>
      ) : (
        known.entries.length > 0 && (
          <button className="btn btn-quiet btn-small min-h-11!" onClick={cursor.toReplay} type="button">
            <RotateCcw aria-hidden="true" size={18} />
            {t('room.replay.begin')}
          </button>
        )
      )}
      <Choice
        label={t('room.speed.label')}
        onChange={(speed) => cursor.setSpeed(speed === 'instant' ? 'instant' : speed === '4' ? 4 : 1)}
        options={SPEEDS.map(String)}
        says={(speed) => t(`room.speed.${speed}`)}
        value={String(cursor.speed)}
      />
      <Choice
        label={t('room.speech.label')}
        onChange={onSpeech}
        options={MODES}
        says={(mode) => t(`room.speech.${mode}`)}
        value={speech}
      />
      {cursor.mode === 'live' && cursor.waiting > 0 && (
        <button className="btn btn-quiet btn-small min-h-11!" onClick={cursor.catchUp} type="button">
          <SkipForward aria-hidden="true" size={18} />
          {t('room.catchUp', { count: cursor.waiting })}
        </button>
      )}
    </div>
  )
}

export function RoomControls(props: { speech: SpeechMode; onSpeech: (mode: SpeechMode) => void }) {
  const { t } = useTranslation()
  const { cursor } = useScene()
  return (
    <section aria-label={t('room.controls')} className="card no-print stack gap-3! p-3! sm:p-4!">
      {cursor.mode === 'replay' && <Scrubber />}
      <div className="max-sm:hidden">
        <Inner {...props} />
      </div>
      {/* On a phone the room itself comes first; what there is to choose folds away. */}
      <details className="sm:hidden">
        <summary className="font-semibold">{t('room.controls')}</summary>
        <div className="pt-2">
          <Inner {...props} />
        </div>
      </details>
    </section>
  )
}
