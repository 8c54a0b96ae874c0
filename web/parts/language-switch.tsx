// How does a visitor change the language? A button that is named in the language it leads to.
import { Languages } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { speak } from '../i18n.ts'

export function LanguageSwitch() {
  const { i18n } = useTranslation()
  const next = i18n.language === 'en' ? 'ko' : 'en'
  return (
    <button className="btn btn-quiet btn-small" lang={next} onClick={() => void speak(next)} type="button">
      <Languages aria-hidden="true" size={18} />
      {next === 'ko' ? '한국어' : 'English'}
    </button>
  )
}
