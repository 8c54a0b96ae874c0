// Would the search for secrets find one? Each dress is put on by somebody else's encoder, between other bytes, and must be found.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Canaries } from '../support/canaries.ts'

const around = fc.uint8Array({ maxLength: 40 })
const words = fc.string({ minLength: 12, maxLength: 30, unit: 'grapheme-ascii' }).filter((w) => /^[!-~]+$/.test(w))

test('finds a secret in any dress and any surroundings', () => {
  fc.assert(
    fc.property(words, around, around, (word, before, after) => {
      const canaries = new Canaries().add('word', word)
      const raw = Buffer.concat([before, Buffer.from(word), after])
      const dressed = [
        raw,
        Buffer.from(raw.toString('hex')),
        Buffer.from(raw.toString('base64')),
        Buffer.from(raw.toString('base64url')),
        Buffer.from(JSON.stringify([...raw])),
        Buffer.concat([before, Buffer.from(`x${word}y`, 'utf16le')]),
        Buffer.from(`"${[...word].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`),
        Buffer.from(`?q=${encodeURIComponent(word)}&`),
      ]
      for (const [i, bytes] of dressed.entries()) expect(canaries.in(bytes), `dress ${i}`).not.toEqual([])
    }),
  )
})

test('finds a price as text, with separators, in hexadecimal and in eight bytes', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 17n, max: 2n ** 63n - 1n }), (price) => {
      const canaries = new Canaries().add('price', String(price))
      const eight = Buffer.alloc(8)
      eight.writeBigUInt64LE(price)
      const dressed = [
        `{"amount":"${price}"}`,
        Number(0) + price.toLocaleString('en-US'),
        price.toString(16),
        eight,
        eight.reverse(),
      ]
      for (const bytes of dressed) expect(canaries.in(bytes)).not.toEqual([])
    }),
  )
})

test('finds bytes, and nothing where there is nothing', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ minLength: 200, maxLength: 400 }),
      (salt, noise) => {
        const canaries = new Canaries().add('salt', salt)
        expect(canaries.in(Buffer.concat([noise, salt, noise]))).not.toEqual([])
        expect(canaries.in(Buffer.from(`x${Buffer.concat([noise, salt, noise]).toString('base64')}`))).not.toEqual([])
        expect(canaries.in(noise)).toEqual([])
        expect(canaries.in(salt, (name) => name === 'salt')).toEqual([])
      },
    ),
  )
})
