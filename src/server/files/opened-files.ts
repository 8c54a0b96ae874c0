// Which files of bids may everybody have? Those that an opened envelope names: sealed as they came, and opened, to be saved and never shown.
import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { Express } from 'express'
import { attachment } from '../../../db/schema/files.ts'
import { tender } from '../../../db/schema/tenders.ts'
import { listFiles, readFile, readSealedFile } from '../../api/files.ts'
import { asDownload, savedName } from '../../domain/bids/files.ts'
import { fromB64u, hex } from '../../proof/bytes.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, FromDisk, serve } from '../serve.ts'
import { opened, sealed } from './file-store.ts'

/** Whatever the file is said to be: with a type of its own a browser would show it. */
const BYTES = 'application/octet-stream'

/** Bytes of strangers: whatever a browser makes of them, it has no origin, runs nothing, loads nothing and sends nothing. */
const SEALED_OFF = {
  'Content-Security-Policy': "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Download-Options': 'noopen',
  'Cache-Control': 'public, max-age=3600',
}

async function list({ tx, params }: Context<typeof listFiles>) {
  const tenders = await tx.select({ state: tender.state }).from(tender).where(eq(tender.no, params.no))
  if (!tenders[0] || tenders[0].state === 'draft') refuse('not-found')
  const rows = await tx
    .select()
    .from(attachment)
    .where(eq(attachment.tender, params.no))
    .orderBy(asc(attachment.bidder), asc(attachment.kind), asc(attachment.n))
  return {
    files: rows.map(({ eid, n, kind, bidder, says, identity, outcome }) => ({
      ...{ eid, n, kind, bidder, identity, outcome },
      ...{ name: says.name, saved: savedName(says.name), bytes: says.bytes, sha256: says.sha256, ct: says.ct },
    })),
  }
}

async function sealedFile({ deps, tx, params }: Context<typeof readSealedFile>) {
  const rows = await tx
    .select({ id: attachment.upload, tender: attachment.tender, ct: attachment.ct })
    .from(attachment)
    .where(and(eq(attachment.ct, params.ct), isNotNull(attachment.upload)))
    .limit(1)
  const row = rows[0] ?? refuse('not-found')
  return new FromDisk(deps.config.filesDir, sealed({ ...row, id: row.id ?? '' }), BYTES, {
    ...SEALED_OFF,
    'Content-Disposition': `attachment; filename="${hex(fromB64u(params.ct)).slice(0, 16)}.age"`,
  })
}

async function openedFile({ deps, tx, params }: Context<typeof readFile>) {
  const rows = await tx
    .select({ says: attachment.says })
    .from(attachment)
    .where(and(eq(attachment.eid, params.eid), eq(attachment.n, Number(params.n)), eq(attachment.outcome, 'agrees')))
  const { says } = rows[0] ?? refuse('not-found')
  return new FromDisk(deps.config.filesDir, opened(params.eid, Number(params.n)), BYTES, {
    ...SEALED_OFF,
    'Content-Disposition': asDownload(says.name),
  })
}

export function serveFiles(app: Express, deps: Deps): void {
  serve(app, deps, listFiles, list)
  serve(app, deps, readSealedFile, sealedFile)
  serve(app, deps, readFile, openedFile)
}
