// Which envelopes of a tender are open, with what came of each, and which files do they bring?
import { useTranslation } from 'react-i18next'
import { writtenMembers } from '../../../src/domain/bids/members.ts'
import type { Keyset } from '../../../src/proof/keyset.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Money } from '../../parts/money.tsx'
import { percentOf } from '../../percent.ts'
import { nameOf } from './names.ts'
import { OpenedFiles } from './opened-files.tsx'
import type { View } from './use-tender.ts'

type Envelope = NonNullable<View['envelopes']>[number]

const amountIn = (envelope: Envelope): string | null =>
  typeof envelope.body?.amount === 'string' ? envelope.body.amount : null

/** "Alpha 60 %, Beta 40 %": the members of a consortium as its bid names them. */
const membersSay = (e: Envelope): string =>
  (writtenMembers(e.body) ?? []).map(({ name, share }) => `${name} ${percentOf(share)} %`).join(', ')

function Opened({ view, kind }: { view: View; kind: 'technical' | 'price' }) {
  const { t, i18n } = useTranslation()
  const envelopes = view.envelopes?.filter((e) => e.kind === kind) ?? []
  const keyset = view.keysets.find((k) => k.kind === kind)?.keyset as Keyset | undefined
  const turned = view.releases?.filter((r) => r.kind === kind) ?? []
  if (envelopes.length === 0) return null
  const stateOf = (e: Envelope) =>
    e.state === 'malformed' ? t('tender.opening.malformed', { why: e.reason ?? '' }) : t(`tender.opening.${e.state}`)
  return (
    <section className="stack">
      <h2>{t(`tender.opening.${kind}`)}</h2>
      <p>
        {t('tender.opening.turned', { turned: turned.length, t: keyset?.t ?? 0, n: keyset?.n ?? 0 })}{' '}
        <span className="note">{turned.map((r) => nameOf(view, r.custodian, i18n.language)).join(', ')}</span>
      </p>
      <DataTable<Envelope>
        caption={t(`tender.opening.${kind}`)}
        captionHidden
        columns={[
          {
            id: 'bidder',
            head: t('tender.bidder'),
            names: true,
            cell: (e) => nameOf(view, e.bidder, i18n.language),
            text: (e) => nameOf(view, e.bidder, i18n.language),
          },
          { id: 'state', head: t('tender.opening.state'), cell: stateOf, text: stateOf },
          ...(kind === 'price'
            ? [
                {
                  id: 'amount',
                  head: t('tender.award.amount'),
                  num: true,
                  cell: (e: Envelope) => {
                    const amount = amountIn(e)
                    return amount === null ? '–' : <Money amount={amount} />
                  },
                  text: (e: Envelope) => amountIn(e) ?? '',
                },
              ]
            : []),
          ...(kind === 'technical' && envelopes.some((e) => writtenMembers(e.body) !== null)
            ? [
                {
                  id: 'members',
                  head: t('tender.opening.members'),
                  cell: (e: Envelope) => membersSay(e) || '–',
                  text: membersSay,
                },
              ]
            : []),
        ]}
        fileName={`opened-${kind}-${view.no}`}
        keyOf={(e) => e.eid}
        rows={envelopes}
      />
    </section>
  )
}

export function OpenedParts({ view }: { view: View }) {
  return (
    <>
      <Opened kind="technical" view={view} />
      <Opened kind="price" view={view} />
      <OpenedFiles view={view} />
    </>
  )
}
