// How does one bid without trusting a web page? `madang seal`: seals a bid offline from files; only what is sealed leaves the machine.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { audit } from '../domain/audit/audit.ts'
import { type ChosenFile, fileName, fileTypeOf, mayAddFile } from '../domain/bids/files.ts'
import type { ByKind, SealedAttachment } from '../domain/bids/prepare.ts'
import { parseMoney } from '../domain/kit/money.ts'
import { secondsZ } from '../domain/kit/time.ts'
import { type CheckName, KINDS, type Kind } from '../domain/record/finding.ts'
import { readRecord } from '../domain/record/read.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { sealFile } from '../proof/attachment.ts'
import { b64u, FormatError, fromB64u, utf8 } from '../proof/bytes.ts'
import { canonical, hasMembers, type JsonObject, parseJson } from '../proof/canonical.ts'
import { readJws, type Signer, signJws } from '../proof/jws.ts'
import { type Keyset, keysetId, readKeyset } from '../proof/keyset.ts'
import { commitment } from '../proof/leaf.ts'
import { isScalar, readPublicJwk, thumbprint } from '../proof/primitives.ts'
import { type SealedEnvelope, type StartedEnvelope, startEnvelope } from '../proof/seal.ts'
import { insistTender, openRecord, reaching, textOf } from './open-record.ts'
import { safe, type Terminal, Unusable } from './terminal.ts'

export interface SealOptions {
  /** Keyset and body of the technical envelope: both, or neither where price alone is handed in. */
  technicalKeyset?: string
  priceKeyset: string
  key: string
  bidder: string
  technical?: string
  price: string
  /** Paths of files that go with the technical envelope, or with the price envelope where that stands alone. */
  file?: string[]
  /** Two numbers of preliminary prices, "3,9", where they are drawn. */
  picks?: string
  out: string
  seq: number
  replaces?: string
  /** Address or folder of the log in which the keysets must stand. */
  log?: string
  policy?: string
}

const LARGEST_BODY = 12 * 1024

/** Says which file is wrong, when what it holds is. */
function reading<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (e) {
    if (e instanceof FormatError) throw new Unusable(`${path}: ${e.message}`)
    throw e
  }
}

/** A keyset from its JSON, or from the signed JWS as the log serves it. */
async function keysetFrom(path: string, kind: Kind): Promise<Keyset> {
  const text = (await textOf(path, 'keyset file')).trim()
  return reading(path, () => {
    const keyset = readKeyset(P, text.startsWith('{') ? parseJson(text) : readJws(text).payload)
    if (keyset.kind !== kind) throw new FormatError(`a keyset of kind ${keyset.kind}, not ${kind}`)
    return keyset
  })
}

/** The bidder's signing key: a private JWK with crv, kty, x, y and d. */
async function signerFrom(path: string): Promise<Signer> {
  const text = await textOf(path, 'key file')
  return reading(path, () => {
    const jwk = parseJson(text)
    if (!hasMembers(jwk, ['crv', 'kty', 'x', 'y', 'd'], ['kid', 'alg', 'use', 'key_ops', 'ext'])) {
      throw new FormatError('not a private P-256 JWK with crv, kty, x, y and d')
    }
    const scalar = fromB64u(String(jwk.d))
    const { crv, kty, x, y } = jwk
    const named = readPublicJwk({ crv: crv!, kty: kty!, x: x!, y: y! })
    if (!isScalar(scalar)) throw new FormatError('d is not a private key')
    const own = P.p256PublicKey(scalar)
    if (own.x !== named.x || own.y !== named.y) throw new FormatError('the private key is not that of x and y')
    return { kid: thumbprint(P, own), sign: (data) => P.es256Sign(scalar, data) }
  })
}

async function bodyFrom(path: string, kind: Kind): Promise<JsonObject> {
  const text = await textOf(path, `${kind} body`)
  return reading(path, () => {
    const body = parseJson(text, { bytes: LARGEST_BODY })
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      throw new FormatError('the body is not an object')
    if (kind === 'technical') {
      if (!Object.values(body).every((v) => typeof v === 'string'))
        throw new FormatError('every member of a technical body is a text')
      return body
    }
    const read = hasMembers(body, ['amount', 'currency']) ? parseMoney(body.amount, String(body.currency)) : null
    if (!read) throw new FormatError('a price body has amount and currency, and nothing else')
    if (!read.ok) throw new FormatError(`the amount is refused: ${read.reasons.map((x) => x.code).join(', ')}`)
    return { amount: read.value.amount, currency: read.value.currency }
  })
}

/** The checks that a keyset rests on: sealing to a planted keyset would hand the bid to whoever planted it. */
const KEYSET_RESTS_ON: readonly CheckName[] = ['policy', 'checkpoint', 'tree', 'notice', 'keys', 'keysets']

