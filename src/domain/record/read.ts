// What does the log say of one tender? Read from the leaves and payloads alone, believing nobody; deviations become findings.
import { b64u, FormatError, fromB64u, hex, utf8 } from '../../proof/bytes.ts'
import { canonical } from '../../proof/canonical.ts'
import { type Keyset, keysetId, readKeyset } from '../../proof/keyset.ts'
import { type OpenLeaf, readLeaf } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { effectiveActs, effectiveSubmissions } from '../bids/effective.ts'
import { drawsEvaluators } from '../evaluators/purpose.ts'
import { timeOf } from '../kit/time.ts'
import { currentDeadline, type TimedIncident } from '../openings/closing-time.ts'
import { drawsReserve } from '../openings/reserve-purpose.ts'
import { technicalScores } from '../scoring/quality.ts'
import { drawsPrices, hasTechnical, keysetsOf, opensPrices, qualityOf } from '../tenders/procedure.ts'
import { changeFindings, ruleChanges } from './amended.ts'
import { type AuctionRecord, readAuctionBegun, readAuctionEnded, readAuctionStep } from './auction.ts'
import { type ClarificationEntry, clarificationFindings, readClarification } from './clarified.ts'
import { type ClosingRow, closingListFindings, sealedAt } from './closing.ts'
import { type CommitteeRecord, committeeFindings } from './committee.ts'
import { type Entry, type FetchPayload, inParallel, isUnreadable, readEntry, type Unreadable } from './entry.ts'
import { exclusionFindings } from './exclusions.ts'
import { type Obj, object } from './fields.ts'
import { type Finding, finding, KINDS, type Kind, type OpenedKind, releaseCheck } from './finding.ts'
import { KEY_TYPES, type Keyring, loadKeys, RECEIPTS, readKeyring, receiptKeys } from './keyring.ts'
import { keysetFindings, type LoggedKeyset } from './keysets.ts'
import {
  type Complaint,
  type ComplaintDecided,
  complaintFindings,
  readComplaint,
  readComplaintDecided,
} from './objected.ts'
import { clearingFinding, dueForOpening, openingListFindings, releaseFindings } from './opening.ts'
import { orderFindings } from './order.ts'
import * as payloads from './payloads.ts'
import { putBackFindings } from './put-back.ts'
import { judgeRegister, STANDING } from './register.ts'
import { lettersFor, orderIn, type Rekeying, rekeyKeysetFindings, rekeyListFindings } from './rekey.ts'
import { lockedScoresFindings } from './requires.ts'
import { type Act, type NamedLeaf, numberingFindings, revealFindings } from './reveal.ts'
import { guarded, lockedFacts, ruleOf } from './scored.ts'
import { type SignedApproval, secondPersonFindings, signedApproval } from './second-persons.ts'
import { actFinding, BY_OVERSEERS, kidsInside, lockSignatureFindings } from './signatures.ts'
import { home, unreadableFinding } from './unreadable.ts'

/** One kind of envelope: its keyset, which envelopes were to be opened, who turned keys, what came out. */
export interface Opening {
  keyset: LoggedKeyset | null
  list: Entry<payloads.OpeningList> | null
  /** All releases that name the keyset, in log order; `good` are those without a finding. */
  releases: Entry<payloads.Release>[]
  good: Entry<payloads.Release>[]
  /** What custodians proved that they were sent, signed by them; whether the proofs hold needs the envelopes. */
  clearings: Entry<payloads.Clearing>[]
  /** Rows in log order, with the index of their entry. */
  results: (payloads.ResultRow & { index: number })[]
}

