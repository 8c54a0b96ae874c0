// Who has seen this checkpoint? All witnesses are asked at once; with the quorum's cosignatures the note can be published.
import { FormatError } from '../../proof/bytes.ts'
import { readCount, readSignatureLine, readVkey, verifyCosignature, writeAddCheckpoint } from '../../proof/note.ts'
import { type Policy, type PolicyWitness, quorumMet } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'

/** Too few witnesses have cosigned; the message says what each of the others answered. The checkpoint stays unpublished. */
export class NoQuorum extends Error {
  override name = 'NoQuorum'
}

/** A witness did not cosign, for a reason that it will not get over by itself, or has seen another log. */
export class WitnessTrouble extends Error {
  override name = 'WitnessTrouble'
}

/** The hashes that lead from the tree of `old` entries to the one that is to be cosigned. */
export type ProofFrom = (old: number) => Promise<Uint8Array[]>

/** Which log is to be cosigned, and how far. */
export type Head = { origin: string; size: number }

export type WitnessOptions = {
  P: Primitives
  /** Names witnesses with their addresses, groups and quorum. */
  policy: Pick<Policy, 'witnesses' | 'groups' | 'quorum'>
  /** Hears of each witness once when it begins to fail, and once for each other way in which it fails. */
  onTrouble: (err: Error) => void
  /** How long a witness may take, milliseconds. */
  patienceMs?: number
  /** Once the quorum is there, how much longer those are waited for that usually answer. */
  graceMs?: number
  /** Own clock, milliseconds since 1970. */
  now?: () => number
}

/** A cosignature may be this many seconds ahead of our clock; one that is further ahead would vouch for a time to come. */
const AHEAD = 60
const MOST_ANSWER = 16_384

type Cosigned = { line: string } | { refused: string }

/** One witness: what it has seen last, as far as we know, and whether a request is on its way. */
class Witness {
  readonly name: string
  readonly vkey: string
  readonly #url: string
  readonly #options: WitnessOptions
  readonly #ending: AbortSignal
  /** By the name of the log. */
  readonly #sizes = new Map<string, number>()
  #said = ''
  busy = false
  /** Did it answer in time when last asked? */
  punctual = true

  constructor({ name, vkey, url }: PolicyWitness, options: WitnessOptions, ending: AbortSignal) {
    this.name = name
    this.vkey = vkey
    this.#url = `${(url as string).replace(/\/+$/, '')}/add-checkpoint`
    this.#options = options
    this.#ending = ending
  }

  /** Says a failure when it is new, for logs that somebody reads. */
  #tell(refused: string): void {
    if (refused === this.#said) return
    this.#said = refused
    if (refused !== '') this.#options.onTrouble(new WitnessTrouble(`witness ${this.name}: ${refused}`))
  }

