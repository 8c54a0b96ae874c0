// How does a page ask the API? Typed by the contract, with the session's token, through one query cache.
import { QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query'
import { type Called, type CallOptions, call } from '../src/api/client.ts'
import type { Endpoint, ReplyOf } from '../src/api/endpoint.ts'
import type { ProblemError } from '../src/api/problems.ts'
import { asksForFactor } from './endpoints.ts'
import { accessToken, currentSession, isSteppedUp, renewSession, useSession } from './session.ts'
import { askForFactor } from './step-up.ts'

export { ENDPOINTS } from './endpoints.ts'

/** A refusal by the API, in the form in which a query carries it. `errors` hold code, facts and words in both languages. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly errors: ProblemError[]
  /** The request's id, by which the operator finds it. */
  readonly instance: string
  constructor(answer: { status: number; code: string; errors: ProblemError[]; body: Record<string, unknown> }) {
    super(answer.code)
    this.status = answer.status
    this.code = answer.code
    this.errors = answer.errors
    this.instance = String(answer.body.instance ?? '')
  }
}

/**
 * Calls an endpoint as whoever is signed in. A refusal is a value; only a broken connection throws. A token that has just
 * ended is renewed once; where the act asks for a second factor, its owner is asked.
 */
export async function ask<const E extends Endpoint>(e: E, options: CallOptions<E>): Promise<Called<E>> {
  const once = async () => call('', e, { ...options, token: await accessToken() })
  // The question comes before the act, so that nothing is refused that could be done a moment later.
  const asked = asksForFactor(e) && currentSession().state === 'in' && !isSteppedUp()
  const declined = asked && !(await askForFactor())
  let answer = await once()
  if (!answer.ok && answer.code === 'bad-token') {
    await renewSession()
    answer = await once()
  }
  // Known only to the server: it was shown in another tab, or its time ran out on the way. Who said no is not asked twice.
  if (!answer.ok && answer.code === 'step-up-needed' && !declined && (await askForFactor())) answer = await once()
  if (answer.ok) for (const tell of onAccepted) tell((options as { body?: unknown }).body)
  return answer
}

/** Told what was sent and accepted: who signed something keeps what its receipt is found by. */
export const onAccepted: ((body: unknown) => void)[] = []

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal will be the same a second later; a broken connection may not.
      retry: (failures, error) => !(error instanceof Refused) && failures < 2,
      refetchOnWindowFocus: true,
    },
  },
})

export type AskOptions<E extends Endpoint> = {
  /** Ask again so often, in milliseconds; may depend on the last answer. */
  every?: number | false | ((last: ReplyOf<E> | undefined) => number | false)
  enabled?: boolean
  /** Shown until the first answer, for example from the page's snapshot. */
  initial?: ReplyOf<E> | undefined
  /** Keep showing the last answer while one with other parameters is on its way (paging, filters). */
  keep?: boolean
}

/** Key of an endpoint's answers in the cache: `queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.readTender) })`. */
export const keyOf = (e: Endpoint, options?: unknown): unknown[] =>
  options === undefined ? [e.path, e.method] : [e.path, e.method, options]

/** Reads an endpoint and keeps its answer; another session has its own answers. The error is `Refused` or a broken connection. */
export function useAsk<const E extends Endpoint>(
  e: E,
  options: CallOptions<E>,
  { every = false, enabled = true, initial, keep = false }: AskOptions<E> = {},
): UseQueryResult<ReplyOf<E>, Error> {
  const session = useSession()
  const who = session.state === 'in' ? session.person.account : null
  return useQuery({
    queryKey: [...keyOf(e, options), who],
    queryFn: async ({ signal }) => {
      const answer = await ask(e, { ...options, signal })
      if (!answer.ok) throw new Refused(answer)
      return answer.body
    },
    enabled: enabled && session.state !== 'asking',
    refetchInterval: typeof every === 'function' ? (query) => every(query.state.data as ReplyOf<E> | undefined) : every,
    ...(initial === undefined ? {} : { initialData: initial as ReplyOf<E>, initialDataUpdatedAt: 0 }),
    ...(keep ? { placeholderData: (last: ReplyOf<E> | undefined) => last } : {}),
  }) as UseQueryResult<ReplyOf<E>, Error>
}
