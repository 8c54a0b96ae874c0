// What is written in every row of a room's table? Looked up once for all of them, since hundreds of rows change at once.
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { EnvelopeState } from '../../../src/domain/room/rows.ts'
import type { RowLook } from './ranking-row.tsx'

const COLUMNS = ['price', 'technical', 'points', 'total'] as const
const LOOKS: readonly (RowLook | 'unchecked')[] = [
  'failed',
  'malformed',
  'excluded',
  'checking',
  'sealed',
  'opened',
  'same',
  'differs',
  'unchecked',
]
const STATES: readonly EnvelopeState[] = ['sealed', 'checking', 'opened', 'malformed', 'failed', 'unopened']
const REASONS = [
  'technical-malformed',
  'below-pass-mark',
  'price-malformed',
  'price-not-opened',
  'over-ceiling',
  'no-lowest-price',
  'below-total-mark',
  'picks-malformed',
  'over-planned-price',
  'below-floor',
  'below-net-cost-line',
  'not-examined',
  'examination-failed',
]

export type RowWords = {
  own: string
  tied: string
  column: Readonly<Record<(typeof COLUMNS)[number], string>>
  look: Readonly<Record<RowLook | 'unchecked', string>>
  noPrice: Readonly<Record<EnvelopeState, string>>
  /** Why a bid is out, by the codes that there are words for. */
  why: ReadonlyMap<string, string>
  no: (no: number) => string
  details: (name: string) => string
}

const each = <K extends string>(keys: readonly K[], say: (key: K) => string): Record<K, string> =>
  Object.fromEntries(keys.map((key) => [key, say(key)])) as Record<K, string>

/** A function that says the same thing of the same thing without asking again. */
function kept<A extends string | number>(say: (of: A) => string): (of: A) => string {
  const said = new Map<A, string>()
  return (of) => {
    const before = said.get(of)
    if (before !== undefined) return before
    const now = say(of)
    said.set(of, now)
    return now
  }
}

/** The words of the rows in the present language; the same object until the language changes. */
export function useRowWords(): RowWords {
  const { t } = useTranslation()
  return useMemo(
    () => ({
      own: t('room.own'),
      tied: t('room.tied'),
      column: each(COLUMNS, (column) => t(`room.column.${column}`)),
      look: each(LOOKS, (look) => (look === 'excluded' ? '' : t(`room.look.${look}`))),
      noPrice: each(STATES, (state) => t(`room.noPrice.${state}`)),
      why: new Map(REASONS.map((code) => [code, t(`room.why.${code}`)])),
      no: kept((no: number) => t('room.wall.no', { no })),
      details: kept((name: string) => t('room.details', { name })),
    }),
    [t],
  )
}
