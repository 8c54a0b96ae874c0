// What do the codes of a result mean, in both languages? One table for the result page, the minutes, the command line and the browser.
import type { AnyRule, ContestRule } from './contest-rule.ts'
import { isContest } from './contest-rule.ts'
import type { Bilingual } from './rule.ts'
import type { Step } from './step.ts'

const w = (ko: string, en: string): Bilingual => ({ ko, en })

/** What each step of a working is. */
export const STEP_WORDS = {
  'evaluator-totals': w('평가위원별 합계(−는 뺀 것)', 'Totals by evaluator (− is left out)'),
  'item-marks': w('항목별 점수(−는 뺀 것)', 'Marks by item (− is left out)'),
  'item-mean': w('항목 평균', 'Mean of the item'),
  'trimmed-mean': w('평균', 'Mean'),
  groups: w('공통·전문 평가위원 합산', 'Groups of evaluators by their shares'),
  members: w('공동수급체 구성원 합산', 'Members of the consortium put together'),
  quantitative: w('정량 점수', 'Quantitative marks'),
  technical: w('기술 점수', 'Technical score'),
  'pass-mark': w('합격 기준', 'Pass mark'),
  'total-mark': w('종합점수 기준', 'Mark of the total'),
  graded: w('차등 점수', 'Graded score'),
  rate: w('기준금액 대비(%)', 'Per cent of the reference'),
  price: w('가격 점수', 'Price score'),
  total: w('합계', 'Total'),
  tie: w('동점 처리', 'Tie'),
  picks: w('추첨번호 선택 횟수', 'How often each number was picked'),
  drawn: w('추첨된 번호와 예비가격', 'Numbers drawn and their prices'),
  planned: w('예정가격', 'Planned price'),
  'fixed-costs': w('A값', 'Fixed costs (A)'),
  floor: w('낙찰하한가', 'Floor price'),
  'net-cost': w('순공사원가', 'Net cost'),
  'net-cost-line': w('순공사원가 기준선', 'Net-cost line'),
  limits: w('가격 범위', 'Limits of the price'),
  ratio: w('투찰 비율', 'Ratio of the price'),
  ability: w('이행능력 등 심사 점수', 'Examined parts'),
} as const satisfies Record<string, Bilingual>

export type StepLabel = keyof typeof STEP_WORDS

/** Why a bid is not eligible. */
export const REASON_WORDS = {
  'technical-malformed': w('기술 봉투 무효', 'technical envelope not valid'),
  'below-pass-mark': w('기술 합격 기준 미달', 'below the pass mark'),
  'below-total-mark': w('종합점수 기준 미달', 'below the mark of the total'),
  'price-malformed': w('가격 무효', 'price not valid'),
  'price-not-opened': w('가격 봉투를 열지 않음', 'price envelope not opened'),
  'over-ceiling': w('상한 초과', 'over the ceiling'),
  'no-lowest-price': w('비교할 최저가 없음', 'no lowest price to measure by'),
  'picks-malformed': w('추첨번호 선택 무효', 'picks not valid'),
  'over-planned-price': w('예가초과', 'over the planned price'),
  'below-floor': w('낙찰하한선 미달', 'below the floor'),
  'below-net-cost-line': w('순공사원가 기준선 미만', 'below the net-cost line'),
  'no-auction-bid': w('경매에 응찰하지 않음', 'no bid in the auction'),
  'not-examined': w('심사 전', 'not examined yet'),
  'examination-failed': w('심사 점수 미달', 'did not pass the examination'),
} as const satisfies Record<string, Bilingual>

export type RowReason = keyof typeof REASON_WORDS

/** Why a bid of an auction did not count. */
export const AUCTION_WORDS = {
  'auction-bidder-unknown': w('이 역경매의 입찰자가 아님', 'no bidder of this auction'),
  'auction-round-over': w('지난 회차이거나 없는 회차', 'its round is over, or there is none such'),
  'auction-bid-malformed': w('가격으로 읽을 수 없음', 'not a price'),
  'auction-not-low-enough': w('충분히 낮지 않음', 'not low enough'),
} as const satisfies Record<string, Bilingual>

