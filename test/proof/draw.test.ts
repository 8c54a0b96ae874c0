// Is the draw even, independent of order, and computable with other people's tools?
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { FormatError, hex, utf8 } from '../../src/proof/bytes.ts'
import { drawKey, drawSeed, priceBands, reservePrices, ticket, ticketOrder, uniform } from '../../src/proof/draw.ts'

const block = (n: number) => P.sha256(utf8(`${n}`))
const key = drawKey(P, block(1), 'test')
const FIFTEEN = [{ from: -20n, to: 20n, bands: 15 }]

describe('draws that are refused', () => {
  test('refuses a contribution twice, or one of another length', () => {
    const one = { eid: block(1), r: block(2) }
    expect(() => drawSeed(P, block(0), [one, { ...one, r: block(3) }])).toThrow(FormatError)
    expect(() => drawSeed(P, block(0), [{ ...one, r: new Uint8Array(31) }])).toThrow(FormatError)
    expect(() => drawSeed(P, block(0), [{ ...one, eid: new Uint8Array(33) }])).toThrow(FormatError)
    expect(() => drawSeed(P, new Uint8Array(0), [one])).toThrow(FormatError)
  })

  test('refuses an id twice, and a number of outcomes below 1 or above 2^63', () => {
    expect(() => ticketOrder(P, key, ['a', 'b', 'a'])).toThrow(FormatError)
    for (const m of [0n, -1n, (1n << 63n) + 1n]) expect(() => uniform(P, key, 'x', m)).toThrow(FormatError)
  })

  test('refuses bands without a price, spans that do not follow each other, and a base of nothing', () => {
    expect(() => priceBands(100n, 100n, FIFTEEN)).toThrow(FormatError)
    expect(() => priceBands(0n, 1n, FIFTEEN)).toThrow(FormatError)
    expect(() => priceBands(1_000_000n, 0n, FIFTEEN)).toThrow(FormatError)
    expect(() => priceBands(1_000_000n, 1n, [{ from: 20n, to: -20n, bands: 15 }])).toThrow(FormatError)
    const apart = [
      { from: -20n, to: -1n, bands: 7 },
      { from: 0n, to: 20n, bands: 8 },
    ]
    expect(() => priceBands(1_000_000n, 1n, apart)).toThrow(FormatError)
  })

  test('refuses a pick that is no slot, and more slots than there are', () => {
    const rule = { bands: priceBands(1_000_000n, 1n, FIFTEEN), unit: 1n, take: 4, tie: 'lot' as const }
    for (const slot of [0, 16, 1.5, -1]) expect(() => reservePrices(P, key, rule, [[slot, 2]])).toThrow(FormatError)
    for (const take of [0, 16]) expect(() => reservePrices(P, key, { ...rule, take }, [])).toThrow(FormatError)
  })
})

