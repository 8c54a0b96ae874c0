// What becomes of the files of a bid? They come in sealed, piece by piece, are seen by nobody before the opening, and are held after it
// against what the bid says of them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { Upload } from 'tus-js-client'
import { afterAll, describe, expect, test } from 'vitest'
import { bidAct } from '../../db/schema/bids.ts'
import { attachment, upload } from '../../db/schema/files.ts'
import { must, type Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS } from '../../src/api/endpoints.ts'
import { listFiles, listUploads } from '../../src/api/files.ts'
import { readEvents, readSheet } from '../../src/api/tenders.ts'
import { verify } from '../../src/cli/verify.ts'
import { FILE_LIMITS, MOST_SEALED } from '../../src/domain/bids/files.ts'
import type { SealedAttachment } from '../../src/domain/bids/prepare.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64, b64u, concat, fromB64u, hex, utf8 } from '../../src/proof/bytes.ts'
import { readJws, type Signer, signJws } from '../../src/proof/jws.ts'
import { startEnvelope } from '../../src/proof/seal.ts'
import { sweepRound } from '../../src/server/files/sweep-files.ts'
import { auditAt } from '../journeys/public-audit.ts'
import { Canaries } from '../support/canaries.ts'
import { OF_FILES } from '../support/contract-parts.ts'
import { Recorder } from '../support/recorder.ts'
import { ABOUT, type About, type Asked, ask } from '../support/requests.ts'
import { smallDisk } from '../support/small-disk.ts'
import { makeWorld } from '../support/world.ts'

const recorder = new Recorder()
recorder.listen('http://127.0.0.1')
const world = await makeWorld({ suppliers: 3 })
const { url } = world
const [one, two, three] = world.suppliers as [Person, Person, Person]
const open = await world.publish()
const other = await world.publish()
afterAll(() => {
  expect(recorder.faults).toEqual([])
})

const dir = world.config.filesDir
const ctOf = (bytes: Uint8Array) => b64u(P.sha256(bytes))
const TUS = { 'tus-resumable': '1.0.0' }
const announced = (bytes: Uint8Array, length = bytes.length) => ({
  ...TUS,
  'upload-length': String(length),
  'upload-metadata': `name ${b64(utf8('x'))},ct ${b64(utf8(ctOf(bytes)))}`,
})
const sends = (offset: number | string) => ({
  ...TUS,
  'upload-offset': String(offset),
  'content-type': 'application/offset+octet-stream',
})

/** A request with any headers and bytes, as any program would make it. */
async function raw(
  method: string,
  path: string,
  by: Person | null,
  headers: Record<string, string>,
  body?: Uint8Array,
) {
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: { ...headers, ...(by ? { authorization: `Bearer ${by.token}` } : {}) },
    ...(body ? { body: new Uint8Array(body) } : {}),
  })
  const text = await reply.text()
  const codes = reply.status >= 400 && text ? (JSON.parse(text).errors as { code: string }[]).map((e) => e.code) : []
  return { status: reply.status, headers: reply.headers, codes, text }
}
const announce = (no: string, by: Person | null, headers: Record<string, string>) =>
  raw('POST', `/api/v1/tenders/${no}/uploads`, by, headers)
async function begin(bytes: Uint8Array, by: Person = one, no = open): Promise<string> {
  const reply = await announce(no, by, announced(bytes))
  expect([reply.status, reply.text]).toEqual([201, ''])
  return reply.headers.get('location') as string
}
const send = (place: string, offset: number | string, body: Uint8Array, by: Person | null = one, headers = {}) =>
  raw('PATCH', place, by, { ...sends(offset), ...headers }, body)
const offsetOf = async (place: string, by: Person = one) =>
  Number((await raw('HEAD', place, by, TUS)).headers.get('upload-offset'))
const held = async (by: Person, no = open) =>
  must('uploads', await call(url, listUploads, { token: by.token, params: { no } })).body.uploads
const filesOf = async (no: string) => must('files', await call(url, listFiles, { params: { no } })).body.files

