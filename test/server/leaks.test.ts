// Before the deadline, what can anybody learn of a bid? Not what is in it, not from whom it is, not how many there are; until the opening
// nothing but the closing list. Every endpoint, page, socket event and file of the log is asked, in every role.
import express from 'express'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ninetyTen } from '../../scripts/case.ts'
import { cancel, type Person } from '../../scripts/person.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { FROM_SERVER, LIVE_PATH } from '../../src/api/live.ts'
import { PAGES } from '../../src/api/pages.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, fromB64u, hex } from '../../src/proof/bytes.ts'
import { readLeaf } from '../../src/proof/leaf.ts'
import { readBundle } from '../../src/proof/tiles.ts'
import { servePages } from '../../src/server/web.ts'
import { Canaries } from '../support/canaries.ts'
import { RawReader } from '../support/raw-reader.ts'
import { ABOUT, addressFor, ask, REQUESTS, send } from '../support/requests.ts'
import { eventually, makeWorld } from '../support/world.ts'

/** Organisations whose names are as hard to hit by chance as everything else that is looked for. */
const random = (n: number) => hex(P.random(n))
const FIRMS = Array.from({ length: 5 }, () => `firm-${random(6)}`)
const world = await makeWorld({ suppliers: 1, evaluators: 8 })
const bidders = await world.add(FIRMS.map((org) => ({ id: `rep-of-${org}`, org, role: 'supplier' as const })))
await Promise.all(bidders.map((bidder) => bidder.enrol()))

/** Prices of 57 bits: as hard to hit by chance as the words. */
const BUDGET = '180000000000000000'
const deadline = new Date(Math.ceil(Date.now() / 1000 + 3600) * 1000).toISOString().replace('.000', '')
/** Tenders that differ in their bids alone: five, none, and one. */
const large = (title: string) => ({
  deadline,
  rule: ninetyTen(BUDGET),
  notice: {
    title: { ko: title, en: title },
    summary: { ko: '시험용 공고', en: 'A tender for tests' },
    budget: { amount: BUDGET, currency: 'KRW' as const },
    method: 'negotiation-national-90-10',
    minBids: 1,
  },
})
const busy = await world.publish(large('System'))
const quiet = await world.publish(large('System'))
const lone = await world.publish(large('System'))
const draft = await world.draft()

type Roles = Record<string, Person | null>
const roles: Roles = {
  anonymous: null,
  'a bidder': bidders[0] as Person,
  'another bidder': bidders[1] as Person,
  'a supplier who does not bid': world.supplier(1),
  'the officer': world.officer,
  'an officer of another agency': world.stranger,
  'an evaluator of the committee': world.evaluators[0] as Person,
  'an evaluator of no committee': world.evaluators[7] as Person,
  'the auditor': world.auditor,
  'the operator': world.operator,
}

/** What is in the bids. */
const canaries = new Canaries()
/** Besides that, who bids. Organisations are known to have keys, which is not to bid. */
const everything = new Canaries()
/** Commitments are in the log, blinded; whose they are and for which tender is not. */
const commitments: string[] = []
type Kept = Awaited<ReturnType<typeof world.bid>>
const kept = new Map<string, Kept>()
const words = new Map<string, { approach: string; amount: string }>()

/** The owner of a canary may be shown it. */
const ownedBy = (person: Person | null) => (name: string) =>
  person !== null && name.startsWith(`${person.account.org}:`)

function addCanaries(org: string, bid: Kept): void {
  const say = (what: string, secret: string | Uint8Array) => {
    canaries.add(`${org}:${what}`, secret)
    everything.add(`${org}:${what}`, secret)
  }
  everything.add(`${org}:organisation`, org).add(`${org}:account`, `rep-of-${org}`)
  const { approach, amount } = words.get(org) as { approach: string; amount: string }
  say('words', approach)
  say('price', amount)
  say('salt', fromB64u(bid.body.salt))
  say('request key', bid.key)
  say('signature', bid.body.jws.split('.')[2] as string)
  say('receipt', bid.receipt.split('.')[2] as string)
  for (const kind of ['technical', 'price'] as const) {
    say(`${kind} eid`, fromB64u(bid.eids[kind]))
    say(`${kind} seed`, fromB64u(bid.seeds[kind]))
    const envelope = JSON.parse(bid.body.envelopes[kind]) as { kc: string }
    say(`${kind} kc`, fromB64u(envelope.kc))
    say(`${kind} envelope`, bid.body.envelopes[kind].slice(-200, -100))
  }
}

