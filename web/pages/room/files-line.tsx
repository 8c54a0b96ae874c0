// How many files came with the bid in this envelope, and are they those that were sealed?
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ENDPOINTS, useAsk } from '../../call.ts'

/** The worker checks what was opened within seconds; what is lost may come back later. */
const AGAIN_MS = 3_000

/** `count` is what this browser found in the envelope; what became of each file is the service's check, which anybody can repeat. */
export function FilesLine({ no, eid, count }: { no: string; eid: string; count: number }) {
  const { t } = useTranslation()
  const asked = useAsk(
    ENDPOINTS.listFiles,
    { params: { no } },
    { every: (last) => (own(last?.files ?? [], eid).length < count ? AGAIN_MS : 10 * AGAIN_MS) },
  )
  const checked = own(asked.data?.files ?? [], eid)
  const wrong = checked.filter(({ outcome }) => outcome !== 'agrees').length
  const word = checked.length < count ? 'waiting' : wrong === 0 ? 'agree' : 'differ'
  return (
    <p className={word === 'differ' ? 'font-semibold text-bad' : 'note'}>
      {t(`files.line.${word}`, { count, wrong })} <Link to={`/tenders/${no}?tab=opening`}>{t('files.line.see')}</Link>
    </p>
  )
}

const own = <F extends { eid: string; outcome: string | null }>(files: readonly F[], eid: string): F[] =>
  files.filter((file) => file.eid === eid && file.outcome !== null)
