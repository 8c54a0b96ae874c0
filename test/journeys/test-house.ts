// How does a journey get a whole house of real processes with people in it, on the run's database, and end it whatever happens?
import { afterAll } from 'vitest'
import type { Case } from '../../scripts/case.ts'
import { type House, type HouseOptions, startHouse } from '../../scripts/house.ts'
import { ask, must, type Person, patiently } from '../../scripts/person.ts'
import { type Cast, draftOf, makeCast, paced, until } from '../../scripts/play.ts'
import { enrolCustodian, listCustodians } from '../../src/api/custodians.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { compareLog } from '../../src/server/log/compare-log.ts'
import { testDatabase } from '../support/database.ts'
import { type Program, runProgram, tempDir } from '../support/processes.ts'
import { FAST } from './house-pace.ts'

export type TestHouse = {
  house: House
  cast: Cast
  complaints: string[]
  /** Where the database disagrees with the log. */
  differences: () => Promise<string[]>
  /** The full second `least` seconds from now, or later on a machine that is busy. */
  soon: (least: number) => Date
}

/** Starts a house with these real custodians and a cast with keys. Call at the top level of a test file; it ends with the file. */
export async function testHouse(
  custodians: string[],
  bidders: string[],
  change: Partial<HouseOptions> = {},
): Promise<TestHouse> {
  const database = await testDatabase()
  const complaints: string[] = []
  const house = await startHouse({
    ...FAST,
    dataDir: tempDir('house'),
    databaseUrl: database.url,
    custodians,
    onComplaint: (who, line) => void complaints.push(`[${who}] ${line}`),
    ...change,
  })
  afterAll(() => house.stop())
  const [{ cast }] = await Promise.all([makeCast(house, bidders), house.startCustodians()])
  const began = performance.now()
  await Promise.all(
    [cast.operator, cast.officer, cast.approver, ...cast.evaluators, ...cast.suppliers].map((p) => p.signIn()),
  )
  await Promise.all([cast.officer, ...cast.suppliers].map((p) => p.enrol()))
  const took = (performance.now() - began) / 1000
  for (const id of custodians) {
    const jws = await house.identityOf(id)
    must('custodian', await ask(house.url, enrolCustodian, { token: cast.operator.token, body: { jws } }))
  }
  await until('opening keys', async () => {
    const { body } = must('custodians', await ask(house.url, listCustodians, {}))
    return custodians.every((id) => (body.custodians.find((c) => c.id === id)?.prekeysLeft ?? 0) >= 2)
  })
  const differences = async () => {
    const found = await compareLog(P, database.open())
    return found.differences.map(({ where, says }) => `${where}: ${says}`)
  }
  return { house, cast, complaints, differences, soon: soonAt(took) }
}

/** Deadlines for a machine that took so many seconds to sign everybody in. */
export const soonAt =
  (took: number) =>
  (least: number): Date =>
    new Date((Math.ceil(Date.now() / 1000) + paced(least, took)) * 1000)

/** A published tender of the case, by its figures' rule. */
export async function published(cast: Cast, played: Case, deadline: Date, openAfter = deadline): Promise<string> {
  const draft = draftOf(played, deadline)
  const no = await cast.officer.draft({ ...draft, openAfter: draftOf(played, openAfter).deadline })
  await cast.officer.publish(no)
  return no
}

/** The envelopes' contents of a bidder of the case. */
export function contentOf(played: Case, bidder: string) {
  const found = played.bidders.find((b) => b.bidder === bidder)
  if (!found) throw new Error(`${bidder} is not in the case`)
  return {
    technical: { plays: bidder, approach: `Proposal of ${bidder}`, summary: '제안 요약' },
    price: { amount: String(found.amount), currency: 'KRW' },
  }
}

/** Seals and hands in the bid that the case gives this bidder; answers what the bidder keeps. */
export async function bidOf(supplier: Person, no: string, played: Case, bidder: string) {
  const sealed = await supplier.seal(no, contentOf(played, bidder))
  const key = crypto.randomUUID()
  must('bid', await patiently(() => supplier.send(no, sealed.body, key)))
  return sealed
}

export type Verified = {
  code: number | null
  failed: string[]
  checks: { check: string; verdict: string; says: { en: string } }[]
}

/** What `madang verify` says, as the program that a stranger runs. */
export async function verified(url: string, no: string): Promise<Verified> {
  const program: Program = runProgram('scripts/madang.mjs', ['verify', url, no, '--json'])
  const { code } = await program.exit
  const { checks } = JSON.parse(program.stdout()) as Pick<Verified, 'checks'>
  return { code, checks, failed: checks.filter((c) => c.verdict === 'failed').map((c) => c.check) }
}
