// Does a viewer's own machine find every lie of a server, a feed, a custodian, and is it silent about an honest one?
import { describe, expect, test } from 'vitest'
import type { PublicEntry } from '../../../src/domain/room/entry.ts'
import { utf8 } from '../../../src/proof/bytes.ts'
import type { LogSource } from '../../../src/proof/follow.ts'
import { BIDDERS, type Edit, type Forge, forge } from '../../support/forge.ts'
import { Checked, checkedBy, checkpointAt, feedOf, fileAt, ofType, withPayload } from './room-kit.ts'

const honest = await forge()
const feed = feedOf(honest)
const priceResults = ofType(feed, 'opening.result/1').slice(6)
const firstPrice = priceResults[0] as PublicEntry

const serving =
  (forged: Forge, change: (path: string, bytes: Uint8Array | null) => Uint8Array | null): LogSource['get'] =>
  async (path) =>
    change(path, forged.files.get(path) ?? null)

/** The release of the price keys without its nth one. */
const twoKeys: Edit = {
  unsigned: (made) => {
    const last = made.indexesOf('release/1').at(-1) as number
    made.entries[last] = made.entries[last - 1] as Uint8Array
  },
}

/** One character of a share, in the payload that is served. */
function otherShare(payload: string): string {
  const [head = '', body = '', tail = ''] = payload.split('.')
  const text = Buffer.from(body, 'base64url').toString('utf8')
  const y = /"y":"(.)/.exec(text)
  if (!y) throw new Error('no share in it')
  const at = y.index + 5
  const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
  return `${head}.${Buffer.from(changed, 'utf8').toString('base64url')}.${tail}`
}

