// How does a mail that waits get written and sent? By a job: SMTP where there is a server, else into the local outbox.
import { eq, sql } from 'drizzle-orm'
import nodemailer from 'nodemailer'
import { mail } from '../../../db/schema/sign-in.ts'
import type { JobDeps } from '../jobs.ts'
import { accountByEmail } from '../people/account-store.ts'
import { makeLink } from '../people/links.ts'
import { MAILS, type MailKind, writeMail } from './mails.ts'

/** Mails that the local outbox keeps. */
const KEPT = 200
const SMTP_MS = 20_000

const KINDS = MAILS as Record<string, { link?: { purpose: string; page: string; hours: number }; onlyToOwners?: true }>

/**
 * Sends the mail. Run twice it may send twice, with a new link that uses the earlier one up; a mail that nobody is to get is
 * forgotten. Throws when the mail server does not take it: the job is then tried again.
 */
export async function sendMail({ id }: { id: string }, { db, config }: JobDeps): Promise<void> {
  const ready = await db.withTx(async (work) => {
    const rows = await work.tx.select().from(mail).where(eq(mail.id, id)).for('update')
    const row = rows[0]
    if (!row || row.writtenAt || !Object.hasOwn(KINDS, row.kind)) return null
    const { link, onlyToOwners } = KINDS[row.kind] ?? {}
    const owner = row.account === null && onlyToOwners ? await accountByEmail(work, row.address) : null
    if (onlyToOwners && row.account === null && !owner) {
      await work.tx.delete(mail).where(eq(mail.id, id))
      return null
    }
    const account = row.account ?? owner?.id ?? null
    const language = (owner?.language ?? row.language) === 'en' ? 'en' : 'ko'
    const token = link
      ? await makeLink(work, { purpose: link.purpose, account, email: row.address, hours: link.hours })
      : null
    const address = link && token !== null ? `${row.facts.base}${link.page}#${token}` : null
    const text = writeMail(row.kind as MailKind, language, row.facts, address)
    if (config.smtp === null) {
      await work.tx
        .update(mail)
        .set({ ...text, writtenAt: work.now.date })
        .where(eq(mail.id, id))
      await work.tx.execute(
        sql`DELETE FROM mail WHERE written_at < (SELECT written_at FROM mail WHERE written_at IS NOT NULL
            ORDER BY written_at DESC OFFSET ${KEPT} LIMIT 1)`,
      )
      return null
    }
    return { to: row.address, ...text }
  })
  if (!ready || config.smtp === null) return
  const transport = nodemailer.createTransport({
    url: config.smtp,
    connectionTimeout: SMTP_MS,
    greetingTimeout: SMTP_MS,
    socketTimeout: SMTP_MS,
  })
  try {
    await transport.sendMail({
      from: { name: 'Madang 마당', address: config.mailFrom },
      to: ready.to,
      subject: ready.subject,
      text: ready.body,
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  } finally {
    transport.close()
  }
  await db.withTx(({ tx }) => tx.delete(mail).where(eq(mail.id, id)))
}
