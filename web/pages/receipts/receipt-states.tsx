// How far has an act come: received, entered, witnessed? Three words, of which each says whether it is reached.
import { Circle, CircleCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ReceiptRow } from './own-acts.ts'

const STATES = ['received', 'entered', 'witnessed'] as const

export function ReceiptStates({ state }: { state: ReceiptRow['state'] }) {
  const { t } = useTranslation()
  return (
    <ul aria-label={t('verify.mine.states')} className="flex flex-wrap gap-x-3 gap-y-1">
      {STATES.map((one) => {
        const reached = STATES.indexOf(one) <= STATES.indexOf(state)
        const Icon = reached ? CircleCheck : Circle
        return (
          <li className={`flex items-center gap-1 ${reached ? 'text-good' : 'text-muted'}`} key={one}>
            <Icon aria-hidden="true" size={16} />
            <span className="sr-only">{t(reached ? 'verify.mine.reached' : 'verify.mine.notYet')}: </span>
            {t(`verify.mine.state.${one}`)}
          </li>
        )
      })}
    </ul>
  )
}
