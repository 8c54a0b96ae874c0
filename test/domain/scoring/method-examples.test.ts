// Has every method a worked example that the real code decides, with the working of every figure in both languages?
import { describe, expect, test } from 'vitest'
import { decide } from '../../../src/domain/scoring/award.ts'
import { exampleOf } from '../../../src/domain/scoring/method-examples.ts'
import { METHOD_IDS, METHODS } from '../../../src/domain/scoring/methods.ts'
import { shownStep } from '../../../src/domain/scoring/shown-step.ts'
import { STEP_WORDS } from '../../../src/domain/scoring/words.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { hex, utf8 } from '../../../src/proof/bytes.ts'
import { canonical, type Json } from '../../../src/proof/canonical.ts'
import facts from '../../vectors/method-examples/facts.json' with { type: 'json' }

const made = (id: (typeof METHOD_IDS)[number]) => {
  const facts = exampleOf(id)
  const decided = decide(facts)
  if (!decided.ok) throw new Error(`${id}: ${JSON.stringify(decided.reasons)}`)
  const { value } = decided
  return { facts, rows: value.kind === 'CONTEST' ? value.contest.rows : value.ranking.rows, winners: value.winners }
}

describe.each(METHOD_IDS)('the worked example of %s', (id) => {
  test('is of its own rule, has somebody who wins, and shows every step in words of both languages', () => {
    const { facts, rows, winners } = made(id)
    expect(facts.rule.kind).toBe(METHODS[id].defaults.kind)
    expect(rows.map((row) => row.bidder).sort()).toEqual(['A', 'B', 'C', 'D'])
    expect(winners.length).toBeGreaterThan(0)
    const steps = rows.flatMap((row) => row.steps)
    expect(steps.length).toBeGreaterThan(3)
    for (const step of steps) {
      expect(Object.keys(STEP_WORDS)).toContain(step.label)
      const [ko, en] = [shownStep(step, facts.rule, 'ko'), shownStep(step, facts.rule, 'en')]
      // Titles are in a language, figures are not.
      const figures = (text: string) => text.match(/[−\d.,…]+/g)
      expect([figures(ko.working), ko.value]).toEqual([figures(en.working), en.value])
      expect([ko.is, en.is]).not.toContain('')
    }
  })
})

test('the examples are those that people have worked by hand', () => {
  const digests = METHOD_IDS.map((id) => [id, hex(P.sha256(utf8(canonical(exampleOf(id) as unknown as Json))))])
  expect(Object.fromEntries(digests)).toEqual(facts)
})

test('the examples differ as their methods do: who wins, and by which figures', () => {
  const told = METHOD_IDS.map((id) => {
    const { rows, winners } = made(id)
    return { winners: winners.join(), figures: JSON.stringify(rows.map(({ steps, total }) => [total, steps])) }
  })
  expect(new Set(told.map(({ winners }) => winners)).size).toBeGreaterThan(2)
  expect(new Set(told.map(({ figures }) => figures)).size).toBeGreaterThan(METHOD_IDS.length / 2)
})