/** A tender as the log tells it. `null` is "not there, or not readable"; `unreadable` tells which. */
export interface TenderRecord {
  tender: string
  /** Number of leaves that were read. */
  size: number
  /** With the rule in force, where an amendment put another in the place of the published one. */
  notice: Entry<payloads.Notice> | null
  ring: Keyring
  incidents: Entry<payloads.Incident>[]
  /** Changes of the published tender by its agency. */
  amendments: Entry<payloads.Amendment>[]
  /** What the agency answered or explained in public while bids could be handed in. */
  clarifications: ClarificationEntry[]
  /** Objections to the result, and what overseers decided about them. */
  complaints: Entry<Complaint>[]
  complaintsDecided: Entry<ComplaintDecided>[]
  /** The deadline in force: at the close, or now while the tender is open. */
  deadline: string | null
  /** Who approved what was proposed by whom, for acts that need two persons. */
  approvals: SignedApproval[]
  /** Firms that were ever shut out, and what was lifted, in log order. */
  exclusions: Entry<payloads.ExclusionPayload>[]
  liftings: Entry<payloads.LiftingPayload>[]
  closed: Entry<payloads.Closed> | null
  /** The published list, and what incidents put back on bidders' receipts, by index. */
  closingList: ClosingRow[] | null
  /** Rows of it that the published list lacks. */
  putBack: ClosingRow[]
  reveal: Entry<payloads.Reveal> | null
  leaves: NamedLeaf[]
  acts: Act[]
  /** The act that decides for each bidder; a withdrawal means no bid. */
  effective: ReadonlyMap<string, Act>
  /** Bids that count, in log order. */
  submissions: Act[]
  openings: Record<Kind, Opening>
  /** The last amendment that put other keysets in the place of those before; what was sealed below it does not count. */
  replacement: Entry<payloads.Amendment> | null
  /** Kinds whose seeds bidders were told to seal again, after too many custodians had failed. */
  rekeys: Record<Kind, Rekeying | null>
  /** How the evaluators were drawn; empty where the buyer named them. Contributions to a draw of prices are here, too. */
  committee: CommitteeRecord
  /** The preliminary prices that were drawn and what they gave; null where none are, or not yet. */
  planned: Entry<payloads.PlannedPriceMade> | null
  /** The auction between the opened prices and the ranking; empty where there is none. */
  auction: AuctionRecord
  /** What officers found of the bidders in rank order, and the contest after each. */
  examinations: Entry<payloads.Examination>[]
  examined: Entry<payloads.Examined>[]
  locked: Entry<payloads.ScoresLocked> | null
  evaluation: Entry<payloads.Evaluation> | null
  /** The announcement and the result of the public lot, where ranks were joint. */
  drawNotice: Entry<payloads.DrawNotice> | null
  draw: Entry<payloads.DrawResult> | null
  /** Every announcement and result of a lot for ties: there ought to be one of each at most. */
  ties: { notices: Entry<payloads.DrawNotice>[]; results: Entry<payloads.DrawResult>[] }
  award: Entry<payloads.Award> | null
  failed: Entry<payloads.Ended> | null
  cancelled: Entry<payloads.Ended> | null
  /** First index of each entry type of the tender, readable or not. */
  firsts: ReadonlyMap<string, number>
  /** The tender's entries by type, in log order: index, type, and what the leaf says. */
  entries: { index: number; leaf: OpenLeaf }[]
  unreadable: Unreadable[]
  findings: Finding[]
}

const LANES = 16

type Located = { index: number; leaf: OpenLeaf }

/** Entries about an organisation and its people. */
const ROLES: ReadonlySet<string> = new Set(['role.changed/1', 'role.delegated/1'])
const REGISTER: ReadonlySet<string> = new Set([...ROLES, 'organisation.standing/1', 'people.exported/1'])

/** The leaves that matter to a tender. A leaf that is in no known format is of no tender. */
function scan(entries: readonly Uint8Array[], tender: string) {
  const [own, keys, others, shut, roles]: [Located[], Located[], Located[], Located[], Located[]] = [[], [], [], [], []]
  for (const [index, bytes] of entries.entries()) {
    try {
      const leaf = readLeaf(bytes)
      if ('c' in leaf) continue
      if (leaf.ref === tender) own.push({ index, leaf })
      else if (KEY_TYPES.has(leaf.typ)) keys.push({ index, leaf })
      else if (leaf.typ === 'tender.keyset/1') others.push({ index, leaf })
      else if (leaf.typ === 'exclusion/1' || leaf.typ === 'exclusion.lifted/1') shut.push({ index, leaf })
      else if (REGISTER.has(leaf.typ)) roles.push({ index, leaf })
    } catch (e) {
      if (!(e instanceof FormatError)) throw e
    }
  }
  return { own, keys, others, shut, roles }
}

/** Reads one payload with its reader; what is not in the format joins the unreadable ones. */
function reading<T extends object>(
  e: Entry<Obj>,
  read: (o: Obj) => T,
  place: { tender: string; lot: string | null },
  unreadable: Unreadable[],
): Entry<T> | null {
  try {
    const payload = read(e.payload)
    const { tender, lot } = payload as { tender?: string; lot?: string }
    if (tender !== undefined && tender !== place.tender) throw new FormatError('it is about another tender')
    if (lot !== undefined && place.lot !== null && lot !== place.lot) throw new FormatError('it is about another lot')
    return { ...e, payload }
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
    unreadable.push({ index: e.index, typ: e.leaf.typ, org: e.leaf.org, why: 'format', says: error.message })
    return null
  }
}

/**
 * Reads a tender from the public log.
 *
 * @param entries all leaves from index 0; that they are the log's is for the caller to have checked (checkpoint and tree)
 * @param fetch payloads by lower-case hex of their SHA-256; its bytes are hashed here
 * @returns everything that could be read, with every deviation as a finding named by the check it belongs to. Never throws for
 *   what strangers wrote; rejects only when `fetch` does.
 */
