// What has one done here that the public log bears out, how far has each act come, and where is its receipt?
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { Oneself } from '../../../src/domain/record/own-entries.ts'
import { fromUtf8, utf8 } from '../../../src/proof/bytes.ts'
import { canonical } from '../../../src/proof/canonical.ts'
import { sealedLeaf } from '../../../src/proof/leaf.ts'
import { readTlogProof, writeTlogProof } from '../../../src/proof/receipt.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { ask, ENDPOINTS, Refused } from '../../call.ts'
import { askLog } from '../../log/ask-log.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { Doubts } from '../../parts/doubts.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Forbidden, Loading, Trouble } from '../../parts/states.tsx'
import { Time } from '../../parts/time.tsx'
import { saveFile } from '../../save-file.ts'
import { type Person, useSession } from '../../session.ts'
import { signedBy } from '../../signed-here.ts'
import { decidedAbout, type Opened } from './decided.ts'
import { type ReceiptRow, receiptRows } from './own-acts.ts'
import { ReceiptStates } from './receipt-states.tsx'

/** What waits for the log or for its witnesses is looked for again. */
const AGAIN_MS = 4_000
const PER = 25

const bodyOf = <B,>(answer: { ok: true; body: B } | { ok: false }): B => {
  if (!answer.ok) throw new Refused(answer as never)
  return answer.body
}

/** What opens the decisions about one's organisation, and about the fields in which one judges. */
async function decisionsAbout(evaluator: boolean): Promise<Opened[]> {
  const { facts, history } = bodyOf(await ask(ENDPOINTS.readOwnOrganisation, {}))
  const fields = evaluator ? bodyOf(await ask(ENDPOINTS.readOwnFields, {})).standing : []
  return [
    ...[...facts, ...fields].flatMap(({ sealed }) => sealed ?? []),
    ...history.flatMap(({ sealed, at }) => (sealed ? [{ ...sealed, at }] : [])),
  ]
}

/** Everything of one's own, from the service's lists, this browser's memory and the log itself. */
async function look({ account, org, roles }: Person) {
  const has = (...some: Person['roles']) => roles.some((role) => some.includes(role))
  const keys = bodyOf(await ask(ENDPOINTS.listKeys, {})).keys
  const sealed = has('supplier', 'staff') ? bodyOf(await ask(ENDPOINTS.listReceipts, {})).acts : []
  const seats = has('evaluator') ? bodyOf(await ask(ENDPOINTS.listAssignments, {})).assignments : []
  const decided = decidedAbout(P, account, await decisionsAbout(has('evaluator')))
  const about = new Set(decided.map(({ c }) => c))
  const here = [...(await signedBy(account)).filter(({ c }) => c === null || !about.has(c)), ...decided]
  const oneself: Oneself = {
    account,
    org,
    kids: keys.map(({ kid }) => kid),
    custodian: has('custodian'),
    tenders: [
      ...new Set([
        ...sealed.map((act) => act.tender),
        ...seats.map(({ tender }) => tender.no),
        ...here.map(({ ref }) => ref).filter((ref) => ref !== '-'),
      ]),
    ],
    cs: [...sealed.map((act) => act.c), ...here.flatMap(({ c }) => c ?? [])],
    hs: here.map(({ h }) => h),
  }
  const own = await askLog('own', oneself)
  if ('doubts' in own) return { doubts: own.doubts, rows: [], witnessed: null }
  return { doubts: [], rows: receiptRows(own, sealed, here), witnessed: own.witnessed }
}

/** The receipt as a file: of a blinded entry with its owner's half inside, of a public one with the entry. */
function Receipt({ row }: { row: ReceiptRow }) {
  const { t } = useTranslation()
  const [failed, setFailed] = useState(false)
  if (row.index === null) return <span className="text-muted">{t('verify.mine.waits')}</span>
  const name = `madang-${row.ref === '-' ? 'log' : row.ref}-${row.index}.tlog-proof`
  const fetchText = async () => {
    if (row.c !== null) {
      const answer = await ask(ENDPOINTS.readProof, { params: { c: row.c } })
      return insistText(answer.ok, answer.text)
    }
    const answer = await fetch(`/log/proof/${row.index}`)
    const text = insistText(answer.ok, await answer.text())
    if (row.sealed === null) return text
    // A blinded entry tells nothing, so it can stand in its receipt as an open one does.
    const leaf = fromUtf8(sealedLeaf(row.sealed))
    return writeTlogProof({ ...readTlogProof(text), extra: utf8(canonical({ leaf })) })
  }
  const save = () =>
    void fetchText().then(
      (text) => {
        setFailed(false)
        saveFile(name, text, 'text/plain')
      },
      () => setFailed(true),
    )
  return (
    <>
      <button className="btn btn-quiet btn-small" onClick={save} type="button">
        <Download aria-hidden="true" size={16} />
        {t('verify.mine.save')}
        <span className="sr-only"> {t('verify.mine.ofEntry', { index: row.index })}</span>
      </button>
      {failed && (
        <span className="block text-bad" role="alert">
          {t('verify.mine.failed')}
        </span>
      )}
    </>
  )
}

