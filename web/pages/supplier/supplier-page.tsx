// For which tenders can this firm bid, and where does it stand in each?
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { ask, ENDPOINTS, useAsk } from '../../call.ts'
import { inLanguage } from '../../i18n.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Deadline } from '../../parts/deadline.tsx'
import { KeyGate } from '../../parts/key-gate.tsx'
import { Money } from '../../parts/money.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { useSigningKey } from '../../use-signing-key.ts'

type Tender = ReplyOf<(typeof ENDPOINTS)['listTenders']>['tenders'][number]
type Own = ReplyOf<(typeof ENDPOINTS)['listOwnBids']>['bids'][number]

function Tenders({ caption, tenders, own }: { caption: string; tenders: readonly Tender[]; own: Map<string, Own> }) {
  const { t, i18n } = useTranslation()
  const stands = (no: string) => t(`supplier.stands.${own.get(no)?.stands ?? 'none'}`)
  return (
    <DataTable<Tender>
      caption={caption}
      captionHidden
      columns={[
        {
          id: 'title',
          head: t('supplier.list.tender'),
          names: true,
          cell: (tender) => (
            <>
              <Link to={`/s/${tender.no}`}>{inLanguage(tender.title, i18n.language)}</Link>
              <br />
              <span className="note tnum">{tender.no}</span>
            </>
          ),
          text: (tender) => `${inLanguage(tender.title, i18n.language)} ${tender.no}`,
        },
        {
          id: 'agency',
          head: t('supplier.list.agency'),
          cell: (tender) => inLanguage(tender.agency.name, i18n.language),
          text: (tender) => inLanguage(tender.agency.name, i18n.language),
        },
        {
          id: 'budget',
          head: t('supplier.list.budget'),
          num: true,
          cell: (tender) => <Money amount={tender.budget.amount} form="short" />,
          text: (tender) => tender.budget.amount,
        },
        {
          id: 'deadline',
          head: t('supplier.list.deadline'),
          cell: (tender) =>
            tender.status === 'open' ? <Deadline at={tender.deadline} compact /> : <StatusTag status={tender.status} />,
          text: (tender) => tender.deadline,
        },
        {
          id: 'own',
          head: t('supplier.list.own'),
          cell: (tender) => <strong>{stands(tender.no)}</strong>,
          text: (tender) => stands(tender.no),
        },
      ]}
      empty={<Empty title={t('supplier.list.none')} />}
      fileName="tenders"
      keyOf={(tender) => tender.no}
      marked={(tender) => own.get(tender.no)?.stands === 'submission'}
      rows={tenders}
    />
  )
}

/** The tenders of own bids that are no longer open; each is asked for by its number. */
function usePast(own: readonly Own[], open: readonly Tender[]) {
  const numbers = own.map((bid) => bid.tender).filter((no) => !open.some((tender) => tender.no === no))
  return useQuery({
    queryKey: ['past', ...numbers],
    queryFn: async () => {
      const answers = await Promise.all(numbers.map((no) => ask(ENDPOINTS.readTender, { params: { no } })))
      return answers.flatMap((answer): Tender[] => (answer.ok ? [answer.body] : [])).reverse()
    },
    enabled: numbers.length > 0,
    staleTime: 10_000,
  })
}

function Lists() {
  const { t } = useTranslation()
  const signing = useSigningKey()
  const open = useAsk(ENDPOINTS.listTenders, { query: { status: 'open', per: 100 } }, { every: 30_000 })
  const own = useAsk(ENDPOINTS.listOwnBids, {}, { every: 30_000 })
  const past = usePast(own.data?.bids ?? [], open.data?.tenders ?? [])
  const error = open.error ?? own.error
  if (error) return <Trouble error={error} onAgain={() => void Promise.all([open.refetch(), own.refetch()])} />
  if (!open.data || !own.data) return <Loading />
  const standing = new Map(own.data.bids.map((bid) => [bid.tender, bid]))
  return (
    <div className="stack gap-10">
      <KeyGate signing={signing} />
      <section className="stack">
        <h2>{t('supplier.list.open', { count: open.data.total })}</h2>
        <Tenders caption={t('supplier.list.openCaption')} own={standing} tenders={open.data.tenders} />
      </section>
      {(past.data?.length ?? 0) > 0 && (
        <section className="stack">
          <h2>{t('supplier.list.past')}</h2>
          <Tenders caption={t('supplier.list.past')} own={standing} tenders={past.data ?? []} />
        </section>
      )}
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="supplier" title={t('supplier.title')}>
      {(person) => (
        <>
          <PageHead lead={t('supplier.lead')} title={t('supplier.title')}>
            <p className="note">{t('supplier.who', { name: person.name, org: person.org })}</p>
          </PageHead>
          <Lists />
        </>
      )}
    </RoleGate>
  )
}
