// What is in the header? The service's name, the ways through it, who is signed in, the language, the deciding clock.
import { LogOut, Menu, UserRound, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import type { Role } from '../../src/domain/powers.ts'
import { needWords } from '../i18n.ts'
import { signOut, useSession } from '../session.ts'
import { LanguageSwitch } from './language-switch.tsx'
import { NavItem } from './nav-item.tsx'
import { ServerClock } from './server-clock.tsx'

const PUBLIC = [
  ['/tenders', 'parts.nav.tenders'],
  ['/openings', 'parts.nav.openings'],
  ['/how', 'parts.nav.how'],
  ['/who-may', 'parts.nav.whoMay'],
  ['/k', 'parts.nav.custodians'],
  ['/verify', 'parts.nav.verify'],
] as const

/** Where a role's own work is. */
const WORK: Partial<Record<Role, readonly [string, string]>> = {
  officer: ['/a', 'parts.nav.agency'],
  approver: ['/a', 'parts.nav.agency'],
  supplier: ['/s', 'parts.nav.supplier'],
  evaluator: ['/e', 'parts.nav.evaluator'],
  staff: ['/s', 'parts.nav.supplier'],
  administrator: ['/o', 'parts.nav.organisation'],
  operator: ['/v', 'parts.nav.verification'],
}

/** For those alone who are signed in: a visitor's page does without its code. */
const OwnItems = lazy(async () => {
  const [{ OwnItems: Items }] = await Promise.all([import('./own-items.tsx'), needWords(['signing'])])
  return { default: Items }
})

function Logo() {
  return (
    <svg aria-hidden="true" className="size-8" viewBox="0 0 32 32">
      <rect className="fill-primary" height="32" rx="7" width="32" />
      <path
        className="stroke-on-primary"
        d="M7 23V9h18v14"
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="3"
      />
      <circle className="fill-on-primary" cx="16" cy="21" r="3" />
    </svg>
  )
}

function Name() {
  const { t } = useTranslation()
  return (
    <Link className="flex items-center gap-2 text-ink no-underline hover:text-primary" to="/">
      <Logo />
      <span className="font-bold text-[1.25rem]" lang="ko">
        마당
      </span>
      <span className="text-[0.95rem] text-muted" lang="en">
        Madang
      </span>
      <span className="sr-only">{t('parts.home')}</span>
    </Link>
  )
}

function Who() {
  const { t } = useTranslation()
  const session = useSession()
  if (session.state === 'asking') return null
  if (session.state === 'out') {
    return (
      <Link className="btn btn-quiet btn-small" to="/sign-in">
        <UserRound aria-hidden="true" size={18} />
        {t('parts.signIn')}
      </Link>
    )
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Link className="flex min-h-11 items-center gap-1.5 text-[0.94rem]" to="/security">
        <UserRound aria-hidden="true" size={18} />
        {session.person.name}
        <span className="sr-only">{t('parts.nav.security')}</span>
      </Link>
      <button className="btn btn-quiet btn-small" onClick={() => void signOut()} type="button">
        <LogOut aria-hidden="true" size={18} />
        {t('parts.signOut')}
      </button>
    </div>
  )
}

export function Header() {
  const { t } = useTranslation()
  const session = useSession()
  const { pathname } = useLocation()
  const [open, setOpen] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes when another page is gone to
  useEffect(() => setOpen(false), [pathname])
  const roles = session.state === 'in' ? session.person.roles : []
  const found = roles.map((role) => WORK[role]).filter((row) => row !== undefined)
  // Two roles may have the same page.
  const work = found.filter(([to], i) => found.findIndex(([other]) => other === to) === i)
  return (
    <header className="no-print border-line border-b bg-card">
      <div className="wrap flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
        <Name />
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 max-lg:hidden">
          <ServerClock />
          <LanguageSwitch />
          <Who />
        </div>
        <button
          aria-controls="menu"
          aria-expanded={open}
          className="btn btn-quiet btn-small lg:hidden"
          onClick={() => setOpen(!open)}
          type="button"
        >
          {open ? <X aria-hidden="true" size={20} /> : <Menu aria-hidden="true" size={20} />}
          {t('parts.menu')}
        </button>
      </div>
      <div className={open ? '' : 'max-lg:hidden'} id="menu">
        <div className="wrap flex flex-col gap-3 max-lg:pb-4 lg:-mt-1">
          <nav aria-label={t('parts.nav.label')}>
            <ul className="flex flex-col lg:-ms-3 lg:flex-row lg:flex-wrap">
              {work.map(([to, says]) => (
                <NavItem key={to} says={t(says)} to={to} />
              ))}
              {session.state === 'in' && (
                <Suspense>
                  <OwnItems />
                </Suspense>
              )}
              {PUBLIC.map(([to, says]) => (
                <NavItem key={to} says={t(says)} to={to} />
              ))}
            </ul>
          </nav>
          <div className="flex flex-wrap items-center gap-3 border-line border-t pt-3 lg:hidden">
            <LanguageSwitch />
            <Who />
            <ServerClock />
          </div>
        </div>
      </div>
    </header>
  )
}
