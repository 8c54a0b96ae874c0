// Which texts name an instant, and are they written back the same?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addSeconds, compareTimes, millisZ, parseTime, secondsZ, timeOf } from '../../../src/domain/kit/time.ts'

describe('time', () => {
  test.each([
    '2026-03-02T05:00:00+00:00',
    '2026-03-02T14:00:00+09:00',
    '2026-03-02t05:00:00z',
    '2026-03-02 05:00:00Z',
    '2026-03-02T05:00Z',
    '2026-03-02T05:00:00.1Z',
    '2026-03-02T05:00:00.123456Z',
    '2026-03-02',
    '2026-02-30T05:00:00Z',
    '2025-02-29T05:00:00Z',
    '2026-13-01T05:00:00Z',
    '2026-03-02T24:00:00Z',
    '2026-12-31T23:59:60Z',
    '2026-03-02T05:00:00Z\n',
    '+002026-03-02T05:00:00Z',
    '',
    'Z'.repeat(1_000_000),
    1772427600000,
    null,
  ])('refuses other spellings and dates that do not exist (%#)', (text) => {
    const read = parseTime(text)
    expect(read.ok ? read.value : read.reasons.map((r) => r.code)).toEqual(['time-malformed'])
  })

  test('throws where a checked text was promised, or seconds are not whole, or the year has five digits', () => {
    expect(() => timeOf('tomorrow')).toThrow(RangeError)
    expect(() => addSeconds('2026-03-02T05:00:00Z', 0.5)).toThrow(RangeError)
    expect(() => addSeconds('9999-12-31T23:59:59Z', 1)).toThrow(RangeError)
    expect(() => millisZ(Number.NaN)).toThrow(RangeError)
  })

  test('writes seconds and milliseconds, and cuts a fraction instead of reaching into the next second', () => {
    const ms = timeOf('2026-03-02T05:00:00.999Z')
    expect(ms).toBe(1772427600999)
    expect(millisZ(ms)).toBe('2026-03-02T05:00:00.999Z')
    expect(secondsZ(ms)).toBe('2026-03-02T05:00:00Z')
    expect(secondsZ(-1)).toBe('1969-12-31T23:59:59Z')
  })

  test('adds seconds over the ends of days and leap years, as finely as the time came', () => {
    expect(addSeconds('2024-02-28T23:59:59Z', 1)).toBe('2024-02-29T00:00:00Z')
    expect(addSeconds('2026-03-02T05:00:00.123Z', -60)).toBe('2026-03-02T04:59:00.123Z')
  })

  test('compares texts of both lengths by instant: one millisecond before is before', () => {
    expect(compareTimes('2026-03-02T04:59:59.999Z', '2026-03-02T05:00:00Z')).toBe(-1)
    expect(compareTimes('2026-03-02T05:00:00.000Z', '2026-03-02T05:00:00Z')).toBe(0)
    expect(compareTimes('2026-03-02T05:00:00.001Z', '2026-03-02T05:00:00Z')).toBe(1)
  })

  test('reads back every instant that it writes', () => {
    const range = { min: timeOf('0000-01-01T00:00:00Z'), max: timeOf('9999-12-31T23:59:59.999Z') }
    fc.assert(
      fc.property(fc.integer(range), (ms) => {
        expect(timeOf(millisZ(ms))).toBe(ms)
        expect(timeOf(secondsZ(ms))).toBe(Math.floor(ms / 1000) * 1000)
      }),
    )
  })
})
