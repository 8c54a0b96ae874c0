// When is which tender opened? Now, today, within a week, later; and what was opened lately, to be watched again.
import { CalendarPlus, Play, Radio } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ENDPOINTS, useAsk } from '../../call.ts'
import { serverNow, useServerSecond } from '../../clock.ts'
import { inLanguage } from '../../i18n.ts'
import { Deadline } from '../../parts/deadline.tsx'
import { PageHead } from '../../parts/page.tsx'
import { Empty, Loading, Trouble } from '../../parts/states.tsx'
import { StatusTag } from '../../parts/status-tag.tsx'
import { Time } from '../../parts/time.tsx'
import { saveFile } from '../../save-file.ts'
import { koreanDay } from '../../when.ts'
import type { TenderSummary } from '../tenders/tender-table.tsx'
import { type CalendarEvent, calendarOf } from './calendar-file.ts'

const DAY_MS = 86_400_000
const AN_HOUR = 60

type Groups = Record<'now' | 'today' | 'week' | 'later', TenderSummary[]>

/** Days are Korean ones, whatever the visitor's own zone is. */
function grouped(tenders: readonly TenderSummary[], now: number): Groups {
  const groups: Groups = { now: [], today: [], week: [], later: [] }
  for (const tender of tenders) {
    const at = Date.parse(tender.openAfter)
    if (tender.status === 'opening' || (tender.status === 'closed' && at <= now)) groups.now.push(tender)
    else if (koreanDay(at) === koreanDay(now)) groups.today.push(tender)
    else if (at < now + 7 * DAY_MS) groups.week.push(tender)
    else groups.later.push(tender)
  }
  return groups
}

function useSaveCalendar() {
  const { t, i18n } = useTranslation()
  return (tenders: readonly TenderSummary[], name: string) => {
    const events = tenders.map((tender): CalendarEvent => {
      const address = `${location.origin}/tenders/${tender.no}/opening`
      return {
        uid: `${tender.no}-${tender.revision}@${location.hostname}`,
        at: tender.openAfter,
        minutes: AN_HOUR,
        title: t('openings.calendar.title', { title: inLanguage(tender.title, i18n.language) }),
        text: `${tender.no} · ${inLanguage(tender.agency.name, i18n.language)}\n${address}`,
        address,
      }
    })
    saveFile(`${name}.ics`, calendarOf(events, serverNow()), 'text/calendar;charset=utf-8')
  }
}

function Item({ tender, children }: { tender: TenderSummary; children?: ReactNode }) {
  const { i18n } = useTranslation()
  return (
    <li className="card flex min-w-0 flex-wrap items-center justify-between gap-x-6 gap-y-3">
      <div className="flex min-w-0 flex-col gap-1">
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusTag status={tender.status} />
          <Time at={tender.openAfter} form="short" />
        </span>
        <Link className="font-semibold" to={`/tenders/${tender.no}/opening`}>
          {inLanguage(tender.title, i18n.language)}
        </Link>
        <span className="note flex flex-wrap gap-x-3">
          <span>{inLanguage(tender.agency.name, i18n.language)}</span>
          <span className="tnum">{tender.no}</span>
        </span>
      </div>
      <div className="flex flex-wrap items-center gap-3">{children}</div>
    </li>
  )
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="stack">
      <h2>{title}</h2>
      <ul className="stack">{children}</ul>
    </section>
  )
}

function Watch({ tender, again = false }: { tender: TenderSummary; again?: boolean }) {
  const { t, i18n } = useTranslation()
  const Icon = again ? Play : Radio
  return (
    <Link
      aria-label={`${again ? t('openings.again') : t('openings.watch')}: ${inLanguage(tender.title, i18n.language)}`}
      className={again ? 'btn btn-quiet' : 'btn'}
      to={`/tenders/${tender.no}/opening`}
    >
      <Icon aria-hidden="true" size={18} />
      {again ? t('openings.again') : t('openings.watch')}
    </Link>
  )
}

