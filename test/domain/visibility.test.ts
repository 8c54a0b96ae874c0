// Who sees which part, and from when on? Nothing that was seen is hidden again, and nothing is seen before its row says so.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Caller, ROLES, type Role } from '../../src/domain/powers.ts'
import { STATES, type TenderState, transitions } from '../../src/domain/tenders/lifecycle.ts'
import { maySee, type Part, publicFrom, VISIBILITY, visibleFrom } from '../../src/domain/visibility.ts'

const parts = Object.keys(VISIBILITY) as Part[]
const AGENCY = 'gaon-city'
const BIDDER = 'firm-1'
const COMMITTEE = ['evaluator-1']

const who = {
  anybody: null,
  'own officer': { account: 'o-1', org: AGENCY, roles: ['officer'] },
  'other officer': { account: 'o-2', org: 'narae-county', roles: ['officer'] },
  'the bidder': { account: 's-1', org: BIDDER, roles: ['supplier'] },
  'another bidder': { account: 's-2', org: 'firm-2', roles: ['supplier'] },
  'committee member': { account: 'evaluator-1', org: 'pool', roles: ['evaluator'] },
  'other evaluator': { account: 'evaluator-9', org: 'pool', roles: ['evaluator'] },
  auditor: { account: 'a-1', org: 'audit-office', roles: ['auditor'] },
  operator: { account: 'p-1', org: 'operator', roles: ['operator'] },
} satisfies Record<string, Caller>
type Who = keyof typeof who
const everybody = Object.keys(who) as Who[]

/** For each part who sees it from which state on, written out. What is not here is shown to nobody. */
const FROM: Record<Part, Partial<Record<Who | 'all', TenderState>>> = {
  notice: { 'own officer': 'draft', all: 'published' },
  ownBids: { 'the bidder': 'published' },
  closingList: { all: 'closed' },
  reveal: { all: 'technical_opening' },
  technical: { all: 'technical_opening' },
  sheet: { 'committee member': 'evaluating', 'own officer': 'evaluating' },
  marks: { all: 'scores_locked' },
  prices: { all: 'price_opening' },
  ranking: { all: 'ranked' },
  award: { all: 'awarded' },
}
/** The happy way, in its order. */
const WAY: TenderState[] = STATES.filter((state) => state !== 'failed' && state !== 'cancelled')

const seen = (part: Part, name: Who, state: TenderState, peak: TenderState = state): boolean =>
  maySee(part, who[name], { state, peak, agency: AGENCY, bidder: BIDDER, evaluators: COMMITTEE })

describe('VISIBILITY', () => {
  test.each(parts.flatMap((part) => everybody.map((name): [Part, Who] => [part, name])))('%s by %s', (part, name) => {
    for (const state of WAY) {
      const from = [FROM[part][name], FROM[part].all].filter((s) => s !== undefined)
      const right = from.some((s) => WAY.indexOf(state) >= WAY.indexOf(s))
      expect([state, seen(part, name, state)]).toEqual([state, right])
    }
  })

  test('what was seen is never hidden again, by any step that there is', () => {
    for (const part of parts)
      for (const name of everybody)
        for (const { from, to } of transitions()) {
          const peak = to === 'failed' || to === 'cancelled' ? from : to
          if (seen(part, name, from))
            expect([part, name, to, seen(part, name, to, peak)]).toEqual([part, name, to, true])
        }
  })

  test('a failure or a cancellation shows what had been reached, and nothing more', () => {
    for (const part of parts)
      for (const name of everybody)
        for (const end of ['failed', 'cancelled'] as const)
          for (const peak of WAY) expect(seen(part, name, end, peak)).toBe(seen(part, name, peak))
  })

  test('who had bid is not shown by a tender that was cancelled before its deadline or before its opening', () => {
    for (const peak of ['published', 'closed'] as const)
      for (const name of everybody)
        for (const part of ['reveal', 'technical', 'prices', 'marks', 'ranking'] as const)
          expect(seen(part, name, 'cancelled', peak)).toBe(false)
  })

  test('no role, alone or with others, sees another’s bid before the opening, or a price before the scores are locked', () => {
    const roles = fc.uniqueArray(fc.constantFrom<Role>(...ROLES))
    const caller = fc.record({
      account: fc.constantFrom('x', 'evaluator-1'),
      org: fc.constantFrom(AGENCY, 'firm-2', 'operator', 'audit-office'),
      roles,
    })
    fc.assert(
      fc.property(fc.option(caller, { nil: null }), fc.constantFrom(...WAY), (someone, state) => {
        const tender = { state, peak: state, agency: AGENCY, bidder: BIDDER, evaluators: COMMITTEE }
        const early = (limit: TenderState) => WAY.indexOf(state) < WAY.indexOf(limit)
        expect(maySee('ownBids', someone, tender)).toBe(false)
        if (early('technical_opening'))
          for (const part of ['reveal', 'technical'] as const) expect(maySee(part, someone, tender)).toBe(false)
        if (early('price_opening')) expect(maySee('prices', someone, tender)).toBe(false)
        if (early('closed')) expect(maySee('closingList', someone, tender)).toBe(false)
      }),
    )
  })

  test('says from when on the public sees a part, and that it never does', () => {
    for (const part of parts) {
      expect(publicFrom(part)).toBe(FROM[part].all ?? null)
      const words = visibleFrom(part)
      expect(words.en).toBe(FROM[part].all ? `Public from: ${FROM[part].all}` : 'Not public.')
      expect(words.ko).toMatch(/[가-힣]/)
    }
  })
})
