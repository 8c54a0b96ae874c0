// Where does the question for a second factor appear? Over whatever page asked; its code comes when it is first needed.
import { lazy, Suspense } from 'react'
import { needWords } from '../i18n.ts'
import { useFactorAsked } from '../step-up.ts'

const StepUpDialog = lazy(async () => {
  const [{ StepUpDialog }] = await Promise.all([import('./step-up-dialog.tsx'), needWords(['factor'])])
  return { default: StepUpDialog }
})

export function StepUp() {
  const asked = useFactorAsked()
  return asked ? (
    <Suspense>
      <StepUpDialog />
    </Suspense>
  ) : null
}
