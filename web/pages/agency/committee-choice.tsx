// Does the agency name the committee, or is it drawn by lot from everybody of a field?
import { useTranslation } from 'react-i18next'
import { FIELD_IDS, FIELDS, type Field } from '../../../src/domain/evaluators/fields.ts'
import { PEOPLE_PER_SEAT, PER_YEAR, type PoolRule } from '../../../src/domain/evaluators/pool.ts'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { CommitteePicker } from './committee-picker.tsx'

type Props = {
  chosen: string[]
  pool: PoolRule | null
  onChange: (chosen: string[], pool: PoolRule | null) => void
}

const number = (typed: string): number => (/^\d{1,3}$/.test(typed) ? Number(typed) : 0)

function Strata({ pool, onChange }: { pool: PoolRule; onChange: (pool: PoolRule) => void }) {
  const { t, i18n } = useTranslation()
  const { data, error, refetch } = useAsk(ENDPOINTS.readPoolSizes, { query: { perYear: Math.max(1, pool.perYear) } })
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  const seatsOf = (field: Field) => pool.strata.find((s) => s.field === field)?.seats ?? 0
  const set = (field: Field, seats: number) => {
    const strata = FIELD_IDS.map((id) => ({ field: id, seats: id === field ? seats : seatsOf(id) }))
    onChange({ ...pool, strata: strata.filter((s) => s.seats > 0) })
  }
  return (
    <div className="stack">
      <p className="note">{t('agency.committee.lotSays', { count: PEOPLE_PER_SEAT })}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELD_IDS.map((field) => {
          const people = data.fields.find((f) => f.field === field)?.people ?? 0
          const seats = seatsOf(field)
          return (
            <TextField
              error={people < seats * PEOPLE_PER_SEAT ? t('agency.committee.tooFew') : undefined}
              hint={t('agency.committee.people', { count: people })}
              inputMode="numeric"
              key={field}
              label={inLanguage(FIELDS[field], i18n.language)}
              num
              onChange={(typed) => set(field, number(typed))}
              value={seats === 0 ? '' : String(seats)}
            />
          )
        })}
        <TextField
          hint={t('agency.committee.perYearHint')}
          inputMode="numeric"
          label={t('agency.committee.perYear')}
          num
          onChange={(typed) => onChange({ ...pool, perYear: number(typed) })}
          value={pool.perYear === 0 ? '' : String(pool.perYear)}
        />
      </div>
      <p className="font-semibold tnum" role="status">
        {t('agency.committee.seats', { count: pool.strata.reduce((sum, s) => sum + s.seats, 0) })}
      </p>
    </div>
  )
}

export function CommitteeChoice({ chosen, pool, onChange }: Props) {
  const { t } = useTranslation()
  const ways = [
    { id: 'named', checked: pool === null, take: () => onChange(chosen, null) },
    { id: 'lot', checked: pool !== null, take: () => onChange([], pool ?? { strata: [], perYear: PER_YEAR }) },
  ] as const
  return (
    <div className="stack">
      <fieldset className="flex flex-wrap gap-x-6 gap-y-2">
        <legend className="sr-only">{t('agency.committee.how')}</legend>
        {ways.map(({ id, checked, take }) => (
          <label className="flex min-h-11 cursor-pointer items-center gap-3" key={id}>
            <input
              checked={checked}
              className="size-5 accent-primary"
              name="committee-way"
              onChange={take}
              type="radio"
            />
            <span>{t(`agency.committee.way.${id}`)}</span>
          </label>
        ))}
      </fieldset>
      {pool ? (
        <fieldset className="stack" id="draft-evaluators" tabIndex={-1}>
          <legend className="sr-only">{t('agency.committee.title')}</legend>
          <Strata onChange={(changed) => onChange([], changed)} pool={pool} />
        </fieldset>
      ) : (
        <>
          <p className="note">{t('agency.committee.says')}</p>
          <CommitteePicker chosen={chosen} onChange={(evaluators) => onChange(evaluators, null)} />
        </>
      )}
    </div>
  )
}
