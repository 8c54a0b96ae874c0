// What happened to a registration, in order?
import { useTranslation } from 'react-i18next'
import type { OrganisationView } from '../../../src/api/organisations.ts'
import { SealedEntry } from '../../parts/sealed-entry.tsx'
import { Time } from '../../parts/time.tsx'

export function History({ history }: { history: OrganisationView['history'] }) {
  const { t } = useTranslation()
  return (
    <section className="card stack">
      <h2>{t('organisations.history.title')}</h2>
      {history.length === 0 ? (
        <p className="note">{t('organisations.history.none')}</p>
      ) : (
        <ol className="stack">
          {history.map((one) => (
            <li key={`${one.at} ${one.act}`}>
              <strong>{t(`organisations.history.acts.${one.act}`)}</strong> <Time at={one.at} form="exact" />
              {one.reasons.length > 0 && (
                <span className="block">
                  {one.reasons.map((reason) => t(`organisations.reasons.${reason}`)).join(', ')}
                </span>
              )}
              {one.statement && <span className="block">{one.statement}</span>}
              {one.sealed && (
                <SealedEntry
                  sealed={one.sealed}
                  words={{
                    title: t('organisations.history.sealed', { index: one.sealed.index }),
                    says: t('organisations.history.sealedSays'),
                    salt: t('organisations.facts.salt'),
                    text: t('organisations.facts.text'),
                  }}
                />
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
