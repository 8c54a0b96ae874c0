// Which mails would have been sent, if there were a mail server?
import { and, desc, isNotNull, notInArray } from 'drizzle-orm'
import type { Express } from 'express'
import { mail } from '../../../db/schema/sign-in.ts'
import { readOutbox } from '../../api/sign-in.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { type Deps, serve } from '../serve.ts'
import { inConfidence, UNCOUNTED } from './mails.ts'

const MOST = 200

export function serveOutbox(app: Express, deps: Deps): void {
  serve(app, deps, readOutbox, async ({ tx }) => {
    const sends = deps.config.smtp !== null
    const rows = sends
      ? []
      : await tx
          .select()
          .from(mail)
          .where(and(isNotNull(mail.writtenAt), notInArray(mail.kind, UNCOUNTED)))
          .orderBy(desc(mail.writtenAt))
          .limit(MOST)
    const mails = rows.map(({ id, kind, address, subject, body, writtenAt }) => ({
      id,
      kind,
      // The operator is not to learn before the lock who was drawn.
      to: inConfidence(kind) ? null : address,
      subject: subject ?? '',
      body: body ?? '',
      writtenAt: millisZ(writtenAt?.getTime() ?? 0),
    }))
    return { sends, mails }
  })
}
