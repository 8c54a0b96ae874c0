// Does a watcher's copy of a tender's log stay whole, whatever the way there loses, repeats or turns around?
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Heard, hear, NOTHING_YET, type Watch } from '../../src/api/live.ts'

type Entry = { index: number; prev: number; payload: string | null }

/** A tender's log whose entries lie among those of others: indexes grow by 1 to 5. */
const logs = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 30 }).map((gaps) => {
  let index = -1
  return gaps.map((gap): Entry => {
    const prev = index
    index += gap
    return { index, prev, payload: `payload ${index}` }
  })
})

/** What happens next: more is published, the socket delivers some entry (late, twice, never), a fetch is answered or fails, a cut. */
const happenings = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('publish' as const), n: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ kind: fc.constant('deliver' as const), at: fc.nat(), bare: fc.boolean() }),
    fc.record({ kind: fc.constant('answer' as const), limit: fc.integer({ min: 1, max: 6 }), stale: fc.boolean() }),
    fc.record({ kind: fc.constant('fail' as const) }),
    fc.record({ kind: fc.constant('join' as const) }),
  ),
  { maxLength: 60 },
)

/** A watcher and the log that it watches, one happening at a time. */
class Play {
  readonly log: Entry[]
  readonly copy: Entry[] = []
  watch: Watch = NOTHING_YET
  published = 0
  /** The fetch in flight: after which index, and how much was published when it began. */
  flight: { after: number; published: number } | null = null
  fetches = 0

  constructor(log: Entry[]) {
    this.log = log
  }

  hear(said: Heard<Entry>): void {
    const { watch, append, fetch } = hear(this.watch, said)
    this.watch = watch
    this.copy.push(...append)
    if (fetch === null) return
    expect(this.flight, 'two fetches at once').toBeNull()
    this.flight = { after: fetch, published: this.published }
    this.fetches++
  }

  /** The server answers from what was published at some time between the question and now. */
  answer(limit: number, stale: boolean): void {
    if (!this.flight) return
    const { after, published } = this.flight
    this.flight = null
    const seen = this.log.slice(0, stale ? published : this.published)
    const entries = seen.filter((e) => e.index > after).slice(0, limit)
    this.hear({ heard: 'page', entries, index: seen.at(-1)?.index ?? -1 })
  }

  /** Everything is out, the watcher is in the room once more, and every fetch is answered. */
  end(): void {
    this.published = this.log.length
    this.hear({ heard: 'joined' })
    for (let left = 200; this.flight; left--) {
      expect(left, 'fetching without end').toBeGreaterThan(0)
      this.answer(3, false)
    }
  }
}

describe('the rule of a watcher', () => {
  test('drops an entry that it has', () => {
    const watch = { last: 7, asking: false, again: false }
    expect(hear(watch, { heard: 'entry', entry: { index: 7, prev: 4, payload: '' } })).toEqual({
      watch,
      append: [],
      fetch: null,
    })
  })

  test('appends nothing after a gap, and fetches from where it stands', () => {
    const said = { heard: 'entry', entry: { index: 9, prev: 7, payload: '' } } as const
    expect(hear({ last: 4, asking: false, again: false }, said)).toEqual({
      watch: { last: 4, asking: true, again: false },
      append: [],
      fetch: 4,
    })
  })

  test('fetches an entry that came without its payload', () => {
    const said = { heard: 'entry', entry: { index: 0, prev: -1, payload: null } } as const
    expect(hear(NOTHING_YET, said)).toMatchObject({ append: [], fetch: -1 })
  })

  test('appends the entry that follows its last one', () => {
    const entry = { index: 9, prev: 7, payload: 'x' }
    expect(hear({ last: 7, asking: false, again: false }, { heard: 'entry', entry })).toEqual({
      watch: { last: 9, asking: false, again: false },
      append: [entry],
      fetch: null,
    })
  })

  test('fetches once more when something was heard while a page was on its way', () => {
    const said = { heard: 'page', entries: [], index: -1 } as const
    expect(hear({ last: -1, asking: true, again: true }, said)).toMatchObject({ fetch: -1 })
    expect(hear({ last: -1, asking: true, again: false }, said)).toMatchObject({ fetch: null })
  })

  test('does not fetch for ever from a server whose pages bring nothing', () => {
    expect(hear({ last: 3, asking: true, again: false }, { heard: 'page', entries: [], index: 9 }).fetch).toBeNull()
  })

  test('leaves the rest of a page that has a hole', () => {
    const entries = [
      { index: 1, prev: -1, payload: '' },
      { index: 5, prev: 3, payload: '' },
    ]
    expect(hear({ ...NOTHING_YET, asking: true }, { heard: 'page', entries, index: 1 })).toMatchObject({
      watch: { last: 1 },
      append: [entries[0]],
    })
  })

  test('RT-1 any order of entries, gaps, repetitions, cuts, stale pages and failed fetches ends in the log, each entry once', () => {
    fc.assert(
      fc.property(logs, happenings, (log, story) => {
        const play = new Play(log)
        for (const step of story) {
          const out = log.slice(0, play.published)
          if (step.kind === 'publish') play.published = Math.min(log.length, play.published + step.n)
          else if (step.kind === 'deliver' && out.length > 0) {
            const entry = out[step.at % out.length] as Entry
            play.hear({ heard: 'entry', entry: step.bare ? { ...entry, payload: null } : entry })
          } else if (step.kind === 'answer') play.answer(step.limit, step.stale)
          else if (step.kind === 'join') play.hear({ heard: 'joined' })
          else if (step.kind === 'fail' && play.flight) {
            play.flight = null
            play.hear({ heard: 'failed' })
          }
          // At every moment the copy is a beginning of the log.
          expect(play.copy).toEqual(log.slice(0, play.copy.length))
        }
        play.end()
        expect(play.copy).toEqual(log)
      }),
      { numRuns: 2000 },
    )
  })

  test('RT-1 a watcher that misses nothing fetches once, when it joins', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const play = new Play(log)
        play.hear({ heard: 'joined' })
        play.answer(10, false)
        for (const entry of log) play.hear({ heard: 'entry', entry })
        expect(play.copy).toEqual(log)
        expect(play.fetches).toBe(1)
      }),
    )
  })
})
