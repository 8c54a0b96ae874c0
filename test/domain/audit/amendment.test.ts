// Does the rule of a lawful amendment decide, and does everybody who reads the log find an amendment that is not lawful?
import { describe, expect, test } from 'vitest'
import { audit, type Check } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { releaseBlockers } from '../../../src/domain/record/blockers.ts'
import type * as payloads from '../../../src/domain/record/payloads.ts'
import { readRecord } from '../../../src/domain/record/read.ts'
import { hashOfRule, ruleAmendment } from '../../../src/domain/tenders/signed-acts.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import { canonical, type Json, type JsonObject, parseJson } from '../../../src/proof/canonical.ts'
import { keysetId, readKeyset } from '../../../src/proof/keyset.ts'
import { DEADLINE, type Edit, type Forge, forge, OPEN_AFTER, TENDER } from '../../support/forge.ts'

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
const amends = (change: JsonObject = {}) => {
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
const withNotice = (edit: Edit): Edit => ({
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
async function read(edit: Edit): Promise<{ failed: string[]; blocked: string[]; checks: Check[]; rule: unknown }> {
  const record = await gather(await (await forge(withNotice(edit))).source(), null)
  const checks = await audit(P, record, TENDER)
  const told = await readRecord(P, record.entries, record.payload, TENDER)
  return {
    checks,
    failed: checks.filter((c) => c.verdict === 'failed').map((c) => c.check),
    blocked: releaseBlockers(told, 'technical').map((f) => f.check),
    rule: (told.notice?.payload.rule as { weights?: unknown } | undefined)?.weights,
  }
}

describe('a change of the rule before the close', () => {
  test('decides: everything is computed with it, and the audit says which entry it stands in', async () => {
    const { failed, blocked, checks, rule } = await read({ before: { keysets: amends() } })
    expect([failed, blocked, rule]).toEqual([[], [], { tech: 90, price: 10 }])
    expect(checks.find((c) => c.check === 'notice')?.says.en).toMatch(/changed by the amendment at entry \d+/)
  })

  test.each<[string, Edit, string[]]>([
    [
      'names another rule as the one that it replaces',
      { before: { keysets: amends({ oldRuleHash: 'A'.repeat(43) }) } },
      ['notice'],
    ],
    [
      'has another rule than the hash it gives',
      { before: { keysets: amends({ ruleHash: 'A'.repeat(43) }) } },
      ['notice'],
    ],
    [
      'has a rule that nobody can compute with',
      { before: { keysets: amends({ rule: { kind: 'NEGOTIATION' } }) } },
      ['notice'],
    ],
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
      ['notice'],
    ],
  ])('is found, and no key turns, when it %s', async (_, edit, want) => {
    const { failed, blocked } = await read(edit)
    expect(failed).toEqual(expect.arrayContaining(want))
    expect(blocked).toEqual(expect.arrayContaining(want))
  })

  test('is in no format without keysets of its own: what was sealed under the rule before could else be opened', async () => {
    const { failed, rule } = await read({ before: { keysets: amends({ keysets: null }) } })
    expect(failed).toContain('order')
    expect(rule).toEqual({ tech: 50, price: 50 })
  })

  test('changes nothing after the close, and is found there', async () => {
    const { failed, rule } = await read({ before: { reveal: amends() } })
    expect(failed).toEqual(expect.arrayContaining(['order', 'scores']))
    expect(rule).toEqual({ tech: 50, price: 50 })
  })
})
