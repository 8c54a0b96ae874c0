// Who moves the demonstration on? Its own people: they publish, bid, mark, lock and award by plan, so that there is always something to watch.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listQuestions } from '../../src/api/questions.ts'
import {
  type Draft,
  giveMarks,
  giveQuantitative,
  readSheet,
  readTender,
  type TenderView,
} from '../../src/api/tenders.ts'
import { secondsZ } from '../../src/domain/kit/time.ts'
import { partsOf } from '../../src/domain/scoring/contest-facts.ts'
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import { type AnyRule, isContest } from '../../src/domain/scoring/contest-rule.ts'
import type { PriceFormId } from '../../src/domain/scoring/methods.ts'
import { NEGOTIATION_METHODS as METHODS, type NegotiationId } from '../../src/domain/scoring/negotiation-methods.ts'
import type { AwardRule } from '../../src/domain/scoring/rule.ts'
import { writeFileAtomic } from '../../src/node/atomic-file.ts'
import { nodePrimitives as P } from '../../src/node/primitives.ts'
import { b64u, utf8 } from '../../src/proof/bytes.ts'
import { startEnvelope } from '../../src/proof/seal.ts'
import { marksFor, ninetyTen } from '../case.ts'
import type { House } from '../house.ts'
import { ask, award, cancel, must, type Person, patiently } from '../person.ts'
import { FIRMS, LIVE, NOTICES, type Notice, type Plan, PROPOSALS } from './notices.ts'
import type { World } from './people.ts'

/** Seconds from the moment the address is printed to the technical opening of the live tender. */
const LIVE_SECONDS = 75
/** Pauses between the acts of the live tender, seconds. */
const PAUSE = { marks: 12, betweenEvaluators: 3, lock: 6, award: 15, next: 20 }

type Kept = { seeded: boolean; plans: Record<string, Plan>; lives: number }

const number = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0)
const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })

const byNegotiation = (method: Notice['method']): method is NegotiationId => Object.hasOwn(METHODS, method)

/** The base amount is the budget without its tax. */
const baseOf = (budget: string): string => String((BigInt(budget) * 10n) / 11n)

function ruleOf({ method, budget }: Notice): AnyRule {
  if (!byNegotiation(method))
    return contestRule(method satisfies PriceFormId, { base: baseOf(budget), budget, currency: 'KRW' })
  const base = ninetyTen(budget)
  const { price, ...rest } = METHODS[method].defaults
  const { reference, referenceAmount, ceiling } = base.price
  return { ...base, ...rest, price: { ...price, reference, referenceAmount, ceiling } }
}

/** The technical score that the evaluators give in the end: between 69 and 84 of 90, from tender and proposal. */
const targetOf = (no: string, proposed: string): string =>
  (69 + (number(`score ${no} ${proposed}`) % 1500) / 100).toFixed(2).replace(/\.?0+$/, '')

/** A price between 80 and 99 per cent of the budget, in thousands of won. */
const priceOf = (no: string, firm: string, budget: string): string =>
  String(((BigInt(budget) * BigInt(8000 + (number(`price ${no} ${firm}`) % 1900))) / 10_000n / 1000n) * 1000n)

/** A price around the floor and the planned price of a tender by price: between 87 and 101 per cent of the base amount. */
const quoteOf = (no: string, firm: string, budget: string): string =>
  String(((BigInt(baseOf(budget)) * BigInt(8700 + (number(`price ${no} ${firm}`) % 1400))) / 10_000n / 1000n) * 1000n)

/** Two of fifteen numbers. */
function picksOf(no: string, firm: string): [number, number] {
  const first = 1 + (number(`first ${no} ${firm}`) % 15)
  const second = 1 + ((first + (number(`second ${no} ${firm}`) % 14)) % 15)
  return [first, second]
}

export class Stage {
  readonly #house: House
  readonly #world: World
  readonly #file: string
  readonly #kept: Kept
  readonly #stop = new AbortController()
  readonly #say: (line: string) => void
  #signedIn = Date.now()

