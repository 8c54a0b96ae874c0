// What is one way through the service, and is it the one that the visitor is on?
import { Link, useLocation } from 'react-router'

export function NavItem({ to, says }: { to: string; says: string }) {
  const { pathname } = useLocation()
  // An opening room is looked for among the openings, although its address is a tender's.
  const inRoom = /^\/tenders\/[^/]+\/opening\/?$/.test(pathname)
  const active = inRoom ? to === '/openings' : pathname === to || pathname.startsWith(`${to}/`)
  return (
    <li>
      <Link
        aria-current={active ? 'page' : undefined}
        className={`flex min-h-11 items-center px-3 py-1.5 no-underline max-lg:chosen-beside lg:chosen-below ${
          active ? 'font-bold text-primary' : 'text-ink hover:text-primary'
        }`}
        to={to}
      >
        {says}
      </Link>
    </li>
  )
}
