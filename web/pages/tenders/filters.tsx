// By what can the list be narrowed? Each value is a link that says how many tenders it would leave.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { METHODS, type MethodId } from '../../../src/domain/scoring/methods.ts'
import type { ENDPOINTS } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { addressOf, type Search } from './search-address.ts'

export type Facets = ReplyOf<typeof ENDPOINTS.listTenders>['facets']
type FilterName = 'status' | 'agency' | 'method'
type Choice = { id: string; n: number; says: string }

/** The short name of a method; an id that this version does not know is shown as it is. */
export function methodName(id: string, lang: string): string {
  return id in METHODS ? inLanguage(METHODS[id as MethodId].title, lang) : id
}

function Group({ name, choices, search }: { name: FilterName; choices: Choice[]; search: Search }) {
  const { t } = useTranslation()
  const all = { id: '', n: choices.reduce((sum, choice) => sum + choice.n, 0), says: t('tenders.filter.all') }
  return (
    <section className="min-w-0">
      <h2 className="mb-1 text-[1.05rem]">{t(`tenders.filter.${name}`)}</h2>
      <ul>
        {[all, ...choices].map(({ id, n, says }) => {
          const chosen = search[name] === id
          return (
            <li key={id}>
              <Link
                aria-current={chosen ? 'true' : undefined}
                className={`chosen-beside flex min-h-9 items-center justify-between gap-3 px-3 py-1 no-underline hover:bg-sunken ${
                  chosen ? 'font-bold' : 'text-ink'
                }`}
                to={addressOf(search, { [name]: id })}
              >
                <span className="min-w-0">{says}</span>
                <span className="tnum text-muted">
                  {n}
                  <span className="sr-only">{t('tenders.filter.count')}</span>
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

export function Filters({ facets, search }: { facets: Facets; search: Search }) {
  const { t, i18n } = useTranslation()
  const lang = i18n.language
  return (
    <div className="flex flex-col gap-6">
      <Group
        choices={facets.status.map(({ id, n }) => ({ id, n, says: t(`parts.status.${id}`) }))}
        name="status"
        search={search}
      />
      <Group
        choices={facets.agency.map(({ id, n, name }) => ({ id, n, says: inLanguage(name, lang) }))}
        name="agency"
        search={search}
      />
      <Group
        choices={facets.method.map(({ id, n }) => ({ id, n, says: methodName(id, lang) }))}
        name="method"
        search={search}
      />
    </div>
  )
}

/** What narrows the list now, each with a way to take it away. */
export function ActiveFilters({ facets, search }: { facets: Facets | undefined; search: Search }) {
  const { t, i18n } = useTranslation()
  const lang = i18n.language
  const agency = facets?.agency.find(({ id }) => id === search.agency)
  const active: { name: keyof Search; says: string }[] = [
    ...(search.text ? [{ name: 'text' as const, says: `“${search.text}”` }] : []),
    ...(search.status ? [{ name: 'status' as const, says: t(`parts.status.${search.status}`) }] : []),
    ...(search.agency
      ? [{ name: 'agency' as const, says: agency ? inLanguage(agency.name, lang) : search.agency }]
      : []),
    ...(search.method ? [{ name: 'method' as const, says: methodName(search.method, lang) }] : []),
  ]
  if (active.length === 0) return null
  return (
    <ul aria-label={t('tenders.filter.active')} className="flex flex-wrap gap-2">
      {active.map(({ name, says }) => (
        <li className="min-w-0" key={name}>
          <Link className="btn btn-quiet btn-small" to={addressOf(search, { [name]: '' })}>
            <span className="min-w-0">{says}</span>
            <span aria-hidden="true">×</span>
            <span className="sr-only">{t('tenders.filter.remove')}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
