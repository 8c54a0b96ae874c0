// Why can a rule or its facts not be used, and what would an authority object to? Each code in words, with what it is about.
import type { Reason } from '../kit/verdict.ts'
import type { Bilingual } from './rule.ts'

const w = (ko: string, en: string): Bilingual => ({ ko, en })

/** `{item}` stands for the fact of that name. */
export const REFUSAL_WORDS = {
  // The rule as a whole.
  'weights-not-100': w(
    '기술 {tech}점과 가격 {price}점은 100점이 되는 정수가 아닙니다.',
    'Technology {tech} and price {price} are not whole points that make 100.',
  ),
  'rule-figure-out-of-range': w(
    '{figure}: {low}부터 {high}까지의 수여야 합니다.',
    '{figure} must be a number from {low} to {high}.',
  ),
  'rule-choice-unknown': w('{choice}: 다음 가운데 하나여야 합니다: {choices}', '{choice} must be one of: {choices}'),
  'rule-version-unknown': w('모르는 규칙의 판입니다: {version}', 'Version {version} of rules is not known.'),
  'currency-unknown': w('모르는 통화입니다: {currency}', 'The currency {currency} is not known.'),
  'rule-amount-missing': w(
    '금액이 없습니다: {amount}. 예정가격이 기준일 때만 비워 둘 수 있습니다.',
    'The amount {amount} is missing. It may be left open only where the planned price is the reference.',
  ),
  'rule-amount-malformed': w('{amount}: 0보다 큰 금액이 아닙니다.', '{amount} is not an amount above zero.'),
  'amount-not-positive': w('금액은 0보다 커야 합니다.', 'The amount must be above zero.'),
  'amount-malformed': w('{amount}: 금액이 아닙니다.', '{amount} is not an amount.'),
  'amount-not-text': w('금액은 따옴표로 둘러싼 글이어야 합니다.', 'An amount must be a text, in quotation marks.'),
  'amount-too-long': w('금액 {amount}의 자릿수가 너무 많습니다.', 'The amount {amount} has too many digits.'),
  'amount-signed': w('금액 {amount}에는 부호를 쓰지 않습니다.', 'The amount {amount} may have no sign.'),
  'amount-exponent': w('금액 {amount}에는 지수를 쓰지 않습니다.', 'The amount {amount} may have no exponent.'),
  'amount-too-fine': w(
    '{amount}: 통화 {currency}에는 그만한 소수 자리가 없습니다.',
    '{amount} has more decimals than {currency} has.',
  ),
  'rule-block-missing': w(
    '{kind} 규칙에는 {block} 부분이 있어야 합니다.',
    'A rule of kind {kind} needs the part {block}.',
  ),
  'rule-block-unused': w(
    '{kind} 규칙은 {block} 부분을 읽지 않습니다.',
    'A rule of kind {kind} does not read the part {block}.',
  ),
  'ties-repeated': w('동점 처리 순서에 같은 것이 두 번 있습니다.', 'The order of ties names something twice.'),
  'ties-must-end-in-lot': w('동점 처리는 추첨으로 끝나야 합니다.', 'The order of ties must end in the lot.'),

  // Items, grades, evaluators.
  'rule-without-items': w('평가 항목이 없습니다.', 'There are no items.'),
  'items-do-not-sum': w(
    '항목의 합계 {sum}점이 만점 {maximum}점과 다릅니다.',
    'The items add up to {sum} points and not to {maximum}.',
  ),
  'sub-items-do-not-sum': w(
    '항목 {item}: 세부 항목의 합계 {sum}점이 {max}점과 다릅니다.',
    'Item {item}: its parts add up to {sum} points and not to {max}.',
  ),
  'item-id-malformed': w('쓸 수 없는 항목 이름표입니다: {item}', 'The id {item} of an item cannot be used.'),
  'item-id-repeated': w('같은 항목이 두 번 있습니다: {item}', 'The item {item} is there twice.'),
  'item-untitled': w(
    '항목 {item}에 두 언어의 제목이 있어야 합니다.',
    'The item {item} needs a title in both languages.',
  ),
  'item-maximum-malformed': w(
    '항목 {item}: 배점은 0보다 크고 소수 넷째 자리까지여야 하는데 {max}입니다.',
    'Item {item}: {max} is not a number of points above zero with four decimals at most.',
  ),
  'item-parent-unknown': w(
    '항목 {item}: 상위 항목이 없습니다: {parent}',
    'The heading {parent} of the item {item} is not there.',
  ),
  'item-nested-too-deep': w(
    '항목 {item}: 세부 항목의 세부 항목은 둘 수 없습니다.',
    'Item {item}: a part of an item cannot have parts.',
  ),
  'item-kind-differs-from-parent': w(
    '항목 {item}: 채점하는 사람이 상위 항목({parent}) 쪽과 다릅니다.',
    'The item {item} is marked by another hand than its heading {parent}.',
  ),
  'grades-too-few': w('항목 {item}: 등급은 둘 이상이어야 합니다.', 'Item {item}: there must be two grades or more.'),
  'grade-malformed': w(
    '항목 {item}: 등급 이름은 글자로 시작하고 빈칸이 없어야 하는데 {grade}입니다.',
    'Item {item}: the name of grade {grade} must begin with a letter and have no space.',
  ),
  'grade-repeated': w('항목 {item}: 같은 등급이 두 번 있습니다: {grade}', 'Item {item}: grade {grade} is there twice.'),
  'grades-not-falling': w(
    '항목 {item}: 앞 등급보다 낮아야 합니다: {grade}',
    'Item {item}: grade {grade} must be lower than the one before.',
  ),
  'grade-too-fine': w(
    '항목 {item}: 등급 {grade}의 점수는 소수 넷째 자리를 넘습니다.',
    'Item {item}: grade {grade} has points of more than four decimals.',
  ),
  'members-of-qualitative-item': w(
    '항목 {item}: 정량 항목만 구성원별로 채점할 수 있습니다.',
    'Item {item}: only quantitative items can be marked by member.',
  ),
  'too-few-evaluators-to-trim': w(
    '최고와 최저를 빼려면 평가위원이 {needs}명 이상이어야 하는데 {evaluators}명입니다.',
    'To leave out highest and lowest takes {needs} evaluators at least; there are {evaluators}.',
  ),
  'groups-too-few': w('평가위원 모둠은 둘 이상이어야 합니다.', 'There must be two groups of evaluators or more.'),
  'group-shares-not-1': w(
    '모둠의 비율 합계가 1이 아니라 {sum}입니다.',
    'The groups’ shares add up to {sum}, not to 1.',
  ),
  'group-id-malformed': w('쓸 수 없는 모둠 이름표입니다: {group}', 'The id {group} of a group cannot be used.'),
  'group-repeated': w('같은 모둠이 두 번 있습니다: {group}', 'The group {group} is there twice.'),
  'group-untitled': w(
    '모둠 {group}에 두 언어의 제목이 있어야 합니다.',
    'The group {group} needs a title in both languages.',
  ),
  'evaluator-in-two-groups': w(
    '평가위원 한 명이 두 모둠에 있습니다: {evaluator}',
    'The evaluator {evaluator} is in two groups.',
  ),

  // The price side.
  'price-parameter-missing': w(
    '가격 산식 {formula}에 있어야 할 값이 없습니다: {parameter}',
    'The price formula {formula} needs {parameter}.',
  ),
  'price-parameter-unused': w(
    '가격 산식 {formula}에서 읽지 않는 값입니다: {parameter}',
    'The price formula {formula} does not read {parameter}.',
  ),
  'clamp-not-below-branch': w(
    '하한({clamp}) 쪽이 경계({branch})보다 낮아야 합니다.',
    'The clamp {clamp} must be below the branch {branch}.',
  ),
  'price-table-empty': w('가격 구간표가 비어 있습니다.', 'The table of price intervals is empty.'),
  'price-table-not-rising': w(
    '가격 구간표: {row}번 구간(0부터 셈)이 앞 구간보다 높지 않습니다.',
    'Table of price intervals: row {row} (counted from 0) is not above the one before.',
  ),
  'qualified-needs-lowest-among-eligible': w(
    '적격자의 가격만 열면 최저가도 적격자 가운데서 정해야 합니다.',
    'Where only qualified bidders’ prices are opened, the lowest price must be that of an eligible bidder.',
  ),
  'comprehensive-price-not-planned': w(
    '종합심사의 가격은 이 규칙의 예정가격을 기준으로만 매깁니다.',
    'In a comprehensive evaluation the price is measured by the planned price of the rule itself.',
  ),

  // Planned price, floor, examination, parts.
  'prelim-spans': w(
    '예비가격 구간은 OWN 방식에만, 그때는 반드시 적습니다.',
    'Spans of preliminary prices are given with the mode OWN, and only there.',
  ),
  'prelim-bands-unusable': w(
    '이 기초금액에서는 예비가격 구간을 만들 수 없습니다: {base}',
    'No bands of preliminary prices can be made from the base amount {base}.',
  ),
  'fixed-cost-unnamed': w('A값 항목의 이름이 없습니다.', 'A fixed cost has no name.'),
  'fixed-score-half': w(
    '고정 점수와 그 비율은 둘 다 있거나 둘 다 없어야 합니다.',
    'The fixed score and its ratio must both be there or both be absent.',
  ),
  'part-id-malformed': w('쓸 수 없는 심사 부문 이름표입니다: {part}', 'The id {part} of a part cannot be used.'),
  'part-repeated': w('같은 심사 부문이 두 번 있습니다: {part}', 'The part {part} is there twice.'),
  'part-untitled': w(
    '심사 부문 {part}에 두 언어의 제목이 있어야 합니다.',
    'The part {part} needs a title in both languages.',
  ),
  'parts-do-not-sum': w(
    '심사 부문과 가격의 합계는 {whole}점이 아니라 {sum}점입니다.',
    'The parts and the price have {sum} points together, not {whole}.',
  ),
  'graded-without-total': w(
    '규격만 심사하는 규칙에는 차등점수를 둘 수 없습니다.',
    'Scores cannot be graded where a specification only has to pass.',
  ),
  'auction-with-picks': w(
    '역경매에서는 예비가격을 추첨하지 않습니다.',
    'In an auction no preliminary prices are drawn.',
  ),

  // The facts: who bid, prices, planned price.
  'bidder-repeated': w('같은 입찰자가 두 번 있습니다: {id}', 'The bidder {id} is there twice.'),
  'amount-missing': w(
    '입찰자 {bidder}의 가격 봉투는 유효한데 금액이 없습니다.',
    'The price envelope of {bidder} is valid, but the amount is missing.',
  ),
  'amount-not-expected': w(
    '입찰자 {bidder}의 가격 봉투는 유효하지 않은데 금액이 있습니다.',
    'The price envelope of {bidder} is not valid, but there is an amount.',
  ),
  'price-opened-against-rule': w(
    '입찰자 {bidder}: 합격하지 않으면 가격을 열지 않는 규칙인데 열렸습니다.',
    'The price of {bidder} was opened, though the rule opens none of a bidder that did not pass.',
  ),
  'planned-price-missing': w('예정가격이 없습니다.', 'The planned price is missing.'),
  'planned-price-not-expected': w(
    '규칙이 정한 예정가격이 있어 따로 적지 않습니다.',
    'The rule leaves no planned price open, so none is expected.',
  ),
  'planned-price-malformed': w(
    '예정가격은 0보다 큰 금액이어야 하는데 {amount}입니다.',
    'The planned price {amount} is not an amount above zero.',
  ),
  'prelim-prices-missing': w('예비가격이 없습니다.', 'The preliminary prices are missing.'),
  'prelim-prices-not-expected': w('이 규칙은 예비가격을 추첨하지 않습니다.', 'This rule draws no preliminary prices.'),
  'prelim-prices-not-all': w(
    '예비가격은 {needs}개여야 하는데 {prices}개입니다.',
    'There must be {needs} preliminary prices; there are {prices}.',
  ),
  'prelim-price-malformed': w(
    '{number}번 예비가격은 쓸 수 없는 금액입니다: {price}',
    'Preliminary price number {number}, {price}, is not an amount that can be used.',
  ),
  'prelim-lot-missing': w(
    '동수일 때 추첨하는 규칙이므로 번호 {needs}개의 추첨 순서가 있어야 합니다.',
    'The rule draws a lot at the cut, so the order of all {needs} numbers is needed.',
  ),
  'auction-not-expected': w('이 규칙은 역경매가 아닙니다.', 'This rule is no auction.'),
  'lot-repeated': w('추첨 순서에 같은 입찰자가 두 번 있습니다: {id}', 'The order of the lot names {id} twice.'),
  'lot-bidder-unknown': w(
    '추첨 순서에 입찰자가 아닌 이름이 있습니다: {bidder}',
    'The order of the lot names {bidder}, who is no bidder.',
  ),
  'lot-incomplete': w(
    '추첨 순서에 동점인 입찰자가 빠졌습니다: {bidder}',
    'The order of the lot leaves out {bidder}, who is joint with others.',
  ),
  'lot-number-repeated': w('{lot}번 분할이 두 번 있습니다.', 'Lot {lot} is there twice.'),

  // The facts: marks and scores.
  'facts-too-many': w(
    '입찰자 {bidders}, 항목 {items}, 평가위원 {evaluators}: 한 번에 계산하기에 너무 많습니다.',
    '{bidders} bidders, {items} items and {evaluators} evaluators are more than can be computed at once.',
  ),
  'evaluator-repeated': w('같은 평가위원이 두 번 있습니다: {id}', 'The evaluator {id} is there twice.'),
  'evaluator-without-group': w(
    '어느 모둠에도 없는 평가위원입니다: {evaluator}',
    'The evaluator {evaluator} is in no group.',
  ),
  'evaluator-of-group-unknown': w(
    '모둠의 평가위원이 위원회에 없습니다: {evaluator}',
    'The evaluator {evaluator} of a group is not of the committee.',
  ),
  'member-repeated': w('같은 구성원이 두 번 있습니다: {id}', 'The member {id} is there twice.'),
  'member-shares-not-1': w(
    '입찰자 {bidder}: 구성원의 지분 합계가 1이 아닙니다.',
    'Bidder {bidder}: the members’ shares do not add up to 1.',
  ),
  'mark-bidder-unknown': w('점수에 적힌 입찰자가 없습니다: {bidder}', 'A mark is for {bidder}, who is no bidder.'),
  'mark-evaluator-unknown': w(
    '점수에 적힌 평가위원이 없습니다: {evaluator}',
    'A mark is by {evaluator}, who is no evaluator.',
  ),
  'mark-item-unknown': w(
    '{bidder}의 점수: 이 사람이 채점하는 항목이 아닙니다: {item}',
    'A mark for {bidder}: {item} is no item that is marked by this hand.',
  ),
  'mark-member-unknown': w(
    '{bidder}의 항목 {item}: 구성원이 맞지 않습니다.',
    'Item {item} of {bidder}: the member is not one of the bidder’s.',
  ),
  'mark-not-expected': w(
    '{bidder}의 기술 봉투는 무효여서 점수를 매기지 않습니다.',
    'The technical envelope of {bidder} is not valid, so there is nothing to mark.',
  ),
  'mark-repeated': w(
    '{bidder}의 항목 {item}: 같은 점수가 두 번 있습니다.',
    'Item {item} of {bidder} is marked twice by the same hand.',
  ),
  'mark-malformed': w(
    '{bidder}의 항목 {item}: 읽을 수 없는 점수입니다: {mark}',
    'Item {item} of {bidder}: the mark {mark} cannot be read.',
  ),
  'mark-negative': w(
    '{bidder}의 항목 {item}: 점수가 0보다 작습니다: {mark}',
    'Item {item} of {bidder}: the mark {mark} is below zero.',
  ),
  'mark-too-fine': w(
    '{bidder}의 항목 {item}: 점수가 소수 넷째 자리를 넘습니다: {mark}',
    'Item {item} of {bidder}: the mark {mark} has more than four decimals.',
  ),
  'mark-over-maximum': w(
    '{bidder}의 항목 {item}: 점수 {mark}점이 배점 {max}점을 넘습니다.',
    'Item {item} of {bidder}: the mark {mark} is over the maximum of {max}.',
  ),
  'mark-not-a-grade': w(
    '{bidder}의 항목 {item}: 등급도 그 점수도 아닙니다: {mark}',
    'Item {item} of {bidder}: {mark} is neither a grade nor the points of one.',
  ),
  'mark-missing': w(
    '{bidder}의 항목 {item}: 점수가 없습니다. {evaluator}',
    'Item {item} of {bidder}: a mark is missing. {evaluator}',
  ),
  'marks-not-expected': w('이 규칙에는 채점할 항목이 없습니다.', 'This rule has nothing to mark.'),
  'score-bidder-unknown': w(
    '심사 점수에 적힌 입찰자가 없습니다: {bidder}',
    'A score is for {bidder}, who is no bidder.',
  ),
  'score-part-unknown': w(
    '{bidder}의 심사 점수: 규칙에 없는 부문입니다: {part}',
    'A score for {bidder}: the rule has no part {part}.',
  ),
  'score-malformed': w(
    '{bidder}의 부문 {part}: 읽을 수 없는 점수입니다: {score}',
    'Part {part} of {bidder}: the score {score} cannot be read.',
  ),
  'score-over-maximum': w(
    '{bidder}의 부문 {part}: 점수 {score}점이 배점 {max}점을 넘습니다.',
    'Part {part} of {bidder}: the score {score} is over the maximum of {max}.',
  ),
  'score-repeated': w('{bidder}의 부문 {part}: 점수가 두 번 있습니다.', 'Part {part} of {bidder} is scored twice.'),
  'score-missing': w('{bidder}의 부문 {part}: 점수가 없습니다.', 'Part {part} of {bidder}: the score is missing.'),

  // What can be published, and an authority would object to.
  'technology-above-90-points': w(
    '기술 {tech}점: 국가 기준은 {limit}점까지입니다.',
    'Technology has {tech} points; the national rule goes to {limit}.',
  ),
  'item-above-30-points': w(
    '항목 {item}의 배점 {max}점이 {limit}점을 넘습니다.',
    'The item {item} has {max} points, more than {limit}.',
  ),
  'item-above-10-points-not-split': w(
    '항목 {item}의 배점 {max}점이 {limit}점을 넘으므로 둘 이상의 세부 항목으로 나누어야 합니다.',
    'The item {item} has {max} points, more than {limit}, and should be split into two parts or more.',
  ),
  'more-than-five-grades': w(
    '항목 {item}: 등급이 {grades}개로 {limit}개를 넘습니다.',
    'The item {item} has {grades} grades, more than {limit}.',
  ),
  'grades-spread-above-30-per-cent': w(
    '항목 {item}: 최고와 최저 등급의 차이가 배점의 {spread}%로 {limit}%를 넘습니다.',
    'Item {item}: best and worst grade differ by {spread} % of its points, more than {limit}.',
  ),
  'quantitative-above-20-points': w(
    '정량 항목이 {sum}점으로 {limit}점을 넘습니다.',
    'Quantitative items have {sum} points, more than {limit}.',
  ),
  'graded-gap-above-3-points': w(
    '차등점수의 간격 {gap}점이 {limit}점을 넘습니다.',
    'The gap of the graded scores, {gap}, is above {limit} points.',
  ),
  'one-bid-is-no-competition': w('입찰이 {least}건뿐이어도 낙찰됩니다.', 'As few bids as {least} would do.'),
  'prelim-unusual': w(
    '예비가격을 {picks}개씩 골라 {draw}개를 추첨합니다. 보통은 2개씩 골라 4개입니다.',
    'Each picks {picks} preliminary prices and {draw} are drawn; usual are two and four.',
  ),
  'floor-under-60-per-cent': w('낙찰하한율이 60% 아래입니다: {rate}', 'The floor rate {rate} is under 60 per cent.'),
  'more-than-seven-fixed-costs': w(
    'A값 항목이 {items}개입니다. 법이 정한 것은 일곱입니다.',
    'There are {items} fixed costs. The law names seven.',
  ),
  'floor-differs-from-formula': w(
    '낙찰하한율({rate})이 가격 산식에서 나오는 값({formula})과 다릅니다.',
    'The floor rate {rate} is not the {formula} that follows from the price formula.',
  ),
  'floor-of-a-budget': w(
    '예정가격 없이 예산 {budget}에 낙찰하한율을 곱합니다.',
    'The floor rate is applied to the budget of {budget}, without a planned price.',
  ),
  'weight-out-of-range': w(
    '가격 배점 {price}점은 0점부터 50점까지가 아닙니다.',
    'The price has {price} points, not from 0 to 50.',
  ),
  'auction-step-too-large': w(
    '역경매의 최소 인하 폭이 시작 금액보다 작지 않습니다: {step}',
    'The step {step} of the auction is not below its start.',
  ),
} as const satisfies Record<string, Bilingual>

/**
 * A reason against a rule or its facts in words, with what it is about; a code that this version does not know is shown as it is.
 * Example: { code: 'mark-over-maximum', facts: { bidder: 'A', item: 'plan', mark: '31', max: '30' } } is in English
 * "Item plan of A: the mark 31 is over the maximum of 30."
 */
export function refusalWords({ code, facts }: Pick<Reason, 'code' | 'facts'>): Bilingual {
  if (!Object.hasOwn(REFUSAL_WORDS, code)) return w(code, code)
  const { ko, en } = REFUSAL_WORDS[code as keyof typeof REFUSAL_WORDS]
  const filled = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(facts, name) ? String(facts[name]) : '')).trim()
  return w(filled(ko), filled(en))
}
