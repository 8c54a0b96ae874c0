// A month of readings of personal data is over and nobody has looked it through: who tells the operator, once a month?
import { sql } from 'drizzle-orm'
import { setting } from '../../../db/schema/people.ts'
import { monthOf } from '../../domain/people/looking-through.ts'
import type { Database } from '../db.ts'
import { OPERATOR } from '../first-start.ts'
import { mailPeople } from '../mail/mail-people.ts'
import { monthsOfReadings } from './look-through.ts'

/** The month of the last reminder. */
const REMINDED = 'readings-reminded'

/** Writes to every operator when a month waits that is over, at most once in each month. Answers to how many. */
export async function remindRound({ db, base }: { db: Database; base: string }): Promise<number> {
  return db.withTx(async (work) => {
    const { tx, now } = work
    const month = monthOf(now.date.getTime())
    const fresh = await tx
      .insert(setting)
      .values({ name: REMINDED, value: month })
      .onConflictDoUpdate({ target: setting.name, set: { value: month }, setWhere: sql`${setting.value} <> ${month}` })
      .returning({ value: setting.value })
    if (fresh.length === 0) return 0
    const { months } = await monthsOfReadings(work)
    const waiting = months.filter((row) => !row.running && row.lookedThrough === null)
    if (waiting.length === 0) return 0
    const facts = {
      months: waiting
        .map((row) => row.month)
        .reverse()
        .join(', '),
      page: `${base}/x/readings`,
    }
    return mailPeople(work, { kind: 'readings-waiting', orgs: [OPERATOR], role: 'operator', base, facts })
  })
}
