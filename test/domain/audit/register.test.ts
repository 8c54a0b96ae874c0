// Does the audit find an entry of the buyer's register that nobody signed who had a key, or that one person alone wrote?
import { describe, expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { forge, TENDER } from '../../support/forge.ts'
import { GOOD_REGISTERS, SPOILT_REGISTERS } from '../../support/spoilt-registers.ts'

const judged = async (edit: Parameters<typeof forge>[0]) => {
  const checks = await audit(P, await gather((await forge(edit)).source(), null), TENDER)
  return {
    failed: checks.filter((c) => c.verdict === 'failed').map((c) => c.check),
    says: checks.find((c) => c.check === 'second-person')?.says.en ?? '',
  }
}

describe('the register of the buyer below a notice that says that it is signed', () => {
  test.each(SPOILT_REGISTERS)('is found out with %s', async (_name, says, edit) => {
    const found = await judged(edit)
    expect(found.failed).toEqual(['second-person'])
    expect(found.says).toMatch(says)
  })

  test.each(GOOD_REGISTERS)('holds with %s', async (_name, edit) => {
    expect((await judged(edit)).failed).toEqual([])
  })

  test('is believed without signatures where the notice is from before they were', async () => {
    const [, , edit] = SPOILT_REGISTERS.find(([name]) => name.startsWith('a role that the service wrote'))!
    expect((await judged({ ...edit, approvals: 'older' })).failed).toEqual([])
  })
})