  constructor(house: House, world: World, say: (line: string) => void) {
    this.#house = house
    this.#world = world
    this.#say = say
    this.#file = join(house.dataDir, 'demo-stage.json')
    this.#kept = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Kept)
      : { seeded: false, plans: {}, lives: 0 }
  }

  #save(): void {
    writeFileAtomic(this.#file, `${JSON.stringify(this.#kept)}\n`)
  }

  /** Access tokens live ten minutes; the world's people sign in again before that. */
  async #awake(): Promise<void> {
    if (Date.now() - this.#signedIn < 240_000) return
    this.#signedIn = Date.now()
    for (const account of this.#world.accounts) await this.#world.person(account.id).signIn()
  }

  async view(no: string): Promise<TenderView> {
    return must('tender', await ask(this.#house.url, readTender, { params: { no } })).body
  }

  #officer(notice: Notice): Person {
    return this.#world.person(`officer-${notice.agency}`)
  }

  async #publish(notice: Notice, seconds: number): Promise<string> {
    const at = secondsZ(Date.now() + seconds * 1000)
    const draft: Draft = {
      notice: {
        title: { ko: notice.ko, en: notice.en },
        summary: notice.says,
        budget: { amount: notice.budget, currency: 'KRW' },
        method: notice.method,
        minBids: 2,
      },
      rule: ruleOf(notice),
      deadline: at,
      openAfter: at,
      evaluators: byNegotiation(notice.method) ? this.#world.all('evaluator').map((p) => p.account.id) : [],
    }
    const officer = this.#officer(notice)
    const no = await officer.draft(draft)
    if (notice.plan !== 'draft') await officer.publish(no)
    this.#kept.plans[no] = notice.plan
    this.#save()
    return no
  }

  /** A plan as a sealed file of the technical envelope, so that visitors find one after the opening. */
  async #withPlan(person: Person, no: string, notice: Notice) {
    const keysets = await person.keysets(no)
    const technical = startEnvelope(P, keysets.technical)
    const text = `${notice.ko}\n\n${PROPOSALS.map((p, i) => `${i + 1}. ${p.ko}`).join('\n')}\n\n${notice.en}\n\n${PROPOSALS.map((p, i) => `${i + 1}. ${p.en}`).join('\n')}\n`
    try {
      const file = await person.attach(no, technical, { name: '수행 계획.txt', bytes: utf8(text) })
      return { keysets, started: { technical }, files: { technical: [file] } }
    } catch (err) {
      this.#say(`demo: a sealed file was not taken: ${err instanceof Error ? err.message : String(err)}`)
      return { keysets }
    }
  }

