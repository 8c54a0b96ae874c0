// What does the browser check and seal away from the page, so that the page never freezes? One worker, one log, one request at a time.

import { type RecordedFile, recordedFiles } from '../../src/domain/audit/attachments.ts'
import { audit, type Check } from '../../src/domain/audit/audit.ts'
import { makeBundle, openBundle } from '../../src/domain/audit/bundle.ts'
import { chainToday, compareHead, type Growth, growthSince, type Head } from '../../src/domain/audit/growth.ts'
import { gather, logsOf } from '../../src/domain/audit/public-record.ts'
import { judgeReceiptFile, type ReceiptReport } from '../../src/domain/audit/receipt-report.ts'
import {
  type BidKind,
  type ByKind,
  type SealedAttachment,
  type SealedBid,
  sealBid,
} from '../../src/domain/bids/prepare.ts'
import { type Oneself, type OwnEntry, ownEntries } from '../../src/domain/record/own-entries.ts'
import { readRecord } from '../../src/domain/record/read.ts'
import { FormatError, fromB64u, fromUtf8, hex } from '../../src/proof/bytes.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { readLeaf } from '../../src/proof/leaf.ts'
import { type Policy, readPolicy, witnessTimes, writePolicy } from '../../src/proof/policy.ts'
import { verifyTlogProof } from '../../src/proof/receipt.ts'
import { type StartedEnvelope, startEnvelope } from '../../src/proof/seal.ts'
import { readBundle, TILE_WIDTH, tilePath } from '../../src/proof/tiles.ts'
import { webPrimitives as P } from '../../src/proof/web-primitives.ts'
import { forget, keep, kept } from '../browser-store.ts'
import { signerOf, storedKey } from '../signing-key.ts'
import { checkForBidding, receiptKeysOf, type Sealable } from './bidding-check.ts'
import { type Doubt, LogFollower, type Seen } from './follower.ts'
import { httpLog } from './http-log.ts'
import { doubtsOfKeysets, keyIsLogged, type SignedKeysets } from './keyset-check.ts'
import { judgeReceipt, judgeRefusal, type ReceiptParts, type ReceiptVerdict } from './receipt-check.ts'
import { type LoggedOrder, loggedOrder, sealSeedsAgain } from './seal-again.ts'

/** What a page may ask, and what it gets. */
export type Asked = {
  /** Follow the log and check a tender's keysets; nothing is sealed. */
  bidding: [{ no: string }, { ok: true; size: number; ks: Sealable['ks'] } | { ok: false; doubts: Doubt[] }]
  /** Follow the log, check a tender's keysets and start its envelopes, so that files can be sealed for them. Their seeds stay here. */
  startFiles: [
    { no: string },
    { ok: true; ticket: string; recipients: Partial<Record<BidKind, string>> } | { ok: false; doubts: Doubt[] },
  ]
  /** The files that opened bids name, by the public record alone. */
  files: [{ no: string }, RecordedFile[]]
  /** Check, seal the envelopes, sign. `step` events tell how far it is. */
  seal: [
    {
      no: string
      account: string
      kid: string
      org: string
      seq: number
      replaces: string | null
      made: string
      technical?: JsonObject
      price: JsonObject
      picks?: [number, number]
      /** Of `startFiles`, and what was sealed for its envelopes. */
      ticket?: string
      files?: Partial<Record<BidKind, readonly SealedAttachment[]>>
    },
    { ok: true; bid: SealedBid<ByKind<string>> } | { ok: false; doubts: Doubt[] },
  ]
  /** Who had bidders seal again, and to whom; null while the log has no order. */
  order: [{ no: string }, LoggedOrder | null]
  /** Follow the log and check what an overseer ordered; seal the seeds of a bid again and sign the answer. */
  sealAgain: [
    {
      no: string
      account: string
      kid: string
      org: string
      seeds: ByKind<string>
      envelopes: ByKind<string>
    },
    Awaited<ReturnType<typeof sealSeedsAgain>>,
  ]
  /** Wait until the officer's key is in the log, then check the signed keysets. */
  keysets: [SignedKeysets, { size: number; doubts: Doubt[] }]
  receipt: [ReceiptParts, ReceiptVerdict]
  /** What of somebody's own is in the log, and when the witnesses had seen the head over all of it. */
  own: [Oneself, OwnLog | { doubts: Doubt[] }]
  refusal: [{ no: string; refused: string }, { signed: boolean }]
  audit: [{ no: string }, Check[]]
  /** What does a pasted receipt prove? */
  receiptFile: [{ text: string }, ReceiptReport]
  /** What is in a bundle, and does all of it hold? By the bundle's own policy; `sameLog` says whether that is this place's too. */
  bundle: [{ bytes: Uint8Array }, BundleReport]
  /** The evidence of a tender as one file. */
  makeBundle: [{ no: string }, { bytes: Uint8Array; failed: number } | null]
  /** Is a head that somebody saw one of this log? */
  head: [{ text: string }, Growth]
  /** Has the log grown from the head that this browser kept, and otherwise not changed? */
  growth: [null, { growth: Growth; before: SeenHead | null; witnesses: Awaited<ReturnType<typeof witnessTimes>> }]
  /** One entry with its place in the log; null when there is none. */
  entry: [{ index: number }, EntryReport | null]
  /** Forget what was seen of the log: it was begun afresh. */
  forget: [null, null]
}

