// What is a bidder called here? Its registered name in the page's language, its id where no name is known.
import { inLanguage } from '../../i18n.ts'
import type { View } from './use-tender.ts'

export const nameOf = (view: Pick<View, 'names'>, org: string, language: string): string => {
  const name = view.names[org]
  return name ? inLanguage(name, language) : org
}
