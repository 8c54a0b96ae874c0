// What stands around every page? Skip link, demonstration banner, header, the page itself, footer.
import { Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, useLocation } from 'react-router'
import { snapshot } from '../snapshot.ts'
import { useScrollPlace } from '../use-scroll-place.ts'
import { Footer } from './footer.tsx'
import { Header } from './header.tsx'
import { PageBoundary } from './page-broke.tsx'
import { Loading } from './states.tsx'
import { StepUp } from './step-up.tsx'

/** Stands beside the page, since its effects are due when the page is there. */
function Arrival() {
  useFocusOnPage()
  useScrollPlace()
  return null
}

/** After a change of page the keyboard and the screen reader begin at its heading, not where the old link was. */
function useFocusOnPage(): void {
  const { pathname } = useLocation()
  const first = useRef(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of address that moves the focus
  useEffect(() => {
    if (first.current) {
      first.current = false
      return
    }
    const heading = document.querySelector<HTMLElement>('main h1') ?? document.getElementById('main')
    heading?.focus({ preventScroll: true })
  }, [pathname])
}

function Masthead() {
  const { t } = useTranslation()
  return (
    <aside aria-label={t('parts.about')} className="no-print border-line border-b bg-sunken">
      <p className="wrap py-1.5 text-[0.85rem] text-muted">
        {snapshot.demo ? (
          <>
            <strong className="text-ink">{t('parts.demo.title')}</strong> {t('parts.demo.text')}
          </>
        ) : (
          t('parts.masthead')
        )}
      </p>
    </aside>
  )
}

export function Layout() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  return (
    <div className="flex min-h-dvh flex-col">
      <a className="skip-link" href="#main">
        {t('parts.skip')}
      </a>
      <Masthead />
      <Header />
      <main className="wrap min-w-0 flex-1 py-8" id="main" tabIndex={-1}>
        <PageBoundary at={pathname}>
          {/* What stands around the page is there while the first page's code is on its way. */}
          <Suspense fallback={<Loading />}>
            <Outlet />
            <Arrival />
          </Suspense>
        </PageBoundary>
      </main>
      <Footer />
      <StepUp />
    </div>
  )
}
