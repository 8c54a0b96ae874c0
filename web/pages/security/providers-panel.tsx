// With which other providers can I sign in to this account?
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { goTo } from '../../provider.ts'
import { isSteppedUp } from '../../session.ts'
import { askForFactor } from '../../step-up.ts'
import { useSending } from '../../use-sending.ts'
import { askAgain, type Security } from './security.ts'

export function ProvidersPanel({ of }: { of: Security }) {
  const { t, i18n } = useTranslation()
  const { busy, problem, send, show } = useSending()
  const some = of.totp || of.passkeys.length > 0
  const ready = async () => !some || isSteppedUp() || (await askForFactor())
  const link = async (name: string) => {
    if (await ready()) show(await goTo(name, 'link', null))
  }
  const unlink = async (name: string) => {
    if (!(await ready())) return
    const sent = await send(() => ask(ENDPOINTS.unlinkProvider, { params: { name } }))
    if (sent) await askAgain()
  }
  return (
    <section className="card stack">
      <h2>{t('security.providers.title')}</h2>
      <p className="prose">{t('security.providers.says')}</p>
      <ErrorSummary
        problem={problem}
        says={({ code }) => (code === 'no-connection' ? t('parts.states.offline') : null)}
      />
      <SummaryList
        label={t('security.providers.title')}
        rows={of.providers.map(({ name, ko, en, linked }) => {
          const says = i18n.language === 'en' ? en : ko
          return {
            key: name,
            name: says,
            value: t(linked ? 'security.providers.linked' : 'security.providers.notLinked'),
            action: (
              <Button
                aria-label={t(linked ? 'security.providers.unlinkOf' : 'security.providers.linkOf', { name: says })}
                isPending={busy}
                kind="quiet"
                onPress={() => void (linked ? unlink(name) : link(name))}
                small
              >
                {t(linked ? 'security.providers.unlink' : 'security.providers.link')}
              </Button>
            ),
          }
        })}
      />
    </section>
  )
}
