// How can somebody show that a decision about them was taken? What opens its sealed entry in the public log.
import { Link } from 'react-router'
import type { Opening } from '../../src/domain/evaluators/field-decision.ts'

/** @param words in the page's language: the line that opens it, what it is good for, and what both texts are called */
export function SealedEntry({
  sealed,
  words,
}: {
  sealed: Opening
  words: Record<'title' | 'says' | 'salt' | 'text', string>
}) {
  return (
    <details>
      <summary>{words.title}</summary>
      <div className="stack mt-2">
        <p className="note prose">
          {words.says} <Link to={`/log?entry=${sealed.index}`}>#{sealed.index}</Link>
        </p>
        <p>
          {words.salt} <code className="break-all">{sealed.salt}</code>
        </p>
        <p>
          {words.text} <code className="break-all">{sealed.text}</code>
        </p>
      </div>
    </details>
  )
}