/** What was sent over sockets to watchers of everything, in every role that a socket has: none. */
const socketBytes: Buffer[] = []
const raw = new RawReader({ port: world.config.port, host: '127.0.0.1' })
raw.socket.on('data', (chunk: Buffer) => socketBytes.push(chunk))
const watcher = io(world.url, { path: LIVE_PATH, transports: ['websocket'], forceNew: true })
const events: { name: string; body: unknown }[] = []
watcher.onAny((name: string, body: unknown) => events.push({ name, body }))
afterAll(() => {
  raw.end()
  watcher.close()
})

beforeAll(async () => {
  await raw.watch(busy)
  raw.send(`421["watch","${quiet}"]`).send(`422["watch","${draft}"]`).send('423["watch-log"]')
  for (const no of [busy, quiet, lone, draft]) await watcher.timeout(5000).emitWithAck('watch', no)
  await watcher.timeout(5000).emitWithAck('watch-log')
  // One alone, two at once, then with a replacement and a withdrawal: as bids come.
  for (const [i, bidder] of bidders.entries()) {
    const { org } = bidder.account
    const secret = {
      approach: `word-${random(8)}-말-${random(8)}`,
      amount: String(10n ** 17n + P.random(7).reduce((n, b) => n * 256n + BigInt(b), 0n)),
    }
    words.set(org, secret)
    const bid = await world.bid(busy, bidder, {
      technical: { approach: secret.approach, summary: '요약' },
      price: { amount: secret.amount, currency: 'KRW' },
    })
    kept.set(org, bid)
    // A sealed file that lies ready: that there is one, and its hash, is as secret as the bid.
    const file = P.random(200)
    await bidder.upload(busy, b64u(P.sha256(file)), file)
    for (const secrets of [canaries, everything])
      secrets.add(`${org}:file`, file.slice(50, 90)).add(`${org}:file hash`, P.sha256(file))
    commitments.push(bid.c)
    addCanaries(org, bid)
    if (i !== 1) await world.tick()
  }
  await world.tick(true)
  const secret = {
    technical: { approach: `word-${random(8)}`, summary: '요약' },
    price: { amount: '99999999', currency: 'KRW' },
  }
  await world.bid(lone, bidders[4] as Person, secret)
  await world.tick(true)
})

type Sweep = { what: string; found: string[] }

/** Asks every endpoint about every tender in one role; answers what was found that is not the role's own. */
async function sweep(person: Person | null, secrets: Canaries): Promise<Sweep[]> {
  const leaks: Sweep[] = []
  const look = (what: string, bytes: Uint8Array | string) => {
    const found = secrets.in(bytes, ownedBy(person))
    if (found.length > 0) leaks.push({ what, found })
  }
  const first = kept.get(FIRMS[2] as string) as Kept
  // Somebody else's commitment, request key and envelope, which a rival might have come by.
  const foreign = { ...ABOUT, no: busy, c: first.c, key: first.key, hash: hex(fromB64u(first.eids.technical)) }
  const abouts = [foreign, ...[busy, quiet, draft].map((no) => ({ ...ABOUT, no }))]
  for (const id of Object.keys(ENDPOINTS) as EndpointId[]) {
    for (const about of abouts) {
      const asked = REQUESTS[id](about, world)
      // A reply may repeat what was asked, such as a path in its Location; then it has told nothing.
      const reply = await ask(world, id, about, person?.token)
      const mine = JSON.stringify(asked)
      const found = [
        ...secrets.in(reply.bytes, ownedBy(person)),
        ...secrets.in(JSON.stringify([...reply.headers]), ownedBy(person)),
      ].filter((f) => !secrets.in(mine).includes(f))
      if (found.length > 0) leaks.push({ what: `${id} ${addressFor(ENDPOINTS[id], asked)}: ${reply.status}`, found })
    }
  }
  for (const path of [
    '/',
    '/log',
    '/log/',
    '/api/v1',
    '/live/',
    '/.env',
    '/api/v1/bids',
    `/api/v1/tenders/${busy}/bids`,
  ]) {
    look(`GET ${path}`, (await send(world.url, 'GET', path, {}, person?.token)).bytes)
  }
  return leaks
}

