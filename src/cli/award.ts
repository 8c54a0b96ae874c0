// Who would have won? `madang award`: any rule and facts from files, with no service and no log; agencies test their own past tenders with it.
import { readFileSync, statSync } from 'node:fs'
import {
  awardSchemas,
  contestFacts,
  negotiationFacts,
  readFileShape,
  ruleShape,
  type Shape,
} from '../api/award-files.ts'
import type { Reason } from '../domain/kit/verdict.ts'
import { type AnyFacts, type Decision, decide } from '../domain/scoring/award.ts'
import { anyWarnings } from '../domain/scoring/contest-check.ts'
import { type AnyRule, isContest } from '../domain/scoring/contest-rule.ts'
import { refusalWords } from '../domain/scoring/refusal-words.ts'
import type { Bilingual } from '../domain/scoring/rule.ts'
import { shownStep } from '../domain/scoring/shown-step.ts'
import { grouped, type Step } from '../domain/scoring/step.ts'
import { auctionWords, OUTCOME_WORDS, reasonWords } from '../domain/scoring/words.ts'
import { nodePrimitives as P } from '../node/primitives.ts'
import { b64u, FormatError, utf8 } from '../proof/bytes.ts'
import { canonical, type Json, parseJson } from '../proof/canonical.ts'
import { aligned, type Lang, safe, type Terminal, Unusable } from './terminal.ts'

export interface AwardOptions {
  json?: boolean
  explain?: boolean
  lang: Lang
}

// Ten thousand bids marked by twelve evaluators on twenty items are about 200 MB of marks.
const MOST_BYTES = 512 * 1024 * 1024

/** The JSON of a file, read so that no two programs could understand it differently: what the hash of a rule stands for is what stands in the file. */
function readJson(file: string): Json {
  let bytes: Buffer
  try {
    const { size } = statSync(file)
    if (size > MOST_BYTES) throw new Unusable(`${file} is larger than 512 MB`)
    bytes = readFileSync(file)
  } catch (e) {
    if (e instanceof Unusable) throw e
    throw new Unusable(`${file} cannot be read: ${(e as NodeJS.ErrnoException).code ?? (e as Error).message}`)
  }
  let text: string
  try {
    // The mark that some editors put before UTF-8 is taken off; letters of another encoding would become other names.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Unusable(`${file} is not UTF-8 text: save it in that encoding`)
  }
  if (text.trim() === '') throw new Unusable(`${file} is empty`)
  try {
    return parseJson(text, { bytes: MOST_BYTES })
  } catch (e) {
    if (e instanceof FormatError) throw new Unusable(`${file} is not JSON that can be used: ${safe(e.message)}`)
    throw e
  }
}

/** A file's JSON in a shape, or Unusable with the file and every place that is not as it must be (ten at most). */
function readShape<T>(file: string, shapeOf: (value: Json) => Shape<T>): T {
  const value = readJson(file)
  const shape = shapeOf(value)
  const read = readFileShape(shape, value)
  if (read.ok) return read.value
  const places = read.places.slice(0, 10)
  const more = read.places.length > places.length ? ` (and ${read.places.length - places.length} more)` : ''
  throw new Unusable(`${file} has not the shape it must have: ${safe(places.join('; '))}${more}`)
}

/** The hash that a notice with this rule publishes as ruleHash: SHA-256 of its canonical JSON, base64url. */
function hashOf(rule: AnyRule): string {
  try {
    return b64u(P.sha256(utf8(canonical(rule as unknown as Json))))
  } catch (e) {
    if (e instanceof FormatError) throw new Unusable(`the rule has no canonical form: ${e.message}`)
    throw e
  }
}

/** A reason in words, and for programs and questions its code and the place in the file. */
const reasonLine = (reason: Reason, lang: Lang): string =>
  `${refusalWords(reason)[lang]} [${reason.code}${reason.at ? ` ${reason.at}` : ''}]`

function stepLines(steps: readonly Step[], rule: AnyRule, lang: Lang): string[] {
  return steps.map((step) => {
    const { is, value, working, rounded } = shownStep(step, rule, lang)
    const how = rounded ? `  [${rounded}]` : ''
    return safe(`    ${is}: ${working}${value === '' || working.endsWith(value) ? '' : ` → ${value}`}${how}`)
  })
}

const HEAD: Record<Lang, readonly string[]> = {
  ko: ['순위', '입찰자', '금액', '기술', '가격', '총점', '자격', '사유'],
  en: ['rank', 'bidder', 'amount', 'technical', 'price', 'total', 'eligible', 'reasons'],
}

const says = (lang: Lang, ko: string, en: string): string => (lang === 'ko' ? ko : en)

