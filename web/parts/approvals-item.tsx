// Where does whoever may be a second person find what waits, and how much is it?
import { useTranslation } from 'react-i18next'
import { POWERS, type Role } from '../../src/domain/powers.ts'
import { ENDPOINTS, useAsk } from '../call.ts'
import { useSession } from '../session.ts'
import { NavItem } from './nav-item.tsx'

/** Proposals that are counted; of more the item says so many. */
const MOST = 100
const EVERY_MS = 60_000

/** Roles whose approval some act asks for. */
const SECOND: ReadonlySet<Role> = new Set(
  Object.values(POWERS).flatMap((row) => ('second' in row ? row.second.flatMap(({ who }) => who) : [])),
)

export function ApprovalsItem() {
  const { t } = useTranslation()
  const session = useSession()
  const may = session.state === 'in' && session.person.roles.some((role) => SECOND.has(role))
  const { data } = useAsk(
    ENDPOINTS.listProposals,
    { query: { waiting: 'yes', page: 1, per: MOST } },
    { enabled: may, every: EVERY_MS },
  )
  if (!may) return null
  const waiting = data?.proposals.filter((one) => one.decidable).length ?? 0
  return (
    <NavItem
      says={waiting > 0 ? t('parts.nav.approvalsWaiting', { waiting }) : t('parts.nav.approvals')}
      to="/approvals"
    />
  )
}
