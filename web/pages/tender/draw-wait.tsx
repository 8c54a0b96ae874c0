// Why are the evaluators not drawn yet? Too few custodians have opened what was sealed for the draw: who is missing, since when, and what can be done.
import { useTranslation } from 'react-i18next'
import { list, object, text, whole } from '../../../src/domain/record/fields.ts'
import { readOpeningList, readRelease } from '../../../src/domain/record/payloads.ts'
import { FormatError } from '../../../src/proof/bytes.ts'
import type { Json } from '../../../src/proof/canonical.ts'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { Time } from '../../parts/time.tsx'
import { type LogEvent, readPayload } from './tender-facts.ts'
import { useEvents, type View } from './use-tender.ts'

export type DrawWait = {
  /** When the list of what is to be opened was fixed, RFC 3339. */
  since: string
  /** How many custodians it takes. */
  needed: number
  /** Ids of those who have turned their keys, and of the others. */
  turned: string[]
  missing: string[]
}

const readCustodian = (value: Json, name: string) => {
  const o = object(value, name)
  return { x: whole(o, 'x'), id: text(o, 'id') }
}

/**
 * Whether the draw of evaluators waits for custodians, by the log's entries alone; null before its list and once enough have turned their
 * keys. Example: of three custodians, of whom any two are needed, one has turned its key: one turned, two missing.
 */
export function drawWait(events: readonly LogEvent[]): DrawWait | null {
  const read = <T,>(typ: string, of: (payload: Parameters<typeof readOpeningList>[0]) => T) =>
    events
      .filter((event) => event.typ === typ)
      .flatMap((event) => {
        const found = readPayload(event.payload)
        try {
          return found ? [{ event, payload: of(found.payload) }] : []
        } catch (error) {
          if (error instanceof FormatError) return []
          throw error
        }
      })
  const listed = read('opening.list/1', (o) => ({ ...readOpeningList(o), kind: o.kind })).find(
    ({ payload }) => payload.kind === 'draw',
  )
  // The last one of the draw is the one in force: an amendment may have put it in another's place, before the close.
  const keyset = read('tender.keyset/1', (o) => ({
    kind: o.kind,
    t: whole(o, 't'),
    custodians: list(o, 'custodians', readCustodian),
  }))
    .filter(({ payload }) => payload.kind === 'draw')
    .at(-1)?.payload
  if (!listed || !keyset) return null
  const ks = listed.payload.ks
  const xs = new Set(read('release/1', readRelease).flatMap(({ payload }) => (payload.ks === ks ? [payload.x] : [])))
  if (xs.size >= keyset.t) return null
  const ids = (there: boolean) => keyset.custodians.filter(({ x }) => xs.has(x) === there).map(({ id }) => id)
  return { since: listed.event.at, needed: keyset.t, turned: ids(true), missing: ids(false) }
}

/** Says so where it waits; nothing else. */
export function DrawWaits({ view }: { view: View }) {
  const { t } = useTranslation()
  const { events } = useEvents(view.no, view)
  const wait = drawWait(events)
  if (!wait) return null
  const named = (ids: readonly string[]) => ids.join(', ') || t('drawwait.nobody')
  return (
    <div className="mb-4">
      <NotificationBanner title={t('drawwait.title', { turned: wait.turned.length, needed: wait.needed })}>
        <p>
          {t('drawwait.since')} <Time at={wait.since} form="exact" />
        </p>
        <p>
          {t('drawwait.turned')} <bdi>{named(wait.turned)}</bdi>
        </p>
        <p>
          {t('drawwait.missing')} <bdi>{named(wait.missing)}</bdi>
        </p>
        <p className="prose">{t('drawwait.why')}</p>
        <p className="prose">{t('drawwait.can')}</p>
      </NotificationBanner>
    </div>
  )
}
