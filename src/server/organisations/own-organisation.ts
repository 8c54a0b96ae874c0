// What does an organisation hand in about itself: registration, documents, qualifications?
import { and, count, eq } from 'drizzle-orm'
import type { Express } from 'express'
import { organisationDocument, organisationFact } from '../../../db/schema/organisations.ts'
import { organisation } from '../../../db/schema/people.ts'
import {
  addDocument,
  declareFact,
  endFact,
  readDocument,
  readOwnOrganisation,
  submitRegistration,
} from '../../api/organisations.ts'
import { millisZ } from '../../domain/kit/time.ts'
import { cleanName } from '../../domain/organisations/names.ts'
import { factReasons } from '../../domain/organisations/profile.ts'
import { FormatError, fromB64, hex } from '../../proof/bytes.ts'
import { known } from '../people/caller.ts'
import { insist, refuse } from '../problem.ts'
import { type Context, type Deps, serve, Verbatim } from '../serve.ts'
import {
  cleanDetails,
  factOf,
  organisationView,
  ownOrganisation,
  registrationState,
  writeReview,
} from './organisation-store.ts'

const MOST_DOCUMENTS = 20
const MOST_FACTS = 200
const LARGEST = 3_000_000

/** The media types that are taken, by the bytes with which such files begin; what a name says is nothing. */
const MEDIA: readonly [string, readonly number[]][] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
]
const mediaOf = (bytes: Uint8Array): string | undefined =>
  MEDIA.find(([, begin]) => begin.every((byte, i) => bytes[i] === byte))?.[0]

async function own({ caller, ...work }: Context<typeof readOwnOrganisation>) {
  return organisationView(work, await ownOrganisation(work, known(caller).org))
}

async function submit({ body, caller, ...work }: Context<typeof submitRegistration>) {
  const { account, org } = known(caller)
  const row = await ownOrganisation(work, org, true)
  const state = await registrationState(work, row)
  if (state !== 'open' && state !== 'returned') refuse('organisation-state', { state })
  const details = cleanDetails(body)
  const documents = await work.tx
    .select({ n: count() })
    .from(organisationDocument)
    .where(and(eq(organisationDocument.org, org), eq(organisationDocument.kind, 'registration')))
  if ((documents[0]?.n ?? 0) === 0) refuse('document-missing')
  await work.tx.update(organisation).set(details).where(eq(organisation.id, org))
  const { skeletons: _, ...snapshot } = details
  await writeReview(work, { org, act: 'submitted', by: account, snapshot })
  return organisationView(work, await ownOrganisation(work, org))
}

async function add({ deps, body, caller, ...work }: Context<typeof addDocument>) {
  const { account, org } = known(caller)
  const name = cleanName(body.name, '/name')
  insist(name.ok ? [] : name.reasons)
  const bytes = (() => {
    try {
      return fromB64(body.bytes)
    } catch (err) {
      if (err instanceof FormatError) return refuse('document-invalid', {}, '/bytes')
      throw err
    }
  })()
  const media = mediaOf(bytes)
  if (media === undefined || bytes.length > LARGEST) refuse('document-invalid', {}, '/bytes')
  await ownOrganisation(work, org, true)
  const there = await work.tx.select({ n: count() }).from(organisationDocument).where(eq(organisationDocument.org, org))
  if ((there[0]?.n ?? 0) >= MOST_DOCUMENTS) refuse('documents-full')
  const row = {
    id: hex(deps.P.random(10)),
    kind: body.kind,
    name: name.ok ? name.value : '',
    media,
    size: bytes.length,
    sha256: hex(deps.P.sha256(bytes)),
  }
  await work.tx.insert(organisationDocument).values({ ...row, org, bytes, by: account, at: work.now.date })
  return { ...row, at: millisZ(work.now.date.getTime()) }
}

async function read({ params, caller, ...work }: Context<typeof readDocument>) {
  const { org, roles } = known(caller)
  // Another organisation's is not there, in the same words as one that nobody has.
  if (params.org !== org && !roles.includes('operator')) refuse('not-found')
  const rows = await work.tx
    .select({ bytes: organisationDocument.bytes, media: organisationDocument.media })
    .from(organisationDocument)
    .where(and(eq(organisationDocument.org, params.org), eq(organisationDocument.id, params.id)))
  const row = rows[0]
  if (!row) refuse('not-found')
  // As a file, never as a page of ours: what strangers hand in is not shown in the browser.
  return new Verbatim(row.bytes, 'application/octet-stream', 200, {
    'Content-Disposition': 'attachment',
    'Cache-Control': 'private, no-store',
  })
}

async function declare({ deps, body, caller, ...work }: Context<typeof declareFact>) {
  const { account, org } = known(caller)
  const row = await ownOrganisation(work, org, true)
  if (row.kind !== 'supplier') refuse('not-a-supplier')
  insist(factReasons(body))
  const there = await work.tx.select({ n: count() }).from(organisationFact).where(eq(organisationFact.org, org))
  if ((there[0]?.n ?? 0) >= MOST_FACTS) refuse('facts-full')
  const value = Object.fromEntries(
    Object.entries(body.value).map(([member, text]) => [member, text.normalize('NFKC').trim()]),
  )
  const rows = await work.tx
    .insert(organisationFact)
    .values({
      id: hex(deps.P.random(10)),
      org,
      kind: body.kind,
      value,
      validFrom: body.from,
      validUntil: body.until,
      state: 'declared',
      declaredBy: account,
      declaredAt: work.now.date,
    })
    .returning()
  return factOf(rows[0] as (typeof rows)[number], work.now.date)
}

async function end({ params, caller, ...work }: Context<typeof endFact>) {
  const rows = await work.tx
    .update(organisationFact)
    .set({ state: 'ended' })
    .where(and(eq(organisationFact.id, params.id), eq(organisationFact.org, known(caller).org)))
    .returning()
  const row = rows[0]
  if (!row) refuse('not-found')
  return factOf(row, work.now.date)
}

export function serveOwnOrganisation(app: Express, deps: Deps): void {
  serve(app, deps, readOwnOrganisation, own)
  serve(app, deps, submitRegistration, submit)
  serve(app, deps, addDocument, add)
  serve(app, deps, readDocument, read)
  serve(app, deps, declareFact, declare)
  serve(app, deps, endFact, end)
}