/** Every byte under /log/: checkpoint, policy, tiles of all levels, entries, and the payload of every leaf. */
async function wholeLog(): Promise<{ files: Map<string, Buffer>; leaves: Uint8Array[] }> {
  const files = new Map<string, Buffer>()
  const get = async (path: string) => {
    const reply = await send(world.url, 'GET', path)
    if (reply.status === 200) files.set(path, reply.bytes)
    return reply
  }
  const note = (await get('/log/checkpoint')).text
  await get('/log/policy')
  const size = Number(note.split('\n')[1])
  const leaves: Uint8Array[] = []
  for (let n = 0; n * 256 < size; n++) {
    const width = Math.min(256, size - n * 256)
    const name = `${String(n).padStart(3, '0')}${width < 256 ? `.p/${width}` : ''}`
    leaves.push(...readBundle((await get(`/log/tile/entries/${name}`)).bytes))
    await get(`/log/tile/0/${name}`)
  }
  await get(`/log/tile/1/000.p/${Math.floor(size / 256)}`)
  expect(leaves.length).toBe(size)
  for (const bytes of leaves) {
    const leaf = readLeaf(bytes)
    if ('h' in leaf) expect((await get(`/log/payload/${hex(fromB64u(leaf.h))}`)).status).toBe(200)
  }
  return { files, leaves }
}

const isSealed = (leaf: Uint8Array): boolean => 'c' in readLeaf(leaf)

/** What is in the log that says who has a key: an organisation that is there need not be a bidder. */
const isOfKeys = (bytes: Buffer): boolean => /"typ":"actor\.key\/1"/.test(bytes.toString('latin1'))

async function searchLog(): Promise<Sweep[]> {
  const { files, leaves } = await wholeLog()
  const names = new Canaries()
  for (const bidder of bidders) names.add('organisation', bidder.account.org)
  const leaks: Sweep[] = []
  for (const [path, bytes] of files) {
    // A bundle is its leaves; payloads of keys are signed by those whom they name.
    const parts = path.startsWith('/log/tile/entries/') ? leaves.map((leaf) => Buffer.from(leaf)) : [bytes]
    for (const part of parts) {
      const text = part.toString('latin1')
      const jws = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(text)?.[1]
      const ofKeys = isOfKeys(part) || (jws !== undefined && isOfKeys(Buffer.from(jws, 'base64url')))
      const found = [...canaries.in(part), ...(ofKeys ? [] : names.in(part))]
      if (found.length > 0) leaks.push({ what: path, found })
    }
  }
  // What nobody links to is not there for those who guess its address either.
  for (const [org, bid] of kept) {
    const texts = [
      bid.body.jws,
      bid.body.salt,
      bid.receipt,
      JSON.stringify(bid.body),
      JSON.stringify({ receipt: bid.receipt }),
    ]
    const hashes = [...Object.values(bid.eids), bid.c, ...texts.map((text) => b64u(P.sha256(Buffer.from(text))))]
    for (const hash of hashes) {
      const reply = await send(world.url, 'GET', `/log/payload/${hex(fromB64u(hash))}`)
      if (reply.status !== 404) leaks.push({ what: `payload ${hash}`, found: [org] })
    }
  }
  return leaks
}

/** A reply with all that may differ between two tenders of the same notice taken out: numbers, times, hashes, places in the log. */
function shape(text: string): string {
  return (
    text
      .replace(/R\d\dBK\d{8}/g, 'NO')
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
      .replace(/\\?"instance\\?":\\?"[^"]*"/g, 'INSTANCE')
      .replace(/"id":"[A-Za-z0-9_-]{22}"/g, '"id":"<22>"')
      // The secret of an authenticator is drawn anew each time.
      .replace(/secret(=|":")[A-Z2-7]{32}/g, 'SECRET')
      .replace(/[A-Za-z0-9_-]{40,}/g, (found) => `<${found.length}>`)
      .replace(/"(index|prev|size)":-?\d+/g, '"$1":0')
  )
}

type Reply = Awaited<ReturnType<typeof send>>

/** The length in bytes, but for places in the log, which may have more digits. */
const lengthOf = (text: string): number => Buffer.byteLength(text.replace(/"(index|prev|size)":-?\d+/g, '"$1":0'))

