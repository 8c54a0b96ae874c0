// What is in these envelopes? The work of the opener's thread: open, seal again, compare, check the signature.
import { parentPort } from 'node:worker_threads'
import { nodePrimitives as P } from '../../node/primitives.ts'
import type { Bid, BidAttachment } from '../../proof/bid.ts'
import { b64u, fromB64u } from '../../proof/bytes.ts'
import type { Json, JsonObject } from '../../proof/canonical.ts'
import { checkContribution } from '../../proof/contribution.ts'
import { type Keyset, readKeyset } from '../../proof/keyset.ts'
import { seedIn } from '../../proof/rekey.ts'
import { ageIdentity, checkBid, openEnvelope } from '../../proof/seal.ts'
import type { ToOpen } from './release-store.ts'

export type OpenJob = {
  id: number
  keyset: Json
  envelopes: ToOpen[]
  /** For each custodian that has released: its number and its shares by envelope. */
  releases: { x: number; shares: Map<string, string> }[]
}

export type OpenedFiles = { identity: string; att: readonly BidAttachment[] }

export type OpenedEnvelope = {
  eid: string
  state: 'valid' | 'malformed' | 'waiting'
  reason: string | null
  body: JsonObject | null
  rnd: string | null
  /** What the bid names as its files, and the age identity that opens them. */
  files?: OpenedFiles
  /** The two numbers that the bidder picked, where it picked any. */
  picks: number[] | null
  /** Numbers of custodians whose share differs from the derived one; only in a valid envelope is that known. */
  convicted: number[]
}

export type OpenReply =
  | { id: number; opened: OpenedEnvelope }
  | { id: number; done: true }
  | { id: number; failed: string }

/** The files of an opened bid, for what is kept of its envelope; nothing where it names none. */
export const filesOf = (keyset: Keyset, seed: Uint8Array, { att }: Bid): { files?: OpenedFiles } =>
  att.length === 0 ? {} : { files: { identity: ageIdentity(P, keyset, seed), att } }

/** Opens one envelope with the shares at hand. A function of the file and the shares, nothing else. */
export async function openOne(keysetJson: Json, item: ToOpen, releases: OpenJob['releases']): Promise<OpenedEnvelope> {
  const keyset = readKeyset(P, keysetJson)
  const shares = releases.flatMap(({ x, shares: by }) => {
    const y = by.get(item.eid)
    return y === undefined ? [] : [{ x, y: fromB64u(y) }]
  })
  const opened = await openEnvelope(P, keyset, item.bytes, shares, releases.length)
  const none = { eid: item.eid, body: null, rnd: null, picks: null, convicted: [] }
  if (opened.state === 'waiting') return { ...none, state: 'waiting', reason: null }
  if (opened.state === 'malformed') return { ...none, state: 'malformed', reason: opened.reason }
  if (keyset.kind === 'draw') {
    const said = await checkContribution(P, opened.jws, item.jwk)
    const { convicted } = opened
    return said.ok
      ? { eid: item.eid, state: 'valid', reason: null, body: { r: said.r }, rnd: said.r, picks: null, convicted }
      : { ...none, state: 'malformed', reason: said.reason, convicted }
  }
  if (keyset.kind === 'rekey') {
    const seed = await seedIn(P, opened.jws, item.jwk)
    const { convicted } = opened
    return seed
      ? { ...none, eid: item.eid, state: 'valid', reason: null, body: { seed: b64u(seed) }, convicted }
      : { ...none, state: 'malformed', reason: 'it holds no seed that its bidder signed', convicted }
  }
  const { kc } = JSON.parse(new TextDecoder().decode(item.bytes)) as { kc: string }
  const checked = await checkBid(P, keyset, opened.jws, { bidder: item.bidder, kc, bidderKey: item.jwk })
  if (!checked.ok) return { ...none, state: 'malformed', reason: checked.reason, convicted: opened.convicted }
  const { body, rnd, picks = null } = checked.bid
  const files = filesOf(keyset, opened.seed, checked.bid)
  return { eid: item.eid, state: 'valid', reason: null, body, rnd, picks, convicted: opened.convicted, ...files }
}

parentPort?.on('message', async (job: OpenJob) => {
  const reply = (message: OpenReply) => parentPort?.postMessage(message)
  try {
    for (const item of job.envelopes) reply({ id: job.id, opened: await openOne(job.keyset, item, job.releases) })
    reply({ id: job.id, done: true })
  } catch (err) {
    reply({ id: job.id, failed: err instanceof Error ? (err.stack ?? err.message) : String(err) })
  }
})
