// How does the log read for somebody with nothing but HTTP? Whole, signed, unchanging, and not a byte before it is published.
import { describe, expect, test } from 'vitest'
import type { PublicEvent } from '../../src/api/live.ts'
import { httpLogSource } from '../../src/node/log-source.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromB64u, hex, utf8 } from '../../src/proof/bytes.ts'
import { follow } from '../../src/proof/follow.ts'
import { openLeaf, readLeaf } from '../../src/proof/leaf.ts'
import { readPolicy } from '../../src/proof/policy.ts'
import { readBundle, rootFromTiles, tilePath } from '../../src/proof/tiles.ts'
import { append } from '../../src/server/log/append.ts'
import { ABOUT, ask, send } from '../support/requests.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 2 })
const { url } = world
const get = (path: string, headers: Record<string, string> = {}) => send(url, 'GET', path, { headers })
const no = await world.publish()

async function appendSome(n: number, bytes = 0): Promise<void> {
  await world.db.withTx(async (work) => {
    for (let i = 0; i < n; i++) {
      const reasons = [b64u(P.random(9)), 'x'.repeat(bytes)]
      const payload = { typ: 'incident/1', tender: no, lot: '1', reasons, acts: [], newDeadline: null }
      await append(P, work, { typ: 'incident/1', org: '-', ref: no, by: '-', payload })
    }
  })
}
const sizeOf = (note: string): number => Number(note.split('\n')[1])
type Page = { events: PublicEvent[]; index: number; size: number }
const events = async (query: Record<string, number> = {}): Promise<Page> =>
  JSON.parse((await ask(world, 'readEvents', { ...ABOUT, no }, null, { query })).text)

describe('what is not published yet', () => {
  test('is at no address: neither tile, entry, payload nor event, until the checkpoint that covers it', async () => {
    const before = sizeOf((await get('/log/checkpoint')).text)
    const { index } = await events()
    await appendSome(1)
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute<{ hash: string }>(`SELECT encode(payload_hash, 'hex') AS hash FROM log_outbox`),
    )
    const hash = rows[0]?.hash ?? ''
    const paths = [
      `/log/payload/${hash}`,
      `/log/tile/entries/${tilePart(before + 1)}`,
      `/log/tile/0/${tilePart(before + 1)}`,
    ]
    for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 404])
    expect((await events()).index).toBe(index)
    expect(sizeOf((await get('/log/checkpoint')).text)).toBe(before)
    await world.tick()
    for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 200])
    expect((await events()).index).toBe(before)
  })

  test('has an index and is still at no address while the signer has not signed', async () => {
    const before = sizeOf((await get('/log/checkpoint')).text)
    // As after a crash between batch and signature: the entry is final, and nobody has seen it.
    const payload = utf8(`{"typ":"incident/1","x":"${b64u(P.random(9))}"}`)
    const hash = P.sha256(payload)
    const leaf = openLeaf({ typ: 'incident/1', at: '2027-01-01T00:00:00Z', org: '-', ref: no, by: '-', h: b64u(hash) })
    const client = await world.database.client()
    await client.query('BEGIN')
    await client.query('INSERT INTO log_payload (hash, bytes, idx) VALUES ($1, $2, $3)', [hash, payload, before])
    await client.query(
      `INSERT INTO log_entry (idx, leaf, typ, ref, payload_hash, prev) VALUES ($1, $2, 'incident/1', $3, $4, 0)`,
      [before, leaf, no, hash],
    )
    await client.query('COMMIT')
    for (const path of [`/log/payload/${hex(hash)}`, `/log/tile/entries/${tilePart(before + 1)}`])
      expect([path, (await get(path)).status]).toEqual([path, 404])
    expect((await events({ after: before - 1 })).events).toEqual([])
    await client.query('DELETE FROM log_entry WHERE idx = $1', [before])
    await client.query('DELETE FROM log_payload WHERE hash = $1', [hash])
  })
})

