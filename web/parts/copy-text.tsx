// How does a person take a long text along whole, such as a link that is shown once? By a button, which says whether it did.
import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { Button } from './button.tsx'

export type CopyTextProps = {
  text: string
  says: string
  /** What is said once it is copied, and where it could only be marked for the hand. */
  copied: string
  marked: string
}

export function CopyText({ text, says, ...result }: CopyTextProps) {
  const [done, setDone] = useState<'copied' | 'marked' | null>(null)
  const code = useRef<HTMLElement>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setDone('copied')
    } catch {
      // Without a secure address, or without leave, there is no clipboard: the text is marked, for the hand to copy.
      if (code.current) getSelection()?.selectAllChildren(code.current)
      setDone('marked')
    }
  }
  return (
    <div className="stack">
      <p>
        <code className="break-all" ref={code}>
          {text}
        </code>
      </p>
      <p className="flex flex-wrap items-center gap-3">
        <Button kind="quiet" onPress={() => void copy()} small>
          {done === 'copied' ? <Check aria-hidden="true" size={16} /> : <Copy aria-hidden="true" size={16} />} {says}
        </Button>
        <span role="status">{done && result[done]}</span>
      </p>
    </div>
  )
}