function insistText(ok: boolean, text: string): string {
  if (!ok) throw new Error('there is no receipt')
  return text
}

function Rows({ person }: { person: Person }) {
  const { t, i18n } = useTranslation()
  const [query] = useSearchParams()
  const { data, error, refetch } = useQuery({
    queryKey: ['own-receipts', person.account],
    queryFn: () => look(person),
    refetchInterval: (asked) =>
      asked.state.data?.rows.some((row) => row.state === 'received') ? AGAIN_MS : 8 * AGAIN_MS,
  })
  if (!data)
    return error ? (
      <Trouble error={error} onAgain={() => void refetch()} />
    ) : (
      <Loading title={t('verify.mine.reading')} />
    )
  if (data.doubts.length > 0) return <Doubts doubts={data.doubts} />
  const words = (row: ReceiptRow) =>
    i18n.exists(`verify.mine.act.${row.what}`) ? t(`verify.mine.act.${row.what}`) : row.what
  const pages = Math.max(1, Math.ceil(data.rows.length / PER))
  const page = Math.min(pages, Math.max(1, Number(query.get('page')) || 1))
  const asText = (row: ReceiptRow) => t(`verify.mine.state.${row.state}`)
  return (
    <div className="stack">
      {data.witnessed === 'none' && <NotificationBanner kind="warning" title={t('verify.mine.noWitness')} />}
      <p className="note">
        {data.witnessed !== null && data.witnessed !== 'none' && (
          <>
            {t('verify.mine.seen')} <Time at={data.witnessed.at} form="exact" />.{' '}
          </>
        )}
        {t('verify.mine.checked')}
      </p>
      <DataTable<ReceiptRow>
        caption={t('verify.mine.title')}
        captionHidden
        columns={[
          {
            id: 'act',
            head: t('verify.mine.what'),
            names: true,
            cell: (row) => (
              <>
                {words(row)}
                {row.inside && <span className="note block">{t('verify.mine.inside')}</span>}
              </>
            ),
            text: words,
          },
          {
            id: 'tender',
            head: t('verify.mine.tender'),
            cell: (row) =>
              row.ref === '-' ? null : (
                <Link className="tnum" to={`/tenders/${row.ref}?tab=log`}>
                  {row.ref}
                </Link>
              ),
            text: (row) => (row.ref === '-' ? '' : row.ref),
          },
          {
            id: 'at',
            head: t('verify.mine.at'),
            cell: (row) => (row.at === '' ? null : <Time at={row.at} form="short" />),
            text: (row) => row.at,
          },
          {
            id: 'state',
            head: t('verify.mine.states'),
            wide: true,
            cell: (row) => <ReceiptStates state={row.state} />,
            text: asText,
          },
          {
            id: 'entry',
            head: t('verify.mine.entry'),
            num: true,
            cell: (row) => (row.index === null ? null : <Link to={`/log?entry=${row.index}`}>{row.index}</Link>),
            text: (row) => String(row.index ?? ''),
          },
          { id: 'file', head: t('verify.mine.file'), wide: true, cell: (row) => <Receipt row={row} /> },
        ]}
        empty={
          <Empty title={t('verify.mine.none')}>
            <p>{t('verify.mine.noneSays')}</p>
          </Empty>
        }
        fileName="my-acts"
        keyOf={(row) => row.key}
        paging={{ page, per: PER, total: data.rows.length, hrefOf: (n) => `/receipts?page=${n}` }}
        rows={data.rows.slice((page - 1) * PER, page * PER)}
      />
      <p className="prose">
        {t('verify.mine.whatFor')} <Link to="/verify">{t('verify.mine.verify')}</Link>
      </p>
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <>
      <PageHead lead={t('verify.mine.lead')} title={t('verify.mine.title')} />
      {session.state === 'asking' && <Loading />}
      {session.state === 'out' && <Forbidden signIn />}
      {session.state === 'in' && <Rows person={session.person} />}
    </>
  )
}
