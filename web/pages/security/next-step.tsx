// What comes after the first second factor? Back to what asked for it, or on to a signing key.
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { wantedOf } from '../../provider.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import type { Security } from './security.ts'

/** Shown once there is a factor: it counts for a few minutes, in which what asked for it can be done. */
export function NextStep({ of }: { of: Security }) {
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const signing = useSigningKey()
  const back = wantedOf(search.get('to'))
  if (of.passkeys.length === 0 && !of.totp) return null
  if (back === null && signing.state !== 'none') return null
  return (
    <NotificationBanner kind="info" title={t(back === null ? 'security.next.key' : 'security.next.back')}>
      <p>{t(back === null ? 'security.next.keySays' : 'security.next.backSays')}</p>
      <p>
        <Link className="btn" to={back ?? '/keys'}>
          {t(back === null ? 'security.next.toKey' : 'security.next.goBack')}
        </Link>
      </p>
    </NotificationBanner>
  )
}
