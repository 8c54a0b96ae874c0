// How does a page begin? Its title in the tab, the way back, one heading that takes the focus, one sentence under it.
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

export type Crumb = { to: string; says: string }

export type PageHeadProps = {
  title: string
  /** For the tab, when the heading is not good enough there. */
  tabTitle?: string
  lead?: ReactNode
  crumbs?: readonly Crumb[]
  /** Beside the heading: a status, a main action. */
  children?: ReactNode
}

export function PageHead({ title, tabTitle, lead, crumbs = [], children }: PageHeadProps) {
  const { t } = useTranslation()
  const name = t('parts.service')
  useEffect(() => {
    document.title = `${tabTitle ?? title} · ${name}`
  }, [title, tabTitle, name])
  return (
    <div className="mb-6 flex flex-col gap-3">
      {crumbs.length > 0 && (
        <nav aria-label={t('parts.crumbs')} className="no-print">
          <ol className="flex flex-wrap items-center gap-1 text-[0.94rem]">
            {[{ to: '/', says: t('parts.home') }, ...crumbs].map((crumb, i) => (
              <li className="flex items-center gap-1" key={crumb.to}>
                {i > 0 && <ChevronRight aria-hidden="true" className="text-muted" size={16} />}
                <Link to={crumb.to}>{crumb.says}</Link>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <h1 tabIndex={-1}>{title}</h1>
      {lead && <p className="prose text-[1.1rem] text-muted">{lead}</p>}
      {children}
    </div>
  )
}
