// What was sealed and sent from this browser, and what came back? Kept before it goes out, so that no answer can be lost with the page.
import type { ProblemError } from '../../../src/api/problems.ts'
import type { ByKind } from '../../../src/domain/bids/prepare.ts'
import { b64u } from '../../../src/proof/bytes.ts'
import { keep, keptAll } from '../../browser-store.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { type KeptFile, lockSeeds, writeKeptFile } from './kept-file.ts'

export type SentAct = {
  /** Commitment: the receipt number. */
  c: string
  no: string
  account: string
  kind: 'submission' | 'withdrawal'
  /** Under which the outcome can be asked for. */
  key: string
  /** What was sent. */
  body: { jws: string; salt: string; envelopes?: ByKind<string> }
  eids: ByKind<string> | null
  /** The bidder's own secrets: whoever has them can open the envelopes. */
  seeds: ByKind<string> | null
  at: string
  outcome: 'pending' | 'receipt' | 'refused' | 'not received'
  receipt: string | null
}

export type Refusal = {
  errors: Pick<ProblemError, 'code' | 'facts' | 'at'>[]
  instance: string
  /** The server's signed `refused/1`, when it signed one. */
  refused: string | null
  body: Record<string, unknown>
}

export type Outcome =
  | { kind: 'receipt'; act: SentAct }
  | { kind: 'refused'; refusal: Refusal }
  | { kind: 'not received' }
  | { kind: 'unknown' }

export const newKey = (): string => b64u(crypto.getRandomValues(new Uint8Array(18)))

export const actsOf = async (account: string, no: string): Promise<SentAct[]> =>
  (await keptAll<SentAct>('acts')).filter((act) => act.account === account && act.no === no)

const refusalOf = (body: Record<string, unknown>): Refusal => ({
  errors: (body.errors ?? []) as Refusal['errors'],
  instance: String(body.instance ?? ''),
  refused: typeof body.refused === 'string' ? body.refused : null,
  body,
})

async function settled(act: SentAct, outcome: Exclude<Outcome, { kind: 'unknown' }>): Promise<Outcome> {
  const receipt = outcome.kind === 'receipt' ? outcome.act.receipt : null
  const after: SentAct = { ...act, outcome: outcome.kind, receipt }
  await keep('acts', after)
  return outcome.kind === 'receipt' ? { kind: 'receipt', act: after } : outcome
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** What became of an act whose answer was lost? The server's answer is for ever; without a connection it stays unknown. */
export async function askOutcome(act: SentAct, tries = 4): Promise<Outcome> {
  for (let i = 0; i < tries; i++) {
    if (i > 0) await pause(1500)
    try {
      const answer = await ask(ENDPOINTS.readOutcome, { params: { no: act.no, key: act.key } })
      // In flight, or the service is busy: it may still be decided.
      if (!answer.ok) continue
      const { outcome, reply } = answer.body
      if (outcome === 'receipt') {
        return settled(act, { kind: 'receipt', act: { ...act, receipt: String(reply?.receipt ?? '') } })
      }
      if (outcome === 'refused') return settled(act, { kind: 'refused', refusal: refusalOf(reply ?? {}) })
      return settled(act, { kind: 'not received' })
    } catch {
      // No connection: the next try may have one.
    }
  }
  return { kind: 'unknown' }
}

async function post(act: SentAct) {
  const options = { params: { no: act.no }, body: act.body, headers: { 'idempotency-key': act.key } }
  return act.kind === 'submission' ? ask(ENDPOINTS.submitBid, options) : ask(ENDPOINTS.withdrawBid, options)
}

/** Sends an act. The same key and the same bytes may be sent again without harm. */
export async function send(act: SentAct): Promise<Outcome> {
  await keep('acts', act)
  try {
    const answer = await post(act)
    if (answer.ok) return settled(act, { kind: 'receipt', act: { ...act, receipt: answer.body.receipt } })
    const decided = answer.status < 500 && answer.code !== 'idempotency-key-in-flight'
    if (decided) return settled(act, { kind: 'refused', refusal: refusalOf(answer.body) })
  } catch {
    // The request or its answer was lost on the way.
  }
  return askOutcome(act)
}

/** What the browser kept of an act that has its receipt, as its file would hold it. */
export const keptOf = (act: SentAct): KeptFile | null =>
  act.receipt === null
    ? null
    : {
        c: act.c,
        received: act.receipt,
        jws: act.body.jws,
        salt: act.body.salt,
        envelopes: act.body.envelopes ?? null,
        eids: act.eids,
        seeds: act.seeds,
      }

/** The one file that a bidder keeps, of an act that was sent from here. With a passphrase its secrets are shut with that. */
export const receiptFile = async (act: SentAct, proof: string | null, passphrase = ''): Promise<string> =>
  writeKeptFile({
    ...(passphrase !== '' && act.seeds && { locked: await lockSeeds(act.seeds, passphrase) }),
    tender: act.no,
    kind: act.kind,
    c: act.c,
    proof,
    received: act.receipt ?? '',
    jws: act.body.jws,
    salt: act.body.salt,
    envelopes: act.body.envelopes ?? null,
    eids: act.eids,
    seeds: act.seeds,
  })
