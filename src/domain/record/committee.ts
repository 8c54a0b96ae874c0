// Were the evaluators called as the lot said? Pool, contributions, tickets, declarations and replacements, as the log has them.
import { fromB64u } from '../../proof/bytes.ts'
import { verifyJws } from '../../proof/jws.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { nextCalls, seatsOf, type Vacancy } from '../evaluators/committee-draw.ts'
import { confirmationWrong, type SealedAt } from '../evaluators/field-decision.ts'
import { memberId, PEOPLE_PER_SEAT } from '../evaluators/pool.ts'
import { committeePurpose } from '../evaluators/purpose.ts'
import { sectionsOf } from '../openings/planned-draw.ts'
import { reservePurpose } from '../openings/reserve-purpose.ts'
import { drawsPrices, prelimOf } from '../tenders/procedure.ts'
import { signedHash } from '../tenders/signed-acts.ts'
import type { Entry } from './entry.ts'
import { brief, type Finding, finding } from './finding.ts'
import { type Keyring, keyInForce } from './keyring.ts'
import { sortedEids } from './opening.ts'
import type * as payloads from './payloads.ts'
import { readDeclaration, readSignedSheet, sameJson } from './payloads.ts'
import type { Opening } from './read.ts'
import { ruleOf } from './scored.ts'
import { signedInside } from './signatures.ts'

/** Everything in the log about the draw of a committee. */
export interface CommitteeRecord {
  pool: Entry<payloads.PoolCommitted> | null
  contributions: Entry<payloads.DrawContribution>[]
  /** The keyset of the contributions, their list, and who turned keys for it. */
  opening: Opening
  notices: Entry<payloads.DrawNotice>[]
  /** Announcements of a draw of preliminary prices. */
  reserve: Entry<payloads.DrawNotice>[]
  results: Entry<payloads.DrawResult>[]
  called: Entry<payloads.CommitteeCalled>[]
  declared: Entry<payloads.CommitteeDeclared>[]
  named: Entry<payloads.CommitteeNamed> | null
}

type Facts = {
  notice: Entry<payloads.Notice>
  ring: Keyring
  closed: Entry<payloads.Closed> | null
  locked: Entry<payloads.ScoresLocked> | null
  sealedAt: SealedAt
}
type Say = (ko: string, en: string) => void

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as Parameters<typeof sameJson>[0]

/** The contributions that count: of each custodian of the keyset the first one before the close, signed by its identity key. */
export async function countingContributions(
  P: Primitives,
  c: Pick<CommitteeRecord, 'contributions' | 'opening'>,
  { ring, closed }: Pick<Facts, 'ring' | 'closed'>,
): Promise<Entry<payloads.DrawContribution>[]> {
  const { keyset } = c.opening
  if (!keyset) return []
  const counting = new Map<string, Entry<payloads.DrawContribution>>()
  for (const e of c.contributions) {
    const { custodian, ks } = e.payload
    if (ks !== keyset.ks || e.index > (closed?.index ?? Infinity) || counting.has(custodian)) continue
    if (e.leaf.org !== custodian || !keyset.keyset.custodians.some((k) => k.id === custodian)) continue
    const identity = keyInForce(ring.identities, custodian, e.kid, e.index)
    if (identity && (await verifyJws(P, e.jws, identity.jwk, 'draw.contribution/1'))) counting.set(custodian, e)
  }
  return [...counting.values()]
}

/** Is the pool what the notice asked for, fixed before the close, each list sorted and without repetition? */
function poolFindings(c: CommitteeRecord, { notice, closed }: Facts, say: Say): void {
  const rule = notice.payload.pool
  if (!rule) return
  if (!c.pool) {
    if (closed) say('평가위원 후보가 마감 전에 확정되지 않았습니다.', 'No pool of evaluators was committed.')
    return
  }
  if (closed && c.pool.index > closed.index) {
    say('평가위원 후보가 마감 뒤에 확정되었습니다.', 'The pool of evaluators was committed only after the close.')
  }
  const { strata } = c.pool.payload
  if (!sameJson(json(rule.strata.map((s) => s.field)), json(strata.map((s) => s.field)))) {
    say('후보의 분야가 공고와 다릅니다.', 'The fields of the pool are not those of the notice.')
  }
  for (const { field, ids } of strata) {
    if (new Set(ids).size !== ids.length || ids.some((id, i) => i > 0 && (ids[i - 1] as string) >= id)) {
      say(`${field}: 후보가 두 번 있거나 정렬되지 않았습니다.`, `${field}: the pool is not sorted, or names one twice.`)
    }
    const seats = rule.strata.find((s) => s.field === field)?.seats ?? 0
    if (ids.length < seats * PEOPLE_PER_SEAT) {
      say(`${field}: 후보가 모자랍니다(${ids.length}명).`, `${field}: the pool has only ${ids.length} people.`)
    }
  }
}

