// Who is written to when something of a bid asks for its bidder? Everybody who may bid for that firm, each in their language.
import { and, arrayContains, asc, inArray, isNull } from 'drizzle-orm'
import { account } from '../../../db/schema/people.ts'
import type { Work } from '../db.ts'
import type { Facts, MailKind } from './mails.ts'
import { postMail } from './post-mail.ts'

/** Posts a mail to all that bid for these firms. A firm that nobody bids for any more hears nothing. */
export async function mailBidders(
  work: Work,
  { kind, bidders, base, facts }: { kind: MailKind; bidders: readonly string[]; base: string; facts: Facts },
): Promise<void> {
  if (bidders.length === 0) return
  const people = await work.tx
    .select({ id: account.id, email: account.email, language: account.language })
    .from(account)
    .where(and(inArray(account.org, [...bidders]), isNull(account.leftAt), arrayContains(account.roles, ['supplier'])))
    .orderBy(asc(account.id))
  for (const { id, email, language } of people)
    await postMail(work, { kind, account: id, address: email, language: language === 'en' ? 'en' : 'ko', base, facts })
}
