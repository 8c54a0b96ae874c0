// How does a server test get a whole world in two seconds? A database, the API in this process, people with keys, custodians whose keys
// the test holds, tenders in any state. Nothing moves by itself: `tick` numbers and publishes what is in the outbox, `clock` takes the
// clock's steps, `open` opens what was released; `runs` lets all of them run as the worker does.
import { join } from 'node:path'
import { and, count, desc, eq, isNull, sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import { afterAll } from 'vitest'
import { account, organisation, prekey } from '../../db/schema/people.ts'
import { mail, signIn } from '../../db/schema/sign-in.ts'
import { label, tender } from '../../db/schema/tenders.ts'
import { ninetyTen } from '../../scripts/case.ts'
import { kindOf } from '../../scripts/people.ts'
import { award, must, Person } from '../../scripts/person.ts'
import { call } from '../../src/api/client.ts'
import { decideField, saveOwnFields } from '../../src/api/evaluators.ts'
import {
  type Draft,
  giveMarks,
  giveQuantitative,
  readEvents,
  readTender,
  type TenderView,
} from '../../src/api/tenders.ts'
import type { Field } from '../../src/domain/evaluators/fields.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import type { Role } from '../../src/domain/powers.ts'
import type { OpenedKind } from '../../src/domain/record/finding.ts'
import { type AwardRule, markedItems } from '../../src/domain/scoring/rule.ts'
import { STATES, type TenderState } from '../../src/domain/tenders/lifecycle.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u } from '../../src/proof/bytes.ts'
import type { Json, JsonObject } from '../../src/proof/canonical.ts'
import { readJws } from '../../src/proof/jws.ts'
import { type Keyset, readKeyset } from '../../src/proof/keyset.ts'
import { makeLogger, type Running, startApi } from '../../src/server/api.ts'
import { clockRound } from '../../src/server/clockwork.ts'
import { type Config, readConfig } from '../../src/server/config.ts'
import type { Database } from '../../src/server/db.ts'
import { rekeyRound } from '../../src/server/disputes/rekey-round.ts'
import { lostRound } from '../../src/server/disputes/tell-lost.ts'
import { replacedRound } from '../../src/server/disputes/tell-replaced.ts'
import { committeeRound } from '../../src/server/evaluators/draw-committee.ts'
import { filesRound } from '../../src/server/files/check-files.ts'
import { runDueJobs } from '../../src/server/jobs.ts'
import { startSequencer } from '../../src/server/log/sequencer.ts'
import { tileReader } from '../../src/server/log/tiles.ts'
import { ownPages } from '../../src/server/mail/post-mail.ts'
import { openOne } from '../../src/server/openings/open-envelopes.ts'
import { openRound } from '../../src/server/openings/opener.ts'
import type { OpenerThread } from '../../src/server/openings/opener-thread.ts'
import { hashPassword } from '../../src/server/people/passwords.ts'
import { makeAccessToken } from '../../src/server/people/tokens.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { tempDir } from './processes.ts'
import { listenAsSigner, TestCustodian } from './world-keepers.ts'

export type WorldOptions = {
  /** Organisations that bid, with one representative each; 3 unless told. Names: `supplier-1` … */
  suppliers?: number
  /** 7 unless told: the rule of the drafts cuts the highest and the lowest total. */
  evaluators?: number
  /** 3 unless told. */
  custodians?: number
  /** Environment of the API over the defaults, such as MADANG_DEMO. */
  env?: Record<string, string>
}

/** Everybody's password. One hash for all: hashing is slow on purpose. */
export const PASSWORD = 'three custodians and a tree of hashes'

const BUDGET = '100000000'
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Opens in this process: the same function as the opener's thread runs, without a second loader to start. */
const inlineThread: OpenerThread = {
  open: async (job, onOpened) => {
    for (const item of job.envelopes) onOpened(await openOne(job.keyset, item, job.releases))
  },
  close: async () => {},
}

/** Waits until the answer is there; a busy machine is given time, a broken one an end. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  ms = 60_000,
): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > end) throw new Error(`${what}: not within ${ms} ms`)
    await pause(10)
  }
}

/** Later than any clock that a test shows the server. */
const FAR = new Date('2100-01-01T00:00:00Z')

/** The row of a sign-in whose second factor counts for as long as a test file takes. */
export const signedIn = (account: string, id: string, now: Date) => ({
  id,
  account,
  method: 'password',
  agent: 'test',
  startedAt: now,
  seenAt: now,
  expiresAt: FAR,
  steppedAt: FAR,
  steppedBy: 'totp',
})

type Bodies = { technical?: JsonObject; price?: JsonObject }
type Invented = { id: string; org: string; role: Role }

type Change = Partial<Draft> & { minBids?: number; seconds?: number }

type Parts = { database: TestDatabase; config: Config; log: Logger; lines: string[]; api: Running }

export class World {
  readonly database: TestDatabase
  readonly config: Config
  readonly dataDir: string
  readonly url: string
  readonly db: Database
  /** What the API logged, one JSON line each. */
  readonly lines: string[]
  /** Errors of the rounds that nobody has seen; `tick`, `clock` throw the first one. */
  readonly problems: Error[] = []
  readonly people: Person[] = []
  readonly custodians: TestCustodian[] = []
  /** The API that runs now. */
  api: Running
  readonly #log: Logger
  readonly #tiles = tileReader()
  #hash: Promise<string> | undefined

  constructor({ database, config, log, lines, api }: Parts) {
    this.database = database
    this.config = { ...config, port: api.port }
    this.dataDir = config.dataDir
    this.url = `http://127.0.0.1:${api.port}`
    // The tests' own work waits longer than a request may: a busy machine is not what is tested.
    this.db = database.open({ acquireMs: 20_000 })
    this.lines = lines
    this.api = api
    this.#log = log
  }

  #onProblem = (err: Error): void => void this.problems.push(err)

  #calm(): void {
    const first = this.problems.shift()
    if (first) throw first
  }

  person(id: string): Person {
    const found = this.people.find((p) => p.account.id === id)
    if (!found) throw new Error(`nobody is called ${id}`)
    return found
  }

  of(role: Role): Person[] {
    return this.people.filter((p) => p.account.role === role)
  }

  get operator(): Person {
    return this.person('operator-1')
  }

  get officer(): Person {
    return this.person('officer-1')
  }

  /** An officer of another agency. */
  get stranger(): Person {
    return this.person('officer-2')
  }

  /** The second person of the officer's agency. */
  get approver(): Person {
    return this.person('approver-1')
  }

  get auditor(): Person {
    return this.person('auditor-1')
  }

  get suppliers(): Person[] {
    return this.of('supplier')
  }

  /** The nth supplier, from 1. */
  supplier(n: number): Person {
    return this.person(`supplier-${n}`)
  }

  get evaluators(): Person[] {
    return this.of('evaluator')
  }

  /** Ends the API and starts it again on the same port, as after a deployment. */
  async restartApi(): Promise<void> {
    await this.api.close()
    this.api = await startApi(this.config, this.database.url, this.#log)
  }

  /** A session without the hashing of a sign-in: the row and the token that a sign-in makes, with the second factor shown. */
  async session(of: Person): Promise<string> {
    const family = b64u(P.random(16))
    const access = await this.db.withTx(async ({ tx, now }) => {
      await tx.insert(signIn).values(signedIn(of.account.id, family, now.date))
      return makeAccessToken(this.api.deps, { account: of.account.id, family }, now.date)
    })
    of.token = access.token
    return access.token
  }

  /** Adds people with sessions. Organisations are made as they are named. */
  async add(people: Invented[]): Promise<Person[]> {
    this.#hash ??= hashPassword(PASSWORD)
    const passwordHash = await this.#hash
    const email = (p: Invented) => `${p.id}@${p.org}.example`
    await this.db.withTx(async ({ tx }) => {
      await tx
        .insert(organisation)
        .values(
          [...new Set(people.map((p) => p.org))].map((id) => ({
            id,
            nameKo: `${id} (가상)`,
            nameEn: id,
            ...kindOf(id, people),
          })),
        )
        .onConflictDoNothing()
      await tx
        .insert(account)
        .values(
          people.map((p) => ({ id: p.id, org: p.org, email: email(p), passwordHash, name: p.id, roles: [p.role] })),
        )
    })
    const made = people.map(
      (p) => new Person(this.url, { ...p, name: p.id, email: email(p), password: PASSWORD, totp: '' }),
    )
    for (const person of made) await this.session(person)
    this.people.push(...made)
    return made
  }

  /** The second factor was shown in all sessions of this person, for as long as a test file takes. */
  async stepUp({ account: { id } }: Person): Promise<void> {
    await this.db.withTx(({ tx, now }) =>
      tx
        .update(signIn)
        .set({ steppedAt: new Date(now.date.getTime() + 3_600_000), steppedBy: 'totp' })
        .where(eq(signIn.account, id)),
    )
  }

  /** Runs the jobs that are due: mails are written into the local outbox. */
  async jobs(): Promise<void> {
    await runDueJobs(this.database.url, { db: this.db, config: this.config, log: this.#log })
  }

  /** The mails to an address that are in the local outbox, the newest first, once what was due is written. */
  async mailsTo(address: string): Promise<{ kind: string; subject: string; body: string; token: string }[]> {
    await this.jobs()
    const rows = await this.db.withTx(({ tx }) =>
      tx.select().from(mail).where(eq(mail.address, address)).orderBy(desc(mail.writtenAt), desc(mail.madeAt)),
    )
    return rows
      .filter((row) => row.writtenAt !== null)
      .map(({ kind, subject, body }) => ({
        kind,
        subject: subject ?? '',
        body: body ?? '',
        token: /#([A-Za-z0-9_-]{43})/.exec(body ?? '')?.[1] ?? '',
      }))
  }

  /** How much waits for an index, has one, and is under the published checkpoint. */
  async published(): Promise<{ waiting: number; entries: number; size: number }> {
    const { rows } = await this.db.withTx(({ tx }) =>
      tx.execute<Record<string, string>>(sql`
        SELECT (SELECT count(*) FROM log_outbox) AS waiting, (SELECT coalesce(max(idx) + 1, 0) FROM log_entry) AS entries,
               (SELECT coalesce(max(size), 0) FROM log_checkpoint) AS size`),
    )
    const { waiting, entries, size } = rows[0] ?? {}
    return { waiting: Number(waiting), entries: Number(entries), size: Number(size) }
  }

  #sequencer(tickMs: number, coverShare: number) {
    const { signerSocket, origin } = this.config
    const { db, database } = this
    return startSequencer({
      P,
      db,
      databaseUrl: database.url,
      origin,
      signerSocket,
      tickMs,
      onProblem: this.#onProblem,
      coverShare,
    })
  }

  /** Gives indexes to what is in the outbox and publishes the checkpoint, with the real sequencer. `cover` forces covers. */
  async tick(cover = false): Promise<void> {
    const before = cover ? (await this.published()).size : -1
    // The lead of the sequencer before this one ends with its connection, a moment after that is closed.
    await eventually('nobody leads', async () => {
      const { rows } = await this.db.withTx(({ tx }) =>
        tx.execute(sql`SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
                       WHERE locktype = 'advisory' AND d.datname = current_database() AND objid = ${0x6d61_6461}`),
      )
      return rows.length === 0
    })
    const sequencer = this.#sequencer(cover ? 10_000 : 50, cover ? 1 : 0)
    try {
      await eventually('a published checkpoint over everything', async () => {
        this.#calm()
        const now = await this.published()
        return now.waiting === 0 && now.size === now.entries && now.size > before
      })
    } finally {
      await sequencer.stop()
    }
  }

  /** Takes the clock's steps that are due; answers how many. */
  async clock(): Promise<number> {
    const { accelerator } = this.config
    const taken = await clockRound({ P, db: this.db, tiles: this.#tiles, accelerator, onProblem: this.#onProblem })
    this.#calm()
    return taken
  }

  /** Draws committees that can be drawn, and calls who is to be called. */
  async committees(): Promise<void> {
    const { accelerator } = this.config
    const base = ownPages(this.config)
    await committeeRound({ P, db: this.db, tiles: this.#tiles, accelerator, base, onProblem: this.#onProblem })
    this.#calm()
  }

  /** Evaluators have keys and state in which fields they judge, and the operator confirms it. */
  async fields(people: readonly Person[], fields: Field[]): Promise<void> {
    for (const person of people) {
      const { token, account } = person
      if (!person.signer) await person.enrol()
      const body = { fields, grounds: 'Twenty years of practice' }
      const said = must('fields', await call(this.url, saveOwnFields, { token, body })).body
      for (const { field } of said.standing.filter((row) => row.state === 'declared')) {
        const params = { account: account.id, field }
        const verdict = { token: this.operator.token, params, body: { verdict: 'confirmed' as const } }
        must('confirmation', await call(this.url, decideField, verdict))
      }
    }
  }

  /** Lists what was sealed again, and opens bids with the seeds that came out. */
  async rekeys(): Promise<void> {
    const { accelerator } = this.config
    await rekeyRound({ P, db: this.db, tiles: this.#tiles, accelerator, onProblem: this.#onProblem })
    this.#calm()
  }

  /** Looks for envelopes whose bytes are lost, and tells their bidders. */
  async lost(): Promise<void> {
    await lostRound({ db: this.db, base: ownPages(this.config), onProblem: this.#onProblem })
    this.#calm()
  }

  /** Tells bidders whose bids were sealed to keys that others took the place of. */
  async replaced(): Promise<void> {
    await replacedRound({ db: this.db, base: ownPages(this.config), onProblem: this.#onProblem })
    this.#calm()
  }

  /** Opens what enough custodians have released. */
  async open(): Promise<void> {
    await openRound({ P, db: this.db, thread: inlineThread })
  }

  /** Checks the files of opened bids, until nothing is left to check. */
  async files(): Promise<void> {
    await filesRound({ db: this.db, filesDir: this.config.filesDir, onProblem: this.#onProblem })
    this.#calm()
  }

  /** Sequencer, clock and opener run by themselves, every few milliseconds, until the function that is answered. */
  runs(coverShare = 0, tickMs = 20): () => Promise<void> {
    let going = true
    const sequencer = this.#sequencer(tickMs, coverShare)
    const rounds = (async () => {
      while (going) {
        await this.clock().catch(this.#onProblem)
        await this.open().catch(this.#onProblem)
        await this.rekeys().catch(this.#onProblem)
        await this.committees().catch(this.#onProblem)
        await this.files().catch(this.#onProblem)
        await pause(tickMs)
      }
    })()
    return async () => {
      going = false
      await Promise.all([rounds, sequencer.stop()])
      // What went wrong on the way was tried again, as the worker does.
      this.problems.length = 0
    }
  }

  /** A draft that the rules accept, open for an hour unless told. */
  draftOf(change: Change = {}): Draft {
    const { minBids = 1, seconds = 3600, ...rest } = change
    const deadline = rest.deadline ?? secondsZ(Date.now() + seconds * 1000)
    return {
      notice: {
        title: { ko: '정보시스템 유지보수', en: 'System maintenance' },
        summary: { ko: '시험용 공고', en: 'A tender for tests' },
        budget: { amount: BUDGET, currency: 'KRW' },
        method: 'negotiation-national-90-10',
        minBids,
      },
      rule: ninetyTen(BUDGET),
      deadline,
      openAfter: deadline,
      evaluators: this.evaluators.slice(0, 7).map((e) => e.account.id),
      ...rest,
    }
  }

  /** A draft of the officer's; answers its number. */
  draft(change: Change = {}): Promise<string> {
    return this.officer.draft(this.draftOf(change))
  }

  /** A published tender whose notice and keysets are in the log. */
  async publish(change: Change = {}): Promise<string> {
    const no = await this.draft(change)
    await this.keysEnough()
    await this.officer.publish(no)
    await this.tick()
    return no
  }

  /** Has every custodian offer more keys when it runs short. */
  async keysEnough(): Promise<void> {
    for (const custodian of this.custodians) {
      const left = await this.db.withTx(({ tx }) =>
        tx
          .select({ n: count() })
          .from(prekey)
          .where(and(eq(prekey.custodian, custodian.id), isNull(prekey.usedBy))),
      )
      if ((left[0]?.n ?? 0) < 3) await custodian.offer(this.url, 20)
    }
  }

  /** Seals and sends a first bid; answers what a bidder keeps. It is in the log from the next tick on. */
  async bid(no: string, supplier: Person, { technical, price }: Bodies = {}) {
    const sealed = await supplier.seal(no, {
      technical: technical ?? { approach: `Approach of ${supplier.account.org}`, summary: '요약' },
      price: price ?? { amount: '90000000', currency: 'KRW' },
    })
    const key = b64u(P.random(18))
    const { body } = must('bid', await supplier.send(no, sealed.body, key))
    return { ...sealed, key, receipt: body.receipt }
  }

  async view(no: string, by?: Person): Promise<TenderView> {
    return must('tender', await call(this.url, readTender, { params: { no }, token: by?.token ?? null })).body
  }

  /** Moves the deadline to this second, the opening `openIn` seconds after it. The record keeps the old one. */
  async passDeadline(no: string, openIn = 0): Promise<void> {
    await this.db.withTx(({ tx, now }) => {
      const deadline = new Date(Math.floor(now.date.getTime() / 1000) * 1000)
      const openAfter = new Date(deadline.getTime() + openIn * 1000)
      return tx.update(tender).set({ deadline, openAfter }).where(eq(tender.no, no))
    })
  }

  /** Puts back what `passDeadline` moved: every published tender has the deadline that its notice says. */
  async deadlinesAsPublished(): Promise<void> {
    await this.db.withTx(async ({ tx }) => {
      const { rows } = await tx.execute<{ no: string; jws: Buffer }>(sql`
        SELECT ref AS no, bytes AS jws FROM log_entry JOIN log_payload ON hash = payload_hash WHERE typ = 'tender.notice/1'`)
      for (const { no, jws } of rows) {
        const said = readJws(jws.toString()).payload
        const [deadline, openAfter] = [new Date(String(said.deadline)), new Date(String(said.openAfter))]
        await tx.update(tender).set({ deadline, openAfter }).where(eq(tender.no, no))
      }
    })
  }

  /** The published opening list of a kind, and the keyset it is of. */
  async listOf(no: string, kind: OpenedKind): Promise<{ ks: string; keyset: Keyset; payload: string }> {
    const found = (await this.view(no)).keysets.find((k) => k.kind === kind)
    const { body } = must('events', await call(this.url, readEvents, { params: { no }, query: { limit: 1000 } }))
    const list = body.events.find((e) => e.typ === 'opening.list/1' && e.payload.includes(`"ks":"${found?.ks}"`))
    if (!found || !list) throw new Error(`no ${kind} list of ${no} is published`)
    return { ks: found.ks, keyset: readKeyset(P, found.keyset as Json), payload: list.payload }
  }

  /** Custodians release their shares of the listed envelopes of a kind: all of them unless told. */
  async release(no: string, kind: OpenedKind, who: TestCustodian[] = this.custodians): Promise<void> {
    const { ks, keyset, payload } = await this.listOf(no, kind)
    for (const custodian of who) {
      const jws = await custodian.release(this.url, keyset, ks, payload)
      must('release', await custodian.post(this.url, no, jws))
    }
  }

  /** Every custodian seals a contribution to the draw of evaluators. */
  async contribute(no: string): Promise<void> {
    const keyset = (await this.view(no)).keysets.find((k) => k.kind === 'draw')?.keyset
    for (const custodian of this.custodians)
      must('contribution', await custodian.contribute(this.url, no, readKeyset(P, keyset as Json)))
    await this.tick()
  }

  /** Everybody on the committee gives every proposal most of each maximum, and the officer too. */
  async mark(no: string): Promise<void> {
    const [row] = await this.db.withTx(({ tx }) => tx.select().from(tender).where(eq(tender.no, no)))
    const labels = await this.db.withTx(({ tx }) => tx.select().from(label).where(eq(label.tender, no)))
    if (!row) throw new Error(`no tender ${no}`)
    const rule = row.rule as AwardRule
    const marks = (kind: string) =>
      labels.flatMap(({ label: bidder }) =>
        markedItems(rule)
          .filter((item) => item.kind === kind)
          .map((item) => ({ bidder, item: item.id, mark: String(Math.floor(Number(item.max) * 0.95)), comment: '' })),
      )
    const qualitative = { marks: marks('qualitative') }
    for (const { account: id } of row.evaluators) {
      const { token } = this.person(id)
      must('marks', await call(this.url, giveMarks, { token, params: { no }, body: qualitative }))
      must('signed sheet', await this.person(id).signSheet(no))
    }
    const body = { marks: marks('quantitative') }
    must('records', await call(this.url, giveQuantitative, { token: this.officer.token, params: { no }, body }))
  }

  /** Brings a published tender into a later state by the acts that lead there, one step after the other. */
  async bring(no: string, to: TenderState): Promise<void> {
    const order = (state: TenderState) => STATES.indexOf(state)
    const steps: Partial<Record<TenderState, () => Promise<unknown>>> = {
      // The opening is held back until it is asked for, or the next step of the clock would take both.
      closed: () => this.passDeadline(no, 3600),
      technical_opening: () => this.passDeadline(no),
      evaluating: async () => {
        await this.release(no, 'technical')
        await this.open()
      },
      scores_locked: async () => {
        await this.mark(no)
        must('lock', await this.officer.lock(no))
      },
      price_opening: async () => {},
      ranked: async () => {
        await this.release(no, 'price')
        await this.open()
      },
      awarded: async () => {
        const { order } = (await this.view(no)).ranking as { order: string[][] }
        const bidder = order[0]?.[0] as string
        await award(this.officer, this.approver, no, bidder)
      },
    }
    for (const [state, step] of Object.entries(steps) as [TenderState, () => Promise<unknown>][]) {
      const now = (await this.view(no)).state as TenderState
      if (order(now) >= order(state) || order(state) > order(to)) continue
      await step()
      // A locked tender goes on by the clock as soon as its lock is in the log.
      if (state !== 'scores_locked') await this.clock()
      await this.tick()
    }
    const reached = (await this.view(no)).state
    if (reached !== to) throw new Error(`${no} is ${reached}, not ${to}`)
  }
}

/** Builds the world. To be called at the top level of a test file; it ends with the file. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const database = await testDatabase()
  const config = readConfig({ MADANG_DATA: tempDir('world'), PORT: '0', MADANG_TICK_MS: '20', ...options.env })
  const lines: string[] = []
  const log = makeLogger({ write: (line: string) => void lines.push(line) })
  const closeSigner = await listenAsSigner(join(config.dataDir, 'signer'), config.signerSocket, config.origin)
  const world = new World({ database, config, log, lines, api: await startApi(config, database.url, log) })
  afterAll(async () => {
    await world.api.close()
    await closeSigner()
  })

  const some = (n: number, role: Role, org: (i: number) => string) =>
    Array.from({ length: n }, (_, i): Invented => ({ id: `${role}-${i + 1}`, org: org(i + 1), role }))
  await world.add([
    ...some(1, 'operator', () => 'operator'),
    ...some(2, 'officer', (i) => (i === 1 ? 'gaon-city' : 'narae-county')),
    ...some(2, 'approver', (i) => (i === 1 ? 'gaon-city' : 'narae-county')),
    ...some(1, 'auditor', () => 'audit-office'),
    ...some(options.evaluators ?? 7, 'evaluator', () => 'pool'),
    ...some(options.suppliers ?? 3, 'supplier', (i) => `firm-${i}`),
  ])
  await Promise.all([world.officer, ...world.suppliers].map((person) => person.enrol()))
  for (let i = 1; i <= (options.custodians ?? 3); i++) {
    const custodian = new TestCustodian(`custodian-${i}`)
    await custodian.enrol(world.url, world.operator.token)
    await custodian.offer(world.url, 20)
    world.custodians.push(custodian)
  }
  await world.tick()
  return world
}
