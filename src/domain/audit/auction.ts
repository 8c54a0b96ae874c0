// Was the auction run by its rule? Rounds by the times of its bids, seats of those who could bid, every bid signed by whoever sat there.
import { FormatError, fromB64u } from '../../proof/bytes.ts'
import { readJws, verifyJws } from '../../proof/jws.ts'
import { commitment } from '../../proof/leaf.ts'
import type { Primitives } from '../../proof/primitives.ts'
import { compare } from '../kit/fraction.ts'
import { millisZ, timeOf } from '../kit/time.ts'
import { auctionBids, readAuctionOffer } from '../record/auction.ts'
import { brief, type Finding, finding } from '../record/finding.ts'
import { keyInForce } from '../record/keyring.ts'
import { amountIn } from '../record/payloads.ts'
import type { TenderRecord } from '../record/read.ts'
import { ruleOf } from '../record/scored.ts'
import { openedWith, replay } from '../scoring/auction.ts'
import { roundsOf } from '../scoring/auction-clock.ts'
import { joinsAuction } from '../scoring/contest.ts'
import { type ContestRule, isContest } from '../scoring/contest-rule.ts'
import type { Found } from './envelopes.ts'

/** A transaction reads the clock when it begins, and a bid is judged when it holds the tender's row: so much may lie between. */
const WAITED_MS = 60_000

type Say = (ko: string, en: string) => void

/** Those who may bid, with the prices with which they begin. */
function openedPrices(rule: ContestRule, price: readonly Found[]): { bidder: string; amount: string }[] {
  return price.flatMap((f) => {
    const amount = f.state === 'valid' ? amountIn(f.body, rule.currency) : null
    if (amount === null || !joinsAuction(rule, { id: f.bidder, price: 'valid', amount })) return []
    return [{ bidder: f.bidder, amount }]
  })
}

/** Rounds, numbers and times: what follows from the bids' own entries. */
function courseFindings(r: TenderRecord, rule: ContestRule, say: Say): void {
  const { begun, steps, ended } = r.auction
  if (!begun || !rule.auction) return
  const begins = timeOf(begun.payload.begins)
  if (begins < timeOf(begun.leaf.at))
    say('역경매가 예고되기 전에 시작했습니다.', 'The auction began before it was announced.')
  const times = steps.map((s) => timeOf(s.payload.at))
  const until = ended ? timeOf(ended.leaf.at) + 1000 : Math.max(begins, ...times)
  const { round, rounds } = roundsOf(rule.auction, begins, times, until)
  for (const [i, { payload, leaf, index }] of steps.entries()) {
    const at = times[i] as number
    const logged = timeOf(leaf.at)
    const inOrder = i === 0 || at >= (times[i - 1] as number)
    if (!inOrder || at < logged || at > logged + WAITED_MS || index < begun.index || index > (ended?.index ?? Infinity))
      say(
        `응찰 ${payload.n}의 시각이 기록의 순서와 맞지 않습니다.`,
        `The time of bid ${payload.n} does not fit its place in the log.`,
      )
    if (payload.n !== i + 1)
      say(
        `응찰 번호가 이어지지 않습니다(${payload.n}).`,
        `Bids are not numbered in their order: ${payload.n} stands at ${i + 1}.`,
      )
    if (rounds[i] !== payload.round)
      say(
        `응찰 ${payload.n}은 ${payload.round}회차의 것이 아닙니다.`,
        `Bid ${payload.n} did not come in round ${payload.round}: by its time it is ${rounds[i] === null ? 'in no round' : `in round ${rounds[i]}`}.`,
      )
  }
  if (ended && (!round.over || timeOf(ended.payload.ended) !== round.ends))
    say(
      `역경매가 규칙대로 끝나지 않았습니다(기록 ${ended.payload.ended}).`,
      `The auction did not end when its rounds did: recorded is ${ended.payload.ended}, by its bids ${round.over ? millisZ(round.ends) : 'a round was still open'}.`,
    )
}

/** Seats: one for everybody whose price could be read, and none for anybody else. */
function seatFindings(r: TenderRecord, rule: ContestRule, price: readonly Found[], say: Say): void {
  const { begun, ended } = r.auction
  if (!begun) return
  const prices = openedPrices(rule, price)
  const lowest = prices.reduce<string | null>(
    (low, p) => (low === null || compare(p.amount, low) < 0 ? p.amount : low),
    null,
  )
  if (begun.payload.seats !== prices.length || begun.payload.lowest !== lowest)
    say(
      '역경매가 개봉된 가격과 다르게 예고되었습니다.',
      'The announcement of the auction is not what the opened prices give.',
    )
  if (!ended) return
  const { seats } = ended.payload
  const right = [...seats].sort((a, b) => a.seat - b.seat).every(({ seat }, i) => seat === i + 1)
  const bidders = new Set(seats.map((s) => s.bidder))
  const same = bidders.size === prices.length && prices.every(({ bidder }) => bidders.has(bidder))
  if (!right || !same || seats.length !== prices.length)
    say(
      '자리마다 유효한 입찰자 한 곳이 있지 않습니다.',
      'The seats are not one each of those whose prices were opened validly.',
    )
}

