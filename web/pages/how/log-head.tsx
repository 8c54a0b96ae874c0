// How long is the public log at this moment, and which root stands for all of it?
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ask, ENDPOINTS } from '../../call.ts'
import { HashText } from '../../parts/hash-text.tsx'
import { Offline } from '../../parts/states.tsx'
import { SummaryList } from '../../parts/summary-list.tsx'

async function newest() {
  const answer = await ask(ENDPOINTS.listHeads, {})
  return answer.ok ? (answer.body.heads[0] ?? null) : null
}

export function LogHead() {
  const { t } = useTranslation()
  const head = useQuery({ queryKey: ['log-head'], queryFn: newest, refetchInterval: 5_000 })
  if (head.isError) return <Offline onAgain={() => void head.refetch()} />
  if (!head.data) return <p className="note">{head.isPending ? t('parts.states.loading') : t('how.log.noHead')}</p>
  const { origin, size, root } = head.data
  return (
    <SummaryList
      label={t('how.log.head')}
      rows={[
        { name: t('how.log.origin'), value: <code>{origin}</code> },
        { name: t('how.log.size'), value: <span className="tnum">{String(size)}</span> },
        { name: t('how.log.root'), value: <HashText name={t('how.log.root')} value={root} /> },
      ]}
    />
  )
}
