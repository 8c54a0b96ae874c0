// What comes of the way to another provider? The answer is sent on once, and the page that was wanted follows.
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate, useParams } from 'react-router'
import { call } from '../../../src/api/client.ts'
import { ask, ENDPOINTS } from '../../call.ts'
import { ErrorSummary, type Problem } from '../../parts/error-summary.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Loading } from '../../parts/states.tsx'
import { wayBack } from '../../provider.ts'
import { begin } from '../../session.ts'

export function Page() {
  const { t } = useTranslation()
  const { name = '' } = useParams()
  const go = useNavigate()
  const sent = useRef(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    if (sent.current) return
    sent.current = true
    const query = location.search
    // A code of a provider stays in no history.
    history.replaceState(history.state, '', location.pathname)
    const { purpose, to } = wayBack()
    const finish = async () => {
      if (purpose === 'link') {
        const answer = await ask(ENDPOINTS.linkProvider, { params: { name }, body: { query } })
        if (answer.ok) return go('/security', { replace: true })
        return setProblem({ errors: answer.errors, instance: String(answer.body.instance ?? '') })
      }
      const answer = await call('', ENDPOINTS.finishProvider, { params: { name }, body: { query } })
      if (!answer.ok) return setProblem({ errors: answer.errors, instance: String(answer.body.instance ?? '') })
      begin(answer.body)
      // The page of signing in knows where a role's work begins.
      return go(to === null ? '/sign-in' : `/sign-in?to=${encodeURIComponent(to)}`, { replace: true })
    }
    finish().catch(() => setProblem({ errors: [{ code: 'no-connection', facts: {} }] }))
  }, [name, go])
  return (
    <>
      <PageHead title={t('people.return.title')} />
      {problem ? (
        <div className="stack">
          <ErrorSummary
            problem={problem}
            says={({ code }) => (code === 'no-connection' ? t('parts.states.offline') : null)}
          />
          <p>
            <Link className="btn" to="/sign-in">
              {t('people.return.again')}
            </Link>
          </p>
        </div>
      ) : (
        <Loading />
      )}
    </>
  )
}
