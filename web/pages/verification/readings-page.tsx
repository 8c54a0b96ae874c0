// Who has read whose personal data, and has somebody looked that through? Month by month, signed off once a month is over.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { ReplyOf } from '../../../src/api/endpoint.ts'
import { lookedThrough } from '../../../src/domain/organisations/register-acts.ts'
import { ask, ENDPOINTS, keyOf, queries, useAsk } from '../../call.ts'
import { Button } from '../../parts/button.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorSummary } from '../../parts/error-summary.tsx'
import { NotificationBanner } from '../../parts/notification-banner.tsx'
import { PageHead } from '../../parts/page.tsx'
import { RoleGate } from '../../parts/role-gate.tsx'
import { Select } from '../../parts/select.tsx'
import { SignNote } from '../../parts/sign-note.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { fieldIn, useSend } from '../../parts/use-send.ts'
import { canAct, signedIf } from '../../sign-if.ts'
import { useSigningKey } from '../../use-signing-key.ts'
import { columnWords, purposeWords } from '../privacy/column-words.ts'

type Months = ReplyOf<(typeof ENDPOINTS)['listReadingMonths']>
type Month = ReplyOf<(typeof ENDPOINTS)['readReadingMonth']>
type Row = Months['months'][number]
type Only = 'all' | 'odd' | 'many' | 'stated'
const ONLY: readonly Only[] = ['all', 'odd', 'many', 'stated']

function MonthTable({ months, chosen }: { months: readonly Row[]; chosen: string }) {
  const { t } = useTranslation()
  return (
    <DataTable<Row>
      caption={t('readings.months')}
      columns={[
        {
          id: 'month',
          head: t('readings.month'),
          names: true,
          cell: (row) => (
            <Link aria-current={row.month === chosen ? 'true' : undefined} className="tnum" to={`?month=${row.month}`}>
              {row.month}
            </Link>
          ),
        },
        { id: 'count', head: t('readings.count'), cell: (row) => <span className="tnum">{row.readings}</span> },
        {
          id: 'state',
          head: t('readings.state'),
          cell: (row) => t(row.running ? 'readings.running' : row.lookedThrough ? 'readings.done' : 'readings.waits'),
        },
      ]}
      empty={
        <Empty title={t('readings.none')}>
          <p>{t('readings.noneSays')}</p>
        </Empty>
      }
      keyOf={(row) => row.month}
      marked={(row) => row.month === chosen}
      rows={months}
    />
  )
}

/** The word for a month that is over. */
function SignOff({ month }: { month: string }) {
  const { t } = useTranslation()
  const { busy, problem, send } = useSend()
  const signing = useSigningKey()
  const [statement, setStatement] = useState('')
  const sign = () =>
    void send(async () => {
      if (!canAct(signing)) throw new Error('no key to sign with')
      const body = { statement, ...(await signedIf(signing, lookedThrough(month))) }
      const answer = await ask(ENDPOINTS.signOffReadings, { params: { month }, body })
      if (answer.ok) await queries.invalidateQueries({ queryKey: keyOf(ENDPOINTS.listReadingMonths) })
      return answer
    })
  return (
    <section className="card stack">
      <ErrorSummary fieldOf={fieldIn('readings')} problem={problem} />
      <TextField
        hint={t('readings.foundHint')}
        id="readings-statement"
        label={t('readings.found')}
        maxLength={4000}
        onChange={setStatement}
        rows={3}
        value={statement}
      />
      <SignNote signing={signing} />
      <p>
        <Button isDisabled={!canAct(signing)} isPending={busy} onPress={sign}>
          {t('readings.sign')}
        </Button>
      </p>
    </section>
  )
}