export type OwnLog = {
  entries: OwnEntry[]
  size: number
  /** `none`: the policy asks for no witnesses. Null is impossible after a follow that held, and shown as not yet. */
  witnessed: 'none' | { at: string } | null
}

/** The head that was kept at the last visit. */
export type SeenHead = Head & { at: string }

export type EntryReport = {
  index: number
  leaf: string
  /** SHA-256 of the payload, hex; null for a sealed entry. */
  payload: string | null
  /** Does the proof that the log serves lead from this entry to a root that the policy accepts? Why not, else null. */
  refused: string | null
}

export type BundleReport =
  | { refused: string }
  | { tender: string; size: number; sha256: string; sameLog: boolean | null; checks: Check[] }

export type Step = 'keys' | 'technical' | 'price' | 'sign'
export type FromWorker =
  | { id: number; step: Step; size?: number }
  | { id: number; done: unknown }
  | { id: number; failed: string }

const SEEN = 'log'
const HEAD = 'head'
const source = httpLog()
let log: LogFollower | null = null

/** The log to its newest checkpoint; what does not check is the answer. */
async function follow(): Promise<LogFollower | Doubt> {
  log ??= new LogFollower(P, source, (await kept<Seen & { id: string }>('seen', SEEN)) ?? null)
  const doubt = await log.catchUp()
  if (doubt) {
    log = null
    return doubt
  }
  await keep('seen', { id: SEEN, ...log.seen })
  return log
}

type Started = Partial<Record<BidKind, StartedEnvelope>>
const BID_KINDS = ['technical', 'price'] as const

/** Envelopes that files were sealed for and that no bid is in yet. */
const started = new Map<string, Started>()

const FILES_OUTDATED: Doubt = {
  check: 'keysets',
  says: {
    ko: '첨부 파일을 봉인한 뒤 열쇠가 바뀌었습니다. 파일을 다시 봉인해야 합니다.',
    en: 'The keys changed after the files were sealed. They have to be sealed again.',
  },
}

const isDoubt = (of: LogFollower | Doubt): of is Doubt => 'check' in of

async function sealable(no: string): ReturnType<typeof checkForBidding> {
  const followed = await follow()
  return isDoubt(followed) ? { ok: false, doubts: [followed] } : checkForBidding(P, followed, no)
}

async function ownPolicy(): Promise<Policy> {
  const bytes = await source.get('policy')
  if (bytes === null) throw new Error('the log publishes no policy')
  return readPolicy(fromUtf8(bytes))
}

type Tell = (step: Step, size?: number) => void
type Handlers = { [K in keyof Asked]: (given: Asked[K][0], tell: Tell) => Promise<Asked[K][1]> }

