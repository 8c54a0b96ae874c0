// Does `madang seal` make a bid that custodians can open and a server can take, and does it refuse what would cost the bidder the bid?
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { checkFile } from '../../src/proof/attachment.ts'
import { b64u, fromB64u } from '../../src/proof/bytes.ts'
import { readEnvelope } from '../../src/proof/envelope.ts'
import { readJws, verifyJws } from '../../src/proof/jws.ts'
import { commitment } from '../../src/proof/leaf.ts'
import { ageIdentity, checkBid, decryptShare, openEnvelope } from '../../src/proof/seal.ts'
import { CUSTODIANS, type Forge, forge, keyOf, TENDER } from '../support/forge.ts'
import { runProgram, tempDir } from '../support/processes.ts'

const BIDDER = 'bidder-1'
const key = keyOf(`key of ${BIDDER}`)
let log: Forge
let dir = ''
let files: Record<string, string> = {}

beforeAll(async () => {
  log = await forge({ steps: (s) => s.slice(0, 3) })
  dir = tempDir('seal')
  log.save(join(dir, 'open'))
  const closed = await forge({ steps: (s) => s.slice(0, 5) })
  closed.save(join(dir, 'closed'))
  const text = (index: number) => new TextDecoder().decode(log.payloadAt(index))
  const technical = log.indexesOf('tender.keyset/1')[1]!
  const contents: Record<string, string> = {
    'technical.keyset': text(technical),
    'price.keyset': JSON.stringify(log.keysets.price),
    'planted.keyset': JSON.stringify({ ...log.keysets.price, t: 3 }),
    'key.json': JSON.stringify({ ...key.jwk, d: b64u(key.scalar) }),
    'other-key.json': JSON.stringify({ ...key.jwk, d: b64u(keyOf('somebody').scalar) }),
    'technical.json': JSON.stringify({ approach: '우리의 제안', summary: 'Short.' }),
    'numbers.json': JSON.stringify({ approach: 7 }),
    'price.json': JSON.stringify({ amount: '98000000', currency: 'KRW' }),
    'exponent.json': JSON.stringify({ amount: '9.8e7', currency: 'KRW' }),
    'broken.json': '{"amount":"98000000","amount":"1"}',
  }
  files = {}
  for (const [name, content] of Object.entries(contents)) {
    files[name] = join(dir, name)
    writeFileSync(files[name], content)
  }
})

const usual = (): Record<string, string> => ({
  'technical-keyset': files['technical.keyset']!,
  'price-keyset': files['price.keyset']!,
  key: files['key.json']!,
  bidder: BIDDER,
  technical: files['technical.json']!,
  price: files['price.json']!,
})

async function seal(changes: Record<string, string>): Promise<{ code: number | null; out: string; err: string }> {
  const options = { ...usual(), ...changes }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const program = runProgram('scripts/madang.mjs', ['seal', ...args])
  const { code } = await program.exit
  return { code, out: program.stdout(), err: program.stderr() }
}

describe('madang seal refuses, with exit code 2 and writing nothing,', () => {
  const f = (name: string) => join(dir, name)
  test.each([
    [
      'a technical keyset in place of the price keyset',
      () => ({ 'price-keyset': f('technical.keyset') }),
      'technical.keyset',
    ],
    ['a key that is not that of its own public part', () => ({ key: f('other-key.json') }), 'other-key.json'],
    ['an amount with an exponent', () => ({ price: f('exponent.json') }), 'amount-exponent'],
    ['a body that two readers could understand differently', () => ({ price: f('broken.json') }), 'broken.json'],
    ['a technical body that is not of texts', () => ({ technical: f('numbers.json') }), 'numbers.json'],
    ['a file that is not there', () => ({ key: f('nowhere') }), 'nowhere'],
    [
      'a keyset that the log does not have',
      () => ({ log: f('open'), 'price-keyset': f('planted.keyset') }),
      'not the one in the log',
    ],
    ['a tender that is closed', () => ({ log: f('closed') }), 'is closed'],
    ['a file to attach that is not there', () => ({ file: f('nowhere.pdf') }), 'nowhere.pdf'],
    ['a file to attach of a kind that no bid carries', () => ({ file: f('price.keyset') }), 'file-type'],
    ['an act number that is none', () => ({ seq: '0' }), 'seq'],
  ])('%s', async (what, changes, named) => {
    const out = join(dir, `out ${what.slice(0, 20)}`)
    const { code, err } = await seal({ ...changes(), out })
    expect(code).toBe(2)
    expect(err).toContain(named)
    expect(existsSync(out)).toBe(false)
  })

  test('a folder in which a seed would be overwritten', async () => {
    const out = join(dir, 'taken')
    mkdirSync(out)
    writeFileSync(join(out, 'seeds.json'), 'precious')
    const { code, err } = await seal({ out })
    expect(code).toBe(2)
    expect(err).toContain('seeds.json')
    expect(readFileSync(join(out, 'seeds.json'), 'utf8')).toBe('precious')
  })
})

