// Was this tender run by the rules? Every figure recomputed from the public record; one verdict a check, in words for a citizen.
import { b64, b64u, equal, FormatError, fromB64u, hex, utf8 } from '../../proof/bytes.ts'
import type { Checkpoint } from '../../proof/note.ts'
import { type Policy, type Quorum, readPolicy, verifyCheckpoint } from '../../proof/policy.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { insistContinues, isClosed, isOpened, nextLog, type Payload } from '../../proof/shards.ts'
import { Compact, leafHash } from '../../proof/tree.ts'
import type { Words } from '../events.ts'
import { secondsZ, timeOf } from '../kit/time.ts'
import { closingWindow, overridesClosingTime } from '../openings/closing-time.ts'
import { rootsOf, sightIn } from '../openings/first-sight.ts'
import { CHECKS, type CheckName, type Finding, finding } from '../record/finding.ts'
import { readRecord, type TenderRecord } from '../record/read.ts'
import { drawsPrices, hasTechnical } from '../tenders/procedure.ts'
import { auctionFindings } from './auction.ts'
import { committeeDrawFindings, openContributions } from './committee.ts'
import { openAgain } from './envelopes.ts'
import { siblingFindings } from './lots.ts'
import { logsOf, type PublicRecord } from './public-record.ts'
import {
  awardFindings,
  behaviourFindings,
  closingRoot,
  labelFindings,
  lotFindings,
  plannedFindings,
  rankAgain,
  rankingFindings,
  scoreFindings,
} from './recompute.ts'
import { type Audited, type Row, TABLE } from './table.ts'

export type Outcome = 'ok' | 'failed' | 'not checkable'

/** One line of the report. */
export interface Check {
  check: CheckName
  verdict: Outcome
  says: Words
}

/** A check with the failure it hangs on, when it could not be made because of one. */
type Judged = Check & { because: CheckName | null }

const check = (name: CheckName, verdict: Outcome, ko: string, en: string): Judged => ({
  check: name,
  verdict,
  says: { ko, en },
  because: verdict === 'failed' ? name : null,
})

const blocked = (name: CheckName, cause: CheckName): Judged => ({
  check: name,
  verdict: 'not checkable',
  says: { ko: `${cause} 검사가 실패하여 확인할 수 없습니다.`, en: `Not checkable because ${cause} failed.` },
  because: cause,
})

const LONGEST_REPORT = 5

function failure(name: CheckName, found: readonly Finding[]): Judged {
  const shown = found.slice(0, LONGEST_REPORT)
  const more = found.length - shown.length
  const join = (lang: keyof Words, rest: string) =>
    [...shown.map((f) => f.says[lang]), ...(more > 0 ? [rest] : [])].join(' ')
  return check(name, 'failed', join('ko', `그 밖에 ${more}건.`), join('en', `And ${more} more.`))
}

function judgePolicy(source: PublicRecord): { policy: Policy | null; judged: Judged } {
  if (source.policy === null) {
    return {
      policy: null,
      judged: check(
        'policy',
        'failed',
        '로그가 정책을 공개하지 않습니다.',
        'The log publishes no policy, and none was given.',
      ),
    }
  }
  try {
    const policy = readPolicy(source.policy.text)
    const judged = source.policy.given
      ? check(
          'policy',
          'ok',
          '주어진 정책 파일을 신뢰의 근거로 씁니다.',
          'The policy that you gave is the root of trust.',
        )
      : check(
          'policy',
          'ok',
          '로그 자신의 정책을 씁니다. 이 로그가 스스로와 맞는지만 알 수 있습니다.',
          "The log's own policy is used: this shows only that the log agrees with itself.",
        )
    return { policy, judged }
  } catch (e) {
    if (!(e instanceof FormatError)) throw e
    return {
      policy: null,
      judged: check(
        'policy',
        'failed',
        `정책을 읽을 수 없습니다(${e.message}).`,
        `The policy cannot be read: ${e.message}.`,
      ),
    }
  }
}

