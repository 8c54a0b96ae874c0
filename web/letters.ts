// When do a page's letters come? After all that can be read and checked without them: on a slow line they are more than half of a page.

/** Whatever it is that the letters wait for, they wait for it no longer. */
const PATIENCE_MS = 4000

const before: Promise<unknown>[] = []

/** Lets the letters of the page that was opened come after `work`, which a visitor would rather have first. */
export function lettersAfter(work: Promise<unknown>): void {
  before.push(work)
}

const idle = (): Promise<void> =>
  new Promise((resolve) => {
    // Not in every browser.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: PATIENCE_MS })
    else setTimeout(resolve, 200)
  })

/** Fetches the list of the font's slices, and with it those that the page shows. `drawn` settles when the page is about to be drawn. */
export async function fetchLetters(drawn: Promise<unknown>): Promise<void> {
  await drawn.catch(() => {})
  await idle()
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))
  await Promise.race([Promise.allSettled(before), patience])
  await import('./fonts/pretendard-gov.css')
}
