// Which page stands at which address? The table of pages, each fetched with its words when it is first gone to.
import { type ComponentType, lazy, type ReactNode } from 'react'
import { BrowserRouter, Route, Routes } from 'react-router'
import { MISSING, PAGES, type PageRow, pageAt } from '../src/api/pages.ts'
import { needWords } from './i18n.ts'
import { Layout } from './parts/layout.tsx'
import { PageBoundary } from './parts/page-broke.tsx'

const CODE = import.meta.glob<{ Page: ComponentType }>('./pages/*/*-page.tsx')

type Fetched = { default: ComponentType }

/** A page's code and its words are fetched at the same time. */
async function fetchPage({ code, words }: PageRow): Promise<Fetched> {
  const load = CODE[`./pages/${code}.tsx`]
  if (!load) throw new Error(`there is no pages/${code}.tsx`)
  const [{ Page }] = await Promise.all([load(), needWords(words)])
  return { default: Page }
}

/** The page of the address that was opened is on its way before the first words are there. */
const opened = pageAt(location.pathname) ?? MISSING
/** That page, once its code has come: it is drawn at once then, and nothing in between. */
let come: ComponentType | null = null

export function fetchOpened(): Promise<Fetched> {
  const fetched = fetchPage(opened)
  fetched.then(
    (page) => {
      come = page.default
    },
    // Whoever draws it hears of a failure; here nobody does.
    () => {},
  )
  return fetched
}

/** The pages, of which `first` is being fetched already. While another one is on its way, the one before stays. */
export function Pages({ first }: { first: Promise<Fetched> }): ReactNode {
  return (
    <BrowserRouter>
      <PageBoundary>
        <Routes>
          <Route element={<Layout />}>{routes(first)}</Route>
        </Routes>
      </PageBoundary>
    </BrowserRouter>
  )
}

/** One component a page for as long as the app runs: another one would begin its page anew. */
let made: ReactNode[] | null = null
function routes(first: Promise<Fetched>): ReactNode[] {
  made ??= [...PAGES, MISSING].map((page) => {
    const Page = (page === opened && come) || lazy(() => (page === opened ? first : fetchPage(page)))
    return <Route element={<Page />} key={page.path} path={page.path} />
  })
  return made
}
