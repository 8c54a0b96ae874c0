// What does an officer type, and what draft does it make? One form, one draft, and the way back.
import type { Draft } from '../../../src/api/tenders.ts'
import { seatsOf } from '../../../src/domain/evaluators/committee-draw.ts'
import type { PoolRule } from '../../../src/domain/evaluators/pool.ts'
import { total } from '../../../src/domain/kit/fraction.ts'
import { plain } from '../../../src/domain/kit/rounding.ts'
import { secondsZ } from '../../../src/domain/kit/time.ts'
import type { Reason } from '../../../src/domain/kit/verdict.ts'
import { checkAnyRule } from '../../../src/domain/scoring/contest-check.ts'
import { type AnyRule, isContest } from '../../../src/domain/scoring/contest-rule.ts'
import type { PriceFormId } from '../../../src/domain/scoring/methods.ts'
import {
  NEGOTIATION_METHODS as METHODS,
  type NegotiationId as MethodId,
  type NegotiationMethod,
} from '../../../src/domain/scoring/negotiation-methods.ts'
import type { AwardRule, EvaluatorGroup, ItemGrade, ScoredItem } from '../../../src/domain/scoring/rule.ts'
import { checkDraft, draftAdvice } from '../../../src/domain/tenders/draft.ts'
import { qualityOf } from '../../../src/domain/tenders/procedure.ts'
import { percentOf, shareOf } from '../../percent.ts'
import { freshPrice, isPriceForm, type PriceForm, priceFormOf, priceRuleOf, specificationOf } from './price-form.ts'
import { pointsAt, TEMPLATES, type TemplateId } from './templates.ts'

export type ItemRow = {
  id: string
  ko: string
  en: string
  max: string
  kind: 'qualitative' | 'quantitative'
  parent: string | null
  /** Grades as they are typed, with per cent of the item's points: "A 100, B 95"; '' where any points may be given. */
  grades: string
  /** How members of a consortium are put together; '' where the bidder has one mark. */
  members: '' | 'byShare' | 'sum'
}

export type DraftForm = {
  titleKo: string
  titleEn: string
  summaryKo: string
  summaryEn: string
  budget: string
  method: MethodId | PriceFormId
  /** Points of technology of 100, in a contract by negotiation; the price has the rest. */
  tech: string
  /** With how many the agreement is made; '' where the method has one. */
  winners: string
  /** Per cent of the technical points that a bidder needs to be negotiated with, in a contract by negotiation. */
  passRatio: string
  /** Points of 100 that it needs together with its price; '' where nothing is asked. */
  totalMark: string
  /** Where price decides; null in a contract by negotiation. */
  price: PriceForm | null
  minBids: string
  /** Hours from the ranking in which nobody is awarded; '' for none. */
  standstill: string
  /** Korean time as the browser's field has it: "2026-11-30T14:00". */
  deadline: string
  /** Minutes from the deadline to the opening. */
  openIn: string
  items: ItemRow[]
  evaluators: string[]
  /** The committee is drawn by lot: seats by field. Null where it is named. */
  pool: PoolRule | null
  /** Of one lot of several: what the whole notice says. Null for a tender by itself. */
  lots: { titleKo: string; titleEn: string; summaryKo: string; summaryEn: string } | null
  /** The group of each seat, by its label, where the method has groups; seats that are not here fill the groups by their shares. */
  groups: Record<string, string>
}

const KOREA_MS = 9 * 3600_000

/** "2026-11-30T14:00" in Korea is "2026-11-30T05:00:00Z"; '' when it is no time. */
export function utcOf(local: string): string {
  const ms = Date.parse(`${local}${local.length === 16 ? ':00' : ''}+09:00`)
  return Number.isNaN(ms) ? '' : secondsZ(ms)
}

export const localOf = (utc: string): string => new Date(Date.parse(utc) + KOREA_MS).toISOString().slice(0, 19)

const rowOfItem = (item: ScoredItem): ItemRow => ({
  id: item.id,
  ko: item.title.ko,
  en: item.title.en,
  max: item.max,
  kind: item.kind,
  parent: item.parent ?? null,
  grades: gradesText(item.grades),
  members: item.members ?? '',
})

export function rowsOf(template: TemplateId, weight: number): ItemRow[] {
  return TEMPLATES[template].map((item) => ({
    id: item.id,
    ko: item.title.ko,
    en: item.title.en,
    max: pointsAt(item, weight) ?? '0',
    kind: item.kind,
    parent: item.parent ?? null,
    grades: '',
    members: '',
  }))
}

