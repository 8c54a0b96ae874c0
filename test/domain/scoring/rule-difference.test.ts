// Does a reader of an amendment see every place that it changes, and no other?
import { describe, expect, test } from 'vitest'
import { ninetyTen } from '../../../scripts/case.ts'
import { ruleDifferences } from '../../../src/domain/scoring/rule-difference.ts'
import type { Json } from '../../../src/proof/canonical.ts'

const rule = ninetyTen('110000000') as unknown as { items: { id: string }[]; ties: string[] } & { [k: string]: Json }

describe('the places at which two rules differ', () => {
  test('are none between a rule and itself', () => {
    expect(ruleDifferences(rule, structuredClone(rule))).toEqual([])
  })

  test('are named with what stood there and what stands there now', () => {
    expect(ruleDifferences(rule, { ...rule, weights: { tech: 80, price: 20 } })).toEqual([
      { at: 'weights/tech', before: '90', after: '80' },
      { at: 'weights/price', before: '10', after: '20' },
    ])
  })

  test('of an item bear its id, so that an item that is gone shifts none of the others', () => {
    const [gone, ...rest] = rule.items
    const found = ruleDifferences(rule, { ...rule, items: rest as unknown as Json })
    expect(found.length).toBeGreaterThan(1)
    for (const { at, after } of found) expect([at.startsWith(`items/${gone?.id}/`), after]).toEqual([true, null])
  })

  test('show the order of a list, and what is new at the end', () => {
    const ties = [...rule.ties].reverse()
    const found = ruleDifferences(rule, { ...rule, ties, winners: 3 })
    expect(found).toEqual([
      { at: 'ties', before: rule.ties.join(', '), after: ties.join(', ') },
      { at: 'winners', before: null, after: '3' },
    ])
  })
})
