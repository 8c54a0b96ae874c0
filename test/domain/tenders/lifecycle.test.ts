// Does the table of state changes allow exactly what it says? Every act in every state, every reason alone and together.
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PROBLEMS } from '../../../src/api/problems.ts'
import {
  type Act,
  clockActs,
  LATE_AFTER_MS,
  LIFECYCLE,
  mayAdvance,
  personActs,
  publicStatus,
  STATES,
  type Step,
  stepOf,
  type TenderFacts,
  type TenderState,
  transitions,
} from '../../../src/domain/tenders/lifecycle.ts'

const ACTS = LIFECYCLE.map((row) => row.act)
const DEADLINE = 1_000_000
const steps: readonly Step[] = LIFECYCLE

/** Facts with nothing against any act, as far as one set can be: who wants to see a refusal changes one of them. */
const FINE: TenderFacts = {
  state: 'draft',
  deadline: DEADLINE,
  openAfter: DEADLINE,
  draftReasons: [],
  closingLogged: true,
  bids: 3,
  minBids: 2,
  technical: true,
  unopened: 0,
  auction: false,
  auctionEnds: null,
  validTechnical: 3,
  missingMarks: [],
  lockLogged: true,
  eligible: 1,
  examining: false,
  examinationReasons: [],
  lotPending: false,
  lotAt: null,
  standstill: false,
  standstillEnds: null,
  awardReasons: [],
  statement: 'A reason that is long enough',
  newDeadline: DEADLINE + 5 * 86_400_000,
  leastExtension: 5 * 86_400_000,
  approved: true,
}

/** For each act the facts and the moment at which nothing is against it. */
const READY: Record<Act, { facts: Partial<TenderFacts>; now: number }> = {
  publish: { facts: {}, now: DEADLINE - 1 },
  extend: { facts: {}, now: DEADLINE - 1 },
  amend: { facts: {}, now: DEADLINE - 1 },
  postpone: { facts: {}, now: DEADLINE + LATE_AFTER_MS + 1 },
  close: { facts: {}, now: DEADLINE },
  failForLackOfBids: { facts: { bids: 1 }, now: DEADLINE },
  openTechnical: { facts: {}, now: DEADLINE },
  openPriceAlone: { facts: { technical: false }, now: DEADLINE },
  failForLackOfValidBids: { facts: { validTechnical: 0 }, now: DEADLINE },
  finishTechnical: { facts: {}, now: DEADLINE },
  lockScores: { facts: {}, now: DEADLINE },
  openPrice: { facts: {}, now: DEADLINE },
  beginAuction: { facts: { auction: true }, now: DEADLINE },
  rank: { facts: {}, now: DEADLINE },
  failForLackOfEligibleBids: { facts: { eligible: 0 }, now: DEADLINE },
  examine: { facts: { examining: true }, now: DEADLINE },
  drawLot: { facts: { lotAt: DEADLINE }, now: DEADLINE },
  award: { facts: {}, now: DEADLINE },
  cancel: { facts: { approved: true }, now: DEADLINE },
}

/** Every way from a state to another that there is, written out: the table is held against this, not against itself. */
const WAYS = `
draft              publish                    published
published          extend                     published
published          amend                      published
published          postpone                   published
published          close                      closed
closed             failForLackOfBids          failed
closed             openTechnical              technical_opening
closed             openPriceAlone             price_opening
technical_opening  failForLackOfValidBids     failed
technical_opening  finishTechnical            evaluating
evaluating         lockScores                 scores_locked
scores_locked      openPrice                  price_opening
price_opening      beginAuction               price_opening
price_opening      rank                       ranked
ranked             failForLackOfEligibleBids  failed
ranked             examine                    ranked
ranked             drawLot                    ranked
ranked             award                      awarded
published          cancel                     cancelled
closed             cancel                     cancelled
technical_opening  cancel                     cancelled
evaluating         cancel                     cancelled
scores_locked      cancel                     cancelled
price_opening      cancel                     cancelled
ranked             cancel                     cancelled
`
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/) as [TenderState, Act, TenderState])

const codes = (state: TenderState, act: Act, change: Partial<TenderFacts> = {}, now = READY[act].now): string[] =>
  mayAdvance({ ...FINE, ...READY[act].facts, ...change, state }, act, now).map((reason) => reason.code)

