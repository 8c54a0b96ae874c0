// What must every engine make of the vectors? Checks without a test runner, so that Node and a browser run the same ones.
import { b64, b64u, concat, equal, fromB64, fromB64u, fromHex, fromUtf8, hex, utf8 } from '../../src/proof/bytes.ts'
import { canonical, type Json, parseJson } from '../../src/proof/canonical.ts'
import {
  coefficients,
  contentIv,
  contentKey,
  deriver,
  ephemeralScalar,
  keyCommitment,
  shareIv,
  shareKey,
} from '../../src/proof/derive.ts'
import {
  type Band,
  drawKey,
  drawSeed,
  priceBands,
  reservePrices,
  ticket,
  ticketOrder,
  uniform,
} from '../../src/proof/draw.ts'
import { type FollowState, fetchPayload, follow, type LogSource } from '../../src/proof/follow.ts'
import { readJws, verifyJws } from '../../src/proof/jws.ts'
import { type Keyset, keysetId, readKeyset } from '../../src/proof/keyset.ts'
import { commitment, openLeaf, readLeaf, sealedLeaf } from '../../src/proof/leaf.ts'
import {
  checkpointText,
  cosign,
  readAddCheckpoint,
  readCheckpoint,
  readNote,
  signNote,
  verifyCosignature,
  verifyNote,
  vkeyOf,
  writeAddCheckpoint,
} from '../../src/proof/note.ts'
import { quorumMet, readPolicy } from '../../src/proof/policy.ts'
import type { Primitives, PublicJwk } from '../../src/proof/primitives.ts'
import {
  entryOfReceipt,
  readReceiptExtra,
  readTlogProof,
  verifyTlogProof,
  writeReceiptExtra,
  writeTlogProof,
} from '../../src/proof/receipt.ts'
import { ageIdentity, checkBid, decryptShare, openEnvelope, readEnvelope, sealFromSeed } from '../../src/proof/seal.ts'
import { splitSeed } from '../../src/proof/shares.ts'
import {
  bundleOf,
  consistencyFromTiles,
  inclusionFromTiles,
  newTiles,
  type ReadTile,
  readBundle,
  rootFromTiles,
  tilePath,
} from '../../src/proof/tiles.ts'
import {
  Compact,
  consistencyProof,
  inclusionProof,
  leafHash,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../src/proof/tree.ts'

/** Gives a file of `test/vectors`, or nothing when there is none. */
export type ReadVector = (path: string) => Promise<Uint8Array | null>
export type VectorCheck = { name: string; run: (P: Primitives, read: ReadVector) => Promise<void> }

/** Fails with both values in the message. Bytes are compared as hexadecimal. */
function same(got: unknown, wanted: unknown, what: string): void {
  const text = (value: unknown) => {
    if (value instanceof Uint8Array) return hex(value)
    return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))
  }
  if (text(got) !== text(wanted)) throw new Error(`${what}: got ${text(got)}, the vector says ${text(wanted)}`)
}

async function file(read: ReadVector, path: string): Promise<Uint8Array> {
  const bytes = await read(path)
  if (bytes === null) throw new Error(`no vector ${path}`)
  return bytes
}
const text = async (read: ReadVector, path: string) => fromUtf8(await file(read, path))
// The files for reading are pretty-printed JSON of known shape; only these are trusted so.
// biome-ignore lint/suspicious/noExplicitAny: expected values in whatever shape the file has
const json = async (read: ReadVector, path: string): Promise<any> => JSON.parse(await text(read, path))

type Released = { x: number; y: string }
const sharesOf = (released: Released[]) => released.map(({ x, y }) => ({ x, y: fromB64u(y) }))
const publicOf = ({ crv, kty, x, y }: PublicJwk): PublicJwk => ({ crv, kty, x, y })

async function keysetIn(P: Primitives, read: ReadVector, folder: string): Promise<Keyset> {
  return readKeyset(P, parseJson(await text(read, `${folder}/keyset.json`)))
}

function paddedTo(jws: string, length: number): Uint8Array {
  const out = new Uint8Array(length).fill(0x20)
  out.set(utf8(jws))
  return out
}

