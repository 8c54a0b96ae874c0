// Has this browser checked it? Four states in words; a failure is the loudest thing on the page.
import { CircleDashed, LoaderCircle, type LucideIcon, ShieldAlert, ShieldCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export type ProofState = 'unchecked' | 'checking' | 'verified' | 'failed'

const LOOK: Record<ProofState, readonly [LucideIcon, string]> = {
  unchecked: [CircleDashed, 'bg-sunken text-muted'],
  checking: [LoaderCircle, 'bg-sunken text-muted'],
  verified: [ShieldCheck, 'bg-good-soft text-good'],
  failed: [ShieldAlert, 'bg-bad text-on-bad'],
}

/** `children` replaces the state's own words, for example "7/7 verified"; `why` stands beside a failure. */
export function ProofBadge({ state, why, children }: { state: ProofState; why?: string; children?: ReactNode }) {
  const { t } = useTranslation()
  const [Icon, look] = LOOK[state]
  return (
    <span className="inline-flex flex-wrap items-center gap-2" role={state === 'failed' ? 'alert' : undefined}>
      <span className={`tag ${look}`}>
        <Icon aria-hidden="true" className={state === 'checking' ? 'motion-safe:animate-spin' : ''} size={16} />
        {children ?? t(`parts.proof.${state}`)}
      </span>
      {state === 'failed' && why && <span className="text-bad">{why}</span>}
    </span>
  )
}