/** Was each bid signed by whoever sat there, for this amount, and committed to when it was made? */
async function handFindings(P: Primitives, r: TenderRecord, say: Say): Promise<void> {
  const { steps, ended } = r.auction
  if (!ended || !r.notice) return
  const sat = new Map(ended.payload.seats.map(({ seat, bidder }) => [seat, bidder]))
  const hands = new Map(ended.payload.hands.map((h) => [h.n, h]))
  if (hands.size !== ended.payload.hands.length || hands.size !== steps.length)
    say('응찰마다 서명이 하나씩 있지 않습니다.', 'There is not one signature for each bid.')
  const actor = (kid: string, org: string, index: number) => keyInForce(r.ring.actors, org, kid, index)
  for (const { index, payload: step } of steps) {
    const hand = hands.get(step.n)
    const bidder = sat.get(step.seat)
    if (!hand || bidder === undefined) {
      say(`응찰 ${step.n}이 누구의 것인지 기록에 없습니다.`, `The record does not say whose bid ${step.n} was.`)
      continue
    }
    const who = brief(bidder)
    if (commitment(P, fromB64u(hand.salt), hand.jws) !== step.c) {
      say(
        `응찰 ${step.n}의 서명문이 응찰 때의 지문과 다릅니다.`,
        `What was signed for bid ${step.n} is not what was committed to.`,
      )
      continue
    }
    const said = await offerIn(P, hand.jws, (kid) => actor(kid, bidder, index)?.jwk ?? null)
    const fits =
      said?.tender === r.tender &&
      said.lot === r.notice.payload.lot &&
      said.bidder === bidder &&
      said.seat === step.seat &&
      said.amount === step.amount
    if (!fits)
      say(
        `응찰 ${step.n}(${step.amount})에 ${who}의 그때 효력이 있던 서명이 없습니다.`,
        `Bid ${step.n} of ${step.amount} is not signed by ${who} with a key in force then.`,
      )
  }
}

type KeyOf = (kid: string) => Parameters<typeof verifyJws>[2] | null

async function offerIn(P: Primitives, jws: string, keyOf: KeyOf): Promise<ReturnType<typeof readAuctionOffer> | null> {
  try {
    const jwk = keyOf(readJws(jws).header.kid)
    const verified = jwk && (await verifyJws(P, jws, jwk, 'auction.offer/1'))
    return verified ? readAuctionOffer(verified.payload) : null
  } catch (e) {
    if (e instanceof FormatError) return null
    throw e
  }
}

/**
 * Findings of `ranking` about an auction; none where there is none. What the bids decide is for the ranking itself to show: here it is
 * asked whether they were let in by the rule, and whether they were those of the ones they are counted for.
 */
export async function auctionFindings(P: Primitives, r: TenderRecord, price: readonly Found[]): Promise<Finding[]> {
  const rule = r.notice ? ruleOf(r.notice.payload) : null
  const found: Finding[] = []
  const say: Say = (ko, en) => found.push(finding('ranking', ko, en))
  const { begun, steps, ended } = r.auction
  if (!rule?.ok || !isContest(rule.value) || !rule.value.auction) {
    if (rule?.ok && (begun || steps.length > 0 || ended))
      say('역경매가 없는 입찰입니다.', 'By its notice this tender has no auction.')
    return found
  }
  const any = openedPrices(rule.value, price).length > 0
  if (!begun && (steps.length > 0 || ended || (r.evaluation && any)))
    say('역경매 예고가 없습니다.', 'The auction was not announced.')
  if (begun && r.evaluation && !ended) say('자리의 주인이 밝혀지지 않았습니다.', 'Nobody said whose seats they were.')
  courseFindings(r, rule.value, say)
  seatFindings(r, rule.value, price, say)
  await handFindings(P, r, say)
  const { auction, dp } = rule.value
  const prices = openedPrices(rule.value, price)
  const bids = auctionBids(r.auction) ?? []
  const { refused } = replay(auction, dp, bids, new Set(prices.map((b) => b.bidder)), openedWith(auction, prices))
  for (const { bid, reasons } of refused) {
    const why = reasons.map(({ code }) => code).join(', ')
    say(`응찰 ${bid + 1}은 받을 수 없는 것이었습니다(${why}).`, `Bid ${bid + 1} should have been refused: ${why}.`)
  }
  return found
}