/** Are the contributions listed that count, and no others? */
async function listedFindings(P: Primitives, c: CommitteeRecord, facts: Facts, say: Say): Promise<void> {
  const { list } = c.opening
  const due = sortedEids((await countingContributions(P, c, facts)).map((e) => e.payload.eid))
  if (list && !sameJson(json(due), json(list.payload.eids))) {
    say(
      '추첨에 쓸 봉인 난수의 목록이 제출된 것과 다릅니다.',
      'The contributions listed for the draw are not those that custodians sealed before the close.',
    )
  }
}

/** Was a draw of preliminary prices announced, of just the sections that the rule has, before what decides it could be known? */
function reserveFindings(c: CommitteeRecord, { notice, closed }: Facts, say: Say): void {
  const { rule, tender, lot } = notice.payload
  const [announced, again] = c.reserve
  const readable = ruleOf(notice.payload)
  const prelim = readable.ok ? prelimOf(readable.value) : null
  if (!drawsPrices(rule)) {
    if (announced)
      say(
        `공고에 없는 예비가격 추첨의 예고가 있습니다(${announced.index}번).`,
        `Entry ${announced.index} announces a draw of prices that the notice does not know.`,
      )
    return
  }
  const { list } = c.opening
  if (!announced) {
    if (list) say('예비가격 추첨이 예고되지 않았습니다.', 'The draw of preliminary prices was not announced.')
    return
  }
  // A rule that cannot be computed with is a finding of its own.
  if (!prelim) return
  const ids = sectionsOf(prelim)
  const right =
    announced.payload.purpose === reservePurpose(tender, lot) && sameJson(json(ids), json(announced.payload.ids))
  const inTime = announced.index > (closed?.index ?? -1) && (!list || announced.index < list.index)
  if (again || !right || !inTime) {
    say(
      `예비가격 추첨의 예고가 규칙과 다릅니다(${announced.index}번).`,
      `The announcement at entry ${announced.index} of the draw of prices is not the one that the rule asks for.`,
    )
  }
}

/** Was the draw announced among just the pool, from just the contributions that count? */
async function noticeFindings(P: Primitives, c: CommitteeRecord, facts: Facts, say: Say): Promise<void> {
  const { list } = c.opening
  if (!list && c.results.length === 0) return
  const { tender, lot } = facts.notice.payload
  await listedFindings(P, c, facts, say)
  for (const { field, ids } of c.pool?.payload.strata ?? []) {
    const purpose = committeePurpose(tender, lot, field)
    const notice = c.notices.find((n) => n.payload.purpose === purpose)
    if (!notice || (list && notice.index > list.index)) {
      say(`${field}: 추첨이 예고되지 않았습니다.`, `${field}: the draw was not announced before it could be known.`)
    } else if (!sameJson(json(ids), json(notice.payload.ids))) {
      say(
        `${field}: 예고된 후보가 확정된 후보와 다릅니다.`,
        `${field}: the draw was announced among others than the pool.`,
      )
    }
  }
}

