// PRV-1 to PRV-4: personal data encrypted, every reading recorded, taken along whole, and erased without harm to the public log.
import { eq, getTableName } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { INVENTORY, readable } from '../../../db/inventory.ts'
import { account, session } from '../../../db/schema/people.ts'
import { personalReading, personDetail } from '../../../db/schema/privacy.ts'
import { award, cancel, must, type Person } from '../../../scripts/person.ts'
import { call } from '../../../src/api/client.ts'
import type { Endpoint } from '../../../src/api/endpoint.ts'
import { ENDPOINTS, type EndpointId } from '../../../src/api/endpoints.ts'
import { listEvaluators } from '../../../src/api/people.ts'
import {
  changeMyData,
  eraseMyData,
  exportMyData,
  findPerson,
  listReadingMonths,
  listReadings,
  readMyData,
  readReadingMonth,
  signOffReadings,
} from '../../../src/api/privacy.ts'
import { rolesNow } from '../../../src/domain/organisations/register-acts.ts'
import { monthOf } from '../../../src/domain/people/looking-through.ts'
import { nodePrimitives as P } from '../../../src/node/primitives.ts'
import { type Signer, signJws } from '../../../src/proof/jws.ts'
import { remindRound } from '../../../src/server/privacy/remind.ts'
import { sweep } from '../../../src/server/privacy/retention.ts'
import { rotatePersonalKeys, sealPlain, usedKeys } from '../../../src/server/privacy/rotate.ts'
import { failedAt } from '../../journeys/public-audit.ts'
import { editEach, unnoticed } from '../../support/every-edit.ts'
import { ABOUT, ask } from '../../support/requests.ts'
import { makeWorld } from '../../support/world.ts'

const world = await makeWorld({ suppliers: 2 })
const { url } = world

const PHONE = '+82 10-7777-1234'
const BANK = 'Hanvit Bank 110-222-333444'
const NUMBER = '900101-1234567'
const GIVEN = { phone: PHONE, bankAccount: BANK, identityNumber: NUMBER }
const PURPOSE = 'A call about a complaint, case 7'

const give = async (person: Person, detail: object = {}) =>
  must('data', await call(url, changeMyData, { token: person.token, body: { ...GIVEN, ...detail } }))
const search = (by: 'phone' | 'identityNumber' | 'email', value: string, who = world.operator) =>
  call(url, findPerson, { token: who.token, body: { by, value, purpose: PURPOSE } })

/** Everything in the database as text: what a stolen dump would show. */
async function dump(): Promise<string> {
  const client = await world.database.client()
  const tables = await client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
  const texts = []
  for (const { tablename } of tables.rows) {
    const { rows } = await client.query(`SELECT t::text AS row FROM "${tablename}" t`)
    for (const { row } of rows) {
      texts.push(row)
      // Bytes stand as hex in a dump; what they say counts too.
      for (const [, hex] of String(row).matchAll(/\\x((?:[0-9a-f]{2})+)/g))
        texts.push(Buffer.from(hex as string, 'hex').toString('latin1'))
    }
  }
  return texts.join('\n')
}