/** How a decision ended. */
export const OUTCOME_WORDS = {
  ranked: w('순위가 정해졌습니다', 'ranked'),
  'no-bidder': w('입찰자가 없습니다 (유찰)', 'nobody bid: the tender fails'),
  'too-few-bidders': w('유효한 입찰이 모자랍니다 (유찰)', 'too few bids: the tender fails'),
  'no-eligible-bidder': w('적격자가 없습니다 (재입찰)', 'nobody is eligible: to be called again'),
  'examination-pending': w('심사가 남아 있습니다', 'an examination is still to be made'),
} as const satisfies Record<string, Bilingual>

const none = w('', '')
const PLACES = ['', '첫', '둘', '셋', '넷', '다섯', '여섯', '일곱', '여덟', '아홉', '열', '열한']
const place = (n: number): string => `${PLACES[n] ?? n}째 자리`
/** A rounding to so many decimals in words; none where the rule has no such figure. */
const kept =
  (whole: Bilingual, fraction: (place: string) => string, en: string) =>
  (dp: number | undefined): Bilingual => {
    if (dp === undefined) return none
    return dp === 0
      ? whole
      : w(`소수점 ${fraction(place(dp + 1))}`, `${en}, ${dp} ${dp === 1 ? 'decimal' : 'decimals'} kept`)
  }
const half = kept(w('소수점 이하 반올림', 'half up to whole units'), (at) => `${at}에서 반올림`, 'half up')
const cut = kept(w('원 미만 절사', 'cut to whole units'), (at) => `${at}부터 절사`, 'cut')
const up = kept(w('원 미만 올림', 'rounded up to whole units'), (at) => `${at}에서 올림`, 'rounded up')

/** The blocks of a rule by price; none in a rule by totals. */
const blocks = (rule: AnyRule): Partial<ContestRule> => (isContest(rule) ? rule : {})

/** Where the rule rounds: which verb, and how many decimals stay. Nothing where a step is exact. */
const ROUNDINGS: Readonly<Partial<Record<StepLabel, (rule: AnyRule) => Bilingual>>> = {
  'item-mean': () => half(4),
  'trimmed-mean': () => half(4),
  groups: () => half(4),
  technical: (rule) => half(isContest(rule) ? rule.quality?.tech.dp : rule.tech.dp),
  rate: () => cut(3),
  price: (rule) => half(isContest(rule) ? rule.comprehensive?.priceDp : rule.dp),
  planned: (rule) => {
    const { planned } = blocks(rule)
    if (planned?.how !== 'prelim') return none
    return planned.rounding === 'ceil' ? up(rule.dp) : cut(rule.dp)
  },
  floor: (rule) => up(blocks(rule).dp),
  'net-cost': (rule) => up(blocks(rule).dp),
  'net-cost-line': (rule) => up(blocks(rule).dp),
  ratio: (rule) => half(blocks(rule).examination?.ratioDp),
  ability: (rule) => up(blocks(rule).examination?.partDp ?? blocks(rule).comprehensive?.partDp),
}

const isLabel = (label: string): label is StepLabel => Object.hasOwn(STEP_WORDS, label)

/** A step in words: what it is, and how the rule rounded it ("half up, 4 decimals kept"; empty where it is exact or no rule is at hand). */
export function explainStep(step: Step, rule?: AnyRule): { is: Bilingual; rounded: Bilingual } {
  const { label } = step
  if (!isLabel(label)) return { is: w(label, label), rounded: none }
  return { is: STEP_WORDS[label], rounded: (rule && ROUNDINGS[label]?.(rule)) ?? none }
}

/** A row's reason in words; a code that this version does not know is shown as it is. */
export const reasonWords = (code: string): Bilingual =>
  Object.hasOwn(REASON_WORDS, code) ? REASON_WORDS[code as RowReason] : w(code, code)

/** Why an auction bid did not count, in words; a code that this version does not know is shown as it is. */
export const auctionWords = (code: string): Bilingual =>
  Object.hasOwn(AUCTION_WORDS, code) ? AUCTION_WORDS[code as keyof typeof AUCTION_WORDS] : w(code, code)
