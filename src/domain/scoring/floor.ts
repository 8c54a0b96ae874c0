// Below which price does a bid not count? The floor of a share of the planned price, and the net-cost line.
import { add, compare, divide, type Fraction, fraction, multiply, subtract, total } from '../kit/fraction.ts'
import { ceil, plain, shown } from '../kit/rounding.ts'
import { type ContestRule, fixedCostsOf } from './contest-rule.ts'
import { grouped, type Step } from './step.ts'

export interface Limits {
  /** A: the fixed costs, "0" where there are none. */
  fixedCosts: string
  /** F, the floor; null where the rule has none. */
  floor: string | null
  /** L, the net-cost line; null where the rule has none or the planned price is too high for it. */
  netCostLine: string | null
  steps: Step[]
}

const seen = (formula: string, exact: Fraction, dp: number) => `${formula} = ${shown(exact, dp + 2)}`

/**
 * F = ⌈(P − A) × r + A⌉ and, where net cost counts, N = ⌈Nb × P ÷ B⌉ and L = ⌈N × share⌉.
 *
 * Example: P 542,603,425, A 34,250,535, r 0.89745 give F "490471837".
 * `planned` is P; where A is above P there is nothing to take a share of, and the floor is A itself.
 */
export function limitsOf(rule: ContestRule, planned: string): Limits {
  const { dp } = rule
  const costs = fixedCostsOf(rule)
  const A = total(costs)
  const steps: Step[] = []
  if (costs.length > 0) {
    steps.push({ label: 'fixed-costs', working: costs.map(grouped).join(' + '), value: plain(A) })
  }
  if (!rule.floor) return { fixedCosts: plain(A), floor: null, netCostLine: null, steps }
  const { rate, netCost } = rule.floor
  // Stryker disable next-line EqualityOperator: where A is P, what is left of P is 0 both ways
  const base = compare(A, planned) > 0 ? fraction(0) : subtract(planned, A)
  const exact = add(multiply(base, rate), A)
  const floor = ceil(exact, 1, dp)
  const formula =
    costs.length > 0
      ? `(${grouped(planned)} − ${grouped(A)}) × ${plain(rate)} + ${grouped(A)}`
      : `${grouped(planned)} × ${plain(rate)}`
  steps.push({ label: 'floor', working: seen(formula, exact, dp), value: floor })
  if (!netCost || (netCost.plannedBelow !== null && compare(planned, netCost.plannedBelow) >= 0)) {
    return { fixedCosts: plain(A), floor, netCostLine: null, steps }
  }
  const net = divide(multiply(netCost.amount, planned), netCost.base)
  const N = ceil(net, 1, dp)
  const line = multiply(N, netCost.share)
  const L = ceil(line, 1, dp)
  steps.push(
    {
      label: 'net-cost',
      working: seen(`${grouped(netCost.amount)} × ${grouped(planned)} ÷ ${grouped(netCost.base)}`, net, dp),
      value: N,
    },
    { label: 'net-cost-line', working: seen(`${grouped(N)} × ${plain(netCost.share)}`, line, dp), value: L },
  )
  return { fixedCosts: plain(A), floor, netCostLine: L, steps }
}
