// Does a follower notice when a log shrinks, forks, hides or changes something?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, FormatError, utf8 } from '../../src/proof/bytes.ts'
import { type Followed, type FollowState, fetchPayload, follow } from '../../src/proof/follow.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import { bundleOf } from '../../src/proof/tiles.ts'
import { entriesTo, noteOf, policyText, served, TIME } from './log-kit.ts'

const policy = readPolicy(policyText(P))
const ALL = entriesTo(P, 600)
const logOf = async (entries: Uint8Array[]) => served(entries, await noteOf(P, entries))

async function followed(entries: Uint8Array[], state: FollowState | null): Promise<Followed> {
  const answer = await follow(P, await logOf(entries), policy, state)
  if ('refused' in answer) throw new Error(`${answer.refused}: ${answer.says}`)
  return answer
}

describe('logs that are refused', () => {
  test('one that lost entries', async () => {
    const { state } = await followed(ALL.slice(0, 10), null)
    expect(await follow(P, await logOf(ALL.slice(0, 9)), policy, state)).toMatchObject({ refused: 'log.shrunk' })
  })

  test('one of the same size with another history', async () => {
    const { state } = await followed(ALL.slice(0, 10), null)
    expect(await follow(P, await logOf(entriesTo(P, 10, 'other')), policy, state)).toMatchObject({
      refused: 'log.forked',
    })
  })

  test('one that grew from another history, wherever the change is', async () => {
    const { state } = await followed(ALL.slice(0, 300), null)
    await fc.assert(
      fc.asyncProperty(fc.nat(299), async (at) => {
        const forged = ALL.with(at, entriesTo(P, 1, 'forged')[0]!).slice(0, 320)
        expect(await follow(P, await logOf(forged), policy, state)).toMatchObject({ refused: 'log.forked' })
      }),
      { numRuns: 10 },
    )
  })

  test('one that serves other entries than it signed', async () => {
    const source = await logOf(ALL.slice(0, 10))
    source.files.set('tile/entries/000.p/10', bundleOf(ALL.slice(0, 10).reverse()))
    expect(await follow(P, source, policy, null)).toMatchObject({ refused: 'log.forked' })
  })

  test.each<[string, string, (files: Map<string, Uint8Array>) => void]>([
    ['no checkpoint', 'log.no-checkpoint', (files) => files.delete('checkpoint')],
    ['a checkpoint that is not UTF-8', 'note.format', (files) => files.set('checkpoint', Uint8Array.of(255))],
    ['a checkpoint that is none', 'note.format', (files) => files.set('checkpoint', utf8('size 10'))],
    ['no entries', 'log.entries-missing', (files) => files.delete('tile/entries/000.p/10')],
    [
      'too few entries',
      'log.entries-missing',
      (files) => files.set('tile/entries/000.p/10', bundleOf(ALL.slice(0, 9))),
    ],
    ['a broken bundle', 'log.entry-format', (files) => files.set('tile/entries/000.p/10', Uint8Array.of(1))],
    [
      'an entry in no format',
      'log.entry-format',
      (files) => files.set('tile/entries/000.p/10', bundleOf([utf8('{}'), ...ALL.slice(1, 10)])),
    ],
  ])('one with %s', async (_, code, spoil) => {
    const source = await logOf(ALL.slice(0, 10))
    spoil(source.files)
    expect(await follow(P, source, policy, null)).toMatchObject({ refused: code, says: expect.any(String) })
  })

  test('one without its witnesses, one that nobody named, and one that was not followed so far', async () => {
    const entries = ALL.slice(0, 10)
    expect(await follow(P, served(entries, await noteOf(P, entries, 1)), policy, null)).toMatchObject({
      refused: 'note.quorum',
    })
    const foreign = served(entries, await noteOf(P, entries, 3, 'other.example/log'))
    expect(await follow(P, foreign, policy, null)).toMatchObject({ refused: 'note.unknown-log' })
    const { state } = await followed(entries, null)
    expect(await follow(P, await logOf(entries), policy, { ...state, origin: 'other.example/log' })).toMatchObject({
      refused: 'log.other-origin',
    })
  })

  test('a huge size that is not served ends at the first missing entry', async () => {
    const source = await logOf(ALL)
    source.files.delete('tile/entries/001')
    expect(await follow(P, source, policy, null)).toMatchObject({
      refused: 'log.entries-missing',
      says: expect.stringContaining('256'),
    })
  })

  test('a kept state that contradicts itself is not gone on from', async () => {
    const { state } = await followed(ALL.slice(0, 10), null)
    const { state: other } = await followed(entriesTo(P, 10, 'other'), null)
    for (const broken of [
      { ...state, root: other.root },
      { ...state, size: 11 },
      { ...state, peaks: [] },
    ]) {
      await expect(follow(P, await logOf(ALL.slice(0, 10)), policy, broken)).rejects.toThrow(FormatError)
    }
  })

  test('a place that cannot be reached is an exception of its own, not a verdict', async () => {
    const source = { get: () => Promise.reject(new Error('no route')) }
    await expect(follow(P, source, policy, null)).rejects.toThrow('no route')
  })
})

describe('following', () => {
  test('gives each entry once and in order, by any steps, from a state kept as JSON', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(steps, async (sizes) => {
        let state: FollowState | null = null
        let size = 0
        for (const step of sizes) {
          const from = size
          size += step
          const answer: Followed = await followed(ALL.slice(0, size), state)
          expect(answer.entries.map(({ bytes }) => bytes)).toEqual(ALL.slice(from, size))
          expect(answer.entries.map(({ index }) => index)).toEqual(Array.from({ length: step }, (_, i) => from + i))
          expect(answer.quorum.time).toBe(TIME + 1)
          state = JSON.parse(JSON.stringify(answer.state)) as FollowState
        }
      }),
      { numRuns: 10 },
    )
  })

  test('takes the full bundle where the partial one is gone', async () => {
    const entries = ALL.slice(0, 100)
    const source = served(ALL.slice(0, 256), await noteOf(P, entries))
    const answer = await follow(P, source, policy, null)
    expect('entries' in answer && answer.entries.length).toBe(100)
  })

  test('fetches a payload by its hash and believes no other bytes', async () => {
    const payload = utf8('{"typ":"tender.notice/1"}')
    const h = b64u(P.sha256(payload))
    const at = (bytes: Uint8Array | null) => ({ get: async () => bytes })
    expect(await fetchPayload(P, at(payload), h)).toEqual(payload)
    expect(await fetchPayload(P, at(utf8('{}')), h)).toBeNull()
    expect(await fetchPayload(P, at(null), h)).toBeNull()
  })
})
