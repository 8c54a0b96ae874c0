// What differs between two rules? Place by place, for those who must decide about a change, or live with it.
import { canonical, type Json } from '../../proof/canonical.ts'

export type RuleDifference = {
  /** Where in the rule: names joined by slashes, an element of a list by its id where it has one. */
  at: string
  /** As text; null where the place is not there. */
  before: string | null
  after: string | null
}

const nameOf = (value: Json, i: number): string =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && typeof value.id === 'string'
    ? value.id
    : String(i + 1)

/** Lists of plain values are one text, in their order, which is part of what they say. */
function leaves(value: Json, at: string, into: Map<string, string>): void {
  const under = (name: string) => (at === '' ? name : `${at}/${name}`)
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one !== 'object' || one === null)) into.set(at, value.map(String).join(', '))
    else for (const [i, one] of value.entries()) leaves(one, under(nameOf(one, i)), into)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, one] of Object.entries(value)) if (one !== undefined) leaves(one, under(name), into)
  } else into.set(at, value === null ? '–' : String(value))
}

/**
 * Every place at which two rules differ, in the order of the first one, then what is new. Neither has to be a rule that holds.
 *
 * Example: weights 90/10 become 80/20: `weights/tech` from 90 to 80, and `weights/price` from 10 to 20.
 */
export function ruleDifferences(before: Json, after: Json): RuleDifference[] {
  if (canonical(before) === canonical(after)) return []
  const [was, is] = [new Map<string, string>(), new Map<string, string>()]
  leaves(before, '', was)
  leaves(after, '', is)
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((at) => {
    const difference = { at, before: was.get(at) ?? null, after: is.get(at) ?? null }
    return difference.before === difference.after ? [] : [difference]
  })
}
