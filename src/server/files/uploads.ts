// How does a sealed file come in? Piece by piece from where it stands (tus 1.0.0), for the bidder alone, and acknowledged once it is on disk.
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import type { Express, Request, Response } from 'express'
import { upload } from '../../../db/schema/files.ts'
import { beginUpload, dropUpload, listUploads, readUpload, sendUpload } from '../../api/files.ts'
import { FILE_LIMITS, MOST_SEALED } from '../../domain/bids/files.ts'
import { b64u, FormatError, fromB64u } from '../../proof/bytes.ts'
import { takeBiddersTurn } from '../bids/requests.ts'
import type { Work } from '../db.ts'
import { type Claim, callerOf, known } from '../people/caller.ts'
import { refuse } from '../problem.ts'
import { type Context, type Deps, serve } from '../serve.ts'
import { coming, DiskFull, hashOf, insistRoom, remove, sealed, settle, writeFrom } from './file-store.ts'
import { moved, namedBy, takesBids, type UploadRow, uploadOf, uploadsOf } from './upload-store.ts'

const VERSION = '1.0.0'

function speakTus(req: Request, res: Response): void {
  res.setHeader('Tus-Resumable', VERSION)
  if (req.headers['tus-resumable'] === VERSION) return
  res.setHeader('Tus-Version', VERSION)
  refuse('tus-version')
}

/** A header that is a number of bytes. */
function bytesIn(req: Request, name: 'Upload-Length' | 'Upload-Offset'): number {
  const text = req.headers[name.toLowerCase()]
  if (typeof text !== 'string' || !/^\d{1,15}$/.test(text)) refuse('upload-broken', { field: name })
  return Number(text)
}

/** The hash announced: `ct` of Upload-Metadata, whose values are standard base64 of what they say. */
function hashIn(req: Request): string {
  const broken = () => refuse('upload-broken', { field: 'Upload-Metadata' })
  const pairs = String(req.headers['upload-metadata'] ?? '').split(',')
  const value = pairs.map((pair) => pair.trim().split(' ')).find(([name]) => name === 'ct')?.[1]
  if (value === undefined) return broken()
  const ct = Buffer.from(value, 'base64').toString('latin1')
  try {
    return fromB64u(ct).length === 32 ? ct : broken()
  } catch (error) {
    if (error instanceof FormatError) return broken()
    throw error
  }
}

async function insistOpen(work: Work, no: string): Promise<void> {
  const open = await takesBids(work, no)
  if (open === null) refuse('not-found')
  if (!open) refuse('not-open')
}

/** A full disk is for nobody to mend who uploads: said in words of its own, and to whoever runs this in the log. */
export async function withRoom<T>({ log }: Deps, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (err) {
    if (!(err instanceof DiskFull)) throw err
    log.error('there is no room for sealed files')
    return refuse('storage-full')
  }
}

async function begin({ deps, params: { no }, caller, req, res, ...work }: Context<typeof beginUpload>) {
  const { org, account } = known(caller)
  speakTus(req, res)
  const bytes = bytesIn(req, 'Upload-Length')
  const ct = hashIn(req)
  if (bytes === 0) refuse('upload-broken', { field: 'Upload-Length' })
  if (bytes > MOST_SEALED) refuse('upload-large', { most: MOST_SEALED })
  await insistOpen(work, no)
  await takeBiddersTurn(work, { tender: no, bidder: org })
  const there = await uploadsOf(work, no, org)
  const same = there.find((row) => row.ct === ct)
  if (same && same.bytes !== bytes) refuse('upload-broken', { field: 'Upload-Length' })
  const { files, bytes: most } = FILE_LIMITS.perTender
  const full = there.length >= files || there.reduce((sum, row) => sum + row.bytes, bytes) > most
  if (!same && full) refuse('upload-limit', { files, bytes: most })
  const id = same?.id ?? b64u(deps.P.random(16))
  if (!same) {
    await withRoom(deps, () => insistRoom(deps.config.filesDir, bytes))
    const at = work.now.date
    await work.tx.insert(upload).values({ id, tender: no, bidder: org, account, ct, bytes, begunAt: at, seenAt: at })
  }
  res.setHeader('Location', `/api/v1/uploads/${id}`)
  res.setHeader('Upload-Offset', String(same?.received ?? 0))
}

const shown = ({ id, tender, ct, bytes, received, doneAt }: UploadRow) => ({
  ...{ id, tender, ct, bytes, received },
  done: doneAt !== null,
})

