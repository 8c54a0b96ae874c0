// Where does the app in the browser begin?
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from './call.ts'
import { keepClock } from './clock.ts'
import { startWords } from './i18n.ts'
import { fetchLetters } from './letters.ts'
import { fetchOpened, Pages } from './router.tsx'
import { resumeSession } from './session.ts'
import './theme.css'

const root = document.getElementById('root')
if (!root) throw new Error('the page has no #root')

resumeSession()
keepClock()
const words = startWords(['parts'])
const opened = fetchOpened()
// The server's first picture stays until the page can be drawn; of a page whose code did not come it is said then.
const pictured = root.childElementCount > 0
const drawable = pictured ? Promise.all([words, opened.catch(() => {})]) : words

drawable.then(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Pages first={opened} />
      </QueryClientProvider>
    </StrictMode>,
  ),
)

fetchLetters(opened).catch(() => {
  // Without them the page is in the letters of the visitor's own system.
})
