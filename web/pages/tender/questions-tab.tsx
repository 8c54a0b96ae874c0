// What was asked about the tender, and what did the agency answer? For everybody; with a form for firms, and an inbox for the agency.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Clarification } from '../../../src/domain/record/clarified.ts'
import { readQuestion } from '../../../src/domain/tenders/questions.ts'
import { webPrimitives as P } from '../../../src/proof/web-primitives.ts'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { useSession } from '../../session.ts'
import { AnsweringPart } from './questions-answering.tsx'
import { AskingPart } from './questions-asking.tsx'
import type { LogEvent, TenderFacts } from './tender-facts.ts'
import type { View } from './use-tender.ts'

type Said = { event: LogEvent; payload: Clarification }
/** Answers to one question, the newest first; without a question what the agency explained by itself. */
type Group = { key: string; question: string | null; answers: Said[] }

/** The newest first, by their newest answer. A question that is no question about this tender is left out: `verify` names it. */
export function groupsOf(no: string, clarifications: readonly Said[]): Group[] {
  const groups = new Map<string, Group>()
  for (const one of clarifications) {
    const { question } = one.payload
    const opened = question && readQuestion(P, no, question)
    if (question && !opened) continue
    const key = opened ? opened.c : `entry ${one.event.index}`
    const group = groups.get(key) ?? { key, question: opened?.text ?? null, answers: [] }
    groups.set(key, { ...group, answers: [one, ...group.answers] })
  }
  return [...groups.values()].sort((a, b) => (b.answers[0]?.event.index ?? 0) - (a.answers[0]?.event.index ?? 0))
}

/** So many and more can be searched. */
const MANY = 6

function Answered({ group }: { group: Group }) {
  const { t } = useTranslation()
  return (
    <li className="card stack">
      {group.question === null ? (
        <p className="font-semibold">{t('question.explains')}</p>
      ) : (
        <div>
          <p className="note">{t('question.question')}</p>
          <p className="prose whitespace-pre-line font-semibold" dir="auto">
            {group.question}
          </p>
        </div>
      )}
      {group.answers.map(({ event, payload }, i) => (
        <div key={event.index}>
          <p className="note flex flex-wrap gap-x-3">
            {group.question !== null && (
              <span>
                {t(i > 0 ? 'question.earlier' : group.answers.length > 1 ? 'question.newest' : 'question.answer')}
              </span>
            )}
            <Time at={event.at} form="short" />
            <Link to={`/log?entry=${event.index}`}>{t('question.entry', { index: event.index })}</Link>
          </p>
          <p className={`prose whitespace-pre-line ${i > 0 ? 'text-muted' : ''}`} dir="auto">
            {payload.answer}
          </p>
        </div>
      ))}
    </li>
  )
}

export function QuestionsTab({ facts, view }: { facts: TenderFacts; view: View }) {
  const { t } = useTranslation()
  const session = useSession()
  const [wanted, setWanted] = useState('')
  const groups = groupsOf(view.no, facts.clarifications)
  const has = wanted.trim().toLocaleLowerCase()
  const shown = groups.filter((group) =>
    [group.question ?? '', ...group.answers.map((one) => one.payload.answer)].some((text) =>
      text.toLocaleLowerCase().includes(has),
    ),
  )
  const person = session.state === 'in' ? session.person : null
  const asks = person?.roles.some((role) => role === 'supplier' || role === 'staff') === true
  const answers = person?.org === view.agency.id && person.roles.includes('officer')
  const open = view.state === 'published'
  return (
    <div className="stack gap-8">
      <section className="stack">
        <p className="prose">
          {open ? t('question.until') : t('question.over')} {open && <Time at={view.deadline} form="exact" />}
        </p>
        <p className="note prose">{t('question.sealed')}</p>
        {open && !person && (
          <p>
            <Link to="/sign-in">{t('question.signIn')}</Link>
          </p>
        )}
      </section>
      {answers && <AnsweringPart no={view.no} open={open} />}
      {asks && <AskingPart no={view.no} open={open} />}
      <section className="stack">
        <h2>{t('question.published', { count: groups.length })}</h2>
        {groups.length >= MANY && (
          <TextField
            id="question-search"
            inputMode="search"
            label={t('question.search')}
            onChange={setWanted}
            value={wanted}
          />
        )}
        {groups.length === 0 ? (
          <p className="text-muted">{t('question.none')}</p>
        ) : (
          <>
            <p aria-live="polite" className="sr-only">
              {has !== '' && t('question.found', { count: shown.length })}
            </p>
            {shown.length === 0 && <p className="text-muted">{t('question.notFound')}</p>}
            <ul className="stack">
              {shown.map((group) => (
                <Answered group={group} key={group.key} />
              ))}
            </ul>
          </>
        )}
      </section>
    </div>
  )
}