/** Headers with what may differ taken out: a mark of the content and a number drawn anew are said by their lengths. */
function headersOf({ headers, bytes }: Reply): string[] {
  return [...headers].flatMap(([name, value]) => {
    if (['date', 'x-request-id', 'ratelimit'].includes(name)) return []
    if (name === 'content-length') return [`${name} ${Number(value) - bytes.length}`]
    if (name === 'etag') return [`${name} ${value.length}`]
    // Drawn anew for each page.
    if (name === 'content-security-policy') return [`${name} ${value.replace(/'nonce-[^']{24}'/, 'NONCE')}`]
    return [`${name} ${name === 'location' ? value.replace(/[A-Za-z0-9_-]{22}$/, 'ID') : value}`]
  })
}

/** In what two replies about tenders that differ in their bids differ: status, headers, length, content. */
function unlike(a: Reply, b: Reply): string[] {
  const [one, other] = [shape(a.text), shape(b.text)]
  return [
    ...(a.status === b.status ? [] : [`status ${a.status} ${b.status}`]),
    ...(headersOf(a).join() === headersOf(b).join()
      ? []
      : [
          `headers ${headersOf(a).filter((one) => !headersOf(b).includes(one))} | ${headersOf(b).filter((one) => !headersOf(a).includes(one))}`,
        ]),
    ...(lengthOf(a.text) === lengthOf(b.text) ? [] : [`length ${lengthOf(a.text)} ${lengthOf(b.text)}`]),
    ...(one === other ? [] : [`content ${one.slice(0, 300)} | ${other.slice(0, 300)}`]),
  ]
}

function describePhase(phase: string): void {
  test.each(Object.entries(roles))(
    `${phase}, no reply to %s tells anything of another’s bid`,
    { timeout: 60_000 },
    async (_, person) => {
      expect(await sweep(person, everything)).toEqual([])
    },
  )

  test(`${phase}, no byte of the log tells anything of a bid`, async () => {
    expect(await searchLog()).toEqual([])
  })

  test(`${phase}, no page tells anything of a bid`, async () => {
    const app = express()
    // The pages as they are sent, with the least shell: what they say of the record is all that is looked at.
    servePages(app, world.api.deps, {
      files: new Map(),
      shell: '<html lang="ko"><head><title></title></head><body></body></html>',
      needs: () => [],
    })
    const server = app.listen(0, '127.0.0.1')
    const address = await new Promise<{ port: number }>((resolve) =>
      server.once('listening', () => resolve(server.address() as { port: number })),
    )
    try {
      for (const no of [busy, quiet, draft]) {
        for (const { path } of PAGES) {
          const url = `http://127.0.0.1:${address.port}`
          const page = await send(
            url,
            'GET',
            path.replace(':no', no),
            { headers: { accept: 'text/html' } },
            world.officer.token,
          )
          expect(page.text).toContain('id="snapshot"')
          expect([path, everything.in(page.bytes)]).toEqual([path, []])
        }
      }
    } finally {
      server.close()
    }
  })

  test(`${phase}, no socket event tells anything of a bid`, async () => {
    await eventually('something was sent', () => events.length > 0)
    const bytes = Buffer.concat(socketBytes)
    expect(canaries.in(bytes)).toEqual([])
    for (const { name, body } of events) {
      expect(Object.keys(FROM_SERVER)).toContain(name)
      expect(FROM_SERVER[name as keyof typeof FROM_SERVER].safeParse(body).success).toBe(true)
      expect(everything.in(JSON.stringify(body))).toEqual([])
    }
    for (const no of [busy, quiet, draft]) {
      const told = await watcher.timeout(5000).emitWithAck('since', { no, after: -1 })
      expect(everything.in(JSON.stringify(told))).toEqual([])
      expect(told.events.length).toBeGreaterThan(no === draft ? -1 : 0)
    }
  })

  test(`${phase}, what the API wrote to its own log tells nothing of what is in a bid`, () => {
    expect(canaries.in(world.lines.join(''))).toEqual([])
  })
}

