// Does the rule of a lawful amendment decide, and does everybody who reads the log find an amendment that is not lawful?
import { describe, expect, test } from 'vitest'
import { audit, type Check } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { releaseBlockers } from '../../../src/domain/record/blockers.ts'
import { readRecord } from '../../../src/domain/record/read.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { type Edit, forge, TENDER } from '../../support/forge.ts'
import {
  AMENDMENT_WITHOUT_KEYSETS,
  LATE_AMENDMENT,
  LAWFUL_AMENDMENT,
  SPOILT_AMENDMENTS,
} from '../../support/spoilt-amendments.ts'

async function read(edit: Edit): Promise<{ failed: string[]; blocked: string[]; checks: Check[]; rule: unknown }> {
  const record = await gather(await (await forge(edit)).source(), null)
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
    const { failed, blocked, checks, rule } = await read(LAWFUL_AMENDMENT)
    expect([failed, blocked, rule]).toEqual([[], [], { tech: 90, price: 10 }])
    expect(checks.find((c) => c.check === 'notice')?.says.en).toMatch(/changed by the amendment at entry \d+/)
  })

  test.each(SPOILT_AMENDMENTS)('is found, and no key turns, when it %s', async (_, edit) => {
    const { failed, blocked } = await read(edit)
    expect(failed).toEqual(expect.arrayContaining(['notice']))
    expect(blocked).toEqual(expect.arrayContaining(['notice']))
  })

  test('is in no format without keysets of its own: what was sealed under the rule before could else be opened', async () => {
    const { failed, rule } = await read(AMENDMENT_WITHOUT_KEYSETS)
    expect(failed).toContain('order')
    expect(rule).toEqual({ tech: 50, price: 50 })
  })

  test('changes nothing after the close, and is found there', async () => {
    const { failed, rule } = await read(LATE_AMENDMENT)
    expect(failed).toEqual(expect.arrayContaining(['order', 'scores']))
    expect(rule).toEqual({ tech: 50, price: 50 })
  })
})