/** Calls again what each entry called, from the tickets and from what came before it. Answers who holds each seat at the end. */
function callFindings(c: CommitteeRecord, { notice }: Facts, say: Say): Map<string, string> {
  const { tender, lot, pool } = notice.payload
  const holders = new Map<string, string>()
  const order = new Map(
    (pool?.strata ?? []).map(({ field }) => {
      const drawn = c.results.find((r) => r.payload.purpose === committeePurpose(tender, lot, field))
      return [field, (drawn?.payload.tickets ?? []).map((t) => t.id)] as const
    }),
  )
  const fields = new Map(seatsOf(pool ?? { strata: [] }).map((s) => [s.evaluator, s.field]))
  const used = new Set<string>()
  for (const [nth, { index, payload }] of c.called.entries()) {
    const seats = [...payload.calls.map((x) => x.evaluator), ...payload.unfilled]
    const vacancies = [...fields].flatMap(([evaluator, field]): Vacancy[] => {
      if (!seats.includes(evaluator)) return []
      if (nth === 0) return [{ evaluator, field, replaces: null, because: 'drawn' }]
      const replaces = holders.get(evaluator) ?? null
      const answer = c.declared.find((d) => d.payload.id === replaces && d.index < index)
      return [{ evaluator, field, replaces, because: answer ? 'conflict' : 'no-answer' }]
    })
    if (nth === 0 && vacancies.length !== fields.size) {
      say('부르지 않은 자리가 있습니다.', 'Nobody was called for one of the seats.')
    }
    for (const { replaces } of nth === 0 ? [] : vacancies) {
      const sits = c.declared.find((d) => d.payload.id === replaces && d.index < index)
      if (replaces === null || sits?.payload.conflict === false) {
        say(
          `${index}번: 이해충돌이 없는 평가위원이 바뀌었습니다.`,
          `Entry ${index} replaces an evaluator who declared no conflict of interest.`,
        )
      }
    }
    const passed = new Map(payload.passed.map((p) => [`${p.field} ${p.id}`, p.because]))
    const due = nextCalls(order, used, vacancies, (id, field) => passed.get(`${field} ${id}`) ?? null)
    const { calls, passed: over, unfilled } = payload
    if (!sameJson(json(due), json({ calls, passed: over, unfilled }))) {
      say(
        `${index}번: 부른 순서가 추첨표의 차례와 다릅니다.`,
        `Entry ${index}: those called are not the next tickets of their stratum.`,
      )
    }
    for (const call of calls) holders.set(call.evaluator, call.id)
    for (const { id } of [...calls, ...over]) used.add(id)
  }
  for (const { index, payload } of c.declared) {
    const call = c.called.find((e) => e.index < index && e.payload.calls.some((x) => x.id === payload.id))
    if (call?.payload.calls.some((x) => x.id === payload.id && x.evaluator === payload.evaluator)) continue
    say(`${index}번: 부르지 않은 사람의 신고입니다.`, `Entry ${index} is a declaration by nobody who was called.`)
  }
  return holders
}

/** Did the person of a seat sign, with a key in force where the log has the hash, that there is no conflict of interest in just this seat? */
async function declaredBy(
  P: Primitives,
  ring: Keyring,
  { evaluator, id, person, declared }: payloads.SeatNamed,
  { index, payload }: Entry<payloads.CommitteeDeclared>,
): Promise<boolean> {
  if (declared === undefined || signedHash(P, declared) !== payload.h) return false
  const signed = await signedInside(P, ring, declared, 'declaration/1', { index, read: readDeclaration })
  const { tender, lot } = payload
  return signed?.key.id === person && sameJson(json(signed.said), json({ tender, lot, evaluator, id, conflict: false }))
}

