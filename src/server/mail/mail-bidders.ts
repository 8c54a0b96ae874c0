// Who is written to when something of a bid asks for its bidder? Everybody who may bid for that firm, each in their language.
import type { Work } from '../db.ts'
import { mailPeople } from './mail-people.ts'
import type { Facts, MailKind } from './mails.ts'

/** Posts a mail to all that bid for these firms. A firm that nobody bids for any more hears nothing. */
export async function mailBidders(
  work: Work,
  { bidders, ...mail }: { kind: MailKind; bidders: readonly string[]; base: string; facts: Facts },
): Promise<void> {
  await mailPeople(work, { ...mail, orgs: bidders, role: 'supplier' })
}