type LogJudged = { judged: Judged[]; quorum: Quorum; policy: Policy | null }

/** What is wrong with how one log of the record follows another, for a sentence; null when they fit. */
async function wrongTurn(P: Primitives, source: PublicRecord): Promise<string | null> {
  const logs = logsOf(source)
  const hashed: Payload = async (h) => {
    const bytes = await source.payload(hex(fromB64u(h)))
    return bytes !== null && b64u(P.sha256(bytes)) === h ? bytes : null
  }
  const starts = new Set(logs.slice(1).map(({ before }) => before))
  for (const [place, entry] of source.entries.entries()) {
    if (isOpened(entry) !== starts.has(place))
      return `entry ${place} ${starts.has(place) ? 'does not say' : 'says'} that a log begins`
    if (isClosed(entry) && place + 1 < source.entries.length && !starts.has(place + 1))
      return `there are entries after entry ${place}, which ended its log`
  }
  const first = logs[0]?.origin ?? ''
  for (const [at, { origin, before }] of logs.slice(1).entries()) {
    const ended = { ...(logs[at] as { origin: string; before: number }), size: source.earlier[at]?.size ?? 0 }
    const leaf = source.entries[before]
    const last = source.entries[before - 1]
    try {
      if (!leaf || !last || !isClosed(last)) return `${ended.origin} has no last entry`
      if ((await nextLog(first, ended.origin, last, hashed)) !== origin)
        return `${ended.origin} names another log as the next`
      const tree = new Compact(P)
      for (const entry of source.entries.slice(ended.before, before)) tree.append(leafHash(P, entry))
      await insistContinues(origin, leaf, { ...ended, root: b64(tree.root()) }, hashed)
    } catch (e) {
      if (e instanceof FormatError) return e.message
      throw e
    }
  }
  const end = source.entries.at(-1)
  try {
    if (end && isClosed(end)) await nextLog(first, logs.at(-1)?.origin ?? '', end, hashed)
  } catch (e) {
    if (e instanceof FormatError) return e.message
    throw e
  }
  return null
}

async function judgeLog(P: Primitives, source: PublicRecord): Promise<LogJudged> {
  const quorum: Quorum = { met: false, time: null, none: true }
  const { policy, judged: first } = judgePolicy(source)
  if (!policy) return { judged: [first, blocked('checkpoint', 'policy'), blocked('tree', 'policy')], quorum, policy }
  const refused = (says: string): LogJudged => {
    const bad = check(
      'checkpoint',
      'failed',
      `로그의 서명을 확인할 수 없습니다(${says}).`,
      `The log's signature does not hold: ${says}.`,
    )
    return { judged: [first, bad, blocked('tree', 'checkpoint')], quorum, policy }
  }
  if (source.note === null) return refused('the log has no checkpoint')
  const signed = await verifyCheckpoint(P, policy, source.note)
  if ('refused' in signed) return refused(signed.says)
  // What an earlier log ended with stands in the next one, under today's witnesses: its own may be gone by now.
  const logs: (Checkpoint & { quorum: Quorum })[] = []
  for (const { note } of source.earlier) {
    const ended = await verifyCheckpoint(P, { ...policy, quorum: 'none' }, note)
    if ('refused' in ended) return refused(ended.says)
    logs.push(ended)
  }
  logs.push(signed)
  const witnesses = signed.quorum.none
    ? { ko: ' 증인은 없습니다.', en: ' No witness is asked for.' }
    : { ko: ' 증인 정족수도 있습니다.', en: ' The quorum of witnesses signed too.' }
  const told = (ko: (origin: string, size: number) => string) => logs.map((l) => ko(l.origin, l.size)).join(' ')
  const good = check(
    'checkpoint',
    'ok',
    `${told((origin, size) => `${origin} 로그가 기록 ${size}건에 서명했습니다.`)}${witnesses.ko}`,
    `${told((origin, size) => `The log ${origin} signed for ${size} entries.`)}${witnesses.en}`,
  )
  let why = source.cut
  let before = 0
  for (const { origin, size, root } of logs) {
    const tree = new Compact(P)
    for (const entry of source.entries.slice(before, before + size)) tree.append(leafHash(P, entry))
    if (tree.size !== size || !equal(tree.root(), root))
      why ??= logs.length > 1 ? `those of ${origin} do not give its root` : ''
    before += size
  }
  if (before !== source.entries.length) why ??= ''
  why ??= await wrongTurn(P, source)
  const following = logs.length > 1
  // The log of the next year may be about to begin; a place that hides it is found out by whoever looks at another one.
  const end = source.entries.at(-1)
  const goesOn =
    end && isClosed(end)
      ? {
          ko: ' 끝난 로그이며, 이어지는 해의 로그는 여기에 없습니다.',
          en: ' It has ended, and the log of the next year is not here.',
        }
      : { ko: '', en: '' }
  const tree =
    why === null
      ? check(
          'tree',
          'ok',
          following
            ? `기록 ${before}건이 모두 서명된 나무 ${logs.length}그루 아래에 있고, 각 로그는 앞선 로그의 끝을 이어받았습니다.${goesOn.ko}`
            : `기록 ${before}건이 모두 서명된 나무 아래에 있습니다.${goesOn.ko}`,
          following
            ? `All ${before} entries are under ${logs.length} signed roots, and each log goes on where the one before ended.${goesOn.en}`
            : `All ${before} entries are under the signed root.${goesOn.en}`,
        )
      : check(
          'tree',
          'failed',
          `공개된 기록이 서명된 것과 다릅니다${why ? `(${why})` : ''}.`,
          `The entries published are not those that the log signed${why ? `: ${why}` : ''}.`,
        )
  return { judged: [first, good, tree], quorum: signed.quorum, policy }
}

