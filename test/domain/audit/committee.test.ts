// Does the audit find each thing that could be written otherwise about a drawn committee, and name the check?
import { beforeAll, describe, expect, test } from 'vitest'
import { audit, type Check } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import type { CheckName } from '../../../src/domain/record/finding.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { type Forge, forge, TENDER } from '../../support/forge.ts'
import { COMMITTEE, SPOILT_COMMITTEES } from '../../support/spoilt-committees.ts'

const auditOf = async (log: Forge): Promise<Check[]> => audit(P, await gather(log.source(), null), TENDER)
const failed = (checks: Check[]): CheckName[] => checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
const says = (checks: Check[]): string => checks.find((c) => c.check === 'committee')?.says.en ?? ''
let whole: Check[]
beforeAll(async () => {
  whole = await auditOf(await forge({ committee: COMMITTEE }))
})

describe('a committee that was drawn', () => {
  test('is drawn again from the public record alone, with its replacements', () => {
    expect(whole.filter((c) => c.verdict !== 'ok').map((c) => c.check)).toEqual(['closing-time'])
    expect(says(whole)).toBe(
      'Drawn again from what 3 custodians had sealed: 18 tickets in the same order, called in that order, 2 replaced by the next.',
    )
  })

  test('a committee that the buyer named is said to be one, and asks for no lot', async () => {
    const named = await auditOf(await forge({ steps: (s) => s.slice(0, 3) }))
    expect(says(named)).toMatch(/named the evaluators/)
    expect(named.find((c) => c.check === 'committee')?.verdict).toBe('ok')
  })
})

describe('one thing written otherwise makes the check of the committee fail:', () => {
  test.each(SPOILT_COMMITTEES)('%s', async (_name, says_, edit) => {
    const checks = await auditOf(await forge({ committee: COMMITTEE, asFarAsItGoes: true, ...edit }))
    expect(failed(checks)).toContain('committee')
    expect(says(checks)).toMatch(says_)
  })
})
