import { describe, expect, test } from 'vitest'
import { mannWhitney } from '../../bench/known-addresses.ts'

describe('the chance that known addresses take longer', () => {
  test('is one where all do, nothing where none does, and a half where time tells nothing', () => {
    expect(mannWhitney([3, 4], [1, 2])).toBe(1)
    expect(mannWhitney([1, 2], [3, 4, 5])).toBe(0)
    expect(mannWhitney([1, 3], [2, 2])).toBe(0.5)
    expect(mannWhitney([2, 2, 2], [2, 2])).toBe(0.5)
  })

  test('counts pairs: three of four here', () => {
    expect(mannWhitney([2, 4], [1, 3])).toBe(0.75)
  })
})
