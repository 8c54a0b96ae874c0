// Does the audit find each award that did not wait out the standstill of its notice, or names another end of it?
import { expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { type Edit, forge, TENDER } from '../../support/forge.ts'
import { GOOD_STANDSTILLS, SPOILT_STANDSTILLS } from '../../support/spoilt-standstills.ts'

const checksOf = async (edit: Edit) => audit(P, await gather((await forge(edit)).source(), null), TENDER)
const failed = (checks: Awaited<ReturnType<typeof checksOf>>) =>
  checks.filter((c) => c.verdict === 'failed').map((c) => c.check)

test.each(GOOD_STANDSTILLS)('an award stands where %s', async (_, hours, edit) => {
  const checks = await checksOf(edit)
  expect(failed(checks)).toEqual([])
  const says = checks.find((c) => c.check === 'award')?.says
  expect(/standstill/.test(says?.en ?? '')).toBe(hours > 0)
  expect(/유예 기간/.test(says?.ko ?? '')).toBe(hours > 0)
})

test.each(SPOILT_STANDSTILLS)('%s is found', async (_, ours, __, edit) => {
  const checks = await checksOf(edit)
  expect(failed(checks)).toEqual(['award'])
  expect(checks.find((c) => c.check === 'award')?.says.en).toMatch(ours)
})

test('a notice that promises more than a notice may is no notice', async () => {
  expect(failed(await checksOf({ standstill: { hours: 1440 } }))).toEqual([])
  expect(failed(await checksOf({ standstill: { hours: 1441 }, asFarAsItGoes: true }))).toContain('notice')
})