  /** Some of the firms bid, one after the other, each from its own keys. */
  async #bid(no: string, notice: Notice, pauseMs: number): Promise<void> {
    for (const [i, firm] of FIRMS.slice(0, notice.bidders ?? 3).entries()) {
      if (this.#stop.signal.aborted) return
      const person = this.#world.person(`rep-${firm.id}`)
      const sealed = !byNegotiation(notice.method)
        ? await person.sealPrice(no, {
            price: { amount: quoteOf(no, firm.id, notice.budget), currency: 'KRW' },
            picks: picksOf(no, firm.id),
          })
        : await person.seal(no, {
            ...(i === 0 && (await this.#withPlan(person, no, notice))),
            technical: {
              approach: `${notice.ko}: ${PROPOSALS[i % PROPOSALS.length]?.ko}`,
              summary: `${notice.en}: ${PROPOSALS[i % PROPOSALS.length]?.en}`,
            },
            price: { amount: priceOf(no, firm.id, notice.budget), currency: 'KRW' },
          })
      // The same bid under the same key, however often the house was too busy to take it.
      const key = b64u(P.random(18))
      const sent = await patiently(() => person.send(no, sealed.body, key))
      if (!sent.ok && sent.code !== 'late') this.#say(`demo: a bid of ${firm.en} was refused: ${sent.code}`)
      await sleep(pauseMs, this.#stop.signal)
    }
  }

  /** Firms ask, each another thing, and the officer answers what has an answer, once the questions have their place in the log. */
  async #talk(no: string, notice: Notice): Promise<void> {
    const officer = this.#officer(notice)
    for (const [i, { text, answer }] of (notice.asked ?? []).entries()) {
      const person = this.#world.person(`rep-${FIRMS[i % FIRMS.length]?.id}`)
      const { c } = must('question', await person.ask(no, text)).body
      for (let tries = 0; answer !== undefined && tries < 20 && !this.#stop.signal.aborted; tries++) {
        const inbox = { params: { no }, query: { per: 100 } }
        const { questions } = must('questions', await officer.act(listQuestions, inbox)).body
        const said = await officer.answer(no, questions.find((one) => one.c === c) ?? null, answer)
        if (said.ok) break
        await sleep(500, this.#stop.signal)
      }
    }
  }

  /** The second of the ranking objects, and the overseer decides, before anybody awards. */
  async #object(no: string, order: string[][], { ground, reasons, decision }: NonNullable<Notice['objection']>) {
    const second = order[1]?.[0]
    if (second === undefined) return
    // A world that was stopped in between has one that waits already: then the overseer is whoever tries the demonstration.
    const lodged = await this.#world.person(`rep-${second}`).object(no, ground, reasons)
    if (lodged.ok)
      must('decision', await this.#world.person('auditor-1').decideObjection(no, lodged.body.c, 'dismissed', decision))
  }

  async #markAs(evaluator: Person, i: number, no: string, rule: AwardRule): Promise<void> {
    const { token } = evaluator
    const params = { no }
    const { body: sheet } = must('sheet', await ask(this.#house.url, readSheet, { token, params }))
    const marks = sheet.proposals.flatMap((proposal) => {
      // As evaluators do: by what is proposed, since they cannot know by whom.
      const proposed = String((proposal.body as { approach?: string }).approach ?? proposal.label)
      const given = marksFor(rule, targetOf(no, proposed), number(proposed) % 7).evaluators[i] ?? []
      return given.map((m) => ({ ...m, bidder: proposal.label, comment: '' }))
    })
    must('marks', await ask(this.#house.url, giveMarks, { token, params, body: { marks } }))
    must('signed sheet', await evaluator.signSheet(no))
  }

  async #records(officer: Person, no: string, rule: AwardRule): Promise<void> {
    const evaluator = this.#world.all('evaluator')[0] as Person
    const { body: sheet } = must(
      'sheet',
      await ask(this.#house.url, readSheet, { token: evaluator.token, params: { no } }),
    )
    const marks = sheet.proposals.flatMap((proposal) => {
      // As evaluators do: by what is proposed, since they cannot know by whom.
      const proposed = String((proposal.body as { approach?: string }).approach ?? proposal.label)
      return marksFor(rule, targetOf(no, proposed), number(proposed) % 7).quantitative.map((m) => ({
        ...m,
        bidder: proposal.label,
        comment: '',
      }))
    })
    must(
      'records',
      await ask(this.#house.url, giveQuantitative, { token: officer.token, params: { no }, body: { marks } }),
    )
  }

  async #untilState(no: string, states: string[], seconds: number): Promise<TenderView | null> {
    const end = Date.now() + seconds * 1000
    while (!this.#stop.signal.aborted && Date.now() < end) {
      const view = await this.view(no)
      if (states.includes(view.state)) return view
      if (['failed', 'cancelled', 'awarded'].includes(view.state)) return null
      await sleep(500, this.#stop.signal)
    }
    return null
  }

  /** Examines whoever's turn it is, until somebody passes. */
  async #examineAll(officer: Person, view: TenderView): Promise<TenderView> {
    const rule = view.rule as unknown as AnyRule
    const parts = isContest(rule) ? partsOf(rule).parts : []
    let now = view
    for (;;) {
      const { next = null } = (now.ranking ?? {}) as { next?: string | null }
      if (next === null || this.#stop.signal.aborted) return now
      const scores = parts.map(({ id, max }) => ({ part: id, score: max }))
      must('examination', await officer.examine(now.no, next, scores))
      now = await this.view(now.no)
    }
  }

  /** Takes one tender from where it stands as far as its plan goes. `slow` is for the one that people watch. */
  async #carry(no: string, slow: boolean): Promise<void> {
    const plan = this.#kept.plans[no]
    const pause = (seconds: number) => sleep(slow ? seconds * 1000 : 100, this.#stop.signal)
    let view = await this.#untilState(no, ['evaluating', 'scores_locked', 'price_opening', 'ranked'], 240)
    if (!view || plan === 'until-marks') return
    await this.#awake()
    const officer = this.#world.person(`officer-${view.agency.id}`)
    if (view.state === 'evaluating') {
      const rule = view.rule as unknown as AwardRule
      await pause(PAUSE.marks)
      for (const [i, evaluator] of this.#world.all('evaluator').entries()) {
        await this.#markAs(evaluator, i, no, rule)
        await pause(PAUSE.betweenEvaluators)
      }
      await this.#records(officer, no, rule)
      await pause(PAUSE.lock)
      must('lock', await officer.lock(no))
    }
    view = await this.#untilState(no, ['ranked'], 240)
    if (!view || plan === 'until-award') return
    await pause(PAUSE.award)
    await this.#awake()
    view = await this.#examineAll(officer, view)
    const { order } = (view.ranking ?? { order: [] }) as { order: string[][] }
    const objection = NOTICES.find((one) => one.en === view?.title.en)?.objection
    if (objection) await this.#object(no, order, objection)
    const [first] = order
    if (first?.length !== 1) return
    await award(officer, this.#world.person(`approver-${view.agency.id}`), no, first[0] as string)
  }

  /** Fills a fresh world with tenders in every state. */
  async #seed(): Promise<void> {
    const carried: Promise<void>[] = []
    for (const notice of NOTICES) {
      if (this.#stop.signal.aborted) return
      const far = notice.plan === 'stay-open' || notice.plan === 'draft'
      const no = await this.#publish(notice, far ? (notice.hours ?? 24) * 3600 : 25)
      if (notice.plan === 'cancel') {
        const officer = this.#officer(notice)
        const statement = '사업 계획이 바뀌어 취소합니다. The plan has changed; the tender is cancelled.'
        await cancel(officer, this.#world.person(`approver-${notice.agency}`), no, statement)
      } else if (notice.bidders) {
        await this.#bid(no, notice, 0)
        carried.push(this.#carry(no, false))
      } else if (notice.plan === 'stay-open' && number(no) % 2 === 0) {
        await this.#bid(no, { ...notice, bidders: 2 }, 0)
      }
      if (notice.asked) carried.push(this.#talk(no, notice))
    }
    this.#kept.seeded = true
    this.#save()
    await Promise.all(carried)
  }

  /** The newest live tender's number, for the address that is printed. */
  live: string | null = null

  async #playLive(onPublished: () => void): Promise<void> {
    const notice = LIVE[this.#kept.lives % LIVE.length] as Notice
    this.#kept.lives++
    await this.#awake()
    const no = await this.#publish(notice, LIVE_SECONDS)
    this.live = no
    onPublished()
    const seconds = (LIVE_SECONDS - 20) / ((notice.bidders ?? 3) + 1)
    await this.#bid(no, notice, seconds * 1000)
    await this.#carry(no, true)
  }

  /** Runs until stopped: seeds a fresh world, goes on with unfinished tenders of an old one, and keeps a live opening coming. */
  async run(onLive: () => void): Promise<void> {
    let first: () => void = onLive
    const background = this.#kept.seeded
      ? Promise.all(Object.keys(this.#kept.plans).map((no) => this.#carry(no, false).catch(() => {})))
      : null
    while (!this.#stop.signal.aborted) {
      try {
        const playing = this.#playLive(() => {
          first()
          first = () => {}
        })
        // It is waited for below; that it fails while the rest is seeded must not end the program.
        playing.catch(() => {})
        if (!this.#kept.seeded) await this.#seed().catch((err: Error) => this.#say(`demo: ${err.message}`))
        await playing
      } catch (err) {
        if (!this.#stop.signal.aborted) this.#say(`demo: ${(err as Error).message}`)
      }
      await sleep(PAUSE.next * 1000, this.#stop.signal)
    }
    await background
  }

  stop(): void {
    this.#stop.abort()
  }
}
