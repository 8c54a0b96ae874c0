// How does an act cause a mail? A row and a job in the act's own transaction; nobody waits for the mail, and no bid depends on it.
import { randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { mail } from '../../../db/schema/sign-in.ts'
import { addJob } from '../add-job.ts'
import type { Config } from '../config.ts'
import type { Work } from '../db.ts'
import type { Facts, MailKind } from './mails.ts'

export type ToPost = {
  kind: MailKind
  /** Null when only the address is known: it is looked up when the mail is written, in nobody's request. */
  account: string | null
  address: string
  language?: 'ko' | 'en'
  /** Origin of the pages that a link leads to. */
  base: string
  facts?: Facts
}

export async function postMail(
  work: Work,
  { kind, account, address, language = 'ko', base, facts }: ToPost,
): Promise<void> {
  const id = randomBytes(12).toString('base64url')
  await work.tx
    .insert(mail)
    .values({ id, kind, account, address, language, facts: { ...facts, base }, madeAt: work.now.date })
  await addJob(work, 'send_mail', { id })
}

/** The same where nobody asks: for mails that the clock causes. */
export const ownPages = (config: Pick<Config, 'publicUrl' | 'port'>): string =>
  config.publicUrl ?? `http://localhost:${config.port}`

/** The origin under which people open the pages: the setting, or this machine's own name at the port that was asked. */
export const pagesAt = (config: Pick<Config, 'publicUrl'>, req: Request): string =>
  config.publicUrl ?? `http://localhost:${req.socket.localPort}`
