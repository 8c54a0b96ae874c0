// Does a custodian turn its key before a server that tells the truth, and for nobody else?
import { describe, expect, test } from 'vitest'
import type { Clearing, OpeningResult } from '../../src/domain/record/payloads.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import { provenShares } from '../../src/proof/clearing.ts'
import { readJws, verifyJws } from '../../src/proof/jws.ts'
import { keysetId } from '../../src/proof/keyset.ts'
import { decryptShare, noShareFits } from '../../src/proof/seal.ts'
import { keyOf, TENDER } from '../support/forge.ts'
import { looking, ME, TO_PRICE_LIST, TO_TECHNICAL_LIST, upTo } from './custodian-bench.ts'
import type { Sent } from './lying-server.ts'

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

describe('an envelope that no shares opened', () => {
  const shutting = (reason: string) => ({
    steps: upTo('result technical'),
    payload: {
      'opening.result/1': (payload: OpeningResult, { nth }: { nth: number }) => {
        const row = payload.results[0]
        if (nth === 0 && row) Object.assign(row, { state: 'malformed', reason, body: null })
      },
    },
  })
  const clearingsOf = (sent: readonly Sent[]) => sent.filter(({ path }) => path.endsWith('/clearings'))

  test('gets a proof of what this custodian was sent, the same bytes however often it is asked, and never the key', async () => {
    const made = await looking(shutting(noShareFits({ t: 2, n: 3 })))
    await made.round()
    await made.restart()
    await made.round()
    const sent = clearingsOf(made.server.sent)
    expect(new Set(sent.map(({ jws }) => jws)).size).toBe(1)
    const said = (await verifyJws(P, sent[0]!.jws, keyOf(ME).jwk, 'clearing/1'))?.payload as unknown as Clearing
    const [eid] = said.eids
    const keyset = made.forged.keysets.technical
    const file = made.forged.envelopes.get(eid!)!.bytes
    const mine = keyOf(`${ME} technical`).scalar
    const share = await decryptShare(P, keyset, file, 1, mine)
    expect(await provenShares(P, keyset, 1, [file], said)).toEqual([(share as { y: Uint8Array }).y])
    expect(JSON.stringify(said)).not.toContain(b64u(mine))
  })

  test('for a fault that everybody sees gets none', async () => {
    const made = await looking(shutting('re-sealing gives another share 2'))
    await made.round()
    expect(clearingsOf(made.server.sent)).toEqual([])
  })
})
