// Which columns of evaluators' fields, firms' qualifications and returned registrations follow from what the operator sealed about them?
import { evaluatorField, fieldDecision } from '../../../db/schema/evaluators.ts'
import { factDecision, organisationFact, organisationReview } from '../../../db/schema/organisations.ts'
import { question } from '../../../db/schema/questions.ts'
import { object } from '../../domain/record/fields.ts'
import { askerOf } from '../../domain/tenders/questions.ts'
import { FormatError } from '../../proof/bytes.ts'
import { parseJson } from '../../proof/canonical.ts'
import type { Compared } from './compare-rows.ts'
import { OneOf } from './said.ts'

/** The asker's place in a sealed question; null in what is none, which then gives no commitment either. */
function askerIn(statement: string): unknown {
  try {
    return object(parseJson(statement)).asker
  } catch (error) {
    if (error instanceof FormatError) return null
    throw error
  }
}

/** `leaf.h` is the commitment under which the decision stands in the log. Whoever declares anew begins without one. */
export const DECISIONS: readonly Compared[] = [
  {
    table: fieldDecision,
    key: ['c'],
    said: [
      {
        typ: 'evaluator.field/1',
        set: {
          c: 'leaf.h',
          account: 'payload.account',
          field: 'payload.field',
          verdict: 'payload.verdict',
          idx: 'index',
        },
      },
    ],
  },
  {
    table: evaluatorField,
    key: ['decision'],
    order: ['account', 'field'],
    mayGo: true,
    unsaid: (row) => row.decision === null && row.state !== 'confirmed',
    said: [
      {
        typ: 'evaluator.field/1',
        set: {
          decision: 'leaf.h',
          account: 'payload.account',
          field: 'payload.field',
          state: 'payload.verdict',
          decidedBy: 'payload.decidedBy',
        },
      },
    ],
  },
  {
    table: question,
    key: ['c'],
    said: [
      {
        typ: 'question/1',
        // Who asked stands in it as a commitment, which the row's own salt opens.
        set: { c: 'leaf.h', tender: 'payload.tender', idx: 'index' },
      },
    ],
    also: ['text', 'askerSalt', 'org'],
    check: (P, row) => {
      return askerIn(String(row.text)) === askerOf(P, new Uint8Array(row.askerSalt as Uint8Array), String(row.org))
        ? null
        : { column: 'org', says: 'asker_salt and org are not what the question was sealed with' }
    },
  },
  {
    table: factDecision,
    key: ['c'],
    said: [
      {
        typ: 'organisation.fact/1',
        set: { c: 'leaf.h', org: 'payload.org', fact: 'payload.fact', verdict: 'payload.verdict', idx: 'index' },
      },
      {
        typ: 'organisation.returned/1',
        set: { c: 'leaf.h', org: 'payload.org', fact: () => null, verdict: () => 'returned', idx: 'index' },
      },
    ],
  },
  {
    table: organisationReview,
    key: ['decision'],
    order: ['id'],
    unsaid: (row) => row.decision === null && row.act !== 'returned',
    also: ['act'],
    said: [
      {
        typ: 'organisation.returned/1',
        set: {
          decision: 'leaf.h',
          act: () => 'returned',
          org: 'payload.org',
          by: 'payload.returnedBy',
          reasons: 'payload.reasons',
          statement: 'payload.statement',
        },
      },
    ],
  },
  {
    table: organisationFact,
    key: ['decision'],
    order: ['id'],
    mayGo: true,
    unsaid: (row) => row.decision === null && row.state !== 'verified',
    said: [
      {
        typ: 'organisation.fact/1',
        set: {
          decision: 'leaf.h',
          id: 'payload.fact',
          org: 'payload.org',
          kind: 'payload.kind',
          value: 'payload.value',
          validFrom: 'payload.from',
          // A qualification may end before the day that was verified, by its own firm.
          state: ({ entry }) => new OneOf(entry.payload.verdict ?? null, 'ended'),
          validUntil: 'payload.until',
          decidedBy: 'payload.decidedBy',
        },
      },
    ],
  },
]