describe('SEA-4 before the deadline', () => {
  describePhase('before the deadline')

  test('each endpoint has a row in the table of requests', () => {
    expect(Object.keys(REQUESTS).sort()).toEqual(Object.keys(ENDPOINTS).sort())
  })

  test.each(Object.entries(roles))(
    'tenders with five bids, with none, and with one look the same to %s, to the byte',
    async (name, person) => {
      const differences: string[] = []
      for (const id of Object.keys(ENDPOINTS) as EndpointId[]) {
        // Own acts are one's own to see.
        if (
          person &&
          FIRMS.includes(person.account.org) &&
          ['readOwnBids', 'listOwnBids', 'listReceipts', 'readOutcome', 'listUploads'].includes(id)
        )
          continue
        // These count how often one asks, and are about no tender.
        if (['signIn', 'requestReset', 'requestVerification', 'changePassword'].includes(id)) continue
        const about = { ...ABOUT, key: `same-${name.replace(/\W/g, '-')}-${random(4)}` }
        const replies = [
          await ask(world, id, { ...about, no: busy }, person?.token),
          await ask(world, id, { ...about, no: quiet, key: `${about.key.slice(0, -2)}zz` }, person?.token),
          await ask(world, id, { ...about, no: lone, key: `${about.key.slice(0, -2)}yy` }, person?.token),
        ] as const
        for (const other of replies.slice(1))
          differences.push(...unlike(replies[0], other as Reply).map((said) => `${id}: ${said}`))
      }
      expect(differences).toEqual([])
    },
  )

  test('their pages and what watchers are told are the same, too', async () => {
    const app = express()
    servePages(app, world.api.deps, {
      files: new Map(),
      shell: '<html lang="ko"><head><title></title></head><body></body></html>',
      needs: () => [],
    })
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const differences: string[] = []
    try {
      for (const { path } of PAGES.filter((page) => page.path.includes(':no'))) {
        for (const person of [null, bidders[0] as Person, world.officer]) {
          const [first, ...others] = await Promise.all(
            [busy, quiet, lone].map((no) =>
              send(
                `http://127.0.0.1:${port}`,
                'GET',
                path.replace(':no', no),
                { headers: { accept: 'text/html', 'accept-encoding': 'identity' } },
                person?.token,
              ),
            ),
          )
          expect(first?.status).toBe(200)
          for (const other of others)
            differences.push(...unlike(first as Reply, other).map((said) => `${path}: ${said}`))
        }
      }
    } finally {
      server.close()
    }
    expect(differences).toEqual([])
    const told = await Promise.all(
      [busy, quiet, lone].map(async (no) => {
        const since = await watcher.timeout(5000).emitWithAck('since', { no, after: -1 })
        const live = events
          .filter(({ body }) => JSON.stringify(body).includes(no))
          .map(({ name, body }) => ({ name, body }))
        return { since: shape(JSON.stringify(since)), live: shape(JSON.stringify(live)) }
      }),
    )
    expect(told[1]).toEqual(told[0])
    expect(told[2]).toEqual(told[0])
    expect(told[0]?.since).toContain('tender.notice/1')
  })

  test('control: one byte, one letter, one header or another status is found', async () => {
    const [a, b] = [
      await ask(world, 'readTender', { ...ABOUT, no: busy }),
      await ask(world, 'readTender', { ...ABOUT, no: quiet }),
    ]
    expect(unlike(a, b)).toEqual([])
    const changed = (text: string): Reply => ({ ...b, text, bytes: Buffer.from(text) })
    expect(unlike(a, changed(`${b.text} `)).map((said) => said.split(' ')[0])).toEqual(
      expect.arrayContaining(['length']),
    )
    expect(unlike(a, changed(b.text.replace('"budget"', '"Budget"'))).map((said) => said.split(' ')[0])).toEqual([
      'content',
    ])
    const headers = new Headers(b.headers)
    headers.set('x-bids', '5')
    expect(unlike(a, { ...b, headers }).map((said) => said.split(' ')[0])).toEqual(['headers'])
    expect(unlike(a, { ...b, status: 404 })).toEqual(['status 200 404'])
    // Numbers, times and hashes of one length are no difference, and one that is longer is.
    expect(unlike(a, changed(b.text.replace(quiet, `${quiet}0`)))).not.toEqual([])
  })

  test('sealed leaves come in eights under every checkpoint, all of one length', async () => {
    const { leaves } = await wholeLog()
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute<{ size: string }>('SELECT size FROM log_checkpoint ORDER BY size'),
    )
    expect(rows.length).toBeGreaterThan(5)
    for (const { size } of rows) expect(leaves.slice(0, Number(size)).filter(isSealed).length % 8).toBe(0)
    expect(new Set(leaves.filter(isSealed).map((leaf) => leaf.length)).size).toBe(1)
  })

  test('a cover, another’s commitment and one’s own look the same at the address of proofs', async () => {
    const { leaves } = await wholeLog()
    const all = leaves.flatMap((bytes) => {
      const leaf = readLeaf(bytes)
      return 'c' in leaf ? [leaf.c] : []
    })
    expect(all.length).toBeGreaterThanOrEqual(24)
    const shapes = new Set<string>()
    for (const c of all) {
      const { status, text } = await ask(world, 'readProof', { ...ABOUT, no: busy, c }, world.auditor.token)
      shapes.add(
        `${status} ${text
          .replace(/index \d+/, 'index')
          .replace(/[A-Za-z0-9+/=]{43,}/g, 'HASH')
          .split('HASH')
          .filter((l) => l.trim() !== '')
          .join('|')}`,
      )
    }
    expect(shapes.size).toBe(1)
    expect(all).toEqual(expect.arrayContaining(commitments))
  })

  test('control: a presenter that shows one member too many is found', async () => {
    const app = express()
    const bid = kept.get(FIRMS[0] as string) as Kept
    app.get(
      ENDPOINTS.readTender.path,
      (_, res) => void res.json({ bids: 5, newest: Buffer.from(bid.eids.price).toString('hex') }),
    )
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const reply = await send(`http://127.0.0.1:${port}`, 'GET', `/api/v1/tenders/${busy}`)
    server.close()
    canaries.add(`${FIRMS[0]}:eid as text`, bid.eids.price)
    expect(canaries.in(reply.bytes)).not.toEqual([])
  })
})

