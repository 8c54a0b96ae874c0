// Is the evidence of a tender one file that anybody makes the same, that proves itself, and in which nothing can be changed unseen?
import { describe, expect, test } from 'vitest'
import { audit } from '../../../src/domain/audit/audit.ts'
import { type Bundle, makeBundle, openBundle } from '../../../src/domain/audit/bundle.ts'
import { gather } from '../../../src/domain/audit/public-record.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { FormatError, fromUtf8, hex, utf8 } from '../../../src/proof/bytes.ts'
import { checkpointText, signNote } from '../../../src/proof/note.ts'
import { readPolicy } from '../../../src/proof/policy.ts'
import { readTlogProof, verifyTlogProof } from '../../../src/proof/receipt.ts'
import { leafHash, rootOf } from '../../../src/proof/tree.ts'
import { webPrimitives } from '../../../src/proof/web-primitives.ts'
import { readZip, writeZip } from '../../../src/proof/zip.ts'
import { type Forge, forge, LOG_SEED, ORIGIN, policyOf, TENDER } from '../../support/forge.ts'

async function made(log: Forge, primitives = P): Promise<Bundle> {
  const bundle = await makeBundle(primitives, await gather(log.source(), null), TENDER)
  if (!bundle) throw new Error('no bundle')
  return bundle
}

const failedIn = async (bytes: Uint8Array) => {
  const { source, tender } = openBundle(bytes)
  const checks = await audit(P, await gather(source, null), tender)
  return checks.filter((c) => c.verdict === 'failed').map((c) => c.check)
}

const log = await forge({})
const bundle = await made(log)

describe('a bundle', () => {
  test('is not made of a tender that the log does not know, nor of a log without a policy', async () => {
    expect(await makeBundle(P, await gather(log.source(), null), 'R99BK99999999')).toBeNull()
    const bare = await forge({})
    bare.files.delete('policy')
    expect(await makeBundle(P, await gather(bare.source(), null), TENDER)).toBeNull()
  })

  test('verifies without the log, with the same verdicts', async () => {
    const { source, tender, manifest } = openBundle(bundle.bytes)
    expect([tender, manifest.size]).toEqual([TENDER, log.entries.length])
    expect(await audit(P, await gather(source, null), tender)).toEqual(bundle.checks)
    expect(bundle.checks.filter((c) => c.verdict === 'failed')).toEqual([])
    expect(bundle.checks.length).toBeGreaterThan(15)
  })

  test('is the same bytes made by a browser’s primitives, from the bundle itself, and under another address', async () => {
    expect(hex(P.sha256((await made(log, webPrimitives)).bytes))).toBe(hex(P.sha256(bundle.bytes)))
    const again = await makeBundle(P, await gather(openBundle(bundle.bytes).source, null), TENDER)
    expect(again?.bytes).toEqual(bundle.bytes)
    const moved = new Map(log.files)
    moved.set('policy', utf8(policyOf(LOG_SEED).replace('http://localhost/log', 'https://madang.example/log')))
    const source = { get: async (path: string) => moved.get(path) ?? null }
    expect((await makeBundle(P, await gather(source, null), TENDER))?.bytes).toEqual(bundle.bytes)
  })

  test('is the same bytes when the log has grown since, if the log says which checkpoint first covered its last entry', async () => {
    const size = log.entries.length
    const note = fromUtf8(log.files.get('checkpoint')!)
    const pinned = new Map(log.files)
    const grown = [...log.entries, ...log.entries.slice(0, 9)]
    const root = rootOf(
      P,
      grown.map((entry) => leafHash(P, entry)),
    )
    const text = checkpointText({ origin: ORIGIN, size: grown.length, root })
    pinned.set('checkpoint', utf8(await signNote(P, ORIGIN, LOG_SEED, text)))
    const source = { get: async (path: string) => pinned.get(path) ?? null }
    const record = await gather(source, null)
    const covering = async (index: number) => (index < size ? note : null)
    const later = await makeBundle(P, { ...record, entries: grown, cut: null, covering }, TENDER)
    const now = await makeBundle(P, { ...(await gather(log.source(), null)), covering }, TENDER)
    expect(later?.bytes).toEqual(now?.bytes)
    expect(later?.manifest.size).toBe(size)
  })

  test('holds a proof of every entry of the tender that needs nothing else', async () => {
    const files = readZip(bundle.bytes)
    const policy = readPolicy(fromUtf8(files.get('log/policy')!))
    const proofs = [...files].filter(([path]) => path.startsWith('proofs/'))
    expect(proofs.length).toBeGreaterThan(10)
    for (const [path, bytes] of proofs) {
      const text = fromUtf8(bytes)
      const { leaf } = JSON.parse(fromUtf8(readTlogProof(text).extra!)) as { leaf: string }
      expect(await verifyTlogProof(P, text, utf8(leaf), policy)).toMatchObject({ index: Number(/\d+/.exec(path)![0]) })
    }
  })

  test('with any file changed in its last byte or left out, fails a check or is no bundle (every file but what only people read)', async () => {
    const files = readZip(bundle.bytes)
    const forPeople = (path: string) => /^(README|manifest|proofs|log\/tile\/\d)/.test(path)
    const paths = [...files.keys()].filter((path) => !forPeople(path))
    expect(paths.length).toBeGreaterThan(40)
    const unseen: string[] = []
    for (const path of paths) {
      const changed = new Map(files)
      const bytes = Uint8Array.from(files.get(path)!)
      bytes[bytes.length - 1]! ^= 1
      changed.set(path, bytes)
      if ((await failedIn(writeZip(changed))).length === 0) unseen.push(path)
    }
    // The policy's last byte is the end of a line; what it says is the same.
    expect(unseen.filter((path) => path !== 'log/policy')).toEqual([])
  }, 120_000)

  test('is refused without its manifest, with another one, and when it is any other file', () => {
    const files = readZip(bundle.bytes)
    const without = new Map(files)
    without.delete('manifest.json')
    expect(() => openBundle(writeZip(without))).toThrow('no manifest')
    expect(() => openBundle(writeZip(new Map([...files, ['manifest.json', utf8('{}\n')]])))).toThrow(FormatError)
    expect(() => openBundle(utf8('%PDF-1.7'))).toThrow(FormatError)
  })
})
