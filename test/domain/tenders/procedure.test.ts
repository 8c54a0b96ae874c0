// Which envelopes has a tender under each kind of rule, and what must come before each is opened?
import { describe, expect, test } from 'vitest'
import { ninetyTen } from '../../../scripts/case.ts'
import { contestRule } from '../../../src/domain/scoring/contest-methods.ts'
import { METHOD_IDS, METHODS, PRICE_FORM_IDS } from '../../../src/domain/scoring/methods.ts'
import { checkDraft, type DraftFacts } from '../../../src/domain/tenders/draft.ts'
import { drawsPrices, envelopesOf, keysetsOf, opensPrices, requiresOf } from '../../../src/domain/tenders/procedure.ts'

const AMOUNTS = { base: '100000000', budget: '110000000', currency: 'KRW' }
const pool = {}

describe('a procedure', () => {
  test('has a technical envelope exactly where something is marked; a kind that nobody knows has both', () => {
    for (const id of METHOD_IDS) {
      const { kind } = METHODS[id].defaults
      const both = kind === 'NEGOTIATION' || kind === 'TWO_STAGE'
      expect([id, envelopesOf({ kind })]).toEqual([id, both ? ['technical', 'price'] : ['price']])
    }
    expect(envelopesOf({})).toEqual(['technical', 'price'])
    expect(envelopesOf({ kind: ['LOWEST'] })).toEqual(['technical', 'price'])
  })

  test('never lets a price be opened before the marks are locked, where there are marks', () => {
    const rule = ninetyTen('1')
    expect(requiresOf('price', { rule })).toEqual(['tender.closed/1', 'scores.locked/1'])
    expect(requiresOf('technical', { rule })).toEqual(['tender.closed/1'])
    const twoStage = contestRule('specification-and-price', AMOUNTS)
    expect(requiresOf('price', { rule: twoStage })).toContain('scores.locked/1')
    expect(opensPrices(twoStage)).toBe('qualified')
    expect(opensPrices(rule)).toBe('all')
    expect(requiresOf('price', { rule: contestRule('small-quotation', AMOUNTS) })).toEqual(['tender.closed/1'])
  })

  test('has a keyset for what custodians draw with, where evaluators or prices are drawn', () => {
    const drawn = contestRule('small-quotation', AMOUNTS)
    const none = { ...drawn, planned: { how: 'none', budget: '1' } as const }
    expect(drawsPrices(drawn)).toBe(true)
    expect(keysetsOf({ rule: drawn })).toEqual(['price', 'draw'])
    expect(keysetsOf({ rule: none })).toEqual(['price'])
    expect(keysetsOf({ rule: ninetyTen('1') })).toEqual(['technical', 'price'])
    expect(keysetsOf({ rule: ninetyTen('1'), pool })).toEqual(['technical', 'price', 'draw'])
    expect(requiresOf('draw', { rule: drawn })).toEqual(['tender.closed/1', 'draw.notice/1'])
    expect(requiresOf('draw', { rule: ninetyTen('1'), pool })).toContain('pool.committed/1')
    for (const planned of [null, 'prelim', { how: 'PRELIM' }, undefined]) expect(drawsPrices({ planned })).toBe(false)
  })
})

describe('a draft by price', () => {
  const NOW = Date.parse('2027-01-10T00:00:00Z')
  const rule = contestRule('small-quotation', AMOUNTS)
  const GOOD: DraftFacts = {
    notice: { method: 'small-quotation', minBids: 2, budget: { amount: AMOUNTS.budget, currency: 'KRW' } },
    rule,
    deadline: '2027-01-15T01:00:00Z',
    openAfter: '2027-01-15T02:00:00Z',
    evaluators: [],
  }
  const said = (change: Partial<DraftFacts>) => checkDraft({ ...GOOD, ...change }, NOW).map(({ at }) => at)

  test('is refused with evaluators, a method of another kind, or what cannot be run here', () => {
    expect(said({ evaluators: ['e1'] })).toEqual(['/evaluators'])
    expect(said({ pool: { strata: [{ field: 'software', seats: 3 }], perYear: 6 } })).toEqual(['/evaluators'])
    expect(said({ notice: { ...GOOD.notice, method: 'negotiation-national-90-10' } })).toEqual(['/notice/method'])
    expect(said({ notice: { ...GOOD.notice, minBids: 1 } })).toEqual(['/notice/minBids'])
    expect(said({ rule: { ...rule, winners: 2 } })).toEqual([])
    expect(said({ rule: { ...rule, planned: { ...rule.planned, picks: 3 } as never } })).toEqual([
      '/rule/planned/picks',
    ])
    expect(said({ rule: { ...rule, planned: { how: 'single', amount: null } } })).toEqual(['/rule/planned/amount'])
    expect(said({ rule: { ...rule, floor: { rate: '1.2' } } })).toEqual(['/rule/floor/rate'])
    const auction = contestRule('reverse-auction', AMOUNTS)
    const notice = { ...GOOD.notice, method: 'reverse-auction' }
    expect(said({ notice, rule: auction })).toEqual([])
    // Opened prices bear names: who undercuts only itself would be known by what it bids.
    const own = { ...auction, auction: { ...auction.auction, undercut: 'own' } as never }
    expect(said({ notice, rule: own })).toEqual(['/rule/auction/undercut'])
  })

  test('is fit under every method that the form offers', () => {
    expect(PRICE_FORM_IDS.length).toBeGreaterThan(8)
    for (const method of PRICE_FORM_IDS) {
      const made = contestRule(method, AMOUNTS)
      const planned = made.planned.how === 'single' ? { how: 'none' as const, budget: AMOUNTS.budget } : made.planned
      const notice = { ...GOOD.notice, method }
      expect([method, said({ notice, rule: { ...made, planned } })]).toEqual([method, []])
    }
  })
})
