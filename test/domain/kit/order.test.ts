import { expect, test } from 'vitest'
import { byText } from '../../../src/domain/kit/order.ts'

test('texts are compared by their code units, the same on every machine', () => {
  expect([byText('A', 'B'), byText('B', 'A'), byText('A', 'A'), byText('', 'A')]).toEqual([-1, 1, 0, -1])
  expect(['나', 'b', '가', 'a', 'B', ''].sort(byText)).toEqual(['', 'B', 'a', 'b', '가', '나'])
})
