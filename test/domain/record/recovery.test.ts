// A custodian lost its identity key: which entries of the log give it another, and which give it none?
import { describe, expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { keysInForce } from '../../../src/domain/record/keyring.ts'
import { readRecord } from '../../../src/domain/record/read.ts'
import { vouchFor } from '../../../src/domain/record/recovery.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { FormatError } from '../../../src/proof/bytes.ts'
import { signJws } from '../../../src/proof/jws.ts'
import { type Edit, forge, keyOf, TENDER } from '../../support/forge.ts'
import { GOOD_RECOVERIES, RECOVERED, SPOILT_RECOVERIES } from '../../support/recoveries.ts'

async function judged(edit: Edit) {
  const log = await forge(edit)
  const source = log.source()
  const record = await readRecord(P, log.entries, async (hex) => log.files.get(`payload/${hex}`) ?? null, TENDER)
  const checks = await audit(P, await gather(source, null), TENDER)
  return {
    inForce: keysInForce(record.ring.identities, RECOVERED.id, log.entries.length).map(({ kid }) => kid),
    failed: checks.filter(({ verdict }) => verdict === 'failed').map(({ check }) => check),
    says: record.findings
      .filter(({ check }) => check === 'keys')
      .map(({ says }) => says.en)
      .join(' '),
  }
}

describe('a custodian that lost its identity key', () => {
  test.each(GOOD_RECOVERIES)('has the new one in force by %s, and turns its keys with it', async (_name, edit) => {
    const { inForce, failed } = await judged(edit)
    expect(failed).toEqual([])
    expect(inForce).toEqual([RECOVERED.key.signer.kid])
  })

  test.each(SPOILT_RECOVERIES)('gets no key by an entry %s', async (_name, says, edit) => {
    const found = await judged(edit)
    expect(found.inForce).toEqual([keyOf(RECOVERED.id).signer.kid])
    expect(found.failed).toContain('keys')
    expect(found.says).toMatch(says)
  })
})

test('nobody vouches for what replaces no key', async () => {
  const { jwk, signer } = RECOVERED.key
  const { id } = RECOVERED
  const first = {
    typ: 'custodian.identity/1',
    id,
    org: id,
    jwk: { ...jwk },
    from: '2026-03-01T00:00:00Z',
    replaces: null,
  }
  const request = await signJws(P, signer, first)
  expect(() => vouchFor(P, 'bank', request)).toThrow(FormatError)
})
