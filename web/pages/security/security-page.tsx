// How do I sign in, and where am I signed in? Second factors, password, address, other providers, sessions.
import { useTranslation } from 'react-i18next'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { PageHead } from '../../parts/page.tsx'
import { Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { useSession } from '../../session.ts'
import { AddressPanel } from './address-panel.tsx'
import { FactorsPanel } from './factors-panel.tsx'
import { NextStep } from './next-step.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { ProvidersPanel } from './providers-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'

function Panels() {
  const security = useAsk(ENDPOINTS.readSecurity, {})
  if (security.isPending) return <Loading />
  if (security.error) return <Trouble error={security.error} onAgain={() => void security.refetch()} />
  return (
    <div className="stack">
      <NextStep of={security.data} />
      <FactorsPanel of={security.data} />
      <PasswordPanel of={security.data} />
      <AddressPanel of={security.data} />
      {security.data.providers.length > 0 && <ProvidersPanel of={security.data} />}
      <SessionsPanel />
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('security.lead')} title={t('security.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && <Panels />}
    </>
  )
}
