// How is a queue of the operator's shown? What waits or everything, page by page, with one word on the other list.
import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { DataTable, type DataTableProps } from '../../parts/data-table.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'

const PER = 20

/** What the address asks for: those that wait, or all with `?all=1`; a page of twenty. */
export function useQueue() {
  const [search] = useSearchParams()
  const waiting = search.get('all') === '1' ? ('no' as const) : ('yes' as const)
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1)
  const hrefOf = (to: number) => `?${new URLSearchParams({ ...Object.fromEntries(search), page: String(to) })}`
  return { query: { waiting, page, per: PER }, hrefOf }
}

export type QueueProps<Row> = Pick<DataTableProps<Row>, 'columns' | 'keyOf'> & {
  queue: ReturnType<typeof useQueue>
  /** What the list is called, what its two ways are called, and what is said where nothing waits. */
  words: Record<'title' | 'all' | 'waiting' | 'none' | 'noneSays', string>
  found: { rows: readonly Row[]; total: number } | undefined
  error: unknown
  onAgain: () => void
  /** Ways to other queues, above the list. */
  links?: ReactNode
  /** How the table is framed: where something is decided in it. */
  frame?: (table: ReactNode) => ReactNode
}

export function Queue<Row>({ queue, words, found, error, onAgain, links, frame, ...table }: QueueProps<Row>) {
  if (error) return <Trouble error={error} onAgain={onAgain} />
  if (!found) return <Loading />
  const { waiting, page, per } = queue.query
  const shown = (
    <DataTable<Row>
      {...table}
      caption={words.title}
      captionHidden
      empty={
        <Empty title={words.none}>
          <p>{words.noneSays}</p>
        </Empty>
      }
      paging={{ page, per, total: found.total, hrefOf: queue.hrefOf }}
      rows={found.rows}
    />
  )
  return (
    <div className="stack">
      {links}
      <p>
        <Link to={waiting === 'yes' ? '?all=1' : '?'}>{words[waiting === 'yes' ? 'all' : 'waiting']}</Link>
      </p>
      {frame ? frame(shown) : shown}
    </div>
  )
}
