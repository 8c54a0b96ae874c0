// AUT-2: is what one organisation can reach by its ids out of another's reach? Every id that the one is told is asked for by the other,
// in every place of every address, and answered as one that nobody has.
import { describe, expect, test } from 'vitest'
import type { Person } from '../../scripts/person.ts'
import { must } from '../../scripts/person.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../src/api/endpoints.ts'
import { POWERS } from '../../src/domain/powers.ts'
import { extension } from '../../src/domain/tenders/signed-acts.ts'
import { ABOUT, type Asked, addressFor, ask, REQUESTS, send } from '../support/requests.ts'
import { makeWorld } from '../support/world.ts'

const world = await makeWorld({ suppliers: 2, evaluators: 8 })
const people = await world.add([
  { id: 'admin-a1', org: 'firm-1', role: 'administrator' },
  { id: 'admin-b1', org: 'firm-2', role: 'administrator' },
  { id: 'admin-ga1', org: 'gaon-city', role: 'administrator' },
  { id: 'admin-gb1', org: 'narae-county', role: 'administrator' },
])
const [adminA, adminB, agencyA, agencyB] = people as [Person, Person, Person, Person]

/** The people of the two sides, role by role. Evaluators and the operator's people belong to neither. */
const A = [world.officer, world.approver, world.supplier(1), adminA, agencyA]
const B: Person[] = [world.stranger, world.person('approver-2'), world.supplier(2), adminB, agencyB]

// What only the one side may know of: a draft, proposals, documents, qualifications, an invitation, a delegation, answers to requests.
const draft = await world.draft()
const open = await world.publish()
const { key } = await world.bid(open, world.supplier(1))
await world.tick()
const does = async (id: EndpointId, by: Person, change: Asked): Promise<Record<string, unknown>> => {
  const reply = await ask(world, id, { ...ABOUT, no: open }, by.token, change)
  if (reply.status >= 300) throw new Error(`${id}: ${reply.status} ${reply.text.slice(0, 300)}`)
  return JSON.parse(reply.text)
}
const late = world.draftOf({ seconds: 9 * 86_400 }).deadline
must('extension', await world.officer.extend(open, late, 'The specification is corrected'))
const PDF = Buffer.from('%PDF-1.7').toString('base64')
await does('addDocument', adminA, { body: { kind: 'other', name: 'a.pdf', bytes: PDF } })
await does('declareFact', adminA, {
  body: { kind: 'region', value: { code: 'KR-11' }, from: '2026-01-01', until: null },
})
await does('invite', adminA, { body: { email: 'somebody@firm.example', roles: ['staff'] } })
await does('exportPeople', adminA, { body: { purpose: 'the yearly audit of accounts' } })

/** Every text in a reply that could be an id: what addresses take, and not a word of the language of the contract. */
function idsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._@-]{5,80}$/.test(value) && /\d/.test(value))
    found.add(value)
  else if (Array.isArray(value)) for (const one of value) idsIn(one, found)
  else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) idsIn(one, found)
  return found
}

const endpoints = Object.values(ENDPOINTS) as Endpoint[]
const isPrivate = (e: Endpoint) => POWERS[e.power].who !== 'public' && POWERS[e.power].who !== 'signature'

/** All that the people of a side are told by every endpoint that reads. */
async function toldTo(side: readonly Person[]): Promise<Set<string>> {
  const found = new Set<string>()
  for (const person of side) {
    for (const e of endpoints) {
      if (e.method !== 'get' || !isPrivate(e) || e.params) continue
      const reply = await ask(world, e.id as EndpointId, { ...ABOUT, no: open }, person.token)
      if (reply.status < 300 && reply.text.startsWith('{')) idsIn(JSON.parse(reply.text), found)
    }
  }
  return found
}

// A sealed file on its way: its number is told in a list of its own tender.
const announced = await ask(world, 'beginUpload', { ...ABOUT, no: open }, world.supplier(1).token)
const sealedFile = announced.headers.get('location')?.split('/').at(-1) ?? ''

const own = (await toldTo(A)).add(draft).add(key).add(sealedFile)
const theirs = await toldTo(B)
/** What the one side alone is told; what is public, or everybody's, is told to both. */
const secret = [...own].filter((id) => !theirs.has(id) && id !== open)

