// Is this page for this visitor? It needs a role: whoever has none is asked to sign in, or told that it is not for them.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/domain/powers.ts'
import { type Person, useSession } from '../session.ts'
import { PageHead } from './page.tsx'
import { Forbidden, Loading } from './states.tsx'

export type RoleGateProps = {
  of: Role
  /** The page's heading while there is nothing else to show. */
  title: string
  children: (person: Person) => ReactNode
}

export function RoleGate({ of: role, title, children }: RoleGateProps) {
  const { t } = useTranslation()
  const session = useSession()
  if (session.state === 'in' && session.person.roles.includes(role)) return <>{children(session.person)}</>
  return (
    <>
      <PageHead title={title} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && (
        <Forbidden>
          <p>{t(`signing.forRole.${role}`)}</p>
        </Forbidden>
      )}
    </>
  )
}