/** Findings of `closing-time` that need no witness: what the log says of itself already breaks the rule. */
function closingTimeFindings(r: TenderRecord): Finding[] {
  if (!r.closed || r.deadline === null) return []
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding('closing-time', ko, en))
  if (r.closed.payload.deadline !== r.deadline) {
    say(
      `마감 기록의 마감 시각(${r.closed.payload.deadline})이 정해진 것(${r.deadline})과 다릅니다.`,
      `The closing entry names the deadline ${r.closed.payload.deadline}; in force was ${r.deadline}.`,
    )
    return found
  }
  // The leaf's time is cut to the second, so the deadline is, too.
  const when = closingWindow(secondsZ(timeOf(r.deadline)), r.closed.leaf.at)
  if (when === 'early')
    say('마감 시각 전에 마감했습니다.', 'By its own account the log closed the tender before the deadline.')
  if (when === 'late' && !overridesClosingTime(r.incidents.map((i) => ({ index: i.index, ...i.payload })))) {
    say(
      '허용된 시간보다 늦게 마감했는데 사고 기록이 없습니다.',
      'It was closed later than allowed, and no incident says why.',
    )
  }
  return found
}

/**
 * When the quorum first saw the close, seconds: by the first checkpoint over it, or by the newest one if that is earlier. Findings
 * when what witnesses signed breaks the rule of the deadline, which nobody can talk away.
 */
