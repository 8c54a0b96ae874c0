// A sealed file of an opened bid is gone or was changed: whoever kept it brings it back, and nothing else than what its bidder signed for.
import { join } from 'node:path'
import { and, eq, isNotNull } from 'drizzle-orm'
import type { Express } from 'express'
import { attachment } from '../../../db/schema/files.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { restoreFile } from '../../api/files.ts'
import { MOST_SEALED } from '../../domain/bids/files.ts'
import { FILE_RESTORED } from '../../domain/record/put-back.ts'
import { b64u } from '../../proof/bytes.ts'
import { append } from '../log/append.ts'
import { type Claim, callerOf } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { BACK, coming, hashOf, insistRoom, remove, sealed, settle, writeFrom } from './file-store.ts'
import { withRoom } from './uploads.ts'

const LOST: readonly (string | null)[] = ['missing', 'changed']

/** Before its envelope is open a file is in no list, so that nobody learns here that there is one. */
async function lostFile(
  deps: Deps,
  { no, ct }: { no: string; ct: string },
  claim: Claim | null,
): Promise<{ id: string; tender: string; ct: string }> {
  const rows = await deps.db.withTx(async (work) => {
    // Whose session has ended is told so here as everywhere, although nobody needs one.
    await callerOf(work, claim)
    const { tx } = work
    const tenders = await tx.select({ state: tender.state }).from(tender).where(eq(tender.no, no))
    if (!tenders[0] || tenders[0].state === 'draft') refuse('not-found')
    return tx
      .select({ id: attachment.upload, outcome: attachment.outcome })
      .from(attachment)
      .where(and(eq(attachment.tender, no), eq(attachment.ct, ct), isNotNull(attachment.upload)))
      .limit(1)
  })
  const row = rows[0] ?? refuse('file-unknown')
  if (!LOST.includes(row.outcome)) refuse('file-whole')
  return { id: row.id as string, tender: no, ct }
}

async function restore({ deps, params: { no, ct }, req, res }: Context<typeof restoreFile>) {
  const { P, config } = deps
  const placed = await lostFile(deps, { no, ct }, res.locals.claim as Claim | null)
  if (req.headers['content-type'] !== restoreFile.stream) refuse('media-type')
  const length = Number(req.headers['content-length'] ?? MOST_SEALED)
  if (!(length <= MOST_SEALED)) refuse('file-differs')
  const draft = join(config.filesDir, coming({ id: `${BACK}${b64u(P.random(16))}` }))
  const place = join(config.filesDir, sealed(placed))
  try {
    await withRoom(deps, () => insistRoom(config.filesDir, length))
    const { end } = await writeFrom(draft, 0, MOST_SEALED, req)
    if (end === 'disk full') refuse('storage-full')
    if (end !== 'whole' || (await hashOf(draft)) !== ct) refuse('file-differs')
    // Somebody else was quicker.
    if ((await hashOf(place)) === ct) refuse('file-whole')
    await deps.db.withTx(async (work) => {
      const facts = { ct }
      const common = { tender: no, lot: '1', reasons: [FILE_RESTORED], acts: [], newDeadline: null }
      const payload = { typ: 'incident/1', ...common, facts }
      await append(P, work, { typ: payload.typ, org: '-', ref: no, by: '-', payload })
      await settle(draft, place)
    })
  } finally {
    await remove(draft)
  }
  return { restored: true as const }
}

export function serveFileRestoring(app: Express, deps: Deps): void {
  serve(app, deps, restoreFile, restore, { mode: 'own' })
}