async function exercise(P: Primitives, read: ReadVector): Promise<void> {
  const keyset = await keysetIn(P, read, 'seal')
  const wanted = await json(read, 'seal/expected.json')
  const seed = fromB64u(wanted.seed)
  const ks = keysetId(P, keyset)
  const derive = deriver(P, ks, seed)
  same(b64u(ks), wanted.ks, 'ks')
  same(b64u(keyCommitment(derive)), wanted.kc, 'kc')
  same(b64u(contentKey(derive)), wanted.content_key, 'content key')
  same(b64u(coefficients(derive, 2)[0]!), wanted.coef_1, 'coefficient 1')
  same(b64u(ephemeralScalar(derive, 1)), wanted.eph_1, 'ephemeral scalar 1')
  same(
    splitSeed(seed, coefficients(derive, 2), 3).map(({ y }) => b64u(y)),
    wanted.shares,
    'shares',
  )
  const bytes = await sealFromSeed(P, keyset, seed, utf8(wanted.plaintext))
  same(bytes, await file(read, 'seal/bid.seal'), 'envelope')
  same(b64u(P.sha256(bytes)), wanted.eid, 'eid')
  const released = await json(read, 'seal/releases.json')
  same((await openEnvelope(P, keyset, bytes, sharesOf(released))).state, 'malformed', 'an exercise is no bid')
}

async function derivation(P: Primitives, read: ReadVector, folder: string): Promise<void> {
  const keyset = await keysetIn(P, read, folder)
  const wanted = await json(read, `${folder}/expected.json`)
  const seed = fromB64u(wanted.seed)
  const ks = keysetId(P, keyset)
  const derive = deriver(P, ks, seed)
  const plaintext = paddedTo(await text(read, `${folder}/bid.jws`), wanted.plaintext_bytes)
  same(P.hmacSha256(new Uint8Array(32), seed), fromB64u(wanted.prk), 'prk')
  same(b64u(ks), wanted.ks, 'ks')
  same(b64u(keyCommitment(derive)), wanted.kc, 'kc')
  same(b64u(contentKey(derive)), wanted.content_key, 'content key')
  same(b64u(contentIv(P, derive, plaintext)), wanted.content_iv, 'content IV')
  same(b64u(P.sha256(plaintext)), wanted.plaintext_sha256, 'hash of the plaintext')
  same(b64u(coefficients(derive, keyset.t)[0]!), wanted.coef_1, 'coefficient 1')
  same(
    splitSeed(seed, coefficients(derive, keyset.t), keyset.n).map(({ y }) => b64u(y)),
    wanted.shares,
    'shares',
  )
  for (const { x, id, jwk } of keyset.custodians) {
    const scalar = ephemeralScalar(derive, x)
    const z = P.p256Ecdh(scalar, jwk)!
    same(b64u(scalar), wanted.eph[x - 1], `ephemeral scalar ${x}`)
    same(P.p256PublicKey(scalar), wanted.epk[x - 1], `ephemeral key ${x}`)
    same(b64u(shareIv(derive, x)), wanted.share_iv[x - 1], `share IV ${x}`)
    same(b64u(z), wanted.ecdh_z[x - 1], `ECDH ${x}`)
    same(b64u(shareKey(P, z, ks, utf8(id))), wanted.share_key[x - 1], `share key ${x}`)
  }
  const bytes = await sealFromSeed(P, keyset, seed, plaintext)
  same(bytes, await file(read, `${folder}/bid.seal`), 'envelope')
  same(bytes.length, wanted.envelope_bytes, 'length')
  same(b64u(P.sha256(bytes)), wanted.eid, 'eid')
  same(ageIdentity(P, keyset, seed), wanted.age_identity, 'age identity')
}

async function opening(P: Primitives, read: ReadVector, folder: string): Promise<void> {
  const keyset = await keysetIn(P, read, folder)
  const wanted = await json(read, `${folder}/expected.json`)
  const bytes = await file(read, `${folder}/bid.seal`)
  const released: Released[] = await json(read, `${folder}/releases.json`)
  same('refused' in readEnvelope(P, bytes, keyset), false, 'refused at the door')
  for (const { x, y } of released) {
    const share = await decryptShare(P, keyset, bytes, x, fromB64u(wanted.custodian_private_keys[x - 1]))
    same('y' in share ? b64u(share.y) : share, y, `share ${x}`)
  }
  const all = sharesOf(released)
  for (const have of [[1], [2], [3], [1, 2], [1, 3], [2, 3], [1, 2, 3]]) {
    const opened = await openEnvelope(
      P,
      keyset,
      bytes,
      all.filter(({ x }) => have.includes(x)),
    )
    same(opened.state, have.length < keyset.t ? 'waiting' : 'valid', `state with ${have}`)
    if (opened.state !== 'valid') continue
    same(opened.jws, await text(read, `${folder}/bid.jws`), 'bid')
    same(opened.convicted, [], 'convicted')
    same(b64u(opened.seed), wanted.seed, 'seed')
    const bidderKey = publicOf(wanted.bidder_private_key)
    const checked = await checkBid(P, keyset, opened.jws, { bidder: wanted.bid.bidder, kc: wanted.kc, bidderKey })
    same(checked.ok && canonical(checked.bid as Json), canonical(wanted.bid), 'payload')
  }
}

