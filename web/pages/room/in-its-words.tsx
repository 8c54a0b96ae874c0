// How is a part of another page shown here without every viewer loading it? Its code and its words come when it is asked for.
import { type ComponentType, lazy, type ReactNode, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { needWords } from '../../i18n.ts'

/** A component that is fetched together with the catalog in which its words are. */
export const inItsWords = <P extends object>(noun: string, load: () => Promise<ComponentType<P>>) =>
  lazy(async () => {
    const [part] = await Promise.all([load(), needWords([noun])])
    return { default: part }
  })

/** A disclosure whose content is not there before it was opened once. */
export function OnDemand({ says, children }: { says: string; children: ReactNode }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  return (
    <details className="min-w-0" onToggle={(event) => event.currentTarget.open && setWanted(true)}>
      <summary className="py-2.5 font-semibold">{says}</summary>
      {wanted && (
        <div className="break-words">
          <Suspense fallback={<p className="note">{t('parts.states.loading')}</p>}>{children}</Suspense>
        </div>
      )}
    </details>
  )
}