describe('every state and every act', () => {
  test.each(STATES.flatMap((state) => ACTS.map((act): [TenderState, Act] => [state, act])))('%s: %s', (state, act) => {
    const way = WAYS.find(([from, name]) => from === state && name === act)
    expect(codes(state, act)).toEqual(way ? [] : ['wrong-state'])
    if (way) expect(stepOf(act).to).toBe(way[2])
  })

  test('an act in a wrong state is refused with the state, the act and where it would be possible, whatever else is wrong', () => {
    const facts = {
      ...FINE,
      state: 'awarded' as const,
      statement: '',
      unopened: 5,
      draftReasons: [{ code: 'x', facts: {} }],
    }
    for (const act of ACTS) {
      const from = WAYS.flatMap(([state, name]) => (name === act ? [state] : []))
      expect(mayAdvance(facts, act, DEADLINE)).toEqual([
        { code: 'wrong-state', facts: { state: 'awarded', act, from: expect.any(String) } },
      ])
      const said = String(mayAdvance(facts, act, DEADLINE)[0]?.facts.from)
      expect(said.split(' ').sort()).toEqual(from.sort())
    }
  })

  test('the ways of the table are these and no others', () => {
    const ways = transitions().map(({ from, act, to }) => `${from} ${act} ${to}`)
    expect(ways.sort()).toEqual(WAYS.map((way) => way.join(' ')).sort())
  })

  test('no act has two rows, and an act that is none is a bug', () => {
    expect(new Set(ACTS).size).toBe(ACTS.length)
    expect(() => stepOf('reopen' as Act)).toThrow('no such act')
  })

  test('nothing leads out of an award, a failure or a cancellation', () => {
    for (const state of ['awarded', 'failed', 'cancelled'] as const) {
      expect([...clockActs(state), ...personActs(state)]).toEqual([])
      expect(transitions().filter(({ from }) => from === state)).toEqual([])
    }
  })

  test('every other state can be reached from a draft, and an end from every state', () => {
    const reach = (from: TenderState): Set<TenderState> => {
      const seen = new Set<TenderState>([from])
      for (const state of seen) for (const way of transitions()) if (way.from === state) seen.add(way.to)
      return seen
    }
    expect([...reach('draft')].sort()).toEqual([...STATES].sort())
    for (const state of STATES)
      expect([...reach(state)].some((s) => ['awarded', 'failed', 'cancelled'].includes(s))).toBe(true)
  })

  test('a tender only goes forward: no act but a postponement, an extension, another rule, an examination and the lot leads to a state that it has been in', () => {
    for (const { from, act, to } of transitions())
      if (!['postpone', 'extend', 'amend', 'beginAuction', 'examine', 'drawLot'].includes(act))
        expect([act, STATES.indexOf(to) > STATES.indexOf(from)]).toEqual([act, true])
  })
})

describe('whose act it is', () => {
  test('the clock closes, opens, ranks and fails; a person publishes, extends, amends, locks, examines, awards and cancels', () => {
    const by = (who: string) => steps.flatMap((row) => (row.by === who ? [row.act] : [])).sort()
    expect(by('person')).toEqual(['amend', 'award', 'cancel', 'examine', 'extend', 'lockScores', 'publish'])
    expect(by('clock')).toEqual([
      'beginAuction',
      'close',
      'drawLot',
      'failForLackOfBids',
      'failForLackOfEligibleBids',
      'failForLackOfValidBids',
      'finishTechnical',
      'openPrice',
      'openPriceAlone',
      'openTechnical',
      'postpone',
      'rank',
    ])
    for (const state of STATES) {
      const acts = WAYS.flatMap(([from, act]) => (from === state ? [act] : []))
      expect([...clockActs(state), ...personActs(state)].sort()).toEqual(acts.sort())
    }
  })

  test('of two acts of the clock from one state at most one is possible at any moment, whatever the facts', () => {
    const facts = fc.record({
      deadline: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: null }),
      openAfter: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: null }),
      closingLogged: fc.boolean(),
      bids: fc.nat(3),
      minBids: fc.integer({ min: 1, max: 3 }),
      technical: fc.boolean(),
      examining: fc.boolean(),
      unopened: fc.nat(2),
      validTechnical: fc.nat(2),
      lockLogged: fc.boolean(),
      eligible: fc.nat(2),
      lotAt: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: null }),
    })
    fc.assert(
      fc.property(fc.constantFrom(...STATES), facts, fc.integer({ min: 0, max: 400_000 }), (state, change, now) => {
        const possible = clockActs(state).filter(
          (act) => mayAdvance({ ...FINE, ...change, state }, act, now).length === 0,
        )
        expect(possible.length).toBeLessThanOrEqual(1)
      }),
      { numRuns: 2000 },
    )
  })

  test('a tender that waits for nothing is moved on by the clock: no state of the clock is a dead end', () => {
    expect(clockActs('closed').some((act) => codes('closed', act, { bids: 0 }).length === 0)).toBe(true)
    for (const state of ['closed', 'technical_opening', 'scores_locked', 'price_opening'] as const)
      expect([
        state,
        clockActs(state).some((act) => mayAdvance({ ...FINE, state }, act, DEADLINE).length === 0),
      ]).toEqual([state, true])
  })
})

