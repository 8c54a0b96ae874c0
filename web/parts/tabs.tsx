// How is a long page divided? Tabs whose choice is in the address, so that each can be linked to.
import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs'
import { useSearchParams } from 'react-router'

export type TabRow = { id: string; says: ReactNode; content: ReactNode }

/** `name` is the parameter of the address; the first tab has none. Only the chosen panel is drawn. */
export function Tabs({ tabs, label, name = 'tab' }: { tabs: readonly TabRow[]; label: string; name?: string }) {
  const [search, setSearch] = useSearchParams()
  const first = tabs[0]?.id ?? ''
  const wanted = search.get(name) ?? first
  const chosen = tabs.some((tab) => tab.id === wanted) ? wanted : first
  const choose = (id: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before)
        if (id === first) next.delete(name)
        else next.set(name, id)
        return next
      },
      { preventScrollReset: true, replace: true },
    )
  return (
    <AriaTabs onSelectionChange={(key) => choose(String(key))} selectedKey={chosen}>
      <TabList aria-label={label} className="no-print flex flex-wrap gap-x-1 border-line border-b">
        {tabs.map((tab) => (
          <Tab
            className="-mb-px flex min-h-11 cursor-pointer items-center border-transparent border-b-4 px-3 py-1.5 hover:text-primary selected:border-primary selected:font-bold selected:text-primary"
            id={tab.id}
            key={tab.id}
          >
            {tab.says}
          </Tab>
        ))}
      </TabList>
      {tabs.map((tab) => (
        <TabPanel className="min-w-0 py-6" id={tab.id} key={tab.id}>
          {tab.content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
