// Who keeps the keys, are there enough of them, and what does a custodian check before a key turns?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { HashText } from '../../parts/hash-text.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { Time } from '../../parts/time.tsx'

type Custodian = ReplyOf<(typeof ENDPOINTS)['listCustodians']>['custodians'][number]

/** A publication takes two keys of each custodian. */
const FEW = 2
const CHECKS = ['a', 'b', 'c', 'd', 'e', 'f'] as const

function Card({ custodian }: { custodian: Custodian }) {
  const { t, i18n } = useTranslation()
  const { id, kid, past, prekeysLeft, releases } = custodian
  const name = inLanguage(custodian.name, i18n.language)
  return (
    <section className="card stack">
      <div>
        <h2>
          <bdi>{name}</bdi>
        </h2>
        {name !== id && <p className="note mono">{id}</p>}
      </div>
      <SummaryList
        label={name}
        rows={[
          { name: t('custodians.identity'), value: <HashText name={t('custodians.identity')} value={kid} /> },
          ...(past.length > 0
            ? [
                {
                  name: t('custodians.past'),
                  value: (
                    <>
                      <ul>
                        {past.map((key) => (
                          <li key={key.kid}>
                            <HashText name={t('custodians.past')} value={key.kid} /> {t('custodians.until')}{' '}
                            <Time at={key.endedAt} form="short" />
                          </li>
                        ))}
                      </ul>
                      <span className="note">{t('custodians.pastSays')}</span>
                    </>
                  ),
                },
              ]
            : []),
          {
            name: t('custodians.unused'),
            value: (
              <>
                <span className="tnum">{prekeysLeft}</span>{' '}
                {prekeysLeft < FEW && <strong className="text-bad">{t('custodians.few')}</strong>}
              </>
            ),
          },
          {
            name: t('custodians.releases'),
            value:
              releases.length === 0 ? (
                t('custodians.noReleases')
              ) : (
                <ul>
                  {releases.map((release) => (
                    <li key={`${release.tender} ${release.kind}`}>
                      <Link to={`/tenders/${release.tender}/opening`}>{release.tender}</Link>{' '}
                      {t(`custodians.kind.${release.kind}`)} <Time at={release.at} form="short" />
                    </li>
                  ))}
                </ul>
              ),
          },
        ]}
      />
    </section>
  )
}

export function Page() {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.listCustodians, {}, { every: 15_000 })
  return (
    <>
      <PageHead lead={t('custodians.lead')} title={t('custodians.title')} />
      {error ? (
        <Trouble error={error} onAgain={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.custodians.length === 0 ? (
        <Empty title={t('custodians.none')} />
      ) : (
        <div className="grid gap-6 lg:grid-cols-2">
          {data.custodians.map((custodian) => (
            <Card custodian={custodian} key={custodian.id} />
          ))}
        </div>
      )}
      <section className="stack mt-10">
        <h2>{t('custodians.checks')}</h2>
        <p className="prose">{t('custodians.checksSay')}</p>
        <ol className="prose list-none space-y-3 ps-0">
          {CHECKS.map((check) => (
            <li className="flex gap-3" key={check}>
              <strong className="text-primary">({check})</strong>
              <span>{t(`custodians.check.${check}`)}</span>
            </li>
          ))}
        </ol>
        <h2 className="mt-6">{t('custodians.cannot')}</h2>
        <p className="prose">{t('custodians.cannotSay')}</p>
        <p>
          <Link to="/k/recovery">{t('custodians.lost')}</Link>
        </p>
      </section>
    </>
  )
}
