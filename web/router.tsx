// Which page stands at which address? One row a page: its address, the nouns whose words it needs, its code.
import type { ComponentType } from 'react'
import { createBrowserRouter, type RouteObject } from 'react-router'
import type { PagePath } from '../src/api/pages.ts'
import { needWords } from './i18n.ts'
import { Layout } from './parts/layout.tsx'
import { PageBroke } from './parts/page-broke.tsx'

type Loads = () => Promise<{ Page: ComponentType }>

/** A page's code and its words are fetched at the same time, when the page is first gone to. */
const page = (path: PagePath | '/*', nouns: readonly string[], load: Loads): RouteObject => ({
  ...(path === '/' ? { index: true } : { path: path.slice(1) }),
  lazy: async () => {
    const [{ Page }] = await Promise.all([load(), needWords(nouns)])
    return { Component: Page }
  },
})

const PAGES: RouteObject[] = [
  page('/', ['home', 'tenders'], () => import('./pages/home/home-page.tsx')),
  page('/tenders', ['tenders'], () => import('./pages/tenders/tenders-page.tsx')),
  page('/tenders/:no', ['tender', 'room'], () => import('./pages/tender/tender-page.tsx')),
  page('/tenders/:no/opening', ['room'], () => import('./pages/room/room-page.tsx')),
  page('/openings', ['openings', 'tenders'], () => import('./pages/openings/openings-page.tsx')),
  page('/how', ['how'], () => import('./pages/how/how-page.tsx')),
  page('/how/process', ['how'], () => import('./pages/how/process-page.tsx')),
  page('/how/scoring', ['how'], () => import('./pages/how/scoring-page.tsx')),
  page('/how/refusals', ['how'], () => import('./pages/how/refusals-page.tsx')),
  page('/how/events', ['how'], () => import('./pages/how/events-page.tsx')),
  page('/how/log', ['how'], () => import('./pages/how/log-page.tsx')),
  page('/who-may', ['how'], () => import('./pages/how/who-may-page.tsx')),
  page('/sign-in', ['people'], () => import('./pages/people/sign-in-page.tsx')),
  page('/a', ['agency'], () => import('./pages/agency/agency-page.tsx')),
  page('/a/new', ['agency'], () => import('./pages/agency/new-tender-page.tsx')),
  page('/a/:no', ['agency', 'tender'], () => import('./pages/agency/agency-tender-page.tsx')),
  page('/s', ['supplier'], () => import('./pages/supplier/supplier-page.tsx')),
  page('/s/:no', ['supplier', 'tender'], () => import('./pages/supplier/bid-page.tsx')),
  page('/e', ['evaluator'], () => import('./pages/evaluator/evaluator-page.tsx')),
  page('/e/:no', ['evaluator', 'tender'], () => import('./pages/evaluator/sheet-page.tsx')),
  page('/k', ['custodians'], () => import('./pages/custodians/custodians-page.tsx')),
  page('/*', [], () => import('./pages/missing/missing-page.tsx')),
]

export const makeRouter = () =>
  createBrowserRouter([
    {
      path: '/',
      element: <Layout />,
      errorElement: <PageBroke />,
      // The layout stands while the first page's code is on its way.
      hydrateFallbackElement: <Layout waiting />,
      children: PAGES.map((row) => ({ ...row, errorElement: <PageBroke /> })),
    },
  ])