function Coming({ tender }: { tender: TenderSummary }) {
  const { t, i18n } = useTranslation()
  const save = useSaveCalendar()
  return (
    <>
      <Deadline at={tender.openAfter} compact />
      <button
        aria-label={`${t('openings.calendar.add')}: ${inLanguage(tender.title, i18n.language)}`}
        className="btn btn-quiet"
        onClick={() => save([tender], tender.no)}
        type="button"
      >
        <CalendarPlus aria-hidden="true" size={18} />
        {t('openings.calendar.add')}
      </button>
    </>
  )
}

export function Page() {
  const { t } = useTranslation()
  const save = useSaveCalendar()
  const now = useServerSecond()
  const query = { sort: 'opening', per: 100 } as const
  const opening = useAsk(ENDPOINTS.listTenders, { query: { ...query, status: 'opening' } }, { every: 5_000 })
  const closed = useAsk(ENDPOINTS.listTenders, { query: { ...query, status: 'closed' } }, { every: 5_000 })
  const open = useAsk(ENDPOINTS.listTenders, { query: { ...query, status: 'open' } }, { every: 15_000 })
  const marked = useAsk(ENDPOINTS.listTenders, { query: { ...query, status: 'evaluating' } }, { every: 15_000 })
  const done = useAsk(
    ENDPOINTS.listTenders,
    { query: { status: 'awarded', sort: 'newest', per: 5 } },
    { every: 30_000 },
  )
  const all = [opening, closed, open]
  const failed = all.find((one) => one.isError)
  const groups = grouped(
    all.flatMap((one) => one.data?.tenders ?? []),
    now,
  )
  const coming = [...groups.today, ...groups.week, ...groups.later]
  const waiting = all.some((one) => one.isPending)
  return (
    <>
      <PageHead lead={t('openings.lead')} title={t('openings.title')}>
        {coming.length > 0 && (
          <p className="no-print">
            <button className="btn btn-quiet" onClick={() => save(coming, 'madang-openings')} type="button">
              <CalendarPlus aria-hidden="true" size={18} />
              {t('openings.calendar.all')}
            </button>
          </p>
        )}
      </PageHead>
      {failed ? (
        <Trouble error={failed.error} onAgain={() => void failed.refetch()} />
      ) : waiting ? (
        <Loading />
      ) : (
        <div className="flex flex-col gap-10">
          {groups.now.length > 0 && (
            <Group title={t('openings.groups.now')}>
              {groups.now.map((tender) => (
                <Item key={tender.no} tender={tender}>
                  <Watch tender={tender} />
                </Item>
              ))}
            </Group>
          )}
          {/* Between the two openings of a tender: its technical envelopes are open, its prices still sealed. */}
          {marked.data && marked.data.tenders.length > 0 && (
            <Group title={t('openings.groups.evaluating')}>
              {marked.data.tenders.map((tender) => (
                <Item key={tender.no} tender={tender}>
                  <Watch tender={tender} />
                </Item>
              ))}
            </Group>
          )}
          {(['today', 'week', 'later'] as const)
            .filter((name) => groups[name].length > 0)
            .map((name) => (
              <Group key={name} title={t(`openings.groups.${name}`)}>
                {groups[name].map((tender) => (
                  <Item key={tender.no} tender={tender}>
                    <Coming tender={tender} />
                  </Item>
                ))}
              </Group>
            ))}
          {groups.now.length + coming.length === 0 && (
            <Empty title={t('openings.none.title')}>
              <p>{t('openings.none.text')}</p>
            </Empty>
          )}
          {done.data && done.data.tenders.length > 0 && (
            <Group title={t('openings.groups.done')}>
              {done.data.tenders.map((tender) => (
                <Item key={tender.no} tender={tender}>
                  <Watch again tender={tender} />
                </Item>
              ))}
            </Group>
          )}
        </div>
      )}
    </>
  )
}
