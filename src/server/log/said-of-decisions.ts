// Which columns of evaluators' fields, firms' qualifications and returned registrations follow from what the operator sealed about them?
import { evaluatorField, fieldDecision } from '../../../db/schema/evaluators.ts'
import { factDecision, organisationFact, organisationReview } from '../../../db/schema/organisations.ts'
import type { Compared } from './compare-rows.ts'
import { OneOf } from './said.ts'

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
