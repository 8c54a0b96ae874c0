// Which tenders are there? Search, filters and order, all of them in the address.
import { SlidersHorizontal } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { PageHead } from '../../parts/page.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { ActiveFilters, Filters } from './filters.tsx'
import { addressOf, readSearch, type Search, SORTS, STATUSES } from './search-address.ts'
import { SearchBox } from './search-box.tsx'
import { TenderTable } from './tender-table.tsx'

const PER = 20

function NothingFound({ search }: { search: Search }) {
  const { t } = useTranslation()
  const words = search.text.split(/\s+/).filter(Boolean)
  return (
    <Empty title={t('tenders.none.title')}>
      <ul className="inline-block text-start">
        {(search.status || search.agency || search.method) && (
          <li>
            <Link to={addressOf(search, { status: '', agency: '', method: '' })}>{t('tenders.none.filters')}</Link>
          </li>
        )}
        {words.length > 1 && (
          <li>
            {t('tenders.none.words')}{' '}
            {words.map((word) => (
              <Link className="me-3" key={word} to={addressOf(search, { text: word })}>
                {word}
              </Link>
            ))}
          </li>
        )}
        <li>{t('tenders.none.number')}</li>
        <li>
          <Link to="/tenders">{t('tenders.none.all')}</Link>
        </li>
      </ul>
    </Empty>
  )
}

/** The search in the words of the API. */
function queryOf(search: Search) {
  const { text, agency, method, page } = search
  const status = STATUSES.find((known) => known === search.status)
  const sort = SORTS.find((known) => known === search.sort)
  return {
    page,
    per: PER,
    ...(text ? { text } : {}),
    ...(agency ? { agency } : {}),
    ...(method ? { method } : {}),
    ...(status ? { status } : {}),
    ...(sort ? { sort } : {}),
  }
}

export function Page() {
  const { t } = useTranslation()
  const go = useNavigate()
  const search = readSearch(useSearchParams()[0])
  const found = useAsk(ENDPOINTS.listTenders, { query: queryOf(search) }, { every: 30_000, keep: true })
  const facets = found.data?.facets
  return (
    <>
      <PageHead lead={t('tenders.lead')} title={t('tenders.title')} />
      <div className="stack">
        <SearchBox onSearch={(text) => void go(addressOf(search, { text }))} text={search.text} />
        <ActiveFilters facets={facets} search={search} />
        <div className="grid min-w-0 gap-8 lg:grid-cols-[15rem_minmax(0,1fr)]">
          <aside aria-label={t('tenders.filter.label')} className="no-print min-w-0">
            {/* On a phone the results come first; the filters are one press away. */}
            <details className="lg:hidden">
              <summary className="btn btn-quiet">
                <SlidersHorizontal aria-hidden="true" size={18} />
                {t('tenders.filter.label')}
              </summary>
              <div className="pt-4">{facets && <Filters facets={facets} search={search} />}</div>
            </details>
            <div className="max-lg:hidden">{facets && <Filters facets={facets} search={search} />}</div>
          </aside>
          <section className="stack" aria-label={t('tenders.results')}>
            <div className="flex flex-wrap items-end justify-between gap-4">
              <h2 aria-live="polite">{found.data ? t('tenders.count', { count: found.data.total }) : '…'}</h2>
              <div className="w-52 max-w-full">
                <Select
                  label={t('tenders.sort.label')}
                  onChange={(sort) => void go(addressOf(search, { sort: sort === 'closing' ? '' : sort }))}
                  options={SORTS.map((value) => ({ value, says: t(`tenders.sort.${value}`) }))}
                  value={SORTS.find((known) => known === search.sort) ?? 'closing'}
                />
              </div>
            </div>
            {found.isPending && <Loading />}
            {found.isError && <Trouble error={found.error} onAgain={() => void found.refetch()} />}
            {found.data && (
              <TenderTable
                caption={t('tenders.results')}
                captionHidden
                empty={<NothingFound search={search} />}
                fileName="madang-tenders"
                paging={{
                  page: search.page,
                  per: PER,
                  total: found.data.total,
                  hrefOf: (page) => addressOf(search, { page }),
                }}
                rows={found.data.tenders}
              />
            )}
          </section>
        </div>
      </div>
    </>
  )
}
