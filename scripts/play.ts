// Plays one tender of an official case from notice to award, through the public API alone.
import { enrolCustodian, listCustodians } from '../src/api/custodians.ts'
import { type Draft, giveMarks, giveQuantitative, readSheet, readTender, type TenderView } from '../src/api/tenders.ts'
import { secondsZ } from '../src/domain/kit/time.ts'
import { type Case, marksFor, ninetyTen } from './case.ts'
import type { House } from './house.ts'
import type { Account, Invented, Organisation } from './people.ts'
import { makePeople } from './people.ts'
import { ask, award, must, Person, patiently } from './person.ts'

export const CUSTODIANS = ['agency', 'audit-office', 'timekeeper']

export const ORGANISATIONS: Organisation[] = [
  { id: 'operator', ko: '마당 운영자', en: 'Madang operator' },
  { id: 'audit-office', ko: '가온감사원 (가상)', en: 'Gaon Audit Office (invented)' },
  { id: 'gaon-city', ko: '가온시청 (가상)', en: 'Gaon City Hall (invented)' },
  { id: 'pool', ko: '평가위원단 (가상)', en: 'Evaluators’ pool (invented)' },
]

const FIRMS: [ko: string, en: string][] = [
  ['다솜소프트', 'Dasom Soft'],
  ['가람시스템', 'Garam Systems'],
  ['나래정보', 'Narae Information'],
  ['미르테크', 'Mir Tech'],
  ['새솔데이터', 'Saesol Data'],
  ['한빛네트웍스', 'Hanbit Networks'],
]

export type Cast = {
  operator: Person
  officer: Person
  approver: Person
  auditor: Person
  evaluators: Person[]
  suppliers: Person[]
}