/** The last tile's name of a level-0 tree of so many leaves. */
function tilePart(size: number): string {
  const [n, width] = size % 256 === 0 ? [size / 256 - 1, 256] : [Math.floor(size / 256), size % 256]
  return tilePath(0, n, width).replace(/^tile\/0\//, '')
}

describe('what is published', () => {
  test('can be followed by its own policy from the empty tree, through more than one full tile', async () => {
    await appendSome(600)
    await world.tick()
    const policy = readPolicy((await get('/log/policy')).text)
    const followed = await follow(P, httpLogSource(`${url}/log`), policy, null)
    if ('refused' in followed) throw new Error(JSON.stringify(followed.refused))
    const { size } = await world.published()
    expect(followed.entries.length).toBe(size)
    for (const [i, { bytes }] of followed.entries.entries()) {
      const leaf = readLeaf(bytes)
      // The first of each kind, and a sample of the many.
      if (!('h' in leaf) || (i > 40 && i % 20 !== 0)) continue
      const { bytes: payload } = await get(`/log/payload/${hex(fromB64u(leaf.h))}`)
      expect(b64u(P.sha256(payload))).toBe(leaf.h)
    }
    // Once more, a little later: only what is new comes.
    await appendSome(2)
    await world.tick()
    const more = await follow(P, httpLogSource(`${url}/log`), policy, followed.state)
    expect('refused' in more ? more.refused : more.entries.length).toBe(2)
  })

  test('has the same root by its tiles as by its checkpoint, and every partial tile is the beginning of the wider one', async () => {
    const note = (await get('/log/checkpoint')).text
    const size = sizeOf(note)
    const read = async (level: number, n: number, width: number) =>
      (await get(`/log/${tilePath(level, n, width)}`)).bytes
    const root = await rootFromTiles(P, size, read)
    expect(Buffer.from(root).toString('base64')).toBe(note.split('\n')[2])
    const whole = await get('/log/tile/0/000')
    const entries = readBundle((await get('/log/tile/entries/000')).bytes)
    expect([whole.bytes.length, entries.length]).toEqual([256 * 32, 256])
    for (const width of [1, 2, 100, 255]) {
      expect((await get(`/log/tile/0/000.p/${width}`)).bytes).toEqual(whole.bytes.subarray(0, width * 32))
      expect(readBundle((await get(`/log/tile/entries/000.p/${width}`)).bytes)).toEqual(entries.slice(0, width))
    }
    expect((await get('/log/tile/1/000.p/2')).bytes.length).toBe(64)
  })

  test.each([
    '/log/tile/0/0',
    '/log/tile/0/00',
    '/log/tile/0/0000',
    '/log/tile/0/000/000',
    '/log/tile/0/x000/000',
    '/log/tile/0/x001/x000/000',
    '/log/tile/0/999',
    '/log/tile/0/000.p/0',
    '/log/tile/0/000.p/256',
    '/log/tile/0/000.p/01',
    '/log/tile/0/-01',
    '/log/tile/0/1e2',
    '/log/tile/00/000',
    '/log/tile/64/000',
    '/log/tile/-1/000',
    '/log/tile/entries/x999/x999/x999/x999/999',
    '/log/tile/data/000',
    '/log/tile/0/..%2f..%2fcheckpoint',
    '/log/payload/..%2fcheckpoint',
    `/log/payload/${'0'.repeat(63)}`,
    `/log/payload/${'A'.repeat(64)}`,
  ])('there is nothing at %s', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  test('what never changes may be kept for ever, what does may not, and no reply names a visitor', async () => {
    const { text } = await get('/log/checkpoint')
    const [event] = (await events({ limit: 1 })).events
    const h = JSON.parse(event?.leaf ?? '').h as string
    const kept = {
      '/log/tile/0/000': /immutable/,
      '/log/tile/entries/000.p/3': /immutable/,
      [`/log/payload/${hex(fromB64u(h))}`]: /immutable/,
    }
    const fresh = { '/log/checkpoint': /max-age=1$/, '/log/policy': /max-age=60$/ }
    for (const [path, cache] of Object.entries({ ...kept, ...fresh })) {
      const reply = await get(path)
      expect(reply.headers.get('cache-control')).toMatch(cache)
      expect(reply.headers.get('set-cookie')).toBeNull()
    }
    expect(text).toMatch(/^localhost\/log\n\d+\n[A-Za-z0-9+/]{43}=\n\n— localhost\/log [A-Za-z0-9+/=]+\n$/)
  })

  test('is the same for everybody: a token changes no byte of it', async () => {
    for (const path of ['/log/tile/0/000', '/log/checkpoint', `/api/v1/tenders/${no}/events`]) {
      const [stranger, officer] = [await send(url, 'GET', path), await send(url, 'GET', path, {}, world.officer.token)]
      expect(officer.bytes).toEqual(stranger.bytes)
    }
  })
})

describe('the events of a tender', () => {
  test('come in pages of any size, each once, in order, linked to the one before', async () => {
    const all: PublicEvent[] = []
    for (let after = -1; ; after = all.at(-1)?.index ?? -1) {
      const page = await events({ after, limit: 1000 })
      if (page.events.length === 0) break
      all.push(...page.events)
    }
    expect(all.length).toBeGreaterThan(600)
    expect(all.map((e) => e.prev)).toEqual([-1, ...all.map((e) => e.index).slice(0, -1)])
    for (const limit of [1, 7, 100]) {
      const some: PublicEvent[] = []
      for (let after = -1; some.length < 25; after = some.at(-1)?.index ?? -1) {
        const page = await events({ after, limit })
        expect(page.events.length).toBeLessThanOrEqual(limit)
        some.push(...page.events)
      }
      expect(some.slice(0, 25)).toEqual(all.slice(0, 25))
    }
    expect((await events({ after: all.at(-1)?.index ?? 0 })).events).toEqual([])
    for (const event of all) expect(b64u(P.sha256(utf8(event.payload)))).toBe(JSON.parse(event.leaf).h)
  })

  test('a page of long payloads ends early and says that there is more', async () => {
    const { index } = await events()
    await appendSome(20, 150_000)
    await world.tick()
    const first = await events({ after: index, limit: 1000 })
    expect(first.events.length).toBe(7)
    expect(first.index).toBeGreaterThan(first.events.at(-1)?.index ?? 0)
    const second = await events({ after: first.events.at(-1)?.index ?? 0, limit: 1000 })
    expect(second.events[0]?.prev).toBe(first.events.at(-1)?.index)
    // One that is longer than a page by itself comes alone.
    await appendSome(1, 2_000_000)
    await world.tick()
    const { index: last } = await events({ limit: 1 })
    const alone = await events({ after: last - 1, limit: 1000 })
    expect(alone.events.map((e) => e.index)).toEqual([last])
  })
})
