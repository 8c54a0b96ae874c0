// Who bids together, and which share of the work has each? Asked where the rule puts members' records together.
import { useTranslation } from 'react-i18next'
import { MOST_MEMBERS, MOST_NAME } from '../../../src/domain/bids/members.ts'
import { TextField } from '../../parts/text-field.tsx'
import type { MemberRow } from './bid-content.ts'

type Props = {
  /** Null: the bidder is on its own. */
  members: MemberRow[] | null
  onChange: (members: MemberRow[] | null) => void
  /** What is wrong, in words. */
  wrong: readonly string[]
}

const EMPTY: MemberRow = { name: '', number: '', share: '' }

export function MembersField({ members, onChange, wrong }: Props) {
  const { t } = useTranslation()
  const rows = members ?? []
  const set = (at: number, change: Partial<MemberRow>) =>
    onChange(rows.map((row, n) => (n === at ? { ...row, ...change } : row)))
  return (
    <fieldset className="stack" id="bid-members" tabIndex={-1}>
      <legend className="mb-2 font-bold">{t('supplier.members.title')}</legend>
      <p className="note">{t('supplier.members.says')}</p>
      <label className="flex min-h-11 cursor-pointer items-center gap-3">
        <input
          checked={members !== null}
          className="size-5 accent-primary"
          onChange={(event) => onChange(event.target.checked ? [EMPTY, EMPTY] : null)}
          type="checkbox"
        />
        <span>{t('supplier.members.together')}</span>
      </label>
      {wrong.length > 0 && (
        <ul className="font-semibold text-bad">
          {[...new Set(wrong)].map((says) => (
            <li key={says}>{says}</li>
          ))}
        </ul>
      )}
      {rows.map((row, n) => (
        <div
          className="grid items-end gap-3 rounded-card border border-line p-3 sm:grid-cols-[2fr_1fr_6rem_auto]"
          // biome-ignore lint/suspicious/noArrayIndexKey: members are told apart by their place alone
          key={n}
        >
          <TextField
            label={t('supplier.members.name', { n: n + 1 })}
            maxLength={MOST_NAME}
            onChange={(name) => set(n, { name })}
            value={row.name}
          />
          <TextField
            label={t('supplier.members.number', { n: n + 1 })}
            maxLength={MOST_NAME}
            onChange={(number) => set(n, { number })}
            value={row.number}
          />
          <TextField
            inputMode="decimal"
            label={t('supplier.members.share', { n: n + 1 })}
            num
            onChange={(typed) => set(n, { share: typed.replace(/[\s%]/g, '') })}
            value={row.share}
          />
          <button
            className="btn btn-quiet btn-small"
            disabled={rows.length <= 2}
            onClick={() => onChange(rows.filter((_, at) => at !== n))}
            type="button"
          >
            {t('supplier.members.remove', { n: n + 1 })}
          </button>
        </div>
      ))}
      {members !== null && rows.length < MOST_MEMBERS && (
        <p>
          <button className="btn btn-quiet btn-small" onClick={() => onChange([...rows, EMPTY])} type="button">
            {t('supplier.members.add')}
          </button>
        </p>
      )}
    </fieldset>
  )
}
