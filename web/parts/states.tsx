// What is shown when there is nothing to show: still loading, nothing there, no connection, not for you, something broke?
import { CircleAlert, CircleSlash, Inbox, LoaderCircle, WifiOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { Refused } from '../call.ts'
import { inLanguage } from '../i18n.ts'

type Slot = {
  icon: ReactNode
  title: string
  children?: ReactNode
  role?: 'status' | 'alert'
  /** It stands for a whole page, whose heading it is. */
  alone?: boolean
}

function State({ icon, title, children, role = 'status', alone = false }: Slot) {
  const Title = alone ? 'h1' : 'p'
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-12 text-center" role={role}>
      <span className="text-muted">{icon}</span>
      <Title className="font-bold text-[1.1rem]">{title}</Title>
      {children && <div className="prose text-muted">{children}</div>}
    </div>
  )
}

export function Loading({ title }: { title?: string }) {
  const { t } = useTranslation()
  return (
    <State
      icon={<LoaderCircle aria-hidden="true" className="motion-safe:animate-spin" size={32} />}
      title={title ?? t('parts.states.loading')}
    />
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <State icon={<Inbox aria-hidden="true" size={32} />} title={title}>
      {children}
    </State>
  )
}

/** The connection is gone: what is on the page may be old, and nothing was sent. */
export function Offline({ onAgain, alone = false }: { onAgain?: () => void; alone?: boolean }) {
  const { t } = useTranslation()
  return (
    <State alone={alone} icon={<WifiOff aria-hidden="true" size={32} />} role="alert" title={t('parts.states.offline')}>
      <p>{t('parts.states.offlineText')}</p>
      {onAgain && (
        <p>
          <button className="btn btn-quiet" onClick={onAgain} type="button">
            {t('parts.states.again')}
          </button>
        </p>
      )}
    </State>
  )
}

/** Not for this visitor: says whether signing in could help. */
export function Forbidden({ signIn = false, children }: { signIn?: boolean; children?: ReactNode }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  return (
    <State
      icon={<CircleSlash aria-hidden="true" size={32} />}
      title={signIn ? t('parts.states.signInFirst') : t('parts.states.forbidden')}
    >
      {children}
      {signIn && (
        <p>
          <Link className="btn" to={`/sign-in?to=${encodeURIComponent(pathname)}`}>
            {t('parts.signIn')}
          </Link>
        </p>
      )}
    </State>
  )
}

/** Any error of a query in words: a refusal with its reasons, a broken connection as offline. */
export function Trouble({ error, onAgain }: { error: unknown; onAgain?: () => void }) {
  const { t, i18n } = useTranslation()
  if (!(error instanceof Refused)) return <Offline {...(onAgain ? { onAgain } : {})} />
  if (error.status === 401) return <Forbidden signIn />
  if (error.status === 403) return <Forbidden />
  return (
    <State
      icon={<CircleAlert aria-hidden="true" size={32} />}
      role="alert"
      title={error.status === 404 ? t('parts.states.missing') : t('parts.states.refused')}
    >
      {error.errors.map((one) => (
        <p key={`${one.code}${one.at ?? ''}`}>{inLanguage(one.says, i18n.language)}</p>
      ))}
      {onAgain && error.status >= 500 && (
        <p>
          <button className="btn btn-quiet" onClick={onAgain} type="button">
            {t('parts.states.again')}
          </button>
        </p>
      )}
    </State>
  )
}
