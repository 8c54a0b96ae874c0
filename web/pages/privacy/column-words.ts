// What is a column of the inventory called? `account.email` is the e-mail address of the account.
import type { TFunction } from 'i18next'

/**
 * A column of the inventory in words.
 *
 * Example: `account.email` is "Account: e-mail address".
 */
export function columnWords(t: TFunction, at: string): string {
  const [table = '', column = ''] = at.split('.')
  return `${t(`privacy.tables.${table}`)}: ${t(`privacy.columns.${column}`)}`
}

/** Purposes that the service writes itself, under which readings of everyday work are recorded; all others are a person's own words. */
const ROUTINE: Readonly<Record<string, string>> = {
  'choosing a committee': 'committee',
  'confirming the fields of evaluators': 'fields',
}

/** What a reading was for, in the page's language where the service wrote it. */
export const purposeWords = (t: TFunction, purpose: string): string =>
  ROUTINE[purpose] === undefined ? purpose : t(`privacy.purposes.${ROUTINE[purpose]}`)
