// It is done: what exactly, under which reference, and what happens next?
import { CircleCheck } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

/** Takes the focus when it appears. `children`: what happens next, the receipt, links. */
export function ConfirmationPanel({
  title,
  reference,
  referenceLabel,
  children,
}: {
  title: string
  reference?: string
  referenceLabel?: string
  children?: ReactNode
}) {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className="card stack border-good bg-good-soft">
      <h2 className="flex items-center gap-3 text-[1.5rem]" ref={heading} tabIndex={-1}>
        <CircleCheck aria-hidden="true" className="shrink-0 text-good" size={32} />
        {title}
      </h2>
      {reference && (
        <p>
          {referenceLabel ?? t('parts.reference')}
          <br />
          <strong className="break-all text-[1.2rem]">{reference}</strong>
        </p>
      )}
      {children}
    </section>
  )
}
