// Is anything but a well-formed keyset refused, and does its id hold every word of it?
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, FormatError, fromB64u } from '../../src/proof/bytes.ts'
import { type Json, type JsonObject, parseJson } from '../../src/proof/canonical.ts'
import { bucketOf, type Keyset, keysetId, readKeyset } from '../../src/proof/keyset.ts'
import { thumbprint } from '../../src/proof/primitives.ts'

const file = readFileSync(new URL('../vectors/seal/price-bid/keyset.json', import.meta.url), 'utf8')
type Draft = JsonObject & {
  custodians: (JsonObject & { jwk: { crv: string; kty: string; x: string; y: string } })[]
  requires: Json[]
}
const draft = () => parseJson(file) as Draft

function changed(change: (keyset: Draft) => void): Draft {
  const keyset = draft()
  change(keyset)
  return keyset
}

describe('keysets that are refused', () => {
  test.each<[string, (keyset: Draft) => void]>([
    ['another typ', (k) => (k.typ = 'keyset/2')],
    ['an unknown kind', (k) => (k.kind = 'prize')],
    ['a threshold of one', (k) => (k.t = 1)],
    ['a threshold above the number of custodians', (k) => (k.t = 4)],
    ['fewer custodians than n', (k) => k.custodians.pop()],
    ['an n of 17', (k) => (k.n = 17)],
    ['numbers out of order', (k) => k.custodians.reverse()],
    ['a custodian twice', (k) => (k.custodians[1]!.id = k.custodians[0]!.id!)],
    ['a kid that is not of the key', (k) => (k.custodians[0]!.kid = k.custodians[1]!.kid!)],
    [
      'a key twice',
      (k) => {
        k.custodians[1]!.jwk = k.custodians[0]!.jwk
        k.custodians[1]!.kid = k.custodians[0]!.kid!
      },
    ],
    [
      'a key that is not on the curve',
      (k) => {
        const jwk = {
          ...k.custodians[0]!.jwk,
          y: b64u(fromB64u(k.custodians[0]!.jwk.y).map((byte, i) => (i === 5 ? byte ^ 1 : byte))),
        }
        k.custodians[0]!.jwk = jwk
        k.custodians[0]!.kid = thumbprint(P, { crv: 'P-256', kty: 'EC', x: jwk.x, y: jwk.y })
      },
    ],
    ['a private key', (k) => Object.assign(k.custodians[0]!.jwk, { d: k.custodians[0]!.jwk.x })],
    ['a member too many', (k) => (k.note = 'x')],
    ['a member too few', (k) => delete k.lot],
    ['an empty tender', (k) => (k.tender = '')],
    ['a time without a zone', (k) => (k.open_after = '2027-01-15T01:00:00')],
    ['a day that is not in the calendar', (k) => (k.open_after = '2027-02-30T01:00:00Z')],
    ['a requirement that is no type of entry', (k) => (k.requires = ['tender.closed'])],
    ['numbers that are texts', (k) => (k.t = '2')],
  ])('refuses %s', (_, change) => {
    expect(() => readKeyset(P, changed(change))).toThrow(FormatError)
  })

  test.each<[string, Json]>([
    ['null', null],
    ['a text', file],
    ['a list', []],
  ])('refuses %s', (_, json) => {
    expect(() => readKeyset(P, json)).toThrow(FormatError)
  })
})

describe('keysets that are read', () => {
  test('cannot be changed afterwards, so their id stays theirs', () => {
    const keyset = readKeyset(P, draft()) as { -readonly [K in keyof Keyset]: Keyset[K] }
    expect(() => (keyset.t = 3)).toThrow(TypeError)
    expect(() => ((keyset.custodians[0] as { id: string }).id = 'x')).toThrow(TypeError)
    expect(() => ((keyset.custodians[0]!.jwk as { x: string }).x = 'x')).toThrow(TypeError)
    expect(() => (keyset.requires as string[]).push('x/1')).toThrow(TypeError)
  })

  test('have another id after any change', () => {
    const id = b64u(keysetId(P, readKeyset(P, draft())))
    for (const change of [
      (k: Draft) => (k.tender = 'R27BK99990002'),
      (k: Draft) => (k.lot = '2'),
      (k: Draft) => (k.kind = 'technical'),
      (k: Draft) => (k.t = 3),
      (k: Draft) => (k.open_after = '2027-01-15T01:00:01Z'),
      (k: Draft) => k.requires.pop(),
      (k: Draft) => (k.custodians[2]!.id = 'other.example'),
    ]) {
      expect(b64u(keysetId(P, readKeyset(P, changed(change))))).not.toBe(id)
    }
  })

  test('keep an id that a caller cannot spoil', () => {
    const keyset = readKeyset(P, draft())
    const id = b64u(keysetId(P, keyset))
    keysetId(P, keyset).fill(0)
    expect(b64u(keysetId(P, keyset))).toBe(id)
  })

  test('pad technical envelopes to 16 KiB and all others to 4 KiB', () => {
    expect(bucketOf('technical')).toBe(16_384)
    for (const kind of ['price', 'draw', 'rekey', 'rehearsal'] as const) expect(bucketOf(kind)).toBe(4096)
  })
})
