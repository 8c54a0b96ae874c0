// What does a person do through the public API? Sign in, enrol a key, publish, bid, mark, award: as a browser would.

import { submitBid, withdrawBid } from '../src/api/bids.ts'
import { addressOf, type Called, type CallOptions, call } from '../src/api/client.ts'
import { decideComplaint, lodgeComplaint } from '../src/api/complaints.ts'
import { orderRekey, proposeRekey } from '../src/api/disputes.ts'
import type { Endpoint } from '../src/api/endpoint.ts'
import { declareInterests, listCalls } from '../src/api/evaluators.ts'
import { beginUpload } from '../src/api/files.ts'
import { declareExclusion, liftExclusion } from '../src/api/organisations.ts'
import { enrolKey, readMe, readTime, signIn } from '../src/api/people.ts'
import { approveProposal, listProposals, proposeApproval, readProposal } from '../src/api/proposals.ts'
import { answerQuestion, askQuestion } from '../src/api/questions.ts'
import { finishSignIn, startStepUp, stepUp } from '../src/api/sign-in.ts'
import {
  amendTender,
  awardTender,
  cancelTender,
  createTender,
  type Draft,
  declareIncident,
  examineBidder,
  extendTender,
  lockScores,
  proposeKeysets,
  proposeLock,
  proposeReplacement,
  publishTender,
  readSheet,
  readTender,
  signSheet,
} from '../src/api/tenders.ts'
import { fileTypeOf } from '../src/domain/bids/files.ts'
import {
  type BidToSeal,
  type Both,
  type ByKind,
  type SealedAttachment,
  type SealedBid,
  sealBid,
  signWithdrawal,
} from '../src/domain/bids/prepare.ts'
import type { Grounds } from '../src/domain/evaluators/pool.ts'
import { secondsZ } from '../src/domain/kit/time.ts'
import type { ObjectionGround, ObjectionOutcome } from '../src/domain/tenders/objections.ts'
import { approvesAll } from '../src/domain/tenders/shown-approval.ts'
import {
  awarding,
  cancellation,
  clarifying,
  type Deciding,
  decidingObjection,
  declaration,
  examining,
  extension,
  lifting,
  lockOrder,
  objecting,
  override,
  ruleAmendment,
  sheetOf,
  shuttingOut,
} from '../src/domain/tenders/signed-acts.ts'
import { nodePrimitives as P } from '../src/node/primitives.ts'
import { codeOf, fromBase32, STEP_SECONDS, stepAt } from '../src/node/totp.ts'
import { sealFile } from '../src/proof/attachment.ts'
import { b64, b64u, concat, utf8 } from '../src/proof/bytes.ts'
import type { Json, JsonObject } from '../src/proof/canonical.ts'
import { type Signer, signJws } from '../src/proof/jws.ts'
import { type Keyset, keysetId, readKeyset } from '../src/proof/keyset.ts'
import type { PublicJwk } from '../src/proof/primitives.ts'
import type { StartedEnvelope } from '../src/proof/seal.ts'
import { randomScalar, scalarSigner } from '../src/server/keys.ts'
import type { Account } from './people.ts'

/** A refusal where the play expected none. */
export class Refused extends Error {
  readonly code: string
  constructor(what: string, refusal: { status: number; code: string; text: string }) {
    super(`${what} was refused: ${refusal.status} ${refusal.code} ${refusal.text.slice(0, 600)}`)
    this.code = refusal.code
  }
}

export function must<E extends Endpoint>(what: string, called: Called<E>): Extract<Called<E>, { ok: true }> {
  if (!called.ok) throw new Refused(what, called)
  return called as Extract<Called<E>, { ok: true }>
}

/** How often, and how long apart, a busy service is asked again: it has said that nothing was done. */
const TRIES = 20
const PAUSE_MS = 500

/** Repeats a request as a patient program does: "busy" is no answer yet. */
export async function patiently<C extends { ok: boolean }>(once: () => Promise<C>): Promise<C> {
  for (let tries = 1; ; tries++) {
    const called = await once()
    const busy = !called.ok && (called as { code?: string }).code === 'busy'
    if (!busy || tries === TRIES) return called
    await new Promise((again) => setTimeout(again, PAUSE_MS))
  }
}

