// What is this method called, and what does it say? The table of all methods is large: fetched by whoever reads a notice by price.
import { useTranslation } from 'react-i18next'
import { METHODS, type MethodId } from '../../../src/domain/scoring/methods.ts'
import { inLanguage } from '../../i18n.ts'

export function MethodWords({ id }: { id: string }) {
  const { i18n } = useTranslation()
  if (!Object.hasOwn(METHODS, id)) return id
  const method = METHODS[id as MethodId]
  return (
    <>
      {inLanguage(method.title, i18n.language)}
      <br />
      <span className="note">{inLanguage(method.says, i18n.language)}</span>
    </>
  )
}