const HANDLERS: Handlers = {
  bidding: async ({ no }) => {
    const found = await sealable(no)
    return found.ok ? { ok: true, size: found.value.size, ks: found.value.ks } : found
  },

  startFiles: async ({ no }) => {
    const found = await sealable(no)
    if (!found.ok) return found
    const { technical, price } = found.value.keysets
    const envelopes: Started = {
      price: startEnvelope(P, price),
      ...(technical && { technical: startEnvelope(P, technical) }),
    }
    const ticket = crypto.randomUUID()
    started.set(ticket, envelopes)
    const recipients = Object.fromEntries(Object.entries(envelopes).map(([kind, { recipient }]) => [kind, recipient]))
    return { ok: true, ticket, recipients }
  },

  seal: async (given, tell) => {
    tell('keys')
    const found = await sealable(given.no)
    if (!found.ok) return found
    const envelopes = given.ticket === undefined ? undefined : started.get(given.ticket)
    if (given.ticket !== undefined) {
      const { ks } = found.value
      const same =
        envelopes && BID_KINDS.every((kind) => envelopes[kind] === undefined || envelopes[kind].ks === ks[kind])
      // A worker that began anew has no seeds, and other keysets in force have other envelopes: either way the files are sealed again.
      if (!same) return { ok: false, doubts: [FILES_OUTDATED] }
      started.delete(given.ticket)
    }
    const key = await storedKey(given.account, given.kid)
    if (!key) throw new Error('the signing key is not in this browser')
    const signer = signerOf(key)
    // sealBid signs the technical bid before it seals it, the price bid after that, the submission last.
    const steps: Step[] = found.value.keysets.technical ? ['technical', 'price', 'sign'] : ['price', 'sign']
    const telling = {
      kid: signer.kid,
      sign: (data: Uint8Array) => {
        const step = steps.shift()
        if (step) tell(step, found.value.size)
        return signer.sign(data)
      },
    }
    const bid = await sealBid(P, telling, {
      tender: given.no,
      bidder: given.org,
      seq: given.seq,
      replaces: given.replaces,
      made: given.made,
      keysets: found.value.keysets,
      ...(given.technical && { technical: given.technical }),
      price: given.price,
      ...(given.picks && { picks: given.picks }),
      ...(envelopes && { started: envelopes }),
      ...(given.files && { files: given.files }),
    })
    return { ok: true, bid }
  },

  order: async ({ no }) => {
    const followed = await follow()
    return isDoubt(followed) ? null : loggedOrder(P, followed, no)
  },

  sealAgain: async ({ account, kid, ...bid }) => {
    const followed = await follow()
    if (isDoubt(followed)) return { ok: false, doubts: [followed] }
    const key = await storedKey(account, kid)
    if (!key) throw new Error('the signing key is not in this browser')
    return sealSeedsAgain(P, followed, signerOf(key), bid)
  },

  keysets: async (given) => {
    for (let tries = 0; ; tries++) {
      const followed = await follow()
      if (isDoubt(followed)) return { size: 0, doubts: [followed] }
      const logged = await keyIsLogged(P, followed, given.agency, given.kid)
      if (logged || tries === 30)
        return { size: followed.entries.length, doubts: await doubtsOfKeysets(P, followed, given) }
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  },

  receipt: async (parts) => {
    const followed = await follow()
    if (isDoubt(followed))
      return { doubts: [followed], receivedAt: null, entered: null, witnessed: null, standing: 'open' }
    const record = await readRecord(P, followed.entries, followed.payload, parts.tender)
    return judgeReceipt(P, followed, record, parts)
  },

  own: async (who) => {
    const followed = await follow()
    if (isDoubt(followed)) return { doubts: [followed] }
    const { none, time } = followed.quorum
    return {
      entries: await ownEntries(P, followed.entries, followed.payload, who),
      size: followed.entries.length,
      witnessed: none ? 'none' : time === null ? null : { at: new Date(time * 1000).toISOString() },
    }
  },

  refusal: async ({ no, refused }) => {
    const followed = await follow()
    if (isDoubt(followed)) return { signed: false }
    return { signed: await judgeRefusal(P, await receiptKeysOf(P, followed, no), refused) }
  },

  audit: async ({ no }) => audit(P, await gather(source, null), no),

  files: async ({ no }) => recordedFiles(P, await gather(source, null), no),

  receiptFile: async ({ text }) => {
    const record = await gather(source, null)
    return judgeReceiptFile(P, text, await ownPolicy(), {
      entries: record.entries,
      payload: record.payload,
      logs: logsOf(record),
    })
  },

  bundle: async ({ bytes }) => {
    try {
      const opened = openBundle(bytes)
      const checks = await audit(P, await gather(opened.source, null), opened.tender)
      const theirs = await opened.source.get('policy')
      // Another place's bundle is verified as well; whether its log is ours is another question.
      const ours = await ownPolicy().catch(() => null)
      const sameLog = ours && theirs ? writePolicy(ours) === writePolicy(readPolicy(fromUtf8(theirs))) : null
      return { tender: opened.tender, size: opened.manifest.size, sha256: hex(P.sha256(bytes)), sameLog, checks }
    } catch (error) {
      if (error instanceof FormatError) return { refused: error.message }
      throw error
    }
  },

  makeBundle: async ({ no }) => {
    const bundle = await makeBundle(P, await gather(source, null), no)
    return bundle && { bytes: bundle.bytes, failed: bundle.checks.filter((c) => c.verdict === 'failed').length }
  },

  head: async ({ text }) => compareHead(P, source, await ownPolicy(), text),

  growth: async () => {
    const before = await kept<SeenHead & { id: string }>('seen', HEAD)
    const policy = await ownPolicy()
    const growth = await growthSince(P, source, policy, before)
    const witnesses = growth.note === null ? [] : await witnessTimes(P, policy, growth.note)
    // What contradicts the kept head is not kept in its place: the contradiction must not heal by itself.
    if (growth.state === 'same log') await keep('seen', { id: HEAD, ...growth.head, at: new Date().toISOString() })
    return { growth, before, witnesses }
  },

  entry: async ({ index }) => {
    const policy = await ownPolicy()
    const chain = await chainToday(P, source, policy)
    if (chain === null || 'says' in chain) return null
    const log = chain.findLast(({ before }) => before <= index)
    const at = index - (log?.before ?? 0)
    if (!log || at >= log.size) return null
    const n = Math.floor(at / TILE_WIDTH)
    const width = Math.min(log.size - n * TILE_WIDTH, TILE_WIDTH)
    const path = log.folder + tilePath('entries', n, width)
    const [bundle, proof] = await Promise.all([source.get(path), source.get(`proof/${index}`)])
    const bytes = bundle && readBundle(bundle)[at - n * TILE_WIDTH]
    if (!bytes || proof === null) return null
    const leaf = readLeaf(bytes)
    const held = await verifyTlogProof(P, fromUtf8(proof), bytes, policy)
    return {
      index,
      leaf: fromUtf8(bytes),
      payload: 'c' in leaf ? null : hex(fromB64u(leaf.h)),
      refused:
        'refused' in held
          ? held.says
          : held.origin === log.origin && held.index === at
            ? null
            : 'it is the proof of another entry',
    }
  },

  forget: async () => {
    log = null
    await forget('seen', SEEN)
    await forget('seen', HEAD)
    return null
  },
}

let turn: Promise<unknown> = Promise.resolve()

addEventListener('message', ({ data }: MessageEvent<{ id: number; ask: keyof Asked; given: never }>) => {
  const { id, ask, given } = data
  const post = (message: FromWorker) => postMessage(message)
  // One after the other: two followers of one log would fetch everything twice.
  turn = turn.then(async () => {
    try {
      const tell: Tell = (step, size) => post({ id, step, ...(size === undefined ? {} : { size }) })
      post({ id, done: await HANDLERS[ask](given, tell) })
    } catch (error) {
      post({ id, failed: error instanceof Error ? error.message : String(error) })
    }
  })
})