describe('a sealed file on its way', () => {
  test('is refused to everybody but a representative of a bidder, and of a tender that takes bids', async () => {
    const bytes = P.random(10)
    const codes = async (by: Person | null, no = open) => (await announce(no, by, announced(bytes))).codes
    expect(await codes(null)).toEqual(['sign-in-first'])
    for (const by of [world.officer, world.evaluators[0] as Person, world.operator, world.auditor])
      expect(await codes(by)).toEqual(['forbidden'])
    expect(await codes(one, await world.draft())).toEqual(['not-found'])
    expect(await codes(one, 'R26BK99999999')).toEqual(['not-found'])
    expect(await held(one)).toEqual([])
  })

  test('is refused with each reason: another protocol, no hash, no length, too long, another length than announced', async () => {
    const bytes = P.random(10)
    const good = announced(bytes)
    const codes = async (change: Record<string, string>) => (await announce(open, one, { ...good, ...change })).codes
    expect(await codes({ 'tus-resumable': '0.2.2' })).toEqual(['tus-version'])
    for (const metadata of ['', 'ct', 'ct !!', `ct ${b64(utf8('short'))}`, `name ${b64(utf8(ctOf(bytes)))}`])
      expect([metadata, await codes({ 'upload-metadata': metadata })]).toEqual([metadata, ['upload-broken']])
    for (const length of ['0', '-1', '1e3', '', '9'.repeat(16)])
      expect([length, await codes({ 'upload-length': length })]).toEqual([length, ['upload-broken']])
    expect(await codes({ 'upload-length': String(MOST_SEALED + 1) })).toEqual(['upload-large'])
    const place = await begin(bytes)
    expect(await codes({ 'upload-length': '11' })).toEqual(['upload-broken'])
    // Announced again, it is the same one.
    expect(await begin(bytes)).toBe(place)
    expect((await raw('DELETE', place, one, {})).codes).toEqual(['tus-version'])
    expect((await raw('DELETE', place, one, TUS)).status).toBe(204)
    expect((await raw('DELETE', place, one, TUS)).codes).toEqual(['not-found'])
  })

  test('takes pieces only where it stands, of its type, and no byte more than was announced', async () => {
    const bytes = P.random(1000)
    const place = await begin(bytes)
    expect((await send(place, 0, bytes, one, { 'tus-resumable': '2' })).codes).toEqual(['tus-version'])
    expect((await send(place, 0, bytes, one, { 'content-type': 'text/plain' })).codes).toEqual(['media-type'])
    expect((await send(place, 'x', bytes)).codes).toEqual(['upload-broken'])
    expect((await send(place, 7, bytes)).codes).toEqual(['upload-offset'])
    expect((await send(place, 0, concat(bytes, P.random(1)))).codes).toEqual(['upload-large'])
    expect(await offsetOf(place)).toBe(0)
    const first = await send(place, 0, bytes.slice(0, 400))
    expect([first.status, first.headers.get('upload-offset')]).toEqual([204, '400'])
    expect((await send(place, 0, bytes)).codes).toEqual(['upload-offset'])
    expect(await offsetOf(place)).toBe(400)
    expect((await held(one)).find((u) => place.endsWith(u.id))).toMatchObject({ received: 400, done: false })
    expect((await send(place, 400, bytes.slice(400))).status).toBe(204)
    expect((await held(one)).find((u) => place.endsWith(u.id))).toMatchObject({ received: 1000, done: true })
    const [name] = readdirSync(join(dir, 'sealed', open))
    expect(name).toMatch(new RegExp(`^${hex(fromB64u(ctOf(bytes)))}\\.`))
    expect(ctOf(readFileSync(join(dir, 'sealed', open, name as string)))).toBe(ctOf(bytes))
    expect((await raw('DELETE', place, one, TUS)).status).toBe(204)
    expect(readdirSync(join(dir, 'sealed', open))).toEqual([])
  })

  test('is thrown away when it has another hash than was announced', async () => {
    const bytes = P.random(500)
    const place = await begin(bytes)
    const flipped = bytes.slice()
    flipped[250] = (flipped[250] ?? 0) ^ 1
    expect((await send(place, 0, flipped)).codes).toEqual(['upload-hash'])
    expect((await raw('GET', place, one, TUS)).codes).toEqual(['not-found'])
    expect(readdirSync(join(dir, 'coming'))).toEqual([])
    // Control: the very same requests with the right bytes.
    const again = await begin(bytes)
    expect((await send(again, 0, bytes)).status).toBe(204)
    await raw('DELETE', again, one, TUS)
  })

  test('is neither read, gone on with, taken back nor listed by another bidder', async () => {
    const bytes = P.random(300)
    const place = await begin(bytes)
    await send(place, 0, bytes.slice(0, 100))
    const absent = `/api/v1/uploads/${'B'.repeat(22)}`
    const plain = ({ status, text }: { status: number; text: string }) => [
      status,
      text.replace(/"instance":"[^"]*"/, ''),
    ]
    for (const by of [two, world.supplier(3)]) {
      for (const at of ['GET', 'DELETE'])
        expect(plain(await raw(at, place, by, TUS))).toEqual(plain(await raw(at, absent, by, TUS)))
      expect(plain(await send(place, 100, bytes.slice(100), by))).toEqual(
        plain(await send(absent, 100, bytes.slice(100), by)),
      )
      expect(await held(by)).toEqual([])
    }
    // The same file announced by another is another upload, from its beginning.
    const theirs = await begin(bytes, two)
    expect(theirs).not.toBe(place)
    expect(await offsetOf(theirs, two)).toBe(0)
    expect((await send(place, 100, bytes.slice(100))).status).toBe(204)
    expect(await offsetOf(theirs, two)).toBe(0)
    for (const [at, by] of [
      [place, one],
      [theirs, two],
    ] as const)
      await raw('DELETE', at, by, TUS)
  })

  test('goes on where a connection broke off, with somebody else’s client', async () => {
    const bytes = P.random(700_000)
    const place = await begin(bytes)
    // A sender that breaks off in the middle, at the level of the connection.
    const id = place.split('/').at(-1)
    await new Promise<void>((resolve) => {
      const req = request(`${url}${place}`, {
        method: 'PATCH',
        headers: { ...sends(0), authorization: `Bearer ${one.token}`, 'content-length': String(bytes.length) },
      })
      req.on('error', () => resolve())
      req.write(bytes.slice(0, 300_000), () => setTimeout(() => req.destroy(), 100))
    })
    await expect.poll(() => offsetOf(place), { timeout: 30_000 }).toBeGreaterThan(0)
    const at = await offsetOf(place)
    expect(at).toBeLessThanOrEqual(300_000)
    const steps: number[] = []
    await new Promise<void>((resolve, reject) => {
      new Upload(Buffer.from(bytes), {
        uploadUrl: `${url}${place}`,
        chunkSize: 100_000,
        headers: { authorization: `Bearer ${one.token}` },
        onProgress: (sent) => steps.push(sent),
        onSuccess: () => resolve(),
        onError: reject,
      }).start()
    })
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(at)
    const [row] = (await held(one)).filter((u) => u.id === id)
    expect(row).toMatchObject({ done: true, ct: ctOf(bytes), bytes: bytes.length })
    expect(JSON.parse((await raw('GET', place, one, TUS)).text)).toEqual(row)
    await raw('DELETE', place, one, TUS)
  })

  test('is refused when a bidder has as many as there may be, and others are not', async () => {
    const { files } = FILE_LIMITS.perTender
    await world.db.withTx(({ tx }) =>
      tx.execute(sql`INSERT INTO upload (id, tender, bidder, account, ct, bytes, begun_at, seen_at)
        SELECT 'filler-' || n, ${open}, 'firm-3', 'supplier-3', 'filler-' || n, 1, now(), now() FROM generate_series(1, ${files}) n`),
    )
    const bytes = P.random(10)
    expect((await announce(open, three, announced(bytes))).codes).toEqual(['upload-limit'])
    await world.db.withTx(({ tx }) =>
      tx.execute(sql`UPDATE upload SET bytes = ${FILE_LIMITS.perTender.bytes} WHERE id = 'filler-1'`),
    )
    await world.db.withTx(({ tx }) => tx.execute(sql`DELETE FROM upload WHERE id LIKE 'filler-%' AND id <> 'filler-1'`))
    expect((await announce(open, three, announced(bytes))).codes).toEqual(['upload-limit'])
    expect((await announce(other, three, announced(bytes))).status).toBe(201)
    expect((await announce(open, two, announced(bytes))).status).toBe(201)
    await world.db.withTx(({ tx }) => tx.execute(sql`DELETE FROM upload`))
  })

  test('that nobody goes on with is given up after two days, and strays of killed processes with it', async () => {
    const [old, fresh] = [P.random(50), P.random(60)]
    const places = [await begin(old), await begin(fresh)] as const
    for (const [i, bytes] of [old, fresh].entries()) await send(places[i] as string, 0, bytes.slice(0, 20))
    const stray = 'S'.repeat(22)
    writeFileSync(join(dir, 'coming', stray), 'x')
    const id = places[0].split('/').at(-1) as string
    await world.db.withTx(({ tx }) =>
      tx.execute(sql`UPDATE upload SET seen_at = now() - interval '49 hours' WHERE id = ${id}`),
    )
    expect(await sweepRound({ db: world.db, filesDir: dir })).toBe(2)
    expect(readdirSync(join(dir, 'coming'))).toEqual([places[1].split('/').at(-1)])
    expect((await raw('GET', places[0], one, TUS)).codes).toEqual(['not-found'])
    expect(await offsetOf(places[1])).toBe(20)
    await raw('DELETE', places[1], one, TUS)
  })
})