describe('PRV-1 what is personal is encrypted', () => {
  test('a dump shows neither telephone, bank account nor identity number, and the person still reads them', async () => {
    const person = world.supplier(1)
    await give(person)
    const text = await dump()
    const hidden = { ...GIVEN, email: person.account.email, digits: '77771234' }
    for (const [name, value] of Object.entries(hidden)) expect(text.includes(value), name).toBe(false)
    const mine = must('data', await call(url, readMyData, { token: person.token })).body
    expect(mine.detail).toEqual(GIVEN)
    // Control: what is not encrypted is seen by the same look.
    expect(text).toContain(person.account.id)
  })

  test('the same number is sealed otherwise each time, and does not open in another column or with other bytes', async () => {
    const [one, two] = [world.supplier(1), world.supplier(2)]
    await give(one)
    await give(two)
    const client = await world.database.client()
    const rows = await client.query('SELECT account, phone, phone_key, bank_account FROM person_detail')
    const of = (p: Person) => rows.rows.find((row) => row.account === p.account.id)
    expect(of(one).phone).not.toBe(of(two).phone)
    expect(of(one).phone_key).toBe(of(two).phone_key)
    const read = () =>
      world.db.withTx(({ tx }) => tx.select().from(personDetail).where(eq(personDetail.account, one.account.id)))
    const change = (set: string, values: unknown[]) =>
      client.query(`UPDATE person_detail SET ${set} WHERE account = $1`, [one.account.id, ...values])
    await change('phone = bank_account', [])
    await expect(read()).rejects.toThrow()
    const bent = `${of(one).phone.slice(0, -2)}${of(one).phone.endsWith('AA') ? 'BB' : 'AA'}`
    await change('phone = $2', [bent])
    await expect(read()).rejects.toThrow()
    await change('phone = $2', [of(one).phone])
    expect((await read())[0]?.phone).toBe(PHONE)
  })

  test('a person is found by a number however it is written, by that number alone', async () => {
    await give(world.supplier(1))
    await give(world.supplier(2), { phone: '02 123 4567', identityNumber: 'M70123456' })
    const found = async (...args: Parameters<typeof search>) =>
      must('search', await search(...args)).body.people.map((p) => p.account)
    expect(await found('phone', '82 (10) 7777 1234')).toEqual(['supplier-1'])
    expect(await found('identityNumber', 'm70123456')).toEqual(['supplier-2'])
    expect(await found('phone', '82 10 7777 123')).toEqual([])
    expect(await found('phone', 'M70123456')).toEqual([])
    expect(await found('email', 'supplier-2@firm-2.example')).toEqual(['supplier-2'])
  })

  test('keys follow each other: all is sealed again, the old key is gone, and the running server reads on', async () => {
    await give(world.supplier(1))
    await give(world.supplier(2))
    const before = await usedKeys(world.db)
    const rotated = await rotatePersonalKeys(world.db, world.config.dataDir)
    expect(before.has(rotated.key)).toBe(false)
    expect(await usedKeys(world.db)).toEqual(new Set([rotated.key]))
    expect(rotated.dropped).toEqual([...before])
    expect(rotated.sealedAgain['person_detail.phone']).toBe(2)
    expect(rotated.sealedAgain['account.email']).toBe(world.people.length)
    await world.supplier(1).signIn()
    const mine = must('data', await call(url, readMyData, { token: world.supplier(1).token })).body
    expect(mine.detail).toEqual(GIVEN)
    expect((await rotatePersonalKeys(world.db, world.config.dataDir)).dropped).toEqual([rotated.key])
  })
})

const readingsOf = (person: Person) =>
  world.db.withTx(({ tx }) => tx.select().from(personalReading).where(eq(personalReading.whose, person.account.id)))

test('what was written before there were keys is sealed at the next start, and still has one account an address', async () => {
  const client = await world.database.client()
  const { id, email } = world.supplier(2).account
  await client.query('UPDATE account SET email = $2 WHERE id = $1', [id, email])
  expect(await dump()).toContain(email)
  expect(await sealPlain(world.db)).toBe(1)
  expect(await dump()).not.toContain(email)
  await world.supplier(2).signIn()
  const again = world.db.withTx(({ tx }) =>
    tx.insert(account).values({ id: 'twin', org: 'firm-2', email, passwordHash: '!', name: 'Twin', roles: [] }),
  )
  await expect(again).rejects.toMatchObject({ constraint: 'an_email_address_has_one_account' })
})

