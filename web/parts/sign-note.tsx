// With what does this person act about people and organisations? With the signing key if there is one, else by the account, which is said.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { SigningKey } from '../use-signing-key.ts'
import { KeyGate } from './key-gate.tsx'

export function SignNote({ signing }: { signing: SigningKey }) {
  const { t } = useTranslation()
  if (signing.state !== 'none') return <KeyGate signing={signing} />
  return (
    <p className="note prose">
      {t('signing.byAccount')} <Link to="/keys">{t('signing.enrolFirst')}</Link>
    </p>
  )
}
