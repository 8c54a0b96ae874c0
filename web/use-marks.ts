// How are marks saved while they are entered? What changed goes out together a moment after the last key, and nothing is forgotten.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Called } from '../src/api/client.ts'
import type { Endpoint } from '../src/api/endpoint.ts'
import type { ScoredItem } from '../src/domain/scoring/rule.ts'
import { type Cells, cellOf, markFault, memberLabel } from './marks.ts'
import type { Problem } from './parts/error-summary.tsx'

export type Mark = { bidder: string; item: string; member?: string | undefined; mark: string; comment: string }
export type SaveState = 'saved' | 'waiting' | 'saving' | 'refused' | 'offline'

const AFTER_MS = 700
const AGAIN_MS = 5_000

type Cell = { mark: string; comment: string }

export function useMarks(
  given: readonly Mark[],
  items: readonly ScoredItem[],
  save: (marks: Mark[]) => Promise<Called<Endpoint>>,
) {
  const [cells, setCells] = useState<ReadonlyMap<string, Cell>>(
    () =>
      new Map(
        given.map(({ bidder, item, member, mark, comment }) => [
          cellOf(member === undefined ? bidder : memberLabel(bidder, member), item),
          { mark, comment },
        ]),
      ),
  )
  const [state, setState] = useState<SaveState>('saved')
  const [problem, setProblem] = useState<Problem | null>(null)
  const changed = useRef(new Set<string>())
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const latest = useRef({ cells, save })
  latest.current = { cells, save }
  const byId = useRef(new Map<string, ScoredItem>())
  byId.current = new Map(items.map((item) => [item.id, item]))

  const flush = useCallback(async (): Promise<void> => {
    clearTimeout(timer.current)
    const good = [...changed.current].filter((key) => {
      const [, item = ''] = key.split(' ')
      const mark = latest.current.cells.get(key)?.mark ?? ''
      return mark !== '' && markFault(mark, byId.current.get(item) ?? { max: '0' }) === null
    })
    if (good.length === 0) {
      setState('saved')
      return
    }
    for (const key of good) changed.current.delete(key)
    const marks = good.map((key): Mark => {
      const [label = '', item = ''] = key.split(' ')
      const [bidder = '', member] = label.split('/')
      return { bidder, item, ...(member !== undefined && { member }), ...(latest.current.cells.get(key) as Cell) }
    })
    const back = () => {
      for (const key of good) changed.current.add(key)
    }
    setState('saving')
    try {
      const answer = await latest.current.save(marks)
      if (answer.ok) {
        setProblem(null)
        setState(changed.current.size > 0 ? 'waiting' : 'saved')
      } else {
        back()
        setProblem({ errors: answer.errors, instance: String(answer.body.instance ?? '') })
        setState('refused')
      }
    } catch {
      back()
      setState('offline')
      timer.current = setTimeout(() => void flush(), AGAIN_MS)
    }
  }, [])

  useEffect(() => () => void flush(), [flush])

  const change = (label: string, item: string, part: Partial<Cell>) => {
    const key = cellOf(label, item)
    setCells((before) => new Map(before).set(key, { mark: '', comment: '', ...before.get(key), ...part }))
    changed.current.add(key)
    setState('waiting')
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void flush(), AFTER_MS)
  }

  const marks: Cells = new Map([...cells].map(([key, cell]) => [key, cell.mark]))
  const commentOf = (label: string, item: string) => cells.get(cellOf(label, item))?.comment ?? ''
  return { marks, commentOf, change, flush, state, problem }
}
