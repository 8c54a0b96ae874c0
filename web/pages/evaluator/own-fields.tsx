// In which fields does this evaluator judge? Said once; pools that come are made from it.
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { FIELD_IDS, FIELDS, type Field } from '../../../src/domain/evaluators/fields.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { SealedEntry } from '../../parts/sealed-entry.tsx'
import { Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { useSend } from '../../parts/use-send.ts'

type Own = ReplyOf<(typeof ENDPOINTS)['readOwnFields']>

const LOOK = {
  declared: 'bg-warn-soft text-warn',
  confirmed: 'bg-good-soft text-good',
  refused: 'bg-bad-soft text-bad',
} as const

function Fields({ own }: { own: Own }) {
  const { t, i18n } = useTranslation()
  const [fields, setFields] = useState<Field[]>(own.fields)
  const [saved, setSaved] = useState(false)
  const [grounds, setGrounds] = useState('')
  const standing = new Map(own.standing.map((row) => [row.field, row]))
  const fresh = fields.some((field) => !standing.has(field))
  const { busy, problem, send } = useSend()
  const toggle = (field: Field) => {
    setSaved(false)
    setFields(fields.includes(field) ? fields.filter((one) => one !== field) : [...fields, field])
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setSaved((await send(() => ask(ENDPOINTS.saveOwnFields, { body: { fields, ...(fresh && { grounds }) } }))) !== null)
  }
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)}>
      <h2>{t('evaluator.fields.title')}</h2>
      <p className="note">{t('evaluator.fields.says')}</p>
      <ErrorSummary problem={problem} />
      <fieldset>
        <legend className="sr-only">{t('evaluator.fields.title')}</legend>
        <ul className="grid gap-2 sm:grid-cols-2">
          {FIELD_IDS.map((field) => (
            <li key={field}>
              <label className="flex min-h-11 cursor-pointer items-center gap-3 rounded-card border border-line px-3 has-checked:border-primary has-checked:bg-primary-soft">
                <input
                  checked={fields.includes(field)}
                  className="size-5 accent-primary"
                  onChange={() => toggle(field)}
                  type="checkbox"
                />
                <span className="grow">{inLanguage(FIELDS[field], i18n.language)}</span>
                {standing.has(field) && (
                  <span className={`tag ${LOOK[standing.get(field)?.state ?? 'declared']}`}>
                    {t(`evaluator.fields.state.${standing.get(field)?.state ?? 'declared'}`)}
                  </span>
                )}
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      {own.standing
        .filter((row) => row.state === 'refused')
        .map((row) => (
          <p className="note break-words" key={row.field}>
            {t('evaluator.fields.refused', { field: inLanguage(FIELDS[row.field], i18n.language), why: row.statement })}
          </p>
        ))}
      {own.standing.map(
        ({ field, sealed }) =>
          sealed && (
            <SealedEntry
              key={field}
              sealed={sealed}
              words={{
                title: t('evaluator.fields.sealed', {
                  name: inLanguage(FIELDS[field], i18n.language),
                  index: sealed.index,
                }),
                says: t('evaluator.fields.sealedSays'),
                salt: t('evaluator.fields.salt'),
                text: t('evaluator.fields.text'),
              }}
            />
          ),
      )}
      {fresh && (
        <TextField
          hint={t('evaluator.fields.groundsHint')}
          label={t('evaluator.fields.grounds')}
          maxLength={1000}
          onChange={setGrounds}
          rows={3}
          value={grounds}
        />
      )}
      {!own.key && (
        <p className="note">
          {t('evaluator.fields.noKey')} <Link to="/keys">{t('evaluator.fields.keys')}</Link>
        </p>
      )}
      <p className="tnum">{t('evaluator.fields.year', { year: own.year, count: own.appointments })}</p>
      <p className="flex flex-wrap items-center gap-3">
        <Button isPending={busy} type="submit">
          {t('evaluator.fields.save')}
        </Button>
        <span className="note" role="status">
          {saved && t('evaluator.fields.saved')}
        </span>
      </p>
    </form>
  )
}

export function OwnFields() {
  const { data, error, refetch } = useAsk(ENDPOINTS.readOwnFields, {})
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  return data ? <Fields own={data} /> : <Loading />
}