/** Calls an endpoint, patiently. */
export const ask = <const E extends Endpoint>(url: string, e: E, options: CallOptions<E>): Promise<Called<E>> =>
  patiently(() => call(url, e, options))

export class Person {
  readonly url: string
  readonly account: Account
  token = ''
  signer: (Signer & { jwk: PublicJwk }) | null = null
  private enrolling: Promise<unknown> | null = null
  constructor(url: string, account: Account) {
    this.url = url
    this.account = account
  }

  /** The cookie by which the service knows this browser again. */
  #device = ''
  /** The newest step of the authenticator app whose code was shown. */
  #shown = 0

  /** A code that was not shown yet; waits where the codes of this half minute and the next are used up. */
  async code(): Promise<string> {
    const step = Math.max(stepAt(Date.now()), this.#shown + 1)
    // The service takes the code of the next half minute already.
    const wait = (step - 1) * STEP_SECONDS * 1000 - Date.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait + 50))
    this.#shown = step
    return codeOf(fromBase32(this.account.totp), step)
  }

  /** Signs in with the password, and with a code where the account has an authenticator app. */
  async signIn(): Promise<this> {
    const { email, password } = this.account
    const headers: Record<string, string> = this.#device === '' ? {} : { cookie: this.#device }
    const first = must('sign-in', await ask(this.url, signIn, { body: { email, password }, headers }))
    const { body, headers: got } =
      'accessToken' in first.body
        ? { body: first.body, headers: first.headers }
        : await this.#secondStep(first.body.secondFactor.ticket, headers)
    this.#device =
      got
        .getSetCookie()
        .find((cookie) => cookie.startsWith('madang_device='))
        ?.split(';')[0] ?? ''
    this.token = body.accessToken
    return this
  }

  async #secondStep(ticket: string, headers: Record<string, string>) {
    // A program that was started again does not know which codes the one before has used up: this half minute's, and the next's.
    for (let usedUp = 0; ; usedUp++) {
      const code = await this.code()
      const called = await ask(this.url, finishSignIn, { body: { ticket, code }, headers })
      if (called.ok || called.code !== 'bad-code' || usedUp === 2) return must('second factor', called)
    }
  }

  /** Shows the second factor again: it counts for five minutes. */
  async stepUp(): Promise<void> {
    const { token } = this
    const { body } = must('step-up', await ask(this.url, startStepUp, { token, body: {} }))
    const code = await this.code()
    must('step-up', await ask(this.url, stepUp, { token, body: { ticket: body.ticket, code } }))
  }

  /** Calls an endpoint as this person, patiently, and shows the second factor where that is asked for. */
  async act<const E extends Endpoint>(e: E, options: Omit<CallOptions<E>, 'token'>): Promise<Called<E>> {
    const once = () => ask(this.url, e, { ...options, token: this.token } as CallOptions<E>)
    const called = await once()
    // Who has no authenticator app here cannot show one.
    if (called.ok || called.code !== 'step-up-needed' || this.account.totp === '') return called
    await this.stepUp()
    return once()
  }

  /** Makes a signing key, which stays here, and enrols its public half. */
  async enrol(): Promise<this> {
    const { body: me } = must('me', await ask(this.url, readMe, { token: this.token }))
    const { body: time } = must('time', await ask(this.url, readTime, {}))
    const signer = scalarSigner(P, randomScalar(P))
    const jws = await signJws(P, signer, {
      typ: 'actor.key/1',
      id: me.account,
      org: me.org,
      jwk: signer.jwk,
      from: secondsZ(Date.parse(time.now)),
      replaces: me.kid,
    })
    must('key', await this.act(enrolKey, { body: { jws } }))
    this.signer = signer
    return this
  }

  private get key(): Signer {
    if (!this.signer) throw new Error(`${this.account.id} has no key yet`)
    return this.signer
  }

  async draft(draft: Draft): Promise<string> {
    const { body } = must('draft', await ask(this.url, createTender, { token: this.token, body: draft }))
    return body.no
  }

  /** Checks and signs the keysets and publishes; asks for another proposal when its keys were taken in the meantime. */
  async publish(no: string, tries = 5): Promise<void> {
    const params = { no }
    const { body } = must('keysets', await this.act(proposeKeysets, { params }))
    const notice = await signJws(P, this.key, body.notice as JsonObject & { typ: string })
    const sign = (keyset: object) => signJws(P, this.key, keyset as JsonObject & { typ: string })
    const price = await sign(body.price)
    const technical = body.technical && (await sign(body.technical))
    const draw = body.draw && (await sign(body.draw))
    const published = await this.act(publishTender, {
      params,
      body: { notice, keysets: { price, ...(technical && { technical }), ...(draw && { draw }) } },
    })
    if (!published.ok && ['keyset-mismatch', 'act-mismatch'].includes(published.code) && tries > 1)
      return this.publish(no, tries - 1)
    must('publication', published)
  }

  /** Signs an act with the key; whoever has none yet enrols one first. */
  async signs(payload: JsonObject & { typ: string }): Promise<string> {
    if (!this.signer) {
      // Two acts at once must not enrol two keys, of which one would be refused.
      this.enrolling ??= this.enrol()
      await this.enrolling
    }
    return signJws(P, this.key, payload)
  }

  /** An evaluator signs the sheet as the marks given make it. */
  async signSheet(no: string) {
    const { token } = this
    const params = { no }
    const { body: sheet } = must('sheet', await ask(this.url, readSheet, { token, params }))
    const jws = await this.signs(sheetOf(no, sheet.evaluator, sheet.marks, sheet.declared))
    return ask(this.url, signSheet, { token, params, body: { jws } })
  }

  /** Somebody who was drawn declares whether there is a conflict of interest. */
  async declare(no: string, grounds: Grounds | null = null) {
    const { token } = this
    const { body } = must('calls', await ask(this.url, listCalls, { token }))
    const asked = body.calls.find((one) => one.tender === no) ?? { evaluator: '-', number: '-' }
    const said = { conflict: grounds !== null, grounds, statement: '' }
    const jws = await this.signs(declaration(no, asked, said))
    return ask(this.url, declareInterests, { token, params: { no }, body: { ...said, jws } })
  }

  async lock(no: string) {
    const { token } = this
    const params = { no }
    const proposed = await ask(this.url, proposeLock, { token, params })
    // Who may not see the order may not give it either: the refusal is the lock's to say.
    const order = proposed.ok ? proposed.body.order : lockOrder(P, no, [], [])
    const jws = await this.signs(order as JsonObject & { typ: string })
    return this.act(lockScores, { params, body: { jws } })
  }

  /** Proposes the award to a bidder at the price that the ranking has for it, and signs for it. */
  async award(no: string, bidder: string) {
    const { token } = this
    const { body: view } = must('tender', await ask(this.url, readTender, { token, params: { no } }))
    const jws = await this.signs(awarding(no, bidder, priceIn(view, bidder), view.standstillEnds))
    return this.act(awardTender, { params: { no }, body: { bidder, jws } })
  }

  /** Proposes a framework with several bidders, by rank, each at the price that the ranking has for it, and signs for it. */
  async awardSeveral(no: string, winners: readonly string[]) {
    const { token } = this
    const { body: view } = must('tender', await ask(this.url, readTender, { token, params: { no } }))
    const priced = winners.map((bidder) => ({ bidder, amount: priceIn(view, bidder) }))
    const bidder = winners[0] ?? ''
    const jws = await this.signs(awarding(no, bidder, priceIn(view, bidder), view.standstillEnds, priced))
    return this.act(awardTender, { params: { no }, body: { bidder, winners: [...winners], jws } })
  }

  /** Proposes a later deadline. */
  async extend(no: string, deadline: string, statement: string) {
    const { token } = this
    const { body: view } = must('tender', await ask(this.url, readTender, { token, params: { no } }))
    const jws = await this.signs(extension(no, view, deadline, statement))
    return this.act(extendTender, { params: { no }, body: { deadline, statement, jws } })
  }

  /** Proposes a later deadline for all these lots of a notice together, the first being the one that it is proposed on. */
  async extendLots(numbers: readonly string[], deadline: string, statement: string) {
    const { token } = this
    const signed: { no: string; jws: string }[] = []
    for (const no of numbers) {
      const { body: view } = must('tender', await ask(this.url, readTender, { token, params: { no } }))
      signed.push({ no, jws: await this.signs(extension(no, view, deadline, statement)) })
    }
    const [first, ...lots] = signed
    if (!first) throw new Error('no lots to extend')
    return this.act(extendTender, { params: { no: first.no }, body: { deadline, statement, jws: first.jws, lots } })
  }

  /** Approves another person's proposal, and signs for it where it is an act about a tender. */
  async approve(id: string, statement = '') {
    const params = { id }
    const asked = await this.act(proposeApproval, { params })
    // What refuses to say what is to be signed refuses the approval too, and says why.
    if (!asked.ok || asked.body.approval === null) return this.act(approveProposal, { params, body: { statement } })
    const { body: shown } = must('proposal', await this.act(readProposal, { params }))
    const approval = asked.body.approval as JsonObject & { typ: string }
    const about = { ...shown, proposedBy: shown.proposedBy.account }
    const others = (asked.body.lots ?? []) as { no: string; approval: JsonObject & { typ: string } }[]
    if (!approvesAll(P, about, this.account.id, { approval, lots: others }))
      throw new Error(`${id} is not what is to be approved`)
    const jws = await this.signs(approval)
    const lots: { no: string; jws: string }[] = []
    for (const { no, approval: own } of others) lots.push({ no, jws: await this.signs(own) })
    return this.act(approveProposal, { params, body: { statement, jws, ...(lots.length > 0 && { lots }) } })
  }

  /** Proposes to shut a firm out of tenders. */
  async proposeExclusion(what: { org: string; from: string; until: string; basis: string; grounds: string }) {
    const jws = await this.signs(shuttingOut(what))
    return this.act(declareExclusion, { body: { ...what, jws } })
  }

  /** Proposes to end an exclusion of a firm. */
  async proposeLifting(id: string, org: string, statement: string) {
    const jws = await this.signs(lifting(id, org, statement))
    return this.act(liftExclusion, { params: { id }, body: { statement, jws } })
  }

  /** Proposes a later deadline, and that bids are sealed to these custodians from then on. */
  async replaceKeys(no: string, custodians: string[], deadline: string, statement: string) {
    const { token } = this
    const { body: view } = must('tender', await ask(this.url, readTender, { token, params: { no } }))
    const query = { custodians: custodians.join(','), deadline }
    const proposed = await ask(this.url, proposeReplacement, { token, params: { no }, query })
    if (!proposed.ok) return proposed
    const { keysets, ids } = await this.signsKeysets(proposed.body)
    const jws = await this.signs(extension(no, view, deadline, statement, ids))
    const body = { deadline, statement, jws, keysets }
    return this.act(extendTender, { params: { no }, body })
  }

  /** Proposes another rule for a published tender, whose keys are kept by these custodians from then on. */
  async amend(no: string, custodians: string[], deadline: string, asked: Deciding & { statement: string }) {
    const { token } = this
    const { body: view } = must('tender', await ask(this.url, readTender, { token, params: { no } }))
    const query = { custodians: custodians.join(','), deadline }
    const proposed = await ask(this.url, proposeReplacement, { token, params: { no }, query })
    if (!proposed.ok) return proposed
    const { keysets, ids } = await this.signsKeysets(proposed.body)
    const { statement, ...deciding } = asked
    const now = { ...view, ruleHash: view.ruleHash ?? '' }
    const jws = await this.signs(
      ruleAmendment(P, no, now, { ...deciding, newDeadline: deadline, statement, keysets: ids }),
    )
    const body = { ...deciding, rule: deciding.rule as never, deadline, statement, jws, keysets }
    return this.act(amendTender, { params: { no }, body })
  }

  /** Keysets as they were proposed, signed, with their ids by kind. */
  private async signsKeysets(proposed: object) {
    const keysets: Record<string, string> = {}
    const ids: Record<string, string> = {}
    for (const [kind, keyset] of Object.entries(proposed)) {
      if (!keyset) continue
      keysets[kind] = await this.signs(keyset as JsonObject & { typ: string })
      ids[kind] = b64u(keysetId(P, readKeyset(P, keyset as Json)))
    }
    return { keysets: keysets as { price: string }, ids }
  }

  /** Proposes to cancel a tender. */
  async cancel(no: string, statement: string) {
    const jws = await this.signs(cancellation(no, statement))
    return this.act(cancelTender, { params: { no }, body: { statement, jws } })
  }

  /** Objects to a result. */
  async object(no: string, ground: ObjectionGround, reasons: string) {
    const jws = await this.signs(objecting(no, this.account.org, ground, reasons))
    return ask(this.url, lodgeComplaint, { token: this.token, params: { no }, body: { ground, reasons, jws } })
  }

  /** Decides about an objection by its number, as an overseer. */
  async decideObjection(no: string, c: string, outcome: ObjectionOutcome, reasons: string) {
    const jws = await this.signs(decidingObjection(no, c, outcome, reasons))
    return ask(this.url, decideComplaint, { token: this.token, params: { no, c }, body: { outcome, reasons, jws } })
  }

  /** Asks about a tender. */
  ask(no: string, text: string) {
    return ask(this.url, askQuestion, { token: this.token, params: { no }, body: { text } })
  }

  /** Answers a question of the agency's inbox, or says something that nobody asked. */
  async answer(no: string, question: { c: string; statement: string; salt: string } | null, answer: string) {
    const jws = await this.signs(clarifying(no, question, answer))
    const body = { question: question?.c ?? null, answer, jws }
    return ask(this.url, answerQuestion, { token: this.token, params: { no }, body })
  }

  /** An overseer lets the closing time stand. */
  async override(no: string, statement: string) {
    const reasons: ['closing-time-override'] = ['closing-time-override']
    const jws = await this.signs(override(no, reasons, statement))
    return ask(this.url, declareIncident, { token: this.token, params: { no }, body: { reasons, statement, jws } })
  }

  /** An overseer has all bidders seal again, to these custodians. */
  async orderRekey(no: string, custodians: string[], until: string, statement: string) {
    const { token } = this
    const query = { custodians: custodians.join(','), until, statement }
    const proposed = await ask(this.url, proposeRekey, { token, params: { no }, query })
    if (!proposed.ok) return proposed
    const { incident, keysets } = proposed.body
    const jws = await this.signs(incident as JsonObject & { typ: string })
    const signed: { technical?: string; price?: string } = {}
    for (const kind of ['technical', 'price'] as const) {
      const keyset = keysets[kind]
      if (keyset) signed[kind] = await this.signs(keyset as JsonObject & { typ: string })
    }
    const body = { custodians, until, statement, jws, keysets: signed }
    return ask(this.url, orderRekey, { token, params: { no }, body })
  }

  async keysets(no: string): Promise<Both<Keyset>> {
    const { body } = must('tender', await ask(this.url, readTender, { token: this.token, params: { no } }))
    const of = (kind: string) => readKeyset(P, body.keysets.find((k) => k.kind === kind)?.keyset as Json)
    return { technical: of('technical'), price: of('price') }
  }

  /** Who seals when: the same of every bid. */
  #bid(no: string) {
    return { tender: no, bidder: this.account.org, seq: 1, replaces: null, made: secondsZ(Date.now()) }
  }

  async seal(
    no: string,
    bid: Partial<BidToSeal> & Pick<BidToSeal, 'technical' | 'price'> & { keysets?: Both<Keyset> },
  ): Promise<SealedBid> {
    return sealBid(P, this.key, { ...this.#bid(no), ...bid, keysets: bid.keysets ?? (await this.keysets(no)) })
  }

  /** Seals a file for a started envelope, as a browser does, and hands it in; `send` gives each piece in turn where it is cut into some. */
  async attach(
    no: string,
    envelope: StartedEnvelope,
    file: { name: string; bytes: Uint8Array; type?: string },
  ): Promise<SealedAttachment & { ciphertext: Uint8Array }> {
    const pieces: Uint8Array[] = []
    const source = new Blob([new Uint8Array(file.bytes)]).stream() as ReadableStream<Uint8Array>
    const sealed = await sealFile(envelope.recipient, source, (piece) => void pieces.push(piece))
    const ciphertext = concat(...pieces)
    await this.upload(no, sealed.ct, ciphertext)
    const type = file.type ?? fileTypeOf(file.name) ?? 'application/octet-stream'
    return { name: file.name, type, ...sealed, ciphertext }
  }

  /** Hands in a sealed file in one piece (tus 1.0.0). */
  async upload(no: string, ct: string, ciphertext: Uint8Array): Promise<void> {
    const headers = { authorization: `Bearer ${this.token}`, 'tus-resumable': '1.0.0' }
    const begun = await fetch(`${this.url}${addressOf(beginUpload, { no })}`, {
      method: 'POST',
      headers: {
        ...headers,
        'upload-length': String(ciphertext.length),
        'upload-metadata': `ct ${b64(utf8(ct))}`,
      },
    })
    const sent =
      begun.status === 201 &&
      (await fetch(`${this.url}${begun.headers.get('location')}`, {
        method: 'PATCH',
        headers: { ...headers, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
        body: new Uint8Array(ciphertext),
      }))
    const last = sent || begun
    if (last.status !== 204) throw new Error(`a sealed file was refused: ${last.status} ${await last.text()}`)
  }

  /** Seals a bid of a price alone, with two numbers of preliminary prices where they are drawn. */
  async sealPrice(no: string, bid: Partial<BidToSeal> & Pick<BidToSeal, 'price'>): Promise<SealedBid<ByKind<string>>> {
    const { body } = must('tender', await ask(this.url, readTender, { token: this.token, params: { no } }))
    const price = readKeyset(P, body.keysets.find((k) => k.kind === 'price')?.keyset as Json)
    return sealBid(P, this.key, { ...this.#bid(no), keysets: { price }, ...bid })
  }

  /** An officer examines the bidder whose turn it is. */
  async examine(no: string, bidder: string, scores: { part: string; score: string }[], statement = '') {
    const jws = await this.signs(examining(no, bidder, scores, statement))
    return this.act(examineBidder, { params: { no }, body: { bidder, scores, statement, jws } })
  }

  /** Sends once: whoever asks again after "busy" or a broken line does so under the same key. */
  async send(no: string, body: SealedBid<ByKind<string>>['body'] | Record<string, unknown>, key = b64u(P.random(18))) {
    const once = () =>
      call(this.url, submitBid, { token: this.token, params: { no }, body, headers: { 'idempotency-key': key } })
    const sent = await once()
    if (sent.ok || sent.code !== 'step-up-needed' || this.account.totp === '') return sent
    await this.stepUp()
    return once()
  }

  async withdraw(no: string, seq: number, withdraws: string, key = b64u(P.random(18))) {
    const act = await signWithdrawal(P, this.key, {
      tender: no,
      bidder: this.account.org,
      seq,
      withdraws,
      made: secondsZ(Date.now()),
    })
    return call(this.url, withdrawBid, {
      token: this.token,
      params: { no },
      body: act.body,
      headers: { 'idempotency-key': key },
    })
  }
}

/** A bidder's price as the ranking has it. */
function priceIn(view: { ranking: Record<string, unknown> | null }, bidder: string) {
  const rows = (view.ranking?.rows ?? []) as { bidder: string; amount: string | null }[]
  return { amount: rows.find((row) => row.bidder === bidder)?.amount ?? '0', currency: 'KRW' }
}

/** A cancellation by the two persons that it needs. */
export async function cancel(officer: Person, approver: Person, no: string, statement: string): Promise<void> {
  const { body } = must('proposal to cancel', await officer.cancel(no, statement))
  must('approval of the cancellation', await approver.approve(body.id))
}

/** An award by the two persons that it needs: the officer proposes it, the approver approves. */
export async function award(officer: Person, approver: Person, no: string, bidder: string): Promise<void> {
  const { body } = must('award', await officer.award(no, bidder))
  must('approval of the award', await approver.approve(body.id))
}

/** Approves all that waits about one thing; answers how much that was. */
export async function approveAll(approver: Person, ref: string): Promise<number> {
  const { body } = must('proposals', await approver.act(listProposals, { query: { ref } }))
  for (const { id } of body.proposals) must('approval', await approver.approve(id))
  return body.proposals.length
}
