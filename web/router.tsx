// Which page stands at which address? The table of pages, each fetched with its words when it is first gone to.
import type { ComponentType } from 'react'
import { createBrowserRouter, type RouteObject } from 'react-router'
import { MISSING, PAGES, type PageRow } from '../src/api/pages.ts'
import { needWords } from './i18n.ts'
import { Layout } from './parts/layout.tsx'
import { PageBroke } from './parts/page-broke.tsx'

const CODE = import.meta.glob<{ Page: ComponentType }>('./pages/*/*-page.tsx')

/** A page's code and its words are fetched at the same time. */
const route = ({ path, code, words }: PageRow): RouteObject => ({
  ...(path === '/' ? { index: true } : { path: path.slice(1) }),
  errorElement: <PageBroke />,
  lazy: async () => {
    const load = CODE[`./pages/${code}.tsx`]
    if (!load) throw new Error(`there is no pages/${code}.tsx`)
    const [{ Page }] = await Promise.all([load(), needWords(words)])
    return { Component: Page }
  },
})

export const makeRouter = () =>
  createBrowserRouter([
    {
      path: '/',
      element: <Layout />,
      errorElement: <PageBroke />,
      // The layout stands while the first page's code is on its way.
      hydrateFallbackElement: <Layout waiting />,
      children: [...PAGES, MISSING].map(route),
    },
  ])
