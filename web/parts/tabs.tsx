// How is a long page divided? Tabs whose choice is in the address, so that each can be linked to.
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'
import { useSearchParams } from 'react-router'

export type TabRow = { id: string; says: ReactNode; content: ReactNode }

/** Which tab a key leads to, for the pattern of the ARIA Authoring Practices: arrows go round, Home and End to the ends. */
function stepOf(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count
    case 'ArrowLeft':
      return (at + count - 1) % count
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}

/** `name` is the parameter of the address; the first tab has none. Only the chosen panel is drawn. */
export function Tabs({ tabs, label, name = 'tab' }: { tabs: readonly TabRow[]; label: string; name?: string }) {
  const [search, setSearch] = useSearchParams()
  const base = useId()
  const list = useRef<HTMLDivElement>(null)
  const wanted = search.get(name)
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.id === wanted),
  )
  const chosen = tabs[at]
  const choose = (next: number) => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (next === 0) after.delete(name)
        else after.set(name, tabs[next]?.id ?? '')
        return after
      },
      { preventScrollReset: true, replace: true },
    )
  }
  const move = (event: KeyboardEvent) => {
    const next = stepOf(event.key, at, tabs.length)
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    choose(next)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
  }
  return (
    <div className="min-w-0">
      <div
        aria-label={label}
        className="no-print flex flex-wrap gap-x-1 border-line border-b"
        onKeyDown={move}
        ref={list}
        role="tablist"
      >
        {tabs.map((tab, i) => (
          <button
            aria-controls={i === at ? `${base}-panel` : undefined}
            aria-selected={i === at}
            className={`chosen-below -mb-px flex min-h-11 items-center px-3 py-1.5 hover:text-primary ${i === at ? 'font-bold text-primary' : ''}`}
            id={`${base}-${tab.id}`}
            key={tab.id}
            onClick={() => choose(i)}
            role="tab"
            tabIndex={i === at ? 0 : -1}
            type="button"
          >
            {tab.says}
          </button>
        ))}
      </div>
      {chosen && (
        <div
          aria-labelledby={`${base}-${chosen.id}`}
          className="min-w-0 py-6"
          id={`${base}-panel`}
          key={chosen.id}
          role="tabpanel"
          tabIndex={-1}
        >
          {chosen.content}
        </div>
      )}
    </div>
  )
}