describe('the very edges of what is refused', () => {
  const rule = { bands: priceBands(1_000_000n, 1n, FIFTEEN), unit: 1n, take: 4, tie: 'lot' as const }
  const span = (from: bigint, to: bigint, bands: number) => ({ from, to, bands })

  test('each refusal says which rule was broken', () => {
    const one = { eid: block(1), r: block(2) }
    expect(() => drawSeed(P, new Uint8Array(31), [])).toThrow('32 bytes')
    expect(() => drawSeed(P, block(0), [one, one])).toThrow('a contribution is there twice')
    expect(() => ticketOrder(P, key, ['a', 'a'])).toThrow('an id is there twice')
    expect(() => uniform(P, key, 'x', 0n)).toThrow('the number of outcomes is 1 to 2^63')
    expect(() => priceBands(0n, 1n, FIFTEEN)).toThrow('base and unit are at least 1')
    expect(() => priceBands(1_000_000n, 1n, [span(0n, 0n, 1)])).toThrow('the spans do not follow each other')
    expect(() => priceBands(1_000_000n, 1n, [span(0n, 1n, 0)])).toThrow('a span has 1 to 1000 bands')
    expect(() => priceBands(1n, 1n, FIFTEEN)).toThrow('the base is too small for these bands')
    expect(() => reservePrices(P, key, { ...rule, take: 16 }, [])).toThrow('more slots are to be taken than there are')
    expect(() => reservePrices(P, key, rule, [[16]])).toThrow('there is no slot 16')
  })

  test('a seed is of all contributions in the order of their ids, whoever came first', () => {
    const all = [3, 1, 2].map((n) => ({ eid: block(n), r: block(n + 10) }))
    const sorted = [...all].sort((a, b) => (hex(a.eid) < hex(b.eid) ? -1 : 1))
    const bytes = [...utf8('draw/1 seed\n'), ...block(0), 0, 0, 0, 3, ...sorted.flatMap(({ eid, r }) => [...eid, ...r])]
    const seed = hex(P.sha256(Uint8Array.from(bytes)))
    for (const order of [all, all.toReversed(), sorted]) expect(hex(drawSeed(P, block(0), order))).toBe(seed)
    expect(hex(drawSeed(P, block(0), []))).toBe(
      hex(P.sha256(Uint8Array.from([...utf8('draw/1 seed\n'), ...block(0), 0, 0, 0, 0]))),
    )
  })

  test('a base and a unit of 1 are enough, and 2^63 outcomes are not too many', () => {
    expect(priceBands(1n, 1n, [span(0n, 1000n, 2)])).toEqual([
      { start: 1n, units: 1n },
      { start: 2n, units: 1n },
    ])
    expect(() => priceBands(0n, 1n, [span(0n, 1000n, 1)])).toThrow(FormatError)
    expect(uniform(P, key, 'x', 1n << 63n)).toBeGreaterThanOrEqual(0n)
  })

  test('a span goes up, and down to just above nothing', () => {
    expect(() => priceBands(1_000_000n, 1n, [span(-1000n, 0n, 1)])).toThrow('follow')
    expect(() => priceBands(1_000_000n, 1n, [span(5n, 5n, 1)])).toThrow('follow')
    expect(() => priceBands(1_000_000n, 1n, [span(5n, 4n, 1)])).toThrow('follow')
    expect(priceBands(1_000_000n, 1n, [span(-999n, -998n, 1)])).toEqual([{ start: 1000n, units: 1001n }])
  })

  test('1 to 1000 bands, and no part of one', () => {
    expect(priceBands(1_000_000n, 1n, [span(0n, 1n, 1000)])).toHaveLength(1000)
    expect(priceBands(1_000_000n, 1n, [span(0n, 1n, 1)])).toEqual([{ start: 1_000_000n, units: 1001n }])
    for (const bands of [0, -1, 1001, 1.5, Number.NaN])
      expect(() => priceBands(1_000_000n, 1n, [span(0n, 1n, bands)])).toThrow('1 to 1000')
  })

  test('a band with just one price is a band, and one price too few is none', () => {
    // 1000 … 1014 are fifteen prices.
    const fifteen = priceBands(1000n, 1n, [span(0n, 14n, 15)])
    expect(fifteen).toEqual(Array.from({ length: 15 }, (_, j) => ({ start: 1000n + BigInt(j), units: 1n })))
    expect(() => priceBands(1000n, 1n, [span(0n, 13n, 15)])).toThrow('too small')
  })

  test('spans that meet elsewhere than at the base meet there: no price twice, none left out', () => {
    const bands = priceBands(1_000_000n, 1n, [span(-30n, -10n, 2), span(-10n, 20n, 3)])
    expect(bands).toEqual([
      { start: 970_000n, units: 10_000n },
      { start: 980_000n, units: 10_000n },
      { start: 990_000n, units: 10_000n },
      { start: 1_000_000n, units: 10_000n },
      { start: 1_010_000n, units: 10_001n },
    ])
  })

  test('one slot is enough, and all of them are not too many', () => {
    expect(reservePrices(P, key, { ...rule, take: 1 }, [[7]]).slots).toEqual([7])
    expect(reservePrices(P, key, { ...rule, take: 15 }, []).slots).toHaveLength(15)
  })

  test('the first value that is one too many is drawn again, and the one below it is not', () => {
    // Of 2^64 values 3 leaves one over: the last.
    const says = (first: bigint) => {
      const answers = [first, 1n]
      const hmacSha256 = () => {
        const mac = new Uint8Array(32)
        new DataView(mac.buffer).setBigUint64(0, answers.shift() as bigint)
        return mac
      }
      return uniform({ ...P, hmacSha256 }, key, 'x', 3n)
    }
    expect(says((1n << 64n) - 1n)).toBe(1n)
    expect(says((1n << 64n) - 2n)).toBe(2n)
  })
})