export async function readRecord(
  P: Primitives,
  entries: readonly Uint8Array[],
  fetch: FetchPayload,
  tender: string,
): Promise<TenderRecord> {
  const { own, keys, others, shut, roles } = scan(entries, tender)
  const unreadable: Unreadable[] = []
  const findings: Finding[] = []
  const load = async (located: readonly Located[]): Promise<Entry<Obj>[]> => {
    const read = await inParallel(located, LANES, (at) => readEntry(P, at, fetch))
    unreadable.push(...read.filter(isUnreadable))
    return read.filter((e): e is Entry<Obj> => !isUnreadable(e))
  }
  const ownEntries = await load(own)
  const firsts = new Map<string, number>()
  for (const { index, leaf } of own) if (!firsts.has(leaf.typ)) firsts.set(leaf.typ, index)

  let lot: string | null = null
  const all = <T extends object>(typ: string, read: (o: Obj) => T): Entry<T>[] =>
    ownEntries
      .filter((e) => e.leaf.typ === typ)
      .flatMap((e) => {
        const made = reading(e, read, { tender, lot }, unreadable)
        return made ? [made] : []
      })
  /** The first entry of a type; when that one cannot be read, later ones do not stand in for it. */
  const first = <T extends object>(typ: string, read: (o: Obj) => T): Entry<T> | null => {
    const made = all(typ, read)[0]
    return made && made.index === firsts.get(typ) ? made : null
  }

  const published = first('tender.notice/1', payloads.readNotice)
  lot = published?.payload.lot ?? null
  const allIncidents = all('incident/1', payloads.readIncident)
  const allAmendments = all('tender.amended/1', payloads.readAmendment)
  const clarifications = all('clarification/1', readClarification)
  const complaints = all('complaint/1', readComplaint)
  const complaintsDecided = all('complaint.decided/1', readComplaintDecided)
  const approved = all('approval/1', payloads.readApproval)
  const closed = first('tender.closed/1', payloads.readClosed)
  const reveal = first('opening.reveal/1', payloads.readReveal)
  const lists = all('opening.list/1', payloads.readOpeningList)
  const releases = all('release/1', payloads.readRelease)
  const letters = all('rekey/1', payloads.readLetter)
  const clearings = all('clearing/1', payloads.readClearing)
  const results = all('opening.result/1', payloads.readOpeningResult)
  const locked = first('scores.locked/1', payloads.readScoresLocked)
  const evaluation = first('evaluation.result/1', payloads.readEvaluation)
  const notices = all('draw.notice/1', payloads.readDrawNotice)
  const draws = all('draw.result/1', payloads.readDrawResult)
  const ofCommittee = (e: Entry<{ purpose: string }>) => drawsEvaluators(e.payload.purpose)
  const ofPrices = (e: Entry<{ purpose: string }>) => drawsReserve(e.payload.purpose)
  const ties = {
    notices: notices.filter((e) => !ofCommittee(e) && !ofPrices(e)),
    results: draws.filter((e) => !ofCommittee(e)),
  }
  const drawNotice = ties.notices[0] ?? null
  const draw = ties.results[0] ?? null
  const committee: CommitteeRecord = {
    pool: first('pool.committed/1', payloads.readPoolCommitted),
    contributions: all('draw.contribution/1', payloads.readDrawContribution),
    opening: emptyOpening(),
    notices: notices.filter(ofCommittee),
    reserve: notices.filter(ofPrices),
    results: draws.filter(ofCommittee),
    called: all('committee.called/1', payloads.readCommitteeCalled),
    declared: all('committee.declared/1', payloads.readCommitteeDeclared),
    named: first('committee.named/1', payloads.readCommitteeNamed),
  }
  const planned = first('planned.price/1', payloads.readPlannedPrice)
  const auction: AuctionRecord = {
    begun: first('auction.begun/1', readAuctionBegun),
    steps: all('auction.bid/1', readAuctionStep),
    ended: first('auction.ended/1', readAuctionEnded),
  }
  const allExaminations = all('examination/1', payloads.readExamination)
  const examined = all('examination.result/1', payloads.readExamined)
  const award = first('award/1', payloads.readAward)
  const failed = first('tender.failed/1', payloads.readEnded)
  const cancelled = first('tender.cancelled/1', payloads.readEnded)

  if (published) findings.push(...ruleFindings(P, published.payload))

  // Keys: those of the organisations that this tender meets. What others enrolled is not this tender's business.
  const orgs = new Set<string>([RECEIPTS.org, ...own.map((o) => o.leaf.org)])
  if (published) for (const org of [published.payload.notice.agency.id, ...published.payload.custodians]) orgs.add(org)
  for (const act of reveal?.payload.acts ?? []) {
    const org = bidderOf(act.jws)
    if (org !== null) orgs.add(org)
  }
  // Bidders may have been told to seal again, to custodians that the notice does not know.
  for (const e of ownEntries)
    if (e.leaf.typ === 'tender.keyset/1') for (const id of custodiansIn(e.payload)) orgs.add(id)
  const judged = award ?? failed
  // Exclusions are entries of no tender; they matter once there is an award or an end to judge.
  const before = judged ? shut.filter((entry) => entry.index < judged.index) : []
  for (const { leaf } of before) orgs.add(leaf.org)
  for (const org of published?.payload.overseers ?? []) orgs.add(org)
  const parties = new Set(orgs)
  // Evaluators come from anywhere: the key that signed names the organisation whose keys are read.
  const sheets = locked ? [locked.payload.lock, ...locked.payload.sheets.map((sheet) => sheet.jws)] : []
  const declarations = committee.named?.payload.seats.flatMap(({ declared }) => declared ?? []) ?? []
  const signed = new Set(kidsInside([...sheets, ...declarations]))
  for (const k of keys) if (signed.has(k.leaf.by)) orgs.add(k.leaf.org)
  const ringEntries = await loadKeys([...keys, ...roles], orgs, load)
  const { ring, findings: keyFindings } = await readKeyring(P, ringEntries)
  findings.push(...keyFindings)

  // Acts of persons. A person's incident that nobody signed for moves and overrides nothing, nor does that of anybody whom the notice
  // does not name as overseer.
  const agency = published?.payload.notice.agency.id
  for (const act of [published, award, cancelled]) {
    const wrong = act && (await actFinding(P, ring, act, (org) => agency === undefined || org === agency))
    if (wrong) findings.push(wrong)
  }
  const overseers = (published?.payload.overseers ?? []).filter((org) => org !== agency)
  const incidents: typeof allIncidents = []
  for (const incident of allIncidents) {
    const persons = incident.leaf.by !== '-' || incident.payload.reasons.some((code) => BY_OVERSEERS.includes(code))
    const wrong = persons ? await actFinding(P, ring, incident, (org) => overseers.includes(org)) : null
    if (wrong) findings.push(wrong)
    else incidents.push(incident)
  }
  // An amendment moves the deadline only under the agency's signature.
  const amendments: typeof allAmendments = []
  for (const amendment of allAmendments) {
    const wrong = await actFinding(P, ring, amendment, (org) => agency === undefined || org === agency)
    if (wrong) findings.push(wrong)
    else amendments.push(amendment)
  }
  const asked = { agency, close: closed?.index ?? entries.length, entries }
  findings.push(...(await clarificationFindings(P, ring, tender, clarifications, asked)))
  // An amendment may put another rule in the place of the notice's. From here on the notice is what stands.
  const changes = ruleChanges(amendments, closed?.index ?? entries.length)
  let stands = published
  if (published) findings.push(...changeFindings(published.payload, changes, approved))
  for (const { payload } of changes) {
    stands = stands && { ...stands, payload: payloads.amendedBy(stands.payload, payload) }
    if (stands) findings.push(...ruleFindings(P, stands.payload))
  }
  const notice = stands
  // Nor does an examination give points without it.
  const examinations: typeof allExaminations = []
  for (const examination of allExaminations) {
    const wrong = await actFinding(P, ring, examination, (org) => agency === undefined || org === agency)
    if (wrong) findings.push(wrong)
    else examinations.push(examination)
  }
  const approvals = await Promise.all(approved.map((approval) => signedApproval(P, ring, approval)))
  if (locked && notice) findings.push(...(await lockSignatureFindings(P, ring, locked, notice.payload)))
  const shutEntries = await load(before)
  const among = <T extends object>(some: readonly Entry<Obj>[], typ: string, read: (o: Obj) => T): Entry<T>[] =>
    some
      .filter((entry) => entry.leaf.typ === typ)
      .flatMap((entry) => reading(entry, read, { tender, lot: null }, unreadable) ?? [])
  const exclusions = among(shutEntries, 'exclusion/1', payloads.readExclusion)
  const liftings = among(shutEntries, 'exclusion.lifted/1', payloads.readLifting)
  findings.push(...(await exclusionFindings(P, ring, notice, { exclusions, liftings })))
  // The buyer's register says who could approve, up to the last approval. Where the notice says that its acts are signed, each is judged
  // up to the tender's last entry.
  const rule = notice?.payload.twoPersons
  const lastApproval = rule ? (approvals.at(-1)?.index ?? -1) : -1
  const limit = rule?.register ? (own.at(-1)?.index ?? -1) : lastApproval
  // So are those of whoever gave the tender orders: its overseers, the operator, and bodies that shut a firm out. Of all others whom it
  // meets, bidders and custodians among them, it matters how they stand; who has which role there is their own business.
  const ordering = new Set([RECEIPTS.org, ...(notice?.payload.overseers ?? []), ...before.map(({ leaf }) => leaf.org)])
  const registered = roles.filter(({ index, leaf }) => {
    if (index >= limit) return false
    const since = rule?.register === true && index > (notice?.index ?? Infinity)
    if (leaf.org === agency) return ROLES.has(leaf.typ) || since
    if (rule?.register !== true) return false
    if (ordering.has(leaf.org)) return ROLES.has(leaf.typ) || since
    return since && leaf.typ === STANDING && parties.has(leaf.org)
  })
  const roleEntries = await load(registered)
  const registerOf = (org: string) => {
    const own = roleEntries.filter(({ leaf }) => leaf.org === org)
    return judgeRegister(P, ring, notice, {
      changes: among(own, 'role.changed/1', payloads.readRoleChange),
      lent: among(own, 'role.delegated/1', payloads.readRoleLent),
      others: [...among(own, STANDING, () => ({})), ...among(own, 'people.exported/1', payloads.readDecided)],
    })
  }
  const { register, findings: ofBuyer } = await registerOf(agency ?? '-')
  findings.push(...ofBuyer)
  for (const org of new Set(roleEntries.map(({ leaf }) => leaf.org)))
    if (org !== agency) findings.push(...(await registerOf(org)).findings)

  // Keysets, this tender's and the opening keys that earlier ones of any tender used up.
  const keysets = all('tender.keyset/1', (o) => ({ keyset: readKeyset(P, o) }))
  const last = keysets.at(-1)?.index ?? 0
  const used = new Map<string, number>()
  const otherKeysets = await load(others.filter((o) => o.index < last))
  for (const e of [...otherKeysets, ...ownEntries.filter((o) => o.leaf.typ === 'tender.keyset/1')]) {
    for (const kid of kidsIn(e.payload)) used.set(kid, Math.min(e.index, used.get(kid) ?? Infinity))
  }
  const openings: Record<Kind, Opening> = { technical: emptyOpening(), price: emptyOpening() }
  const rekeys: Record<Kind, Rekeying | null> = { technical: null, price: null }
  const usedBelow = (index: number) => new Set([...used].filter(([, at]) => at < index).map(([kid]) => kid))
  // The first order for a kind counts: a person's, whose signature held above.
  for (const incident of incidents.filter(({ leaf }) => leaf.by !== '-')) {
    const order = orderIn(incident)
    for (const kind of KINDS) {
      const ks = order?.ks[kind]
      const e = keysets.find(({ payload: { keyset } }) => keyset.kind === 'rekey' && b64u(keysetId(P, keyset)) === ks)
      if (!order || !e || !notice || rekeys[kind]) continue
      const opening = emptyOpening()
      opening.keyset = { index: e.index, jws: e.jws, kid: e.kid, keyset: e.payload.keyset, ks: ks as string }
      rekeys[kind] = { incident, until: order.until, letters: [], opening }
      const usedBefore = usedBelow(e.index)
      const facts = { ring, notice: notice.payload, incident, usedBefore }
      findings.push(...(await rekeyKeysetFindings(P, kind, opening.keyset, facts)))
    }
  }
  // Before the close an amendment may put others in the place of all of them: what was sealed until then nobody opens.
  const replacements = amendments.filter((a) => a.payload.keysets && a.index < (closed?.index ?? Infinity))
  const replacement = replacements.at(-1) ?? null
  for (const e of keysets) {
    const { keyset } = e.payload
    if (keyset.kind !== 'technical' && keyset.kind !== 'price' && keyset.kind !== 'draw') continue
    const { kind } = keyset
    const opening = kind === 'draw' ? committee.opening : openings[kind]
    const ks = b64u(keysetId(P, keyset))
    const by = replacements.find(({ index, payload }) => index < e.index && payload.keysets?.[kind] === ks)
    if (opening.keyset && !(by && e.index < (closed?.index ?? Infinity))) {
      findings.push(
        finding(
          'keysets',
          `${keyset.kind} 열쇠 묶음이 둘입니다.`,
          `There are two keysets of the ${keyset.kind} envelope.`,
        ),
      )
      continue
    }
    opening.keyset = { index: e.index, jws: e.jws, kid: e.kid, keyset, ks }
    if (!notice) continue
    const usedBefore = usedBelow(e.index)
    const promised = by ? amendedNotice(notice.payload, by.payload, keyset) : notice.payload
    findings.push(...(await keysetFindings(P, opening.keyset, { ring, notice: promised, usedBefore })))
  }
  if (replacement && notice) {
    const now = [...KINDS.map((kind) => openings[kind]), committee.opening].flatMap(({ keyset }) => keyset?.ks ?? [])
    const named = keysetsOf(notice.payload).map((kind) => replacement.payload.keysets?.[kind])
    if (named.join() !== now.join())
      findings.push(
        finding(
          'keysets',
          `바꾼다고 한 열쇠 묶음(${replacement.index}번)이 기록에 모두 있지 않습니다.`,
          `The keysets that entry ${replacement.index} names are not all in the log.`,
        ),
      )
  }

  // The close and what was behind the sealed entries.
  const deadline = notice
    ? currentDeadline(notice.payload.deadline, movesOf({ incidents, amendments }), closed?.index ?? entries.length)
    : null
  let closingList: ClosingRow[] | null = null
  if (closed) {
    const bytes = await fetch(hex(fromB64u(closed.payload.leaves)))
    const read = closingListFindings(P, closed.payload, bytes, closed.index, entries)
    closingList = read.list
    findings.push(...read.findings)
  }
  let putBack: ClosingRow[] = []
  if (closed && closingList && deadline !== null) {
    const revealed = firsts.get('opening.reveal/1')
    const facts = { ring, tender, deadline, closed, list: closingList, entries, reveal: revealed }
    const judged = await putBackFindings(P, incidents, facts)
    putBack = judged.rows
    closingList = [...closingList, ...putBack].sort((a, b) => a[0] - b[0])
    findings.push(...judged.findings)
  }
  let leaves: NamedLeaf[] = []
  let acts: Act[] = []
  if (closingList && reveal && notice) {
    const read = await revealFindings(P, closingList, reveal.payload, {
      ring,
      tender,
      lot: notice.payload.lot,
      technical: hasTechnical(notice.payload.rule),
    })
    leaves = read.leaves
    acts = read.acts
    findings.push(...read.findings, ...numberingFindings(acts))
  }
  const closing = closed?.index ?? entries.length
  const effective = effectiveActs(acts, closing)
  const submissions = effectiveSubmissions(acts, closing, replacement?.index)
  if (notice && receiptKeys(ring, closingList?.[0]?.[0] ?? closing).length === 0) {
    findings.push(
      finding(
        'receipt-key',
        '서버의 접수증 열쇠가 공개되어 있지 않습니다.',
        "The server's receipt key was not published before the bids.",
      ),
    )
  }

  const pricesAlone = notice !== null && !notice.payload.pool && drawsPrices(notice.payload.rule)
  const judgeReleases = async (kind: OpenedKind, opening: Opening): Promise<void> => {
    const { keyset, list } = opening
    if (!keyset || !list) return
    const needs = keyset.keyset.requires.map((typ) => ({ typ, index: firsts.get(typ) ?? null }))
    for (const release of opening.releases) {
      const wrong = await releaseFindings(P, kind, release, {
        ring,
        keyset,
        list,
        reveal: reveal?.index ?? null,
        needs,
      })
      if (opening.good.some((g) => g.payload.x === release.payload.x)) {
        const says = `x = ${release.payload.x}`
        wrong.push(
          finding(
            releaseCheck(kind),
            `${says}: 열쇠를 두 번 공개했습니다.`,
            `The custodian with ${says} released twice.`,
          ),
        )
      }
      findings.push(...wrong)
      // What came after bidders were told to seal again counts for nothing: the new custodians open, for all alike.
      const replaced =
        kind === 'technical' || kind === 'price' ? rekeys[kind] : kind === 'draw' && pricesAlone ? rekeys.price : null
      const inTime = release.index < (replaced?.incident.index ?? Infinity)
      // What enough had released for a draw is open, whoever joins them afterwards.
      const open = kind === 'draw' && opening.good.length >= keyset.keyset.t
      if (wrong.length === 0 && (inTime || open)) opening.good.push(release)
    }
  }

  // Openings, one kind after the other.
  for (const kind of KINDS) {
    const opening = openings[kind]
    if (!opening.keyset) continue
    const { ks } = opening.keyset
    const ofKeyset = lists.filter((l) => l.payload.ks === ks)
    opening.list = ofKeyset[0] ?? null
    opening.releases = releases.filter((r) => r.payload.ks === ks)
    opening.results = results
      .filter((r) => r.payload.ks === ks)
      .flatMap((r) => r.payload.results.map((row) => ({ ...row, index: r.index })))
    for (const other of results.filter((x) => x.payload.ks === ks && x.payload.kind !== kind)) {
      findings.push(
        finding(
          `envelopes-${kind}`,
          `${other.index}번 결과의 봉투 종류가 열쇠 묶음과 다릅니다.`,
          `Entry ${other.index} calls the envelopes of this keyset ${other.payload.kind}.`,
        ),
      )
    }
    for (const again of ofKeyset.slice(1)) {
      findings.push(
        finding(
          `opening-list-${kind}`,
          `개봉 목록이 또 있습니다(${again.index}번).`,
          `There is another opening list at entry ${again.index}.`,
        ),
      )
    }
    if (!opening.list || !notice) continue
    const due = dueForOpening(kind, submissions, {
      technical: hasTechnical(notice.payload.rule),
      validTechnical: validTechnical(openings),
      openPrices: opensPrices(notice.payload.rule),
      qualified: kind === 'price' && locked ? qualifiedBidders(notice.payload, locked.payload) : new Set(),
    })
    findings.push(...openingListFindings(kind, opening.list.payload, { ks, due }))
    await judgeReleases(kind, opening)
    const rekeying = rekeys[kind]
    if (rekeying) {
      const again = rekeying.opening
      const ofRekey = lists.filter((l) => l.payload.ks === again.keyset?.ks)
      again.list = ofRekey[0] ?? null
      const bidders = new Set(submissions.map((a) => a.bidder))
      const [from, until] = [rekeying.incident.index, again.list?.index ?? Infinity]
      rekeying.letters = await lettersFor(P, letters, { ring, from, until, bidders })
      again.releases = releases.filter((x) => x.payload.ks === again.keyset?.ks)
      if (again.list) findings.push(...rekeyListFindings(kind, again.list, { rekeying, due }))
      await judgeReleases(`rekey-${kind}`, again)
    }
    for (const clearing of clearings.filter((e) => e.payload.ks === ks)) {
      const wrong = await clearingFinding(P, kind, clearing, { ring, keyset: opening.keyset })
      if (wrong) findings.push(wrong)
      else opening.clearings.push(clearing)
    }
  }
  const drawing = committee.opening
  if (drawing.keyset) {
    const { ks } = drawing.keyset
    drawing.list = lists.find((l) => l.payload.ks === ks) ?? null
    drawing.releases = releases.filter((x) => x.payload.ks === ks)
    await judgeReleases('draw', drawing)
  }
  // A list, release or result of no keyset of this tender is nobody's: say so rather than overlook it.
  const ofNotice = [...KINDS.map((kind) => openings[kind]), drawing].flatMap((opening) => opening.keyset?.ks ?? [])
  const known = new Set([...ofNotice, ...KINDS.flatMap((kind) => rekeys[kind]?.opening.keyset?.ks ?? [])])
  for (const e of [...lists, ...releases, ...results]) {
    if (!notice || ofNotice.length < keysetsOf(notice.payload).length || known.has(e.payload.ks)) continue
    const check = home(e.leaf.typ, e.index, openings.price.list?.index ?? Infinity)
    if (check)
      findings.push(
        finding(
          check,
          `${e.index}번은 이 입찰의 열쇠 묶음이 아닙니다.`,
          `Entry ${e.index} is for a keyset of no envelope of this tender.`,
        ),
      )
  }
  if (locked && notice) findings.push(...lockedScoresFindings(locked.payload, notice.payload, validTechnical(openings)))
  if (notice)
    findings.push(
      ...(await committeeFindings(P, committee, {
        notice,
        ring,
        closed,
        locked,
        sealedAt: (at) => sealedAt(entries, at),
      })),
    )

  const bidders = new Set(results.flatMap(({ payload }) => payload.results.map(({ bidder }) => bidder)))
  const said = { complaints, decisions: complaintsDecided }
  const result = { ranked: firsts.get('evaluation.result/1') ?? Infinity, bidders, overseers, award }
  findings.push(...(await complaintFindings(P, ring, said, result)))

  const record: TenderRecord = {
    tender,
    size: entries.length,
    notice,
    ring,
    incidents,
    amendments,
    clarifications,
    complaints,
    complaintsDecided,
    approvals,
    exclusions,
    liftings,
    deadline,
    closed,
    closingList,
    putBack,
    reveal,
    leaves,
    acts,
    effective,
    submissions,
    openings,
    replacement,
    rekeys,
    committee,
    planned,
    auction,
    examinations,
    examined,
    locked,
    evaluation,
    drawNotice,
    draw,
    ties,
    award,
    failed,
    cancelled,
    firsts,
    entries: own,
    unreadable,
    findings,
  }
  const priceList = openings.price.list?.index ?? Infinity
  for (const u of unreadable) findings.push(...unreadableFinding(u, priceList))
  findings.push(...orderFindings(record), ...secondPersonFindings(record, register))
  return record
}