/** Who sat is named once the scores are locked: the person behind each number, who declared and signed the sheet. */
async function namedFindings(
  P: Primitives,
  c: CommitteeRecord,
  { notice, ring, locked, sealedAt }: Facts,
  holders: ReadonlyMap<string, string>,
  say: Say,
): Promise<void> {
  if (!locked) return
  if (!c.named) {
    say('평가위원이 누구였는지 밝히지 않았습니다.', 'Who sat on the committee was not named with the lock.')
    return
  }
  const { seats } = c.named.payload
  if (!sameJson(json(seats.map((s) => s.evaluator).sort()), json([...notice.payload.evaluators].sort()))) {
    say('밝힌 자리가 공고의 자리와 다릅니다.', 'The seats that were named are not those of the notice.')
  }
  const fieldOf = new Map(seatsOf(notice.payload.pool ?? { strata: [] }).map((s) => [s.evaluator, s.field]))
  for (const seat of seats) {
    const { evaluator, id, salt, person, confirmed } = seat
    const who = brief(evaluator)
    const about = { account: person, field: fieldOf.get(evaluator) ?? '', below: c.pool?.index ?? 0 }
    const asked = confirmed !== undefined || notice.payload.pool?.confirmed === true
    if (asked && (!confirmed || (await confirmationWrong(P, ring, sealedAt, confirmed, about)) !== null)) {
      say(
        `${who}: 그 분야가 후보 확정 전에 확인되었음이 봉인 기록으로 보이지 않습니다.`,
        `${who}: no sealed entry shows that the field was confirmed before the pool was fixed.`,
      )
    }
    if (memberId(P, fromB64u(salt), person) !== id) {
      say(`${who}: 사람과 번호가 맞지 않습니다.`, `${who}: the person is not the one behind the number.`)
    }
    if (holders.get(evaluator) !== id) {
      say(`${who}: 부른 사람이 아닙니다.`, `${who}: it is not the one whom the tickets called.`)
    }
    const declaration = c.declared.find((d) => d.payload.id === id && !d.payload.conflict && d.index < locked.index)
    if (!declaration) {
      say(`${who}: 이해충돌이 없다고 신고하지 않았습니다.`, `${who}: no declaration that there is no conflict.`)
    }
    const sheet = locked.payload.sheets.find((s) => s.evaluator === evaluator)
    const signed =
      sheet && (await signedInside(P, ring, sheet.jws, 'marks/1', { index: locked.index, read: readSignedSheet }))
    if (sheet && signed?.key.id !== person) {
      say(`${who}: 채점표에 다른 사람이 서명했습니다.`, `${who}: the sheet is signed by somebody else.`)
    }
    if (!declaration || (seat.declared === undefined && notice.payload.pool?.declared !== true)) continue
    if (!(await declaredBy(P, ring, seat, declaration))) {
      say(
        `${who}: 이해충돌이 없다는 신고에 그 사람의 서명이 없습니다.`,
        `${who}: the declaration that there is no conflict is not signed by the person.`,
      )
    }
    // Only whoever has the declaration can name it: the sheet came after it, and it was in the log before the seat was shown anything.
    if (signed && signed.said.declared !== declaration.payload.h) {
      say(
        `${who}: 채점표가 이해충돌 신고 뒤에 서명되었음이 보이지 않습니다.`,
        `${who}: the sheet does not show that it was signed after the declaration.`,
      )
    }
  }
}

/**
 * Everything wrong with how a committee was drawn, as far as the log tells without opening an envelope: that the tickets follow from the
 * contributions is for the audit to compute. Of a committee that the buyer named there must be nothing.
 */
export async function committeeFindings(P: Primitives, c: CommitteeRecord, facts: Facts): Promise<Finding[]> {
  const found: Finding[] = []
  const say: Say = (ko, en) => found.push(finding('committee', ko, en))
  const { notice } = facts
  reserveFindings(c, facts, say)
  const { pool, rule } = notice.payload
  if (!pool && drawsPrices(rule)) await listedFindings(P, c, facts, say)
  if (!pool) {
    const drawn = drawsPrices(rule) ? [] : [c.opening.keyset, ...c.contributions]
    const stray = [c.pool, ...drawn, ...c.notices, ...c.results, ...c.called].find((e) => e)
    if (stray) {
      say(
        `공고에 없는 평가위원 추첨 기록이 있습니다(${stray.index}번).`,
        `Entry ${stray.index} is about a draw of evaluators that the notice does not know.`,
      )
    }
    return found
  }
  const seats = seatsOf(pool).map((s) => s.evaluator)
  if (!sameJson(json(seats), json(notice.payload.evaluators))) {
    say('공고의 자리와 분야별 인원이 맞지 않습니다.', 'The seats of the notice are not those of its strata.')
  }
  poolFindings(c, facts, say)
  await noticeFindings(P, c, facts, say)
  const holders = callFindings(c, facts, say)
  await namedFindings(P, c, facts, holders, say)
  return found
}
