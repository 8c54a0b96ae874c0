// How does the address of a search say what is searched for? Its parameters are the whole state of the list.

export type Search = {
  text: string
  status: string
  agency: string
  method: string
  sort: string
  page: number
}

const NAMES = ['text', 'status', 'agency', 'method', 'sort'] as const

/** Reads the parameters; what is not there is empty, a page that is no number is the first. */
export function readSearch(parameters: URLSearchParams): Search {
  const [text = '', status = '', agency = '', method = '', sort = ''] = NAMES.map(
    (name) => parameters.get(name)?.trim() ?? '',
  )
  const page = Number(parameters.get('page'))
  return { text, status, agency, method, sort, page: Number.isSafeInteger(page) && page > 0 ? page : 1 }
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
