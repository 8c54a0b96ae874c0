// Where is the keyboard when what had the focus is gone: a row that was decided, a button that did its work? At the part that it stood in.

/** Parts of a page that have a heading of their own. */
const PARTS = 'article, section, form, [role="region"], main'

/** The elements in which the last focused element of the page's main part stood, from itself outwards. */
let trail: Element[] = []

function remember(event: FocusEvent): void {
  const { target } = event
  // A dialog is not of the page: when it closes, what opened it counts.
  if (!(target instanceof Element) || !target.closest('#main')) return
  trail = []
  for (let at: Element | null = target; at; at = at.parentElement) trail.push(at)
}

/** The nearest heading that is still there: of the part itself, not of the parts in it. */
function headingOf(part: Element): HTMLElement | null {
  return part.querySelector<HTMLElement>(part.id === 'main' ? 'h1' : 'h1, h2, h3')
}

function restore(): void {
  const { activeElement } = document
  if (activeElement && activeElement !== document.body) return
  const [last] = trail
  if (!last || last.isConnected || document.querySelector('[role="alertdialog"], [role="dialog"]')) return
  const part = trail.find((at) => at.isConnected && at.matches(PARTS))
  const place = part && (headingOf(part) ?? (part as HTMLElement))
  if (!place) return
  if (!place.hasAttribute('tabindex')) place.tabIndex = -1
  place.focus({ preventScroll: false })
}

let kept = false

/** From now on keeps the focus in the page for as long as it is open: browsers drop it to nowhere when its element is taken away. */
export function keepFocus(): void {
  if (kept) return
  kept = true
  document.addEventListener('focusin', remember)
  // In the next frame: whoever takes something away may put the focus somewhere itself.
  new MutationObserver(() => {
    if (trail[0]?.isConnected === false) requestAnimationFrame(restore)
  }).observe(document.body, { childList: true, subtree: true })
}
