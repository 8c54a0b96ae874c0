// How is a question asked that must be answered before going on?
import type { ReactNode } from 'react'
import { Dialog as AriaDialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTranslation } from 'react-i18next'
import { Button } from './button.tsx'

export type DialogProps = {
  isOpen: boolean
  onClose: () => void
  title: string
  children: ReactNode
  /** The acting button; "Cancel" or "Close" is added. */
  action?: ReactNode
  /** Must be answered: neither a click beside it nor Escape closes it. */
  must?: boolean
}

/** The focus stays inside and goes back to where it was. */
export function Dialog({ isOpen, onClose, title, children, action, must = false }: DialogProps) {
  const { t } = useTranslation()
  return (
    <ModalOverlay
      className="fixed inset-0 z-40 flex items-center justify-center overflow-y-auto bg-[rgb(0_0_0/0.55)] p-4"
      isDismissable={!must}
      isKeyboardDismissDisabled={must}
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="w-full max-w-[36rem]">
        <AriaDialog className="card stack max-h-[90dvh] overflow-y-auto" role="alertdialog">
          <Heading className="text-[1.3rem]" slot="title">
            {title}
          </Heading>
          {children}
          <div className="flex flex-wrap gap-3">
            {action}
            <Button kind="quiet" onPress={onClose}>
              {action ? t('parts.dialog.cancel') : t('parts.dialog.close')}
            </Button>
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
