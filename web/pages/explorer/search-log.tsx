// To which entry or tender does one want to go? A number is a place in the log; a notice number is a tender.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/text-field.tsx'

const TENDER = /^(R\d{2}[A-Z]{2}\d{8})(-\d{3})?$/

export function SearchLog({ entry }: { entry: number | null }) {
  const { t } = useTranslation()
  const go = useNavigate()
  const [typed, setTyped] = useState(entry === null ? '' : String(entry))
  const [wrong, setWrong] = useState(false)
  return (
    <search>
      <form
        className="flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          const text = typed.trim().toUpperCase()
          const tender = TENDER.exec(text)?.[1]
          setWrong(false)
          if (tender) void go(`/tenders/${tender}?tab=log`)
          else if (/^\d{1,15}$/.test(text)) void go(`/log?entry=${Number(text)}`)
          else setWrong(true)
        }}
      >
        <TextField
          error={wrong ? t('explorer.search.wrong') : null}
          hint={t('explorer.search.hint')}
          label={t('explorer.search.label')}
          onChange={setTyped}
          value={typed}
        />
        <Button type="submit">{t('explorer.search.go')}</Button>
      </form>
    </search>
  )
}
