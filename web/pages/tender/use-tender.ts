// How does a page keep a tender's view and its public log entries up to date?
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ask, ENDPOINTS, queries, Refused, useAsk } from '../../call.ts'
import { serverNow } from '../../clock.ts'
import { snapshot } from '../../snapshot.ts'
import { factsOf, type LogEvent } from './tender-facts.ts'

export type View = ReplyOf<(typeof ENDPOINTS)['readTender']>

/** States that the clock or the custodians will leave by themselves, within seconds. */
const MOVING = new Set(['closed', 'technical_opening', 'scores_locked', 'price_opening'])
const ENDED = new Set(['awarded', 'failed', 'cancelled'])

/** Milliseconds until the next look; false when nothing will change any more. */
export function paceOf(view: View | undefined): number | false {
  if (!view) return 5_000
  if (ENDED.has(view.state)) return false
  const atTheDoor = view.state === 'published' && Date.parse(view.deadline) - serverNow() < 60_000
  return MOVING.has(view.state) || atTheDoor ? 2_500 : 10_000
}

/** The tender as the caller may see it. */
export function useTender(no: string) {
  const initial = snapshot.tender?.no === no ? snapshot.tender : undefined
  return useAsk(ENDPOINTS.readTender, { params: { no } }, { every: paceOf, initial })
}

const PAGE = 500

async function newEvents(no: string, have: readonly LogEvent[]): Promise<LogEvent[]> {
  const events = [...have]
  for (;;) {
    const after = events.at(-1)?.index ?? -1
    const answer = await ask(ENDPOINTS.readEvents, { params: { no }, query: { after, limit: PAGE } })
    if (!answer.ok) throw new Refused(answer)
    events.push(...answer.body.events)
    if (answer.body.events.length < PAGE) return events
  }
}

/** The tender's public log entries, oldest first; what is known is not asked for again. A draft has none. */
export function useEvents(no: string, view: View | undefined) {
  const key = ['events', no]
  const query = useQuery({
    queryKey: key,
    queryFn: () => newEvents(no, queries.getQueryData<LogEvent[]>(key) ?? []),
    enabled: view !== undefined && view.state !== 'draft',
    refetchInterval: view ? paceOf(view) : false,
    ...(snapshot.events && snapshot.tender?.no === no
      ? { initialData: snapshot.events.events, initialDataUpdatedAt: 0 }
      : {}),
  })
  const events = query.data
  const facts = useMemo(() => factsOf(events ?? []), [events])
  return { events: events ?? [], facts, error: query.error, isPending: query.isPending }
}
