// Does a custodian turn its key before a server that tells the truth, and for nobody else?
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import { readJws, verifyJws } from '../../src/proof/jws.ts'
import { keysetId } from '../../src/proof/keyset.ts'
import { decryptShare } from '../../src/proof/seal.ts'
import { keyOf, TENDER } from '../support/forge.ts'
import { looking, ME, TO_PRICE_LIST, TO_TECHNICAL_LIST } from './custodian-bench.ts'

describe('an honest server gets', () => {
  test('the technical release: signed by the identity, over the list and the checkpoint, with every share in list order', async () => {
    const { server, forged, codes } = await looking(TO_TECHNICAL_LIST)
    expect(codes()).toEqual([])
    expect(server.releases()).toHaveLength(1)
    const sent = server.sent.find(({ path }) => path.endsWith('/releases'))!
    expect(sent.path).toBe(`/api/v1/tenders/${TENDER}/releases`)
    const verified = await verifyJws(P, sent.jws, keyOf(ME).jwk, 'release/1')
    const keyset = forged.keysets.technical
    const shares = []
    for (const eid of forged.lists.technical.eids) {
      const share = await decryptShare(P, keyset, forged.envelopes.get(eid)!.bytes, 1, keyOf(`${ME} technical`).scalar)
      shares.push({ eid, y: 'y' in share ? b64u(share.y) : 'none' })
    }
    expect(verified?.payload).toEqual({
      typ: 'release/1',
      ks: b64u(keysetId(P, keyset)),
      x: 1,
      list: forged.lists.technical.hash,
      checkpoint: b64u(P.sha256(forged.files.get('checkpoint')!)),
      shares,
    })
  })

  test('the price release once the scores are locked, and no second technical one', async () => {
    const { server, forged, codes } = await looking(TO_PRICE_LIST)
    expect(codes()).toEqual([])
    expect(server.releases()).toHaveLength(1)
    expect(readJws(server.releases()[0]!).payload).toMatchObject({
      ks: b64u(keysetId(P, forged.keysets.price)),
      list: forged.lists.price.hash,
    })
    expect(utf8(server.releases()[0]!).length).toBeLessThan(2_000_000)
  })
})
