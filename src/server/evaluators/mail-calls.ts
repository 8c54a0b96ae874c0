// Who is told by mail what a draw of evaluators asks of them? Those who were called; and the officer, once nobody is left to call.
import { and, arrayContains, asc, eq, inArray, isNull } from 'drizzle-orm'
import { account } from '../../../db/schema/people.ts'
import type { Call } from '../../domain/evaluators/committee-draw.ts'
import type { Work } from '../db.ts'
import { postMail } from '../mail/post-mail.ts'
import { legal, type TenderRow } from '../tenders/tender-store.ts'

type Of = { work: Work; row: TenderRow; base: string }

const people = (work: Work) =>
  work.tx
    .select({ id: account.id, email: account.email, language: account.language })
    .from(account)
    .orderBy(asc(account.id))

const about = ({ row, base }: Of, page: string) => ({
  no: row.no,
  ko: row.notice.title.ko,
  en: row.notice.title.en,
  page: `${base}${page}`,
})
const languageOf = (language: string) => (language === 'en' ? ('en' as const) : ('ko' as const))

/** Tells each who was called which seat it is and until when to answer. A call stands whether or not its mail arrives. */
export async function mailCalls(of: Of, calls: readonly (Call & { account: string; dueAt: Date })[]): Promise<void> {
  const { work, base } = of
  if (calls.length === 0) return
  const ids = calls.map((call) => call.account)
  const found = await people(work).where(and(inArray(account.id, ids), isNull(account.leftAt)))
  for (const { id, email, language } of found) {
    const call = calls.find((one) => one.account === id)
    if (!call) continue
    const again = call.because === 'drawn' ? 0 : 1
    const facts = { ...about(of, '/e'), seat: call.evaluator, due: legal(call.dueAt), again }
    await postMail(work, {
      kind: 'committee-called',
      account: id,
      address: email,
      language: languageOf(language),
      base,
      facts,
    })
  }
}

/** Tells the officer who drafted the tender that seats stay empty; where that person is gone, the agency's other officers. */
export async function mailUnfilled(of: Of, seats: readonly string[]): Promise<void> {
  const { work, row, base } = of
  if (seats.length === 0) return
  const here = and(eq(account.org, row.agency), isNull(account.leftAt), arrayContains(account.roles, ['officer']))
  const officers = await people(work).where(here)
  const drafted = officers.filter(({ id }) => id === row.draftedBy)
  const facts = { ...about(of, `/a/${row.no}`), seats: seats.join(', ') }
  for (const { id, email, language } of drafted.length > 0 ? drafted : officers)
    await postMail(work, {
      kind: 'committee-unfilled',
      account: id,
      address: email,
      language: languageOf(language),
      base,
      facts,
    })
}