describe('what each act asks', () => {
  const one = { code: 'x', facts: {} }
  const REFUSED: [Act, TenderState, string, Partial<TenderFacts>, number?][] = [
    ['publish', 'draft', 'deadline-in-the-past', {}, DEADLINE],
    ['publish', 'draft', 'x', { draftReasons: [one] }],
    ['postpone', 'published', 'deadline-not-reached', { deadline: null }],
    ['postpone', 'published', 'clock-in-time', {}, DEADLINE + LATE_AFTER_MS],
    ['close', 'published', 'deadline-not-reached', {}, DEADLINE - 1],
    ['close', 'published', 'deadline-not-reached', { deadline: null }],
    ['close', 'published', 'clock-late', {}, DEADLINE + LATE_AFTER_MS + 1],
    ['failForLackOfBids', 'closed', 'enough-bids', { bids: 2 }],
    ['failForLackOfBids', 'closed', 'closing-not-logged', { closingLogged: false }],
    ['failForLackOfBids', 'closed', 'opening-not-due', {}, DEADLINE - 1],
    ['openTechnical', 'closed', 'too-few-bids', { bids: 1 }],
    ['openTechnical', 'closed', 'too-few-bids', { bids: 0, minBids: 0 }],
    ['openTechnical', 'closed', 'closing-not-logged', { closingLogged: false }],
    ['openTechnical', 'closed', 'opening-not-due', {}, DEADLINE - 1],
    ['openTechnical', 'closed', 'opening-not-due', { openAfter: null }],
    ['openTechnical', 'closed', 'one-envelope', { technical: false }],
    ['openPriceAlone', 'closed', 'two-envelopes', { technical: true }],
    ['openPriceAlone', 'closed', 'too-few-bids', { bids: 1 }],
    ['openPriceAlone', 'closed', 'closing-not-logged', { closingLogged: false }],
    ['openPriceAlone', 'closed', 'opening-not-due', {}, DEADLINE - 1],
    ['failForLackOfValidBids', 'technical_opening', 'enough-bids', { validTechnical: 1 }],
    ['failForLackOfValidBids', 'technical_opening', 'envelopes-unopened', { unopened: 1 }],
    ['finishTechnical', 'technical_opening', 'envelopes-unopened', { unopened: 1 }],
    ['finishTechnical', 'technical_opening', 'no-valid-bid', { validTechnical: 0 }],
    ['lockScores', 'evaluating', 'x', { missingMarks: [one] }],
    ['openPrice', 'scores_locked', 'scores-not-logged', { lockLogged: false }],
    ['rank', 'price_opening', 'envelopes-unopened', { unopened: 1 }],
    ['rank', 'price_opening', 'auction-not-over', { auction: true }],
    ['rank', 'price_opening', 'auction-not-over', { auction: true, auctionEnds: DEADLINE }, DEADLINE - 1],
    ['beginAuction', 'price_opening', 'envelopes-unopened', { unopened: 1 }],
    ['beginAuction', 'price_opening', 'no-auction', { auction: false }],
    ['beginAuction', 'price_opening', 'auction-begun', { auctionEnds: DEADLINE }],
    ['failForLackOfEligibleBids', 'ranked', 'enough-bids', { eligible: 1 }],
    ['failForLackOfEligibleBids', 'ranked', 'examination-pending', { examining: true }],
    ['examine', 'ranked', 'nobody-to-examine', { examining: false }],
    ['examine', 'ranked', 'x', { examinationReasons: [one] }],
    ['award', 'ranked', 'examination-pending', { examining: true, eligible: 0 }],
    ['drawLot', 'ranked', 'no-joint-rank', { lotAt: null }],
    ['drawLot', 'ranked', 'lot-not-due', { lotAt: DEADLINE }, DEADLINE - 1],
    ['drawLot', 'ranked', 'nobody-eligible', { eligible: 0, lotAt: DEADLINE }],
    ['extend', 'published', 'deadline-passed', {}, DEADLINE],
    ['extend', 'published', 'extension-too-short', { newDeadline: DEADLINE + 5 * 86_400_000 - 1 }],
    ['extend', 'published', 'extension-too-short', { newDeadline: null }],
    ['extend', 'published', 'extension-too-short', { newDeadline: DEADLINE - 1 }],
    ['extend', 'published', 'extension-too-long', { newDeadline: DEADLINE + 366 * 86_400_000 + 1 }],
    ['extend', 'published', 'statement-missing', { statement: '' }],
    ['extend', 'published', 'second-person-needed', { approved: false }],
    ['amend', 'published', 'deadline-passed', {}, DEADLINE],
    ['amend', 'published', 'extension-too-short', { newDeadline: DEADLINE + 5 * 86_400_000 - 1 }],
    ['amend', 'published', 'statement-missing', { statement: '' }],
    ['amend', 'published', 'second-person-needed', { approved: false }],
    ['amend', 'published', 'x', { draftReasons: [one] }],
    ['award', 'ranked', 'second-person-needed', { approved: false }],
    ['award', 'ranked', 'nobody-eligible', { eligible: 0 }],
    ['award', 'ranked', 'lot-pending', { eligible: 2, lotPending: true }],
    ['award', 'ranked', 'x', { awardReasons: [one] }],
    ['award', 'ranked', 'standstill-runs', { standstill: true }],
    ['award', 'ranked', 'standstill-runs', { standstill: true, standstillEnds: DEADLINE }, DEADLINE - 1],
    ['cancel', 'published', 'statement-missing', { statement: ' too short ' }],
    ['cancel', 'ranked', 'statement-missing', { statement: '' }],
    ['cancel', 'published', 'second-person-needed', { approved: false }],
    ['cancel', 'ranked', 'second-person-needed', { approved: false }],
  ]

  test.each(REFUSED)('%s from %s is refused with %s', (act, state, code, change, now) => {
    expect(codes(state, act, change, now)).toEqual([code])
  })

  test('every reason is given at once', () => {
    expect(codes('published', 'postpone', {}, DEADLINE - 1)).toEqual(['deadline-not-reached', 'clock-in-time'])
    expect(codes('closed', 'openTechnical', { closingLogged: false, bids: 0 }, DEADLINE - 1)).toEqual([
      'closing-not-logged',
      'opening-not-due',
      'too-few-bids',
    ])
    expect(codes('draft', 'publish', { draftReasons: [one, one] }, DEADLINE)).toEqual([
      'x',
      'x',
      'deadline-in-the-past',
    ])
  })

  test('TIM-2 the close is possible from the deadline’s own millisecond to a minute after it, the postponement from then on', () => {
    const possible = (act: Act, now: number) => codes('published', act, {}, now).length === 0
    for (const [now, close, postpone] of [
      [DEADLINE - 1, false, false],
      [DEADLINE, true, false],
      [DEADLINE + LATE_AFTER_MS, true, false],
      [DEADLINE + LATE_AFTER_MS + 1, false, true],
    ] as const)
      expect([now, possible('close', now), possible('postpone', now)]).toEqual([now, close, postpone])
  })

  test('every reason that a step can give was given above, and has words', () => {
    const inTable = steps.flatMap((row) =>
      [...row.asks.toString().matchAll(/['"]([a-z]+(?:-[a-z]+)+)['"]/g)].map((match) => match[1] as string),
    )
    // One is asked by a function that several rows share.
    const codesOfTable = [...new Set([...inTable, 'deadline-not-reached', 'opening-not-due'])].sort()
    expect([...new Set(REFUSED.map(([, , code]) => code).filter((code) => code !== 'x'))].sort()).toEqual(codesOfTable)
    for (const code of [...codesOfTable, 'wrong-state']) expect(Object.keys(PROBLEMS)).toContain(code)
  })
})

describe('what is derived from the table', () => {
  test('the database takes the states of the table and no others', () => {
    const folder = new URL('../../../db/migrations/', import.meta.url)
    const texts = readdirSync(folder)
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    // The last migration that says something about it has the last word.
    const last = texts
      .flatMap((text) => [...text.matchAll(/a_tender_is_in_a_state_of_the_lifecycle" CHECK \([^(]*\(([^)]*)\)/g)])
      .at(-1)
    const states = [...(last?.[1] ?? '').matchAll(/'(\w+)'/g)].map((m) => m[1])
    expect(states).toEqual([...STATES])
  })

  test('each state has one public status, and only a draft is a draft', () => {
    const statuses = ['draft', 'open', 'closed', 'opening', 'evaluating', 'awarded', 'failed', 'cancelled']
    for (const state of STATES) expect(statuses).toContain(publicStatus(state))
    expect(STATES.filter((state) => publicStatus(state) === 'draft')).toEqual(['draft'])
    expect(STATES.filter((state) => publicStatus(state) === 'open')).toEqual(['published'])
  })

  test('each act has its words in both languages, and no two the same', () => {
    for (const row of steps) {
      expect(row.says.ko).toMatch(/[가-힣]/)
      expect(row.says.en).toMatch(/^[A-Z][a-z]/)
    }
    for (const language of ['ko', 'en'] as const)
      expect(new Set(steps.map((row) => row.says[language])).size).toBe(steps.length)
  })
})
