// What do technology and price make together? The exact sum of the two figures as they were rounded; nothing is rounded again.
import { add } from '../kit/fraction.ts'
import { plain } from '../kit/rounding.ts'
import type { Step } from './step.ts'

/** "81.5" and "9.5894" make "91.0894". */
export function totalScore(technical: string, price: string): Step {
  const value = plain(add(technical, price))
  return { label: 'total', working: `${plain(technical)} + ${plain(price)} = ${value}`, value }
}