describe('a checker that is sent lies', () => {
  test('one changed byte of a share in the feed fails that key, and the other two open everything all the same', async () => {
    const [release] = ofType(feed, 'release/1').slice(3)
    const lied = feed.map((e) => (e.index === release?.index ? { ...e, payload: otherShare(e.payload) } : e))
    const checked = await checkedBy(honest.source(), lied)
    expect(checked.wrongs).toEqual([
      `entry ${release?.index}: The content sent does not have the hash that the log holds.`,
    ])
    expect(checked.verdicts.every((v) => v.ok)).toBe(true)
  })

  test('one changed byte of a share where only two keys turned fails every price, and no content is told', async () => {
    const made = await forge({ steps: (steps) => steps.filter((s) => s !== 'evaluation' && s !== 'award'), ...twoKeys })
    const two = feedOf(made)
    expect((await checkedBy(made.source(), two)).verdicts.filter((v) => v.kind === 'price' && v.ok)).toHaveLength(6)
    const index = ofType(two, 'release/1').at(-1)?.index ?? -1
    const path = made.payloadPath(index)
    const whole = new TextDecoder().decode(made.payloadAt(index))
    const bent = utf8(otherShare(whole))
    const get = serving(made, (asked, bytes) => (asked === path ? bent : bytes))
    const checked = await checkedBy(
      { get },
      two.map((e) => (e.payload === whole ? { ...e, payload: otherShare(whole) } : e)),
    )
    const prices = checked.verdicts.filter((v) => v.kind === 'price')
    expect(prices.map((v) => [v.ok, v.content])).toEqual(Array.from({ length: 6 }, () => [false, null]))
    expect(prices[0]?.says?.en).toMatch(/which the released shares do not open/)
  })

  test('another price in the feed is not the entry of the log', async () => {
    const lied = withPayload(feed, firstPrice.index, (p) => {
      const { results } = p as unknown as { results: { body: { amount: string } }[] }
      if (results[0]) results[0].body.amount = '1'
    })
    const checked = await checkedBy(honest.source(), lied)
    expect(checked.wrongs).toContainEqual(
      `entry ${firstPrice.index}: The content sent does not have the hash that the log holds.`,
    )
    const verdict = checked.verdicts.find((v) => v.index === firstPrice.index)
    expect(verdict).toMatchObject({ ok: false, content: null })
    // Without it the ranking cannot be borne out: nothing is said of rows that rest on it.
    expect(checked.all('ranking')).toEqual([])
  })

  test('an entry with another leaf than the log’s fails, whatever its payload says', async () => {
    const other = ofType(feed, 'opening.result/1')[0] as PublicEntry
    const lied = feed.map((e) => (e.index === firstPrice.index ? { ...e, leaf: other.leaf } : e))
    const checked = await checkedBy(honest.source(), lied)
    expect(checked.wrongs[0]).toMatch(/^entry \d+: What was sent is not the entry/)
    expect(checked.verdicts.find((v) => v.eid && v.index === firstPrice.index)?.content ?? null).toBeNull()
  })

  test('a time beside an entry that is not its leaf’s fails the entry', async () => {
    const lied = feed.map((e) => (e.index === firstPrice.index ? { ...e, at: '2026-03-10T04:59:00Z' } : e))
    const checked = await checkedBy(honest.source(), lied)
    expect(checked.wrongs[0]).toBe(
      `entry ${firstPrice.index}: It cannot be read: its type or time is not the one in the log.`,
    )
  })

  test('an entry that the feed leaves out is found in the log, and brought from there', async () => {
    const checked = await checkedBy(
      honest.source(),
      feed.filter((e) => e.index !== firstPrice.index),
    )
    const [missing] = checked.all('missing')
    expect(missing).toEqual({ is: 'missing', index: firstPrice.index, entry: firstPrice })
    expect(checked.wrongs).toContain(`missing ${firstPrice.index}`)
  })

  test('a feed that ends before the log does is behind, and the log has its next entry', async () => {
    const cut = feed.slice(0, -2)
    const checked = await checkedBy(honest.source(), cut)
    expect(checked.all('missing')).toEqual([])
    expect(checked.all('behind').at(-1)).toEqual({ is: 'behind', index: feed.at(-2)?.index, entry: feed.at(-2) })
  })

  test('an entry beyond the signed log is not covered', async () => {
    const last = feed.at(-1) as PublicEntry
    const invented = { ...last, index: last.index + 1, prev: last.index }
    const checked = await checkedBy(honest.source(), [...feed, invented])
    expect(checked.wrongs).toEqual([`entry ${invented.index}: The signed log does not cover this entry.`])
  })

  test('a log signed by another key is not believed, nor anything that rests on it', async () => {
    const made = await forge()
    await made.publish(new Uint8Array(32).fill(7))
    const checked = await checkedBy(made.source(), feedOf(made))
    expect(checked.all('log-refused')).toHaveLength(1)
    expect(checked.all('entry').filter((n) => n.ok)).toEqual([])
    expect(checked.verdicts.filter((v) => v.ok || v.content)).toEqual([])
    expect(checked.verdicts).toHaveLength(12)
  })

  test('entries that are not under the signed root are not believed', async () => {
    const get = serving(honest, (path, bytes) =>
      path.startsWith('tile/entries') && bytes ? Uint8Array.from(bytes, (b, i) => (i === 40 ? b ^ 1 : b)) : bytes,
    )
    const checked = await checkedBy({ get }, feed)
    expect(checked.all('log-refused')).toHaveLength(1)
    expect(checked.verdicts.filter((v) => v.content)).toEqual([])
  })

  test('an envelope that is not the file that was sealed fails, and so does one that is not served', async () => {
    const eids = ofType(feed, 'opening.result/1').map(
      (e) => (JSON.parse(e.payload) as { results: { eid: string }[] }).results[0]?.eid ?? '',
    )
    const path = (eid: string) => `payload/${Buffer.from(eid, 'base64url').toString('hex')}`
    const [bent, gone] = [path(eids[6] ?? ''), path(eids[7] ?? '')]
    const get = serving(honest, (asked, bytes) => {
      if (asked === gone) return null
      return asked === bent && bytes ? Uint8Array.from(bytes, (b, i) => (i === 900 ? b ^ 1 : b)) : bytes
    })
    const checked = await checkedBy({ get }, feed)
    const bad = checked.verdicts.filter((v) => !v.ok)
    // Envelopes are checked side by side: either verdict may come first.
    expect(bad.map((v) => v.says?.en).sort()).toEqual([
      'The envelope is not published.',
      'The envelope is not the file that was sealed.',
    ])
    expect(bad.every((v) => v.content === null && v.marks.commitment === 'failed')).toBe(true)
  })

  test.each<[string, Edit, RegExp]>([
    [
      'a price recorded otherwise than the envelope holds it',
      {
        payload: {
          'opening.result/1': (p, { nth }) => {
            const row = p.results[0]
            if (nth === 7 && row) row.body = { amount: '90000000', currency: 'KRW' }
          },
        },
      },
      /^price of bidder-\d: The content of the envelope .* is not what is recorded/,
    ],
    [
      'an envelope recorded as another bidder’s',
      {
        payload: {
          'opening.result/1': (p, { nth }) => {
            const row = p.results[0]
            if (nth === 7 && row) row.bidder = row.bidder === 'bidder-2' ? 'bidder-3' : 'bidder-2'
          },
        },
      },
      /recorded as another bidder's/,
    ],
    [
      'a valid envelope recorded as malformed',
      {
        payload: {
          'opening.result/1': (p, { nth }) => {
            const row = p.results[0]
            if (nth === 7 && row) Object.assign(row, { state: 'malformed', reason: 'it does not open', body: null })
          },
        },
      },
      /is recorded as malformed; opened again it is valid/,
    ],
    ['a close that came too late', { closedAt: '2026-03-10T05:10:00Z' }, /closed later than allowed/],
    [
      'a ranking with another total',
      {
        payload: {
          'evaluation.result/1': (p) => {
            const { rows } = p.ranking as unknown as { rows: { total: string }[] }
            if (rows[1]) rows[1].total = '99.9999'
          },
        },
      },
      /^ranking: The ranking computed again is not the recorded one/,
    ],
    [
      'a technical score that the marks do not give',
      {
        payload: {
          'scores.locked/1': (p) => {
            const row = p.scores[0]
            if (row) row.technical = '89.9'
          },
        },
      },
      /^scores: /,
    ],
    [
      'an award to the second',
      {
        payload: {
          'award/1': (p) => {
            p.bidder = 'bidder-2'
          },
        },
      },
      /^award: bidder-2 was awarded/,
    ],
    [
      'an award that no second person approved',
      { unsigned: (f: Forge) => void f.entries.splice(f.indexesOf('approval/1')[0]!, 1) },
      /^second-person: .*no second person approved/,
    ],
    [
      'an award that the one who signed it approved, too',
      {
        payload: {
          'approval/1': (p) => {
            p.approvedBy = 'officer'
          },
        },
      },
      /^second-person: .*one person alone/,
    ],
  ])('%s is found', async (_, edit, finding) => {
    const made = await forge({ ...edit, asFarAsItGoes: true })
    const checked = await checkedBy(made.source(), feedOf(made))
    expect(checked.wrongs).toContainEqual(expect.stringMatching(finding))
    expect(checked.verdicts.filter((v) => !v.ok).every((v) => v.content === null)).toBe(true)
  })

  test('the row of the ranking that was changed, and no other, is not the same', async () => {
    const made = await forge({
      payload: {
        'evaluation.result/1': (p) => {
          const { rows } = p.ranking as unknown as { rows: { total: string }[] }
          if (rows[1]) rows[1].total = '99.9999'
        },
      },
    })
    const checked = await checkedBy(made.source(), feedOf(made))
    expect(checked.all('ranking')[0]?.rows.map((r) => r.same)).toEqual([true, false, true, true, true, true])
  })
})

