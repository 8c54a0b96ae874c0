// Who of some organisations is written to? Everybody there who has a role, each in their language.
import { and, arrayContains, asc, inArray, isNull } from 'drizzle-orm'
import { account } from '../../../db/schema/people.ts'
import type { Role } from '../../domain/powers.ts'
import type { Work } from '../db.ts'
import type { Facts, MailKind } from './mails.ts'
import { postMail } from './post-mail.ts'

/** Posts a mail to all who have this role in these organisations; answers how many they are. Where nobody has it, nobody hears. */
export async function mailPeople(
  work: Work,
  {
    kind,
    orgs,
    role,
    base,
    facts,
  }: { kind: MailKind; orgs: readonly string[]; role: Role; base: string; facts: Facts },
): Promise<number> {
  if (orgs.length === 0) return 0
  const people = await work.tx
    .select({ id: account.id, email: account.email, language: account.language })
    .from(account)
    .where(and(inArray(account.org, [...orgs]), isNull(account.leftAt), arrayContains(account.roles, [role])))
    .orderBy(asc(account.id))
  for (const { id, email, language } of people)
    await postMail(work, { kind, account: id, address: email, language: language === 'en' ? 'en' : 'ko', base, facts })
  return people.length
}
