// What are kinds, bodies, schemes and qualifications called, as choices of a form?
import type { Words } from '../../../src/domain/events.ts'
import { BODIES, KINDS } from '../../../src/domain/organisations/kinds.ts'
import { CREDIT_GRADES, FACTS, REGIONS, SIZE_CLASSES } from '../../../src/domain/organisations/profile.ts'
import { SCHEMES } from '../../../src/domain/organisations/registration-number.ts'
import { inLanguage } from '../../i18n.ts'

type Choice = { value: string; says: string }

/** The rows of a table as choices, in the language of the page. */
const choices = (table: Readonly<Record<string, { says: Words }>>, language: string): Choice[] =>
  Object.entries(table).map(([value, row]) => ({ value, says: inLanguage(row.says, language) }))

export const kindChoices = (language: string): Choice[] =>
  choices(KINDS, language).filter(({ value }) => KINDS[value as keyof typeof KINDS].registers)
export const bodyChoices = (language: string): Choice[] => choices(BODIES, language)
export const schemeChoices = (language: string): Choice[] => choices(SCHEMES, language)
export const factChoices = (language: string): Choice[] => choices(FACTS, language)

/** The values that a member of a qualification may have; null for free text. `sizeWords` names the size classes. */
export function memberChoices(
  kind: string,
  member: string,
  language: string,
  sizeWords: (size: string) => string,
): Choice[] | null {
  if (kind === 'region' && member === 'code')
    return Object.entries(REGIONS).map(([value, says]) => ({ value, says: inLanguage(says, language) }))
  if (kind === 'size') return SIZE_CLASSES.map((value) => ({ value, says: sizeWords(value) }))
  if (kind === 'credit' && member === 'grade') return CREDIT_GRADES.map((value) => ({ value, says: value }))
  return null
}
