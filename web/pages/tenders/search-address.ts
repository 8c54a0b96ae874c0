// How does the address of a search say what is searched for? Its parameters are the whole state of the list.

export type Search = {
  text: string
  status: string
  agency: string
  method: string
  sort: string
  page: number
}

export const SORTS = ['closing', 'newest', 'opening', 'budget'] as const
export const STATUSES = ['open', 'closed', 'opening', 'evaluating', 'awarded', 'failed', 'cancelled', 'draft'] as const

const NAMES = ['text', 'status', 'agency', 'method', 'sort'] as const

const known = (values: readonly string[], value: string): string => (values.includes(value) ? value : '')

/** Reads the parameters. What is not there is empty, and so is a status or order that there is not: an old link still works. */
export function readSearch(parameters: URLSearchParams): Search {
  const [text = '', status = '', agency = '', method = '', sort = ''] = NAMES.map(
    (name) => parameters.get(name)?.trim() ?? '',
  )
  const page = Number(parameters.get('page'))
  return {
    text: text.slice(0, 200),
    status: known(STATUSES, status),
    agency,
    method,
    sort: known(SORTS, sort),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  }
}

/** The address of a search with some of it changed. Any change but that of the page goes back to the first page. */
export function addressOf(search: Search, change: Partial<Search> = {}): string {
  const next = { ...search, page: 1, ...change }
  const parameters = new URLSearchParams()
  for (const name of NAMES) if (next[name] !== '') parameters.set(name, next[name])
  if (next.page > 1) parameters.set('page', String(next.page))
  const text = parameters.toString()
  return text === '' ? '/tenders' : `/tenders?${text}`
}