describe('SEA-4 between the deadline and the opening', () => {
  beforeAll(async () => {
    for (const no of [busy, quiet]) await world.passDeadline(no, 3600)
    await world.clock()
    await world.tick()
    expect((await world.view(busy)).state).toBe('closed')
  })

  describePhase('between the deadline and the opening')

  test('a bid just before its tender is cancelled does not show as a number, although nothing else is open', async () => {
    const no = await world.publish()
    const { size } = await world.published()
    await world.bid(no, world.supplier(1))
    await cancel(world.officer, world.approver, no, 'Cancelled for the sake of this test')
    await world.tick()
    const { leaves } = await wholeLog()
    expect(leaves.slice(size).filter(isSealed).length).toBe(8)
  })

  test('the closing list is public, and is a list of commitments in the order of the log', async () => {
    const { body } = await (async () => {
      const reply = await ask(world, 'readEvents', { ...ABOUT, no: busy })
      return { body: JSON.parse(reply.text) as { events: { typ: string; payload: string }[] } }
    })()
    const closed = JSON.parse(body.events.find((e) => e.typ === 'tender.closed/1')?.payload ?? '{}') as {
      leaves: string
      count: number
    }
    const list = JSON.parse((await send(world.url, 'GET', `/log/payload/${hex(fromB64u(closed.leaves))}`)).text) as [
      number,
      string,
    ][]
    expect(list.length).toBe(closed.count)
    expect(list.map(([, c]) => c)).toEqual(expect.arrayContaining(commitments))
    expect(list.length).toBeGreaterThan(commitments.length)
  })
})

describe('SEA-4 control: once it is opened, the same search finds it', () => {
  test('the technical words and who bid are there for anybody, the prices for nobody', async () => {
    await world.bring(busy, 'evaluating')
    const found = (await sweep(null, everything)).flatMap((leak) => leak.found)
    for (const org of FIRMS)
      expect(found).toEqual(expect.arrayContaining([`${org}:words (text)`, `${org}:organisation (text)`]))
    const prices = new Canaries()
    for (const [org, { amount }] of words) prices.add(`${org}:price`, amount)
    for (const person of [null, bidders[1] as Person, world.officer, world.evaluators[0] as Person])
      expect(await sweep(person, prices)).toEqual([])
  })

  test('the prices are there once the scores are locked', async () => {
    await world.bring(busy, 'ranked')
    const found = (await sweep(null, canaries)).flatMap((leak) => leak.found)
    for (const org of FIRMS) expect(found).toContain(`${org}:price (text)`)
  })
})
