// Which decisions do two verifiers have to agree on? Groups, grades, consortia, graded scores and two stages, right and changed; and lots.
import { contestRule } from '../../src/domain/scoring/contest-methods.ts'
import type { AnyRule, ContestRule } from '../../src/domain/scoring/contest-rule.ts'
import type { AwardRule } from '../../src/domain/scoring/rule.ts'
import type { JsonObject } from '../../src/proof/canonical.ts'
import { AGENCY, type Edit, keyOf, RULE, TENDER } from './forge.ts'

const title = (text: string) => ({ ko: text, en: text })
const changed = (tech: Partial<AwardRule['tech']>, items: AwardRule['items'] = RULE.items): AwardRule => ({
  ...RULE,
  items,
  tech: { ...RULE.tech, ...tech },
})

/** Common and specialist evaluators, 60 to 40, of the seven. */
const GROUPS: AwardRule = changed({
  groups: [
    { id: 'common', title: title('common'), share: '0.6', evaluators: ['E1', 'E3', 'E5', 'E7'] },
    { id: 'specialist', title: title('specialist'), share: '0.4', evaluators: ['E2', 'E4', 'E6'] },
  ],
})
const BY_ITEM: AwardRule = changed({ ...GROUPS.tech, trim: { perEnd: 1, perEnd12plus: 2, mode: 'item' } })
const GRADED: AwardRule = changed({ graded: { gap: '3', base: 'full' } })
const TOGETHER: AwardRule = changed(
  {},
  RULE.items.map((item) => (item.id === 'record' ? { ...item, members: 'byShare' as const } : item)),
)
const MEMBERS: Edit['members'] = {
  'bidder-1': [
    { name: 'Gaon', number: '1', share: '0.6', record: '10' },
    { name: 'Nuri', number: '2', share: '0.4', record: '7.5' },
  ],
}
/** The lowest price of those whose specification passed; points of 90 are converted to 100. */
const STAGED: ContestRule = {
  ...contestRule('two-stage', { base: '1', budget: '110000000', currency: 'KRW' }),
  planned: { how: 'none', budget: '110000000' },
  leastBids: 1,
  quality: { weights: { tech: 100 }, items: RULE.items, maximum: '90', tech: RULE.tech },
  ties: ['tech', 'lot'],
}

export const GOOD_DECISIONS: [string, Edit][] = [
  ['one committee', {}],
  ['groups of evaluators', { rule: GROUPS }],
  ['groups, left out item by item', { rule: BY_ITEM }],
  ['graded scores', { rule: GRADED }],
  ['a consortium', { rule: TOGETHER, members: MEMBERS }],
  ['two stages', { rule: STAGED }],
  ['two stages with groups', { rule: { ...STAGED, quality: { ...STAGED.quality!, tech: GROUPS.tech } } }],
]

type Score = { technical: string | null }
const score = (rule: AnyRule, more: Edit = {}): Edit => ({
  rule,
  ...more,
  payload: {
    'scores.locked/1': (p) => {
      const row = p.scores[2] as unknown as Score
      row.technical = `${Number(row.technical) + 0.5}`
    },
  },
})
/** The order and rows of the published ranking, as the record has them. */
const ranked = (rule: AnyRule, change: (ranking: { order: string[][] }) => void): Edit => ({
  rule,
  payload: { 'evaluation.result/1': (p) => change(p.ranking as unknown as { order: string[][] }) },
})

/** What is changed, the check of ours that finds it, what the other program says, and the change. */
export const SPOILT_DECISIONS: [string, string, string, Edit][] = [
  ['a score of one committee that is half a point more', 'scores', 'technical is', score(RULE)],
  ['a score of groups that is half a point more', 'scores', 'technical is', score(GROUPS)],
  ['a graded score that is half a point more', 'scores', 'technical is', score(GRADED)],
  ['a score of two stages that is half a point more', 'scores', 'technical is', score(STAGED)],
  [
    'a share of a consortium that is shifted after the marks',
    'scores',
    'members|technical is',
    {
      rule: TOGETHER,
      members: MEMBERS,
      payload: {
        'scores.locked/1': (p) => {
          const members = p.labels.find((row) => row.members)?.members
          for (const [n, share] of ['0.7', '0.3'].entries()) Object.assign(members?.[n] ?? {}, { share })
        },
      },
    },
  ],
  [
    'a mark that is not the one that the scores were made from',
    'scores',
    'technical is',
    {
      rule: GROUPS,
      payload: {
        'scores.locked/1': (p) => {
          for (const m of p.marks) if (m.bidder === 'A' && m.item === 'plan') m.mark = '20'
        },
      },
    },
  ],
  [
    'two stages whose second is put first',
    'ranking',
    'the order is',
    ranked(STAGED, (ranking) => {
      ranking.order = [ranking.order[1]!, ranking.order[0]!, ...ranking.order.slice(2)]
    }),
  ],
  [
    'two stages in which somebody is left out of the order',
    'ranking',
    'the order is',
    ranked(STAGED, (ranking) => {
      ranking.order = ranking.order.slice(0, -1)
    }),
  ],
  [
    'two stages that were awarded to the second',
    'award',
    'awarded to',
    {
      rule: STAGED,
      payload: {
        'award/1': (p, { forge }) => {
          const rows = [...forge.results.price.values()]
          const other = rows.find((row) => row.bidder !== p.bidder)!
          p.bidder = other.bidder
          p.amount = { amount: String((other.body as { amount: string }).amount), currency: 'KRW' }
        },
      },
    },
  ],
]

const LOT_2 = 'R26BK00009999'
const common = { title: title('Two lots'), summary: title('Both'), tenders: [TENDER, LOT_2] }
type Notices = (own: JsonObject, sibling: JsonObject) => unknown

/** The notice names two lots, and that of the other stands in the log as well. */
const lots = (change: Notices = () => {}): Edit => {
  let sibling: JsonObject = {}
  return {
    payload: {
      'tender.notice/1': (p, { nth }) => {
        if (nth > 0) return
        const own = p as unknown as JsonObject & { notice: JsonObject }
        own.notice.lots = structuredClone(common)
        sibling = structuredClone(own)
        sibling.tender = LOT_2
        change(own, sibling)
      },
    },
    before: { bids: (forge) => forge.logSigned('tender.notice/1', keyOf('officer'), AGENCY, sibling as never, LOT_2) },
  }
}
const lotsOf = (notice: JsonObject) => (notice.notice as JsonObject).lots as typeof common & JsonObject

export const LOTS: Edit = lots()
export const SPOILT_LOTS: [string, Edit][] = [
  ['a lot that the other does not name', lots((_, other) => lotsOf(other).tenders.push('R26BK00008888'))],
  ['another order in the other', lots((_, other) => lotsOf(other).tenders.reverse())],
  ['other words in the other', lots((_, other) => Object.assign(lotsOf(other), { title: title('Another') }))],
  ['another deadline of the other', lots((_, other) => Object.assign(other, { deadline: '2026-03-11T05:00:00Z' }))],
  [
    'another agency of the other',
    lots((_, other) => Object.assign(other.notice as JsonObject, { agency: { id: 'x' } })),
  ],
  ['a notice that does not name itself', lots((own) => lotsOf(own).tenders.splice(0, 1, 'R26BK00008888'))],
  ['one lot alone', lots((own) => lotsOf(own).tenders.pop())],
  ['the same lot twice', lots((own) => lotsOf(own).tenders.splice(1, 1, TENDER))],
]
