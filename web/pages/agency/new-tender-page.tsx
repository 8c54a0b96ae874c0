// How does an officer begin a notice? By choosing a table of items and a method, then writing it.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { FORM_IDS, METHODS, PRICE_FORM_IDS, type PriceFormId } from '../../../src/domain/scoring/methods.ts'
import type { NegotiationId } from '../../../src/domain/scoring/negotiation-methods.ts'
import { ask, ENDPOINTS, keyOf, queries } from '../../call.ts'
import { serverNow } from '../../clock.ts'
import { inLanguage } from '../../i18n.ts'
import { Button } from '../../parts/button.tsx'
import type { Problem } from '../../parts/error-summary.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { DraftEditor } from './draft-editor.tsx'
import { type DraftForm, draftOf, freshForm } from './draft-form.ts'
import { TEMPLATES, type TemplateId } from './templates.ts'

type MethodId = NegotiationId | PriceFormId
/** A table of items, or none: then price decides alone. */
type Begin = TemplateId | 'price'

function Choose({ onChoose }: { onChoose: (template: TemplateId, method: MethodId) => void }) {
  const { t, i18n } = useTranslation()
  const [begin, setBegin] = useState<Begin>('services')
  const [method, setMethod] = useState<MethodId>('negotiation-national-90-10')
  const offered: readonly MethodId[] = begin === 'price' ? PRICE_FORM_IDS : FORM_IDS
  const choose = (next: Begin) => {
    setBegin(next)
    if ((next === 'price') !== (begin === 'price'))
      setMethod(next === 'price' ? 'small-quotation' : 'negotiation-national-90-10')
  }
  const choice =
    'flex cursor-pointer items-start gap-3 rounded-card border border-line p-4 has-checked:border-primary has-checked:bg-primary-soft'
  return (
    <div className="stack gap-8">
      <fieldset className="stack">
        <legend className="mb-3 font-bold text-[1.3rem]">{t('agency.new.template')}</legend>
        <div className="grid gap-3 sm:grid-cols-2">
          {(Object.keys(TEMPLATES) as TemplateId[]).map((id) => (
            <label className={choice} key={id}>
              <input
                checked={begin === id}
                className="mt-1 size-5 accent-primary"
                name="template"
                onChange={() => choose(id)}
                type="radio"
              />
              <span>
                <strong>{t(`agency.new.${id}`)}</strong>
                <br />
                <span className="note">
                  {TEMPLATES[id]
                    .filter((item) => !('parent' in item))
                    .map((item) => inLanguage(item.title, i18n.language))
                    .join(' · ')}
                </span>
              </span>
            </label>
          ))}
          <label className={choice}>
            <input
              checked={begin === 'price'}
              className="mt-1 size-5 accent-primary"
              name="template"
              onChange={() => choose('price')}
              type="radio"
            />
            <span>
              <strong>{t('agency.new.price')}</strong>
              <br />
              <span className="note">{t('agency.new.priceSays')}</span>
            </span>
          </label>
        </div>
      </fieldset>
      <fieldset className="stack">
        <legend className="mb-3 font-bold text-[1.3rem]">{t('agency.form.method')}</legend>
        <div className="grid gap-3 lg:grid-cols-2">
          {offered.map((id) => (
            <label className={choice} key={id}>
              <input
                checked={method === id}
                className="mt-1 size-5 shrink-0 accent-primary"
                name="method"
                onChange={() => setMethod(id)}
                type="radio"
              />
              <span className="min-w-0">
                <strong>{inLanguage(METHODS[id].title, i18n.language)}</strong>
                <br />
                <span className="note">{inLanguage(METHODS[id].says, i18n.language)}</span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <p>
        <Button onPress={() => onChoose(begin === 'price' ? 'goods' : begin, method)}>{t('agency.new.begin')}</Button>
      </p>
    </div>
  )
}

function Write({ first }: { first: DraftForm }) {
  const [form, setForm] = useState(first)
  const go = useNavigate()
  const save = async (): Promise<Problem | null> => {
    const answer = await ask(ENDPOINTS.createTender, { body: draftOf(form) })
    if (!answer.ok) return { errors: answer.errors, instance: String(answer.body.instance ?? '') }
    await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.listTenders) })
    void go(`/a/${answer.body.no}`)
    return null
  }
  return <DraftEditor dirty form={form} onChange={setForm} onSave={save} saved={false} />
}

export function Page() {
  const { t } = useTranslation()
  const [first, setFirst] = useState<DraftForm | null>(null)
  return (
    <RoleGate of="officer" title={t('agency.new.title')}>
      {() => (
        <>
          <PageHead
            crumbs={[{ to: '/a', says: t('agency.title') }]}
            lead={t(first ? 'agency.new.write' : 'agency.new.lead')}
            title={t('agency.new.title')}
          />
          {first ? (
            <Write first={first} />
          ) : (
            <Choose onChoose={(template, method) => setFirst(freshForm(template, method, serverNow()))} />
          )}
        </>
      )}
    </RoleGate>
  )
}
