// What is in the public log, what is public from when on, and how does a stranger check it?
import { useTranslation } from 'react-i18next'
import { type Part, publicFrom, VISIBILITY } from '../../../src/domain/visibility.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { PageHead } from '../../parts/page.tsx'
import { LogHead } from './log-head.tsx'

const PARTS = Object.keys(VISIBILITY) as Part[]

export function Page() {
  const { t } = useTranslation()
  const from = (part: Part) => {
    const state = publicFrom(part)
    return state === null ? t('how.log.never') : t(`parts.state.${state}`)
  }
  const verify = `npm run verify -- ${location.origin} R26BK00000001`
  return (
    <>
      <PageHead crumbs={[{ to: '/how', says: t('how.title') }]} lead={t('how.log.lead')} title={t('how.log.title')} />
      <div className="flex flex-col gap-10">
        <section className="stack">
          <h2>{t('how.log.head')}</h2>
          <LogHead />
          <p className="note">{t('how.log.headNote')}</p>
        </section>
        <section className="stack prose">
          <h2>{t('how.log.tree.title')}</h2>
          <p>{t('how.log.tree.leaf')}</p>
          <p>{t('how.log.tree.sealed')}</p>
          <p>{t('how.log.tree.grow')}</p>
        </section>
        <section className="stack">
          <h2>{t('how.log.visible.title')}</h2>
          <p className="prose">{t('how.log.visible.text')}</p>
          <DataTable
            caption={t('how.log.visible.title')}
            captionHidden
            columns={[
              {
                id: 'part',
                head: t('how.log.visible.part'),
                names: true,
                text: (part) => t(`how.log.parts.${part}`),
                cell: (part) => t(`how.log.parts.${part}`),
              },
              { id: 'from', head: t('how.log.visible.from'), text: from, cell: from },
            ]}
            keyOf={(part) => part}
            rows={PARTS}
          />
        </section>
        <section className="stack prose">
          <h2>{t('how.log.verify.title')}</h2>
          <p>{t('how.log.verify.browser')}</p>
          <p>{t('how.log.verify.command')}</p>
          <pre className="whitespace-pre-wrap break-all rounded-card border border-line bg-sunken p-3">
            <code>{verify}</code>
          </pre>
          <p>{t('how.log.verify.own')}</p>
          <ul>
            <li>
              <a href="/log/checkpoint">/log/checkpoint</a> {t('how.log.verify.checkpoint')}
            </li>
            <li>
              <a href="/log/policy">/log/policy</a> {t('how.log.verify.policy')}
            </li>
            <li>
              <code>/log/tile/…</code> {t('how.log.verify.tiles')}
            </li>
          </ul>
        </section>
      </div>
    </>
  )
}
