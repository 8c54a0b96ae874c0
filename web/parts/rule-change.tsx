// Old and new rule side by side, fetched with its words by whoever has such a change to look at.
import { lazy, Suspense } from 'react'
import { needWords } from '../i18n.ts'
import type { Decides } from './rule-difference.tsx'

const RuleDifference = lazy(async () => {
  const [part] = await Promise.all([import('./rule-difference.tsx'), needWords(['amended'])])
  return { default: part.RuleDifference }
})

const isDeciding = (value: unknown): value is Decides =>
  typeof value === 'object' && value !== null && 'rule' in value && 'method' in value && 'budget' in value

/** Nothing where either is no rule with its method and budget. */
export function RuleChange({ before, after, name }: { before: unknown; after: unknown; name: string }) {
  if (!isDeciding(before) || !isDeciding(after)) return null
  return (
    <Suspense fallback={null}>
      <RuleDifference after={after} before={before} name={name} />
    </Suspense>
  )
}