async function insistLogged(log: string, policy: string | undefined, keysets: ByKind<Keyset>): Promise<void> {
  const { tender } = keysets.price
  const { record } = await openRecord(log, policy ?? null)
  insistTender(record, log, tender)
  const checks = await reaching(() => audit(P, record, tender))
  const bad = checks.find((c) => KEYSET_RESTS_ON.includes(c.check) && c.verdict !== 'ok')
  if (bad) throw new Unusable(`the log at ${log} gives no keyset to seal to: ${bad.check}: ${safe(bad.says.en)}`)
  const r = await reaching(() => readRecord(P, record.entries, record.payload, tender))
  for (const kind of KINDS) {
    const keyset = keysets[kind]
    if (r.openings[kind].keyset?.ks !== (keyset && b64u(keysetId(P, keyset)))) {
      throw new Unusable(`the ${kind} keyset is not the one in the log at ${log}`)
    }
  }
  if (r.closed) throw new Unusable(`the tender ${tender} is closed`)
}

async function write(folder: string, name: string, text: Uint8Array | string, mode: number): Promise<void> {
  const file = join(folder, name)
  try {
    // Never over something that is there: a seed lost is a receipt lost.
    const handle = await open(file, 'wx', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (e) {
    throw new Unusable(`${file} cannot be written: ${(e as NodeJS.ErrnoException).code ?? String(e)}`)
  }
}

type Attached = { path: string; name: string; type: string }

/** The files to attach, by the rules of the page; every reason against each is named before anything is sealed. */
async function attachedFrom(paths: readonly string[]): Promise<Attached[]> {
  const before: ChosenFile[] = []
  const found: Attached[] = []
  for (const path of paths) {
    const is = await stat(path).catch((e: NodeJS.ErrnoException) => {
      throw new Unusable(`the file ${path} cannot be read: ${e.code}`)
    })
    if (!is.isFile()) throw new Unusable(`${path} is not a plain file`)
    const name = fileName(basename(path))
    const reasons = mayAddFile({ name, bytes: is.size }, before)
    if (reasons.length > 0) throw new Unusable(`${path} is refused: ${reasons.map((x) => x.code).join(', ')}`)
    before.push({ name, bytes: is.size })
    found.push({ path, name, type: fileTypeOf(name) as string })
  }
  return found
}

/** Seals the files for an envelope into `file-1.age`, `file-2.age`, … of the folder, piece by piece. */
async function sealFiles(folder: string, recipient: string, files: readonly Attached[]): Promise<SealedAttachment[]> {
  const sealed: SealedAttachment[] = []
  for (const [at, { path, name, type }] of files.entries()) {
    const target = join(folder, `file-${at + 1}.age`)
    try {
      const handle = await open(target, 'wx', 0o644)
      try {
        const source = Readable.toWeb(createReadStream(path)) as unknown as ReadableStream<Uint8Array>
        const made = await sealFile(
          recipient,
          source,
          async (piece) => void (await handle.writeFile(piece)),
          () => createHash('sha256'),
        )
        await handle.sync()
        sealed.push({ name, type, ...made })
      } finally {
        await handle.close()
      }
    } catch (e) {
      throw new Unusable(`${path} cannot be sealed into ${target}: ${(e as NodeJS.ErrnoException).code ?? String(e)}`)
    }
  }
  return sealed
}

/** Where the technical envelope comes from; null where price alone is handed in. */
function technicalFiles({ technical, technicalKeyset }: SealOptions): { keyset: string; body: string } | null {
  if (technical !== undefined && technicalKeyset !== undefined) return { keyset: technicalKeyset, body: technical }
  if (technical === undefined && technicalKeyset === undefined) return null
  throw new Unusable('--technical and --technical-keyset go together: leave both out where price alone is handed in')
}

/** "3,9" is [3, 9]. */
function picksFrom(text: string | undefined): [number, number] | null {
  if (text === undefined) return null
  const [first, second, ...rest] = text.split(',').map((no) => (/^[1-9]\d{0,3}$/.test(no.trim()) ? Number(no) : 0))
  if (!first || !second || rest.length > 0 || first === second)
    throw new Unusable('--picks are two different numbers, such as 3,9')
  return [first, second]
}

/**
 * Seals a bid and writes into the folder: `price.seal` (and `technical.seal` where there is one), `submission.jws`, `request.json` (the body of
 * POST /api/v1/tenders/:no/bids), and `seeds.json`, mode 0600, which stays with the bidder. Files to attach are sealed into `file-1.age`, …
 * and listed with the hashes of their ciphertexts in `files.json`: they are handed in before the request, which names them.
 *
 * @param now milliseconds since 1970, for the member `made`
 */
export async function sealBid(options: SealOptions, now: number, terminal: Terminal): Promise<0> {
  const files = technicalFiles(options)
  const technical = files && (await keysetFrom(files.keyset, 'technical'))
  const keysets: ByKind<Keyset> = {
    price: await keysetFrom(options.priceKeyset, 'price'),
    ...(technical && { technical }),
  }
  const { tender, lot } = keysets.price
  if (technical && (technical.tender !== tender || technical.lot !== lot)) {
    throw new Unusable(`${options.technicalKeyset} and ${options.priceKeyset} are of different tenders`)
  }
  const signer = await signerFrom(options.key)
  const picks = picksFrom(options.picks)
  const bodies: ByKind<JsonObject> = {
    price: await bodyFrom(options.price, 'price'),
    ...(files && { technical: await bodyFrom(files.body, 'technical') }),
  }
  const kinds = KINDS.filter((kind) => keysets[kind])
  if (options.replaces !== undefined) {
    const { replaces } = options
    if (reading('--replaces', () => fromB64u(replaces)).length !== 32)
      throw new Unusable('--replaces is not 32 bytes in base64url')
  }
  if (options.log === undefined) {
    terminal.err('Warning: the keysets are taken as they are. With --log they are looked up in the log first.')
  } else await insistLogged(options.log, options.policy, keysets)

  const attached = await attachedFrom(options.file ?? [])
  const { bidder, seq } = options
  const started = Object.fromEntries(kinds.map((kind) => [kind, startEnvelope(P, keysets[kind] as Keyset)])) as Record<
    Kind,
    StartedEnvelope
  >
  await mkdir(options.out, { recursive: true, mode: 0o700 })
  for (const name of ['seeds.json', 'files.json', 'request.json'])
    if (existsSync(join(options.out, name))) throw new Unusable(`${join(options.out, name)} is there already`)
  const holder = technical ? 'technical' : 'price'
  const own = await sealFiles(options.out, started[holder].recipient, attached)
  const sealed = {} as Record<Kind, SealedEnvelope>
  for (const kind of kinds) {
    sealed[kind] = await started[kind].finish(({ ks, kc }) => {
      const bid = {
        typ: 'bid/1',
        tender,
        lot,
        kind,
        bidder,
        ks,
        kc,
        seq,
        body: bodies[kind] as JsonObject,
        ...(kind === 'price' && picks && { picks }),
        rnd: b64u(P.random(32)),
        att: kind === holder ? own.map(({ sealedBytes: _, ...said }) => said) : [],
      }
      return signJws(P, signer, bid)
    })
  }
  const blobs = own.map(({ ct, sealedBytes }) => ({ ct, bytes: sealedBytes })).sort((a, b) => (a.ct < b.ct ? -1 : 1))
  const jws = await signJws(P, signer, {
    typ: 'submission/1',
    tender,
    lot,
    bidder,
    seq,
    envelopes: Object.fromEntries(kinds.map((kind) => [kind, sealed[kind].eid])),
    blobs,
    replaces: options.replaces ?? null,
    made: secondsZ(now),
  })
  const salt = P.random(32)
  const c = commitment(P, salt, jws)
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const request = {
    jws,
    salt: b64u(salt),
    envelopes: Object.fromEntries(kinds.map((kind) => [kind, text(sealed[kind].bytes)])),
  }
  const seedOf = (kind: Kind) => ({ eid: sealed[kind].eid, kc: sealed[kind].kc, seed: b64u(sealed[kind].seed) })
  const seeds = {
    tender,
    lot,
    bidder,
    seq,
    c,
    salt: b64u(salt),
    ...Object.fromEntries(kinds.map((kind) => [kind, seedOf(kind)])),
  }

  await write(options.out, 'seeds.json', utf8(`${canonical(seeds)}\n`), 0o600)
  for (const kind of kinds) await write(options.out, `${kind}.seal`, sealed[kind].bytes, 0o644)
  await write(options.out, 'submission.jws', jws, 0o644)
  const listed = own.map(({ name, ct, sealedBytes }, at) => ({
    file: `file-${at + 1}.age`,
    name,
    ct,
    bytes: sealedBytes,
  }))
  if (own.length > 0) await write(options.out, 'files.json', utf8(`${canonical(listed)}\n`), 0o600)
  await write(options.out, 'request.json', canonical(request), 0o644)
  terminal.out(`Sealed for ${safe(tender)} as ${safe(bidder)}, act ${seq}. c = ${c}`)
  for (const { file, ct, bytes } of listed)
    terminal.out(
      `First hand in ${join(options.out, file)} (tus): ${bytes} bytes with ct = ${ct} to /api/v1/tenders/${safe(tender)}/uploads; keep a copy until the opening.`,
    )
  terminal.out(
    `Send ${join(options.out, 'request.json')} to /api/v1/tenders/${safe(tender)}/bids; keep ${join(options.out, 'seeds.json')} to yourself.`,
  )
  return 0
}