describe('PRV-2 every reading is recorded', () => {
  test('with who, when, from where, whose, what and what for; and the person sees it', async () => {
    const person = world.supplier(1)
    await give(person)
    const before = (await readingsOf(person)).length
    must('search', await search('phone', PHONE))
    const rows = await readingsOf(person)
    expect(rows).toHaveLength(before + 1)
    expect(rows.at(-1)).toMatchObject({
      reader: world.operator.account.id,
      address: expect.stringMatching(/127\.0\.0\.1/),
      what: 'account.name,account.email,person_detail.phone',
      purpose: PURPOSE,
    })
    expect(Math.abs(Date.now() - (rows.at(-1)?.at.getTime() ?? 0))).toBeLessThan(600_000)
    const seen = must('readings', await call(url, listReadings, { token: person.token })).body.readings
    expect(seen[0]).toMatchObject({ reader: 'operator-1', org: 'operator', purpose: PURPOSE })
    // One's own data is one's own to read.
    must('own', await call(url, readMyData, { token: person.token }))
    expect(await readingsOf(person)).toHaveLength(before + 1)
  })

  test('and is looked through by the month: who read most, at odd hours, at many, with which purpose; that it was stands in the log', async () => {
    const month = '2026-02'
    const insert = (at: string, reader: string, people: number, purpose: string) =>
      world.db.withTx(({ tx }) =>
        tx.execute(`INSERT INTO personal_reading (at, reader, address, whose, what, purpose)
                    SELECT '${at}', '${reader}', '192.0.2.7', 'p-' || g, 'account.name', '${purpose}' FROM generate_series(1, ${people}) g`),
      )
    // In Korea: the last second of January and the first of March are of other months; a Tuesday noon, a Tuesday night, a Sunday noon.
    await insert('2026-01-31T14:59:59Z', 'operator-1', 3, 'before the month')
    await insert('2026-02-28T15:00:00Z', 'operator-1', 3, 'after the month')
    await insert('2026-02-10T03:00:00Z', 'operator-1', 2, 'a call about papers')
    await insert('2026-02-10T16:00:00Z', 'officer-1', 60, 'choosing a committee')
    await insert('2026-02-15T03:00:00Z', 'operator-1', 1, 'another call about papers')
    const look = async (only: 'all' | 'odd' | 'many' | 'stated') =>
      must(
        'month',
        await call(url, readReadingMonth, { token: world.operator.token, params: { month }, query: { only } }),
      ).body
    const all = await look('all')
    expect(all.readers).toEqual([
      { reader: 'operator-1', org: 'operator', looks: 2, people: 2, odd: 1 },
      { reader: 'officer-1', org: 'gaon-city', looks: 1, people: 60, odd: 1 },
    ])
    expect(all.looks.map((one) => [one.at, one.people, one.odd])).toEqual([
      ['2026-02-10T16:00:00.000Z', 60, true],
      ['2026-02-10T03:00:00.000Z', 2, false],
      ['2026-02-15T03:00:00.000Z', 1, true],
    ])
    expect((await look('odd')).looks.map((one) => one.people)).toEqual([60, 1])
    expect((await look('many')).looks.map((one) => one.reader)).toEqual(['officer-1'])
    expect((await look('stated')).looks.map((one) => one.purpose)).toEqual([
      'a call about papers',
      'another call about papers',
    ])
    const months = async () => must('months', await call(url, listReadingMonths, { token: world.operator.token })).body
    const waiting = (await months()).waiting
    const entries = (await world.published()).entries
    const body = { statement: 'One large look at night: a committee was chosen late.' }
    // Whoever has read does not look through the own readings while somebody is there who has not.
    const [other] = (await world.add([{ id: 'operator-2', org: 'operator', role: 'operator' }])) as [Person]
    const word = (by: Person, of = month) =>
      call(url, signOffReadings, { token: by.token, params: { month: of }, body })
    expect(await word(world.operator)).toMatchObject({ ok: false, code: 'own-readings' })
    // Both are reminded, once a month.
    const reminds = () => remindRound({ db: world.db, base: 'https://madang.example' })
    expect([await reminds(), await reminds()]).toEqual([2, 0])
    const [reminder] = await world.mailsTo(other.account.email)
    expect(reminder?.body).toContain(month)
    expect(reminder?.body).not.toContain(monthOf(Date.now()))
    must('word', await word(other))
    await insert('2026-01-20T03:00:00Z', 'operator-2', 1, 'a third call')
    must('the word of one of two who have both read', await word(world.operator, '2026-01'))
    expect((await months()).waiting).toBe(waiting - 2)
    expect((await look('all')).lookedThrough).toMatchObject({ by: 'operator-2', statement: body.statement })
    await world.tick()
    expect((await world.published()).entries).toBeGreaterThan(entries)
    const { rows } = await world.db.withTx(({ tx }) =>
      tx.execute<{ text: string }>(`SELECT convert_from(p.bytes, 'UTF8') AS text FROM log_entry e
        JOIN log_payload p ON p.hash = e.payload_hash WHERE e.typ = 'readings.reviewed/1'`),
    )
    // That it was, and not what was found.
    expect(rows.map(({ text }) => text)).toEqual(
      [month, '2026-01'].map((of) => `{"month":"${of}","typ":"readings.reviewed/1"}`),
    )
  })

  test('and whether a month was looked through is what the log says: every edit by the database’s owner is found', async () => {
    await world.tick()
    expect(unnoticed(await editEach(world, ['readings_looked_through']))).toEqual([])
  })

  test('a search without a purpose, or by somebody else, finds nobody and records nothing', async () => {
    const person = world.supplier(1)
    const before = (await readingsOf(person)).length
    const bare = { by: 'phone', value: PHONE, purpose: 'x' } as const
    expect(await call(url, findPerson, { token: world.operator.token, body: bare })).toMatchObject({ ok: false })
    expect(await search('phone', PHONE, world.officer)).toMatchObject({ ok: false, code: 'forbidden' })
    expect(await readingsOf(person)).toHaveLength(before)
  })

  test('whatever reply names a person to another, a row says so: every endpoint, every role', async () => {
    const no = await world.publish()
    const [canary] = (await world.add([{ id: 'canary-1', org: 'pool', role: 'evaluator' }])) as [Person]
    const client = await world.database.client()
    await client.query(`UPDATE account SET name = 'Zzyzx Quokka' WHERE id = 'canary-1'`)
    const callers = [
      null,
      world.officer,
      world.stranger,
      world.auditor,
      world.operator,
      world.supplier(1),
      world.evaluators[0],
    ]
    let told = 0
    for (const id of Object.keys(ENDPOINTS) as EndpointId[]) {
      const e: Endpoint = ENDPOINTS[id]
      if (e.method !== 'get') continue
      for (const caller of callers) {
        const before = (await readingsOf(canary)).filter((row) => row.reader === caller?.account.id).length
        const reply = await ask(world, id, { ...ABOUT, no }, caller?.token)
        if (!reply.text.includes('Zzyzx Quokka')) continue
        told++
        const after = (await readingsOf(canary)).filter((row) => row.reader === caller?.account.id)
        expect(after.length, `${id} as ${caller?.account.id}`).toBe(before + 1)
        expect(after.at(-1)?.what).toContain('account.name')
      }
    }
    expect(told).toBeGreaterThan(0)
    must('list', await call(url, listEvaluators, { token: world.officer.token }))
  })
})