/** Makes the people of a world: one operator, officer, approver and auditor, seven evaluators, a supplier for each bidder named. */
export async function makeCast(house: House, bidders: string[]): Promise<{ cast: Cast; accounts: Account[] }> {
  const firms = bidders.map((bidder, i): Organisation => {
    const [ko, en] = FIRMS[i % FIRMS.length] as [string, string]
    return { id: bidder.toLowerCase(), ko: `${ko} (가상)`, en: `${en} (invented)` }
  })
  const evaluators = Array.from({ length: 7 }, (_, i): Invented => {
    return { id: `evaluator-${i + 1}`, org: 'pool', role: 'evaluator', name: `Evaluator ${i + 1}` }
  })
  const people: Invented[] = [
    { id: 'operator-1', org: 'operator', role: 'operator', name: 'Operator' },
    { id: 'officer-1', org: 'gaon-city', role: 'officer', name: 'Officer Kim' },
    { id: 'approver-1', org: 'gaon-city', role: 'approver', name: 'Approver Park' },
    { id: 'auditor-1', org: 'audit-office', role: 'auditor', name: 'Auditor Lee' },
    ...evaluators,
    ...firms.map((firm): Invented => ({ id: `${firm.id}-rep`, org: firm.id, role: 'supplier', name: firm.en })),
  ]
  const accounts = await makePeople(house, [...ORGANISATIONS, ...firms], people)
  const persons = accounts.map((account) => new Person(house.url, account))
  const of = (role: Invented['role']) => persons.filter((p) => p.account.role === role)
  const one = (role: Invented['role']) => of(role)[0] as Person
  return {
    accounts,
    cast: {
      operator: one('operator'),
      officer: one('officer'),
      approver: one('approver'),
      auditor: one('auditor'),
      evaluators: of('evaluator'),
      suppliers: of('supplier'),
    },
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Asks again until the answer is there. */
export async function until<T>(what: string, look: () => Promise<T | null | false>, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await look()
    if (answer) return answer
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} seconds`)
    await pause(150)
  }
}

/** Enrols the custodians and waits until each has opening keys in the log. */
export async function enrolCustodians(house: House, operator: Person, say: (line: string) => void): Promise<void> {
  await house.startCustodians()
  // One after the other: the order of their identities in the log is then the same in every world.
  const identities = await Promise.all(CUSTODIANS.map((id) => house.identityOf(id)))
  for (const jws of identities) {
    must('custodian', await ask(house.url, enrolCustodian, { token: operator.token, body: { jws } }))
  }
  await until('opening keys', async () => {
    const { body } = must('custodians', await ask(house.url, listCustodians, {}))
    return body.custodians.length === CUSTODIANS.length && body.custodians.every((c) => c.prekeysLeft >= 2)
  })
  say('custodians: three institutions have each offered fresh keys, one pair for each tender and envelope')
}

/** The draft of a case: a software service at 90/10, its deadline some seconds away. */
export function draftOf(played: Case, deadline: Date): Draft {
  const budget = String(played.impliedBudgetKRW)
  return {
    notice: {
      title: {
        ko: `정보시스템 통합유지보수 (공식 사례 ${played.noticeNo})`,
        en: `Integrated system maintenance (official case ${played.noticeNo})`,
      },
      summary: {
        ko: '공식 사례의 숫자로 하는 시연입니다. 기관과 업체는 가상입니다.',
        en: 'A demonstration with the figures of an official case. Bodies and firms are invented.',
      },
      budget: { amount: budget, currency: 'KRW' },
      method: 'negotiation-national-90-10',
      minBids: 2,
    },
    rule: ninetyTen(budget),
    deadline: secondsZ(deadline.getTime()),
    openAfter: secondsZ(deadline.getTime()),
    evaluators: Array.from({ length: 7 }, (_, i) => `evaluator-${i + 1}`),
  }
}

export async function viewOf(house: { url: string }, no: string): Promise<TenderView> {
  return must('tender', await ask(house.url, readTender, { params: { no } })).body
}

/** Waits for one of the states, saying in the meantime what the public record says. */
export async function untilState(
  house: { url: string },
  no: string,
  states: string[],
  seconds = 60,
): Promise<TenderView> {
  return until(
    `${no} in state ${states.join(' or ')}`,
    async () => {
      const view = await viewOf(house, no)
      return states.includes(view.state) && view
    },
    seconds,
  )
}

/** The evaluators mark under labels that were drawn; each proposal says in its text whose figures it plays. */
export async function markAll(house: House, cast: Cast, no: string, played: Case): Promise<void> {
  const rule = ninetyTen(String(played.impliedBudgetKRW))
  const marks = new Map(played.bidders.map((b, place) => [b.bidder, marksFor(rule, b.techScore, place)]))
  const { params } = { params: { no } }
  const labels = new Map<string, string>()
  await Promise.all(
    cast.evaluators.map(async (evaluator, i) => {
      const { token } = evaluator
      const { body: sheet } = must('sheet', await ask(house.url, readSheet, { token, params }))
      const rows = sheet.proposals.flatMap((proposal) => {
        const bidder = String((proposal.body as { plays?: string }).plays)
        labels.set(proposal.label, bidder)
        return (marks.get(bidder)?.evaluators[i] ?? []).map((m) => ({ ...m, bidder: proposal.label, comment: '' }))
      })
      must('marks', await ask(house.url, giveMarks, { token, params, body: { marks: rows } }))
      must('signed sheet', await evaluator.signSheet(no))
    }),
  )
  const records = [...labels].flatMap(([label, bidder]) =>
    (marks.get(bidder)?.quantitative ?? []).map((m) => ({ ...m, bidder: label, comment: '' })),
  )
  const { token } = cast.officer
  must('records', await ask(house.url, giveQuantitative, { token, params, body: { marks: records } }))
}

/** Seconds to allow for what takes less than `least` on an idle machine, when signing everybody in (less than four there) took `seconds`. */
export const paced = (least: number, seconds: number): number =>
  Math.min(90, Math.max(least, Math.ceil((least * seconds) / 4)))

export type Played = { no: string; view: TenderView }

/** The whole thread. `secondsToBid` is the time between publication and deadline; a machine that is slow today gets more. */
export async function playCase(
  house: House,
  cast: Cast,
  played: Case,
  say: (line: string) => void,
  secondsToBid = 9,
): Promise<Played> {
  const began = performance.now()
  await Promise.all(
    [cast.officer, cast.approver, ...cast.evaluators, ...cast.suppliers].map((person) => person.signIn()),
  )
  await Promise.all([cast.officer, ...cast.evaluators, ...cast.suppliers].map((person) => person.enrol()))
  say('people: everybody has signed in and enrolled a signing key')
  const seconds = paced(secondsToBid, (performance.now() - began) / 1000)

  const no = await cast.officer.draft(draftOf(played, new Date(Date.now() + seconds * 1000)))
  await cast.officer.publish(no)
  const { ruleHash } = await viewOf(house, no)
  say(`notice: ${no} is published with a 90/10 rule; the rule’s fingerprint is ${ruleHash?.slice(0, 16)}…`)

  for (const [i, bidder] of played.bidders.entries()) {
    const supplier = cast.suppliers[i] as Person
    const sealed = await supplier.seal(no, {
      technical: { plays: bidder.bidder, approach: `Proposal of ${bidder.bidder}`, summary: '제안 요약' },
      price: { amount: String(bidder.amount), currency: 'KRW' },
    })
    const key = crypto.randomUUID()
    const sent = await patiently(() => supplier.send(no, sealed.body, key))
    if (!sent.ok) throw new Error(`the bid of ${bidder.bidder} was refused: ${sent.text}`)
    say(`bid: one more envelope pair is sealed on a bidder’s own machine and handed in; the server cannot read it`)
  }
  await untilState(house, no, ['technical_opening', 'evaluating'])
  say('close: the deadline has passed; the list of sealed entries is fixed in the log')
  const technical = await untilState(house, no, ['evaluating'])
  const turned = technical.releases?.filter((r) => r.kind === 'technical').map((r) => r.custodian) ?? []
  say(`opening: keys turned by ${turned.join(', ')}; technical envelopes are open, prices stay sealed`)
  await markAll(house, cast, no, played)
  must('lock', await cast.officer.lock(no))
  say('scores: seven evaluators’ signed marks are locked and public; only now may price keys turn')
  const ranked = await untilState(house, no, ['ranked'])
  say('prices: open; the ranking follows from the published rule')
  const order = (ranked.ranking as { order: string[][] }).order
  const first = order[0]?.[0]
  if (first === undefined) throw new Error('nobody is eligible')
  await award(cast.officer, cast.approver, no, first)
  say(
    `award: to ${first.toUpperCase()}, the eligible bidder of the first rank, by two persons; nobody else could be named`,
  )
  return { no, view: await viewOf(house, no) }
}
