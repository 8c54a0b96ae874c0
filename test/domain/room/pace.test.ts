// Does a room keep its pace, and does its voice never speak too often?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextBeat, paceOf } from '../../../src/domain/room/pace.ts'
import {
  hear,
  hearLast,
  QUIET_MS,
  SILENCE,
  type Speech,
  speak,
  type Utterance,
} from '../../../src/domain/room/speech.ts'

const result = { typ: 'opening.result/1' }
const other = { typ: 'release/1' }
const merged = (count: number, newest: string) => `${count}, the last ${newest}`

describe('the pace of a room', () => {
  test('is three seconds a bid up to 20, one up to 60, and ten at once above', () => {
    expect([1, 20, 21, 60, 61, 600].map(paceOf)).toEqual([
      { everyMs: 3000, batch: 1 },
      { everyMs: 3000, batch: 1 },
      { everyMs: 1000, batch: 1 },
      { everyMs: 1000, batch: 1 },
      { everyMs: 1000, batch: 10 },
      { everyMs: 1000, batch: 10 },
    ])
  })

  test('has no beat when everything is shown', () => {
    expect(nextBeat([result], 1, 1, 1)).toBeNull()
    expect(nextBeat([], 0, 1, Number.POSITIVE_INFINITY)).toBeNull()
  })

  test('never shows a batch across something else than results', () => {
    const entries = [...Array.from({ length: 7 }, () => result), other, ...Array.from({ length: 20 }, () => result)]
    expect(nextBeat(entries, 0, 100, 1)).toEqual({ to: 7, restMs: 1000, opens: true })
    expect(nextBeat(entries, 7, 100, 1)).toEqual({ to: 8, restMs: 1500, opens: false })
    expect(nextBeat(entries, 8, 100, 1)).toEqual({ to: 18, restMs: 1000, opens: true })
  })

  test('is divided by the speed, and all comes at once when it is instant', () => {
    expect(nextBeat([result, result], 0, 6, 4)).toEqual({ to: 1, restMs: 750, opens: true })
    expect(nextBeat([other, result], 0, 6, Number.POSITIVE_INFINITY)).toEqual({ to: 2, restMs: 0, opens: true })
  })

  test('reaches the end in as many beats as it must, whatever the entries', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 80 }), fc.integer({ min: 1, max: 700 }), (kinds, bids) => {
        const entries = kinds.map((is) => (is ? result : other))
        let at = 0
        for (let beat = nextBeat(entries, at, bids, 1); beat; beat = nextBeat(entries, at, bids, 1)) {
          expect(beat.to).toBeGreaterThan(at)
          expect(beat.opens).toBe(entries.slice(at, beat.to).some((e) => e === result))
          at = beat.to
        }
        expect(at).toBe(entries.length)
      }),
    )
  })
})

describe('the voice of a room', () => {
  const state = (text: string): Utterance => ({ is: 'state', text })
  const envelope = (text: string): Utterance => ({ is: 'envelope', text })
  const all = (list: readonly Utterance[]) => list.reduce((s, u) => hear(s, 'all', u), SILENCE)

  test('is silent when it is off, and forgets what waited', () => {
    expect(hear(SILENCE, 'off', state('closed'))).toEqual(SILENCE)
    expect(speak(all([state('closed')]), 'off', 0, merged)).toMatchObject({ text: null, speech: { pending: [] } })
  })

  test('leaves envelopes out of a summary, but no step', () => {
    const heard = [envelope('1'), state('all open')].reduce((s, u) => hear(s, 'summary', u), SILENCE)
    expect(heard.pending).toEqual([state('all open')])
  })

  test('says envelopes that piled up as one, and steps one by one', () => {
    let speech = all([state('a'), envelope('1'), envelope('2'), envelope('3'), state('b')])
    const said: (string | null)[] = []
    for (let now = 0; now < 5 * QUIET_MS; now += QUIET_MS) {
      const next = speak(speech, 'all', now, merged)
      speech = next.speech
      said.push(next.text)
    }
    expect(said).toEqual(['a', '3, the last 3', 'b', null, null])
  })

  test('says where things stand, and nothing that is long past, to whoever is shown all at once', () => {
    const waiting = all([state('1 of 3 keys'), state('2 of 3 keys')])
    const steps = [state('3 of 3 keys'), envelope('1'), state('awarded')]
    expect(hearLast(waiting, 'all', steps).pending).toEqual([state('awarded')])
    expect(hearLast(SILENCE, 'summary', [state('all open'), envelope('1')]).pending).toEqual([state('all open')])
    expect(hearLast(waiting, 'summary', [envelope('1')])).toEqual(waiting)
    expect(hearLast(SILENCE, 'off', steps)).toEqual(SILENCE)
  })

  test('never speaks twice within three seconds, and says every step in the end', () => {
    const steps = fc.array(
      fc.record({ is: fc.constantFrom('state' as const, 'envelope' as const), after: fc.nat({ max: 900 }) }),
      {
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(steps, (list) => {
        let speech: Speech = SILENCE
        const at: number[] = []
        const texts: string[] = []
        let now = 0
        const listen = (until: number) => {
          for (; now < until; now += 250) {
            const next = speak(speech, 'all', now, merged)
            speech = next.speech
            if (next.text === null) continue
            at.push(now)
            texts.push(next.text)
          }
        }
        for (const [i, one] of list.entries()) {
          listen(now + one.after)
          speech = hear(speech, 'all', { is: one.is, text: `${one.is} ${i}` })
        }
        listen(now + (list.length + 1) * QUIET_MS)
        for (let i = 1; i < at.length; i++)
          expect((at[i] as number) - (at[i - 1] as number)).toBeGreaterThanOrEqual(QUIET_MS)
        const states = list.flatMap((one, i) => (one.is === 'state' ? [`state ${i}`] : []))
        expect(texts.filter((text) => text.startsWith('state'))).toEqual(states)
        expect(speech.pending).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