describe('PRV-4 taking one’s data along', () => {
  test('has every column of the inventory that can be read back, the person’s rows and nobody else’s', async () => {
    const person = world.evaluators[0] as Person
    await give(person)
    await world.publish()
    const { tables } = must('export', await call(url, exportMyData, { token: person.token, body: {} })).body
    for (const row of INVENTORY.filter((r) => r.whose !== null)) {
      const name = getTableName(row.table)
      expect(Object.keys(tables), name).toContain(name)
      for (const one of tables[name] ?? []) expect(Object.keys(one).sort(), name).toEqual(readable(row).sort())
    }
    expect(tables.person_detail).toMatchObject([GIVEN])
    expect(tables.account).toMatchObject([{ id: person.account.id, email: person.account.email }])
    // A committee shows the own seat only.
    expect(tables.tender?.length).toBeGreaterThan(0)
    for (const tender of tables.tender ?? []) {
      expect(tender.evaluators).toEqual([{ label: 'E1', account: person.account.id }])
    }
    // Who read one's data is named; nobody else is.
    const { personal_reading: _, ...rest } = tables
    const text = JSON.stringify(rest)
    for (const other of world.people.filter((p) => p !== person)) {
      expect(text.includes(`"${other.account.id}"`) && other.account.id !== 'officer-1', other.account.id).toBe(false)
      expect(text).not.toContain(other.account.email)
    }
    expect(text).not.toContain('passwordHash')
  })
})