async function sightOfClose(
  P: Primitives,
  policy: Policy | null,
  source: PublicRecord,
  quorum: Quorum,
  r: TenderRecord,
): Promise<{ time: number | null; findings: Finding[] }> {
  if (!r.closed || r.deadline === null || policy === null || quorum.none) return { time: null, findings: [] }
  const findings: Finding[] = []
  const say = (ko: string, en: string) => findings.push(finding('closing-time', ko, en))
  const note = await source.covering(r.closed.index)
  let first: number | null = null
  if (note !== null) {
    const sight = await sightIn(P, policy, note, r.closed.index, rootsOf(P, source.entries, logsOf(source)))
    if ('time' in sight) first = sight.time
    else {
      say(
        `마감을 처음 담았다는 체크포인트가 맞지 않습니다(${sight.refused}).`,
        `The checkpoint that is said to be the first over the close does not hold: ${sight.refused}.`,
      )
    }
  }
  const times = [first, quorum.time].filter((time) => time !== null)
  const time = times.length > 0 ? Math.min(...times) : null
  if (time === null) return { time, findings }
  const seen = secondsZ(time * 1000)
  const window = closingWindow(secondsZ(timeOf(r.deadline)), seen)
  if (window === 'early') {
    say(
      `증인들이 마감 시각(${r.deadline}) 전인 ${seen}에 이미 마감을 보았습니다.`,
      `Witnesses saw the close at ${seen}, before the deadline ${r.deadline}.`,
    )
  }
  const overridden = overridesClosingTime(r.incidents.map((i) => ({ index: i.index, ...i.payload })))
  if (window === 'late' && first !== null && !overridden) {
    say(
      `증인들은 ${seen}에야 마감을 보았습니다. 마감 시각(${r.deadline})보다 120초 넘게 늦었고 사고 기록이 없습니다.`,
      `Witnesses first saw the close at ${seen}, more than 120 s after the deadline ${r.deadline}, and no incident says why.`,
    )
  }
  return { time, findings }
}

function judgeRow(row: Row, a: Audited, found: readonly Finding[], before: ReadonlyMap<CheckName, Judged>): Judged {
  for (const name of row.after) {
    const cause = before.get(name)?.because
    if (cause) return blocked(row.name, cause)
  }
  const { unreadable } = a.r
  if (unreadable.some((u) => u.why !== 'format' && row.reads.includes(u.typ))) return blocked(row.name, 'payloads')
  const own = found.filter((f) => f.check === row.name)
  if (own.length > 0) return failure(row.name, own)
  const never = a.r.notice && row.technical && !hasTechnical(a.r.notice.payload.rule)
  if (never) {
    return check(
      row.name,
      'ok',
      '가격만 내는 입찰입니다: 기술 봉투도 평가도 없고, 기록에도 없습니다.',
      'Price alone is handed in: there is no technical envelope and nothing to mark, and none of it stands in the record.',
    )
  }
  if (!row.there(a)) {
    // What it reads was there but could not be understood: the check that says so is the cause.
    const cause = [...before.values()].find(
      (j) => j.verdict === 'failed' && row.reads.some((typ) => isAbout(typ, j.check)),
    )
    if (cause) return blocked(row.name, cause.check)
    const ended = a.r.failed ?? a.r.cancelled
    return ended
      ? check(row.name, 'not checkable', '그 전에 입찰이 끝났습니다.', 'The tender ended before it came to this.')
      : check(row.name, 'not checkable', '아직 그 단계에 이르지 않았습니다.', 'Not there yet.')
  }
  const open = row.open?.(a) ?? null
  if (open) return { check: row.name, verdict: 'not checkable', says: open, because: null }
  return { check: row.name, verdict: 'ok', says: row.ok(a), because: null }
}

/** Does a check speak for the readability of an entry type? */
function isAbout(typ: string, name: CheckName): boolean {
  switch (typ) {
    case 'tender.notice/1':
      return name === 'notice'
    case 'tender.keyset/1':
      return name === 'keysets'
    case 'tender.closed/1':
      return name === 'closing-list'
    case 'opening.reveal/1':
      return name === 'reveal'
    case 'opening.list/1':
      return name === 'opening-list-technical' || name === 'opening-list-price'
    case 'scores.locked/1':
      return name === 'scores'
    case 'planned.price/1':
      return name === 'planned-price'
    case 'auction.begun/1':
    case 'auction.bid/1':
    case 'auction.ended/1':
    case 'evaluation.result/1':
    case 'examination/1':
    case 'examination.result/1':
      return name === 'ranking'
    case 'draw.notice/1':
    case 'draw.result/1':
      return name === 'ranking' || name === 'committee'
    case 'pool.committed/1':
    case 'draw.contribution/1':
    case 'committee.called/1':
    case 'committee.declared/1':
    case 'committee.named/1':
      return name === 'committee'
    case 'approval/1':
      return name === 'second-person'
    case 'complaint/1':
    case 'complaint.decided/1':
      return name === 'complaints'
    case 'clarification/1':
      return name === 'clarifications'
    default:
      return false
  }
}

