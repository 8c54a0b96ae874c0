// Where does the app in the browser begin?
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { queries } from './call.ts'
import { keepClock } from './clock.ts'
import { startWords } from './i18n.ts'
import { makeRouter } from './router.tsx'
import { resumeSession } from './session.ts'
import './theme.css'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')

resumeSession()
keepClock()
// The letters come in a file of their own, after what can be read without them.
void import('./fonts/pretendard-gov.css')

const router = startWords(['parts']).then(makeRouter)

router.then((router) =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  ),
)
