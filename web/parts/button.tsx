// What is a button that works by mouse, touch, keyboard and voice, and says when it is busy?
import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'

export type ButtonProps = Omit<AriaButtonProps, 'children' | 'className' | 'style'> & {
  children: ReactNode
  kind?: 'main' | 'quiet' | 'danger'
  small?: boolean
  className?: string
}

/** `isPending` shows that it works, keeps the focus and takes no second press. */
export function Button({ children, kind = 'main', small = false, className = '', ...rest }: ButtonProps) {
  const look = kind === 'quiet' ? 'btn-quiet' : kind === 'danger' ? 'btn-danger' : ''
  return (
    <AriaButton {...rest} className={`btn ${look} ${small ? 'btn-small' : ''} ${className}`}>
      {rest.isPending && <LoaderCircle aria-hidden="true" className="motion-safe:animate-spin" size={18} />}
      {children}
    </AriaButton>
  )
}