/** "A 100, B 95" as grades; what is no grade with a percentage stays as it was typed, and the rule refuses it by its place. */
export function gradesOf(typed: string): ItemGrade[] {
  const parts = typed.split(/[,\n;]/).map((part) => part.trim())
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const [, grade = part, percent = ''] = /^(.*?)\s+(\S+?)\s*%?$/.exec(part) ?? []
      return { grade, share: shareOf(percent) }
    })
}

export const gradesText = (grades: readonly ItemGrade[] | undefined): string =>
  (grades ?? []).map(({ grade, share }) => `${grade} ${percentOf(share)}`).join(', ')

/** Labels of the seats, of a committee that is named or drawn. */
export const seatLabels = ({ evaluators, pool }: Pick<DraftForm, 'evaluators' | 'pool'>): string[] =>
  pool ? seatsOf(pool).map((seat) => seat.evaluator) : evaluators.map((_, n) => `E${n + 1}`)

/** The groups of a method with the seats that were put into each; undefined where it has none. */
export function groupsOf(form: DraftForm): EvaluatorGroup[] | undefined {
  const method: NegotiationMethod | null = isPriceForm(form.method) ? null : METHODS[form.method]
  const groups = method?.defaults.tech.groups
  if (!groups) return undefined
  const labels = seatLabels(form)
  // Of seven seats with shares of 60 and 40 per cent the first four are common ones.
  const ends = groups.map((_, n) =>
    Math.round(labels.length * groups.slice(0, n + 1).reduce((s, g) => s + Number(g.share), 0)),
  )
  const groupAt = (seat: number) => groups[ends.findIndex((end) => seat < end)]?.id
  return groups.map((group) => ({
    ...group,
    evaluators: labels.filter((label, seat) => (form.groups[label] ?? groupAt(seat)) === group.id),
  }))
}

/** What a method fills in besides items: what a notice may change of it. */
export function termsOf(
  method: MethodId | PriceFormId,
): Pick<DraftForm, 'price' | 'tech' | 'winners' | 'passRatio' | 'totalMark'> & Partial<Pick<DraftForm, 'items'>> {
  if (isPriceForm(method)) {
    const items = (specificationOf(method)?.items ?? []).map(rowOfItem)
    return { price: freshPrice(method), tech: '100', winners: '', passRatio: '', totalMark: '', items }
  }
  const { weights, winners, tech }: NegotiationMethod['defaults'] = METHODS[method].defaults
  return {
    price: null,
    tech: String(weights.tech),
    winners: winners === undefined ? '' : String(winners),
    passRatio: percentOf(tech.passRatio),
    totalMark: '',
  }
}

/** The form under another method, with that method's terms. A contract by negotiation that comes without items begins with those of services. */
export function underMethod(form: DraftForm, method: MethodId | PriceFormId): DraftForm {
  const next = { ...form, method, ...termsOf(method) }
  if (isPriceForm(method) || next.items.length > 0) return next
  return { ...next, items: rowsOf('services', METHODS[method].defaults.weights.tech) }
}

/** Is there anything for a committee to mark? */
export const hasCommittee = (form: Pick<DraftForm, 'price' | 'items'>): boolean =>
  form.price === null || form.items.some((item) => item.kind === 'qualitative')

/** A form to begin with: a week from now at two in the afternoon. */
export function freshForm(template: TemplateId, method: MethodId | PriceFormId, now: number): DraftForm {
  const day = new Date(now + 7 * 86_400_000 + KOREA_MS).toISOString().slice(0, 10)
  return {
    titleKo: '',
    titleEn: '',
    summaryKo: '',
    summaryEn: '',
    budget: '',
    method,
    minBids: '2',
    standstill: '',
    deadline: `${day}T14:00:00`,
    openIn: '0',
    items: isPriceForm(method) ? [] : rowsOf(template, METHODS[method].defaults.weights.tech),
    ...termsOf(method),
    evaluators: [],
    pool: null,
    lots: null,
    groups: {},
  }
}

/** Points as an exact sum; what is no number counts as nothing. */
export const sumOf = (points: readonly string[]): string =>
  plain(total(points.map((text) => (/^\d{1,6}(\.\d{1,4})?$/.test(text) ? text : '0'))))

const isHeading = (rows: readonly ItemRow[], row: ItemRow) => rows.some((other) => other.parent === row.id)

