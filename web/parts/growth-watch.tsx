// Does the log still hold what this browser saw at its last visit? Asked quietly once a visit; only a contradiction is shown, and then loudly.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { inLanguage } from '../i18n.ts'
import { askLog } from '../log/ask-log.ts'
import { NotificationBanner } from './notification-banner.tsx'

export function GrowthWatch() {
  const { t, i18n } = useTranslation()
  const looked = useQuery({
    queryKey: ['log-growth'],
    queryFn: () => askLog('growth', null),
    // A log that cannot be reached just now proves nothing; the next visit asks again.
    retry: false,
    staleTime: 60_000,
  })
  const growth = looked.data?.growth
  // A head that is not served or not signed yet is the service's beginning, not a contradiction with what was seen.
  if (growth?.state !== 'broken' || looked.data?.before === null) return null
  return (
    <div className="mb-6">
      <NotificationBanner kind="error" live title={t('parts.growth.title')}>
        <p>{inLanguage(growth.says, i18n.language)}</p>
        <p>
          <Link to="/log">{t('parts.growth.more')}</Link>
        </p>
      </NotificationBanner>
    </div>
  )
}