const disk = smallDisk(2048)
describe.skipIf(disk === null)('a disk without room', () => {
  test('is said clearly, before and in the middle of a file, and what came is kept', async () => {
    const full = disk as NonNullable<typeof disk>
    const config = world.api.deps.config as { filesDir: string }
    const bytes = P.random(400_000)
    const place = await begin(bytes)
    const before = config.filesDir
    const deps = world.api.deps as { config: typeof config }
    deps.config = { ...deps.config, filesDir: full.dir }
    try {
      expect((await announce(open, one, announced(P.random(10)))).codes).toEqual(['storage-full'])
      full.fill()
      expect((await send(place, 0, bytes)).codes).toEqual(['storage-full'])
      expect(world.lines.join('')).toContain('there is no room for sealed files')
    } finally {
      deps.config = { ...deps.config, filesDir: before }
    }
    // Control: with room again the same upload goes on.
    const at = await offsetOf(place)
    expect(at).toBeLessThan(bytes.length)
    if (at === 0) expect((await send(place, 0, bytes)).status).toBe(204)
    await raw('DELETE', place, one, TUS)
  })
})

type Named = { name: string; bytes: Uint8Array }
/** Seals files and a bid that names them; `tamper` changes what the bid says before it is sealed. */
async function bidWith(
  by: Person,
  files: readonly Named[],
  tamper: (
    files: (SealedAttachment & { ciphertext: Uint8Array })[],
  ) => Promise<SealedAttachment[]> | SealedAttachment[] = (f) => f,
) {
  const keysets = await by.keysets(open)
  const started = startEnvelope(P, keysets.technical)
  const sealed = []
  for (const file of files) sealed.push(await by.attach(open, started, file))
  const technical = await tamper(sealed)
  const bid = await by.seal(open, {
    technical: { approach: 'x', summary: 'y' },
    price: { amount: String(90_000_000 + by.account.id.length * 1000 + Number(by.account.id.at(-1))), currency: 'KRW' },
    keysets,
    started: { technical: started },
    files: { technical },
  })
  return { bid, sealed }
}

