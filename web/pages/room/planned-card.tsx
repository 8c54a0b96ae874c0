// What is the planned price of this opening? The prices that were drawn, each with how often its number was picked, the drawn ones marked.
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { grouped, Money } from '../../parts/money.tsx'
import { Time } from '../../parts/time.tsx'
import { useScene } from './scene.ts'

export function PlannedCard() {
  const { t } = useTranslation()
  const { room, no } = useScene()
  const { planned, evaluation } = room
  if (!planned) return null
  const { prices, picked, slots, amount } = planned.payload
  const floor = evaluation?.ranking?.byPrice?.floor ?? null
  return (
    <section aria-labelledby="planned" className="card stack">
      <h2 id="planned">{t('room.planned.title')}</h2>
      <p className="note">
        <Time at={planned.at} form="exact" /> · {`#${planned.index}`}
      </p>
      <p className="font-bold text-[1.3rem]">
        <Money amount={amount} />
      </p>
      {floor !== null && (
        <p>
          {t('room.planned.floor')}: <Money amount={floor} />
        </p>
      )}
      <p>{t('room.planned.says', { slots: [...slots].sort((a, b) => a - b).join(', ') })}</p>
      <ol className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-2">
        {prices.map((price, i) => {
          const drawn = slots.includes(i + 1)
          return (
            <li
              className={`min-w-0 rounded-lg border p-2 text-center ${drawn ? 'border-primary bg-primary-soft font-bold' : 'border-line'}`}
              // biome-ignore lint/suspicious/noArrayIndexKey: the number is what names a price
              key={i}
            >
              <span className="note">{t('room.planned.number', { no: i + 1, count: picked[i] ?? 0 })}</span>
              <br />
              <span className="tnum break-words text-[0.85rem]">{grouped(price)}</span>
              {drawn && <span className="sr-only">{t('room.planned.drawn')}</span>}
            </li>
          )
        })}
      </ol>
      <p>
        <Link to={`/tenders/${no}?tab=award`}>{t('room.planned.working')}</Link>
      </p>
    </section>
  )
}
