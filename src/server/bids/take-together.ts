// How are the sealed acts of several bidders taken in one transaction? Near a deadline they come in hundreds.
import { submitBid } from '../../api/bids.ts'
import { lacksPower, lacksStepUp } from '../../domain/powers.ts'
import { QueryFailed, type Work } from '../db.ts'
import { callersOf, known } from '../people/caller.ts'
import { reasonsOf } from '../problem.ts'
import { countOnce, type Deps, type Verbatim } from '../serve.ts'
import { type BidTender, completeActs, readStandings, type Standing, saveActs } from './bid-store.ts'
import { tryTurns } from './requests.ts'
import { type Asks, answerOf, completion, requestOf, type Unread } from './submit-bid.ts'

/** The receipt; a refusal that was given on the way; or null for whoever must go alone. */
type Taken = Verbatim | Error | null

/** Those of a list that have a value, with it. */
function having<T extends object, K extends string, V>(list: readonly T[], name: K, values: readonly (V | null)[]) {
  return list.flatMap((item, i) => {
    const value = values[i] ?? null
    return value === null ? [] : [{ ...item, [name]: value } as T & Record<K, V>]
  })
}

/** Without those that share a name with one before them. */
function withoutRepeats<T>(list: readonly T[], namesOf: (item: T) => readonly string[]): T[] {
  const met = new Set<string>()
  return list.filter((item) => {
    const names = namesOf(item)
    const first = !names.some((name) => met.has(name))
    if (first) for (const name of names) met.add(name)
    return first
  })
}

/** What each asks for, if the caller may ask at all; notes down who has asked too often. */
async function requestsOf(
  deps: Deps,
  work: Work,
  asks: readonly Asks[],
  refused: Map<Asks, Error>,
): Promise<(Unread | null)[]> {
  const claims = asks.map((ask) => ask.claim)
  const callers = await callersOf(work, claims)
  return Promise.all(
    asks.map(async (ask, i) => {
      const caller = callers[i] ?? null
      if (!caller) return null
      try {
        await countOnce(deps, ask.res, caller)
      } catch (error) {
        if (!(error instanceof Error) || !reasonsOf(error)) throw error
        refused.set(ask, error)
        return null
      }
      if (lacksPower(caller, submitBid.power) || lacksStepUp(caller, submitBid.power, work.now.date)) return null
      return requestOf(ask, ask.params.no, known(caller))
    }),
  )
}

async function takeThem(deps: Deps, work: Work, asks: readonly Asks[]): Promise<Taken[]> {
  const refused = new Map<Asks, Error>()
  const answers = new Map<Asks, Verbatim>()
  const rest = () => asks.map((ask) => answers.get(ask) ?? refused.get(ask) ?? null)

  const requests = await requestsOf(deps, work, asks, refused)
  const asking = withoutRepeats(
    having(
      asks.map((ask) => ({ ask })),
      'request',
      requests,
    ),
    ({ request }) => [request.bidder],
  )
  if (asking.length === 0) return rest()

  const turns = await tryTurns(
    work,
    asking.map(({ request }) => request),
  )
  const inTurn = asking.filter((_, i) => turns[i])
  if (inTurn.length === 0) return rest()

  const standings = await readStandings(
    deps.P,
    work,
    inTurn.map(({ request }) => request),
  )
  const standing = standings.map((s) => (s.tender && !s.kept ? (s as Standing & { tender: BidTender }) : null))
  const toJudge = having(inTurn, 'standing', standing)
  const rulings = await deps.judging.judge(
    toJudge.map(({ ask: { kind, raw }, request: { bidder, account }, standing: { tender, keys, facts } }) => ({
      ...{ kind, raw, bidder, account, tender, keys, facts },
    })),
  )
  const judged = having(toJudge, 'ruling', rulings).map(
    ({ ask, request, standing, ruling: { judged, fingerprint } }) => ({
      ...{ ask, judged, standing, request: { ...request, fingerprint } },
    }),
  )
  const good = withoutRepeats(
    judged.filter(({ judged }) => judged.reasons.length === 0 && judged.act && judged.fresh),
    ({ judged: { fresh } }) => (fresh ? [fresh.c, ...fresh.kcs, ...fresh.epks.map((e) => `${e.ks} ${e.epk}`)] : []),
  )
  if (good.length === 0) return rest()

  const saved = await saveActs(
    work,
    good.map(({ request, standing, judged: { act, fresh } }) => ({
      tender: request.tender,
      act,
      fresh,
      keysetsBy: standing.tender.keysetsBy,
    })),
  )
  const inTime = good.flatMap((rider, i) => {
    const of = saved[i]
    return of === undefined || of.id === null ? [] : [{ ...rider, saved: of }]
  })
  if (inTime.length === 0) return rest()
  const completed = await Promise.all(
    inTime.map(({ request, judged, saved }) => completion(deps, request, judged, saved)),
  )
  await completeActs(work, completed)
  for (const [i, { ask }] of inTime.entries()) {
    const done = completed[i]
    if (done) answers.set(ask, answerOf(done))
  }
  return rest()
}

/**
 * Takes the acts of several bidders in one transaction. Each is asked what one that comes alone is asked, by the same statements,
 * and saved by the clock as it is read for that act. Only what is accepted is done here: whoever would have to wait, to be refused
 * or to be answered again gets null and goes alone, and so do all when a statement failed, for it may have been one act's fault.
 * Answers in the order asked, after COMMIT; throws what `withTx` throws when nothing may have been saved, or nobody knows.
 */
export async function takeTogether(deps: Deps, asks: readonly Asks[]): Promise<Taken[]> {
  try {
    return await deps.db.withTx((work) => takeThem(deps, work, asks))
  } catch (error) {
    if (error instanceof QueryFailed) return asks.map(() => null)
    throw error
  }
}
