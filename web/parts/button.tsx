// What is a button that works by mouse, touch, keyboard and voice, and says when it is busy?
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'

export type ButtonProps = Omit<ComponentProps<'button'>, 'children' | 'onClick' | 'disabled'> & {
  children: ReactNode
  onPress?: () => void
  isDisabled?: boolean
  isPending?: boolean
  kind?: 'main' | 'quiet' | 'danger'
  small?: boolean
}

/**
 * `isPending` shows that it works, keeps the focus and takes no second press, nor does it send its form again. The browser's
 * own button: a component library's announces a pending one by reference, to nothing once the button is gone.
 */
export function Button({
  children,
  onPress,
  isDisabled = false,
  isPending = false,
  kind = 'main',
  small = false,
  className = '',
  type = 'button',
  ...rest
}: ButtonProps) {
  const look = kind === 'quiet' ? 'btn-quiet' : kind === 'danger' ? 'btn-danger' : ''
  return (
    <button
      {...rest}
      aria-disabled={isPending || undefined}
      className={`btn ${look} ${small ? 'btn-small' : ''} ${className}`}
      disabled={isDisabled}
      onClick={(event) => {
        if (isPending) event.preventDefault()
        else onPress?.()
      }}
      type={type}
    >
      {isPending && <LoaderCircle aria-hidden="true" className="motion-safe:animate-spin" size={18} />}
      {children}
    </button>
  )
}
