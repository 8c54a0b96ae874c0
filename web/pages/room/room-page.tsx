// What happens in this opening, right now? The room: everything in it is a public log entry, checked in the viewer's own browser.
import {
  lazy,
  memo,
  Suspense,
  startTransition,
  useCallback,
  useDeferredValue,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { useTranslation } from 'react-i18next'
import { useParams, useSearchParams } from 'react-router'
import type { PublicEvent } from '../../../src/api/live.ts'
import { isPriceAlone } from '../../../src/domain/room/room.ts'
import { type Known, type RoomRow, rowsOf, verdictKey } from '../../../src/domain/room/rows.ts'
import type { SpeechMode } from '../../../src/domain/room/speech.ts'
import { stageOf } from '../../../src/domain/room/stage.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage, needWords } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { useSession } from '../../session.ts'
import { type Language, snapshot } from '../../snapshot.ts'
import { Announcer } from './announcer.tsx'
import { eidsIn } from './eids-in.ts'
import { EnvelopeWall } from './envelope-wall.tsx'
import { NowCard } from './now-card.tsx'
import { RankingTable } from './ranking-table.tsx'
import { RoomAlerts } from './room-alerts.tsx'
import { RoomBar } from './room-bar.tsx'
import { RoomControls } from './room-controls.tsx'
import { RoomWatch } from './room-watch.ts'
import { ALL_DRAWN, clipped, type Scene, SceneContext, type View } from './scene.ts'
import { StageStrip } from './stage-strip.tsx'
import { useCursor } from './use-cursor.ts'
import { useReducedMotion } from './use-motion.ts'
import { useRoom } from './use-room.ts'
import { WaitingMain } from './waiting-main.tsx'
import './room.css'

/** Code and words of what stands around the rows come together, and after them. */
const rest = async () => (await Promise.all([import('./room-rest.tsx'), needWords(['beside'])]))[0]
const BelowRows = lazy(() => rest().then((m) => ({ default: m.BelowRows })))
const BesideRows = lazy(() => rest().then((m) => ({ default: m.BesideRows })))

/** Whether the rows are on the screen, so that it is the turn of what stands around them. */
function useDrawn(): boolean {
  const [drawn, setDrawn] = useState(false)
  useEffect(() => startTransition(() => setDrawn(true)), [])
  return drawn
}

/** Two values of plain data are the same; what is the same object is not looked into. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
  )
}

/** Rows that say the same as before keep their identity, so that only those that changed are drawn anew. */
function useSameRows(rows: readonly RoomRow[]): readonly RoomRow[] {
  const before = useRef(new Map<number, RoomRow>())
  return useMemo(() => {
    const kept = rows.map((row) => {
      const old = before.current.get(row.no)
      return old && same(old, row) ? old : row
    })
    before.current = new Map(kept.map((row) => [row.no, row]))
    return kept
  }, [rows])
}

/** Milliseconds between two questions for the ranking under way: one of hundreds of rows takes a while to make and to bring over. */
const ASKED_EVERY = { few: 300, many: 1200 }

/** The ranking under way, asked of the worker as the room goes on; the one before stands until it answers. */
function useStanding(
  watch: RoomWatch,
  known: ReturnType<RoomWatch['get']>,
  index: number,
  needed: boolean,
  every: number,
) {
  const last = useRef<Known['standing']>(null)
  const asked = useRef(0)
  const have = known.standings.get(index)
  useEffect(() => {
    if (!needed || have !== undefined) return
    // While a whole room is being checked, not after each envelope.
    const timer = setTimeout(
      () => {
        asked.current = performance.now()
        watch.askStanding(index)
      },
      Math.max(0, every - (performance.now() - asked.current)),
    )
    return () => clearTimeout(timer)
  }, [watch, index, needed, have, every])
  if (!needed) last.current = null
  else if (have !== undefined) last.current = have
  return last.current
}

/** A permalink's entry; null in the live room. */
function seqIn(search: URLSearchParams): number | null {
  const text = search.get('seq')
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null
}

/** The rows and what stands around them. Drawn anew when `scene` is another one, whatever else in the room is. */
const Columns = memo(function Columns({ scene, drawn, verify }: { scene: Scene; drawn: boolean; verify: () => void }) {
  return (
    <SceneContext value={scene}>
      <div className="room-main stack">
        <WaitingMain />
        <EnvelopeWall />
        <RankingTable />
        {drawn && (
          <Suspense>
            <BelowRows />
          </Suspense>
        )}
      </div>
      <div className="room-rest stack">
        {drawn && (
          <Suspense fallback={<Loading />}>
            <BesideRows verify={verify} />
          </Suspense>
        )}
      </div>
    </SceneContext>
  )
})

function Room({ no, view, tabTitle }: { no: string; view: View; tabTitle: string }) {
  const { t, i18n } = useTranslation()
  const language: Language = i18n.language === 'en' ? 'en' : 'ko'
  const session = useSession()
  const [search, setSearch] = useSearchParams()
  const reduced = useReducedMotion()
  const drawn = useDrawn()
  const [speech, setSpeech] = useState<SpeechMode>('all')

  const watch = useMemo(() => new RoomWatch(no, snapshot.tender?.no === no ? snapshot.events : null), [no])
  useEffect(() => watch.start(), [watch])
  const known = useSyncExternalStore(watch.subscribe, watch.get)
  const trusting = known.checking === 'insecure' || known.checking === 'broken'

  const { verdicts, logged } = known
  const ready = useCallback(
    (entry: PublicEvent) => {
      const found = trusting ? null : eidsIn(entry)
      if (!found || logged.get(entry.index)?.ok === false) return true
      return found.eids.every((eid) => verdicts.has(verdictKey(found.kind, eid)))
    },
    [trusting, logged, verdicts],
  )
  const whole = useRoom(no, known.entries, known.entries.length)
  const cursor = useCursor({
    entries: known.entries,
    caughtUp: known.caughtUp,
    bids: whole.bids.length,
    ready,
    seq: seqIn(search),
    lifts: !reduced,
  })
  const room = useRoom(no, known.entries, cursor.shown)
  const stage = stageOf(room)
  const needed = (room.locked !== null || isPriceAlone(room)) && room.evaluation === null
  const every = room.bids.length > ALL_DRAWN ? ASKED_EVERY.many : ASKED_EVERY.few
  const standing = useStanding(watch, known, room.index, needed, every)
  const { agrees } = known
  const made = useMemo(
    () => rowsOf(room, { verdicts, trusting, standing, agrees }),
    [room, verdicts, trusting, standing, agrees],
  )
  const rows = useSameRows(made)

  // A recording can be linked to: its place is in the address, written when the hand rests.
  const { mode, settled } = cursor
  useEffect(() => {
    // Not before the entry of a permalink has come: the address still says where to, and the room is on its way.
    if (!settled) return
    const timer = setTimeout(() => {
      const now = seqIn(new URLSearchParams(location.search))
      const wanted = mode === 'replay' && room.index >= 0 ? room.index : null
      if (now === wanted) return
      setSearch(wanted === null ? {} : { seq: String(wanted) }, { replace: true, preventScrollReset: true })
    }, 400)
    return () => clearTimeout(timer)
  }, [mode, settled, room.index, setSearch])

  // Whoever has other tabs open sees there how far it is.
  const name = `${t(room.ended ? `room.ended.${room.ended.is}` : `room.stage.${stage}`)} · ${tabTitle} · ${t('parts.service')}`
  useEffect(() => {
    document.title = name
  }, [name])

  const { names } = view
  const nameOf = useCallback(
    (org: string) => {
      const name = Object.hasOwn(names, org) ? names[org] : undefined
      return name ? inLanguage(name, language) : org
    },
    [names, language],
  )
  const { entries } = known
  const lifting = useMemo(
    () => (cursor.lifting === null ? [] : entries.slice(cursor.shown, cursor.lifting)),
    [entries, cursor.shown, cursor.lifting],
  )
  const moves = !reduced && cursor.playing && cursor.stepped
  const own = session.state === 'in' ? session.person.org : null
  const scene = useMemo(
    (): Scene => ({
      no,
      view,
      room,
      stage,
      rows,
      known,
      cursor,
      lifting,
      trusting,
      moves,
      language,
      nameOf,
      own,
    }),
    [no, view, room, stage, rows, known, cursor, lifting, trusting, moves, language, nameOf, own],
  )
  // Hundreds of rows are drawn in pieces, between what else happens: scrolling, the card of the moment, the clock.
  const many = rows.length > ALL_DRAWN
  const later = useDeferredValue(many ? scene : null)
  return (
    <SceneContext value={scene}>
      <div className="room stack" data-still={!cursor.playing || undefined}>
        <RoomBar />
        <RoomAlerts again={watch.again} />
        <StageStrip />
        <RoomControls onSpeech={setSpeech} speech={speech} />
        <div className="room-grid">
          <div className="room-side stack">
            <NowCard />
          </div>
          <Columns drawn={drawn} scene={(many && later) || scene} verify={watch.verify} />
        </div>
        <Announcer mode={speech} />
        <p className="no-print sticky bottom-0 z-10 -mx-4 flex gap-2 border-line border-t bg-card/95 px-4 py-2 backdrop-blur-sm sm:hidden">
          <a className="btn btn-small min-h-11! flex-1" href="#proof-card">
            {t('room.verify.press')}
          </a>
          <button
            aria-pressed={!cursor.playing}
            className="btn btn-quiet btn-small min-h-11!"
            onClick={() => cursor.play(!cursor.playing)}
            type="button"
          >
            {cursor.playing ? t('room.pause') : t('room.resume')}
          </button>
        </p>
      </div>
    </SceneContext>
  )
}

export function Page() {
  const { t, i18n } = useTranslation()
  const { no = '' } = useParams()
  const initial = snapshot.tender?.no === no ? snapshot.tender : undefined
  // Names of bidders and the public state come with the view; everything else in the room is the log's.
  const { data: view, error, refetch } = useAsk(ENDPOINTS.readTender, { params: { no } }, { initial, every: 10_000 })
  if (!view) return error ? <Trouble error={error} onAgain={() => void refetch()} /> : <Loading />
  const title = clipped(inLanguage(view.title, i18n.language), 300)
  const tabTitle = `${t('room.title')} ${no} ${title}`
  return (
    <>
      <PageHead
        crumbs={[
          { to: '/openings', says: t('parts.nav.openings') },
          { to: `/tenders/${no}`, says: no },
        ]}
        tabTitle={tabTitle}
        title={title}
      >
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
          <strong className="text-primary">{t('room.title')}</strong>
          <span className="tnum">{`${view.no}-${view.revision}`}</span>
          <span>
            <bdi>{clipped(inLanguage(view.agency.name, i18n.language), 120)}</bdi>
          </span>
        </p>
      </PageHead>
      <Room key={no} no={no} tabTitle={tabTitle} view={view} />
    </>
  )
}
