// Where does a tender stand? Always in words, with an icon and a colour, from the one list of public statuses.
import { Award, Ban, CircleX, FilePenLine, FolderLock, type LucideIcon, Radio, Scale, Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { PublicStatus } from '../../src/domain/tenders/lifecycle.ts'

const LOOK: Record<PublicStatus, readonly [LucideIcon, string]> = {
  draft: [FilePenLine, 'bg-sunken text-muted'],
  open: [Send, 'bg-good-soft text-good'],
  closed: [FolderLock, 'bg-primary-soft text-primary'],
  opening: [Radio, 'bg-live-soft text-live'],
  evaluating: [Scale, 'bg-warn-soft text-warn'],
  awarded: [Award, 'bg-primary-soft text-primary'],
  failed: [CircleX, 'bg-sunken text-muted'],
  cancelled: [Ban, 'bg-bad-soft text-bad'],
}

export function StatusTag({ status }: { status: PublicStatus }) {
  const { t } = useTranslation()
  const [Icon, look] = LOOK[status]
  return (
    <span className={`tag ${look}`}>
      <Icon aria-hidden="true" className={status === 'opening' ? 'pulse' : ''} size={16} />
      {t(`parts.status.${status}`)}
    </span>
  )
}
