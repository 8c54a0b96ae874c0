// How is a fingerprint shown so that a person can compare it, and copied so that no character is lost?
import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

export type HashTextProps = {
  value: string
  /** What it is the fingerprint of: the copy button's name for a screen reader. */
  name: string
  /** Show this many characters at first and the rest on demand; the whole is always copied. */
  first?: number
}

const groups = (text: string): string[] => text.match(/.{1,4}/g) ?? []

export function HashText({ value, name, first }: HashTextProps) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const code = useRef<HTMLElement>(null)
  const copy = async () => {
    // Without a secure address there is no clipboard: the text is marked, for the hand to copy.
    if (!navigator.clipboard) {
      if (code.current) getSelection()?.selectAllChildren(code.current)
      return
    }
    await navigator.clipboard.writeText(value)
    setCopied(true)
    setTimeout(() => setCopied(false), 2000)
  }
  const shown = first !== undefined && value.length > first ? value.slice(0, first) : value
  return (
    <span>
      {/* The groups are apart by margin alone: text selected by hand has no spaces in it. */}
      <code className="break-all" ref={code} title={value}>
        {groups(shown).map((group, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: groups of one value do not move
          <span className="me-1.5 inline-block last:me-0" key={i}>
            {group}
          </span>
        ))}
        {shown !== value && '…'}
      </code>
      <button
        aria-label={copied ? t('parts.hash.copied') : t('parts.hash.copyNamed', { name })}
        className="no-print ms-1 inline-flex size-8 max-sm:size-11 pointer-coarse:size-11 align-middle items-center justify-center rounded-md border border-transparent text-muted hover:bg-sunken hover:text-ink"
        onClick={() => void copy()}
        type="button"
      >
        {copied ? <Check aria-hidden="true" size={16} /> : <Copy aria-hidden="true" size={16} />}
      </button>
    </span>
  )
}
