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