/** The points of a row: a heading has those of its items. */
export const pointsOf = (rows: readonly ItemRow[], row: ItemRow): string =>
  isHeading(rows, row) ? sumOf(rows.filter((other) => other.parent === row.id).map((other) => other.max)) : row.max

export const totalOf = (rows: readonly ItemRow[]): string =>
  sumOf(rows.filter((row) => row.parent === null).map((row) => pointsOf(rows, row)))

/** What is no whole number of three digits at most is none that a rule could have. */
const whole = (typed: string): number => (/^\d{1,3}$/.test(typed) ? Number(typed) : -1)

/** Hours as they are typed; what is no number of four digits at most is none that a notice could promise. */
const hoursOf = (typed: string): number => (/^\d{1,4}$/.test(typed.trim()) ? Number(typed) : -1)

/** The rule of a contract by negotiation, as the form has it. */
export function ruleOf(form: DraftForm): AwardRule {
  if (isPriceForm(form.method)) throw new TypeError('price decides alone')
  const { defaults } = METHODS[form.method]
  const groups = groupsOf(form)
  return {
    ...defaults,
    weights: { tech: whole(form.tech), price: 100 - whole(form.tech) },
    tech: { ...defaults.tech, passRatio: shareOf(form.passRatio), ...(groups && { groups }) },
    ...(form.winners !== '' && { winners: whole(form.winners) }),
    ...(form.totalMark !== '' && { totalPassMark: form.totalMark }),
    items: itemsOf(form),
    maximum: totalOf(form.items),
    price: { ...defaults.price, reference: 'budget', referenceAmount: form.budget, ceiling: form.budget },
    currency: 'KRW',
  }
}

/** The items that are marked, as a rule has them. */
function itemsOf(form: DraftForm): ScoredItem[] {
  return form.items.map(
    (row): ScoredItem => ({
      id: row.id,
      title: { ko: row.ko, en: row.en },
      max: pointsOf(form.items, row),
      kind: row.kind,
      ...(row.parent === null ? {} : { parent: row.parent }),
      ...(row.grades.trim() !== '' && !isHeading(form.items, row) && { grades: gradesOf(row.grades) }),
      ...(row.members !== '' && row.kind === 'quantitative' && !isHeading(form.items, row) && { members: row.members }),
    }),
  )
}

/** The rule of whatever method was chosen. */
export const anyRuleOf = (form: DraftForm): AnyRule =>
  isPriceForm(form.method) && form.price
    ? priceRuleOf(form.method, form.price, form.budget, form.minBids, {
        items: itemsOf(form),
        maximum: totalOf(form.items),
      })
    : ruleOf(form)

export function draftOf(form: DraftForm): Draft {
  const deadline = utcOf(form.deadline)
  const openAfter = deadline === '' ? '' : secondsZ(Date.parse(deadline) + Number(form.openIn) * 60_000)
  return {
    notice: {
      title: { ko: form.titleKo, en: form.titleEn },
      summary: { ko: form.summaryKo, en: form.summaryEn },
      budget: { amount: form.budget, currency: 'KRW' },
      method: form.method,
      minBids: Number(form.minBids),
      ...(!/^0*$/.test(form.standstill.trim()) && { standstillHours: hoursOf(form.standstill) }),
      ...(form.lots && {
        lots: {
          title: { ko: form.lots.titleKo, en: form.lots.titleEn },
          summary: { ko: form.lots.summaryKo, en: form.lots.summaryEn },
        },
      }),
    },
    rule: anyRuleOf(form),
    deadline,
    openAfter,
    // Who was chosen while there was something to mark is no committee any more.
    ...(!hasCommittee(form)
      ? { evaluators: [] }
      : form.pool
        ? { evaluators: [], pool: form.pool }
        : { evaluators: form.evaluators }),
  }
}