describe('tickets', () => {
  test('are what openssl computes in a shell', () => {
    const script = `printf 'id\\0%s' "$ID" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY`
    for (const id of ['bidder-A', '한빛시스템']) {
      const printed = execFileSync('sh', ['-c', script], {
        env: { ...process.env, ID: id, KEY: hex(key) },
        encoding: 'utf8',
      })
      expect(printed.trim().split(' ').at(-1)).toBe(hex(ticket(P, key, id)))
    }
  })

  test('order the ids however they are listed, and the rest the same when one is taken out', () => {
    const ids = fc.uniqueArray(fc.string({ maxLength: 10 }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(ids, fc.nat(), (list, at) => {
        const order = ticketOrder(P, key, list)
        expect(ticketOrder(P, key, list.toReversed())).toEqual(order)
        const gone = list[at % list.length]!
        expect(
          ticketOrder(
            P,
            key,
            list.filter((id) => id !== gone),
          ),
        ).toEqual(order.filter((id) => id !== gone))
      }),
    )
  })

  test('give every order of four its turn: χ² of 12,000 draws over 24 orders stays under the 1-in-10,000 mark', () => {
    const counts = new Map<string, number>()
    for (let i = 0; i < 12_000; i++) {
      const order = ticketOrder(P, drawKey(P, block(i), 'even'), ['a', 'b', 'c', 'd']).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    const squares = [...counts.values()].reduce((sum, count) => sum + (count - 500) ** 2 / 500, 0)
    expect(counts.size).toBe(24)
    expect(squares).toBeLessThan(57.1)
  })
})

describe('even numbers', () => {
  test('stay in their range and are the same again', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1n << 63n }), fc.string(), (m, label) => {
        const value = uniform(P, key, label, m)
        expect(value >= 0n && value < m).toBe(true)
        expect(uniform(P, key, label, m)).toBe(value)
      }),
    )
    expect(uniform(P, key, 'x', 1n)).toBe(0n)
  })

  test('draw again instead of bending, where 2^64 is no multiple of the range', () => {
    // Of 2^64 values a range of 2^63 − 1 leaves two; one of 6·10^18 leaves out a third: the second try must then be taken.
    const m = 6_000_000_000_000_000_000n
    const limit = (1n << 64n) - ((1n << 64n) % m)
    const first = (label: string, c: number) =>
      new DataView(P.hmacSha256(key, utf8(`int\0${label}\0${c}`)).slice().buffer).getBigUint64(0)
    const over = Array.from({ length: 200 }, (_, i) => `label ${i}`).filter(
      (label) => first(label, 0) >= limit && first(label, 1) < limit,
    )
    expect(over.length).toBeGreaterThan(0)
    for (const label of over) expect(uniform(P, key, label, m)).toBe(first(label, 1) % m)
  })

  test('fall evenly: χ² of 10,000 numbers over 10 values stays under the 1-in-10,000 mark', () => {
    const counts = Array.from({ length: 10 }, () => 0)
    for (let i = 0; i < 10_000; i++) counts[Number(uniform(P, key, `${i}`, 10n))]!++
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(33.8)
  })
})

describe('reserve prices', () => {
  test('bands lie next to each other and fill the range, whatever base and unit', () => {
    const spans = fc.constantFrom(
      FIFTEEN,
      [
        { from: -30n, to: 0n, bands: 8 },
        { from: 0n, to: 30n, bands: 7 },
      ],
      [
        { from: -20n, to: 0n, bands: 7 },
        { from: 0n, to: 20n, bands: 8 },
      ],
    )
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1_000_000n, max: 10n ** 14n }),
        fc.constantFrom(1n, 100n),
        spans,
        (base, unit, list) => {
          const bands = priceBands(base, unit, list)
          expect(bands).toHaveLength(15)
          const [first, last] = [bands[0]!, bands[14]!]
          const [lowest, highest] = [base * (1000n + list[0]!.from), base * (1000n + list.at(-1)!.to)]
          expect(first.start * 1000n >= lowest && (first.start - unit) * 1000n < lowest).toBe(true)
          const end = last.start + (last.units - 1n) * unit
          expect(end * 1000n <= highest && (end + unit) * 1000n > highest).toBe(true)
          for (const [i, { start, units }] of bands.entries()) {
            expect(start % unit).toBe(0n)
            if (i > 0) expect(start).toBe(bands[i - 1]!.start + bands[i - 1]!.units * unit)
            expect(units > 0n).toBe(true)
          }
        },
      ),
    )
  })

  test('put the eighth band of the local rule just below the base and the ninth at it', () => {
    const bands = priceBands(100_000_000n, 100n, [
      { from: -30n, to: 0n, bands: 8 },
      { from: 0n, to: 30n, bands: 7 },
    ])
    expect(bands[0]!.start).toBe(97_000_000n)
    expect(bands[7]!.start + (bands[7]!.units - 1n) * 100n).toBe(99_999_900n)
    expect(bands[8]!.start).toBe(100_000_000n)
  })

  test('come one from each band, in drawn order, with ties at the cut by number or by lot', () => {
    const bands = priceBands(404_282_000n, 100n, FIFTEEN)
    const picks = [
      [8, 12],
      [8, 12],
      [8, 4],
      [6, 10],
      [13, 15],
    ]
    const byNumber = reservePrices(P, key, { bands, unit: 100n, take: 4, tie: 'lowestNumber' }, picks)
    for (const [j, price] of byNumber.bySection.entries()) {
      const { start, units } = bands[j]!
      expect(price >= start && price < start + units * 100n && price % 100n === 0n).toBe(true)
    }
    expect([...byNumber.bySlot].sort()).toEqual([...byNumber.bySection].sort())
    expect(byNumber.slots).toEqual([8, 12, 4, 6])
    expect(byNumber.sum).toBe([8, 12, 4, 6].reduce((sum, slot) => sum + byNumber.bySlot[slot - 1]!, 0n))

    const byLot = reservePrices(P, key, { bands, unit: 100n, take: 4, tie: 'lot' }, picks)
    const order = ticketOrder(
      P,
      key,
      [4, 6, 10, 13, 15].map((slot) => `slot-${slot}`),
    )
    expect(byLot.slots).toEqual([8, 12, ...order.slice(0, 2).map((id) => Number(id.slice(5)))])
  })

  test('are drawn without any pick', () => {
    const bands = priceBands(1_000_000n, 1n, FIFTEEN)
    expect(reservePrices(P, key, { bands, unit: 1n, take: 4, tie: 'lowestNumber' }, []).slots).toEqual([1, 2, 3, 4])
  })
})