  async #post(body: string): Promise<{ status: number; text: string }> {
    const response = await fetch(this.#url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(this.#options.patienceMs ?? 4000), this.#ending]),
    })
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > MOST_ANSWER) throw new Error('the answer is too long')
      chunks.push(chunk)
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') }
  }

  /** The lines of this witness in an answer; lines of other keys are passed over, as C2SP tells clients to. */
  async #cosignature(note: string, answer: string): Promise<Cosigned> {
    const { keyId } = readVkey(this.vkey)
    const { name } = readVkey(this.vkey)
    const lines = answer
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => readSignatureLine(`${line}\n`))
      .filter((line) => line.name === name && line.keyId === keyId)
      .map(({ line }) => line)
    const line = lines[0]
    if (line === undefined) return { refused: 'it answered without a cosignature of its own' }
    const seen = await verifyCosignature(this.#options.P, `${note}${line}`, this.vkey)
    if (seen === null) return { refused: 'its cosignature does not verify' }
    if (seen.time > (this.#options.now ?? Date.now)() / 1000 + AHEAD)
      return { refused: `its clock is ahead: it cosigned at ${seen.time}` }
    return { line }
  }

  async #ask(note: string, { origin, size }: Head, proofFrom: ProofFrom): Promise<Cosigned> {
    for (let tries = 0; ; tries++) {
      const old = Math.min(this.#sizes.get(origin) ?? 0, size)
      const proof = old === 0 || old === size ? [] : await proofFrom(old)
      const { status, text } = await this.#post(writeAddCheckpoint({ old, proof, note }))
      if (status === 200) {
        const cosigned = await this.#cosignature(note, text)
        if ('line' in cosigned) this.#sizes.set(origin, size)
        return cosigned
      }
      if (status !== 409) return { refused: `it answered ${status}: ${text.trim().slice(0, 200)}` }
      const has = readCount(text.replace(/\n$/, ''), 'the size of a witness')
      if (has > size) return { refused: `it has seen ${has} entries, this database holds ${size}` }
      if (has === size && old === size) return { refused: `it has seen another tree of ${size} entries` }
      this.#sizes.set(origin, has)
      if (tries > 0) return { refused: `it answered 409 twice, now with ${has}` }
    }
  }

  async cosign(note: string, head: Head, proofFrom: ProofFrom): Promise<Cosigned> {
    this.busy = true
    const cosigned = await this.#ask(note, head, proofFrom).catch(
      (err: Error): Cosigned => ({ refused: err instanceof FormatError ? err.message : reasonOf(err) }),
    )
    this.busy = false
    this.punctual = 'line' in cosigned
    this.#tell('refused' in cosigned ? cosigned.refused : '')
    return cosigned
  }
}

const reasonOf = (err: Error): string => {
  const cause = err.cause as { code?: string; message?: string } | undefined
  return err.name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? cause?.message ?? err.message)
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

/** The witnesses of a log, as its sequencer knows them. */
export class Witnesses {
  readonly #options: WitnessOptions
  readonly #all: Witness[]
  readonly #ending = new AbortController()

  constructor(options: WitnessOptions) {
    this.#options = options
    this.#all = options.policy.witnesses.map((witness) => new Witness(witness, options, this.#ending.signal))
  }

  /** Is anybody asked at all? */
  get none(): boolean {
    return this.#options.policy.quorum === 'none'
  }

  /** Has the quorum cosigned this note? */
  async met(note: string): Promise<boolean> {
    return (await quorumMet(this.#options.P, { logs: [], ...this.#options.policy }, note)).met
  }

  /**
   * The log's signed note with the cosignatures under it, in the order of the policy. All witnesses are asked in parallel, but for
   * those that still owe an answer to an earlier question; when the quorum is there, the punctual ones are waited for a moment longer.
   *
   * @throws NoQuorum when too few cosign
   */
  async cosigned(note: string, head: Head, proofFrom: ProofFrom): Promise<string> {
    if (this.none) return note
    const lines = new Map<string, string>()
    const refused = new Map<string, string>()
    const whole = () => note + this.#all.map(({ name }) => lines.get(name) ?? '').join('')
    let there: () => void = () => {}
    const quorum = new Promise<void>((resolve) => {
      there = resolve
    })
    const patient: Promise<void>[] = []
    const all = this.#all.map(async (witness) => {
      if (witness.busy) {
        refused.set(witness.name, 'it still owes an answer')
        return
      }
      const usually = witness.punctual
      const asked = witness.cosign(note, head, proofFrom).then(async (cosigned) => {
        if ('refused' in cosigned) refused.set(witness.name, cosigned.refused)
        else lines.set(witness.name, cosigned.line)
        if (await this.met(whole())) there()
      })
      if (usually) patient.push(asked)
      await asked
    })
    const everybody = Promise.all(all)
    await Promise.race([everybody, quorum])
    if (!(await this.met(whole()))) {
      const why = [...refused].map(([name, says]) => `${name}: ${says}`).join('; ')
      throw new NoQuorum(`the checkpoint of ${head.size} has not the quorum of its witnesses (${why})`)
    }
    await Promise.race([Promise.all(patient), sleep(this.#options.graceMs ?? 250)])
    return whole()
  }

  /** Gives up what is on its way. */
  end(): void {
    this.#ending.abort()
  }
}