const plain = (text: string, ids: readonly string[]) =>
  ids.reduce((left, id) => left.replaceAll(id, 'ID'), text.replace(/"instance":"[^"]*"/, ''))

/** Each letter and digit becomes the next of its kind. */
const NEXT = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
const next = (sign: string) => {
  const kind = NEXT.find((signs) => signs.includes(sign)) ?? sign
  return kind[(kind.indexOf(sign) + 1) % kind.length] as string
}
/** An id of the same form that nobody has: what is no id at all may be answered otherwise. The last sign stays: not every one is base64url's last. */
const absent = (id: string) => `${[...id.slice(0, -1)].map(next).join('')}${id.at(-1)}`

/**
 * Places that are not ids of what another has made: the key of a request is its sender's own word, and means nothing in the mouth
 * of another. Who asks for one is told that nothing came under it from them, as under any other.
 */
const OWN_WORDS = ['readOutcome key']

describe('AUT-2 ids of one organisation in the hands of another', () => {
  test('there is something to look for: the draft, proposals, a document, a qualification, an invitation, people', () => {
    expect(secret.length).toBeGreaterThanOrEqual(8)
    for (const id of [draft, key, sealedFile, 'admin-a1']) expect(secret).toContain(id)
  })

  test('open nothing in any place of any address, and are answered as ids that nobody has', {
    timeout: 240_000,
  }, async () => {
    const wrong: string[] = []
    let compared = 0
    /** What a person is answered who puts a value of the other side into a place of an address. */
    async function tried(e: Endpoint, name: string, value: string, person: Person | null): Promise<void> {
      const asked = REQUESTS[e.id as EndpointId]({ ...ABOUT, no: open }, world)
      const put = async (id: string) => {
        const of = { ...asked, params: { ...asked.params, [name]: id } }
        for (;;) {
          const reply = await send(world.url, e.method, addressFor(e, of), of, person?.token)
          if (reply.status !== 429) return reply
          // One account may ask so often in a minute, and this asks more.
          await new Promise((resolve) => setTimeout(resolve, Number(reply.headers.get('retry-after')) * 1000))
        }
      }
      const what = `${e.id} ${name}=${value} by ${person?.account.id}`
      const reply = await put(value)
      const ownWord = OWN_WORDS.includes(`${e.id} ${name}`)
      if (reply.status < 400 && !ownWord) wrong.push(`${what}: ${reply.status}`)
      if (reply.status >= 500) wrong.push(`${what}: not answered, ${reply.status}`)
      // A refusal that is of the thing, and not of the caller or the body, must not tell that there is one.
      if (reply.status !== 404 && !ownWord) return
      const none = absent(value)
      const other = await put(none)
      compared++
      if (other.status !== reply.status || plain(other.text, [none]) !== plain(reply.text, [value]))
        wrong.push(`${what}: another answer than for an absent one, ${other.status} ${other.text.slice(0, 200)}`)
    }
    for (const e of endpoints.filter((one) => isPrivate(one) && one.params))
      for (const name of Object.keys(REQUESTS[e.id as EndpointId]({ ...ABOUT, no: open }, world).params ?? {}))
        for (const value of secret) await Promise.all([...B, null].map((person) => tried(e, name, value, person)))
    expect(compared).toBeGreaterThan(500)
    expect(wrong).toEqual([])
  })

  test('control: their own people are let in by the same ids', async () => {
    const documents = JSON.parse(
      (await ask(world, 'readOwnOrganisation', { ...ABOUT, no: open }, adminA.token)).text,
    ).documents
    const params = { org: 'firm-1', id: documents[0].id as string }
    expect(secret).toContain(params.id)
    expect((await ask(world, 'readDocument', { ...ABOUT, no: open }, adminA.token, { params })).status).toBe(200)
    expect((await ask(world, 'readDocument', { ...ABOUT, no: open }, adminB.token, { params })).status).toBe(404)
    expect((await ask(world, 'readDraft', { ...ABOUT, no: draft }, world.officer.token)).status).toBe(200)
    expect((await ask(world, 'readDraft', { ...ABOUT, no: draft }, world.stranger.token)).status).toBe(404)
  })

  test('what was received under the key is still told to whose it is', async () => {
    const told = await ask(world, 'readOutcome', { ...ABOUT, no: open, key }, world.supplier(1).token)
    expect(JSON.parse(told.text)).toMatchObject({ outcome: 'receipt', status: 201 })
  })

  test('nothing of what the one side did moved: the other side’s requests changed nothing', async () => {
    const proposals = JSON.parse((await ask(world, 'listProposals', { ...ABOUT, no: open }, adminA.token)).text)
      .proposals as { state: string }[]
    expect(proposals.length).toBe(2)
    expect(proposals.every((one) => one.state === 'open')).toBe(true)
    expect((await world.view(open)).deadline).not.toBe(extension(open, await world.view(open), late, '').newDeadline)
  })
})
