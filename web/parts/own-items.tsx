// Where do those who are signed in find what waits for them as a second person, and the receipts of what they did?
import { useTranslation } from 'react-i18next'
import { POWERS, type Role } from '../../src/domain/powers.ts'
import { ENDPOINTS, useAsk } from '../call.ts'
import { useSession } from '../session.ts'
import { NavItem } from './nav-item.tsx'

/** Roles whose approval some act asks for. */
const SECOND: ReadonlySet<Role> = new Set(
  Object.values(POWERS).flatMap((row) => ('second' in row ? row.second.flatMap(({ who }) => who) : [])),
)
const EVERY_MS = 30_000
/** More than anybody reads in a menu. */
const MOST = 100

function Counted() {
  const { t } = useTranslation()
  const { data } = useAsk(ENDPOINTS.listProposals, { query: { waiting: 'yes', per: MOST } }, { every: EVERY_MS })
  const count = data?.proposals.filter((one) => one.decidable).length ?? 0
  const says = count === 0 ? t('signing.nav.approvals') : t('signing.nav.approvalsWaiting', { count })
  return <NavItem says={says} to="/approvals" />
}

export function OwnItems() {
  const { t } = useTranslation()
  const session = useSession()
  if (session.state !== 'in') return null
  const { roles, standing } = session.person
  // Whose organisation is not verified has nothing to approve, and would only be refused.
  return (
    <>
      {standing === 'verified' && roles.some((role) => SECOND.has(role)) && <Counted />}
      <NavItem says={t('signing.nav.receipts')} to="/receipts" />
    </>
  )
}
