// Amendments of a rule as they should be, and as they must not be: whoever reads the log has to tell them apart.
import type * as payloads from '../../src/domain/record/payloads.ts'
import { hashOfRule, ruleAmendment } from '../../src/domain/tenders/signed-acts.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject, parseJson } from '../../src/proof/canonical.ts'
import { keysetId, readKeyset } from '../../src/proof/keyset.ts'
import { DEADLINE, type Edit, type Forge, OPEN_AFTER, TENDER } from './forge.ts'

const budget = { amount: '110000000', currency: 'KRW' }
const keysetsOf = (f: Forge): Record<string, string> =>
  Object.fromEntries(
    (['technical', 'price'] as const).map((kind) => {
      const made = parseJson(canonical(f.keysetOf(kind, TENDER, kind) as unknown as Json))
      return [kind, b64u(keysetId(P, readKeyset(P, made)))]
    }),
  )
/** The rule with which the tender was published: half the points for the price. The one that decides at the end is the forge's own. */
const published = (f: Forge): JsonObject => ({ ...f.rule, weights: { tech: 50, price: 50 } }) as unknown as JsonObject
/** The amendment to the forge's own rule; `change` writes members otherwise, null leaves one out. */
export const amends = (change: JsonObject = {}) => {
  return async (f: Forge): Promise<void> => {
    const now = { deadline: DEADLINE, openAfter: OPEN_AFTER, revision: '000', ruleHash: hashOfRule(P, published(f)) }
    const rule = f.rule as unknown as JsonObject
    const asked = { newDeadline: DEADLINE, statement: 'Price was weighed too much.', keysets: keysetsOf(f) }
    const { typ: _, ...said } = ruleAmendment(P, TENDER, now, { ...asked, rule, method: 'negotiation-90-10', budget })
    const payload = { ...said, ...change } as JsonObject
    for (const name of Object.keys(payload)) if (payload[name] === null) delete payload[name]
    await f.logApproved('tender.amended/1', payload as unknown as payloads.Amendment)
  }
}
/** The tender is published under another rule than the one by which all else is computed. */
const publishedOtherwise = (edit: Edit): Edit => ({
  ...edit,
  payload: {
    'evaluation.result/1': (p, { forge: f }) => {
      p.ruleHash = hashOfRule(P, f.rule as unknown as JsonObject)
    },
    ...edit.payload,
    'tender.notice/1': (p, { forge: f }) => {
      p.rule = published(f)
      p.ruleHash = hashOfRule(P, published(f))
    },
  },
})

export const LAWFUL_AMENDMENT: Edit = publishedOtherwise({ before: { keysets: amends() } })
/** What came after the close, which changes nothing; and what is in no format. */
export const LATE_AMENDMENT: Edit = publishedOtherwise({ before: { reveal: amends() } })
export const AMENDMENT_WITHOUT_KEYSETS: Edit = publishedOtherwise({ before: { keysets: amends({ keysets: null }) } })

const spoilt: [string, Edit][] = [
  ['names another rule as the one that it replaces', { before: { keysets: amends({ oldRuleHash: 'A'.repeat(43) }) } }],
  ['has another rule than the hash it gives', { before: { keysets: amends({ ruleHash: 'A'.repeat(43) }) } }],
  ['has a rule that nobody can compute with', { before: { keysets: amends({ rule: { kind: 'NEGOTIATION' } }) } }],
  [
    'was approved by the officer who proposed it',
    {
      before: { keysets: amends() },
      payload: {
        'approval/1': (p, { nth }) => {
          if (nth === 0) p.approvedBy = 'officer'
        },
      },
    },
  ],
]
/** "is found when it …" */
export const SPOILT_AMENDMENTS: [string, Edit][] = spoilt.map(([name, edit]) => [name, publishedOtherwise(edit)])
