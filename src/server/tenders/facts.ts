// What must the lifecycle know of a tender before a step? Only what the step asks about is read.
import { and, count, eq, isNotNull, isNull } from 'drizzle-orm'
import { openingEnvelope } from '../../../db/schema/tenders.ts'
import { timeOf } from '../../domain/kit/time.ts'
import type { Reason } from '../../domain/kit/verdict.ts'
import { type Awardable, awardedAmong } from '../../domain/organisations/exclusion.ts'
import type { OpenedKind } from '../../domain/record/finding.ts'
import { nextToExamine, orderOf, winnersOfRule } from '../../domain/scoring/decided.ts'
import { mayAmendRule } from '../../domain/tenders/amendment.ts'
import { checkDraft } from '../../domain/tenders/draft.ts'
import { type Act, EXTENSION_DAYS, type TenderFacts } from '../../domain/tenders/lifecycle.ts'
import { objectionsAgainstAward } from '../../domain/tenders/objections.ts'
import { drawsPrices, hasTechnical } from '../../domain/tenders/procedure.ts'
import { drawGivenUp } from '../disputes/draw-given-up.ts'
import { emptySeats, poolSizeReasons } from '../evaluators/pool-store.ts'
import { bidsThatCount } from '../openings/closing.ts'
import { excludedAmong } from '../organisations/exclusion-store.ts'
import { lotDue } from '../scoring/announce-lot.ts'
import { auctionEnds, auctioneers } from '../scoring/auction-store.ts'
import { examinationReasons } from '../scoring/examine.ts'
import { missingMarks, unsignedSheets } from '../scoring/mark-store.ts'
import type { Advancing } from './advance.ts'
import { objectionsTo } from './complaints.ts'
import { keysetReasons } from './publish-tender.ts'
import { replacementReasons } from './replace-keysets.ts'
import { standstillOf } from './standstill.ts'
import { committeeOf, legal } from './tender-store.ts'

async function envelopes({ work, row }: Advancing, kind: OpenedKind): Promise<{ unopened: number; valid: number }> {
  const of = and(eq(openingEnvelope.tender, row.no), eq(openingEnvelope.kind, kind))
  const open = await work.tx
    .select({ n: count() })
    .from(openingEnvelope)
    .where(and(of, isNull(openingEnvelope.state)))
  const valid = await work.tx
    .select({ n: count() })
    .from(openingEnvelope)
    .where(and(of, isNotNull(openingEnvelope.state), eq(openingEnvelope.state, 'valid')))
  return { unopened: open[0]?.n ?? 0, valid: valid[0]?.n ?? 0 }
}

/** The law's days in milliseconds; a demonstration divides periods, down to what a hand needs. */
const leastExtension = (accelerator: number): number =>
  Math.max(10_000, Math.ceil((EXTENSION_DAYS * 86_400_000) / accelerator))

/**
 * Who may be awarded: the first of the ranking's order, as many as the rule has winners, without those who are shut out at this moment;
 * or that a place among them is still shared.
 */
export async function firstOf({ row, work }: Pick<Advancing, 'row' | 'work'>): Promise<Awardable> {
  const order = row.ranking ? orderOf(row.ranking) : []
  const excluded = new Set((await excludedAmong(work, order.flat())).keys())
  return awardedAmong(order, excluded, winnersOfRule(row.rule))
}

/** Every reason why those who were named are not those whom the ranking gives. */
function awardReasons({ row, input }: Advancing, winners: readonly string[]): Reason[] {
  const named = winnersOfRule(row.rule) > 1 ? (input.winners ?? []) : [input.bidder ?? '']
  const right = input.bidder === winners[0] && named.join() === winners.join()
  return right ? [] : [{ code: 'award-not-first', facts: { first: winners.join(', ') } }]
}

/** The draft that a row is, at the times that it would have. */
const draftIn = (row: Advancing['row'], deadline: string, openAfter: string) => ({
  notice: row.notice,
  rule: row.rule,
  deadline,
  openAfter,
  ...committeeOf(row),
})

