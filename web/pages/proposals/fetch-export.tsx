// How does somebody get the export of personal data that a second person approved? By a press, for a day, and as often as needed.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { useSend } from '../../parts/use-send.ts'
import { saveFile } from '../../save-file.ts'

export function FetchExport({ id }: { id: string }) {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const [saved, setSaved] = useState(false)
  const fetchIt = async () => {
    const found = await send(() => ask(ENDPOINTS.readPeopleExport, { params: { id } }))
    setSaved(found !== null)
    if (found) saveFile(`people-${id}.json`, `${JSON.stringify(found, null, 2)}\n`, 'application/json')
  }
  return (
    <div className="stack">
      <ErrorSummary problem={problem} />
      <p className="flex flex-wrap items-center gap-3">
        <Button isPending={busy} kind="quiet" onPress={() => void fetchIt()}>
          {t('proposals.fetch')}
        </Button>
        <span className="note" role="status">
          {saved && t('proposals.fetched')}
        </span>
      </p>
    </div>
  )
}