async function malformed(P: Primitives, read: ReadVector): Promise<void> {
  const wanted = await json(read, 'seal/malformed/expected.json')
  const keyset = await keysetIn(P, read, 'seal/price-bid')
  const keys: string[] = (await json(read, 'seal/price-bid/expected.json')).custodian_private_keys
  const bid = await text(read, 'seal/price-bid/bid.jws')
  for (const { file: name, eid, releases, states, reseal, convicts } of wanted.cases) {
    const bytes = await file(read, `seal/malformed/${name}`)
    same(b64u(P.sha256(bytes)), eid, `${name}: eid`)
    for (const { x, y } of releases as Released[]) {
      const share = await decryptShare(P, keyset, bytes, x, fromB64u(keys[x - 1]!))
      same('y' in share ? b64u(share.y) : share, y, `${name}: share ${x}`)
    }
    for (const { have, state } of states) {
      const shares = sharesOf(releases).filter(({ x }) => have.includes(x))
      const opened = await openEnvelope(P, keyset, bytes, shares)
      same(opened.state, state, `${name}: state with ${have}`)
      same('convicted' in opened ? opened.convicted : [], convicts, `${name}: convicted`)
    }
    const length = name === 'not-padded.seal' ? 4095 : 4096
    const again = await sealFromSeed(P, keyset, fromB64u(wanted.seed), paddedTo(bid, length))
    same(equal(again, bytes), reseal === 'same bytes', `${name}: sealed again`)
  }
}

async function lies(P: Primitives, read: ReadVector): Promise<void> {
  const keyset = await keysetIn(P, read, 'seal/price-bid')
  const bytes = await file(read, 'seal/price-bid/bid.seal')
  const { releases, states, convicts } = await json(read, 'seal/price-bid/releases-2-lies.json')
  for (const { have, state } of states) {
    const opened = await openEnvelope(
      P,
      keyset,
      bytes,
      sharesOf(releases).filter(({ x }) => have.includes(x)),
    )
    same(opened.state, state, `state with ${have}`)
    if (opened.state === 'valid') same(opened.convicted, have.includes(2) ? convicts : [], `convicted with ${have}`)
  }
}

/** All 300 entries: ten from files, the covers by their rule. */
async function entriesOf(P: Primitives, read: ReadVector): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = []
  for (let i = 0; i < 10; i++) entries.push(await file(read, `log/leaves/${i}.json`))
  for (let i = 10; i < 300; i++) {
    const salt = P.sha256(utf8(`madang test vector: salt of entry ${i}`))
    entries.push(sealedLeaf(commitment(P, salt, 'cover')))
  }
  return entries
}

async function leaves(P: Primitives, read: ReadVector): Promise<void> {
  const log = await json(read, 'log/log.json')
  const entries = await entriesOf(P, read)
  for (const { index, leaf, leaf_hash, payload, salt, jws } of [...log.first_ten, log.covers.example]) {
    const bytes = entries[index]!
    same(fromUtf8(bytes), leaf, `leaf ${index}`)
    same(b64(leafHash(P, bytes)), leaf_hash, `leaf hash ${index}`)
    const parsed = readLeaf(bytes)
    if ('c' in parsed) {
      same(parsed.c, commitment(P, fromB64u(salt), jws), `commitment ${index}`)
      same(sealedLeaf(parsed.c), bytes, `leaf ${index} again`)
    } else {
      same(parsed.h, b64u(P.sha256(await file(read, `log/${payload}`))), `payload ${index}`)
      same(openLeaf(parsed), bytes, `leaf ${index} again`)
    }
  }
}