/** What was opened of a kind: of the bids', or of the contributions to the draw of evaluators. */
export function openingOf(r: Pick<TenderRecord, 'openings' | 'committee' | 'rekeys'>, kind: OpenedKind): Opening {
  if (kind === 'draw') return r.committee.opening
  if (kind === 'technical' || kind === 'price') return r.openings[kind]
  return r.rekeys[kind === 'rekey-technical' ? 'technical' : 'price']?.opening ?? emptyOpening()
}

/** Firms that were shut out at an entry: by entries before it, for its time, and not lifted before it. */
export function excludedAt(r: Pick<TenderRecord, 'exclusions' | 'liftings'>, entry: Entry<object>): Set<string> {
  const at = timeOf(entry.leaf.at)
  const lifted = new Set(r.liftings.filter((one) => one.index < entry.index).map((one) => one.payload.id))
  return new Set(
    r.exclusions
      .filter(({ index, payload: { id, from, until } }) => {
        const inTime = timeOf(from) <= at && at < timeOf(until)
        return index < entry.index && inTime && !lifted.has(id)
      })
      .map(({ payload }) => payload.org),
  )
}

/** What a notice asks of keysets that an amendment puts in the place of its own: custodians of the log, and the times as amended. */
const amendedNotice = (notice: payloads.Notice, by: payloads.Amendment, keyset: Keyset): payloads.Notice => ({
  ...notice,
  deadline: by.newDeadline,
  openAfter: by.newOpenAfter,
  custodians: keyset.custodians.map(({ id }) => id),
})