describe('madang seal', () => {
  test('makes a bid that two custodians open, signed by the bidder for these very envelopes, and keeps the seeds private', async () => {
    const out = join(dir, 'bid')
    const {
      code,
      out: said,
      err,
    } = await seal({ out, log: join(dir, 'open'), seq: '2', replaces: b64u(P.sha256(new Uint8Array(1))) })
    expect({ code, err }).toEqual({ code: 0, err: '' })

    const read = (name: string) => new Uint8Array(readFileSync(join(out, name)))
    const text = (name: string) => readFileSync(join(out, name), 'utf8')
    const request = JSON.parse(text('request.json')) as {
      jws: string
      salt: string
      envelopes: { technical: string; price: string }
    }
    const seeds = JSON.parse(text('seeds.json')) as { c: string; price: { seed: string; eid: string } }
    expect(statSync(join(out, 'seeds.json')).mode & 0o777).toBe(0o600)
    expect(request.jws).toBe(text('submission.jws'))
    expect(seeds.c).toBe(commitment(P, fromB64u(request.salt), request.jws))
    expect(said).toContain(seeds.c)
    // What leaves the machine holds neither seed nor price.
    expect(text('request.json')).not.toContain(seeds.price.seed)
    expect(text('request.json')).not.toContain('98000000')

    const submission = await verifyJws(P, request.jws, key.jwk, 'submission/1')
    expect(submission?.payload).toMatchObject({ tender: TENDER, bidder: BIDDER, seq: 2 })
    const named = (submission?.payload.envelopes ?? {}) as Record<string, string>
    for (const kind of ['technical', 'price'] as const) {
      const bytes = read(`${kind}.seal`)
      expect(request.envelopes[kind]).toBe(text(`${kind}.seal`))
      expect(named[kind]).toBe(b64u(P.sha256(bytes)))
      const keyset = log.keysets[kind]
      const shares = []
      for (const x of [1, 3]) {
        const share = await decryptShare(P, keyset, bytes, x, keyOf(`${CUSTODIANS[x - 1]} ${kind}`).scalar)
        if ('y' in share) shares.push({ x, y: share.y })
      }
      const opened = await openEnvelope(P, keyset, bytes, shares)
      const envelope = readEnvelope(P, bytes, keyset)
      if (opened.state !== 'valid' || 'refused' in envelope) throw new Error('the envelope does not open')
      const bid = await checkBid(P, keyset, opened.jws, { bidder: BIDDER, kc: envelope.kc, bidderKey: key.jwk })
      expect(bid.ok && bid.bid.seq).toBe(2)
      if (kind === 'price') expect(bid.ok && bid.bid.body).toEqual({ amount: '98000000', currency: 'KRW' })
    }
    expect(readJws(request.jws).header.kid).toBe(key.signer.kid)
  })

  test('seals files so that they open with the envelope and are those that the bid names, and nothing else of them leaves', async () => {
    const out = join(dir, 'with files')
    const plain = new Uint8Array(150_000).map((_, i) => (i * 7) % 251)
    const path = join(dir, '제안서.pdf')
    writeFileSync(path, plain)
    const { code, out: said } = await seal({ out, file: path })
    expect(code).toBe(0)
    const sealed = new Uint8Array(readFileSync(join(out, 'file-1.age')))
    const ct = b64u(P.sha256(sealed))
    expect(said).toContain(ct)
    const request = JSON.parse(readFileSync(join(out, 'request.json'), 'utf8')) as Record<string, string>
    expect(readJws(request.jws!).payload.blobs).toEqual([{ ct, bytes: sealed.length }])
    expect(Buffer.from(sealed).includes(Buffer.from(plain.slice(0, 64)))).toBe(false)

    const keyset = log.keysets.technical
    const bytes = new Uint8Array(readFileSync(join(out, 'technical.seal')))
    const shares = []
    for (const x of [2, 3]) {
      const share = await decryptShare(P, keyset, bytes, x, keyOf(`${CUSTODIANS[x - 1]} technical`).scalar)
      if ('y' in share) shares.push({ x, y: share.y })
    }
    const opened = await openEnvelope(P, keyset, bytes, shares)
    if (opened.state !== 'valid') throw new Error('the envelope does not open')
    const [named] = readJws(opened.jws).payload.att as { name: string; bytes: number; sha256: string; ct: string }[]
    expect(named).toMatchObject({ name: '제안서.pdf', bytes: plain.length, ct })
    const parts: Uint8Array[] = []
    const identity = ageIdentity(P, keyset, opened.seed)
    expect(await checkFile(named!, identity, new Blob([sealed]).stream(), (piece) => void parts.push(piece))).toBe(
      'agrees',
    )
    expect(Buffer.concat(parts).equals(Buffer.from(plain))).toBe(true)
    // The control: with one other bit it is another file than the bid names.
    sealed[sealed.length - 1]! ^= 1
    expect(await checkFile(named!, identity, new Blob([sealed]).stream())).toBe('changed')
  })

  test('without a log says that nobody checked the keysets', async () => {
    const { code, err } = await seal({ out: join(dir, 'unchecked') })
    expect(code).toBe(0)
    expect(err).toContain('--log')
  })
})
