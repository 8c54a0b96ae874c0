// Does a custodian put one contribution into a draw of evaluators, and open it only for the draw that was announced?
import { describe, expect, test } from 'vitest'
import { readJws } from '../../src/proof/jws.ts'
import { type Edit, type Forge, forge } from '../support/forge.ts'
import { bench, custodianFolder, ME, pastDeadline, prefix, upTo } from './custodian-bench.ts'

const COMMITTEE = { rule: { strata: [{ field: 'software', seats: 7 }], perYear: 6 }, people: 15 }
const BEFORE_THE_DEADLINE = '2026-03-09T00:00:00Z'

/** Looks at the forged log as it was when it had its first `size(forged)` entries. */
async function at(size: (forged: Forge) => number, clock: string, edit: Edit = {}) {
  const forged = await forge({ committee: COMMITTEE, steps: upTo('reveal'), ...edit })
  const files = await prefix(forged, size(forged))
  const made = await bench(forged, { clock, dir: custodianFolder(forged) })
  made.server.files = files
  await made.round()
  return { ...made, made, forged, files }
}
const first = (typ: string) => (forged: Forge) => forged.indexesOf(typ)[0] as number
const contributions = (made: { server: { sent: { path: string; jws: string }[] } }) =>
  made.server.sent.filter(({ path }) => path.endsWith('/contributions')).map(({ jws }) => jws)

describe('a contribution', () => {
  test('is sealed once while the tender is open, and sent again byte for byte, also after a restart', async () => {
    const { made } = await at(first('draw.contribution/1'), BEFORE_THE_DEADLINE)
    expect(contributions(made).length).toBe(1)
    expect(readJws(contributions(made)[0] ?? '').payload).toMatchObject({ typ: 'draw.contribution/1', custodian: ME })
    await made.round()
    await made.restart()
    await made.round()
    expect(contributions(made).length).toBe(3)
    expect(new Set(contributions(made)).size).toBe(1)
  })

  test('is not made after the close, nor where the log has ours already', async () => {
    const closed = await at((f) => (first('tender.closed/1')(f) as number) + 1, pastDeadline(2))
    expect(contributions(closed)).toEqual([])
    const there = await at((f) => (f.indexesOf('draw.contribution/1').at(-1) as number) + 1, BEFORE_THE_DEADLINE)
    expect(contributions(there)).toEqual([])
  })

  test('is not sealed to a keyset that could be opened before the draw is announced', async () => {
    const early = await at(first('draw.contribution/1'), BEFORE_THE_DEADLINE, {
      payload: {
        'keyset/1': (keyset) => {
          if (keyset.kind === 'draw') Object.assign(keyset, { requires: ['tender.closed/1'] })
        },
      },
    })
    expect(contributions(early)).toEqual([])
  })
})

describe('the shares of a draw', () => {
  const drawListed = (forged: Forge) => first('opening.list/1')(forged) + 1

  test('are released for the contributions that were sealed, once the draw is announced', async () => {
    const { made } = await at(drawListed, pastDeadline(2))
    expect(made.codes()).toEqual([])
    expect(made.server.releases().length).toBe(1)
  })

  test('are refused where a contribution is left off the list', async () => {
    const { made } = await at(drawListed, pastDeadline(2), {
      payload: { 'opening.list/1': (list) => void list.eids.pop() },
    })
    expect(made.codes()).toEqual(['committee-wrong'])
    expect(made.server.releases()).toEqual([])
  })

  test('are refused where somebody of the pool is left out of the announcement', async () => {
    const { made } = await at(drawListed, pastDeadline(2), {
      payload: { 'draw.notice/1': (notice) => void notice.ids.pop() },
    })
    expect(made.codes()).toEqual(['committee-wrong'])
    expect(made.server.releases()).toEqual([])
  })
})
