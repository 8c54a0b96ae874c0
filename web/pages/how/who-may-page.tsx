// Who may do what? The table of powers that the server asks before every act, with the second person where one is needed.
import { Check } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { POWERS, type Power, powerRow, ROLE_WORDS, ROLES, type Role } from '../../../src/domain/powers.ts'
import { inLanguage } from '../../i18n.ts'
import { type Column, DataTable } from '../../parts/data-table.tsx'
import { PageHead } from '../../parts/page.tsx'

const ROWS = Object.keys(POWERS) as Power[]

const holds = (power: Power, role: Role): boolean => {
  const { who } = POWERS[power] as { who: readonly Role[] | string }
  return who === 'public' || who === 'signedIn' || (Array.isArray(who) && who.includes(role))
}

export function Page() {
  const { t, i18n } = useTranslation()
  const says = (power: Power) => inLanguage(POWERS[power].says, i18n.language)
  const mark = (yes: boolean) =>
    yes ? (
      <>
        <Check aria-hidden="true" className="inline text-good" size={20} />
        <span className="sr-only">{t('how.whoMay.yes')}</span>
      </>
    ) : null
  const limit = (power: Power) => {
    const { who, relation } = POWERS[power] as { who: unknown; relation: string }
    return who === 'signature' ? t('how.whoMay.signature') : t(`how.whoMay.relation.${relation}`)
  }
  const second = (power: Power) =>
    (powerRow(power).second ?? [])
      .map(({ who, relation }) => {
        const roles = who.map((role) => inLanguage(ROLE_WORDS[role], i18n.language)).join(', ')
        return `${roles} (${t(`how.whoMay.relation.${relation}`)})`
      })
      .join(t('how.whoMay.or'))
  const states = (power: Power) => (powerRow(power).states ?? []).map((state) => t(`parts.state.${state}`)).join(', ')
  /** A phone shows the heading beside each cell, and it must not stand there alone. */
  const orNone = (of: (power: Power) => string) => (power: Power) => of(power) || t('how.whoMay.relation.any')
  const roleColumn = (role: Role): Column<Power> => ({
    id: role,
    head: inLanguage(ROLE_WORDS[role], i18n.language),
    text: (power) => (holds(power, role) ? t('how.whoMay.yes') : ''),
    cell: (power) => mark(holds(power, role)),
  })
  const everybody = (power: Power) => POWERS[power].who === 'public'
  return (
    <>
      <PageHead lead={t('how.whoMay.lead')} title={t('how.whoMay.title')} />
      <div className="stack">
        <DataTable
          caption={t('how.whoMay.title')}
          captionHidden
          columns={[
            { id: 'act', head: t('how.whoMay.act'), names: true, text: says, cell: says },
            {
              id: 'public',
              head: t('how.whoMay.roles.public'),
              text: (power) => (everybody(power) ? t('how.whoMay.yes') : ''),
              cell: (power) => mark(everybody(power)),
            },
            ...ROLES.map(roleColumn),
            { id: 'limit', head: t('how.whoMay.limit'), text: limit, cell: limit },
            { id: 'states', head: t('how.whoMay.states'), text: orNone(states), cell: orNone(states), wide: true },
            { id: 'second', head: t('how.whoMay.second'), text: orNone(second), cell: orNone(second), wide: true },
          ]}
          fileName="madang-powers"
          keyOf={(power) => power}
          scrolls
          rows={ROWS}
        />
        <p className="prose note">{t('how.whoMay.note')}</p>
      </div>
    </>
  )
}