/** Everything that moved the deadline, or could have, in log order. */
export const movesOf = (r: Pick<TenderRecord, 'incidents' | 'amendments'>): TimedIncident[] =>
  [...r.incidents, ...r.amendments]
    .map(({ index, payload: { newDeadline, reasons } }) => ({ index, newDeadline, reasons }))
    .sort((a, b) => a.index - b.index)

const emptyOpening = (): Opening => ({ keyset: null, list: null, releases: [], good: [], clearings: [], results: [] })

/** Bidders whose technical envelope the record says opened validly. */
export const validTechnical = (openings: Record<Kind, Opening>): Set<string> =>
  new Set(openings.technical.results.filter((r) => r.state === 'valid').map((r) => r.bidder))

/** Bidders at or over the pass mark, computed from the locked marks; empty when they cannot be computed. */
function qualifiedBidders(notice: payloads.Notice, locked: payloads.ScoresLocked): Set<string> {
  const rule = ruleOf(notice)
  const quality = rule.ok ? qualityOf(rule.value) : null
  if (!quality) return new Set()
  const scores = guarded(() => technicalScores(lockedFacts(quality, notice, locked)))
  if (!scores.ok) return new Set()
  const passed = new Set(scores.value.filter((s) => s.qualified).map((s) => s.bidder))
  return new Set(locked.labels.filter((l) => passed.has(l.label)).map((l) => l.bidder))
}

