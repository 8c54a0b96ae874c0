// Is this page for this visitor? It needs a role: whoever has none is asked to sign in, or told that it is not for them.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/domain/powers.ts'
import { type Person, useSession } from '../session.ts'
import { Forbidden, Loading } from './states.tsx'

export function RoleGate({ role, children }: { role: Role; children: (person: Person) => ReactNode }) {
  const { t } = useTranslation()
  const session = useSession()
  if (session.state === 'asking') return <Loading />
  if (session.state === 'out') return <Forbidden signIn />
  if (session.person.roles.includes(role)) return <>{children(session.person)}</>
  return (
    <Forbidden>
      <p>{t(`signing.forRole.${role}`)}</p>
    </Forbidden>
  )
}