async function list({ params, caller, ...work }: Context<typeof listUploads>) {
  if ((await takesBids(work, params.no)) === null) refuse('not-found')
  const rows = await uploadsOf(work, params.no, known(caller).org)
  return { uploads: rows.map(shown) }
}

async function read({ params, caller, res, ...work }: Context<typeof readUpload>) {
  const row = (await uploadOf(work, known(caller).org, params.id)) ?? refuse('not-found')
  res.setHeader('Tus-Resumable', VERSION)
  res.setHeader('Upload-Offset', String(row.received))
  res.setHeader('Upload-Length', String(row.bytes))
  return shown(row)
}

/** Requests that are writing, by upload: the newest one goes on, and the one before it is taken to be cut off. */
const writing = new Map<string, { cut: () => void; over: Promise<void> }>()

async function takeOver<T>(id: string, req: Request, work: () => Promise<T>): Promise<T> {
  for (let before = writing.get(id); before; before = writing.get(id)) {
    before.cut()
    await before.over
  }
  let end = () => {}
  const over = new Promise<void>((resolve) => {
    end = resolve
  })
  writing.set(id, { cut: () => req.destroy(), over })
  try {
    return await work()
  } finally {
    writing.delete(id)
    end()
  }
}

async function send({ deps, params: { id }, caller, req, res }: Context<typeof sendUpload>) {
  const { org } = known(caller)
  speakTus(req, res)
  if (req.headers['content-type'] !== sendUpload.stream) refuse('media-type')
  const offset = bytesIn(req, 'Upload-Offset')
  /** A transaction of the bidder's own: between two of them bytes come in for as long as they take. */
  const within = <T>(work: (work: Work) => Promise<T>): Promise<T> =>
    deps.db.withTx(async (of) => {
      await callerOf(of, res.locals.claim as Claim | null)
      return work(of)
    })
  const look = () =>
    within(async (work) => {
      const row = (await uploadOf(work, org, id)) ?? refuse('not-found')
      if (row.doneAt === null) await insistOpen(work, row.tender)
      return row
    })
  await look()
  await takeOver(id, req, async () => {
    const row = await look()
    if (row.received !== offset) refuse('upload-offset', { received: row.received })
    if (row.doneAt === null) await take(deps, row, req, within)
    res.setHeader('Upload-Offset', String((await look()).received))
  })
}

async function take(
  deps: Deps,
  row: UploadRow,
  req: Request,
  within: <T>(work: (work: Work) => Promise<T>) => Promise<T>,
): Promise<void> {
  const dir = deps.config.filesDir
  const from = join(dir, coming(row))
  const room = row.bytes - row.received
  if (Number(req.headers['content-length'] ?? 0) > room) refuse('upload-large', { most: row.bytes })
  const { written, end } = await writeFrom(from, row.received, room, req)
  const received = row.received + written
  if (received < row.bytes) await within((work) => moved(work, row, received, false))
  else {
    // From the disk, and before anything is acknowledged: what is stored has the hash under which it is stored.
    if ((await hashOf(from)) !== row.ct) {
      await within(({ tx }) => tx.delete(upload).where(eq(upload.id, row.id)))
      await remove(from)
      refuse('upload-hash')
    }
    await settle(from, join(dir, sealed(row)))
    await within((work) => moved(work, row, received, true))
  }
  if (end === 'disk full') await withRoom(deps, () => Promise.reject(new DiskFull('the disk is full')))
  if (end === 'too long') refuse('upload-large', { most: row.bytes })
  if (end === 'broken off') refuse('upload-offset', { received })
}

async function drop({ deps, params: { id }, caller, req, res, ...work }: Context<typeof dropUpload>) {
  const { org } = known(caller)
  speakTus(req, res)
  const row = (await uploadOf(work, org, id)) ?? refuse('not-found')
  const no = row.tender
  await insistOpen(work, no)
  // In the bidder's turn: a bid that is being judged at this moment may name it.
  await takeBiddersTurn(work, { tender: no, bidder: org })
  if ((await namedBy(work, no, org)).has(row.ct)) refuse('upload-named')
  await work.tx.delete(upload).where(eq(upload.id, id))
  await remove(join(deps.config.filesDir, coming(row)))
  await remove(join(deps.config.filesDir, sealed(row)))
}

export function serveUploads(app: Express, deps: Deps): void {
  serve(app, deps, beginUpload, begin)
  serve(app, deps, listUploads, list)
  serve(app, deps, readUpload, read)
  serve(app, deps, sendUpload, send, { mode: 'own' })
  serve(app, deps, dropUpload, drop)
}