function Looks({ data, only, hrefOf }: { data: Month; only: Only; hrefOf: (change: object) => string }) {
  const { t } = useTranslation()
  const [, setSearch] = useSearchParams()
  const says: Record<Only, string> = {
    all: t('readings.all'),
    odd: t('readings.onlyOdd'),
    many: t('readings.onlyMany'),
    stated: t('readings.onlyStated'),
  }
  return (
    <section className="stack">
      <h2>{t('readings.each')}</h2>
      <div className="max-w-[26rem]">
        <Select
          hint={t('readings.oddSays')}
          id="readings-only"
          label={t('readings.only')}
          onChange={(value) => setSearch(new URLSearchParams(hrefOf({ only: value, page: '1' }).slice(1)))}
          options={ONLY.map((value) => ({ value, says: says[value] }))}
          value={only}
        />
      </div>
      <DataTable<Month['looks'][number]>
        caption={t('readings.each')}
        captionHidden
        columns={[
          {
            id: 'at',
            head: t('readings.at'),
            names: true,
            cell: (row) => (
              <>
                <Time at={row.at} form="exact" />
                {row.odd && <span className="note block">{t('readings.oddMark')}</span>}
              </>
            ),
            text: (row) => row.at,
          },
          { id: 'reader', head: t('readings.reader'), cell: (row) => <code className="break-all">{row.reader}</code> },
          { id: 'people', head: t('readings.people'), cell: (row) => <span className="tnum">{row.people}</span> },
          { id: 'purpose', head: t('readings.purpose'), wide: true, cell: (row) => purposeWords(t, row.purpose) },
          { id: 'what', head: t('readings.what'), cell: (row) => row.what.map((at) => columnWords(t, at)).join(', ') },
          { id: 'address', head: t('readings.address'), cell: (row) => row.address },
        ]}
        empty={<Empty title={t('readings.noLooks')} />}
        keyOf={(row) => `${row.at} ${row.reader} ${row.purpose} ${row.what.join()} ${row.address}`}
        paging={{ page: data.page, per: data.per, total: data.total, hrefOf: (page) => hrefOf({ page: String(page) }) }}
        rows={data.looks}
      />
    </section>
  )
}

function OneMonth({ row }: { row: Row }) {
  const { t } = useTranslation()
  const [search] = useSearchParams()
  const only = ONLY.find((one) => one === search.get('only')) ?? 'all'
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1)
  const hrefOf = (change: object) => `?${new URLSearchParams({ month: row.month, only, page: '1', ...change })}`
  const query = { only, page, per: 20 }
  const { data, error, refetch } = useAsk(
    ENDPOINTS.readReadingMonth,
    { params: { month: row.month }, query },
    { keep: true },
  )
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  const done = row.lookedThrough ?? data.lookedThrough
  return (
    <>
      <section className="stack">
        <h2>
          {t('readings.readers')} <span className="tnum">({row.month})</span>
        </h2>
        <DataTable<Month['readers'][number]>
          caption={`${row.month}: ${t('readings.readers')}`}
          captionHidden
          columns={[
            {
              id: 'reader',
              head: t('readings.reader'),
              names: true,
              cell: (one) => <code className="break-all">{one.reader}</code>,
            },
            { id: 'org', head: t('readings.org'), cell: (one) => one.org ?? '–' },
            { id: 'looks', head: t('readings.looks'), cell: (one) => <span className="tnum">{one.looks}</span> },
            { id: 'people', head: t('readings.people'), cell: (one) => <span className="tnum">{one.people}</span> },
            { id: 'odd', head: t('readings.odd'), cell: (one) => <span className="tnum">{one.odd}</span> },
          ]}
          empty={<Empty title={t('readings.noLooks')} />}
          keyOf={(one) => one.reader}
          rows={data.readers}
        />
      </section>
      <Looks data={data} hrefOf={hrefOf} only={only} />
      {done ? (
        <NotificationBanner kind="success" title={t('readings.by', { account: done.by })}>
          <p>
            <Time at={done.at} form="exact" />
          </p>
          <p className="break-words">{done.statement}</p>
        </NotificationBanner>
      ) : row.running ? (
        <p className="note">{t('readings.notOver')}</p>
      ) : (
        <SignOff key={row.month} month={row.month} />
      )}
    </>
  )
}

function Body() {
  const [search] = useSearchParams()
  const { data, error, refetch } = useAsk(ENDPOINTS.listReadingMonths, {})
  if (error) return <Trouble error={error} onAgain={() => void refetch()} />
  if (!data) return <Loading />
  // The oldest month that waits comes first, and without one the newest.
  const waits = data.months.findLast((row) => !row.running && row.lookedThrough === null)
  const row = data.months.find((one) => one.month === search.get('month')) ?? waits ?? data.months[0]
  return (
    <div className="stack gap-8">
      <MonthTable chosen={row?.month ?? ''} months={data.months} />
      {row && <OneMonth key={row.month} row={row} />}
    </div>
  )
}

export function Page() {
  const { t } = useTranslation()
  return (
    <RoleGate of="operator" title={t('readings.title')}>
      {() => (
        <>
          <PageHead
            crumbs={[{ to: '/v', says: t('readings.back') }]}
            lead={t('readings.lead')}
            title={t('readings.title')}
          />
          <Body />
        </>
      )}
    </RoleGate>
  )
}