async function payloads(P: Primitives, read: ReadVector): Promise<void> {
  const { p256 } = await json(read, 'log/keys.json')
  const officer = publicOf(p256.officer.jwk)
  for (const kind of ['technical', 'price']) {
    const number = kind === 'technical' ? 1 : 2
    const jws = await text(read, `log/payloads/${number}-tender.keyset.${kind}.jws`)
    same((await verifyJws(P, jws, officer, 'keyset/1')) !== null, true, `${kind} keyset signed`)
    same(readJws(jws).payloadBytes, await file(read, `seal/${kind}-bid/keyset.json`), `${kind} keyset`)
  }
  const notice = await verifyJws(P, await text(read, 'log/payloads/0-tender.notice.jws'), officer, 'tender.notice/1')
  same(notice?.payload.tender, 'R27BK99990001', 'notice')
  const agency = publicOf(p256['agency.example (identity)'].jwk)
  const release = await verifyJws(P, await text(read, 'log/payloads/9-release.jws'), agency, 'release/1')
  same(release?.payload.checkpoint, b64u(P.sha256(await file(read, 'log/checkpoints/9'))), 'checkpoint of the release')
  same(
    release?.payload.list,
    b64u(P.sha256(await file(read, 'log/payloads/8-opening.list.json'))),
    'list of the release',
  )
  const closed = parseJson(await text(read, 'log/payloads/6-tender.closed.json')) as { leaves: string }
  same(closed.leaves, b64u(P.sha256(await file(read, 'log/payloads/6-closing-list.json'))), 'closing list')
}

const tilesIn =
  (read: ReadVector): ReadTile =>
  (level, n, width) =>
    file(read, `log/${tilePath(level, n, width)}`)

async function trees(P: Primitives, read: ReadVector): Promise<void> {
  const log = await json(read, 'log/log.json')
  const hashes = (await entriesOf(P, read)).map((entry) => leafHash(P, entry))
  const compact = new Compact(P)
  for (const { size, root } of log.checkpoints) {
    while (compact.size < size) compact.append(hashes[compact.size]!)
    same(b64(rootOf(P, hashes.slice(0, size))), root, `root at ${size}`)
    same(b64(compact.root()), root, `compact root at ${size}`)
    same(b64(new Compact(P, compact.save()).root()), root, `kept root at ${size}`)
    same(b64(await rootFromTiles(P, size, tilesIn(read))), root, `root from tiles at ${size}`)
  }
  const rootAt = (size: number) => rootOf(P, hashes.slice(0, size))
  for (const { index, size, proof } of log.inclusion) {
    same(inclusionProof(P, hashes.slice(0, size), index).map(b64), proof, `inclusion of ${index} in ${size}`)
    const claim = { index, size, leafHash: hashes[index]!, root: rootAt(size), proof: proof.map(fromB64) }
    same(verifyInclusion(P, claim), true, `inclusion of ${index} in ${size} verified`)
    const published = log.checkpoints.some((checkpoint: { size: number }) => checkpoint.size === size)
    if (published)
      same((await inclusionFromTiles(P, index, size, tilesIn(read))).map(b64), proof, `${index} in ${size} from tiles`)
  }
  for (const { old, size, proof } of log.consistency) {
    same(consistencyProof(P, hashes.slice(0, size), old).map(b64), proof, `consistency ${old} to ${size}`)
    same(
      (await consistencyFromTiles(P, old, size, tilesIn(read))).map(b64),
      proof,
      `consistency ${old} to ${size} from tiles`,
    )
    const claim = { size1: old, size2: size, root1: rootAt(old), root2: rootAt(size), proof: proof.map(fromB64) }
    same(verifyConsistency(P, claim), true, `consistency ${old} to ${size} verified`)
  }
}

async function tiles(P: Primitives, read: ReadVector): Promise<void> {
  const log = await json(read, 'log/log.json')
  const entries = await entriesOf(P, read)
  let old = 0
  for (const { size } of log.checkpoints) {
    const made = await newTiles(
      P,
      old,
      entries.slice(old, size).map((entry) => leafHash(P, entry)),
      tilesIn(read),
    )
    for (const { level, n, width, data } of made) {
      same(data, await file(read, `log/${tilePath(level, n, width)}`), tilePath(level, n, width))
    }
    for (let n = Math.floor(old / 256); n * 256 < size; n++) {
      const part = entries.slice(n * 256, Math.min((n + 1) * 256, size))
      const path = tilePath('entries', n, part.length)
      same(bundleOf(part), await file(read, `log/${path}`), path)
      same(readBundle(bundleOf(part)).map(hex), part.map(hex), `${path} read`)
    }
    old = size
  }
}

const ed25519 = (jwk: { d: string }) => fromB64u(jwk.d)

