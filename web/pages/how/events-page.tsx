// Which events enter the public log, who signs each, and what does it say to a citizen?
import { useTranslation } from 'react-i18next'
import { EVENTS, type EventType, leafType } from '../../../src/domain/events.ts'
import { eventSentence } from '../../event-sentence.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { PageHead } from '../../parts/page.tsx'
import { EXAMPLES } from './event-examples.ts'

const ROWS = Object.keys(EVENTS) as EventType[]

export function Page() {
  const { t, i18n } = useTranslation()
  const says = (row: EventType) => eventSentence(EXAMPLES[row], i18n.language)
  const form = (row: EventType) => t(`how.events.form.${EVENTS[row].form}`)
  return (
    <>
      <PageHead
        crumbs={[{ to: '/how', says: t('how.title') }]}
        lead={t('how.events.lead')}
        title={t('how.events.title')}
      />
      <DataTable
        caption={t('how.events.title')}
        captionHidden
        columns={[
          {
            id: 'typ',
            head: t('how.events.columns.typ'),
            names: true,
            text: leafType,
            cell: (row) => <code>{leafType(row)}</code>,
          },
          { id: 'says', wide: true, head: t('how.events.columns.says'), text: says, cell: says },
          { id: 'form', head: t('how.events.columns.form'), text: form, cell: form },
          {
            id: 'ocds',
            head: t('how.events.columns.ocds'),
            text: (row) => EVENTS[row].ocds ?? '',
            cell: (row) => EVENTS[row].ocds && <code>{EVENTS[row].ocds}</code>,
          },
        ]}
        fileName="madang-events"
        keyOf={(row) => row}
        rows={ROWS}
      />
    </>
  )
}
