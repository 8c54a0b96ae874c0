// Has everything happened that must come before a key may turn? The first entry of each type that the keyset requires, and is it complete?

import type { Obj } from './fields.ts'
import { type Finding, finding } from './finding.ts'
import type { Notice, ScoresLocked } from './payloads.ts'

/**
 * Ids of the qualitative items that evaluators mark: all but headings, of a rule by negotiation or of what is marked before prices count
 * (two stages). Tolerates any shape: a rule is a stranger's text here.
 */
export function qualitativeItems(rule: Obj): string[] {
  const { quality } = rule
  const marked = typeof quality === 'object' && quality !== null && !Array.isArray(quality) ? quality : rule
  const items = Array.isArray(marked.items) ? marked.items : []
  const objects = items.filter((i): i is Obj => typeof i === 'object' && i !== null && !Array.isArray(i))
  const headings = new Set(objects.map((i) => i.parent))
  return objects.flatMap((i) =>
    i.kind === 'qualitative' && typeof i.id === 'string' && !headings.has(i.id) ? [i.id] : [],
  )
}

/**
 * Is scores.locked/1 complete? A mark of every evaluator for every qualitative item of every validly opened technical envelope,
 * under one label each. Empty when it is. Until it is, no custodian may release a price share.
 *
 * @param validTechnical bidders whose technical envelope opened validly
 */
export function lockedScoresFindings(
  locked: ScoresLocked,
  notice: Notice,
  validTechnical: ReadonlySet<string>,
): Finding[] {
  const found: Finding[] = []
  const say = (ko: string, en: string) => found.push(finding('scores', ko, en))
  const labelOf = new Map(locked.labels.map((l) => [l.bidder, l.label]))
  const labels = new Set(locked.labels.map((l) => l.label))
  const oneEach = labels.size === locked.labels.length && labelOf.size === locked.labels.length
  if (!oneEach || labelOf.size !== validTechnical.size || [...validTechnical].some((b) => !labelOf.has(b))) {
    say(
      '채점된 제안과 유효하게 열린 기술 봉투가 서로 맞지 않습니다.',
      'The proposals that were marked are not those whose technical envelopes opened validly.',
    )
  }
  const given = new Set(locked.marks.map((m) => JSON.stringify([m.evaluator, m.bidder, m.item])))
  const items = qualitativeItems(notice.rule)
  for (const evaluator of notice.evaluators) {
    const missing = [...labels].flatMap((label) =>
      items.filter((item) => !given.has(JSON.stringify([evaluator, label, item]))).map((item) => `${label}/${item}`),
    )
    if (missing.length === 0) continue
    const some = `${missing.slice(0, 3).join(', ')}${missing.length > 3 ? '…' : ''}`
    say(
      `평가위원 ${evaluator}의 점수 ${missing.length}개가 없습니다(${some}).`,
      `${missing.length} marks of evaluator ${evaluator} are missing (${some}).`,
    )
  }
  return found
}
