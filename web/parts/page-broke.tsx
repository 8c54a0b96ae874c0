// What does a visitor see when a page's own code fails or cannot be fetched?
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Offline } from './states.tsx'

function PageBroke({ error }: { error: unknown }) {
  const { t } = useTranslation()
  const unfetched = error instanceof TypeError && /import|fetch|load/i.test(error.message)
  const again = () => location.reload()
  if (unfetched) return <Offline alone onAgain={again} />
  return (
    <div className="stack items-start" role="alert">
      <h1 tabIndex={-1}>{t('parts.broke.title')}</h1>
      <p>{t('parts.broke.text')}</p>
      <button className="btn" onClick={again} type="button">
        {t('parts.states.again')}
      </button>
    </div>
  )
}

type Props = { at?: string; children: ReactNode }
type Broken = { error: unknown; at: string | undefined } | null

/** Holds a failure where it happened; whoever goes to another address (`at`) is rid of it. */
export class PageBoundary extends Component<Props, { broken: Broken }> {
  override state: { broken: Broken } = { broken: null }

  static getDerivedStateFromError(error: unknown): { broken: Broken } {
    return { broken: { error, at: undefined } }
  }

  static getDerivedStateFromProps({ at }: Props, { broken }: { broken: Broken }): { broken: Broken } | null {
    if (!broken) return null
    if (broken.at === undefined) return { broken: { ...broken, at } }
    return broken.at === at ? null : { broken: null }
  }

  override render(): ReactNode {
    const { broken } = this.state
    return broken ? <PageBroke error={broken.error} /> : this.props.children
  }
}