describe('the files of bids', { timeout: 60_000 }, () => {
  const plan = { name: '제안서 1.pdf', bytes: utf8(`%PDF-1.7 ${'과업 수행 계획 '.repeat(20_000)}`) }
  const canary = `canary-${hex(P.random(12))}`
  const secret = { name: `${canary}.txt`, bytes: utf8(`the secret is ${canary}`) }
  const hostile = { name: '../../a\u202Efdp.html\r\nSet-Cookie: x=1', bytes: utf8('<script>alert(1)</script>') }
  let ciphertext: Uint8Array = new Uint8Array()

  test('a bid that names a file which is not wholly here is refused, and named files stay', async () => {
    const { bid, sealed } = await bidWith(one, [plan], (f) =>
      f.map(({ ciphertext: _, ...file }) => ({ ...file, ct: ctOf(utf8('absent')) })),
    )
    const refused = await one.send(open, bid.body)
    expect(refused).toMatchObject({ ok: false, code: 'file-missing', status: 422 })
    const longer = await bidWith(one, [plan], (f) => f.map((file) => ({ ...file, sealedBytes: file.sealedBytes + 1 })))
    expect(await one.send(open, longer.bid.body)).toMatchObject({ ok: false, code: 'file-missing' })
    for (const row of await held(one)) await raw('DELETE', `/api/v1/uploads/${row.id}`, one, TUS)
    expect(sealed).toHaveLength(1)

    // Another's file is not one's own.
    const mine = startEnvelope(P, (await two.keysets(open)).technical)
    const theirs = await two.attach(open, mine, plan)
    const { bid: stolen } = await bidWith(one, [], () => [theirs])
    expect(await one.send(open, stolen.body)).toMatchObject({ ok: false, code: 'file-missing' })
    for (const row of await held(two)) await raw('DELETE', `/api/v1/uploads/${row.id}`, two, TUS)
  })

  test('bids with files are taken, alone and together, and their files can no longer be taken back', async () => {
    const first = await bidWith(one, [plan, secret])
    ciphertext = first.sealed[0]?.ciphertext ?? ciphertext
    must('bid', await one.send(open, first.bid.body))
    for (const { id } of await held(one))
      expect((await raw('DELETE', `/api/v1/uploads/${id}`, one, TUS)).codes).toEqual(['upload-named'])
    // One file that opens to another, one that was lost, one that was not handed in, one for another envelope, a hostile name.
    const { bid } = await bidWith(
      two,
      [
        { name: 'differs.txt', bytes: utf8('one thing') },
        { name: 'lost.txt', bytes: utf8('lost') },
        { name: 'spoilt.txt', bytes: utf8('spoilt') },
        hostile,
      ],
      async (f) => {
        const elsewhere = await two.attach(open, startEnvelope(P, (await two.keysets(open)).technical), plan)
        return [...f.map((file, i) => (i === 0 ? { ...file, sha256: ctOf(utf8('another')) } : file)), elsewhere]
      },
    )
    must('bid', await two.send(open, bid.body))
    const keysets = await three.keysets(open)
    const unnamed = startEnvelope(P, keysets.technical)
    const file = await three.attach(open, unnamed, { name: 'unnamed.txt', bytes: utf8('x') })
    const sealed = await three.seal(open, {
      technical: { approach: 'x', summary: 'y' },
      price: { amount: '88000000', currency: 'KRW' },
      keysets,
      started: { technical: unnamed },
      files: { technical: [{ ...file, name: 'unnamed.txt' }] },
    })
    const { payload } = readJws(sealed.body.jws)
    const jws = await signJws(P, three.signer as Signer, { ...payload, typ: 'submission/1', blobs: [] })
    must('bid', await three.send(open, { ...sealed.body, jws }))
    await world.tick()
  })

  test('SEA-1 before the opening nobody learns of them: not from addresses, not from the log, not from the disk', async () => {
    const canaries = new Canaries().add('name and content', canary)
    const about: About = { ...ABOUT, no: open }
    const cts = (await world.db.withTx(({ tx }) => tx.select().from(upload))).map((row) => row.ct)
    expect(cts.length).toBeGreaterThan(5)
    const looks: (Person | null)[] = [null, world.officer, three, world.evaluators[0] as Person, world.auditor]
    const leaks: string[] = []
    for (const by of looks) {
      for (const id of Object.keys(ENDPOINTS) as (keyof typeof ENDPOINTS)[]) {
        if (ENDPOINTS[id].method !== 'get') continue
        const reply = await ask(world, id, about, by?.token)
        const found = cts.filter((ct) => reply.text.includes(ct))
        const own = by === three ? new Set((await held(three)).map((u) => u.ct)) : new Set()
        if (canaries.in(reply.bytes).length > 0 || found.some((ct) => !own.has(ct)))
          leaks.push(`${id}: ${reply.text.slice(0, 80)}`)
      }
      for (const ct of cts) {
        const asked: Asked = { params: { ct } }
        expect((await ask(world, 'readSealedFile', about, by?.token, asked)).status).toBe(404)
      }
    }
    expect(leaks).toEqual([])
    for (const name of readdirSync(join(dir, 'sealed', open)))
      expect(canaries.in(readFileSync(join(dir, 'sealed', open, name)))).toEqual([])
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute(sql`SELECT row_to_json(u)::text AS text FROM upload u`),
    )
    expect(canaries.in(Buffer.from(JSON.stringify(rows)))).toEqual([])
    expect(canaries.in(Buffer.from(world.lines.join('')))).toEqual([])
    // Control: the search finds the canary in the file itself.
    expect(canaries.in(secret.bytes)).not.toEqual([])
  })

  test('after the opening each is held against what its bid says, and whose fault it is is told', async () => {
    const rows = await world.db.withTx(({ tx }) => tx.select().from(upload))
    const pathOf = (ct: string) => {
      const row = rows.find((r) => r.ct === ct)
      return join(dir, 'sealed', open, `${hex(fromB64u(ct))}.${row?.id}`)
    }
    const late = await begin(P.random(100))
    await world.bring(open, 'technical_opening')
    expect((await send(late, 0, P.random(100))).codes).toEqual(['not-open'])
    expect(await sweepRound({ db: world.db, filesDir: dir })).toBe(1)
    expect(await filesOf(open)).toEqual([])
    const before = (await announce(open, one, announced(P.random(5)))).codes
    expect(before).toEqual(['not-open'])
    const [lying] = rows.filter((r) => r.bidder === 'firm-1')
    expect((await raw('DELETE', `/api/v1/uploads/${lying?.id}`, one, TUS)).codes).toEqual(['not-open'])
    await world.release(open, 'technical')
    await world.open()
    const named = await world.db.withTx(({ tx }) => tx.select().from(attachment))
    const ctNamed = (name: string) => named.find((row) => row.says.name === name)?.ct as string
    const kept = readFileSync(pathOf(ctNamed('lost.txt')))
    rmSync(pathOf(ctNamed('lost.txt')))
    const spoilt = readFileSync(pathOf(ctNamed('spoilt.txt')))
    spoilt[spoilt.length - 1] = (spoilt[spoilt.length - 1] ?? 0) ^ 1
    writeFileSync(pathOf(ctNamed('spoilt.txt')), spoilt)
    await world.files()
    await world.files()
    const found = Object.fromEntries((await filesOf(open)).map((f) => [f.name, f.outcome]))
    expect(found).toMatchObject({
      [plan.name]: expect.stringMatching(/agrees|does not open/),
      [secret.name]: 'agrees',
      'differs.txt': 'differs',
      'lost.txt': 'missing',
      'spoilt.txt': 'changed',
      [hostile.name]: 'agrees',
      'unnamed.txt': 'not handed in',
    })
    const plans = (await filesOf(open)).filter((f) => f.name === plan.name)
    expect(plans.map((f) => [f.bidder, f.outcome]).sort()).toEqual([
      ['firm-1', 'agrees'],
      ['firm-2', 'does not open'],
    ])
    // A file of an envelope changes nothing of the envelope.
    const { envelopes } = await world.view(open)
    expect(envelopes?.filter((e) => e.kind === 'technical').map((e) => e.state)).toEqual(['valid', 'valid', 'valid'])
    // An evaluator finds them beside the proposals, under labels that name nobody, and saves them at the same address.
    await world.clock()
    await world.tick()
    const asked = { token: world.evaluators[0]?.token ?? null, params: { no: open } }
    const { proposals } = must('sheet', await call(url, readSheet, asked)).body
    const technical = (await filesOf(open)).filter((f) => f.kind === 'technical')
    const onSheet = proposals.flatMap(({ label, files }) => files.map((file) => ({ label, ...file })))
    expect(onSheet.map((f) => `${f.eid} ${f.n} ${f.outcome}`).sort()).toEqual(
      technical.map((f) => `${f.eid} ${f.n} ${f.outcome}`).sort(),
    )
    expect(new Set(onSheet.map((f) => f.label)).size).toBeGreaterThan(1)
    expect(onSheet.every((f) => /^[A-Z]/.test(f.label) && !f.label.includes('firm'))).toBe(true)
    const bidders = await call(url, readSheet, { ...asked, token: world.supplier(1).token })
    expect(bidders.ok).toBe(false)
    // The lost one comes back by who kept a copy of it as it was sealed, and by nothing else.
    const lost = ctNamed('lost.txt')
    const back = (ct: string, bytes: Uint8Array, type = 'application/octet-stream', no = open) =>
      raw('PUT', `/api/v1/tenders/${no}/files/${ct}`, null, { 'content-type': type }, bytes).then(
        ({ status, codes }) => codes[0] ?? status,
      )
    expect(await back(lost, kept, 'text/plain')).toBe('media-type')
    expect(await back(lost, kept, undefined, 'R26BK99999999')).toBe('not-found')
    expect(await back(b64u(P.random(32)), kept)).toBe('file-unknown')
    expect(await back(lost, kept.subarray(1))).toBe('file-differs')
    expect(await back(lost, concat(kept, new Uint8Array(1)))).toBe('file-differs')
    expect(await back(ctNamed(secret.name), kept)).toBe('file-whole')
    expect(existsSync(pathOf(lost))).toBe(false)
    if (disk) {
      const deps = world.api.deps as { config: typeof world.config }
      const before = deps.config
      deps.config = { ...before, filesDir: disk.dir }
      expect(await back(lost, kept)).toBe('storage-full')
      deps.config = before
    }
    expect(await back(lost, kept)).toBe(201)
    expect(await back(lost, kept)).toBe('file-whole')
    expect(await back(ctNamed('spoilt.txt'), spoilt)).toBe('file-differs')
    await world.files()
    await world.files()
    const mended = Object.fromEntries((await filesOf(open)).map((f) => [f.name, f.outcome]))
    expect(mended).toMatchObject({ 'lost.txt': 'agrees', 'spoilt.txt': 'changed', 'differs.txt': 'differs' })
    expect(readdirSync(join(dir, 'coming')).filter((name) => name.startsWith('back-'))).toEqual([])
    // Each is said in the log, which otherwise stays what it was to everybody who checks it.
    await world.tick()
    const events = must('events', await call(url, readEvents, { params: { no: open }, query: { limit: 1000 } })).body
      .events
    const told = events.filter((e) => e.typ === 'incident/1' && e.payload.includes('file-restored'))
    expect(told.map((e) => JSON.parse(e.payload).facts.ct)).toEqual([lost])
    const checks = (await auditAt(url, open)).filter((c) => c.check !== 'closing-time' && c.verdict === 'failed')
    expect(checks).toEqual([])
  })

  test('opened files are saved and never shown, under a name that does no harm', async () => {
    const files = await filesOf(open)
    const of = (name: string, bidder = 'firm-1') => files.find((f) => f.name === name && f.bidder === bidder)
    const fetched = async (path: string, headers: Record<string, string> = {}) => {
      const reply = await fetch(`${url}${path}`, { headers })
      return { reply, bytes: new Uint8Array(await reply.arrayBuffer()) }
    }
    const mine = of(plan.name)
    const { reply, bytes } = await fetched(`/files/${mine?.eid}/${mine?.n}`)
    expect([reply.status, ctOf(bytes)]).toEqual([200, ctOf(plan.bytes)])
    const { headers } = reply
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="___ 1.pdf"; filename*=UTF-8''%EC%A0%9C%EC%95%88%EC%84%9C%201.pdf`,
    )
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    const part = await fetch(`${url}/files/${mine?.eid}/${mine?.n}`, {
      method: 'HEAD',
      headers: { range: 'bytes=5-9' },
    })
    expect([part.status, part.headers.get('content-length')]).toEqual([206, '5'])

    const bad = of(hostile.name, 'firm-2')
    expect(bad?.saved).toBe('_.._a_fdp.html__Set-Cookie_ x=1.bin')
    const evil = await fetched(`/files/${bad?.eid}/${bad?.n}`)
    expect(evil.reply.headers.get('content-type')).toBe('application/octet-stream')
    expect(evil.reply.headers.get('set-cookie')).toBeNull()
    for (const name of ['differs.txt', plan.name]) {
      const file = of(name, 'firm-2')
      expect((await fetched(`/files/${file?.eid}/${file?.n}`)).reply.status).toBe(404)
    }
    expect((await fetched(`/files/${mine?.eid}/99`)).reply.status).toBe(404)
    const sealed = await fetched(`/files/sealed/${mine?.ct}`)
    expect([sealed.reply.status, ctOf(sealed.bytes)]).toEqual([200, mine?.ct])
    expect(sealed.bytes).toEqual(ciphertext)
  })

  const age = spawnSync('age', ['--version']).status === 0
  if (!age) console.warn('age is not installed: one test of sealed files is not run')
  test.skipIf(!age)(
    'the age program opens what was sealed here, with the identity that the opening made public',
    async () => {
      const [file] = (await filesOf(open)).filter((f) => f.name === plan.name && f.bidder === 'firm-1')
      const sealed = new Uint8Array(await (await fetch(`${url}/files/sealed/${file?.ct}`)).arrayBuffer())
      const key = join(dir, 'identity.txt')
      writeFileSync(key, `${file?.identity}\n`)
      const out = spawnSync('age', ['-d', '-i', key], { input: sealed, maxBuffer: 2 ** 26 })
      expect([out.status, String(out.stderr)]).toEqual([0, ''])
      expect(ctOf(out.stdout)).toBe(ctOf(plan.bytes))
    },
  )

  test('`madang verify` holds each against the record, from the service or from a folder, and counts what it was not given', async () => {
    await world.tick()
    const told = async (files?: string) => {
      const lines: string[] = []
      const terminal = { out: (line: string) => void lines.push(line), err: () => {} }
      await verify(url, open, { lang: 'en', ...(files === undefined ? {} : { files }) }, terminal)
      return lines
    }
    const line = (lines: string[], of: string) => lines.find((one) => one.startsWith(of)) ?? ''
    const service = await told()
    expect(line(service, 'firm-1 technical 1')).toMatch(/ok: both hashes agree +제안서 1\.pdf$/)
    expect(line(service, 'firm-2 technical 1')).toContain('another file than the bid says, by its bidder')
    expect(line(service, 'firm-2 technical 3')).toContain('FAILED: not the file that was sealed')
    expect(line(service, 'firm-2 technical 5')).toContain('does not open, by its bidder')
    expect(line(service, 'firm-3 technical 1')).toContain('not handed in, by its bidder')
    expect(service).toContainEqual(
      expect.stringMatching(/^8 files: 4 ok, 1 failed, 3 wrong by their bidders, 0 not checked$/),
    )

    const folder = join(dir, 'for-verify')
    mkdirSync(folder)
    const [file] = (await filesOf(open)).filter((f) => f.name === plan.name && f.bidder === 'firm-1')
    const path = join(folder, `${hex(fromB64u(file?.ct ?? ''))}.age`)
    writeFileSync(path, ciphertext)
    expect((await told(folder)).join('\n')).toMatch(/8 files: 1 ok, 0 failed, 1 wrong by their bidders, 6 not checked/)
    const flipped = ciphertext.slice()
    flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1
    writeFileSync(path, flipped)
    expect((await told(folder)).join('\n')).toMatch(/8 files: 0 ok, 1 failed, 1 wrong by their bidders, 6 not checked/)
    await expect(told(join(dir, 'nowhere'))).rejects.toThrow('no folder of sealed files')
  })

  test('what no opened bid names is swept once all is open, and nothing before', async () => {
    const there = () => readdirSync(join(dir, 'sealed', open)).length
    const before = there()
    const left = await world.db.withTx(({ tx }) => tx.select().from(attachment))
    expect(await sweepRound({ db: world.db, filesDir: dir })).toBe(0)
    expect(there()).toBe(before)
    await world.db.withTx(({ tx }) =>
      tx.execute(sql`UPDATE tender SET state = 'ranked', peak = 'ranked' WHERE no = ${open}`),
    )
    await sweepRound({ db: world.db, filesDir: dir })
    const kept = left.filter((row) => row.upload !== null)
    expect(there()).toBe(new Set(kept.map((row) => row.upload)).size)
    expect(await world.db.withTx(({ tx }) => tx.select().from(bidAct).where(eq(bidAct.tender, open)))).toHaveLength(6)
  })
})

describe('the account of all that was met', () => {
  test('each endpoint has done what it is for, and each declared refusal was met', () => {
    const own = (Object.values(ENDPOINTS) as Endpoint[]).filter((e) => OF_FILES.includes(e.id as never))
    expect(own.map((e) => e.id).filter((id) => !recorder.done.has(id as never))).toEqual([])
    const declared = own.flatMap((e) => e.refusals.map((code) => `${e.id} ${code}`))
    const met = declared.filter((one) => !recorder.refused.has(one))
    expect(met.filter((one) => disk !== null || !one.endsWith('storage-full'))).toEqual([])
    expect(recorder.refused.has('submitBid file-missing')).toBe(true)
  })
})
