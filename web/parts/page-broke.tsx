// What does a visitor see when a page's own code fails or cannot be fetched?
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'
import { Offline } from './states.tsx'

export function PageBroke() {
  const { t } = useTranslation()
  const error = useRouteError()
  const unfetched = error instanceof TypeError && /import|fetch|load/i.test(error.message)
  const again = () => location.reload()
  if (unfetched) return <Offline onAgain={again} />
  return (
    <div className="stack items-start" role="alert">
      <h1 tabIndex={-1}>{t('parts.broke.title')}</h1>
      <p>{t('parts.broke.text')}</p>
      <button className="btn" onClick={again} type="button">
        {t('parts.states.again')}
      </button>
    </div>
  )
}
