// For which reasons is a request refused, and in which words? Every code of the service, so that each can be linked to.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PROBLEMS } from '../../../src/api/problems.ts'
import { inLanguage } from '../../i18n.ts'
import { PageHead } from '../../parts/page.tsx'
import { Empty } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'

const ROWS = Object.entries(PROBLEMS).map(([code, { status, title }]) => ({ code, status, title }))

export function Page() {
  const { t, i18n } = useTranslation()
  const [typed, setTyped] = useState('')
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const rows = ROWS.filter((row) => {
    const text = `${row.code} ${row.status} ${row.title.ko} ${row.title.en}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  return (
    <>
      <PageHead
        crumbs={[{ to: '/how', says: t('how.title') }]}
        lead={t('how.refusals.lead')}
        title={t('how.refusals.title')}
      />
      <div className="stack">
        <div className="max-w-96">
          <TextField inputMode="search" label={t('how.refusals.filter')} onChange={setTyped} value={typed} />
        </div>
        <p aria-live="polite" className="note">
          {t('how.refusals.count', { count: rows.length })}
        </p>
        {rows.length === 0 && <Empty title={t('how.refusals.none')} />}
        <dl>
          {rows.map(({ code, status, title }) => (
            <div
              className="grid gap-x-6 border-line border-b py-3 sm:grid-cols-[16rem_minmax(0,1fr)]"
              id={code}
              key={code}
            >
              <dt>
                <a href={`#${code}`}>
                  <code>{code}</code>
                </a>
                <span className="note tnum ms-2">{status}</span>
              </dt>
              <dd>{inLanguage(title, i18n.language)}</dd>
            </div>
          ))}
        </dl>
      </div>
    </>
  )
}