/**
 * Audits a tender from the public record of a log. Answers one line for each name of CHECKS, in that order:
 * 'ok'; 'failed', with what is wrong; 'not checkable', with why: a failed check it rests on, nothing there yet, or nobody to ask.
 *
 * A tender under way is audited as far as it has come. Whatever strangers wrote into the record, this answers; it rejects only
 * when payloads cannot be fetched at all. A tender that the log does not know has no notice: ask `tendersIn` first.
 */
export async function audit(P: Primitives, source: PublicRecord, tender: string): Promise<Check[]> {
  const { judged, quorum, policy } = await judgeLog(P, source)
  const before = new Map<CheckName, Judged>(judged.map((j) => [j.check, j]))
  const rootCause = judged.find((j) => j.because)?.because
  if (rootCause) {
    // Nothing below an unsigned or broken tree means anything.
    for (const name of CHECKS) if (!before.has(name)) before.set(name, blocked(name, rootCause))
    return report(before)
  }
  const r = await readRecord(P, source.entries, source.payload, tender)
  r.findings.push(...(await siblingFindings(P, source, r)))
  const opened = {
    technical: await openAgain(P, r, 'technical', source.payload),
    price: await openAgain(P, r, 'price', source.payload),
  }
  const sight = await sightOfClose(P, policy, source, quorum, r)
  const found = [
    ...r.findings,
    ...closingTimeFindings(r),
    ...sight.findings,
    ...opened.technical.findings,
    ...opened.price.findings,
  ]
  if (r.closed) {
    const root = closingRoot(P, source.entries, r.closed.index)
    const both = { technical: opened.technical.found, price: opened.price.found }
    const draws = r.notice && drawsPrices(r.notice.payload.rule) && (r.planned ?? r.evaluation)
    const sealed = draws ? await openContributions(P, r, source.payload) : { contributions: [], findings: [] }
    // Of evaluators that is found once more, with the tickets: said once.
    if (!r.notice?.payload.pool) found.push(...sealed.findings)
    const ranking = (r.evaluation ?? r.planned) ? rankAgain(P, r, root, both, sealed.contributions) : null
    found.push(...(await auctionFindings(P, r, both.price)))
    found.push(...(await committeeDrawFindings(P, r, root, source.payload)))
    found.push(...labelFindings(P, r, root, both.technical), ...scoreFindings(r))
    if (ranking)
      found.push(
        ...rankingFindings(r, ranking),
        ...plannedFindings(r, ranking),
        ...lotFindings(P, r, root, both.price, ranking),
        ...behaviourFindings(r, both),
      )
    found.push(...awardFindings(r, ranking))
  } else {
    found.push(...scoreFindings(r), ...awardFindings(r, null))
  }
  const missing = found.filter((f) => f.check === 'payloads')
  before.set(
    'payloads',
    missing.length > 0
      ? failure('payloads', missing)
      : check(
          'payloads',
          'ok',
          '공개된 내용이 모두 기록된 지문과 같습니다.',
          'Everything published has the hash that the log holds.',
        ),
  )
  const a: Audited = { r, opened, quorum, sight: sight.time, noteHash: b64u(P.sha256(utf8(source.note ?? ''))) }
  for (const row of TABLE) before.set(row.name, judgeRow(row, a, found, before))
  return report(before)
}

const report = (judged: ReadonlyMap<CheckName, Judged>): Check[] =>
  CHECKS.flatMap((name) => {
    const j = judged.get(name)
    return j ? [{ check: j.check, verdict: j.verdict, says: j.says }] : []
  })