describe('a checker on an honest server', () => {
  test('finds nothing wrong, opens all twelve envelopes and agrees with every row', async () => {
    const checked = await checkedBy(honest.source(), feed)
    expect(checked.wrongs).toEqual([])
    expect(checked.verdicts.map((v) => [v.ok, v.marks])).toEqual(
      Array.from({ length: 12 }, () => [true, { commitment: 'ok', signature: 'ok', time: 'ok' }]),
    )
    expect(checked.all('ranking')[0]?.rows).toHaveLength(6)
    expect(checked.all('ranking')[0]?.rows.every((r) => r.same)).toBe(true)
    expect(checked.all('closing')).toMatchObject([{ inLog: 13 }])
    expect(checked.all('entry').filter((n) => n.ok)).toHaveLength(feed.length)
    expect(checked.news.at(-1)).toEqual({ is: 'idle' })
  })

  test('tells prices from the envelopes, those of the official award', async () => {
    const checked = await checkedBy(honest.source(), feed)
    const told = checked.verdicts.filter((v) => v.kind === 'price').map((v) => [v.bidder, v.content])
    const amounts = BIDDERS.map((b) => [b.id, { state: 'valid', body: { amount: b.amount, currency: 'KRW' } }])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(amounts))
  })

  test('comes to the same in whatever order and portions the feed brings the entries', async () => {
    const checked = new Checked(honest.source())
    const turned = [...feed].reverse()
    for (let at = 0; at < turned.length; at += 5) {
      checked.checker.receive(turned.slice(at, at + 5))
      checked.checker.receive(turned.slice(at, at + 2))
      await checked.checker.work()
    }
    expect(checked.verdicts.filter((v) => v.ok)).toHaveLength(12)
    expect(
      checked
        .all('ranking')
        .at(-1)
        ?.rows.every((r) => r.same),
    ).toBe(true)
    expect(checked.all('entry')).toHaveLength(feed.length)
    expect(checked.all('findings')).toEqual([])
  })

  test('a malformed envelope is malformed here too, and that is right', async () => {
    const made = await forge({ malformed: ['bidder-3 price'] })
    const checked = await checkedBy(made.source(), feedOf(made))
    expect(checked.wrongs).toEqual([])
    const verdict = checked.verdicts.find((v) => v.bidder === 'bidder-3' && v.kind === 'price')
    expect(verdict).toMatchObject({
      ok: true,
      content: { state: 'malformed', reason: 'it does not open' },
      marks: { commitment: 'ok', signature: 'none', time: 'ok' },
    })
  })

  test('a log that cannot be reached is asked again, and nothing is lost by it', async () => {
    let broken = 4
    const get: LogSource['get'] = async (path) => {
      if (broken-- > 0) throw new Error('connection refused')
      return honest.files.get(path) ?? null
    }
    const checked = await checkedBy({ get }, feed)
    expect(checked.all('unreachable').length).toBeGreaterThan(0)
    expect(checked.wrongs).toEqual([])
    expect(checked.verdicts).toHaveLength(12)
  })

  test('a checkpoint that is a moment behind is waited for', async () => {
    let asked = 0
    const get: LogSource['get'] = async (path) => {
      if (path === 'checkpoint' && asked++ < 3) return checkpointAt(honest, 20 + asked)
      return fileAt(honest, path)
    }
    const checked = await checkedBy({ get }, feed)
    expect(checked.all('log').map((n) => n.size)).toEqual([21, 22, 23, honest.entries.length])
    expect(checked.wrongs).toEqual([])
  })

  test('a log that shrinks is refused', async () => {
    const checked = new Checked({ get: async (path) => fileAt(honest, path) })
    checked.checker.receive(feed)
    await checked.checker.work()
    const shrunk = new Checked({
      get: async (path) =>
        path === 'checkpoint' && shrunk.all('log').length > 0 ? checkpointAt(honest, 30) : fileAt(honest, path),
    })
    shrunk.checker.receive(feed)
    await shrunk.checker.work()
    await shrunk.checker.look()
    expect(checked.all('log-refused')).toEqual([])
    expect(shrunk.all('log-refused').map((n) => n.code)).toEqual(['log.shrunk'])
  })

  test('a late comer who asks for the ranking under way counts only prices up to the entry asked for', async () => {
    const checked = await checkedBy(honest.source(), feed)
    const at = (index: number) =>
      checked.checker.standingAt(index, false)?.rows.flatMap((r) => (r.rank === null ? [] : [r.bidder]))
    expect(checked.checker.standingAt((ofType(feed, 'scores.locked/1')[0]?.index ?? 0) - 1, false)).toBeNull()
    expect(at(ofType(feed, 'scores.locked/1')[0]?.index ?? 0)).toEqual([])
    expect(at(priceResults[2]?.index ?? 0)).toHaveLength(3)
    expect(at(priceResults[5]?.index ?? 0)).toHaveLength(6)
  })
})
