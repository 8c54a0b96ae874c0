// How is an amount of money written? In full with separators; short on cards; in Hangul on legal pages.
import { numberToHangul } from 'es-hangul'
import { useTranslation } from 'react-i18next'

export type MoneyProps = {
  /** Whole units as text, "1812340000"; never a Number. */
  amount: string
  currency?: string
  /** `short` "18.12억" / "₩1.81bn"; `legal` adds "일금 …원정". */
  form?: 'full' | 'short' | 'legal'
}

const SIGNS: Readonly<Record<string, string>> = { KRW: '₩', USD: '$', EUR: '€', GBP: '£', JPY: '¥' }

/** Digits in threes: "1812340000" → "1,812,340,000". Decimals stay as they are. */
export function grouped(amount: string): string {
  const [whole = '', decimals] = amount.split('.')
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return decimals === undefined ? text : `${text}.${decimals}`
}

/** A whole number divided by 10^places, cut to two decimals: the card's figure is never larger than the amount. */
const cut = (amount: string, places: number): string => {
  const whole = amount.slice(0, -places)
  const decimals = amount.slice(-places).slice(0, 2).replace(/0+$/, '')
  return decimals === '' ? grouped(whole) : `${grouped(whole)}.${decimals}`
}

/** "1812340000" → "18.12억", "₩1.81bn"; small amounts stay whole. */
export function shortMoney(amount: string, language: string, currency = 'KRW'): string {
  const whole = amount.split('.')[0] ?? ''
  const sign = SIGNS[currency] ?? `${currency} `
  if (language === 'en') {
    if (whole.length > 9) return `${sign}${cut(whole, 9)}bn`
    return whole.length > 6 ? `${sign}${cut(whole, 6)}m` : `${sign}${grouped(amount)}`
  }
  if (currency !== 'KRW') return `${sign}${grouped(amount)}`
  if (whole.length > 12) return `${cut(whole, 12)}조`
  if (whole.length > 8) return `${cut(whole, 8)}억`
  return whole.length > 4 ? `${cut(whole, 4)}만` : `${grouped(amount)}원`
}

/** "1812340000" → "일금 십팔억천이백삼십사만원정": how an amount stands in a Korean contract. */
export const hangulMoney = (amount: string): string => `일금 ${numberToHangul(Number(amount))}원정`

export function Money({ amount, currency = 'KRW', form = 'full' }: MoneyProps) {
  const { i18n } = useTranslation()
  const full = `${SIGNS[currency] ?? `${currency} `}${grouped(amount)}`
  if (form === 'short')
    return (
      <span className="tnum whitespace-nowrap" title={full}>
        {shortMoney(amount, i18n.language, currency)}
      </span>
    )
  return (
    <span>
      <span className="tnum whitespace-nowrap">{full}</span>
      {form === 'legal' && currency === 'KRW' && i18n.language !== 'en' && (
        <span className="text-muted"> ({hangulMoney(amount)})</span>
      )}
    </span>
  )
}