/** Bids of an auction that did not count, each with its reasons, in the order of the facts. */
function refusedLines(facts: AnyFacts, decision: Decision, lang: Lang): string[] {
  if (decision.kind !== 'CONTEST' || !('auction' in facts) || !facts.auction) return []
  const bids = facts.auction
  return decision.contest.refused.flatMap(({ bid, reasons }) => {
    const made = bids[bid]
    if (!made) return []
    const why = reasons.map((code) => auctionWords(code)[lang]).join(', ')
    return [safe(`  ${bid + 1}. ${made.bidder} ${made.amount}: ${why}`)]
  })
}

function print(rule: AnyRule, facts: AnyFacts, decision: Decision, options: AwardOptions, terminal: Terminal): void {
  const { lang } = options
  const made = decision.kind === 'CONTEST' ? decision.contest : decision.ranking
  const common = decision.kind === 'CONTEST' ? decision.contest.steps : []
  const cells = made.rows.map((r) => [
    r.rank === null ? '–' : `${r.rank}${r.tie ? '=' : ''}`,
    r.bidder,
    r.amount === null ? '–' : grouped(r.amount),
    r.technical ?? '–',
    r.price ?? '–',
    r.total ?? '–',
    r.eligible ? says(lang, '적격', 'yes') : says(lang, '부적격', 'no'),
    r.reasons.map((code) => reasonWords(code)[lang]).join(', '),
  ])
  for (const line of stepLines(common, rule, lang)) terminal.out(line.trim())
  for (const line of aligned([HEAD[lang], ...cells])) terminal.out(line.trimEnd())
  const refused = refusedLines(facts, decision, lang)
  if (refused.length > 0) {
    terminal.out('')
    terminal.out(says(lang, '인정되지 않은 역경매 입찰:', 'bids of the auction that did not count:'))
    for (const line of refused) terminal.out(line)
  }
  if (options.explain) {
    for (const row of made.rows) {
      terminal.out('')
      terminal.out(safe(`  ${row.bidder}`))
      for (const line of stepLines(row.steps, rule, lang)) terminal.out(line)
    }
  }
  terminal.out('')
  const outcome: Bilingual = OUTCOME_WORDS[made.outcome]
  const cause =
    decision.kind === 'CONTEST' && decision.contest.cause ? ` (${reasonWords(decision.contest.cause)[lang]})` : ''
  const next =
    decision.kind === 'CONTEST' && decision.contest.next
      ? `; ${says(lang, '다음 심사', 'next to examine')}: ${decision.contest.next}`
      : ''
  terminal.out(safe(`${says(lang, '결과', 'outcome')}: ${outcome[lang]}${cause}${next}`))
  const joint = made.rows.filter((r) => r.tie).map((r) => r.bidder)
  if (joint.length > 0)
    terminal.out(safe(`${says(lang, '동점, 공개 추첨 필요', 'joint until a public lot')}: ${joint.join(', ')}`))
  const { winners } = decision
  if (winners.length > 0) terminal.out(safe(`${says(lang, '낙찰 대상', 'first in line')}: ${winners.join(', ')}`))
}

/**
 * Decides an award from two files and prints it. Answers 0, or 1 when rule or facts are refused, with every reason.
 * Throws Unusable for files that cannot be read or have another shape.
 */
export function award(ruleFrom: string, factsFrom: string, options: AwardOptions, terminal: Terminal): 0 | 1 {
  const rule = readShape(ruleFrom, ruleShape)
  const facts: AnyFacts = isContest(rule)
    ? { rule, ...readShape(factsFrom, () => contestFacts) }
    : { rule, ...readShape(factsFrom, () => negotiationFacts) }
  const ruleHash = hashOf(rule)
  const decision = decide(facts)
  if (!decision.ok) {
    if (options.json) terminal.out(JSON.stringify({ ok: false, ruleHash, reasons: decision.reasons }, null, 2))
    else {
      terminal.err(says(options.lang, '규칙이나 사실을 쓸 수 없습니다:', 'rule or facts cannot be used:'))
      for (const reason of decision.reasons) terminal.err(safe(`  ${reasonLine(reason, options.lang)}`))
    }
    return 1
  }
  const warnings = anyWarnings(rule)
  if (options.json) {
    terminal.out(JSON.stringify({ ok: true, ruleHash, warnings, decision: decision.value }, null, 2))
    return 0
  }
  terminal.out(`ruleHash ${ruleHash}`)
  for (const warning of warnings)
    terminal.err(safe(`${says(options.lang, '주의', 'warning')}: ${reasonLine(warning, options.lang)}`))
  terminal.out('')
  print(rule, facts, decision.value, options, terminal)
  return 0
}

/** Prints the JSON schema of one of the files. */
export function schema(name: string, terminal: Terminal): 0 {
  const schemas: Record<string, unknown> = awardSchemas()
  if (!Object.hasOwn(schemas, name))
    throw new Unusable(`there is no schema ${safe(name.slice(0, 40))}: ${Object.keys(schemas).join(', ')}`)
  terminal.out(JSON.stringify(schemas[name], null, 2))
  return 0
}