describe('PRV-3 being forgotten', () => {
  test('is refused while a tender needs the person, and when another account is named', async () => {
    const no = await world.publish()
    const seat = world.evaluators[0] as Person
    const erase = (who: Person, account = who.account.id) =>
      call(url, eraseMyData, { token: who.token, body: { account } })
    expect(await erase(seat)).toMatchObject({ ok: false, code: 'erasure-blocked' })
    expect(await erase(world.officer)).toMatchObject({ ok: false, code: 'erasure-blocked' })
    await world.stepUp(world.supplier(1))
    expect(await erase(world.supplier(1), 'supplier-2')).toMatchObject({ ok: false, code: 'key-mismatch' })
    await cancel(world.officer, world.approver, no, 'Cancelled for the sake of this test')
  })

  test('leaves no trace of the person in a dump, and the public log as valid as before', async () => {
    const made = await world.add([
      { id: 'acc-7f3a', org: 'gaon-city', role: 'officer' },
      { id: 'acc-9b1c', org: 'firm-9', role: 'supplier' },
    ])
    const [officer, supplier] = made as [Person, Person]
    const client = await world.database.client()
    for (const person of made) {
      await client.query('UPDATE account SET name = $2 WHERE id = $1', [
        person.account.id,
        `Quetzal Xylophone ${person.account.id}`,
      ])
      await give(person)
      await person.enrol()
    }
    await world.keysEnough()
    const no = await officer.draft(world.draftOf())
    await officer.publish(no)
    await world.tick()
    await world.bid(no, supplier)
    await world.tick()
    await world.bring(no, 'evaluating')
    await world.mark(no)
    must('lock', await officer.lock(no))
    await world.tick()
    await world.bring(no, 'ranked')
    await award(officer, world.approver, no, supplier.account.org)
    await world.tick()
    expect(await wrongAt(no)).toEqual([])
    expect(await dump()).toContain('Quetzal Xylophone')

    for (const { token, account, signer } of made) {
      // The last word of the key: that the roles end.
      const gone = rolesNow({ account: account.id, roles: [] }, { proposedBy: account.id, approvedBy: null })
      const jws = await signJws(P, signer as Signer, gone)
      must('erasure', await call(url, eraseMyData, { token, body: { account: account.id, jws } }))
      // The session is over with the account.
      expect(await call(url, readMyData, { token })).toMatchObject({ ok: false, status: 401 })
    }
    await world.tick()
    const text = await dump()
    const traces = ['Quetzal', 'Xylophone', ...made.map((p) => p.account.email), ...Object.values(GIVEN)]
    for (const trace of traces) expect(text.includes(trace), trace).toBe(false)
    const left = await world.db.withTx(({ tx }) => tx.select().from(session).where(eq(session.account, 'acc-7f3a')))
    expect(left).toEqual([])
    // What the two signed still verifies, to the last check.
    expect(await wrongAt(no)).toEqual([])
  })
})

describe('what is over goes', () => {
  test('a dry run counts and removes nothing; the run removes just what it counted', async () => {
    const client = await world.database.client()
    const add = (days: number) =>
      client.query(
        `INSERT INTO personal_reading (at, reader, address, whose, what, purpose)
         VALUES (now() - make_interval(days => $1), 'operator-1', '-', 'supplier-2', 'account.name', 'long ago')`,
        [days],
      )
    await add(800)
    await add(732)
    await add(730)
    const of = (swept: Awaited<ReturnType<typeof sweep>>) => swept.find((s) => s.table === 'personal_reading')?.rows
    const count = async () =>
      Number((await client.query(`SELECT count(*) FROM personal_reading WHERE purpose = 'long ago'`)).rows[0].count)
    expect(of(await sweep(world.db, { dry: true }))).toBe(2)
    expect(await count()).toBe(3)
    expect(of(await sweep(world.db, { dry: false }))).toBe(2)
    expect(await count()).toBe(1)
    expect(of(await sweep(world.db, { dry: true }))).toBe(0)
  })
})

/** Failed checks; the world moves deadlines by hand, which the closing time tells. */
async function wrongAt(no: string): Promise<string[]> {
  return (await failedAt(url, no)).filter((says) => !says.startsWith('closing-time'))
}