async function notes(P: Primitives, read: ReadVector): Promise<void> {
  const { log: key, witnesses } = await json(read, 'log/keys.json')
  const log = await json(read, 'log/log.json')
  same(vkeyOf(P, key.name, P.ed25519PublicKey(ed25519(key.jwk))), key.vkey, 'vkey of the log')
  same(fromUtf8(await file(read, 'log/log.vkey')).trim(), key.vkey, 'log.vkey')
  const policy = readPolicy(await text(read, 'log/policy'))
  for (const { size, root, file: name, cosigned } of log.checkpoints) {
    const note = await text(read, `log/${name}`)
    const checkpoint = { origin: log.origin, size, root: fromB64(root) }
    const made = [await signNote(P, key.name, ed25519(key.jwk), checkpointText(checkpoint))]
    for (const { policy_name, name: witness, vkey, jwk } of witnesses) {
      same(vkeyOf(P, witness, P.ed25519PublicKey(ed25519(jwk)), 4), vkey, `vkey of ${witness}`)
      made.push(await cosign(P, witness, ed25519(jwk), checkpointText(checkpoint), cosigned[policy_name]))
      same(await verifyCosignature(P, note, vkey), { time: cosigned[policy_name] }, `${witness} at ${size}`)
    }
    same(made.join(''), note, `checkpoint ${size}`)
    same(await verifyNote(P, note, key.vkey), checkpoint, `checkpoint ${size} verified`)
    const times = Object.values(cosigned as Record<string, number>).sort((a, b) => a - b)
    same(await quorumMet(P, policy, note), { met: true, time: times[1], none: false }, `quorum at ${size}`)
  }
  same(await text(read, 'log/checkpoint'), await text(read, 'log/checkpoints/300'), 'checkpoint')
}

async function addCheckpoint(P: Primitives, read: ReadVector): Promise<void> {
  const { witnesses } = await json(read, 'log/keys.json')
  const log = await json(read, 'log/log.json')
  for (const { file: name, old, size, replies } of log.add_checkpoint) {
    const body = await text(read, `log/${name}`)
    const request = readAddCheckpoint(body)
    same(writeAddCheckpoint(request), body, name)
    same(request.old, old, `${name}: old`)
    const { text: signed } = readNote(request.note)
    same(readCheckpoint(signed).size, size, `${name}: size`)
    const proof =
      old === 0
        ? []
        : log.consistency.find((c: { old: number; size: number }) => c.old === old && c.size === size).proof
    same(request.proof.map(b64), proof, `${name}: proof`)
    for (const { witness, time, line } of replies) {
      const { name: keyName, jwk } = witnesses.find((w: { policy_name: string }) => w.policy_name === witness)
      same(await cosign(P, keyName, ed25519(jwk), signed, time), line, `${name}: reply of ${witness}`)
    }
  }
}

async function receipts(P: Primitives, read: ReadVector): Promise<void> {
  const log = await json(read, 'log/log.json')
  const policy = readPolicy(await text(read, 'log/policy'))
  const server = publicOf((await json(read, 'log/keys.json')).p256.server.jwk)
  for (const { file: name, entry, index, size } of log.receipts) {
    const receipt = await text(read, `log/${name}`)
    const leaf = await file(read, `log/${entry}`)
    same(writeTlogProof(readTlogProof(receipt)), receipt, name)
    const verified = await verifyTlogProof(P, receipt, leaf, policy)
    if ('refused' in verified) throw new Error(`${name}: ${verified.says}`)
    same([verified.index, verified.size], [index, size], `${name}: index and size`)
    const { cosigned } = log.checkpoints.find((checkpoint: { size: number }) => checkpoint.size === size)
    same(verified.quorum.time, cosigned.univ, `${name}: witnessed`)
    const extra = readReceiptExtra(verified.extra!)
    same(writeReceiptExtra(extra), verified.extra, `${name}: extra`)
    same(entryOfReceipt(P, extra), leaf, `${name}: entry`)
    // The vector's `received` has no typ in its payload, so only signature and commitment are compared.
    const received = readJws(extra.received)
    const signed = utf8(extra.received.slice(0, extra.received.lastIndexOf('.')))
    same(await P.es256Verify(server, signed, received.signature), true, `${name}: received is signed by the server`)
    same(received.payload.c, (readLeaf(leaf) as { c: string }).c, `${name}: received`)
  }
}

