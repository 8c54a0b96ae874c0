// Where are tenders searched for? One box, on the first page and above the list.
import { Search } from 'lucide-react'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'

export function SearchBox({
  text,
  onSearch,
  labelHidden = false,
}: {
  text: string
  onSearch: (text: string) => void
  labelHidden?: boolean
}) {
  const { t } = useTranslation()
  const id = useId()
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSearch(typed.trim())
  }
  return (
    <search>
      <form action="/tenders" className="flex flex-col gap-1" onSubmit={submit}>
        <label className={labelHidden ? 'sr-only' : 'field-label'} htmlFor={id}>
          {t('tenders.search.label')}
        </label>
        <div className="flex min-w-0 gap-2">
          <input
            autoComplete="off"
            className="field min-w-0 flex-1"
            enterKeyHint="search"
            id={id}
            maxLength={200}
            name="text"
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              // While Hangul is being composed, Enter ends the syllable and not the search.
              if (event.key === 'Enter' && event.nativeEvent.isComposing) event.preventDefault()
            }}
            placeholder={t('tenders.search.example')}
            type="search"
            value={typed}
          />
          <button className="btn shrink-0" type="submit">
            <Search aria-hidden="true" size={20} />
            <span className="max-sm:sr-only">{t('tenders.search.button')}</span>
          </button>
        </div>
      </form>
    </search>
  )
}
