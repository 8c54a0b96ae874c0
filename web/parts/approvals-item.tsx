// Where does whoever may be a second person find what waits?
import { useTranslation } from 'react-i18next'
import { POWERS, type Role } from '../../src/domain/powers.ts'
import { useSession } from '../session.ts'
import { NavItem } from './nav-item.tsx'

/** Roles whose approval some act asks for. */
const SECOND: ReadonlySet<Role> = new Set(
  Object.values(POWERS).flatMap((row) => ('second' in row ? row.second.flatMap(({ who }) => who) : [])),
)

export function ApprovalsItem() {
  const { t } = useTranslation()
  const session = useSession()
  const may = session.state === 'in' && session.person.roles.some((role) => SECOND.has(role))
  return may ? <NavItem says={t('parts.nav.approvals')} to="/approvals" /> : null
}
