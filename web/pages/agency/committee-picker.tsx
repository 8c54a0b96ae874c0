// Who evaluates? Names from the pool, in the order of their seats.
import { useTranslation } from 'react-i18next'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'

export function CommitteePicker({ chosen, onChange }: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.listEvaluators, {})
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  if (data.evaluators.length === 0) return <Empty title={t('agency.committee.none')} />
  const toggle = (account: string) =>
    onChange(chosen.includes(account) ? chosen.filter((one) => one !== account) : [...chosen, account])
  return (
    <fieldset className="stack" id="draft-evaluators" tabIndex={-1}>
      <legend className="sr-only">{t('agency.committee.title')}</legend>
      <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {data.evaluators.map(({ account, name }) => {
          const seat = chosen.indexOf(account)
          return (
            <li key={account}>
              <label className="flex min-h-11 cursor-pointer items-center gap-3 rounded-card border border-line px-3 has-checked:border-primary has-checked:bg-primary-soft">
                <input
                  checked={seat >= 0}
                  className="size-5 accent-primary"
                  onChange={() => toggle(account)}
                  type="checkbox"
                />
                <span className="min-w-0 grow">{name}</span>
                {seat >= 0 && <strong className="tnum">E{seat + 1}</strong>}
              </label>
            </li>
          )
        })}
      </ul>
      <p className="flex flex-wrap items-center gap-3">
        <span className="font-semibold tnum" role="status">
          {t('agency.committee.chosen', { count: chosen.length })}
        </span>
        <button
          className="btn btn-quiet btn-small"
          onClick={() => onChange(data.evaluators.map((one) => one.account))}
          type="button"
        >
          {t('agency.committee.all')}
        </button>
      </p>
    </fieldset>
  )
}