/** Every reason against another rule of a published tender, and against the keysets that come with it. */
async function againstChange(step: Advancing): Promise<Reason[]> {
  const { row, work, input } = step
  const { rule, method = '', budget = { amount: '', currency: '' }, newDeadline = legal(row.deadline) } = input
  if (!rule) return []
  const openAfter = legal(row.openAfter) > newDeadline ? legal(row.openAfter) : newDeadline
  const now = work.now.date.getTime()
  const reasons = mayAmendRule(draftIn(row, newDeadline, openAfter), { rule, method, budget }, now)
  return [...reasons, ...(await replacementReasons(step, openAfter))]
}

/** The facts for one act. Counts that the act does not ask about stay at zero. */
export async function factsOf(step: Advancing, act: Act): Promise<TenderFacts> {
  const { row, work, input } = step
  const facts: TenderFacts = {
    state: row.state,
    deadline: row.deadline.getTime(),
    openAfter: row.openAfter.getTime(),
    draftReasons: [],
    closingLogged: row.closedIdx !== null,
    bids: 0,
    minBids: row.notice.minBids,
    technical: hasTechnical(row.rule),
    unopened: 0,
    auction: false,
    auctionEnds: null,
    validTechnical: 0,
    missingMarks: [],
    lockLogged: row.lockedIdx !== null,
    eligible: 0,
    examining: row.ranking !== null && nextToExamine(row.ranking) !== null,
    examinationReasons: [],
    lotPending: false,
    lotAt: null,
    standstill: (row.notice.standstillHours ?? 0) > 0,
    standstillEnds: null,
    awardReasons: [],
    statement: input.statement ?? '',
    newDeadline: input.newDeadline === undefined ? null : timeOf(input.newDeadline),
    leastExtension: leastExtension(step.accelerator),
    approved: input.persons !== undefined && input.persons.proposedBy !== input.persons.approvedBy,
  }
  switch (act) {
    case 'publish': {
      const draft = draftIn(row, legal(row.deadline), legal(row.openAfter))
      const now = work.now.date.getTime()
      facts.draftReasons = checkDraft(draft, now).filter((reason) => reason.code !== 'deadline-in-the-past')
      facts.draftReasons.push(...(await poolSizeReasons(step)), ...(await keysetReasons(step)))
      break
    }
    case 'amend':
      facts.draftReasons = await againstChange(step)
      break
    case 'failForLackOfBids':
    case 'openTechnical':
    case 'openPriceAlone':
      if (row.closedIdx !== null) facts.bids = (await bidsThatCount(work, row)).length
      break
    case 'failForLackOfValidBids':
    case 'finishTechnical': {
      const { unopened, valid } = await envelopes(step, 'technical')
      facts.unopened = unopened
      facts.validTechnical = valid
      break
    }
    case 'beginAuction':
    case 'rank':
      facts.unopened = (await envelopes(step, 'price')).unopened
      // Prices are drawn from what custodians sealed, too: all of it must be open.
      if (drawsPrices(row.rule) && !(await drawGivenUp(work, row)))
        facts.unopened += (await envelopes(step, 'draw')).unopened
      facts.auction = facts.unopened === 0 && (await auctioneers(work, row)).length > 0
      facts.auctionEnds = facts.auction ? await auctionEnds(step) : null
      break
    case 'lockScores':
      facts.missingMarks = [
        ...emptySeats(row),
        ...(await missingMarks(work, row)),
        ...(await unsignedSheets(work, row)),
      ]
      break
    case 'examine':
      facts.examinationReasons = await examinationReasons(step)
      break
    case 'drawLot':
      {
        const { winners, joint } = await firstOf(step)
        facts.eligible = winners.length + (joint ? 1 : 0)
      }
      facts.lotAt = await lotDue(step)
      break
    case 'award':
    case 'failForLackOfEligibleBids': {
      const { winners, joint } = await firstOf(step)
      facts.eligible = winners.length + (joint ? 1 : 0)
      facts.lotPending = joint
      if (act === 'award' && !joint && winners.length > 0) facts.awardReasons = awardReasons(step, winners)
      if (act !== 'award') break
      facts.awardReasons.push(...objectionsAgainstAward(await objectionsTo(work, row.no)))
      const ends = await standstillOf(work, row)
      facts.standstillEnds = ends === null ? null : timeOf(ends)
      break
    }
    default:
      break
  }
  return facts
}