async function following(P: Primitives, read: ReadVector): Promise<void> {
  const log = await json(read, 'log/log.json')
  const policy = readPolicy(await text(read, 'log/policy'))
  const entries = await entriesOf(P, read)
  let state: FollowState | null = null
  let seen = 0
  for (const { size, root, file: name } of log.checkpoints) {
    const source: LogSource = { get: (path) => read(`log/${path === 'checkpoint' ? name : path}`) }
    const followed = await follow(P, source, policy, state)
    if ('refused' in followed) throw new Error(`${name}: ${followed.refused}, ${followed.says}`)
    same([followed.state.size, followed.state.root], [size, root], `followed to ${size}`)
    same(
      concat(...followed.entries.map(({ bytes }) => bytes)),
      concat(...entries.slice(seen, size)),
      `entries ${seen} to ${size}`,
    )
    same(followed.entries[0]?.index, seen, 'first index')
    state = followed.state
    seen = size
  }
  const notice = readLeaf(entries[0]!) as { h: string }
  const payload = await file(read, 'log/payloads/0-tender.notice.jws')
  const paths: string[] = []
  const source: LogSource = {
    get: async (path) => {
      paths.push(path)
      return payload
    },
  }
  same(await fetchPayload(P, source, notice.h), payload, 'payload')
  same(paths, [`payload/${hex(P.sha256(payload))}`], 'path of the payload')
}

async function draw(P: Primitives, read: ReadVector): Promise<void> {
  const wanted = await json(read, 'draw/draw-1.json')
  const contributions = wanted.contributions.map(({ eid, r }: { eid: string; r: string }) => ({
    eid: fromHex(eid),
    r: fromHex(r),
  }))
  const seed = drawSeed(P, fromHex(wanted.root), contributions)
  same(hex(seed), wanted.seed, 'seed')
  same(drawSeed(P, fromHex(wanted.root), contributions.toReversed()), seed, 'seed from another order')

  const { purpose, ids, order, tickets } = wanted.order
  const key = drawKey(P, seed, purpose)
  same(ticketOrder(P, key, ids), order, 'order')
  for (const id of ids) same(hex(ticket(P, key, id)), tickets[id], `ticket of ${id}`)
  const { label, m, value } = wanted.uniform
  same(uniform(P, drawKey(P, seed, wanted.uniform.purpose), label, BigInt(m)), BigInt(value), 'uniform')

  const { purpose: reserve, base, permille, picks, result } = wanted.reserve
  const bands: Band[] = priceBands(BigInt(base), 1n, [{ from: BigInt(-permille), to: BigInt(permille), bands: 15 }])
  const drawn = reservePrices(P, drawKey(P, seed, reserve), { bands, unit: 1n, take: 4, tie: 'lot' }, picks)
  same(drawn.bySection.map(Number), result.prices_by_section, 'prices by section')
  same(drawn.bySlot.map(Number), Object.values(result.price_by_slot), 'prices by slot')
  same(drawn.picked, Object.values(result.picked), 'picks')
  same(drawn.slots, result.four_slots, 'slots')
  same(drawn.sum, BigInt(result.sum_of_four), 'sum')
  same(drawn.sum / 4n, BigInt(result.planned_price_floor), 'planned price')
}

/** Every vector, each check on its own. */
export const VECTOR_CHECKS: VectorCheck[] = [
  { name: 'seal: the exercise without a bid', run: exercise },
  {
    name: 'seal: every derived value and byte of the price bid',
    run: (P, read) => derivation(P, read, 'seal/price-bid'),
  },
  {
    name: 'seal: every derived value and byte of the technical bid',
    run: (P, read) => derivation(P, read, 'seal/technical-bid'),
  },
  {
    name: 'seal: the price bid opens with any two of three shares',
    run: (P, read) => opening(P, read, 'seal/price-bid'),
  },
  {
    name: 'seal: the technical bid opens with any two of three shares',
    run: (P, read) => opening(P, read, 'seal/technical-bid'),
  },
  { name: 'seal: five malformed envelopes are found malformed, nobody convicted', run: malformed },
  { name: 'seal: a custodian who releases a wrong share is convicted', run: lies },
  { name: 'log: entries, leaf hashes, commitments and payload hashes', run: leaves },
  { name: 'log: payloads are signed by whom they should be', run: payloads },
  { name: 'log: roots and proofs, from entries and from tiles', run: trees },
  { name: 'log: tiles and bundles byte for byte', run: tiles },
  { name: 'log: checkpoints, cosignatures, verifier keys and the quorum', run: notes },
  { name: 'log: add-checkpoint requests and replies', run: addCheckpoint },
  { name: 'log: receipts and their times', run: receipts },
  { name: 'log: following from checkpoint to checkpoint', run: following },
  { name: 'draw: seed, order, even numbers, reserve prices', run: draw },
]
