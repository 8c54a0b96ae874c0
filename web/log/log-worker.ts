// What does the browser check and seal away from the page, so that the page never freezes? One worker, one log, one request at a time.
import { audit, type Check } from '../../src/domain/audit/audit.ts'
import { gather } from '../../src/domain/audit/public-record.ts'
import { type SealedBid, sealBid } from '../../src/domain/bids/prepare.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { webPrimitives as P } from '../../src/proof/web-primitives.ts'
import { forget, keep, kept } from '../browser-store.ts'
import { signerOf, storedKey } from '../signing-key.ts'
import { checkForBidding, receiptKeysOf, type Sealable } from './bidding-check.ts'
import { type Doubt, LogFollower, type Seen } from './follower.ts'
import { httpLog } from './http-log.ts'
import { doubtsOfKeysets, keyIsLogged, type SignedKeysets } from './keyset-check.ts'
import { judgeReceipt, judgeRefusal, type ReceiptParts, type ReceiptVerdict } from './receipt-check.ts'

/** What a page may ask, and what it gets. */
export type Asked = {
  /** Follow the log and check a tender's keysets; nothing is sealed. */
  bidding: [{ no: string }, { ok: true; size: number; ks: Sealable['ks'] } | { ok: false; doubts: Doubt[] }]
  /** Check, seal both envelopes, sign. `step` events tell how far it is. */
  seal: [
    {
      no: string
      account: string
      kid: string
      org: string
      seq: number
      replaces: string | null
      made: string
      technical: JsonObject
      price: JsonObject
    },
    { ok: true; bid: SealedBid } | { ok: false; doubts: Doubt[] },
  ]
  /** Wait until the officer's key is in the log, then check the signed keysets. */
  keysets: [SignedKeysets, { size: number; doubts: Doubt[] }]
  receipt: [ReceiptParts, ReceiptVerdict]
  refusal: [{ no: string; refused: string }, { signed: boolean }]
  audit: [{ no: string }, Check[]]
  /** Forget what was seen of the log: it was begun afresh. */
  forget: [null, null]
}

export type Step = 'keys' | 'technical' | 'price' | 'sign'
export type FromWorker =
  | { id: number; step: Step; size?: number }
  | { id: number; done: unknown }
  | { id: number; failed: string }

const SEEN = 'log'
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

const isDoubt = (of: LogFollower | Doubt): of is Doubt => 'check' in of

async function sealable(no: string): ReturnType<typeof checkForBidding> {
  const followed = await follow()
  return isDoubt(followed) ? { ok: false, doubts: [followed] } : checkForBidding(P, followed, no)
}

type Tell = (step: Step, size?: number) => void
type Handlers = { [K in keyof Asked]: (given: Asked[K][0], tell: Tell) => Promise<Asked[K][1]> }

const HANDLERS: Handlers = {
  bidding: async ({ no }) => {
    const found = await sealable(no)
    return found.ok ? { ok: true, size: found.value.size, ks: found.value.ks } : found
  },

  seal: async (given, tell) => {
    tell('keys')
    const found = await sealable(given.no)
    if (!found.ok) return found
    const key = await storedKey(given.account, given.kid)
    if (!key) throw new Error('the signing key is not in this browser')
    const signer = signerOf(key)
    // sealBid signs the technical bid before it seals it, the price bid after that, the submission last.
    const steps: Step[] = ['technical', 'price', 'sign']
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
      technical: given.technical,
      price: given.price,
    })
    return { ok: true, bid }
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
    if (isDoubt(followed)) return { doubts: [followed], receivedAt: null, entered: null, witnessed: null }
    return judgeReceipt(P, followed, await receiptKeysOf(P, followed, parts.tender), parts)
  },

  refusal: async ({ no, refused }) => {
    const followed = await follow()
    if (isDoubt(followed)) return { signed: false }
    return { signed: await judgeRefusal(P, await receiptKeysOf(P, followed, no), refused) }
  },

  audit: async ({ no }) => audit(P, await gather(source, null), no),

  forget: async () => {
    log = null
    await forget('seen', SEEN)
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