function ruleFindings(P: Primitives, notice: payloads.Notice): Finding[] {
  const found: Finding[] = []
  if (b64u(P.sha256(utf8(canonical(notice.rule)))) !== notice.ruleHash) {
    found.push(
      finding(
        'notice',
        '평가 규칙이 공고된 지문과 다릅니다.',
        'The award rule does not have the hash that the notice gives.',
      ),
    )
  }
  const rule = ruleOf(notice)
  if (!rule.ok) {
    const codes = [...new Set(rule.reasons.map((r) => r.code))].join(', ')
    found.push(
      finding(
        'notice',
        `평가 규칙으로 채점할 수 없습니다(${codes}).`,
        `The award rule cannot score a tender: ${codes}.`,
      ),
    )
  }
  return found
}

/** The organisation that an unverified act names, to know whose keys to fetch. */
function bidderOf(jws: string): string | null {
  if (jws === 'cover') return null
  try {
    const payload = object(payloads.unverifiedPayload(jws))
    return typeof payload.bidder === 'string' ? payload.bidder : null
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/** Custodians that a keyset entry names, whatever else may be wrong with it. */
function custodiansIn(keyset: Obj): string[] {
  const list = Array.isArray(keyset.custodians) ? keyset.custodians : []
  return list.flatMap((c) =>
    typeof c === 'object' && c !== null && !Array.isArray(c) && typeof c.id === 'string' ? [c.id] : [],
  )
}

/** Opening keys that a keyset entry names, whatever else may be wrong with it. */
function kidsIn(keyset: Obj): string[] {
  const list = Array.isArray(keyset.custodians) ? keyset.custodians : []
  return list.flatMap((c) =>
    typeof c === 'object' && c !== null && !Array.isArray(c) && typeof c.kid === 'string' ? [c.kid] : [],
  )
}
