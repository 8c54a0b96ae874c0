// Where am I signed in, and how do I end that?
import { useTranslation } from 'react-i18next'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { deviceName } from '../../device-name.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'
import { end } from '../../session.ts'
import { useSending } from '../../use-sending.ts'

type Session = ReplyOf<(typeof ENDPOINTS)['listSessions']>['sessions'][number]

const again = () => queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.listSessions) })

export function SessionsPanel() {
  const { t } = useTranslation()
  const list = useAsk(ENDPOINTS.listSessions, {}, { every: 30_000 })
  const { busy, problem, send } = useSending()
  const endOne = async (id: string) => {
    if (await send(() => ask(ENDPOINTS.endSession, { params: { id } }))) await again()
  }
  const endAll = async (keep: boolean) => {
    const sent = await send(() => ask(ENDPOINTS.endSessions, { query: keep ? { keep: 'current' } : {} }))
    if (!sent) return
    if (keep) await again()
    else end()
  }
  const method = (session: Session) => {
    const [kind, name] = session.method.split(' ')
    return kind === 'oidc' ? t('security.sessions.by.oidc', { name }) : t(`security.sessions.by.${kind}`)
  }
  return (
    <section className="card stack">
      <h2>{t('security.sessions.title')}</h2>
      <ErrorSummary
        problem={problem}
        says={({ code }) => (code === 'no-connection' ? t('parts.states.offline') : null)}
      />
      {list.isPending && <Loading />}
      {list.error && <Trouble error={list.error} onAgain={() => void list.refetch()} />}
      {list.data && (
        <>
          <ul className="flex flex-col">
            {list.data.sessions.map((session) => {
              const name = deviceName(session.agent) || t('security.sessions.unknown')
              return (
                <li
                  className="flex flex-wrap items-center justify-between gap-3 border-line border-b py-3"
                  key={session.id}
                >
                  <span className="min-w-0">
                    <strong>{name}</strong>
                    {session.current && <span className="tag ms-2">{t('security.sessions.current')}</span>}
                    <br />
                    <span className="note">
                      {method(session)} · {t('security.sessions.started')} <Time at={session.startedAt} form="short" />{' '}
                      · {t('security.sessions.seen')} <Time at={session.seenAt} form="short" />
                    </span>
                  </span>
                  {!session.current && (
                    <Button
                      aria-label={t('security.sessions.endOf', { name })}
                      isPending={busy}
                      kind="quiet"
                      onPress={() => void endOne(session.id)}
                      small
                    >
                      {t('security.sessions.end')}
                    </Button>
                  )}
                </li>
              )
            })}
          </ul>
          <p className="flex flex-wrap gap-3">
            {list.data.sessions.length > 1 && (
              <Button isPending={busy} kind="quiet" onPress={() => void endAll(true)} small>
                {t('security.sessions.endOthers')}
              </Button>
            )}
            <Button isPending={busy} kind="danger" onPress={() => void endAll(false)} small>
              {t('security.sessions.endAll')}
            </Button>
          </p>
        </>
      )}
    </section>
  )
}
