// How does a visitor go to the other pages of a list? By links, so that each page has an address.
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'

export type PagingProps = {
  page: number
  per: number
  total: number
  /** The address of another page of the list. */
  hrefOf: (page: number) => string
}

export function Paging({ page, per, total, hrefOf }: PagingProps) {
  const { t } = useTranslation()
  const pages = Math.max(1, Math.ceil(total / per))
  if (pages === 1) return null
  return (
    <nav aria-label={t('parts.table.pages')} className="flex items-center gap-3">
      {page > 1 && (
        <Link className="btn btn-quiet btn-small" rel="prev" to={hrefOf(page - 1)}>
          <ChevronLeft aria-hidden="true" size={18} />
          {t('parts.table.previous')}
        </Link>
      )}
      <span className="tnum">{t('parts.table.page', { page, pages })}</span>
      {page < pages && (
        <Link className="btn btn-quiet btn-small" rel="next" to={hrefOf(page + 1)}>
          {t('parts.table.next')}
          <ChevronRight aria-hidden="true" size={18} />
        </Link>
      )}
    </nav>
  )
}
