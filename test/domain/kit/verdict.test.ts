// Does a refusal carry every reason?
import { describe, expect, test } from 'vitest'
import { allow, answer, every, quote, refuse } from '../../../src/domain/kit/verdict.ts'

const late = { code: 'late', facts: { by: 606 } }
const unsigned = { code: 'unsigned', facts: {}, at: 'papers/2' }

describe('verdict', () => {
  test('refuses with all reasons at once, in the order of the checks', () => {
    expect(every(late, null, unsigned, false)).toEqual({ ok: false, reasons: [late, unsigned] })
  })

  test('throws on a refusal without a reason, which nobody could explain', () => {
    expect(() => refuse([])).toThrow('a refusal needs a reason')
  })

  test('allows when no check objects', () => {
    expect(every(null, false)).toEqual(allow())
    expect(every()).toEqual({ ok: true })
    expect(answer(3)).toEqual({ ok: true, value: 3 })
  })

  test('repeats no more than forty characters of what a stranger sent', () => {
    expect(quote('9'.repeat(1_000_000))).toBe(`${'9'.repeat(40)}…`)
    expect(quote({ amount: '1' })).toBe('object')
    expect(quote('short')).toBe('short')
  })
})
