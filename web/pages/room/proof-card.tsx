// What has this browser found out for itself, and what is there to press for whoever wants to know all of it?
import { ScanSearch } from 'lucide-react'
import { Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Kind } from '../../../src/domain/record/finding.ts'
import { ProofBadge, type ProofState } from '../../parts/proof-badge.tsx'
import { inItsWords } from './in-its-words.tsx'
import { useScene } from './scene.ts'

const VerifyList = inItsWords('audit', () => import('./verify-list.tsx').then((m) => m.VerifyList))

type Line = { key: string; says: string; state: ProofState; count: string }

const stateOf = (have: number, of: number, failed: boolean): ProofState =>
  failed ? 'failed' : have >= of ? 'verified' : 'checking'

function useLines(): Line[] {
  const { t } = useTranslation()
  const { room, known } = useScene()
  const lines: Line[] = []
  const add = (key: string, have: number, of: number, failed: boolean) =>
    lines.push({ key, says: t(`beside.proof.${key}`), count: `${have}/${of}`, state: stateOf(have, of, failed) })
  const logged = room.lines.filter((l) => known.logged.get(l.index)?.ok)
  if (known.log || known.refused)
    lines.push({
      key: 'head',
      says: t('beside.proof.head'),
      count: known.log ? `#${known.log.size}` : '',
      state: known.refused ? 'failed' : 'verified',
    })
  const wrong = room.lines.some((l) => known.logged.get(l.index)?.ok === false)
  add('entries', logged.length, room.lines.length, wrong || known.missing.length > 0)
  if (known.closing && room.closed) {
    const { inLog, rows } = known.closing
    add('closing', inLog, rows.length, inLog < rows.length)
  }
  const kinds: Kind[] = ['technical', 'price']
  for (const kind of kinds) {
    const { releases, results } = room.sessions[kind]
    if (releases.length > 0) {
      const checked = releases.map((r) => known.releases.get(r.index))
      add(
        `keys-${kind}`,
        checked.filter((c) => c?.ok).length,
        releases.length,
        checked.some((c) => c?.ok === false),
      )
    }
    if (results.length > 0) {
      const verdicts = results.map((r) => known.verdicts.get(`${kind} ${r.eid}`))
      add(
        `envelopes-${kind}`,
        verdicts.filter((v) => v?.ok).length,
        results.length,
        verdicts.some((v) => v?.ok === false),
      )
    }
  }
  if (room.evaluation) {
    const same = [...known.agrees.values()]
    add('ranking', same.filter(Boolean).length, Math.max(same.length, room.bids.length), same.includes(false))
    // An envelope that failed leaves nothing to compute a ranking from.
    const ranking = lines.at(-1)
    if (ranking && same.length === 0 && known.checking === 'done') ranking.state = 'unchecked'
  }
  return lines
}

export function ProofCard({ verify }: { verify: () => void }) {
  const { t } = useTranslation()
  const { known, trusting } = useScene()
  const lines = useLines()
  const list = useRef<HTMLDivElement>(null)
  const running = known.audit?.state === 'running'
  useEffect(() => {
    if (running) list.current?.focus()
  }, [running])
  return (
    <section aria-labelledby="proof" className="card" id="proof-card">
      <h2 id="proof">{t('beside.proof.title')}</h2>
      {trusting ? (
        <p className="mt-2">{t('beside.proof.cannot')}</p>
      ) : (
        <ul className="mt-3 flex flex-col gap-2">
          {lines.map(({ key, says, state, count }) => (
            <li className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1" key={key}>
              <span>{says}</span>
              <ProofBadge state={state}>
                <span className="sr-only">{t(`parts.proof.${state}`)} </span>
                <span className="tnum">{count}</span>
              </ProofBadge>
            </li>
          ))}
        </ul>
      )}
      <p className="note mt-3">{t('beside.proof.how')}</p>
      <button className="btn mt-3 w-full" disabled={trusting || running} onClick={verify} type="button">
        <ScanSearch aria-hidden="true" size={20} />
        {running ? t('room.verify.running') : t('room.verify.press')}
      </button>
      <div ref={list} tabIndex={-1}>
        {known.audit && (
          <Suspense fallback={<p className="note mt-3">{t('parts.states.loading')}</p>}>
            <VerifyList audit={known.audit} />
          </Suspense>
        )}
      </div>
    </section>
  )
}