export function formOf(draft: Draft): DraftForm {
  const { notice, rule } = draft
  return {
    titleKo: notice.title.ko,
    titleEn: notice.title.en,
    summaryKo: notice.summary.ko,
    summaryEn: notice.summary.en,
    budget: notice.budget.amount,
    method: notice.method as DraftForm['method'],
    price: isContest(rule) ? priceFormOf(rule) : null,
    tech: isContest(rule) ? '100' : String(rule.weights.tech),
    winners: isContest(rule) || rule.winners === undefined ? '' : String(rule.winners),
    passRatio: isContest(rule) ? '' : percentOf(rule.tech.passRatio),
    totalMark: isContest(rule) ? '' : (rule.totalPassMark ?? ''),
    minBids: String(notice.minBids),
    standstill: notice.standstillHours ? String(notice.standstillHours) : '',
    deadline: localOf(draft.deadline),
    openIn: String(Math.round((Date.parse(draft.openAfter) - Date.parse(draft.deadline)) / 60_000)),
    items: (qualityOf(rule)?.items ?? []).map(rowOfItem),
    evaluators: [...draft.evaluators],
    pool: draft.pool ?? null,
    lots: notice.lots
      ? {
          titleKo: notice.lots.title.ko,
          titleEn: notice.lots.title.en,
          summaryKo: notice.lots.summary.ko,
          summaryEn: notice.lots.summary.en,
        }
      : null,
    groups: Object.fromEntries(
      ((isContest(rule) ? undefined : rule.tech.groups) ?? []).flatMap((group) =>
        group.evaluators.map((label) => [label, group.id]),
      ),
    ),
  }
}

/** Which field a reason is about, by its path inside the draft. */
export function fieldOf(at: string | undefined): string | null {
  if (at === undefined) return null
  const [, item, part] = /items\/([^/]+)(?:\/(grades|members))?/.exec(at) ?? []
  if (item) return part ? `item-${item}-${part}` : `item-${item}-ko`
  const common = /^lots-(\w+)$/.exec(at)?.[1]
  if (common) return `draft-lots-${common}`
  const fields: readonly [RegExp, string][] = [
    [/notice\/lots/, 'draft-lots-titleKo'],
    [/planned\/budget/, 'draft-budget'],
    [/netCost/, 'draft-net'],
    [/planned/, 'draft-base'],
    [/fixedCosts/, 'draft-fixed'],
    [/floor/, 'draft-floor'],
    [/pricePoints/, 'draft-price-points'],
    [/passRatio/, 'draft-pass-ratio'],
    [/totalPassMark/, 'draft-total-mark'],
    [/examination|comprehensive/, 'draft-part-0'],
    [/winners/, 'draft-winners'],
    [/weights/, 'draft-tech'],
    [/minBids|leastBids/, 'draft-minBids'],
    [/standstill/, 'draft-standstill'],
    [/referenceAmount|ceiling|budget/, 'draft-budget'],
    [/evaluators|trim|pool|groups/, 'draft-evaluators'],
    [/openAfter/, 'draft-openIn'],
    [/deadline/, 'draft-deadline'],
    [/titleKo|notice\/title\/ko/, 'draft-titleKo'],
    [/titleEn|notice\/title\/en/, 'draft-titleEn'],
    [/summaryKo|notice\/summary\/ko/, 'draft-summaryKo'],
    [/summaryEn|notice\/summary\/en/, 'draft-summaryEn'],
    [/items/, 'draft-items'],
  ]
  return fields.find(([pattern]) => pattern.test(at))?.[1] ?? null
}

const TEXTS = ['titleKo', 'titleEn', 'summaryKo', 'summaryEn'] as const

/** Everything that keeps this from being published: texts, times, and each reason of the award rule, not wrapped. */
export function reasonsAgainst(form: DraftForm, now: number): Reason[] {
  const { lots } = form
  const texts = TEXTS.filter((name) => form[name].trim() === '')
    .map((name): Reason => ({ code: 'text-missing', facts: { field: name }, at: name }))
    .concat(
      TEXTS.filter((name) => lots !== null && lots[name].trim() === '').map(
        (name): Reason => ({ code: 'text-missing', facts: { field: name }, at: `lots-${name}` }),
      ),
    )
  const draft = draftOf(form)
  const others = checkDraft(draft, now).filter((reason) => reason.code !== 'rule-invalid')
  const seats = draft.pool ? seatsOf(draft.pool).length : draft.evaluators.length
  const verdict = checkAnyRule(draft.rule, qualityOf(draft.rule) ? seats : null)
  const rule = verdict.ok ? [] : verdict.reasons
  // One budget stands in two places of the rule: said once.
  const seen = new Set<string>()
  return [...texts, ...others, ...rule].filter((reason) => {
    const key = /referenceAmount|ceiling/.test(reason.at ?? '') ? 'budget' : `${reason.code} ${reason.at ?? ''}`
    return seen.size !== seen.add(key).size
  })
}

/** Advice for a rule that could be published; none while it could not. */
export function adviceOn(form: DraftForm): Reason[] {
  const rule = anyRuleOf(form)
  return checkAnyRule(rule, null).ok ? draftAdvice(form.method, rule) : []
}
