// Is this page for this visitor? It needs a role: whoever has none is asked to sign in, or told that it is not for them.
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Role } from '../../src/domain/powers.ts'
import { type Person, useSession } from '../session.ts'
import { PageHead } from './page.tsx'
import { Forbidden, Loading } from './states.tsx'

export type RoleGateProps = {
  /** One role, or several of which any will do; the words are those of the first. */
  of: Role | readonly [Role, ...Role[]]
  /** The page's heading while there is nothing else to show. */
  title: string
  children: (person: Person) => ReactNode
}

export function RoleGate({ of, title, children }: RoleGateProps) {
  const { t } = useTranslation()
  const session = useSession()
  const wanted: readonly Role[] = typeof of === 'string' ? [of] : of
  if (session.state === 'in' && session.person.roles.some((role) => wanted.includes(role)))
    return <>{children(session.person)}</>
  return (
    <>
      <PageHead title={title} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && (
        <Forbidden>
          <p>{t(`signing.forRole.${wanted[0]}`)}</p>
        </Forbidden>
      )}
    </>
  )
}
