// Is this what is to be sealed? Everything once more, what becomes public when, and the one button that seals and sends.
import { useTranslation } from 'react-i18next'
import type { TenderState } from '../../../src/domain/tenders/lifecycle.ts'
import { publicFrom } from '../../../src/domain/visibility.ts'
import type { Files } from '../../files/use-files.ts'
import { Button } from '../../parts/button.tsx'
import { Money } from '../../parts/money.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'
import { type Content, overCeiling, picksOf, shareOf, type Wanted } from './bid-content.ts'
import { bytesSay } from './file-size.ts'

export type ReviewProps = {
  content: Content
  files: Files
  budget: string
  ceiling: string | null
  wanted: Wanted
  replaces: boolean
  busy: boolean
  onChange: () => void
  onSeal: () => void
}

export function Review({ content, files, budget, ceiling, wanted, replaces, busy, onChange, onSeal }: ReviewProps) {
  const { t } = useTranslation()
  const change = (
    <button className="btn btn-quiet btn-small" disabled={busy} onClick={onChange} type="button">
      {t('supplier.review.change')}
    </button>
  )
  const broken = files.list.some((file) => file.state === 'failed')
  const text = (value: string) => <span className="whitespace-pre-wrap break-words">{value}</span>
  return (
    <section className="stack">
      <h2>{t('supplier.review.title')}</h2>
      <SummaryList
        label={t('supplier.review.title')}
        rows={[
          ...(wanted.technical
            ? [
                { name: t('supplier.form.summary'), value: text(content.summary), action: change },
                { name: t('supplier.form.approach'), value: text(content.approach) },
                ...(content.members
                  ? [
                      {
                        name: t('supplier.members.title'),
                        value: (
                          <ul>
                            {content.members.map(({ name, number, share }) => (
                              <li className="break-words" key={name}>
                                <bdi>{name}</bdi> {number && <span className="note">{number}</span>}{' '}
                                <span className="tnum">{share} %</span>
                              </li>
                            ))}
                          </ul>
                        ),
                        action: change,
                      },
                    ]
                  : []),
              ]
            : []),
          {
            name: t('supplier.form.amount'),
            value: (
              <>
                <Money amount={content.amount} form="legal" />
                <br />
                <span className="note">{t('supplier.form.share', { share: shareOf(content.amount, budget) })}</span>
              </>
            ),
          },
          ...(wanted.numbers === null
            ? []
            : [{ name: t('supplier.form.picks'), value: (picksOf(content, wanted) ?? []).join(', ') }]),
          ...(files.list.length === 0
            ? []
            : [
                {
                  name: t('supplier.files.title'),
                  value: (
                    <ul>
                      {files.list.map((file) => (
                        <li className="break-words" key={file.id}>
                          <bdi>{file.name}</bdi>{' '}
                          <span className="note tnum">
                            {bytesSay(file.bytes)} · {t(`supplier.review.${file.kind}`)} ·{' '}
                            {t(`supplier.files.state.${file.state}`, { percent: file.percent })}
                          </span>
                        </li>
                      ))}
                    </ul>
                  ),
                  action: change,
                },
              ]),
          {
            name: t('supplier.review.public'),
            value: (
              <ul className="list-disc ps-5">
                {wanted.technical && (
                  <li>
                    {t('supplier.review.technical')}: {t(`tender.from.${publicFrom('technical') as TenderState}`)}
                  </li>
                )}
                <li>
                  {t('supplier.review.price')}: {t(`tender.from.${publicFrom('prices') as TenderState}`)}
                </li>
                <li>{t('supplier.review.nothing')}</li>
              </ul>
            ),
          },
        ]}
      />
      {overCeiling(content.amount, ceiling) && (
        <NotificationBanner kind="warning" title={t('supplier.review.over')}>
          <p>{t('supplier.review.overSays')}</p>
        </NotificationBanner>
      )}
      {replaces && (
        <NotificationBanner title={t('supplier.review.replaces')}>
          <p>{t('supplier.review.replacesSays')}</p>
        </NotificationBanner>
      )}
      {!files.ready && (
        <NotificationBanner
          kind="warning"
          live
          title={t(broken ? 'supplier.files.brokenTitle' : 'supplier.files.comingTitle')}
        >
          <p>{t(broken ? 'supplier.files.brokenSays' : 'supplier.files.comingSays')}</p>
        </NotificationBanner>
      )}
      <p className="prose">{t('supplier.review.says')}</p>
      <div className="flex flex-wrap gap-3">
        <Button isDisabled={!files.ready} isPending={busy} onPress={onSeal}>
          {t('supplier.review.seal')}
        </Button>
        {change}
      </div>
    </section>
  )
}
