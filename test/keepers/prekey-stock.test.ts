// Are opening keys offered in time, once, and without ever leaving the folder?
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import type { Json, JsonObject } from '../../src/proof/canonical.ts'
import { readJws, verifyJws } from '../../src/proof/jws.ts'
import { readPublicJwk, thumbprint } from '../../src/proof/primitives.ts'
import { type Forge, forge, keyOf } from '../support/forge.ts'
import { bench, logAsIs, ME, TO_TECHNICAL_LIST, upTo } from './custodian-bench.ts'

const KEYS_ONLY = { steps: upTo('keysets') }
const prekeysIn = (sent: readonly { path: string; jws: string }[]) =>
  sent.filter(({ path }) => path === `/api/v1/custodians/${ME}/prekeys`).map(({ jws }) => jws)
const kidsOf = (jws: string) => (readJws(jws).payload.keys as { kid: string }[]).map(({ kid }) => kid)

const logOffer = async (forged: Forge, jws: string) => {
  logAsIs(forged, { typ: 'custodian.prekeys/1', org: ME, by: keyOf(ME).signer.kid, ref: '-' }, jws)
  await forged.publish()
}

/** Logs a keyset of another tender that uses up these keys. */
const useUp = async (forged: Forge, kids: string[]) => {
  const custodians = kids.map((kid, i) => ({ x: i + 1, id: `c${i}`, kid, jwk: {} })) as unknown as Json
  const keyset = { typ: 'keyset/1', tender: 'R26BK00000009', custodians } as unknown as JsonObject
  await forged.logSigned('keyset/1', keyOf('other-officer'), 'agency-2', keyset as never, 'R26BK00000009')
  await forged.publish()
}

describe('a custodian offers', () => {
  test('forty keys when fewer than twenty unused ones of its own are in the log', async () => {
    const made = await bench(await forge(KEYS_ONLY))
    await made.round()
    const [offer, ...more] = prekeysIn(made.server.sent)
    expect(more).toEqual([])
    const verified = await verifyJws(P, offer!, keyOf(ME).jwk, 'custodian.prekeys/1')
    expect(verified?.payload.custodian).toBe(ME)
    const keys = verified?.payload.keys as { kid: string; jwk: Json }[]
    expect(keys).toHaveLength(40)
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(40)
    for (const { kid, jwk } of keys) expect(thumbprint(P, readPublicJwk(jwk))).toBe(kid)
  })

  test('the same bytes again until the log shows them, over refusals and restarts, and no second batch meanwhile', async () => {
    const made = await bench(await forge(KEYS_ONLY))
    for (const answer of [500, 409, 201] as const) {
      made.server.answer = answer
      await made.round()
      await made.restart()
    }
    await made.round()
    const offers = prekeysIn(made.server.sent)
    expect(offers).toHaveLength(4)
    expect(new Set(offers).size).toBe(1)
    expect(readdirSync(join(made.dir, 'prekeys'))).toHaveLength(2)
  })

  test('nothing more while twenty are left, and a second batch of other keys when nineteen are', async () => {
    const forged = await forge(KEYS_ONLY)
    const made = await bench(forged)
    await made.round()
    const first = prekeysIn(made.server.sent)[0]!
    await logOffer(forged, first)
    const kids = kidsOf(first)
    // One key of the forged batch is unused besides these forty.
    await useUp(forged, kids.slice(0, 16))
    await useUp(forged, kids.slice(16, 21))
    made.show(forged)
    await made.round()
    expect(made.custodian.status().stock).toBe(20)
    expect(prekeysIn(made.server.sent)).toEqual([first])
    await useUp(forged, kids.slice(21, 22))
    made.show(forged)
    await made.round()
    expect(made.custodian.status().stock).toBe(19)
    const second = prekeysIn(made.server.sent)[1]!
    expect(kidsOf(second)).toHaveLength(40)
    expect(kidsOf(second).filter((kid) => kids.includes(kid))).toEqual([])
  })

  test('nothing before its identity is in the log, nor while somebody else’s stands there under its id', async () => {
    const forged = await forge(KEYS_ONLY)
    const made = await bench(forged)
    rmSync(join(made.dir, 'identity.jws'))
    await made.restart()
    await made.round()
    expect(made.codes()).toEqual(['identity-taken'])
    const none = await bench(await forge({ ...KEYS_ONLY, steps: () => ['notice'] }), { dir: made.dir })
    rmSync(join(made.dir, 'state.json'))
    rmSync(join(made.dir, 'entries.bin'))
    await none.restart()
    await none.round()
    expect(none.codes()).toEqual([])
    expect(none.custodian.status().enrolled).toBe('not yet')
    expect([...made.server.sent, ...none.server.sent]).toEqual([])
  })

  test('public halves only: no private key is in anything that it sends, tells or shows, and its files are its own', async () => {
    const made = await bench(await forge(TO_TECHNICAL_LIST))
    await made.round()
    const files = readdirSync(join(made.dir, 'prekeys')).map((name) => join(made.dir, 'prekeys', name))
    const secrets = files.flatMap((file) => {
      expect(statSync(file).mode & 0o777).toBe(0o600)
      return (JSON.parse(readFileSync(file, 'utf8')).keys as { scalar: string }[]).map(({ scalar }) => scalar)
    })
    secrets.push(JSON.parse(readFileSync(join(made.dir, 'identity.key'), 'utf8')).scalar)
    expect(secrets).toHaveLength(45)
    expect(statSync(join(made.dir, 'identity.key')).mode & 0o777).toBe(0o600)
    const shown = [
      JSON.stringify(made.server.sent.map(({ jws }) => [jws, readJws(jws).payload])),
      made.lines.join('\n'),
      readFileSync(join(made.dir, 'status.json'), 'utf8'),
    ].join('\n')
    expect(made.server.sent).toHaveLength(2)
    for (const secret of secrets) expect(shown).not.toContain(secret)
  })
})
